//! Durations as Flux's admission rules take them: fewer forms than Go's.

use std::time::Duration;

use crate::Severity;
use crate::fields::Fields;

/// The interval that Flux requires and that a single run does not need.
pub(super) fn interval(spec: &mut Fields<'_>) -> Option<Duration> {
    if spec.get("interval").is_none() {
        let message = "missing; Flux requires it: write for example `interval: 5m`".to_owned();
        spec.add(Severity::Warning, spec.at(), "interval", message);
    }
    duration(spec, "interval")
}

/// A duration in hours, minutes, seconds and milliseconds.
pub(super) fn duration(spec: &mut Fields<'_>, name: &'static str) -> Option<Duration> {
    checked(spec, name, &["ms", "s", "m", "h"])
}

/// A timeout, which has no hours.
pub(super) fn timeout(spec: &mut Fields<'_>) -> Option<Duration> {
    checked(spec, "timeout", &["ms", "s", "m"])
}

fn checked(spec: &mut Fields<'_>, name: &'static str, units: &[&str]) -> Option<Duration> {
    let duration = spec.duration(name)?;
    let node = spec.get(name)?;
    if !node.as_text().is_some_and(|text| is_of(text, units)) {
        let units = units.join(", ");
        let message = format!(
            "Flux takes whole or decimal numbers with {units} only; write {}",
            minutes(duration)
        );
        spec.add(Severity::Warning, node.at, name, message);
    }
    Some(duration)
}

/// Whether a text is `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$` with these units.
fn is_of(text: &str, units: &[&str]) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let Some(after) = after_part(rest, units) else {
            return false;
        };
        rest = after;
    }
    !text.is_empty()
}

fn after_part<'a>(text: &'a str, units: &[&str]) -> Option<&'a str> {
    let mut rest = after_digits(text)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = after_digits(fraction)?;
    }
    units.iter().find_map(|unit| {
        let after = rest.strip_prefix(unit)?;
        let ends = after.is_empty() || after.starts_with(|c: char| c.is_ascii_digit());
        ends.then_some(after)
    })
}

fn after_digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

/// The duration in a form that every rule takes.
fn minutes(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    match (milliseconds % 60_000, milliseconds % 1_000) {
        (0, _) if milliseconds > 0 => format!("{}m", milliseconds / 60_000),
        (_, 0) => format!("{}s", milliseconds / 1_000),
        _ => format!("{milliseconds}ms"),
    }
}
