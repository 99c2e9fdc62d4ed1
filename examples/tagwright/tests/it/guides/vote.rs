//! The lab "Automating Image Updates" of the course on Flux: a voting app, whose images are named by branch, commit and time.
//!
//! The objects stand in a repository of their own, `flux-infra`, the app in `instavote`. What is a cluster's is left out:
//! `flux bootstrap`, the roll-out, and `flux export`, as the manifests are written as files from the beginning.

use tagwright_testkit::Missing;
use tagwright_testkit::harness::Trial;
use tagwright_testkit::servers::Distribution;

use super::guide;
use super::stage::{Commit, Stage};

const AUTHOR: &str = "flux <flux@example.com>";
const INFRA: &str = "../flux-infra/clusters/staging";
const STAGING: &str = "deploy/vote/staging/kustomization.yaml";
const VALUES: &str = "deploy/charts/result/values.yaml";

macro_rules! data {
    ($name:literal) => {
        include_str!(concat!("testdata/vote/", $name))
    };
}

pub(super) fn tests() -> Vec<Trial> {
    vec![guide("vote::lab", stage, lab)]
}

fn stage() -> Result<Stage, Missing> {
    Ok(Stage::https(Distribution::v2()?)?.reading(&["--flux", INFRA]))
}

fn lab(stage: &Stage) {
    begin(stage);
    set_up_the_image_repository_scanning(stage);
    define_the_image_selection_policy(stage);
    mark_the_deployment_code_for_image_replacement(stage);
    generate_a_secret_to_authenticate_with_git_repo(stage);
    fix_issues_with_images(stage);
    mini_project(stage);
}

/// What stands before the lab begins.
fn begin(stage: &Stage) {
    stage.write(STAGING, data!("kustomization.yaml"));
    stage.write(VALUES, data!("values.yaml"));
    stage.push("deploy");
    let repository = format!("{INFRA}/instavote-gitrepository.yaml");
    stage.write(&repository, data!("instavote-gitrepository.yaml"));
}

/// The account at Docker Hub is Ada's.
fn scan(stage: &Stage, name: &str, expected: &str) {
    let line = format!(
        "flux create image repository {name} --image=ada/{name} --interval=1m --secret-ref=docker --export"
    );
    stage.create(
        &line,
        &format!("{INFRA}/{name}-imagerepository.yaml"),
        expected,
    );
}

fn select(stage: &Stage, name: &str, expected: &str) {
    let line = format!(
        "flux create image policy {name} \\
        --image-ref={name} \\
        --select-numeric=asc \\
        --filter-regex='^main-[a-f0-9]+-(?P<ts>[0-9]+)' \\
        --filter-extract='$ts' \\
        --export"
    );
    stage.create(&line, &format!("{INFRA}/{name}-imagepolicy.yaml"), expected);
}

fn update(stage: &Stage, name: &str, path: &str, file: &str, expected: &str) {
    let line = format!(
        "flux create image update {name} \\
        --git-repo-ref=instavote \\
        --git-repo-path=\"{path}\" \\
        --checkout-branch=main \\
        --push-branch=main \\
        --author-name=flux \\
        --author-email=flux@example.com \\
        --commit-template=\"{{{{range .Updated.Images}}}}{{{{println .}}}}{{{{end}}}}\" \\
        --export"
    );
    stage.create(&line, &format!("{INFRA}/{file}"), expected);
}

/// Docker Hub's image is public; this registry wants a password of everybody.
fn set_up_the_image_repository_scanning(stage: &Stage) {
    let tags = [
        "v8",
        "latest",
        "main-e5d27a2c-1619063680",
        "main-1c01cd25-1684430239",
        // The greater text, and the smaller number.
        "main-ffffffff-999999999",
        "feature-1c01cd25-1700000000",
        "main-unhashed-1700000000",
    ];
    stage.registry.push_tags("ada/vote", tags);
    scan(stage, "vote", data!("vote-imagerepository.yaml"));
    stage.log_in_to_registry("flux-system/docker");
}

