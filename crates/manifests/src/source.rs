//! From a file's bytes to the objects in it.
//!
//! A document is parsed when it can hold an object of interest: finding that
//! out costs a search for a word, not a parse.

mod encoding;
mod list;
mod passed_over;
mod screen;

pub(crate) use list::each_object;
pub(crate) use screen::{Group, Screen};

use crate::Severity;
use crate::quote::quoted;
use crate::report::Report;
use crate::yaml::{Document, Fault, Node, Position, compose, documents, mentions};
use encoding::as_utf8;
use screen::has_secret;

/// Larger documents are not read; a Kubernetes object is at most 1.5 MB.
const MAX_DOCUMENT: usize = 16 << 20;

/// Calls `visit` for every object, those in a `kind: List` one by one, with the
/// path to it within its document.
pub(crate) fn visit_objects(
    report: &Report<'_>,
    bytes: &[u8],
    screen: &Screen,
    mut visit: impl FnMut(String, &Node),
) {
    let Some(bytes) = as_utf8(report, bytes) else {
        return;
    };
    if !screen.concerns(&bytes) {
        return;
    }
    for document in documents(&bytes).filter(|document| screen.admits(document.bytes)) {
        visit_document(report, &document, &mut |node| {
            each_object(report, screen, String::new(), node, &mut visit);
        });
    }
}

/// Calls `visit` for every document, whatever it holds.
pub(crate) fn visit_all(report: &Report<'_>, bytes: &[u8], mut visit: impl FnMut(&Node)) {
    let Some(bytes) = as_utf8(report, bytes) else {
        return;
    };
    for document in documents(&bytes) {
        visit_document(report, &document, &mut visit);
    }
}

fn visit_document(report: &Report<'_>, document: &Document<'_>, visit: &mut impl FnMut(&Node)) {
    report.enter_document(document.number);
    match parse(report, document) {
        Ok(Some(node)) => visit(&node),
        Ok(None) => {}
        Err(fault) => report.add(Severity::Error, fault.at, "", fault.message),
    }
}

fn parse(report: &Report<'_>, document: &Document<'_>) -> Result<Option<Node>, Fault> {
    let start = Position {
        line: document.line_offset + 1,
        column: 1,
    };
    if document.bytes.len() > MAX_DOCUMENT {
        let message = "longer than 16777216 bytes".to_owned();
        return Err(Fault { at: start, message });
    }
    let text = match std::str::from_utf8(document.bytes) {
        Ok(text) => text,
        Err(error) => {
            let (good, _) = document.bytes.split_at(error.valid_up_to());
            let at = position_after(good, document.line_offset);
            let message = "no UTF-8 text".to_owned();
            return Err(Fault { at, message });
        }
    };
    compose(text, document.line_offset).map_err(|mut fault| {
        if has_secret(document.bytes) && fault.message.starts_with("no valid YAML") {
            "no valid YAML".clone_into(&mut fault.message);
        }
        report.enter_object(None, true);
        fault
    })
}

fn position_after(good: &[u8], line_offset: usize) -> Position {
    let start = memchr::memrchr(b'\n', good).map_or(0, |newline| newline + 1);
    Position {
        line: line_offset + 1 + memchr::memchr_iter(b'\n', good).count(),
        column: 1 + String::from_utf8_lossy(&good[start..]).chars().count(),
    }
}

/// Whether the bytes name an API group, whatever its version.
pub(crate) fn names_group(bytes: &[u8], group: &str) -> bool {
    mentions(bytes, group)
}

/// The group and the version of an object: `("", "v1")` for the core group, and
/// no version where a group stands alone.
pub(crate) fn group_and_version(node: &Node) -> (&str, &str) {
    let api_version = node.get("apiVersion").and_then(Node::as_text);
    split_version(api_version.unwrap_or_default())
}

fn split_version(api_version: &str) -> (&str, &str) {
    match api_version {
        group if group.contains('.') && !group.contains('/') => (group, ""),
        api_version => api_version.split_once('/').unwrap_or(("", api_version)),
    }
}

/// Whether an object is of one of the versions before the first beta.
pub(crate) fn is_alpha(node: &Node) -> bool {
    group_and_version(node).1.contains("alpha")
}

/// Reports an object that is no Secret and encrypted all the same.
pub(crate) fn is_encrypted(report: &Report<'_>, node: &Node) -> bool {
    let Some(sops) = node.get("sops") else {
        return false;
    };
    let message = "encrypted with SOPS; decrypt it first, for example with `sops -d`".to_owned();
    report.add(Severity::Error, sops.at, "sops", message);
    true
}

/// Reports a version that is not read, or that is older than need be; answers
/// whether it is read.
pub(crate) fn accept_version(report: &Report<'_>, node: &Node, read: &[&str]) -> bool {
    let (group, version) = group_and_version(node);
    let at = node.get("apiVersion").map_or(node.at, |node| node.at);
    let newest = read[0];
    if !read.contains(&version) {
        let found = match version {
            "" => "names no version".to_owned(),
            version => format!("{} is not a version that is read", quoted(version)),
        };
        let list = read.join(", ");
        let message = format!("{found} ({list}); write {group}/{newest}");
        report.add(Severity::Error, at, "apiVersion", message);
        return false;
    }
    if version != newest {
        let state = if version.contains("alpha") {
            "is served no longer"
        } else {
            "is deprecated"
        };
        let message = format!("{version} {state}; write {group}/{newest}");
        report.add(Severity::Warning, at, "apiVersion", message);
    }
    true
}
