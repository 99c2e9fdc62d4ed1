//! Holds the steps of both readers against those of the full parser, for tests and for fuzzing.

use crate::limits::Limits;

use super::{Event, Reader, Step, full::Full};

/// The steps up to the end, or to an error.
fn steps<'a>(steps: impl Iterator<Item = Result<Step<'a>, crate::Error>>) -> Vec<String> {
    steps
        .map(|step| match step {
            Ok(step) => shown(&step),
            Err(error) => error.to_string(),
        })
        .collect()
}

/// Where no bytes begin or end a collection, the place does not count.
fn shown(step: &Step<'_>) -> String {
    let is_scalar = matches!(step.event, Event::Scalar(_));
    let span = Some(&step.span).filter(|span| is_scalar || !span.is_empty());
    format!("{:?} {span:?} {}", step.event, step.properties)
}

// Public, since fuzzing calls it from outside.
#[allow(unreachable_pub)]
/// Where the steps of a text are not those that the full parser alone gives.
pub fn difference(text: &str) -> Option<String> {
    let (found, expected) = (
        steps(Reader::new(text)),
        steps(Full::new(text, 0, Limits::default())),
    );
    if found == expected {
        return None;
    }
    let pairs = found.iter().zip(&expected);
    let at = pairs.take_while(|(a, b)| a == b).count();
    let (found, expected) = (found.get(at), expected.get(at));
    Some(format!(
        "{text:?}\nfound    {found:?}\nexpected {expected:?}"
    ))
}
