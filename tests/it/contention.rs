//! Several writers on one branch.

use tagwright::Applied;
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tokio::task::JoinSet;

use crate::world::{World, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("contention::every_update_arrives", every_update_arrives),
        async_test("contention::dropped_run_stops", dropped_run_stops),
    ]
}

/// Each of fifty writers has a file of its own; all of them push to one branch at once. They share nothing else, as if
/// each were a process.
async fn every_update_arrives() -> TestResult {
    const WRITERS: usize = 50;
    let world = World::new();
    let mut runs = JoinSet::new();
    for writer in 0..WRITERS {
        let name = format!("flux-system:app{writer}");
        world.commit(
            &format!("{writer}.yaml"),
            &format!("tag: 5.0.0 # {{\"$imagepolicy\": \"{name}:tag\"}}\n"),
        );
    }
    let commits = |world: &World| {
        world
            .repository
            .git(&["rev-list", "--count", "main"])
            .trim()
            .parse::<usize>()
    };
    let before = commits(&world)?;
    for writer in 0..WRITERS {
        let mut builder = world.bare_automation();
        builder
            .policy(
                &format!("flux-system:app{writer}"),
                &world.image(),
                semver("5.0.x"),
            )
            .attempts(1000)
            .git_timeout(std::time::Duration::from_secs(3600));
        let automation = builder.build()?;
        runs.spawn(async move { automation.run().await });
    }
    while let Some(report) = runs.join_next().await {
        let report = report??;
        assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    }
    for writer in 0..WRITERS {
        let text = world.read(&format!("{writer}.yaml"));
        assert!(text.starts_with("tag: 5.0.1 "), "{writer}: {text}");
    }
    assert_eq!(
        commits(&world)?,
        before + WRITERS,
        "one commit a writer, none lost, none twice"
    );
    assert_eq!(world.repository.git(&["rev-list", "--merges", "main"]), "");
    Ok(())
}

/// A future that is dropped in the middle of a push ends the processes that it started, and the branch is as it was.
async fn dropped_run_stops() -> TestResult {
    let world = World::new();
    let pid_file = world.repository.path().join("hook.pid");
    world.repository.hook(
        "pre-receive",
        &format!(
            "#!/bin/sh\necho $$ > '{}'\nexec sleep 60\n",
            pid_file.display()
        ),
    );
    let before = world.repository.tip("main");
    let automation = world.automation().build()?;
    let run = tokio::spawn(async move { automation.run().await });
    let pid = wait_for(|| {
        std::fs::read_to_string(&pid_file)
            .ok()
            .filter(|pid| pid.ends_with('\n'))
    })
    .await;
    run.abort();
    let process = std::path::PathBuf::from(format!("/proc/{}", pid.trim()));
    wait_for(|| (!process.exists()).then_some(())).await;
    assert_eq!(world.repository.tip("main"), before);
    Ok(())
}

/// Within a bound that is far below the hook's sleep and far above what it takes.
async fn wait_for<T>(mut found: impl FnMut() -> Option<T>) -> T {
    for _ in 0..1500 {
        if let Some(found) = found() {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it did not come to pass within 30 seconds");
}
