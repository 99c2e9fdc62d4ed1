//! From the first deployment to the commit message.

use super::{AUTHOR, AUTOMATION, Commit, DEPLOYMENT, POLICY, REGISTRY, Stage, replaced};
use crate::program::Ran;

macro_rules! data {
    ($name:literal) => {
        include_str!(concat!("../testdata/image-update/", $name))
    };
}

pub(super) fn walk(stage: &Stage) {
    install_flux(stage);
    deploy_a_demo_app(stage);
    configure_image_scanning(stage);
    configure_image_updates(stage);
    configure_image_update_for_custom_resources(stage);
    push_updates_to_a_different_branch(stage);
    configure_the_commit_message(stage);
}

/// `flux bootstrap` leaves this in the repository, and its login in the cluster.
pub(super) fn install_flux(stage: &Stage) {
    let sync = "clusters/my-cluster/flux-system/gotk-sync.yaml";
    stage.write(sync, data!("gotk-sync.yaml"));
    stage.secret("flux-system/flux-system", &stage.server.login());
}

pub(super) fn deploy_a_demo_app(stage: &Stage) {
    let tags = ["4.0.6", "5.0.0", "5.0.1", "5.0.2", "5.0.3", "latest"];
    stage.registry.push_tags("stefanprodan/podinfo", tags);
    stage.registry.push("stefanprodan/podinfo", "5.0.4-rc.1");
    stage.write(DEPLOYMENT, data!("podinfo-deployment.yaml"));
    stage.push("add podinfo deployment");
}

/// The image is private.
pub(super) fn configure_image_scanning(stage: &Stage) {
    let registry = "flux create image repository podinfo \\
        --image=ghcr.io/stefanprodan/podinfo \\
        --interval=5m \\
        --export";
    stage.create(registry, REGISTRY, data!("podinfo-registry.yaml"));
    let secret = "podinfo\n  secretRef:\n    name: regcred\n  interval";
    stage.edit(REGISTRY, "podinfo\n  interval", secret);
    choose(stage, "5.0.x", data!("podinfo-policy.yaml"));
    stage.push("add podinfo image scan");
    look_at_the_image(stage);
}

/// `flux get image repository podinfo` and `flux get image policy podinfo`, without and with the Secret.
fn look_at_the_image(stage: &Stage) {
    let image = "ghcr.io/stefanprodan/podinfo";
    let ran = stage.ask(&["tags", image, "--only-secrets"]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""), "{}", ran.stderr);
    stage.log_in_to_registry("flux-system/regcred");
    let secret = ["--image-secret", "flux-system/regcred"];
    let ran = stage.ask(&["tags", image, secret[0], secret[1]]);
    let tags = "4.0.6\n5.0.0\n5.0.1\n5.0.2\n5.0.3\n5.0.4-rc.1\nlatest\n";
    assert_eq!((ran.code, &*ran.stdout), (0, tags), "{}", ran.stderr);
    let range = ["--semver", "5.0.x", "--reference"];
    let ran = stage.ask(&[&["select", image], &secret[..], &range].concat());
    let selected = format!("{image}:5.0.3\n");
    assert_eq!((ran.code, ran.stdout), (0, selected), "{}", ran.stderr);
}

/// A range as a shell takes it.
pub(super) fn choose(stage: &Stage, range: &str, expected: &str) {
    let policy = format!(
        "flux create image policy podinfo \\
        --image-ref=podinfo \\
        --select-semver={range} \\
        --export"
    );
    stage.create(&policy, POLICY, expected);
}

fn configure_image_updates(stage: &Stage) {
    mark_and_automate(stage);
    plan_changes_nothing(stage);
    let commit = Commit::new(AUTHOR, "ghcr.io/stefanprodan/podinfo:5.0.3\n")
        .edit(DEPLOYMENT, ":5.0.0 #", ":5.0.3 #");
    stage.run_commits(&commit);
    stage.run_does_nothing("main");
}

/// A look before the commit, which Flux has not.
fn plan_changes_nothing(stage: &Stage) {
    let before = stage.head("main");
    let ran = stage.command("plan").arg("--exit-code").output();
    let ran = Ran::of(ran.expect("it starts"));
    assert_eq!((ran.code, &*ran.stderr), (2, ""), "{}", ran.stdout);
    let line = "+          image: ghcr.io/stefanprodan/podinfo:5.0.3 # {\"$imagepolicy\": \"flux-system:podinfo\"}\n";
    assert!(ran.stdout.contains(line), "{}", ran.stdout);
    before.stands(stage, "main");
}

