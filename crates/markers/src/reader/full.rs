//! The full parser, of a crate of its own, kept behind this file so that another can take its place.

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use granit_parser as granit;

use super::{Event, Scalar, Step, Style};
use crate::{error::Error, limits::Limits, position::Position};

/// Reads a text from the beginning of one of its documents.
pub(super) struct Full<'a> {
    text: &'a str,
    start: usize,
    limits: Limits,
    /// Anchors so far, and those of earlier documents: each document counts its own from 1.
    anchors: usize,
    anchors_before: usize,
    parser: granit::Parser<'a, granit::StrInput<'a>>,
}

impl<'a> Full<'a> {
    pub(super) fn new(text: &'a str, start: usize, limits: Limits) -> Self {
        let options = granit::options! {
            // The default of 96 refuses real files with long commented-out parts.
            max_buffered_comment_events: limits.comments,
            flow_nesting_limit: limits.depth,
            block_nesting_limit: limits.depth,
        };
        Self {
            text,
            start,
            limits,
            anchors: 0,
            anchors_before: 0,
            parser: granit::Parser::new_from_str_with_options(&text[start..], options),
        }
    }

    /// The number of the node's anchor in its document.
    fn anchor(&mut self, event: &granit::Event<'_>) -> Option<usize> {
        if matches!(event, granit::Event::DocumentStart(..)) {
            self.anchors_before = self.anchors;
        }
        if matches!(event, granit::Event::Alias(_)) {
            return None;
        }
        let id = event.anchor_id()?;
        self.anchors = self.anchors.max(id);
        Some(id - self.anchors_before)
    }

    fn error(&self, error: &granit::ScanError) -> Error {
        let offset = error.marker().byte_offset();
        let start = offset.map_or(self.text.len(), |offset| self.start + offset);
        let start = floor(self.text, start);
        let end = self.text[start..]
            .chars()
            .next()
            .map_or(start, |char| start + char.len_utf8());
        let position = Position::of(self.text, start);
        match error.kind() {
            granit::ErrorKind::RecursionLimitExceeded => {
                return Error::too_deep(start..end, position, self.limits.depth);
            }
            granit::ErrorKind::TooManyComments => {
                return Error::too_many("comments", start..end, position, self.limits.comments);
            }
            _ => {}
        }
        let error = Error::syntax(&error.info(), start..end, position);
        if self.text.contains("{{") {
            return error
                .with_hint("`{{` belongs to a template; mark the file that it is rendered to");
        }
        error
    }
}

impl<'a> Iterator for Full<'a> {
    type Item = Result<Step<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (event, span) = match self.parser.next_event()? {
                Ok(next) => next,
                Err(error) => return Some(Err(self.error(&error))),
            };
            let anchor = self.anchor(&event);
            let properties = properties(anchor, event.tag());
            let span = span.byte_range().unwrap_or_default();
            if let Some(mut event) = convert(event, span.is_empty()) {
                if let Event::Alias(id) = &mut event {
                    *id -= self.anchors_before;
                }
                return Some(Ok(Step {
                    event,
                    span: self.start + span.start..self.start + span.end,
                    properties,
                }));
            }
        }
    }
}

/// The value of a text that is one scalar.
pub(super) fn scalar(text: &str) -> Option<Cow<'_, str>> {
    let mut value = None;
    for step in Full::new(text, 0, Limits::default()) {
        match step.ok()?.event {
            Event::Scalar(scalar) if value.is_none() => value = Some(scalar.value),
            Event::DocumentStart | Event::DocumentEnd => {}
            _ => return None,
        }
    }
    value
}

fn convert(event: granit::Event<'_>, empty: bool) -> Option<Event<'_>> {
    Some(match event {
        granit::Event::DocumentStart(..) => Event::DocumentStart,
        granit::Event::DocumentEnd => Event::DocumentEnd,
        granit::Event::MappingStart(style, ..) => Event::MappingStart {
            flow: is_flow(style),
        },
        granit::Event::MappingEnd => Event::MappingEnd,
        granit::Event::SequenceStart(style, ..) => Event::SequenceStart {
            flow: is_flow(style),
        },
        granit::Event::SequenceEnd => Event::SequenceEnd,
        granit::Event::Scalar(value, style, _, tag) => Event::Scalar(Scalar {
            // The parser writes `~` for a value that is not there.
            value: if empty { Cow::Borrowed("") } else { value },
            style: convert_style(style),
            typed: tag.is_some_and(|tag| is_type(&tag)),
        }),
        granit::Event::Alias(id) => Event::Alias(id),
        granit::Event::Comment(..) => Event::Comment,
        _ => return None,
    })
}

/// Whether a tag is one of YAML's own, those of YAML 1.1 (`!!binary`, `!!timestamp`) too, and not `!!str`.
fn is_type(tag: &granit::Tag) -> bool {
    let (handle, suffix) = tag.parts();
    let name = format!("{handle}{suffix}");
    name.strip_prefix("tag:yaml.org,2002:")
        .is_some_and(|name| name != "str")
}

fn convert_style(style: granit::ScalarStyle) -> Style {
    match style {
        granit::ScalarStyle::Plain => Style::Plain,
        granit::ScalarStyle::SingleQuoted => Style::SingleQuoted,
        granit::ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        granit::ScalarStyle::Literal | granit::ScalarStyle::Folded => Style::Block,
    }
}

fn is_flow(style: granit::StructureStyle) -> bool {
    style == granit::StructureStyle::Flow
}

fn properties(anchor: Option<usize>, tag: Option<&granit::Tag>) -> u64 {
    match (anchor, tag) {
        (None, None) => 0,
        properties => {
            let mut hasher = DefaultHasher::new();
            properties.hash(&mut hasher);
            hasher.finish()
        }
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
