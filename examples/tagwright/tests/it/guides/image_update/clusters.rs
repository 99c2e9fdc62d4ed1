//! Two clusters in one repository, as `flux bootstrap --path` makes them: each has objects of its own, of the same names.

use super::{AUTHOR, Commit, Stage};
use crate::guides::stage::Head;

macro_rules! data {
    ($name:literal) => {
        include_str!(concat!("../testdata/image-update/", $name))
    };
}

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

fn commit<'a>(message: &'a str, edits: &'a [(&'a str, &'a str, &'a str)]) -> Commit<'a> {
    Commit {
        branch: "main",
        author: AUTHOR,
        message,
        edits,
    }
}

fn each_follows_its_own_range(stage: &Stage) {
    let before = stage.head("main");
    stage.run_well();
    let first: Head = stage.head("main~1");
    let edits = [("clusters/production/podinfo.yaml", ":5.0.0 #", ":5.0.3 #")];
    let production = commit("ghcr.io/stefanprodan/podinfo:5.0.3\n", &edits);
    before.is_below(&first, stage, &production);
    let edits = [("clusters/staging/podinfo.yaml", ":5.0.0 #", ":5.1.0 #")];
    first.was_followed_by(
        stage,
        &commit("ghcr.io/stefanprodan/podinfo:5.1.0\n", &edits),
    );
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
    stage
        .registry
        .push_tags("stefanprodan/podinfo", ["5.0.4", "5.1.1"]);
    let edits = [("clusters/staging/podinfo.yaml", ":5.1.0 #", ":5.1.1 #")];
    let before = stage.head("main");
    let ran = stage.run();
    let note = "note: ImageUpdateAutomation flux-system/flux-system (clusters/production/automation.yaml:2): suspended\n";
    assert_eq!((ran.code, &*ran.stderr), (0, note));
    before.was_followed_by(
        stage,
        &commit("ghcr.io/stefanprodan/podinfo:5.1.1\n", &edits),
    );
}
