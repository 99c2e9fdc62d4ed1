//! Values that objects may hold, for property tests.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use tagwright_manifests::{LabelSelector, Metadata, Operator, Requirement};

/// Texts that YAML readers are known to take for something else, and any others.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z0-9./-]{1,20}",
        3 => vec(select(PIECES), 1..6).prop_map(|pieces| pieces.concat()),
        2 => vec(select(PIECES), 20..60).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
    .prop_filter("not empty", |text| !text.is_empty())
}

/// What is behind the host of a URL, without a query.
pub(crate) fn url_path() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.replace('?', "%3f"))
}

const PIECES: &[&str] = &[
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "a",
    "word ",
    "- ",
    "-",
    "---",
    "...",
    "? ",
    ": ",
    ":",
    "#",
    " #",
    "'",
    "\"",
    "\\",
    "|",
    ">",
    "&",
    "*",
    "!",
    "%",
    "@",
    "`",
    "{",
    "}",
    "[",
    "]",
    ",",
    "~",
    "null",
    "true",
    "no",
    "y",
    "0",
    "1",
    "1_0",
    "0x1",
    "0o7",
    "1e3",
    ".5",
    ".inf",
    "2026-01-31",
    "1:20",
    "<<",
    "=",
    "é",
    "日本",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "\u{1f680}",
    "\0",
    "\u{7}",
    "\u{7f}",
    "\u{202e}",
    "$ts",
    "{{.X}}",
    "https://a.b/c",
];

pub(crate) fn texts() -> impl Strategy<Value = BTreeMap<String, String>> {
    // The merge key is not a key of its own.
    let key = text().prop_filter("no merge key", |key| key != "<<");
    btree_map(key, any_text(), 0..4)
}

pub(crate) fn duration() -> impl Strategy<Value = Duration> {
    let nanoseconds = prop_oneof![
        0..=i64::MAX.cast_unsigned(),
        0..10_000_000_000_u64,
        (0..100_000_u64).prop_map(|seconds| seconds * 1_000_000_000),
    ];
    nanoseconds.prop_map(Duration::from_nanos)
}

/// A value of a struct that cannot be written as an expression elsewhere.
pub(crate) fn with<T: Default>(set: impl FnOnce(&mut T)) -> T {
    let mut value = T::default();
    set(&mut value);
    value
}

pub(crate) fn meta() -> impl Strategy<Value = Metadata> {
    (text(), of(text()), texts(), texts()).prop_map(|(name, namespace, labels, annotations)| {
        with(|meta: &mut Metadata| {
            meta.name = name;
            meta.namespace = namespace;
            meta.labels = labels;
            meta.annotations = annotations;
        })
    })
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let operators = [
        Operator::In,
        Operator::NotIn,
        Operator::Exists,
        Operator::DoesNotExist,
    ];
    let values = vec(any_text(), 0..3);
    (text(), select(operators.to_vec()), values).prop_map(|(key, operator, values)| {
        let mut requirement = Requirement::new(key, operator);
        requirement.values = values;
        requirement
    })
}

pub(crate) fn selector() -> impl Strategy<Value = LabelSelector> {
    (texts(), vec(requirement(), 0..3)).prop_map(|(labels, expressions)| {
        with(|selector: &mut LabelSelector| {
            selector.match_labels = labels;
            selector.match_expressions = expressions;
        })
    })
}

/// A text or none at all, in a list that may hold both.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), text()]
}
