//! Two clusters in one repository, as `flux bootstrap --path` makes them: each has objects of its own, of the same names.

use super::{AUTHOR, Commit, Stage};

macro_rules! data {
    ($name:literal) => {
        include_str!(concat!("../testdata/image-update/", $name))
    };
}

const PRODUCTION: &str = "clusters/production/podinfo.yaml";
const STAGING: &str = "clusters/staging/podinfo.yaml";
const MARKED: &str = "podinfo:5.0.0 # {\"$imagepolicy\": \"flux-system:podinfo\"}\n";

pub(super) fn walk(stage: &Stage) {
    let tags = ["5.0.0", "5.0.3", "5.1.0"];
    stage.registry.push_tags("stefanprodan/podinfo", tags);
    cluster(stage, "production", "5.0.x");
    cluster(stage, "staging", "'>=5.0.0'");
    stage.push("two clusters");
    stage.secret("flux-system/flux-system", &stage.server.login());
    stage.log_in_to_registry("flux-system/regcred");
    each_follows_its_own_range(stage);
    one_is_suspended(stage);
}

fn cluster(stage: &Stage, name: &str, range: &str) {
    let write = |file: &str, text: &str| stage.write(&format!("clusters/{name}/{file}"), text);
    write("flux-system/gotk-sync.yaml", data!("gotk-sync.yaml"));
    let secret = "podinfo\n  secretRef: {name: regcred}\n  interval";
    let registry = data!("podinfo-registry.yaml").replace("podinfo\n  interval", secret);
    write("podinfo-registry.yaml", &registry);
    write(
        "podinfo-policy.yaml",
        &data!("podinfo-policy.yaml").replace("5.0.x", range),
    );
    let automation = data!("flux-system-automation.yaml");
    write("automation.yaml", &automation.replace("my-cluster", name));
    let deployment = data!("podinfo-deployment.yaml");
    write(
        "podinfo.yaml",
        &deployment.replace("podinfo:5.0.0\n", MARKED),
    );
}

/// What its automation does to a cluster's deployment.
fn update(file: &'static str, old: &str, new: &str) -> Commit {
    let message = format!("ghcr.io/stefanprodan/podinfo:{new}\n");
    Commit::new(AUTHOR, message).edit(file, format!(":{old} #"), format!(":{new} #"))
}

fn each_follows_its_own_range(stage: &Stage) {
    let before = stage.head("main");
    stage.run_well();
    let first = stage.head("main~1");
    before.is_below(&first, &update(PRODUCTION, "5.0.0", "5.0.3"));
    first.was_followed_by(stage, &update(STAGING, "5.0.0", "5.1.0"));
}

fn one_is_suspended(stage: &Stage) {
    stage.pull();
    let suspended = "\nspec:\n  suspend: true\n";
    stage.edit(
        "clusters/production/automation.yaml",
        "\nspec:\n",
        suspended,
    );
    stage.push("suspend production");
    let tags = ["5.0.4", "5.1.1"];
    stage.registry.push_tags("stefanprodan/podinfo", tags);
    let before = stage.head("main");
    let ran = stage.run();
    let note = "note: ImageUpdateAutomation flux-system/flux-system (clusters/production/automation.yaml:2): suspended\n";
    assert_eq!((ran.code, &*ran.stderr), (0, note));
    before.was_followed_by(stage, &update(STAGING, "5.1.0", "5.1.1"));
}
