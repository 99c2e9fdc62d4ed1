//! `template`: a commit message of Flux or of Fleet.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use tagwright::message::{Automation, Change, Data, Image, Object, Template};
use tagwright::registry::Reference;

use crate::case::{Answer, Kind, fields};

pub(crate) const KIND: Kind = Kind {
    name: "template",
    help: "template, data or fleet -> output",
    answers: &["output"],
    answer,
};

#[derive(Deserialize)]
struct Case {
    template: String,
    #[serde(default)]
    fleet: bool,
    #[serde(default)]
    data: CaseData,
}

#[derive(Deserialize, Default)]
struct CaseData {
    #[serde(default)]
    automation: Named,
    #[serde(default)]
    files: Vec<File>,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
struct Named {
    namespace: String,
    name: String,
}

#[derive(Deserialize)]
struct File {
    path: String,
    objects: Vec<CaseObject>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CaseObject {
    api_version: String,
    kind: String,
    namespace: String,
    name: String,
    #[serde(default)]
    changes: Vec<CaseChange>,
    image: Option<String>,
}

#[derive(Deserialize)]
struct CaseChange {
    old: String,
    new: String,
    setter: String,
}

fn answer(case: Value) -> Result<Answer, serde_json::Error> {
    let case: Case = serde_json::from_value(case)?;
    let read = if case.fleet {
        Template::fleet
    } else {
        Template::go
    };
    let output = read(&case.template).and_then(|template| template.render_text(&data(case.data)));
    Ok(output
        .map_err(|error| error.to_string())
        .map(|output| fields([("output", output.into())])))
}

fn data(case: CaseData) -> Data {
    let changes = case
        .files
        .iter()
        .flat_map(|file| file.objects.iter().flat_map(|object| changes(file, object)));
    Data {
        automation: Automation {
            namespace: case.automation.namespace,
            name: case.automation.name,
        },
        changes: changes.collect(),
        values: case.values,
    }
}

fn changes<'a>(file: &'a File, object: &'a CaseObject) -> impl Iterator<Item = Change> + 'a {
    let image = object.image.as_deref().and_then(image);
    object.changes.iter().map(move |change| Change {
        file: file.path.clone(),
        object: Object {
            api_version: object.api_version.clone(),
            kind: object.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
        },
        old: change.old.clone(),
        new: change.new.clone(),
        setter: change.setter.clone(),
        image: image.clone(),
    })
}

fn image(text: &str) -> Option<Image> {
    let reference: Reference = text.parse().ok()?;
    Some(Image {
        text: text.to_owned(),
        registry: reference.registry().to_owned(),
        repository: reference.repository().to_owned(),
        identifier: reference.identifier().to_owned(),
    })
}