pub(super) fn mark_and_automate(stage: &Stage) {
    stage.pull();
    let marker = "podinfo:5.0.0 # {\"$imagepolicy\": \"flux-system:podinfo\"}\n";
    let marked = replaced(&stage.read(DEPLOYMENT), "podinfo:5.0.0\n", marker);
    stage.offline(&["mark", "--write", "clusters/my-cluster"]);
    assert_eq!(stage.read(DEPLOYMENT), marked);
    let automation = "flux create image update flux-system \\
        --interval=30m \\
        --git-repo-ref=flux-system \\
        --git-repo-path=\"./clusters/my-cluster\" \\
        --checkout-branch=main \\
        --push-branch=main \\
        --author-name=fluxcdbot \\
        --author-email=fluxcdbot@users.noreply.github.com \\
        --commit-template=\"{{range .Updated.Images}}{{println .}}{{end}}\" \\
        --export";
    stage.create(automation, AUTOMATION, data!("flux-system-automation.yaml"));
    assert_eq!(stage.offline(&["lint"]), "");
    stage.push("add image updates automation");
}

fn configure_image_update_for_custom_resources(stage: &Stage) {
    stage.pull();
    let golang = ["1.15.6", "1.15.7", "1.15.15", "1.16.0", "1.15.16-alpine"];
    stage.registry.push_tags("library/golang", golang);
    let files = [
        ("podinfo-release.yaml", data!("podinfo-release.yaml")),
        ("golang-registry.yaml", data!("golang-registry.yaml")),
        ("golang-policy.yaml", data!("golang-policy.yaml")),
        ("golang-task.yaml", data!("golang-task.yaml")),
        (
            "podinfo-kustomization.yaml",
            data!("podinfo-kustomization.yaml"),
        ),
        ("podinfo/kustomization.yaml", data!("kustomization.yaml")),
    ];
    for (name, text) in files {
        stage.write(&format!("clusters/my-cluster/{name}"), text);
    }
    assert_eq!(stage.offline(&["lint"]), "");
    stage.push("add custom resources");
    let commit = Commit::new(
        AUTHOR,
        "docker.io/golang:1.15.15\nghcr.io/stefanprodan/podinfo:5.0.3\n",
    )
    .edit(
        "clusters/my-cluster/podinfo-release.yaml",
        "5.0.0  #",
        "5.0.3  #",
    )
    .edit(
        "clusters/my-cluster/golang-task.yaml",
        ":1.15.6 #",
        ":1.15.15 #",
    )
    .edit(
        "clusters/my-cluster/podinfo-kustomization.yaml",
        "podinfo_version: 5.0.0",
        "podinfo_version: 5.0.3",
    )
    .edit(
        "clusters/my-cluster/podinfo-kustomization.yaml",
        "newTag: 5.0.0",
        "newTag: 5.0.3",
    )
    .edit(
        "clusters/my-cluster/podinfo/kustomization.yaml",
        "newTag: 5.0.0",
        "newTag: 5.0.3",
    );
    stage.run_commits(&commit);
}

/// A pull request is made of the branch by the forge's automation, and merged by a person.
fn push_updates_to_a_different_branch(stage: &Stage) {
    stage.pull();
    let (main, other) = (
        "    push:\n      branch: main",
        "    push:\n      branch: flux-image-updates",
    );
    stage.edit(AUTOMATION, main, other);
    stage.push("push to a branch");
    stage.run_does_nothing("main");
    assert_eq!(stage.repository.tip("flux-image-updates"), None);

    // Each time the branch is made anew from `main`, so that there is one commit to review.
    let main = stage.head("main");
    for tag in ["5.0.4", "5.0.5"] {
        stage.registry.push("stefanprodan/podinfo", tag);
        let message = format!("ghcr.io/stefanprodan/podinfo:{tag}\n");
        let commit = everywhere(message, "5.0.3", tag).branch("flux-image-updates");
        stage.run_commits(&commit);
        main.stands(stage, "main");
    }
    stage.run_does_nothing("flux-image-updates");
    stage.merge("flux-image-updates");
}

/// All that names the tag.
fn everywhere(message: impl Into<String>, old: &str, new: &str) -> Commit {
    let places = [
        (DEPLOYMENT, "podinfo:"),
        ("clusters/my-cluster/podinfo-release.yaml", "tag: "),
        (
            "clusters/my-cluster/podinfo-kustomization.yaml",
            "podinfo_version: ",
        ),
        ("clusters/my-cluster/podinfo-kustomization.yaml", "newTag: "),
        ("clusters/my-cluster/podinfo/kustomization.yaml", "newTag: "),
    ];
    let edit = |commit: Commit, (file, before)| {
        commit.edit(file, format!("{before}{old} "), format!("{before}{new} "))
    };
    places.into_iter().fold(Commit::new(AUTHOR, message), edit)
}

fn configure_the_commit_message(stage: &Stage) {
    stage.pull();
    let one_line = "'{{range .Updated.Images}}{{println .}}{{end}}'";
    stage.edit(AUTOMATION, one_line, data!("message-template.txt"));
    let (other, main) = ("      branch: flux-image-updates", "      branch: main");
    stage.edit(AUTOMATION, other, main);
    stage.push("say more");
    stage.registry.push("stefanprodan/podinfo", "5.0.6");
    stage.run_commits(&everywhere(data!("message.txt"), "5.0.5", "5.0.6"));
}
