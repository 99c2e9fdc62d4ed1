//! The YAML parser that `markers` is built on, alone: the limit for a marked file.

use granit_parser::{Event, Parser};

/// Reads all events and counts the scalars.
pub(crate) fn scalars(text: &str) -> usize {
    let is_scalar = |event: &Event<'_>| matches!(event, Event::Scalar(..));
    Parser::new_from_str(text)
        .map(|event| event.expect("the generated manifests parse").0)
        .filter(is_scalar)
        .count()
}
