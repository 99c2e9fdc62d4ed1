//! From a file's bytes to the objects in it.
//!
//! A document is parsed when it can hold an object of interest: finding that
//! out costs a search for a word, not a parse.

use std::borrow::Cow;

use memchr::memmem;

use crate::Severity;
use crate::quote::quoted;
use crate::report::Report;
use crate::secret::is_secret;
use crate::yaml::{Document, Fault, Node, Position, Value, compose, documents, mentions};

/// Larger documents are not read; a Kubernetes object is at most 1.5 MB.
const MAX_DOCUMENT: usize = 16 << 20;

/// What a reader looks for.
pub(crate) struct Screen {
    /// The kinds that it reads.
    pub(crate) kinds: &'static [&'static str],
    /// Whether bytes can hold one of them, but for Secrets.
    pub(crate) mentioned: fn(&[u8]) -> bool,
}

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
            each_object(String::new(), node, &mut visit);
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

impl Screen {
    fn concerns(&self, bytes: &[u8]) -> bool {
        (self.mentioned)(bytes) || has_secret(bytes)
    }

    fn admits(&self, document: &[u8]) -> bool {
        match root_kind(document) {
            Some("Secret" | "SealedSecret") => true,
            Some(kind) if kind.ends_with("List") => self.concerns(document),
            Some(kind) => self.kinds.contains(&kind) && (self.mentioned)(document),
            None => self.concerns(document),
        }
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

pub(crate) fn each_object(path: String, node: &Node, visit: &mut impl FnMut(String, &Node)) {
    let items = match node.get("items").map(|items| &items.value) {
        Some(Value::List(items)) if is_list(node) => items,
        _ => return visit(path, node),
    };
    let prefix = if path.is_empty() { path } else { path + "." };
    for (index, item) in items.iter().enumerate() {
        each_object(format!("{prefix}items[{index}]"), item, visit);
    }
}

fn is_list(node: &Node) -> bool {
    let kind = node.get("kind").and_then(Node::as_text);
    !is_secret(node) && kind.is_some_and(|kind| kind.ends_with("List"))
}

/// The kind of a block-style object, when it stands where it usually does: at
/// the start of a line.
fn root_kind(document: &[u8]) -> Option<&str> {
    let line_start = |at: &usize| *at == 0 || document[at - 1] == b'\n';
    let at = memmem::find_iter(document, b"kind:").find(line_start)?;
    let rest = &document[at + b"kind:".len()..];
    let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let value = std::str::from_utf8(line).ok()?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| !c.is_ascii_alphanumeric());
    let kind = &value[..end.unwrap_or(value.len())];
    (!kind.is_empty()).then_some(kind)
}

/// Whether somewhere `kind` is followed by `Secret` or `SealedSecret`.
fn has_secret(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"Secret").any(|at| {
        let (before, after) = (&bytes[..at], &bytes[at + b"Secret".len()..]);
        let before = before.strip_suffix(b"Sealed").unwrap_or(before);
        let ends = after
            .first()
            .is_none_or(|byte| !byte.is_ascii_alphanumeric());
        ends && follows_kind(before)
    })
}

fn follows_kind(before: &[u8]) -> bool {
    let before = trim_blanks_and_quotes(before);
    let key = before.strip_suffix(b":").map(trim_blanks_and_quotes);
    key.is_some_and(|key| key.ends_with(b"kind"))
}

fn trim_blanks_and_quotes(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\''] = bytes {
        bytes = rest;
    }
    bytes
}

/// The bytes without their byte order mark, UTF-16 turned into UTF-8.
fn as_utf8<'a>(report: &Report<'_>, bytes: &'a [u8]) -> Option<Cow<'a, [u8]>> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Some(Cow::Borrowed(rest)),
        [0xff, 0xfe, rest @ ..] => utf16(report, rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(report, rest, u16::from_be_bytes),
        _ => Some(Cow::Borrowed(bytes)),
    }
}

fn utf16<'a>(report: &Report<'_>, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'a, [u8]>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if rest.is_empty() => Some(Cow::Owned(text.into_bytes())),
        _ => {
            let start = Position { line: 1, column: 1 };
            let message = "no UTF-16 text, though it starts with that byte order mark".to_owned();
            report.add(Severity::Error, start, "", message);
            None
        }
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
    match api_version.unwrap_or_default() {
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
