//! The template that makes the key of a tag from a match, in Go's syntax.

use std::sync::LazyLock;

use regex::{CaptureLocations, Regex};

use crate::go_regex::Pattern;

/// A template such as `$ts`, `${major}.$2` or `v$0`.
///
/// As in Go's `Regexp.Expand`: a name is as long as it can be, `$$` is `$`, a
/// group that does not exist or took no part is empty, and a `$` that
/// introduces nothing is text.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    /// The first of these groups that took part. Go lets groups share a name.
    Group(Vec<usize>),
}

impl Template {
    pub(crate) fn new(source: &str, pattern: &Pattern) -> Self {
        let mut template = Template { pieces: Vec::new() };
        let mut rest = source;
        while let Some((before, after)) = rest.split_once('$') {
            template.push_text(before);
            rest = template.push_reference(after, pattern);
        }
        template.push_text(rest);
        template
    }

    /// Reads what follows a `$`; what is left.
    fn push_reference<'a>(&mut self, after: &'a str, pattern: &Pattern) -> &'a str {
        if let Some(rest) = after.strip_prefix('$') {
            self.push_text("$");
            return rest;
        }
        let Some((name, rest)) = read_name(after) else {
            self.push_text("$");
            return after;
        };
        self.pieces.push(Piece::Group(groups(name, pattern)));
        rest
    }

    fn push_text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    /// The key. One group alone, the usual template, is a part of the tag;
    /// other keys are put together in `buffer`.
    pub(crate) fn expand<'k>(
        &self,
        tag: &'k str,
        locations: &CaptureLocations,
        buffer: &'k mut String,
    ) -> &'k str {
        if let [Piece::Group(groups)] = self.pieces.as_slice() {
            return group_text(tag, locations, groups);
        }
        buffer.clear();
        for piece in &self.pieces {
            buffer.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Group(groups) => group_text(tag, locations, groups),
            });
        }
        buffer
    }
}

fn group_text<'k>(tag: &'k str, locations: &CaptureLocations, groups: &[usize]) -> &'k str {
    let took_part = groups.iter().find_map(|group| locations.get(*group));
    took_part.map_or("", |(start, end)| &tag[start..end])
}

/// The groups that `name` stands for: a number, unless it starts with 0, or a name.
fn groups(name: &str, pattern: &Pattern) -> Vec<usize> {
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || name.len() > 1 && name.starts_with('0') {
        return pattern.groups_named(name);
    }
    let group = name.parse().ok();
    group
        .filter(|group| *group < pattern.group_count())
        .into_iter()
        .collect()
}

/// `name` or `{name}` at the start of `text`, and what follows.
fn read_name(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('{');
    let from_name = inside.unwrap_or(text);
    let end = from_name
        .find(|c| !is_name_char(c))
        .unwrap_or(from_name.len());
    let (name, rest) = from_name.split_at(end);
    if name.is_empty() {
        return None;
    }
    match inside {
        Some(_) => Some((name, rest.strip_prefix('}')?)),
        None => Some((name, rest)),
    }
}

fn is_name_char(c: char) -> bool {
    static LETTER_OR_DIGIT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[\p{L}\p{Nd}]").ok());
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    let regex = LETTER_OR_DIGIT.as_ref();
    regex.is_some_and(|regex| regex.is_match(c.encode_utf8(&mut [0; 4])))
}
