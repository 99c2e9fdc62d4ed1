//! The schema of `tagwright.yaml`, judged by a validator that is not ours.

use boon::{Compiler, Schemas};
use serde_json::{Map, Value};
use tagwright_manifests::Severity;
use tagwright_manifests::config;
use yaml_rust2::{Yaml, YamlLoader};

const EXAMPLE: &str = include_str!("../../src/config/example.yaml");
const PROBLEMS: &str = include_str!("../../testdata/config-problems.txt");

/// What no schema can tell, and what is no one value to begin with.
const BEYOND: &[&str] = &[
    "names that are not defined",
    "repeated names",
    "a configuration that is no YAML",
];

fn takes(text: &str) -> bool {
    let mut documents = YamlLoader::load_from_str(text).expect("it is YAML");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let schema = serde_json::from_str(config::SCHEMA).expect("the schema is JSON");
    let added = compiler.add_resource("memory:schema.json", schema);
    added.expect("the schema is one");
    let index = compiler.compile("memory:schema.json", &mut schemas);
    let index = index.expect("the schema follows its draft");
    schemas.validate(&json(documents.remove(0)), index).is_ok()
}

fn json(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Boolean(value) => value.into(),
        Yaml::Integer(number) => number.into(),
        Yaml::Real(text) => text.parse::<f64>().expect("a number").into(),
        Yaml::String(text) => text.into(),
        Yaml::Array(items) => items.into_iter().map(json).collect(),
        Yaml::Hash(map) => {
            let entry =
                |(key, value): (Yaml, Yaml)| (key.into_string().expect("text"), json(value));
            Value::Object(map.into_iter().map(entry).collect::<Map<_, _>>())
        }
        other => panic!("no JSON has {other:?}"),
    }
}

#[test]
fn the_example_is_taken() {
    assert!(takes(EXAMPLE));
}

#[test]
fn what_the_reader_refuses_is_refused() {
    let mut judged = 0;
    for case in PROBLEMS.split("### ").skip(1) {
        let (title, rest) = case.split_once('\n').expect("a title");
        let (text, _) = rest.split_once(">>> ").expect("an expectation");
        let problems = config::read("f.yaml", text.as_bytes()).problems;
        assert!(
            problems
                .iter()
                .any(|problem| problem.severity == Severity::Error),
            "{title}"
        );
        if !BEYOND.contains(&title) {
            assert!(!takes(text), "{title}");
            judged += 1;
        }
    }
    assert!(judged > 10, "the cases are there");
}

const IMAGES: &str = "images: {i: {image: ghcr.io/org/app}}\n";

/// Each is refused for one reason alone: without its fault it is taken.
#[test]
fn one_fault_is_enough() {
    let policy = |fields: &str| format!("{IMAGES}policies: {{'a:b': {{image: i{fields}}}}}\n");
    let image = |fields: &str| format!("images: {{i: {{image: ghcr.io/org/app{fields}}}}}\n");
    let target = |fields: &str| format!("targets: {{t: {{{fields}}}}}\n");
    let branch = |fields: &str| {
        target(&format!(
            "repository: 'https://host/r', branch: main, {fields}"
        ))
    };
    let commit = |fields: &str| branch(&format!("commit: {{author: {{email: e}}{fields}}}"));
    for (good, bad) in [
        ("version: 1\n".to_owned(), "version: 2\n".to_owned()),
        ("dialect: fleet\n".to_owned(), "dialect: argo\n".to_owned()),
        (policy(", semver: '*'"), policy("")),
        (
            policy(", semver: '*'"),
            policy(", semver: '*', numerical: asc"),
        ),
        (policy(", semver: '*'"), policy(", semver: 1")),
        (policy(", numerical: asc"), policy(", numerical: up")),
        (
            policy(", newestBuild: true"),
            policy(", newestBuild: false"),
        ),
        (policy(", followTag: a"), policy(", folowTag: a")),
        (
            policy(", semver: '*', digest: Always"),
            policy(", semver: '*', digest: always"),
        ),
        (
            policy(", semver: '*', guards: {maxShrink: 100}"),
            policy(", semver: '*', guards: {maxShrink: 101}"),
        ),
        (
            policy(", semver: '*', guards: {hold: {at: a}}"),
            policy(", semver: '*', guards: {hold: {}}"),
        ),
        (
            policy(", semver: '*', guards: {minAge: 24h}"),
            policy(", semver: '*', guards: {minAge: 1d}"),
        ),
        (
            policy(", semver: '*', guards: {hold: {until: 2026-12-24}}"),
            policy(", semver: '*', guards: {hold: {until: tomorrow}}"),
        ),
        (image(", secret: a/b"), image(", secret: a/b/c")),
        (image(", provider: gcp"), image(", provider: github")),
        (image(", exclude: [a]"), image(", exclude: a")),
        (image(""), image("").replace("ghcr.io", "https://ghcr.io")),
        (image(", interval: 1h30m"), image(", interval: 1 h")),
        (target("directory: ."), target("")),
        (target("directory: ."), target("directory: ., branch: main")),
        (commit(""), branch("path: a")),
        (commit(""), commit("").replace("email: e", "name: e")),
        (
            commit(""),
            commit("").replace("//host", "//me:hunter2@host"),
        ),
        (
            commit(", messageSyntax: go"),
            commit(", messageSyntax: mustache"),
        ),
        (
            commit(", signingKey: {secret: a}"),
            commit(", signingKey: {type: ssh}"),
        ),
        (commit(", trailers: [a]"), commit(", trailers: {a: b}")),
        (commit(""), commit(", mesage: x")),
    ] {
        assert_eq!(
            config::read("f.yaml", good.as_bytes()).problems,
            [],
            "{good}"
        );
        assert!(takes(&good), "{good}");
        assert!(
            !config::read("f.yaml", bad.as_bytes()).problems.is_empty(),
            "{bad}"
        );
        assert!(!takes(&bad), "{bad}");
    }
}
