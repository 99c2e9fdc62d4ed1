//! What a message template sees of a plan.

use std::collections::HashMap;

use message::{Change, Data, Image, Object};
use registry::Reference;
use tagwright_message as message;
use tagwright_registry as registry;

use crate::automation::Spec;
use crate::choices::Choice;
use crate::error::{Error, ErrorKind};
use crate::place::Branch;
use crate::plan::{Edit, Plan, Selection};

/// The message of a plan that has edits.
pub(crate) fn render(spec: &Spec, branch: &Branch, plan: &Plan) -> Result<String, Error> {
    match branch.message.render(&data(spec, branch, plan)) {
        Ok(message) => Ok(message.as_str().to_owned()),
        Err(error) => Err(Error::new(
            ErrorKind::Message,
            format!("the message template of {}: {error}", spec.full_name()),
        )),
    }
}

fn data(spec: &Spec, branch: &Branch, plan: &Plan) -> Data {
    let images: HashMap<&str, Image> = plan
        .selections
        .iter()
        .filter_map(|selection| Some((selection.policy(), image(selection)?)))
        .collect();
    let name = |edit| file(spec, branch, edit);
    Data {
        automation: message::Automation {
            namespace: spec.namespace.clone(),
            name: spec.name.clone(),
        },
        changes: plan
            .edits
            .iter()
            .map(|edit| change(edit, name(edit), images.get(edit.policy())))
            .collect(),
        values: branch.values.clone(),
    }
}

/// What a message calls a file.
fn file<'e>(spec: &Spec, branch: &Branch, edit: &'e Edit) -> &'e str {
    if branch.names_below {
        spec.folders.below(&edit.file)
    } else {
        &edit.file
    }
}

fn change(edit: &Edit, file: &str, image: Option<&Image>) -> Change {
    Change {
        file: file.to_owned(),
        object: Object {
            api_version: edit.object.api_version.clone(),
            kind: edit.object.kind.clone(),
            namespace: edit.object.namespace.clone(),
            name: edit.object.name.clone(),
        },
        old: edit.old.clone(),
        new: edit.new.clone(),
        setter: edit.setter.clone(),
        image: image.cloned(),
    }
}

fn image(selection: &Selection) -> Option<Image> {
    let text = Choice::new(selection.image(), selection.tag()?).to_string();
    let reference: Reference = text.parse().ok()?;
    Some(Image {
        registry: reference.registry().to_owned(),
        repository: reference.repository().to_owned(),
        identifier: reference.identifier().to_owned(),
        text,
    })
}
