//! `filter`: the key of each tag that a pattern matches.

use serde::Deserialize;
use serde_json::Value;
use tagwright::policy::Filter;

use crate::case::{Answer, Kind, fields, or_default};

pub(crate) const KIND: Kind = Kind {
    name: "filter",
    help: "pattern, extract, tags -> pairs: [tag, key] for each tag that matches",
    answers: &["pairs"],
    answer,
};

#[derive(Deserialize)]
struct Case {
    pattern: String,
    #[serde(default, deserialize_with = "or_default")]
    extract: String,
    #[serde(default, deserialize_with = "or_default")]
    tags: Vec<String>,
}

fn answer(case: Value) -> Result<Answer, serde_json::Error> {
    let case: Case = serde_json::from_value(case)?;
    Ok(match Filter::new(&case.pattern, &case.extract) {
        Ok(filter) => Ok(fields([("pairs", pairs(&filter, &case.tags))])),
        Err(error) => Err(error.to_string()),
    })
}

fn pairs(filter: &Filter, tags: &[String]) -> Value {
    let pair = |tag: &String| Some(vec![tag.clone(), filter.key(tag)?.into_owned()]);
    tags.iter().filter_map(pair).collect()
}
