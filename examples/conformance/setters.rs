//! `setters`: a file and what each policy chose, in Flux's form or in Fleet's.

use serde::Deserialize;
use serde_json::{Value, json};
use tagwright::markers::{self, Edit, Marker};
use tagwright::{Choice, Choices, Dialect};

use crate::case::{Answer, Kind, fields};

pub(crate) const KIND: Kind = Kind {
    name: "setters",
    help: "text, policies (or \"dialect\": \"fleet\" and scans), file -> after, changes",
    answers: &["after", "changes"],
    answer,
};

#[derive(Deserialize)]
#[serde(tag = "dialect", rename_all = "lowercase")]
enum Case {
    Fleet { text: String, scans: Vec<Scan> },
}

#[derive(Deserialize)]
struct FluxCase {
    text: String,
    policies: Vec<Policy>,
    file: Option<String>,
}

#[derive(Deserialize)]
struct Policy {
    namespace: String,
    name: String,
    image: String,
    tag: String,
    #[serde(default)]
    digest: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scan {
    tag_name: String,
    image: String,
    tag: String,
    #[serde(default)]
    digest: String,
}

fn answer(case: Value) -> Result<Answer, serde_json::Error> {
    match case.get("dialect") {
        Some(_) => {
            let Case::Fleet { text, scans } = serde_json::from_value(case)?;
            Ok(fleet(&text, scans))
        }
        None => Ok(flux(serde_json::from_value(case)?)),
    }
}

fn flux(case: FluxCase) -> Answer {
    let mut choices = Choices::new(Dialect::Flux);
    for policy in case.policies {
        let name = format!("{}:{}", policy.namespace, policy.name);
        choices.choose(name, choice(policy.image, policy.tag, policy.digest));
    }
    let file = case.file.as_deref().unwrap_or("in.yaml");
    let (after, changes) = set(&case.text, &choices, |edit| change(file, edit))?;
    Ok(fields([
        ("after", after.into()),
        ("changes", changes.into()),
    ]))
}

/// Fleet reports no changes.
fn fleet(text: &str, scans: Vec<Scan>) -> Answer {
    let mut choices = Choices::new(Dialect::Fleet);
    for scan in scans {
        choices.choose(scan.tag_name, choice(scan.image, scan.tag, scan.digest));
    }
    let (after, _) = set(text, &choices, |_| Value::Null)?;
    Ok(fields([("after", after.into())]))
}

fn choice(image: String, tag: String, digest: String) -> Choice {
    let choice = Choice::new(image, tag);
    if digest.is_empty() {
        choice
    } else {
        choice.with_digest(digest)
    }
}

fn set(
    text: &str,
    choices: &Choices,
    change: impl Fn(&Edit) -> Value,
) -> Result<(String, Vec<Value>), String> {
    let decide = |marker: &Marker, _: &str| choices.decide(marker);
    // A run reports a file that is no YAML and leaves it as it is; the references pass over it. In a case both are this:
    let Ok(plan) = markers::plan(text.as_bytes(), &choices.syntax(), decide) else {
        return Ok((text.to_owned(), Vec::new()));
    };
    let changes = plan.edits().iter().map(change).collect();
    let after = plan.apply().map_err(|error| error.to_string())?;
    Ok((
        String::from_utf8(after).map_err(|error| error.to_string())?,
        changes,
    ))
}

fn change(file: &str, edit: &Edit) -> Value {
    json!({
        "file": file,
        "object": edit.object().to_string(),
        "old": edit.old(),
        "new": edit.new(),
        "setter": edit.setter(),
    })
}
