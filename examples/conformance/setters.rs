//! `setters`: a file and what each policy chose, in Flux's form or in Fleet's.

use serde::Deserialize;
use serde_json::{Value, json};
use tagwright::markers::{self, Edit, ErrorKind, Marker};
use tagwright::{Choice, Choices, Dialect};

use crate::case::{Answer, Kind, fields};
use crate::dialect::Name;

pub(crate) const KIND: Kind = Kind {
    name: "setters",
    help: "text, policies, file -> after, changes; with \"dialect\": \"fleet\": text, scans -> after",
    answers: &["after", "changes"],
    answer,
};

/// What every case has.
#[derive(Deserialize)]
struct Common {
    #[serde(default)]
    dialect: Name,
}

#[derive(Deserialize)]
struct FleetCase {
    text: String,
    scans: Vec<Scan>,
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
    Ok(match Common::deserialize(&case)?.dialect {
        Name::Flux => flux(serde_json::from_value(case)?),
        Name::Fleet => fleet(serde_json::from_value(case)?),
    })
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
fn fleet(case: FleetCase) -> Answer {
    let mut choices = Choices::new(Dialect::Fleet);
    for scan in case.scans {
        choices.choose(scan.tag_name, choice(scan.image, scan.tag, scan.digest));
    }
    let (after, _) = set(&case.text, &choices, |_| Value::Null)?;
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
    let plan = match markers::plan(text.as_bytes(), &choices.syntax(), decide) {
        Ok(plan) => plan,
        // A run reports a file that is no YAML and leaves it as it is; the references pass over it. In a case both are:
        Err(error) if error.kind() == ErrorKind::Syntax => {
            return Ok((text.to_owned(), Vec::new()));
        }
        Err(error) => return Err(error.to_string()),
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
