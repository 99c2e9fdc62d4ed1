//! Fleet's page "Using Image Scan to Update Container Image References".
//!
//! The `GitRepo` is a cluster's; here its manifest stands in the repository beside `fleet.yaml`. What Fleet does at
//! `imageScanInterval` is a run of the program.

use tagwright_testkit::Missing;
use tagwright_testkit::harness::Trial;
use tagwright_testkit::servers::Distribution;

use super::guide;
use super::stage::{Commit, Server, Stage};

const DEPLOYMENT: &str = "deployment.yaml";
const FORMS: &str = "forms.yaml";
const AUTHOR: &str = "foo <foo@bar.com>";
/// With the newline that a commit's message ends with.
const MESSAGE: &str = "update image\n";

macro_rules! data {
    ($name:literal) => {
        include_str!(concat!("testdata/imagescan/", $name))
    };
}

pub(super) fn tests() -> Vec<Trial> {
    vec![
        guide("imagescan::over_https", https, walk),
        guide("imagescan::over_ssh", ssh, walk),
    ]
}

/// With a Secret of the type `kubernetes.io/basic-auth`.
fn https() -> Result<Stage, Missing> {
    Ok(Stage::https(Distribution::v2()?)?.reading(&["--fleet", "."]))
}

/// With one of the type `kubernetes.io/ssh-auth`.
fn ssh() -> Result<Stage, Missing> {
    Ok(Stage::ssh(Distribution::v2()?)?.reading(&["--fleet", "."]))
}

fn walk(stage: &Stage) {
    scan_an_image(stage);
    mark_the_field(stage);
    create_a_git_repo(stage);
    push_a_new_tag(stage);
    let last = reference_in_every_form(stage);
    let last = take_prereleases(stage, &last);
    order_by_the_alphabet(stage, &last);
}

/// "Go to `fleet.yaml` and add the following section."
fn scan_an_image(stage: &Stage) {
    let tags = ["0.0.1-9", "0.0.1-10", "0.0.1", "0.0.2-1", "latest"];
    for tag in tags {
        stage.registry.push("org/redis-slave", tag);
    }
    stage.write("fleet.yaml", data!("fleet.yaml"));
    stage.log_in_to_registry("fleet-local/dockerhub-secret");
}

/// "Go to your manifest files and update the field that you want to replace."
fn mark_the_field(stage: &Stage) {
    stage.write(DEPLOYMENT, data!("deployment.yaml"));
    let marked = "redis-slave:0.0.1 # {\"$imagescan\": \"test-scan\"}\n";
    stage.edit(DEPLOYMENT, "redis-slave:0.0.1\n", marked);
}

/// "Create a `GitRepo` that includes your `fleet.yaml`"
fn create_a_git_repo(stage: &Stage) {
    stage.write("gitrepo.yaml", data!("gitrepo.yaml"));
    stage.push("scan an image");
    stage.secret("fleet-local/secret", &login(stage));
    stage.run_does_nothing("main");
}

/// What Kubernetes' types of a login have; an authority of one's own stands in `spec.caBundle`, or is given by a flag.
fn login(stage: &Stage) -> Vec<(&'static str, String)> {
    match &stage.server {
        Server::Https(server) => {
            vec![
                ("username", server.user().to_owned()),
                ("password", server.password().to_owned()),
            ]
        }
        Server::Ssh(server) => vec![
            ("ssh-privatekey", server.private_key()),
            ("known_hosts", server.known_hosts()),
        ],
    }
}

/// "Try pushing a new image tag"
fn push_a_new_tag(stage: &Stage) {
    stage.registry.push("org/redis-slave", "0.1.0");
    let commit = update().edit(DEPLOYMENT, "slave:0.0.1 #", "slave:0.1.0 #");
    commits(stage, &commit);
    stage.run_does_nothing("main");
}

#[track_caller]
fn commits(stage: &Stage, commit: &Commit) {
    stage.run_commits(commit);
    stage.pull();
}

fn update() -> Commit {
    Commit::new(AUTHOR, MESSAGE)
}

/// "There are multiple form of tagName you can reference."
fn reference_in_every_form(stage: &Stage) -> Image {
    stage.write(FORMS, data!("forms.yaml"));
    stage.push("mark every form");
    let new = Image::push(stage, "0.2.0");
    let (full, digest) = ("ghcr.io/org/redis-slave", &new.digest);
    let commit = update()
        .edit(DEPLOYMENT, "slave:0.1.0 #", "slave:0.2.0 #")
        .edit(FORMS, format!("{full}:0.0.1 #"), format!("{full}:0.2.0 #"))
        .edit(FORMS, "name: redis-slave", format!("name: {full}"))
        .edit(FORMS, "tag: 0.0.1 #", "tag: 0.2.0 #")
        .edit(FORMS, "slave:0.0.1'", format!("slave:0.2.0@{digest}'"));
    commits(stage, &commit);
    new
}

/// An image in the registry.
struct Image {
    tag: &'static str,
    digest: String,
}

impl Image {
    fn push(stage: &Stage, tag: &'static str) -> Self {
        let digest = stage.registry.push("org/redis-slave", tag);
        Self { tag, digest }
    }
}

/// "Semver will ignore pre-release versions unless a pre-release version is explicitly used in the range definition."
fn take_prereleases(stage: &Stage, last: &Image) -> Image {
    Image::push(stage, "0.3.0-9");
    let new = Image::push(stage, "0.3.0-10");
    stage.run_does_nothing("main");
    stage.edit("fleet.yaml", "range: \"*\"", "range: \">= 0.0.1-10\"");
    stage.push("take prereleases");
    replaces(stage, last, &new);
    new
}

/// "can use ascending or descending order", where Fleet takes the first tag for `asc` and the last for `desc`.
fn order_by_the_alphabet(stage: &Stage, last: &Image) {
    let first = Image::push(stage, "0.0.1");
    let latest = Image::push(stage, "latest");
    let semver = "    semver:\n      range: \">= 0.0.1-10\"\n";
    stage.edit("fleet.yaml", semver, "");
    stage.push("order by the alphabet");
    replaces(stage, last, &first);
    stage.edit("fleet.yaml", "order: asc", "order: desc");
    stage.push("turn the order");
    replaces(stage, &first, &latest);
}

/// Wherever a marker stands.
#[track_caller]
fn replaces(stage: &Stage, old: &Image, new: &Image) {
    let forms = |image: &Image| {
        let Image { tag, digest } = image;
        [
            format!("slave:{tag} #"),
            format!("full: ghcr.io/org/redis-slave:{tag} #"),
            format!("tag: {tag} #"),
            format!("slave:{tag}@{digest}"),
        ]
    };
    let files = [DEPLOYMENT, FORMS, FORMS, FORMS];
    let edits = files
        .into_iter()
        .zip(forms(old).into_iter().zip(forms(new)));
    let commit = edits.fold(update(), |commit, (file, (old, new))| {
        commit.edit(file, old, new)
    });
    commits(stage, &commit);
}
