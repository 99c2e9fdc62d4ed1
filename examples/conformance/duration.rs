//! `duration`: Go's durations, as intervals are written.

use serde::Deserialize;
use serde_json::Value;
use tagwright::manifests::parse_duration;

use crate::case::{Answer, Kind, fields};

pub(crate) const KIND: Kind = Kind {
    name: "duration",
    help: "duration -> ns",
    answers: &["ns"],
    answer,
};

#[derive(Deserialize)]
struct Case {
    duration: String,
}

fn answer(case: Value) -> Result<Answer, serde_json::Error> {
    let case: Case = serde_json::from_value(case)?;
    Ok(parse_duration(&case.duration)
        .map_err(|error| error.to_string())
        .map(|ns| fields([("ns", ns.into())])))
}
