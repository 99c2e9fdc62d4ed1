//! Objects that a program has parsed already, as the trees that are read.

mod builder;

use builder::{Builder, Refused};
use serde::Serialize;

use crate::Severity;
use crate::report::Report;
use crate::source::{Screen, each_object};
use crate::yaml::{Node, Position};

/// What has no place in a text.
const NOWHERE: Position = Position { line: 0, column: 0 };

/// Calls `visit` for every object, those in a `kind: List` one by one.
pub(crate) fn visit_values<V: Serialize>(
    report: &Report<'_>,
    screen: &Screen,
    values: impl IntoIterator<Item = V>,
    mut visit: impl FnMut(String, &Node),
) {
    for (index, value) in values.into_iter().enumerate() {
        report.enter_document(index + 1);
        match Builder::build(&value) {
            Ok(node) => each_object(report, screen, String::new(), &node, &mut visit),
            Err(Refused(reason)) => {
                report.add(Severity::Error, NOWHERE, "", reason.to_owned());
            }
        }
    }
}
