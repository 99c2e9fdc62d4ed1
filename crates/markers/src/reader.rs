//! A text as steps: what common YAML says is read quickly, all other by the full parser.

use std::{borrow::Cow, ops::Range};

use crate::{error::Error, limits::Limits, position::Position};

#[cfg(test)]
mod agreement;
#[cfg(any(test, fuzzing))]
pub(crate) mod difference;
mod flow;
mod full;
mod line;
mod quick;
mod token;

use full::Full;
use quick::Quick;

/// One step through a text.
#[derive(Clone, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) event: Event<'a>,
    /// The bytes of the text: of a scalar with its quotes, of a block scalar without its header, of
    /// a comment with its `#`, of a flow collection its bracket; empty where nothing is written.
    pub(crate) span: Range<usize>,
    /// The anchor and the tag of a node, as a number.
    pub(crate) properties: u64,
}

#[derive(Clone, Debug, Hash)]
pub(crate) enum Event<'a> {
    DocumentStart,
    DocumentEnd,
    MappingStart { flow: bool },
    MappingEnd,
    SequenceStart { flow: bool },
    SequenceEnd,
    Scalar(Scalar<'a>),
    Alias(usize),
    Comment,
}

#[derive(Clone, Debug, Hash)]
pub(crate) struct Scalar<'a> {
    pub(crate) value: Cow<'a, str>,
    pub(crate) style: Style,
    /// Whether an explicit tag of YAML's own, `!!str` aside, says what the value must be.
    pub(crate) typed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Block,
    /// A scalar of JSON; a string unless it is typed.
    Json,
}

/// Reads document by document.
///
/// Both readers give the same steps, so which of them reads a document is seen in the time alone.
pub(crate) struct Reader<'a> {
    text: &'a str,
    limits: Limits,
    aliases: usize,
    comments: usize,
    quick: Quick<'a>,
    full: Option<Full<'a>>,
    /// Whether the full parser has come to the end of a document that `---` may follow.
    has_ended: bool,
    /// Bytes that were looked at to begin with the full parser.
    looked_at: usize,
    /// Where the next document begins.
    at: usize,
}

impl<'a> Reader<'a> {
    /// Within the limits that nobody set.
    pub(crate) fn new(text: &'a str) -> Self {
        Self::within(text, Limits::default())
    }

    pub(crate) fn within(text: &'a str, limits: Limits) -> Self {
        Self {
            text,
            limits,
            aliases: 0,
            comments: 0,
            quick: Quick::new(text, limits.depth),
            full: None,
            has_ended: false,
            looked_at: 0,
            at: 0,
        }
    }

    /// Whether a step of the full parser begins a document that the quick reader can try.
    fn begins_anew(&mut self, step: &Step<'a>) -> bool {
        match step.event {
            Event::DocumentStart if self.has_ended && !step.span.is_empty() && self.may_turn() => {
                self.at = step.span.start;
                self.full = None;
                return true;
            }
            // Behind `...` directives may stand, which belong to the next document.
            Event::DocumentEnd => self.has_ended = step.span.is_empty(),
            _ => {}
        }
        false
    }

    /// Whether to turn to the quick reader again: to begin with the full parser is not free, for it
    /// looks for a comment in all that is left. A text without one is turned in a few times only.
    fn may_turn(&self) -> bool {
        self.looked_at / 4 <= self.text.len()
    }

    fn counted(&mut self, step: Step<'a>) -> Result<Step<'a>, Error> {
        let (count, what, limit) = match step.event {
            Event::Alias(_) => (&mut self.aliases, "aliases", self.limits.aliases),
            Event::Comment => (&mut self.comments, "comments", self.limits.comments),
            _ => return Ok(step),
        };
        *count += 1;
        if *count > limit {
            let position = Position::of(self.text, step.span.start);
            return Err(Error::too_many(what, step.span, position, limit));
        }
        Ok(step)
    }

    fn read_document(&mut self) {
        if let Some(next) = self.quick.document(self.at) {
            self.at = next;
        } else {
            let rest = &self.text.as_bytes()[self.at..];
            self.looked_at += memchr::memchr(b'#', rest).unwrap_or(rest.len());
            self.has_ended = false;
            self.full = Some(Full::new(self.text, self.at, self.limits));
        }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Step<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(step) = self.quick.step() {
                return Some(self.counted(step));
            }
            match self.full.as_mut().map(Iterator::next) {
                Some(Some(Ok(step))) if self.begins_anew(&step) => {}
                Some(step) => return step.map(|step| self.counted(step?)),
                None if self.at == self.text.len() => return None,
                None => {}
            }
            self.read_document();
        }
    }
}
