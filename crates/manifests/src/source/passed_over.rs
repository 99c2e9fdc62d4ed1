//! Objects that are of no kind that is read, and were meant to be.

use super::group_and_version;
use super::screen::{Group, Screen};
use crate::Severity;
use crate::fields::join;
use crate::nearest::nearest;
use crate::quote::quoted;
use crate::report::Report;
use crate::secret::is_secret;
use crate::yaml::{Node, Position, Value};

/// Says why an object is passed over that should hardly be; answers whether
/// there is nothing else to say of it.
pub(super) fn report_passed_over(
    report: &Report<'_>,
    screen: &Screen,
    path: &str,
    node: &Node,
) -> bool {
    report.enter_object(None, is_secret(node));
    if let Some((at, name)) = second_start(screen, node) {
        let message = "a second object begins here; write a line of --- before it".to_owned();
        report.add(Severity::Error, at, &join(path, name), message);
        return true;
    }
    let Some((at, field, message)) = reason(screen, node) else {
        return false;
    };
    report.add(Severity::Warning, at, &join(path, field), message);
    true
}

type Reason = (Position, &'static str, String);

fn reason(screen: &Screen, node: &Node) -> Option<Reason> {
    match &node.value {
        Value::List(items) => bare_list(screen, node, items),
        Value::Map(_) => wrong_group(screen, node).or_else(|| unknown_kind(screen, node)),
        _ => None,
    }
}

/// Where a second object begins in one map: with its version or its kind, which
/// both stand there twice.
fn second_start<'a>(screen: &Screen, node: &'a Node) -> Option<(Position, &'a str)> {
    let Value::Map(entries) = &node.value else {
        return None;
    };
    let all = |name| entries.iter().filter(move |(key, _)| key.name == name);
    let kind = all("kind").nth(1)?;
    let version = all("apiVersion").nth(1)?;
    let mut kinds = all("kind").filter_map(|(_, kind)| kind.as_text());
    let place = |at: Position| (at.line, at.column);
    let first = [kind, version]
        .into_iter()
        .min_by_key(|(key, _)| place(key.at))?;
    let found = kinds.any(|kind| is_read(screen, kind));
    found.then_some((first.0.at, first.0.name.as_str()))
}

fn is_read(screen: &Screen, kind: &str) -> bool {
    matches!(kind, "Secret" | "SealedSecret") || screen.group_of(kind).is_some()
}

fn bare_list(screen: &Screen, node: &Node, items: &[Node]) -> Option<Reason> {
    let mut kinds = items.iter().filter_map(|item| {
        item.get("apiVersion")?;
        item.get("kind")?.as_text()
    });
    let message = "passed over: a list of objects; write `kind: List` with it under `items`, \
                   or a document for each";
    let found = kinds.any(|kind| is_read(screen, kind));
    found.then(|| (node.at, "", message.to_owned()))
}

fn wrong_group(screen: &Screen, node: &Node) -> Option<Reason> {
    let kind = node.get("kind")?.as_text()?;
    let right = screen.group_of(kind)?;
    let (found, _) = group_and_version(node);
    let absent = found.is_empty() && matches!(node.get("metadata")?.value, Value::Map(_));
    let near = absent || is_near(found, screen.groups);
    let Group { name, version, .. } = right;
    (near && found != *name).then(|| {
        let at = node.get("apiVersion").map_or(node.at, |version| version.at);
        let message = format!("passed over: {kind} is a kind of {name}; write {name}/{version}");
        (at, "apiVersion", message)
    })
}

/// Whether a group may be meant to be one of these.
pub(super) fn is_near(name: &str, groups: &[Group]) -> bool {
    let names: Vec<&str> = groups.iter().map(|group| group.name).collect();
    nearest(name, &names).is_some()
}

fn unknown_kind(screen: &Screen, node: &Node) -> Option<Reason> {
    let group = screen.group_named(group_and_version(node).0)?;
    let Some(kind) = node.get("kind") else {
        let first = group.kinds[0];
        let message = format!("passed over: missing; write for example `kind: {first}`");
        return Some((node.at, "kind", message));
    };
    let Some(name) = kind.as_text() else {
        let found = kind.value.describe(false);
        let message = format!("passed over: expected text, found {found}");
        return Some((kind.at, "kind", message));
    };
    let known = group.kinds.contains(&name) || group.others.contains(&name);
    if known || name.ends_with("List") {
        return None;
    }
    let way_out = match nearest(name, group.kinds) {
        Some(nearest) => format!("did you mean {nearest}?"),
        // A group with other kinds may get more of them.
        None if !group.others.is_empty() => return None,
        None => format!("its kinds are {}", group.kinds.join(", ")),
    };
    let message = format!(
        "passed over: {} is no kind of {}; {way_out}",
        quoted(name),
        group.name
    );
    Some((kind.at, "kind", message))
}
