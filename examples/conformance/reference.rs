//! `reference`: an image reference, with the defaults filled in.

use serde::Deserialize;
use serde_json::Value;
use tagwright::registry::Reference;

use crate::case::{Answer, Kind, fields};

pub(crate) const KIND: Kind = Kind {
    name: "reference",
    help: "image -> registry, repository, identifier, name",
    answers: &["registry", "repository", "identifier", "name"],
    answer,
};

#[derive(Deserialize)]
struct Case {
    image: String,
}

fn answer(case: Value) -> Result<Answer, serde_json::Error> {
    let case: Case = serde_json::from_value(case)?;
    Ok(case
        .image
        .parse::<Reference>()
        .map_err(|error| error.to_string())
        .map(|reference| {
            fields([
                ("registry", reference.registry().into()),
                ("repository", reference.repository().into()),
                ("identifier", reference.identifier().into()),
                ("name", reference.name().into()),
            ])
        }))
}
