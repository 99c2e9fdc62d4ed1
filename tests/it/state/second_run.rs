//! What a run costs that has nothing to do.

use std::sync::Arc;

use tagwright::gitwrite::{Control, Credentials, Proxy, Ref, Remote};
use tagwright::{Applied, Automation, ImagePolicy, MemoryState, Report};
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::servers::{ForwardProxy, HttpGit};

use crate::secrets;
use crate::world::{World, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("state::second_run_asks_for_one_ref", asks_for_one_ref),
        async_test("state::second_run_over_http", over_http),
        async_test(
            "state::second_run_shows_what_is_to_be_seen",
            shows_what_is_to_be_seen,
        ),
        async_test("state::second_run_with_a_push_branch", with_a_push_branch),
        async_test(
            "state::whatever_is_new_is_looked_at",
            whatever_is_new_is_looked_at,
        ),
        async_test(
            "state::nothing_is_trusted_after_an_error",
            nothing_is_trusted_after_an_error,
        ),
        async_test("state::plans_are_always_whole", plans_are_always_whole),
    ]
}

/// Git's processes for a repository so far.
fn processes(world: &World) -> usize {
    secrets::heard(&format!("remote={}", world.repository.url()))
}

fn automation(world: &World, state: &Arc<MemoryState>) -> Automation {
    let mut builder = world.automation();
    builder
        .state(Arc::clone(state) as _)
        .build()
        .expect("it is whole")
}

/// A run as of a new process, and how many of Git's processes it took.
async fn run(world: &World, state: &Arc<MemoryState>) -> (Report, usize) {
    let before = processes(world);
    let report = automation(world, state).run().await.expect("a run");
    (report, processes(world) - before)
}

async fn asks_for_one_ref() -> TestResult {
    let world = World::new();
    let digest = world.registry.push("org/app", "5.0.2");
    let state = Arc::new(MemoryState::new());
    let mut builder = world.bare_automation();
    let policy = ImagePolicy::new("flux-system:app", world.image(), semver("5.0.x"));
    builder.image_policy(policy.with_digest()).state(state);
    let first = builder.build()?.run().await?;
    assert!(matches!(first.applied(), Applied::Pushed(_)), "{first}");

    world.registry.clear_requests();
    let before = processes(&world);
    let second = builder.build()?.run().await?;
    assert_eq!(second.applied(), &Applied::NothingToDo);
    assert_eq!(second.attempts(), 0);
    assert_eq!(processes(&world) - before, 1, "the tip of the branch");
    let asked: Vec<_> = world.registry.requests().into_iter().collect();
    let asked: Vec<(&str, &str)> = asked.iter().map(|one| (&*one.method, &*one.path)).collect();
    assert_eq!(
        asked,
        [
            ("GET", "/v2/org/app/tags/list"),
            ("HEAD", "/v2/org/app/manifests/5.0.2")
        ]
    );
    let selection = &second.plan().selections()[0];
    assert_eq!(
        (selection.tag(), selection.digest()),
        (Some("5.0.2"), Some(&*digest))
    );
    let tip = world.repository.tip("main");
    assert_eq!(tip.as_deref(), Some(second.plan().base()));
    Ok(())
}

/// As many requests as one question for a tip.
async fn over_http() -> TestResult {
    let world = World::new();
    let (server, proxy) = (HttpGit::start(&world.repository)?, ForwardProxy::start()?);
    let remote = Remote::new(&server.url())?
        .credentials(Credentials::Basic {
            username: server.user().to_owned(),
            password: server.password().into(),
        })
        .proxy(Proxy::new(&proxy.url())?.basic(proxy.user(), proxy.password())?);
    let mut builder = world.automation();
    builder
        .remote(remote.clone())
        .state(Arc::new(MemoryState::new()));
    let automation = builder.build()?;
    assert!(matches!(
        automation.run().await?.applied(),
        Applied::Pushed(_)
    ));

    let before = proxy.requests().len();
    remote.tip(&Ref::branch("main")?, &Control::new())?;
    let one_ref = proxy.requests().len() - before;
    assert!(one_ref > 0);
    assert_eq!(automation.run().await?.applied(), &Applied::NothingToDo);
    assert_eq!(proxy.requests().len() - before, 2 * one_ref);
    Ok(())
}

