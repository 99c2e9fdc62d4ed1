//! The marked values of one file: from the terms of `markers` to those of a plan.

use std::collections::BTreeSet;

use markers::{Decision, Marker, Syntax};
use tagwright_markers as markers;

use crate::choices::Choices;
use crate::facts::Wanted;
use crate::plan::{Edit, Object, Outcome, OutcomeKind};
use crate::problem::Problem;

/// What becomes of one file.
pub(crate) struct Edited {
    pub(crate) edits: Vec<Edit>,
    pub(crate) outcomes: Vec<Outcome>,
    /// The new bytes, when a value changes.
    pub(crate) content: Option<Vec<u8>>,
    /// Why none of its values may change.
    pub(crate) problem: Option<Problem>,
    /// What has to be known before all this counts.
    pub(crate) wanted: BTreeSet<Wanted>,
}

/// Decides every marker of a file, and splices.
pub(crate) fn edit(
    file: &str,
    bytes: &[u8],
    syntax: &Syntax,
    decide: impl FnMut(&Marker, &str) -> Decision,
    policy_of: impl Fn(&str) -> String,
) -> Result<Edited, markers::Error> {
    let plan = markers::plan(bytes, syntax, decide)?;
    let edits: Vec<Edit> = plan
        .edits()
        .iter()
        .map(|edit| planned(file, edit, &policy_of))
        .collect();
    let outcomes = plan
        .outcomes()
        .iter()
        .map(|outcome| told(file, outcome))
        .collect();
    let content = if edits.is_empty() {
        None
    } else {
        Some(plan.apply()?)
    };
    Ok(Edited {
        edits,
        outcomes,
        content,
        problem: None,
        wanted: BTreeSet::new(),
    })
}

/// The policy that a setter names; the whole setter where it names none.
pub(crate) fn policy_of(choices: &Choices, setter: &str) -> String {
    choices.policy_of(setter).unwrap_or(setter).to_owned()
}

fn planned(file: &str, edit: &markers::Edit, policy_of: impl Fn(&str) -> String) -> Edit {
    Edit {
        file: file.to_owned(),
        line: edit.line(),
        column: edit.column(),
        object: object(edit.object()),
        field: edit.field().to_owned(),
        setter: edit.setter().to_owned(),
        policy: policy_of(edit.setter()),
        old: edit.old().to_owned(),
        new: edit.new().to_owned(),
    }
}

pub(crate) fn object(object: &markers::Object) -> Object {
    Object {
        api_version: object.api_version().to_owned(),
        kind: object.kind().to_owned(),
        namespace: object.namespace().to_owned(),
        name: object.name().to_owned(),
    }
}

fn told(file: &str, outcome: &markers::Outcome) -> Outcome {
    Outcome {
        file: file.to_owned(),
        line: outcome.line(),
        column: outcome.column(),
        setter: outcome.setter().map(str::to_owned),
        kind: kind(outcome.kind()),
        detail: outcome.message().to_string(),
    }
}

fn kind(kind: &markers::OutcomeKind) -> OutcomeKind {
    use markers::OutcomeKind as Kind;
    match kind {
        Kind::Updated => OutcomeKind::Updated,
        Kind::Unchanged => OutcomeKind::Unchanged,
        Kind::Withheld { .. } => OutcomeKind::Withheld,
        Kind::UnknownSetter { .. } => OutcomeKind::Unknown,
        Kind::InText => OutcomeKind::InText,
        _ => OutcomeKind::Unusable,
    }
}
