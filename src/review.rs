//! Whether a plan is one that its automation could have made.
//!
//! Between plan and apply it may have been a file. What it writes must follow from what it shows.

use std::collections::BTreeMap;
use std::fmt;

use tagwright_markers::Decision;
use tagwright_message::Message;

use crate::automation::Spec;
use crate::choices::{Choice, Choices};
use crate::error::{Error, ErrorKind};
use crate::place::Place;
use crate::plan::{Edit, Plan, Selection};
use crate::{commit_message, trailer};

/// A plan that was checked, by file.
pub(crate) struct Reviewed<'a> {
    /// A branch has one, a directory none.
    pub(crate) message: Option<&'a str>,
    pub(crate) files: BTreeMap<&'a str, Vec<&'a Edit>>,
}

/// Checks a plan that has edits.
pub(crate) fn review<'a>(spec: &Spec, plan: &'a Plan) -> Result<Reviewed<'a>, Error> {
    require_own(spec, plan)?;
    let choices = choices(spec, plan)?;
    let mut files: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in plan.edits() {
        if !spec.folders.takes(edit.file()) {
            return Err(altered(format!(
                "{} is no file of this automation",
                edit.file()
            )));
        }
        if choices.decide_setter(edit.setter()) != Decision::Set(edit.new.clone()) {
            let (setter, new) = (edit.setter(), edit.new_value());
            return Err(altered(format!(
                "'{new}' is not what its selections make of {setter}"
            )));
        }
        if choices.policy_of(edit.setter()) != Some(edit.policy()) {
            return Err(altered(format!(
                "{} is not the policy of {}",
                edit.policy(),
                edit.setter()
            )));
        }
        files.entry(edit.file()).or_default().push(edit);
    }
    let message = plan.message();
    message.map(Message::new).transpose().map_err(altered)?;
    require_text(spec, plan)?;
    Ok(Reviewed { message, files })
}

/// The text of the commit is the one that follows from the edits.
fn require_text(spec: &Spec, plan: &Plan) -> Result<(), Error> {
    let (expected, trailers) = match (&spec.place, plan.message()) {
        (Place::Branch(_), None) => return Err(altered("it has edits and no message")),
        (Place::Directory(_), Some(_)) => return Err(altered("it has a message and no commit")),
        (Place::Branch(branch), Some(_)) => (
            Some(commit_message::render(spec, branch, plan)?),
            trailer::lines(&spec.trailers, plan),
        ),
        (Place::Directory(_), None) => (None, Vec::new()),
    };
    if plan.message() != expected.as_deref() {
        return Err(altered(
            "its message is not what the template makes of its edits",
        ));
    }
    if plan.trailers() != trailers {
        return Err(altered("its trailers are not those of its edits"));
    }
    Ok(())
}

/// A plan that this crate would not have made.
pub(crate) fn altered(found: impl fmt::Display) -> Error {
    let message = format!("the plan was changed by hand: {found}; plan again");
    Error::new(ErrorKind::Plan, message)
}

fn require_own(spec: &Spec, plan: &Plan) -> Result<(), Error> {
    if plan.automation() == spec.full_name() && *plan.target() == spec.place.target() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Plan,
        format!(
            "the plan is for {} on {}, not for {} on {}; apply it with the automation that made it",
            plan.automation(),
            plan.target(),
            spec.full_name(),
            spec.place.target()
        ),
    ))
}

/// What the plan's selections say, each of them of a policy and an image of this automation.
fn choices(spec: &Spec, plan: &Plan) -> Result<Choices, Error> {
    let mut choices = Choices::new(spec.dialect);
    for selection in plan.selections() {
        let Some(choice) = choice(selection) else {
            continue;
        };
        let mut policies = spec.policies.iter();
        if !policies.any(|one| one.name == selection.policy && one.image == selection.image) {
            let (policy, image) = (selection.policy(), selection.image());
            return Err(altered(format!(
                "this automation has no policy {policy} for {image}"
            )));
        }
        choices.choose(selection.policy(), choice);
    }
    Ok(choices)
}

fn choice(selection: &Selection) -> Option<Choice> {
    let choice = Choice::new(selection.image(), selection.tag()?);
    Some(match selection.digest() {
        Some(digest) => choice.with_digest(digest),
        None => choice,
    })
}
