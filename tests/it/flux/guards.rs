//! Guards as annotations of an ImagePolicy.

use tagwright_testkit::harness::{TestResult, Trial, async_test};

use super::{IMAGE, SOURCE, build, from, problems};
use crate::world::World;

pub(super) fn tests() -> Vec<Trial> {
    vec![async_test(
        "flux::guards::unreadable_annotation_refuses_its_policy",
        unreadable_annotation_refuses_its_policy,
    )]
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
