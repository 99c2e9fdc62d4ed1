//! `imageScans` as people write it.

use std::borrow::Cow;

use crate::Severity;
use crate::report::Report;
use crate::yaml::{Node, Value};

const KNOWN: &str = "imageScans";
/// What every spelling of it begins with.
const WORD: &[u8] = b"imagescan";
/// The place of its rarest letter.
const RAREST: usize = 3;

/// Whether a line begins with `imageScans` in any case, or with `imageScan`.
pub(super) fn mentioned(bytes: &[u8]) -> bool {
    memchr::memchr2_iter(b'g', b'G', bytes).any(|at| {
        let Some(start) = at.checked_sub(RAREST) else {
            return false;
        };
        let word = bytes.get(start..start + WORD.len());
        let begins_line = start == 0 || bytes[start - 1] == b'\n';
        begins_line && word.is_some_and(|word| word.eq_ignore_ascii_case(WORD))
    })
}

/// The bundle with the key in the case in which it is known, since Fleet takes any;
/// warns of another spelling.
pub(super) fn spelled_right<'a>(report: &Report<'_>, node: &'a Node) -> Cow<'a, Node> {
    let Value::Map(entries) = &node.value else {
        return Cow::Borrowed(node);
    };
    if node.get(KNOWN).is_some() {
        return Cow::Borrowed(node);
    }
    let mut lists = entries.iter().filter(|(_, value)| holds_scans(value));
    let Some((key, scans)) = lists.find(|(key, _)| is_misspelt(&key.name)) else {
        return Cow::Borrowed(node);
    };
    if !key.name.eq_ignore_ascii_case(KNOWN) {
        let message = format!("unknown field, not used; did you mean {KNOWN}?");
        report.add(Severity::Warning, key.at, &key.name, message);
        return Cow::Borrowed(node);
    }
    let message = format!("Fleet takes it in any case; write {KNOWN}");
    report.add(Severity::Warning, key.at, &key.name, message);
    let mut key = key.clone();
    KNOWN.clone_into(&mut key.name);
    let value = Value::Map(vec![(key, scans.clone())]);
    Cow::Owned(Node { at: node.at, value })
}

fn is_misspelt(name: &str) -> bool {
    name.eq_ignore_ascii_case(KNOWN) || name.eq_ignore_ascii_case("imageScan")
}

/// Other programs' files have fields of that name, too.
fn holds_scans(value: &Node) -> bool {
    let Value::List(items) = &value.value else {
        return false;
    };
    let names = |item: &Node| match &item.value {
        Value::Map(entries) => entries
            .iter()
            .any(|(key, _)| key.name.eq_ignore_ascii_case("tagName")),
        _ => false,
    };
    items.iter().any(names)
}
