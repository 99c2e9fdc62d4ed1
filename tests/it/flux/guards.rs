//! Guards as annotations of an ImagePolicy.

use std::sync::Arc;

use tagwright::{Applied, Loader, MemoryState, OutcomeKind};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

use super::{IMAGE, SOURCE, build, from, objects, problems};
use crate::world::World;

pub(super) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "flux::guards::unreadable_annotation_refuses_its_policy",
            unreadable_annotation_refuses_its_policy,
        ),
        async_test("flux::guards::hold_keeps_the_value", || async {
            keeps("hold: 'true'", "5.0.0").await
        }),
        async_test("flux::guards::no_downgrade_keeps_the_value", || async {
            keeps("no-downgrade: 'true'", "5.0.9").await
        }),
        async_test("flux::guards::minimum_age_keeps_the_value", || async {
            keeps("min-age: 1000000h", "5.0.0").await
        }),
        async_test(
            "flux::guards::maximum_shrink_wants_a_state",
            maximum_shrink_wants_a_state,
        ),
    ]
}

/// A policy with this annotation keeps the value of a file that has this tag.
async fn keeps(annotation: &str, tag: &str) -> TestResult {
    let world = World::new();
    world.commit("apps/app.yaml", &world.deployment(tag));
    let flux = from(&world, &format!("{SOURCE}{}", annotated(annotation))).await;
    assert_eq!(problems(&flux), [""; 0]);
    let report = build(&world, &flux).expect("it builds").run().await?;
    assert_eq!(report.applied(), &Applied::NothingToDo, "{report}");
    assert_eq!(world.read("apps/app.yaml"), world.deployment(tag));
    let [outcome] = report.plan().outcomes() else {
        panic!("{report}")
    };
    assert_eq!(outcome.kind(), OutcomeKind::Withheld, "{report}");
    Ok(())
}

fn annotated(annotation: &str) -> String {
    let annotations = format!("labels: {{team: a}}, annotations: {{tagwright/{annotation}}}");
    IMAGE.replace("labels: {team: a}", &annotations)
}

/// It is told when the objects are loaded, and given to the loader.
async fn maximum_shrink_wants_a_state() -> TestResult {
    let world = World::new();
    let manifests = format!("{SOURCE}{}", annotated("max-shrink: '10'"));
    let flux = from(&world, &manifests).await;
    assert_eq!(
        problems(&flux),
        [
            "ImageUpdateAutomation flux-system/fleet (flux.yaml:7): error: policy 'flux-system:app': a bound on how far the tags shrink needs to know how many there were; give a state store"
        ]
    );
    let mut loader = Loader::new();
    loader.state(Arc::new(MemoryState::new()));
    let flux = loader.flux(&objects(&world, &manifests)).await;
    assert_eq!(problems(&flux), [""; 0]);
    let report = build(&world, &flux).expect("it builds").run().await?;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    assert!(!report.is_partial(), "{report}");
    Ok(())
}

async fn unreadable_annotation_refuses_its_policy() -> TestResult {
    let world = World::new();
    let second = IMAGE.replace("name: app", "name: second").replace(
        "labels: {team: a}",
        "labels: {team: a}, annotations: {tagwright/no-downgrade: perhaps}",
    );
    let flux = from(&world, &format!("{SOURCE}{IMAGE}{second}")).await;
    assert_eq!(
        problems(&flux),
        [
            "ImagePolicy flux-system/second (flux.yaml:33): error: metadata.annotations: \
             tagwright/no-downgrade: \"perhaps\" is neither true nor false"
        ]
    );
    let report = build(&world, &flux).expect("it builds").run().await?;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    assert!(report.is_partial(), "{report}");
    Ok(())
}
