//! Whether the schema has the fields that the reader has, and no others.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::config::{SCHEMA, read};
use crate::fields::finished;

/// Every map of the form once, each target in its own document.
const EXAMPLE: &str = include_str!("example.yaml");

/// The maps of the example by their paths in it, and where the schema has them.
const MAPS: &[(&str, &str)] = &[
    ("", ""),
    ("images.app", "/$defs/image"),
    ("policies.flux-system:app", "/$defs/policy"),
    (
        "policies.flux-system:app.filter",
        "/$defs/policy/properties/filter",
    ),
    ("policies.flux-system:app.guards", "/$defs/guards"),
    (
        "policies.flux-system:app.guards.hold",
        "/$defs/guards/properties/hold",
    ),
    ("guards", "/$defs/guards"),
    ("targets.production", "/$defs/target"),
    ("targets.production.push", "/$defs/target/properties/push"),
    (
        "targets.production.commit",
        "/$defs/target/properties/commit",
    ),
    (
        "targets.production.commit.author",
        "/$defs/target/properties/commit/properties/author",
    ),
    (
        "targets.production.commit.signingKey",
        "/$defs/target/properties/commit/properties/signingKey",
    ),
];

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

#[test]
fn the_schema_has_the_fields_of_the_reader() {
    finished::take();
    assert_eq!(read("tagwright.yaml", EXAMPLE.as_bytes()).problems, []);
    let known = finished::take();
    let schema = schema();
    for (path, pointer) in MAPS {
        let fields = &known[*path];
        let properties = schema.pointer(&format!("{pointer}/properties"));
        let properties = properties.and_then(Value::as_object).expect("properties");
        let names: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        // What names a Kubernetes object is known to be refused.
        let fields: BTreeSet<&str> = fields
            .iter()
            .copied()
            .filter(|name| *name != "kind")
            .collect();
        assert_eq!(names, fields, "{path}");
    }
}

/// No map of the reader is left out above.
#[test]
fn every_map_is_compared() {
    finished::take();
    read("tagwright.yaml", EXAMPLE.as_bytes());
    let kind = |path: &str| {
        let path = path
            .replace("podinfo", "app")
            .replace("checkout", "production");
        MAPS.iter().any(|(known, _)| *known == path)
    };
    let missing: Vec<String> = finished::take()
        .into_keys()
        .filter(|path| !kind(path))
        .collect();
    assert_eq!(missing, [""; 0]);
}

/// Every map refuses what it does not know, and everything says what it is.
#[test]
fn the_schema_is_closed_and_described() {
    let schema = schema();
    for (_, pointer) in MAPS {
        let map = schema.pointer(pointer).expect("a map");
        assert_eq!(map["additionalProperties"], false, "{pointer}");
        let properties = map["properties"].as_object().expect("properties");
        for (name, property) in properties {
            assert!(property["description"].is_string(), "{pointer}/{name}");
        }
    }
}
