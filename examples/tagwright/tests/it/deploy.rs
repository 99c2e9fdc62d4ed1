//! The files of `deploy/`: what they say is done, as far as that goes without Docker and a cluster. Whether each of them is
//! well formed, `.ci/run deploy` asks those who will read them.

mod is_static;
mod kubernetes;
mod pipelines;
mod service;

use std::fs;
use std::path::{Path, PathBuf};

use tagwright_testkit::harness::{TestResult, Trial, test};
use yaml_rust2::{Yaml, YamlLoader};

use crate::named::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("deploy::a_job_of_kubernetes", kubernetes::job),
        test("deploy::a_plan_of_github", pipelines::github_plan),
        test("deploy::a_run_of_github", pipelines::github_run),
        test("deploy::a_plan_of_gitlab", pipelines::gitlab_plan),
        test("deploy::a_run_of_gitlab", pipelines::gitlab_run),
        test("deploy::a_service_of_kubernetes", service::pod),
        test("deploy::a_unit_of_systemd", service::unit),
        test("deploy::a_static_program_is_told", is_static::is_told),
        test("deploy::versions_are_those_of_the_program", versions),
    ]
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The documents of a file.
fn read(name: &str) -> Vec<Yaml> {
    let text = fs::read_to_string(root().join("deploy").join(name)).expect("a file");
    YamlLoader::load_from_str(&text).expect("YAML")
}

fn world() -> Result<World, tagwright_testkit::Missing> {
    World::new(&root().join("docs/example/flux"))
}

/// The texts of a list.
fn texts(list: &Yaml) -> Vec<String> {
    let items = list.as_vec().expect("a list").iter();
    items
        .map(|item| item.as_str().expect("a text").to_owned())
        .collect()
}

#[track_caller]
fn assert_updated(world: &World) {
    let text = world
        .repository
        .read("main", "clusters/production/podinfo.yaml");
    let text = String::from_utf8(text).expect("text");
    assert!(text.contains("podinfo:5.0.3 # {"), "{text}");
    let left: Vec<_> = fs::read_dir(world.path("tmp")).expect("a folder").collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The image that the files name is of this version, and the compiler that builds it is new enough.
fn versions() -> TestResult {
    let files = [
        "Dockerfile",
        "gitlab-ci.yml",
        "github/plan.yml",
        "github/run.yml",
        "kubernetes/run.yaml",
        "kubernetes/watch.yaml",
    ];
    for file in files {
        let text = fs::read_to_string(root().join("deploy").join(file))?;
        let versions: Vec<&str> = text.split("ghcr.io/example/tagwright:").skip(1).collect();
        assert!(!versions.is_empty(), "{file}");
        for version in versions {
            assert!(
                version.starts_with(concat!(env!("CARGO_PKG_VERSION"), "\n"))
                    || version.starts_with(concat!(env!("CARGO_PKG_VERSION"), " .")),
                "{file}"
            );
        }
    }
    let text = fs::read_to_string(root().join("deploy/Dockerfile"))?;
    let rust = text
        .lines()
        .find_map(|line| line.strip_prefix("ARG RUST=1."));
    let needed = env!("CARGO_PKG_RUST_VERSION").strip_prefix("1.");
    let minor =
        |text: Option<&str>| text.and_then(|text| text.split('.').next()?.parse::<u32>().ok());
    assert!(minor(rust) >= minor(needed) && minor(needed).is_some());
    Ok(())
}
