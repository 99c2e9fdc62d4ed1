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

/// Each writer has a file of its own; all of them push to one branch at once.
async fn every_update_arrives() -> TestResult {
    const WRITERS: usize = 6;
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
            .attempts(50);
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

/// A future that is dropped in the middle of a push leaves the branch as it was.
async fn dropped_run_stops() -> TestResult {
    let world = World::new();
    world
        .repository
        .hook("pre-receive", "#!/bin/sh\nsleep 30\n");
    let before = world.repository.tip("main");
    let automation = world.automation().build()?;
    let timeout = tokio::time::timeout(std::time::Duration::from_secs(2), automation.run()).await;
    assert!(timeout.is_err(), "the hook holds the push");
    assert_eq!(world.repository.tip("main"), before);
    Ok(())
}
