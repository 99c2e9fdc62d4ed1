//! The scripts of pipelines, with programs that stand for Docker and for what speaks to forges.

use std::fs;
use std::process::Command;

use tagwright_testkit::harness::TestResult;
use yaml_rust2::Yaml;

use super::{assert_updated, read, texts, world};
use crate::named::World;

/// `docker run` of the image is the program, and of the variables it has those that are named.
const DOCKER: &str = r#"#!/bin/sh
set -eu
[ "$1" = run ]
passed=
while [ "$1" != "$TAGWRIGHT" ]; do
    if [ "$1" = --env ]; then passed="$passed $2"; fi
    shift
done
shift
case $passed in *GIT_TOKEN*) ;; *) unset GIT_TOKEN ;; esac
exec tagwright "$@"
"#;

/// Writes down what it was told.
const WRITER: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$HOME/told\"\ncat >\"$HOME/heard\"\n";

/// The steps of the only job that run something, in one checkout.
fn github(world: &World, workflow: &Yaml) {
    world.write_program("bin/docker", DOCKER);
    world.write_program("bin/gh", WRITER);
    let (_, job) = workflow["jobs"]
        .as_hash()
        .expect("jobs")
        .front()
        .expect("a job");
    let steps = job["steps"].as_vec().expect("steps").iter();
    for step in steps.filter(|step| !step["run"].is_badvalue()) {
        let mut shell = world.shell();
        shell.args(["-e", "-c", step["run"].as_str().expect("a script")]);
        for variables in [&job["env"], &step["env"]] {
            let variables = variables.as_hash().into_iter().flatten();
            for (name, value) in variables {
                let name = name.as_str().expect("a name");
                shell.env(name, evaluated(value.as_str().expect("a text"), world));
            }
        }
        succeed(&mut shell);
    }
}

/// What the workflows use of GitHub's expressions.
fn evaluated(text: &str, world: &World) -> String {
    let token = world.token();
    let text = text
        .replace("${{ github.token }}", token)
        .replace("${{ github.server_url }}", "https://github.com")
        .replace("${{ github.repository }}", "example/fleet-infra")
        .replace("${{ github.event.pull_request.number }}", "7");
    assert!(!text.contains("${{"), "{text}");
    text
}

#[track_caller]
fn succeed(command: &mut Command) {
    let ran = command.output().expect("a shell starts");
    assert!(ran.status.success(), "{ran:?}");
}

pub(super) fn github_plan() -> TestResult {
    let world = world()?;
    github(&world, &read("github/plan.yml")[0]);
    let told = fs::read_to_string(world.path("told"))?;
    assert_eq!(
        told,
        "pr\ncomment\n7\n--body-file\nplan.md\n--edit-last\n--create-if-none\n"
    );
    assert_plan(&world)
}

pub(super) fn github_run() -> TestResult {
    let world = world()?;
    github(&world, &read("github/run.yml")[0]);
    assert_updated(&world);
    Ok(())
}

/// The comment shows the change, and nothing was done.
fn assert_plan(world: &World) -> TestResult {
    let plan = fs::read_to_string(world.path("fleet-infra/plan.md"))?;
    assert!(plan.starts_with("**1 value changes** in 1 file"), "{plan}");
    let text = world
        .repository
        .read("main", "clusters/production/podinfo.yaml");
    assert!(String::from_utf8_lossy(&text).contains("podinfo:5.0.0"));
    Ok(())
}

/// The script of a job, with what GitLab and the project's settings say.
fn gitlab(world: &World, job: &str) {
    world.write_program("bin/curl", WRITER);
    let script = texts(&read("gitlab-ci.yml")[0][job]["script"]).join("\n");
    let mut shell = world.command("sh");
    shell
        .args(["-e", "-c", &script])
        .current_dir(world.path("fleet-infra"))
        .env_remove("GIT_TOKEN")
        .env("TAGWRIGHT_GIT_TOKEN", world.token())
        .env("TAGWRIGHT_NOTE_TOKEN", "glpat-of-a-test")
        .env("CI_PROJECT_URL", "https://github.com/example/fleet-infra")
        .env("CI_API_V4_URL", "https://gitlab.com/api/v4")
        .env("CI_PROJECT_ID", "42")
        .env("CI_MERGE_REQUEST_IID", "7");
    succeed(&mut shell);
}

/// The token goes through the standard input of `curl`, where no list of processes shows it.
pub(super) fn gitlab_plan() -> TestResult {
    let world = world()?;
    gitlab(&world, "tagwright plan");
    gitlab(&world, "tagwright note");
    let heard = fs::read_to_string(world.path("heard"))?;
    assert_eq!(heard, "header = \"PRIVATE-TOKEN: glpat-of-a-test\"\n");
    let told = fs::read_to_string(world.path("told"))?;
    let expected = "body@plan.md\nhttps://gitlab.com/api/v4/projects/42/merge_requests/7/notes\n";
    assert!(
        told.ends_with(expected) && !told.contains("glpat"),
        "{told}"
    );
    assert_plan(&world)
}

pub(super) fn gitlab_run() -> TestResult {
    let world = world()?;
    gitlab(&world, "tagwright run");
    assert_updated(&world);
    Ok(())
}
