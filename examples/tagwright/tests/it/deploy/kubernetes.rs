//! The arguments of pods.

use tagwright_testkit::harness::TestResult;
use yaml_rust2::Yaml;

use super::{assert_updated, read, texts, world};
use crate::named::World;

/// What is mounted in a pod is in the world's folder.
fn arguments(pod: &Yaml, world: &World) -> Vec<String> {
    let arguments = texts(&pod["spec"]["containers"][0]["args"]);
    let secrets = world.path("secrets").display().to_string();
    let placed = |argument: String| argument.replace("/etc/tagwright/", &format!("{secrets}/"));
    arguments.into_iter().map(placed).collect()
}

pub(super) fn job() -> TestResult {
    let world = world()?;
    let documents = read("kubernetes/run.yaml");
    let pod = &documents[0]["spec"]["jobTemplate"]["spec"]["template"];
    let ran = world
        .command("tagwright")
        .args(arguments(pod, &world))
        .output()?;
    assert!(ran.status.success(), "{ran:?}");
    assert_updated(&world);
    Ok(())
}
