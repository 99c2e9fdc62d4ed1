//! Digests that stay as they are written.

use std::sync::Arc;

use tagwright::{
    Automation, DigestPolicy, Guards, ImagePolicy, MemoryState, Outcome, OutcomeKind, Plan,
    ProblemKind,
};
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::oci::Fault;

use crate::world::{World, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("digests::a_marked_digest_stays", a_marked_digest_stays),
        async_test(
            "digests::an_absent_digest_is_asked_for_once",
            an_absent_digest_is_asked_for_once,
        ),
        async_test(
            "digests::a_digest_alone_goes_by_its_neighbours",
            a_digest_alone_goes_by_its_neighbours,
        ),
        async_test(
            "digests::a_digest_that_is_not_told_withholds_all",
            a_digest_that_is_not_told_withholds_all,
        ),
        async_test(
            "digests::a_state_keeps_the_first_digest",
            a_state_keeps_the_first_digest,
        ),
        async_test(
            "digests::a_list_that_shrank_is_not_trusted",
            a_list_that_shrank_is_not_trusted,
        ),
        async_test(
            "digests::a_changed_policy_may_go_back",
            a_changed_policy_may_go_back,
        ),
    ]
}

fn if_not_present(world: &World) -> Automation {
    let policy = ImagePolicy::new("flux-system:app", world.image(), semver("5.0.x"));
    let mut builder = world.bare_automation();
    builder.image_policy(policy.with_digest_policy(DigestPolicy::IfNotPresent));
    builder.build().expect("it is complete")
}

fn other_digest() -> String {
    format!("sha256:{}", "0".repeat(64))
}

fn kinds(plan: &Plan) -> Vec<OutcomeKind> {
    plan.outcomes().iter().map(Outcome::kind).collect()
}

/// The requests that were not for lists of tags.
fn asked(world: &World) -> usize {
    let requests = world.registry.requests();
    requests
        .iter()
        .filter(|one| one.path.contains("/manifests/"))
        .count()
}

async fn a_marked_digest_stays() -> TestResult {
    let world = World::new();
    let tag = format!("5.0.1@{}", other_digest());
    world.commit("apps/app.yaml", &world.deployment(&tag));
    let plan = if_not_present(&world).plan().await?;
    assert_eq!(kinds(&plan), [OutcomeKind::Unchanged]);
    assert_eq!(asked(&world), 0);
    Ok(())
}

async fn an_absent_digest_is_asked_for_once() -> TestResult {
    let world = World::new();
    let digest = world.registry.push("org/app", "5.0.1");
    world.commit("apps/bare.yaml", &world.deployment("5.0.1"));
    world.commit("apps/broken.yaml", &world.deployment("5.0.1@sha256:12"));
    let kept = format!("5.0.1@{}", other_digest());
    world.commit("apps/kept.yaml", &world.deployment(&kept));
    let automation = if_not_present(&world);
    let report = automation.run().await?;
    assert_eq!(asked(&world), 1);
    let pinned = world.deployment(&format!("5.0.1@{digest}"));
    for file in ["apps/app.yaml", "apps/bare.yaml", "apps/broken.yaml"] {
        assert_eq!(world.read(file), pinned, "{file}");
    }
    assert_eq!(world.read("apps/kept.yaml"), world.deployment(&kept));
    assert_eq!(report.plan().selections()[0].digest(), Some(&*digest));
    world.registry.push("org/app", "5.0.1");
    assert!(
        automation.plan().await?.is_empty(),
        "the tag moved, the digest stays"
    );
    assert_eq!(asked(&world), 1);
    Ok(())
}

async fn a_digest_alone_goes_by_its_neighbours() -> TestResult {
    let world = World::new();
    let old = other_digest();
    let image = |name: &str, tag: &str| {
        format!(
            "  repository: {name} # {{\"$imagepolicy\": \"flux-system:app:name\"}}\n  \
             tag: {tag} # {{\"$imagepolicy\": \"flux-system:app:tag\"}}\n  \
             digest: {old} # {{\"$imagepolicy\": \"flux-system:app:digest\"}}\n"
        )
    };
    let own = world.image();
    let text = format!(
        "same:\n{}older:\n{}other:\n{}",
        image(&own, "5.0.1"),
        image(&own, "5.0.0"),
        image("x.example.com/app", "5.0.1")
    );
    world.commit("apps/app.yaml", &text);
    let lone = format!("digest: {old} # {{\"$imagepolicy\": \"flux-system:app:digest\"}}\n");
    world.commit("apps/lone.yaml", &lone);
    let plan = if_not_present(&world).plan().await?;
    let edits: Vec<(&str, usize)> = plan
        .edits()
        .iter()
        .map(|one| (one.file(), one.line()))
        .collect();
    let app = "apps/app.yaml";
    assert_eq!(
        edits,
        [
            (app, 7),
            (app, 8),
            (app, 10),
            (app, 12),
            ("apps/lone.yaml", 1)
        ],
        "{plan}"
    );
    Ok(())
}

