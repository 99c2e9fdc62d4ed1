//! What two readers of YAML 1.1 take a plain scalar for, recorded.
//!
//! Each row of `plain.jsonl` is a text with `@` in the place of a scalar. Of the values in `string`,
//! written there plain, go-yaml v3, sigs.k8s.io/yaml and `PyYAML` say that they are the string that
//! is written; of those in `other`, one of them says something else, or refuses the text.

use serde::Deserialize;
use tagwright_markers::{FilePlan, Setters, Syntax, plan};

const ROWS: &str = include_str!("../../testdata/plain.jsonl");

#[derive(Deserialize)]
struct Row {
    context: String,
    text: String,
    string: Vec<String>,
    other: Vec<String>,
}

impl Row {
    fn written(&self, value: &str) -> String {
        let marked =
            self.text
                .replacen('@', "old", 1)
                .replacen('\n', " # {\"$imagepolicy\": \"s\"}\n", 1);
        let setters = Setters::from([("s", value)]);
        let after = plan(marked.as_bytes(), &Syntax::flux(), setters.decide())
            .and_then(FilePlan::apply)
            .unwrap();
        String::from_utf8(after).unwrap()
    }

    fn is_plain(&self, value: &str) -> bool {
        let (before, behind) = self.text.split_once('@').unwrap();
        let written = self.written(value);
        let line = behind.lines().next().unwrap_or_default();
        written.starts_with(&format!("{before}{value}{line} #"))
    }
}

fn rows() -> impl Iterator<Item = Row> {
    ROWS.lines().map(|row| serde_json::from_str(row).unwrap())
}

#[test]
fn what_a_reader_takes_for_something_else_is_quoted() {
    let mut wrong = Vec::new();
    for row in rows() {
        let plain = row.other.iter().filter(|value| row.is_plain(value));
        wrong.extend(plain.map(|value| format!("{}: {value}", row.context)));
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn versions_and_references_stay_plain() {
    for row in rows() {
        for value in ["1.2.3", "ghcr.io/org/app:v1@sha256:00", "--version=1.2"] {
            assert!(row.string.iter().any(|string| string == value));
            assert!(row.is_plain(value), "{}: {value}", row.context);
        }
    }
}
