//! `order`: the choice of an alphabetical or numerical policy.

use serde::Deserialize;
use serde_json::Value;
use tagwright::Dialect;
use tagwright::policy::{Error, PolicyBuilder, Selection};

use crate::case::{Answer, Kind, fields, or_default};

pub(crate) const KIND: Kind = Kind {
    name: "order",
    help: "kind (alphabetical or numerical), order (as in Flux), tags -> latest, the policy being strict",
    answers: &["latest"],
    answer,
};

#[derive(Deserialize)]
struct Case {
    kind: Name,
    #[serde(default, deserialize_with = "or_default")]
    order: String,
    #[serde(default, deserialize_with = "or_default")]
    tags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Name {
    Alphabetical,
    Numerical,
}

fn answer(case: Value) -> Result<Answer, serde_json::Error> {
    let case: Case = serde_json::from_value(case)?;
    Ok(match select(&case) {
        Ok(selection) => match selection.tag() {
            Some(tag) => Ok(fields([("latest", tag.into())])),
            None => Err(selection.to_string()),
        },
        Err(error) => Err(error.to_string()),
    })
}

fn select(case: &Case) -> Result<Selection, Error> {
    let mut builder = PolicyBuilder::new(Dialect::Flux);
    match case.kind {
        Name::Alphabetical => builder.alphabetical(&case.order),
        Name::Numerical => builder.numerical(&case.order),
    };
    builder.strict(true).build()?.select(&case.tags)
}
