//! `version`: a version as each dialect reads it.

use serde::Deserialize;
use serde_json::Value;
use tagwright::Dialect;
use tagwright::policy::Version;

use crate::case::{Answer, Kind, fields};

pub(crate) const KIND: Kind = Kind {
    name: "version",
    help: "tag -> flux, fleet: the canonical version, or null",
    answers: &["flux", "fleet"],
    answer,
};

#[derive(Deserialize)]
struct Case {
    tag: String,
}

fn answer(case: Value) -> Result<Answer, serde_json::Error> {
    let case: Case = serde_json::from_value(case)?;
    Ok(Ok(fields([
        ("flux", canonical(Dialect::Flux, &case.tag)),
        ("fleet", canonical(Dialect::Fleet, &case.tag)),
    ])))
}

fn canonical(dialect: Dialect, tag: &str) -> Value {
    let version = Version::parse_in(dialect, tag).ok();
    version.map(|version| version.to_string()).into()
}
