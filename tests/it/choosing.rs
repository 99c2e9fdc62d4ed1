//! Choices for which the registry is asked for more than its tags.

use std::time::{Duration, UNIX_EPOCH};

use tagwright::policy::Policy;
use tagwright::{Dialect, ErrorKind, ImagePolicy};
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::oci::Fault;

use crate::world::{World, client};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("choosing::the_newest_build_wins", the_newest_build_wins),
        async_test(
            "choosing::a_tag_that_is_too_young_has_to_wait",
            a_tag_that_is_too_young_has_to_wait,
        ),
        async_test(
            "choosing::a_date_that_cannot_be_asked_for_withholds",
            a_date_that_cannot_be_asked_for_withholds,
        ),
        async_test(
            "choosing::a_tag_that_vanishes_has_no_date",
            a_tag_that_vanishes_has_no_date,
        ),
        async_test(
            "choosing::fleet_pins_the_image_for_linux_amd64",
            fleet_pins_the_image_for_linux_amd64,
        ),
    ]
}

/// Three builds of a branch, the last by name not the last by date.
fn built(world: &World) {
    for (tag, created) in [
        ("main-a", "2026-03-01T00:00:00Z"),
        ("main-b", "2026-03-03T00:00:00Z"),
        ("main-c", "2026-03-02T00:00:00Z"),
    ] {
        world.registry.push_created("org/app", tag, created);
    }
}

fn newest() -> Policy {
    Policy::builder(Dialect::Flux)
        .newest_build()
        .filter("^main-", "")
        .build()
        .expect("it is a policy")
}

async fn the_newest_build_wins() -> TestResult {
    let world = World::new();
    built(&world);
    let mut builder = world.bare_automation();
    builder.policy("flux-system:app", &world.image(), newest());
    let report = builder.build()?.run().await?;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("main-b"));
    assert_eq!(
        report.plan().selections()[0].reason(),
        "newest of 3 with a date; 5 do not match the filter"
    );
    Ok(())
}

async fn a_tag_that_is_too_young_has_to_wait() -> TestResult {
    let world = World::new();
    let registry = &world.registry;
    registry.push_created("org/app", "5.0.2", "2026-03-01T00:00:00Z");
    registry.push_created("org/app", "5.0.3", "2026-03-03T00:00:00Z");
    let second_of_march = UNIX_EPOCH + Duration::from_secs(1_772_409_600);
    let policy = Policy::builder(Dialect::Flux)
        .semver("5.0.x")
        .built_until(second_of_march)
        .build()?;
    let mut builder = world.bare_automation();
    builder.policy("flux-system:app", &world.image(), policy);
    let report = builder.build()?.run().await?;
    assert!(!report.is_partial(), "{report}");
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.2"));
    Ok(())
}

async fn a_date_that_cannot_be_asked_for_withholds() -> TestResult {
    let world = World::new();
    built(&world);
    world.registry.fault(
        "/v2/org/app/manifests/main-a",
        usize::MAX,
        Fault::status(403),
    );
    let mut builder = world.bare_automation();
    builder.policy("flux-system:app", &world.image(), newest());
    let error = builder
        .build()?
        .plan()
        .await
        .expect_err("another tag would win");
    assert_eq!(error.kind(), ErrorKind::NothingSelected);
    assert!(error.to_string().contains("403"), "{error}");
    Ok(())
}

async fn a_tag_that_vanishes_has_no_date() -> TestResult {
    let world = World::new();
    built(&world);
    world.registry.fault(
        "/v2/org/app/manifests/main-b",
        usize::MAX,
        Fault::status(404),
    );
    let mut builder = world.bare_automation();
    builder.policy("flux-system:app", &world.image(), newest());
    let report = builder.build()?.run().await?;
    assert!(!report.is_partial(), "{report}");
    assert_eq!(world.read("apps/app.yaml"), world.deployment("main-c"));
    Ok(())
}

async fn fleet_pins_the_image_for_linux_amd64() -> TestResult {
    let world = World::new();
    world.registry.push_index("org/app", "6.0.0");
    world.commit(
        "fleet.yaml",
        "image: x # {\"$imagescan\": \"scan:digest\"}\n",
    );
    let policy = Policy::builder(Dialect::Fleet).semver("*").build()?;
    let mut builder = world.bare_automation();
    let report = builder
        .dialect(Dialect::Fleet)
        .image_policy(ImagePolicy::new("scan", world.image(), policy).with_digest())
        .build()?
        .run()
        .await?;
    assert!(!report.is_partial(), "{report}");
    let image = world.image();
    let platforms = client(&world.registry)
        .platforms(&format!("{image}:6.0.0").parse()?)
        .await?;
    let [(amd64, digest), (_, other)] = &platforms[..] else {
        panic!("two platforms, found {platforms:?}")
    };
    assert_eq!(amd64.to_string(), "linux/amd64");
    assert_ne!(digest, other);
    assert_eq!(
        world.read("fleet.yaml"),
        format!("image: {image}:6.0.0@{digest} # {{\"$imagescan\": \"scan:digest\"}}\n")
    );
    Ok(())
}