fn define_the_image_selection_policy(stage: &Stage) {
    select(stage, "vote", data!("vote-imagepolicy.yaml"));
}

/// The update fails as in the lab, as Git wants a login.
fn mark_the_deployment_code_for_image_replacement(stage: &Stage) {
    stage.edit(
        STAGING,
        "newTag: v8\n",
        "newTag: v8 # {\"$imagepolicy\": \"flux-system:vote:tag\"}\n",
    );
    stage.push("mark the image");
    let expected = data!("vote-imageupdateautomation.yaml");
    let file = "vote-imageupdateautomation.yaml";
    update(
        stage,
        "instavote-all",
        "./deploy/vote/staging",
        file,
        expected,
    );
    let before = stage.head("main");
    let ran = stage.run();
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    before.stands(stage, "main");
}

fn generate_a_secret_to_authenticate_with_git_repo(stage: &Stage) {
    stage.secret("flux-system/github-instavote", &stage.server.login());
    let secret = "    branch: main\n  secretRef:\n    name: github-instavote\n";
    stage.edit(
        &format!("{INFRA}/instavote-gitrepository.yaml"),
        "    branch: main\n",
        secret,
    );
    stage.run_commits(
        &Commit::new(AUTHOR, "ada/vote:main-1c01cd25-1684430239\n").edit(
            STAGING,
            "newTag: v8 #",
            "newTag: main-1c01cd25-1684430239 #",
        ),
    );
    stage.run_does_nothing("main");
}

/// The tags are of another account's image than the deployment's.
fn fix_issues_with_images(stage: &Stage) {
    stage.pull();
    let (old, new) = (
        "schoolofdevops/vote\n",
        "schoolofdevops/vote\n  newName: ada/vote\n",
    );
    stage.edit(STAGING, old, new);
    stage.push("take our image");
    stage.run_does_nothing("main");
}

/// The chart's version is raised by hand.
fn mini_project(stage: &Stage) {
    stage.pull();
    stage.edit(
        VALUES,
        "tag: \"latest\"\n",
        "tag: \"latest\" # {\"$imagepolicy\": \"flux-system:result:tag\"}\n",
    );
    stage.push("mark the values");
    stage
        .registry
        .push("ada/result", "main-0a1b2c3d-1684430500");
    scan(stage, "result", data!("result-imagerepository.yaml"));
    select(stage, "result", data!("result-imagepolicy.yaml"));
    let expected = data!("result-imageupdateautomation.yaml");
    let file = "result-imageupdateautomation.yaml";
    update(stage, "result", "./deploy/charts/result", file, expected);
    stage.run_commits(
        &Commit::new(AUTHOR, "ada/result:main-0a1b2c3d-1684430500\n").edit(
            VALUES,
            "tag: \"latest\" #",
            "tag: \"main-0a1b2c3d-1684430500\" #",
        ),
    );
    both_at_once(stage);
}

/// Each automation makes its commit, one on the other, in the order of the manifests.
fn both_at_once(stage: &Stage) {
    stage.registry.push("ada/vote", "main-4d5e6f70-1684440000");
    stage
        .registry
        .push("ada/result", "main-4d5e6f70-1684440000");
    let before = stage.head("main");
    stage.run_well();
    let (first, second) = (stage.head("main~1"), stage.head("main"));
    let result = Commit::new(AUTHOR, "ada/result:main-4d5e6f70-1684440000\n").edit(
        VALUES,
        "0a1b2c3d-1684430500",
        "4d5e6f70-1684440000",
    );
    let vote = Commit::new(AUTHOR, "ada/vote:main-4d5e6f70-1684440000\n").edit(
        STAGING,
        "1c01cd25-1684430239",
        "4d5e6f70-1684440000",
    );
    before.is_below(&first, &result);
    first.is_below(&second, &vote);
}