async fn a_digest_that_is_not_told_withholds_all() -> TestResult {
    let world = World::new();
    world.registry.fault(
        "/v2/org/app/manifests/5.0.1",
        usize::MAX,
        Fault::status(403),
    );
    let text = format!(
        "{}---\ntag: 5.0.0 # {{\"$imagepolicy\": \"flux-system:app:tag\"}}\n",
        world.deployment("5.0.0")
    );
    world.commit("apps/app.yaml", &text);
    let plan = if_not_present(&world).plan().await?;
    assert_eq!(
        kinds(&plan),
        [OutcomeKind::Withheld, OutcomeKind::Withheld],
        "{plan}"
    );
    assert!(plan.is_partial());
    assert_eq!(plan.problems()[0].kind(), ProblemKind::Forbidden);
    assert_eq!(plan.selections()[0].tag(), None);
    Ok(())
}

async fn a_state_keeps_the_first_digest() -> TestResult {
    let world = World::new();
    let policy = ImagePolicy::new("flux-system:app", world.image(), semver("5.0.x"));
    let mut builder = world.bare_automation();
    builder
        .state(Arc::new(MemoryState::new()))
        .image_policy(policy.with_digest_policy(DigestPolicy::IfNotPresent));
    let automation = builder.build()?;
    let first = automation.run().await?;
    let digest = first.plan().selections()[0]
        .digest()
        .expect("it was asked for")
        .to_owned();
    world.registry.push("org/app", "5.0.1");
    world.commit("apps/new.yaml", &world.deployment("5.0.0"));
    assert!(!automation.run().await?.is_partial());
    assert_eq!(
        world.read("apps/new.yaml"),
        world.deployment(&format!("5.0.1@{digest}"))
    );
    assert_eq!(asked(&world), 1);
    Ok(())
}

async fn a_list_that_shrank_is_not_trusted() -> TestResult {
    let world = World::new();
    let mut builder = world.automation();
    builder
        .state(Arc::new(MemoryState::new()))
        .guards(Guards::new().maximum_shrink(40));
    let automation = builder.build()?;
    assert!(!automation.run().await?.is_partial());
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    for gone in ["5.0.1", "5.1.0"] {
        world.registry.delete_tag("org/app", gone);
    }
    let plan = automation.plan().await?;
    assert_eq!(plan.edits().len(), 1, "two of five are gone: {plan}");
    world.registry.delete_tag("org/app", "latest");
    let report = automation.run().await?;
    assert_eq!(
        report.plan().outcomes()[0].detail(),
        "marker \"flux-system:app\": the value is kept: the list shrank from 5 tags to 2, by more than 40 %"
    );
    let again = automation.plan().await?;
    assert_eq!(
        kinds(&again),
        [OutcomeKind::Withheld],
        "what is not trusted is not the new measure"
    );
    Ok(())
}

async fn a_changed_policy_may_go_back() -> TestResult {
    let world = World::new();
    let state = Arc::new(MemoryState::new());
    let of = |range| {
        let mut builder = world.bare_automation();
        builder
            .state(Arc::clone(&state) as _)
            .guards(Guards::new().no_downgrade(true))
            .policy("flux-system:app", &world.image(), semver(range));
        builder.build()
    };
    assert!(!of("5.x")?.run().await?.is_partial());
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.1.0"));
    world.registry.delete_tag("org/app", "5.1.0");
    let plan = of("5.x")?.plan().await?;
    assert_eq!(kinds(&plan), [OutcomeKind::Withheld], "{plan}");
    assert!(!of("5.0.x")?.run().await?.is_partial());
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    Ok(())
}
