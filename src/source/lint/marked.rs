//! The markers of a file.

use markers::{Decision, OutcomeKind};
use tagwright_manifests as manifests;
use tagwright_markers as markers;
use tagwright_policy::Dialect;

use super::content::Content;
use crate::choices::syntax;
use crate::finding::{Finding, FindingRule, FindingSeverity};
use crate::role::Role;

/// A marker that stands on a value.
pub(super) struct Marked {
    pub(super) dialect: Dialect,
    pub(super) marker: manifests::Marker,
}

/// Looks for the markers of a dialect.
pub(super) fn look(file: &str, bytes: &[u8], dialect: Dialect, content: &mut Content) {
    let syntax = syntax(dialect);
    if !markers::may_hold_marker(bytes, &syntax) {
        return;
    }
    let keep = |_: &markers::Marker, _: &str| Decision::Withhold(String::new());
    let plan = match markers::plan(bytes, &syntax, keep) {
        Ok(plan) => plan,
        Err(error) => return refused(file, &error, content),
    };
    for outcome in plan.outcomes() {
        let place = (outcome.line(), outcome.column());
        match (outcome.kind(), outcome.setter()) {
            (OutcomeKind::Withheld { .. }, Some(setter)) => {
                let marker = manifests::Marker::new(file, place.0, place.1, setter);
                let marked = Marked { dialect, marker };
                content.findings.extend(unknown_field(&marked));
                content.markers.push(marked);
            }
            _ => content.findings.push(useless(file, place, outcome)),
        }
    }
}

/// The policy that a setter names, its field aside.
pub(super) fn policy_of(dialect: Dialect, setter: &str) -> &str {
    split(dialect, setter).0
}

/// `namespace:name[:field]` in Flux, `name[:field]` in Fleet.
fn split(dialect: Dialect, setter: &str) -> (&str, Option<&str>) {
    let before = match dialect {
        Dialect::Fleet => 0,
        Dialect::Flux => setter.find(':').map_or(setter.len(), |colon| colon + 1),
    };
    match setter[before..].split_once(':') {
        Some((name, field)) => (&setter[..before + name.len()], Some(field)),
        None => (setter, None),
    }
}

fn unknown_field(marked: &Marked) -> Option<Finding> {
    let setter = &marked.marker.setter;
    let (policy, field) = split(marked.dialect, setter);
    let field = field?;
    Role::of(marked.dialect, Some(field)).is_none().then(|| {
        let message = format!(
            "marker {setter:?}: there is no field {field:?}; write {policy}:name, {policy}:tag, {policy}:digest, or {policy} for the whole image"
        );
        at_marker(&marked.marker, message)
    })
}

/// A marker that no policy of `tagwright.yaml` answers for.
pub(super) fn unnamed(marked: &Marked, near: Option<&str>) -> Finding {
    let policy = policy_of(marked.dialect, &marked.marker.setter);
    let way_out = match near {
        Some(near) => format!("did you mean {near}?"),
        None => "add it there".to_owned(),
    };
    let message = format!("there is no policy {policy} in tagwright.yaml; {way_out}");
    at_marker(&marked.marker, message)
}

fn at_marker(marker: &manifests::Marker, message: String) -> Finding {
    let place = (marker.line, marker.column);
    finding(&marker.file, place, FindingSeverity::Warning, message)
}

/// Nothing is wrong with a line that is commented out.
fn useless(file: &str, place: (usize, usize), outcome: &markers::Outcome) -> Finding {
    let severity = if outcome.is_commented_out() {
        FindingSeverity::Note
    } else {
        FindingSeverity::Warning
    };
    finding(file, place, severity, outcome.message().to_string())
}

/// A file with markers that cannot be read: unless the readers of manifests have said so.
fn refused(file: &str, error: &markers::Error, content: &mut Content) {
    let is_told =
        |finding: &Finding| finding.severity == FindingSeverity::Error && finding.object.is_none();
    if content.findings.iter().any(is_told) {
        return;
    }
    content.findings.push(Finding::of_text(file, error));
}

fn finding(
    file: &str,
    (line, column): (usize, usize),
    severity: FindingSeverity,
    message: String,
) -> Finding {
    Finding {
        file: file.to_owned(),
        line,
        column,
        severity,
        rule: FindingRule::Marker,
        object: None,
        field: String::new(),
        message,
    }
}