async fn shows_what_is_to_be_seen() -> TestResult {
    let world = World::new();
    world.commit(
        "apps/b.yaml",
        "tag: 1 # {\"$imagepolicy\": \"flux-system:ap\"}\n",
    );
    let state = Arc::new(MemoryState::new());
    let (first, _) = run(&world, &state).await;
    let (second, processes) = run(&world, &state).await;
    assert_eq!(processes, 1);
    assert_eq!(second.plan().outcomes(), &first.plan().outcomes()[1..]);
    assert_eq!(
        second.plan().notes().to_string(),
        first.plan().notes().to_string()
    );
    Ok(())
}

async fn with_a_push_branch() -> TestResult {
    let world = World::new();
    let state = Arc::new(MemoryState::new());
    let mut builder = world.automation();
    builder.push_branch("updates").state(state);
    let automation = builder.build()?;
    assert!(matches!(
        automation.run().await?.applied(),
        Applied::Pushed(_)
    ));
    let before = processes(&world);
    assert_eq!(automation.run().await?.applied(), &Applied::NothingToDo);
    assert_eq!(processes(&world) - before, 2, "the tips of both branches");

    world.repository.git(&["branch", "-D", "updates"]);
    let again = automation.run().await?;
    assert!(
        matches!(again.applied(), Applied::Pushed(_)),
        "it is made anew: {again}"
    );
    Ok(())
}

async fn whatever_is_new_is_looked_at() -> TestResult {
    let world = World::new();
    let state = Arc::new(MemoryState::new());
    let _ = run(&world, &state).await;
    assert_eq!(run(&world, &state).await.1, 1);

    world.registry.push("org/app", "5.0.9");
    let (report, _) = run(&world, &state).await;
    assert!(
        matches!(report.applied(), Applied::Pushed(_)),
        "a tag: {report}"
    );
    assert_eq!(run(&world, &state).await.1, 1);

    world.commit("apps/app.yaml", &world.deployment("5.0.0"));
    let (report, _) = run(&world, &state).await;
    assert!(
        matches!(report.applied(), Applied::Pushed(_)),
        "a commit: {report}"
    );
    assert_eq!(run(&world, &state).await.1, 1);

    let mut builder = world.automation();
    builder.path("elsewhere").state(Arc::clone(&state) as _);
    let report = builder.build()?.run().await?;
    assert_eq!(report.attempts(), 1, "another path");
    assert!(report.is_partial(), "there is no such folder");

    world.registry.push("org/app", "5.0.10-rc.1");
    assert_eq!(run(&world, &state).await.1, 1, "a tag that is not selected");
    Ok(())
}

async fn nothing_is_trusted_after_an_error() -> TestResult {
    let world = World::new();
    let state = Arc::new(MemoryState::new());
    let _ = run(&world, &state).await;
    assert_eq!(run(&world, &state).await.1, 1);
    for tag in ["4.9.9", "5.0.0", "5.0.1", "5.1.0", "latest"] {
        world.registry.delete_tag("org/app", tag);
    }
    let error = automation(&world, &state).run().await;
    error.expect_err("no tag is left");
    world.registry.push_tags("org/app", ["5.0.0", "5.0.1"]);
    let (report, _) = run(&world, &state).await;
    assert_eq!(report.attempts(), 1, "{report}");
    assert_eq!(run(&world, &state).await.1, 1);

    world.commit(
        "apps/b.yaml",
        "a: [ # {\"$imagepolicy\": \"flux-system:app\"}\n",
    );
    for _ in 0..2 {
        let (report, _) = run(&world, &state).await;
        assert!(report.is_partial() && report.attempts() == 1, "{report}");
    }
    Ok(())
}

async fn plans_are_always_whole() -> TestResult {
    let world = World::new();
    let state = Arc::new(MemoryState::new());
    let _ = run(&world, &state).await;
    let plan = automation(&world, &state).plan().await?;
    assert_eq!(plan.outcomes().len(), 1);
    Ok(())
}
