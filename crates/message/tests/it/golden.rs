//! The answers of Go, recorded: one case a line, `template`, `data`, and
//! `output` or `error`.

use serde_json::Value;
use tagwright_message::{Automation, Change, Data, Image, Object, Template};

const CASES: &str = include_str!("../../testdata/templates.jsonl");

#[test]
fn every_recorded_case() {
    let cases: Vec<Value> = CASES
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert!(cases.len() > 100, "the file is whole");
    let wrong: Vec<String> = cases.iter().filter_map(difference).collect();
    assert!(
        wrong.is_empty(),
        "{} cases differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn difference(case: &Value) -> Option<String> {
    let template = text(&case["template"]);
    let read = if case["fleet"] == true {
        Template::fleet
    } else {
        Template::go
    };
    let found = read(&template).and_then(|t| t.render_text(&data(&case["data"])));
    match (&found, case.get("output")) {
        (Ok(found), Some(output)) if *found == text(output) => None,
        (Err(_), None) => None,
        (found, output) => Some(format!(
            "{template:?}\n  expected {output:?}\n     found {found:?}"
        )),
    }
}

fn data(case: &Value) -> Data {
    Data {
        automation: Automation {
            namespace: text(&case["automation"]["namespace"]),
            name: text(&case["automation"]["name"]),
        },
        changes: list(&case["files"]).iter().flat_map(file).collect(),
        values: case["values"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), text(value)))
            .collect(),
    }
}

fn file(file: &Value) -> Vec<Change> {
    let path = text(&file["path"]);
    let objects = list(&file["objects"]).iter();
    objects
        .flat_map(|o| list(&o["changes"]).iter().map(|c| change(&path, o, c)))
        .collect()
}

fn change(path: &str, object: &Value, change: &Value) -> Change {
    Change {
        file: path.to_owned(),
        object: Object {
            api_version: text(&object["apiVersion"]),
            kind: text(&object["kind"]),
            namespace: text(&object["namespace"]),
            name: text(&object["name"]),
        },
        old: text(&change["old"]),
        new: text(&change["new"]),
        setter: text(&change["setter"]),
        image: object["image"].as_str().map(image),
    }
}

/// References of the cases have a registry and a tag.
fn image(reference: &str) -> Image {
    let (name, tag) = reference.rsplit_once(':').expect("a tag");
    let (registry, repository) = name.split_once('/').expect("a registry");
    Image {
        text: reference.into(),
        registry: registry.into(),
        repository: repository.into(),
        identifier: tag.into(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
