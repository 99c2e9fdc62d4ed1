//! `semver`: what a range admits of a list in each dialect, and the latest of it.

use serde::Deserialize;
use serde_json::Value;
use tagwright::Dialect;
use tagwright::policy::{Error, Policy, Range, Version};

use crate::case::{Answer, Kind, fields, or_default};

pub(crate) const KIND: Kind = Kind {
    name: "semver",
    help: "range, tags -> flux_matches, flux_latest, fleet_matches, fleet_latest",
    answers: &[
        "flux_matches",
        "flux_latest",
        "fleet_matches",
        "fleet_latest",
    ],
    answer,
};

#[derive(Deserialize)]
struct Case {
    range: String,
    #[serde(default, deserialize_with = "or_default")]
    tags: Vec<String>,
}

fn answer(case: Value) -> Result<Answer, serde_json::Error> {
    let case: Case = serde_json::from_value(case)?;
    Ok(match case.range.parse() {
        Ok(range) => both(&range, &case.tags).map_err(|error| error.to_string()),
        Err(error) => Err(Error::to_string(&error)),
    })
}

fn both(range: &Range, tags: &[String]) -> Result<serde_json::Map<String, Value>, Error> {
    Ok(fields([
        ("flux_matches", matches(Dialect::Flux, range, tags)),
        ("flux_latest", latest(Dialect::Flux, range, tags)?),
        ("fleet_matches", matches(Dialect::Fleet, range, tags)),
        ("fleet_latest", latest(Dialect::Fleet, range, tags)?),
    ]))
}

fn matches(dialect: Dialect, range: &Range, tags: &[String]) -> Value {
    let version = |tag: &str| Version::parse_in(dialect, tag).ok();
    let is_match = |tag: &&String| version(tag).is_some_and(|version| range.matches(&version));
    tags.iter().filter(is_match).map(String::as_str).collect()
}

fn latest(dialect: Dialect, range: &Range, tags: &[String]) -> Result<Value, Error> {
    let policy = Policy::builder(dialect).semver(range.as_str()).build()?;
    Ok(policy.select(tags)?.tag().into())
}
