//! What a match is replaced with: `$1`, `${name}`, `$$`.

use ::regex::Captures;

use super::Pattern;
use crate::go::buffer::Buffer;

/// A replacement, as Go's `Regexp.Expand` reads it.
pub(in crate::go) struct Replacement<'a>(Vec<Part<'a>>);

enum Part<'a> {
    Text(&'a str),
    Group(usize),
    Named(&'a str),
}

impl<'a> Replacement<'a> {
    /// A text that stands for itself.
    pub(in crate::go) fn literal(text: &'a str) -> Self {
        Replacement(vec![Part::Text(text)])
    }

    pub(in crate::go) fn parse(text: &'a str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            parts.push(Part::Text(before));
            rest = after;
            if let Some(after) = rest.strip_prefix('$') {
                parts.push(Part::Text("$"));
                rest = after;
            } else if let Some((name, after)) = reference(rest) {
                parts.push(part(name));
                rest = after;
            } else {
                // A dollar without a name is a dollar.
                parts.push(Part::Text("$"));
            }
        }
        parts.push(Part::Text(rest));
        Replacement(parts)
    }

    pub(in crate::go) fn push(&self, out: &mut Buffer, pattern: &Pattern, found: &Captures<'_>) {
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Group(group) => out.push_str(group_text(found, *group).unwrap_or_default()),
                Part::Named(name) => {
                    let mut groups = pattern.groups_named(name);
                    let text = groups.find_map(|group| group_text(found, group));
                    out.push_str(text.unwrap_or_default());
                }
            }
        }
    }
}

fn group_text<'t>(found: &Captures<'t>, group: usize) -> Option<&'t str> {
    found.get(group).map(|found| found.as_str())
}

/// `name` or `{name}` at the start, and what follows it.
fn reference(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{');
    let from = inner.unwrap_or(text);
    let is_name = |c: char| c.is_alphabetic() || c.is_numeric() || c == '_';
    let end = from.find(|c| !is_name(c)).unwrap_or(from.len());
    let (name, rest) = from.split_at(end);
    let rest = match inner {
        Some(_) => rest.strip_prefix('}')?,
        None => rest,
    };
    (!name.is_empty()).then_some((name, rest))
}

/// A number that has no zero in front names a group by its place.
fn part(name: &str) -> Part<'_> {
    let is_number = name.bytes().all(|b| b.is_ascii_digit());
    let is_plain = name == "0" || !name.starts_with('0');
    // Go reads no number beyond nine digits, and there is no such group.
    match name.parse() {
        Ok(group) if is_number && is_plain => Part::Group(group),
        _ => Part::Named(name),
    }
}
