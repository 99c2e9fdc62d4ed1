//! The reference answers, recorded from Flux's and Fleet's own programs.
//!
//! A case brings a text and policies (or scans); values after are compared as another reader of
//! YAML sees them, changes as Flux reports them. Every difference is listed by its case's id.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::Value;
use tagwright_markers::{Decision, FilePlan, Marker, Syntax, plan};
use yaml_rust2::{Yaml, YamlLoader};

/// Cases that differ on purpose, and why.
const BY_DESIGN: &[(&str, &str)] = &[
    (
        "hand/digest-none",
        "a value is not emptied when no digest is known",
    ),
    ("hand/literal-header", "a block scalar keeps its value"),
    ("hand/folded-header", "a block scalar keeps its value"),
    ("hand/list-kind", "the items of a list are edited"),
    ("hand/top-level-list", "a list at the top is edited"),
    ("hand/seq-item", "a list at the top is edited"),
    ("hand/scalar-doc", "a document that is one scalar is edited"),
    ("hand/directive", "a file with a directive is edited"),
    (
        "hand/duplicate-key",
        "the second of two equal keys is edited",
    ),
    (
        "gen/0/286",
        "a `|+` scalar without a final newline, which the comparing reader adds",
    ),
];

const FLUX: &str = include_str!("../../testdata/setters.jsonl");
const FLEET: &str = include_str!("../../testdata/fleet-setters.jsonl");

#[test]
fn flux() {
    check(FLUX, &Syntax::flux(), flux_values, "policies");
}

#[test]
fn fleet() {
    check(FLEET, &Syntax::fleet(), fleet_values, "scans");
}

type Values = BTreeMap<String, Result<String, String>>;

fn check(cases: &str, syntax: &Syntax, values: fn(&Value) -> Values, sources: &str) {
    let mut report = String::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let id = text(&case, "id");
        let mut all = Values::new();
        for source in case[sources].as_array().unwrap() {
            all.extend(values(source));
        }
        let by_design = BY_DESIGN.iter().any(|(known, _)| *known == id);
        match (differences(&case, syntax, &all), by_design) {
            (Some(difference), false) => {
                let _ = writeln!(report, "{id}: {difference}\n{}", text(&case, "text"));
            }
            (None, true) if !(id == "hand/digest-none" && sources == "scans") => {
                let _ = writeln!(report, "{id}: listed as differing, and does not");
            }
            _ => {}
        }
    }
    assert!(report.is_empty(), "{report}");
}

fn differences(case: &Value, syntax: &Syntax, values: &Values) -> Option<String> {
    let before = text(case, "text");
    let decide = |marker: &Marker, _: &str| match values.get(marker.setter()) {
        Some(Ok(value)) => Decision::Set(value.clone()),
        Some(Err(reason)) => Decision::Withhold(reason.clone()),
        None => Decision::Unknown { nearest: None },
    };
    // A file that does not parse is left alone by the reference, too.
    let Ok(planned) = plan(before.as_bytes(), syntax, decide) else {
        let edited = case.get("after").is_some_and(|after| after != before);
        return edited.then(|| "not parsed".to_owned());
    };
    if case.get("error").is_some() {
        // One policy that is no reference: its own markers are withheld, the others are set.
        return planned.apply().err().map(|error| error.to_string());
    }
    if let Some(wanted) = case.get("changes") {
        let found = changes(&planned);
        if found != *wanted.as_array().unwrap() {
            return Some(format!("changes {found:?}, not {wanted}"));
        }
    }
    let after = String::from_utf8(planned.apply().unwrap()).unwrap();
    same_values(&after, text(case, "after"))
}

fn changes(planned: &FilePlan<'_>) -> Vec<Value> {
    let change = |edit: &tagwright_markers::Edit| {
        serde_json::json!({
            "file": "in.yaml",
            "object": edit.object().to_string(),
            "old": edit.old(),
            "new": edit.new(),
            "setter": edit.setter(),
        })
    };
    planned.edits().iter().map(change).collect()
}

fn same_values(after: &str, wanted: &str) -> Option<String> {
    if after == wanted {
        return None;
    }
    // Where the reference leaves the old value's type as a tag, the plain value is meant.
    let wanted = ["!!int ", "!!float ", "!!bool ", "!!null ", "!!merge "]
        .iter()
        .fold(wanted.to_owned(), |text, tag| text.replace(tag, ""));
    let (found, wanted) = (documents(after), documents(&wanted));
    (found.is_err() || found != wanted).then(|| format!("values {found:?}, not {wanted:?}"))
}

/// The documents of a text, empty ones aside: the reference drops them.
fn documents(text: &str) -> Result<Vec<Yaml>, String> {
    // This reader refuses a tab before a comment, and a bracket at the start of a line.
    let text = text.trim_start_matches('\u{feff}').replace("\t#", " #");
    let text = text.replace("\n]", "\n ]").replace("\n}", "\n }");
    let documents = YamlLoader::load_from_str(&text).map_err(|error| error.to_string())?;
    Ok(documents
        .into_iter()
        .filter(|document| *document != Yaml::Null)
        .collect())
}

/// What Flux makes of a policy's result.
fn flux_values(policy: &Value) -> Values {
    let (image, tag, digest) = (
        text(policy, "image"),
        text(policy, "tag"),
        text(policy, "digest"),
    );
    let setter = format!("{}:{}", text(policy, "namespace"), text(policy, "name"));
    let whole = match digest {
        "" => format!("{image}:{tag}"),
        digest => format!("{image}:{tag}@{digest}"),
    };
    four(&setter, [&whole, image, tag, digest])
}

/// What Fleet makes of a scan's result.
fn fleet_values(scan: &Value) -> Values {
    let (image, tag) = (text(scan, "image"), text(scan, "tag"));
    let whole = format!("{image}:{tag}");
    let pinned = format!("{whole}@{}", text(scan, "digest"));
    four(text(scan, "tagName"), [&whole, image, tag, &pinned])
}

fn four(setter: &str, [whole, name, tag, digest]: [&str; 4]) -> Values {
    let known = |value: &str| match value {
        "" => Err("no digest is known".to_owned()),
        // A tag with a colon makes no reference.
        _ if tag.contains(':') => Err("not a reference".to_owned()),
        value => Ok(value.to_owned()),
    };
    Values::from([
        (setter.to_owned(), known(whole)),
        (format!("{setter}:name"), known(name)),
        (format!("{setter}:tag"), known(tag)),
        (format!("{setter}:digest"), known(digest)),
    ])
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_default()
}
