//! `select`: a whole selection in the form of the ImagePolicy resource, or of Fleet's image scan.

use serde::Deserialize;
use serde_json::Value;
use tagwright::policy::{Error, PolicyBuilder, Selection};

use crate::case::{Answer, Kind, fields, or_default};
use crate::dialect::Name;

pub(crate) const KIND: Kind = Kind {
    name: "select",
    help: "policy, filter, tags, dialect (flux or fleet) -> latest, the policy being strict",
    answers: &["latest"],
    answer,
};

#[derive(Deserialize)]
struct Case {
    #[serde(default, deserialize_with = "or_default")]
    policy: Choice,
    filter: Option<Filter>,
    #[serde(default, deserialize_with = "or_default")]
    tags: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    dialect: Name,
}

#[derive(Deserialize, Default)]
struct Choice {
    semver: Option<Semver>,
    alphabetical: Option<Order>,
    numerical: Option<Order>,
}

#[derive(Deserialize)]
struct Semver {
    #[serde(default, deserialize_with = "or_default")]
    range: String,
}

#[derive(Deserialize)]
struct Order {
    #[serde(default, deserialize_with = "or_default")]
    order: String,
}

#[derive(Deserialize)]
struct Filter {
    #[serde(default, deserialize_with = "or_default")]
    pattern: String,
    #[serde(default, deserialize_with = "or_default")]
    extract: String,
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
    let mut builder = PolicyBuilder::new(case.dialect.into());
    builder.strict(true);
    if let Some(semver) = &case.policy.semver {
        builder.semver(&semver.range);
    }
    if let Some(alphabetical) = &case.policy.alphabetical {
        builder.alphabetical(&alphabetical.order);
    }
    if let Some(numerical) = &case.policy.numerical {
        builder.numerical(&numerical.order);
    }
    if let Some(filter) = &case.filter {
        builder.filter(&filter.pattern, &filter.extract);
    }
    builder
        .build()?
        .select(case.tags.iter().map(String::as_str))
}
