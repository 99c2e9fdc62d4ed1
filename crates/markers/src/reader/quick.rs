//! Reads the YAML that most manifests are written in, many times as fast as the full parser.
//!
//! Block collections, scalars and flow collections that end on their line, block scalars, comments.
//! What is written in another way, or might be no YAML, is left to the full parser, one document at
//! a time: a document is either read whole here, with exactly the steps that the full parser would
//! give, or not at all. Tests and fuzzing hold the two against each other.

use std::{borrow::Cow, mem};

use super::{
    Event, Scalar, Step, Style, full,
    line::{Line, Odd, spaces},
    token::{Kind, Token},
};

/// Levels of nesting that are read here.
const MAX_DEPTH: usize = 64;

/// Steps of one document that are kept, 12 bytes each: 24 MiB.
const MAX_TOKENS: usize = 2 << 20;

/// Bytes of a key: beyond 1,024 YAML takes it for none.
const MAX_KEY: usize = 256;

/// A document, read ahead.
pub(super) struct Quick<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    /// Values that are not written as they read: block scalars, and quoted ones with escapes.
    pub(super) values: Vec<Cow<'a, str>>,
    frames: Vec<Frame>,
    /// The line to be read next.
    at: usize,
    /// Collections in collections that are read.
    depth: usize,
    /// How many tokens and values were given.
    given: usize,
    values_given: usize,
}

/// An open block collection.
struct Frame {
    is_sequence: bool,
    column: usize,
    /// Behind a key or a dash without a value as yet: the empty one, and where among the tokens it
    /// belongs.
    awaits: Option<(usize, Token)>,
}

impl<'a> Quick<'a> {
    /// Somewhat below the allowed depth, whose exact bound is the full parser's to tell.
    pub(super) fn new(text: &'a str, depth: usize) -> Self {
        Self {
            text,
            tokens: Vec::new(),
            values: Vec::new(),
            frames: Vec::new(),
            at: 0,
            depth: depth.saturating_sub(1).min(MAX_DEPTH),
            given: 0,
            values_given: 0,
        }
    }

    /// Reads the document that begins at `start`; where the next one begins, if it was read.
    pub(super) fn document(&mut self, start: usize) -> Option<usize> {
        self.tokens.clear();
        self.values.clear();
        self.frames.clear();
        self.at = start;
        (self.given, self.values_given) = (0, 0);
        let is_addressable = u32::try_from(self.text.len()).is_ok();
        if is_addressable && self.all_lines().is_ok() {
            return Some(self.at);
        }
        self.tokens.clear();
        None
    }

    fn all_lines(&mut self) -> Result<(), Odd> {
        self.head()?;
        while let Some(line) = Line::at(self.text, self.at)? {
            if self.is_document_start(line) {
                break;
            }
            self.at = line.next;
            self.line(line)?;
            if self.tokens.len() > MAX_TOKENS {
                return Err(Odd);
            }
        }
        if self.frames.is_empty() {
            return Err(Odd);
        }
        while !self.frames.is_empty() {
            self.close();
        }
        self.push(Kind::DocumentEnd, self.at, self.at);
        Ok(())
    }

    /// Comments, then the line `---` or the first line with content.
    fn head(&mut self) -> Result<(), Odd> {
        while let Some(line) = Line::at(self.text, self.at)? {
            if self.is_comment(line.content(), line.end) {
                self.comment(line.content(), line.end);
            } else if self.is_document_start(line) {
                self.at = line.next;
                self.push(Kind::DocumentStart, line.start, line.start + 3);
                return self.behind(line.start + 3, line.end);
            } else if !line.is_blank() {
                self.push(Kind::DocumentStart, line.start, line.start);
                return Ok(());
            }
            self.at = line.next;
        }
        Err(Odd)
    }

    fn line(&mut self, line: Line) -> Result<(), Odd> {
        if line.is_blank() {
            return Ok(());
        }
        let (at, end) = (line.content(), line.end);
        if self.is_comment(at, end) {
            self.comment(at, end);
            return Ok(());
        }
        if memchr::memchr(b'\t', self.rest(line)).is_some() || self.is_document_end(line) {
            return Err(Odd);
        }
        let is_dash = self.is_dash(at, end);
        self.settle(line.indent, is_dash)?;
        if is_dash {
            self.item(at, line)
        } else {
            let key = self.key(at, end)?.ok_or(Odd)?;
            self.entry(key, end)
        }
    }

    /// Ends what a line at `column` ends, and begins what it begins.
    fn settle(&mut self, column: usize, is_dash: bool) -> Result<(), Odd> {
        while self.frames.last().is_some_and(|top| {
            top.column > column || top.column == column && top.is_sequence && !is_dash
        }) {
            self.close();
            if self.frames.is_empty() {
                return Err(Odd);
            }
        }
        let Some(top) = self.frames.last_mut() else {
            return self.open(is_dash, column);
        };
        if top.column == column && top.is_sequence == is_dash {
            self.end_awaiting();
            return Ok(());
        }
        // A value on lines of its own; the dashes of a list may be aligned with its key.
        top.awaits.take().ok_or(Odd)?;
        self.open(is_dash, column)
    }

    fn open(&mut self, is_sequence: bool, column: usize) -> Result<(), Odd> {
        if self.is_too_deep(0) {
            return Err(Odd);
        }
        let kind = if is_sequence {
            Kind::SequenceStart { flow: false }
        } else {
            Kind::MappingStart { flow: false }
        };
        self.push(kind, 0, 0);
        self.frames.push(Frame {
            is_sequence,
            column,
            awaits: None,
        });
        Ok(())
    }

    fn close(&mut self) {
        self.end_awaiting();
        let kind = match self.frames.pop() {
            Some(frame) if frame.is_sequence => Kind::SequenceEnd,
            _ => Kind::MappingEnd,
        };
        self.push(kind, 0, 0);
    }

    /// The value that did not come: it stands before the comments that did.
    fn end_awaiting(&mut self) {
        if let Some((place, empty)) = self.frames.last_mut().and_then(|top| top.awaits.take()) {
            self.tokens.insert(place, empty);
        }
    }

    /// Whether the value comes on the next lines will be seen there; if not, it is empty, at `at`.
    fn await_value(&mut self, at: usize) {
        let place = self.tokens.len();
        if let Some(top) = self.frames.last_mut() {
            top.awaits = Some((place, Token::new(Kind::Plain, at, at)));
        }
    }

    /// What stands behind the dash at `at`: nothing, a value, or a collection that begins there.
    fn item(&mut self, mut at: usize, line: Line) -> Result<(), Odd> {
        loop {
            at = self.skip(at + 1, line.end);
            if at == line.end {
                self.await_value(at);
                return Ok(());
            }
            if self.is_dash(at, line.end) {
                self.open(true, at - line.start)?;
            } else if let Some(key) = self.key(at, line.end)? {
                self.open(false, at - line.start)?;
                return self.entry(key, line.end);
            } else {
                return self.value(at, line.end);
            }
        }
    }

    fn entry(&mut self, key: Key, end: usize) -> Result<(), Odd> {
        self.tokens.push(key.token);
        let at = self.skip(key.end, end);
        if at == end || self.is_comment(at, end) {
            self.await_value(key.end - 1);
            return self.behind(key.end, end);
        }
        self.value(at, end)
    }

    /// The key at `at`, if a colon makes it one.
    fn key(&mut self, at: usize, end: usize) -> Result<Option<Key>, Odd> {
        let values = self.values.len();
        let token = match self.byte(at) {
            b'"' | b'\'' => self.quoted(at, end)?,
            _ => match self.plain_key(at, end)? {
                Some(token) => token,
                None => return Ok(None),
            },
        };
        let colon = token.span().end;
        if colon == end || self.byte(colon) != b':' || !self.is_end_or_space(colon + 1, end) {
            self.values.truncate(values);
            return Ok(None);
        }
        if colon - at > MAX_KEY {
            return Err(Odd);
        }
        Ok(Some(Key {
            token,
            end: colon + 1,
        }))
    }

    fn plain_key(&self, at: usize, end: usize) -> Result<Option<Token>, Odd> {
        if !self.starts_plain(at, end) {
            return Ok(None);
        }
        let bytes = &self.text.as_bytes()[..end];
        let colon =
            (at..end).find(|&colon| bytes[colon] == b':' && self.is_end_or_space(colon + 1, end));
        match colon {
            Some(colon) if bytes[at..colon].windows(2).any(|pair| pair == b" #") => Ok(None),
            Some(colon) if bytes[colon - 1] == b' ' => Err(Odd),
            Some(colon) => Ok(Some(Token::new(Kind::Plain, at, colon))),
            None => Ok(None),
        }
    }

    fn value(&mut self, at: usize, end: usize) -> Result<(), Odd> {
        let stop = match self.byte(at) {
            b'"' | b'\'' => {
                let token = self.quoted(at, end)?;
                self.tokens.push(token);
                token.span().end
            }
            b'{' | b'[' => self.flow(at, end, 0)?,
            b'|' | b'>' => return self.block_scalar(at, end),
            _ => self.plain(at, end)?,
        };
        self.behind(stop, end)
    }

    /// What may stand behind a value on its line: blanks, and a comment behind at least one.
    fn behind(&mut self, at: usize, end: usize) -> Result<(), Odd> {
        let next = self.skip(at, end);
        if next < end {
            if next == at || !self.is_comment(next, end) {
                return Err(Odd);
            }
            self.comment(next, end);
        }
        Ok(())
    }

    fn plain(&mut self, at: usize, end: usize) -> Result<usize, Odd> {
        if !self.starts_plain(at, end) {
            return Err(Odd);
        }
        let bytes = &self.text.as_bytes()[..end];
        let mut stop = at;
        while stop < end {
            match bytes[stop] {
                b':' if self.is_end_or_space(stop + 1, end) => return Err(Odd),
                b'#' if bytes[stop - 1] == b' ' => break,
                _ => stop += 1,
            }
        }
        let length = bytes[at..stop].trim_ascii_end().len();
        self.push(Kind::Plain, at, at + length);
        Ok(at + length)
    }

    /// Narrower than YAML: what begins with most punctuation is left to the full parser.
    fn starts_plain(&self, at: usize, end: usize) -> bool {
        match self.byte(at) {
            b'-' => {
                let next = self.text.as_bytes()[at + 1..end].first();
                next.is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, b'-' | b'/'))
            }
            byte => {
                byte.is_ascii_alphanumeric()
                    || byte >= 0x80
                    || matches!(
                        byte,
                        b'_' | b'.' | b'/' | b'~' | b'$' | b'(' | b'<' | b'=' | b'+' | b'^' | b';'
                    )
            }
        }
    }

    /// A quoted scalar that ends on its line.
    pub(super) fn quoted(&mut self, at: usize, end: usize) -> Result<Token, Odd> {
        let bytes = &self.text.as_bytes()[..end];
        let quote = bytes[at];
        let (mut close, mut is_escaped) = (at + 1, false);
        loop {
            match bytes.get(close) {
                Some(b'\\') if quote == b'"' => close += 1,
                Some(&byte) if byte != quote => {
                    close += 1;
                    continue;
                }
                Some(_) if quote == b'\'' && bytes.get(close + 1) == Some(&quote) => close += 1,
                Some(_) => break,
                None => return Err(Odd),
            }
            is_escaped = true;
            close += 1;
        }
        let style = match quote {
            b'"' => Style::DoubleQuoted,
            _ => Style::SingleQuoted,
        };
        if !is_escaped {
            return Ok(Token::new(Kind::Quoted(style), at, close + 1));
        }
        let value = full::scalar(&self.text[at..=close]).ok_or(Odd)?;
        self.values.push(value);
        Ok(Token::new(Kind::Kept(style), at, close + 1))
    }

    fn block_scalar(&mut self, at: usize, end: usize) -> Result<(), Odd> {
        if !matches!(&self.text[at..end], "|" | "|-" | "|+" | ">" | ">-" | ">+") {
            return Err(Odd);
        }
        let parent = self.frames.last().map_or(0, |top| top.column);
        let mut first: Option<Line> = None;
        let mut stop = self.text.len();
        while let Some(line) = Line::at(self.text, self.at)? {
            if line.is_blank() {
                // Blanks on a line of their own may be text.
                if line.indent > 0 {
                    return Err(Odd);
                }
            } else if line.indent <= parent {
                stop = line.content();
                break;
            } else if line.indent < first.get_or_insert(line).indent {
                return Err(Odd);
            }
            self.at = line.next;
        }
        let first = first.ok_or(Odd)?.content();
        if self.byte(first) == b'\t' {
            return Err(Odd);
        }
        let value = full::scalar(&self.text[at..self.at]).ok_or(Odd)?;
        self.values.push(value);
        self.push(Kind::Kept(Style::Block), first, stop);
        Ok(())
    }

    /// The next step of the document.
    pub(super) fn step(&mut self) -> Option<Step<'a>> {
        let token = *self.tokens.get(self.given)?;
        self.given += 1;
        Some(Step {
            event: self.event(token),
            span: token.span(),
            properties: 0,
        })
    }

    fn event(&mut self, token: Token) -> Event<'a> {
        let written = &self.text[token.span()];
        match token.kind {
            Kind::DocumentStart => Event::DocumentStart,
            Kind::DocumentEnd => Event::DocumentEnd,
            Kind::MappingStart { flow } => Event::MappingStart { flow },
            Kind::MappingEnd => Event::MappingEnd,
            Kind::SequenceStart { flow } => Event::SequenceStart { flow },
            Kind::SequenceEnd => Event::SequenceEnd,
            Kind::Comment => Event::Comment,
            Kind::Plain => scalar(Style::Plain, Cow::Borrowed(written)),
            Kind::Quoted(style) => scalar(style, Cow::Borrowed(&written[1..written.len() - 1])),
            Kind::Kept(style) => scalar(style, self.kept_value()),
        }
    }

    fn kept_value(&mut self) -> Cow<'a, str> {
        let value = self.values.get_mut(self.values_given).map(mem::take);
        self.values_given += 1;
        value.unwrap_or_default()
    }

    pub(super) fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.tokens.push(Token::new(kind, start, end));
    }

    fn comment(&mut self, at: usize, end: usize) {
        self.push(Kind::Comment, at, end);
    }

    fn rest(&self, line: Line) -> &'a [u8] {
        &self.text.as_bytes()[line.content()..line.end]
    }

    pub(super) fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes()[at]
    }

    /// Behind the spaces at `at`.
    pub(super) fn skip(&self, at: usize, end: usize) -> usize {
        at + spaces(&self.text.as_bytes()[at..end])
    }

    fn is_document_start(&self, line: Line) -> bool {
        line.indent == 0
            && self.rest(line).starts_with(b"---")
            && self.is_end_or_space(line.start + 3, line.end)
    }

    fn is_document_end(&self, line: Line) -> bool {
        line.indent == 0
            && self.rest(line).starts_with(b"...")
            && self.is_end_or_space(line.start + 3, line.end)
    }

    fn is_comment(&self, at: usize, end: usize) -> bool {
        at < end && self.byte(at) == b'#'
    }

    pub(super) fn is_too_deep(&self, flows: usize) -> bool {
        self.frames.len() + flows >= self.depth
    }

    fn is_dash(&self, at: usize, end: usize) -> bool {
        self.byte(at) == b'-' && self.is_end_or_space(at + 1, end)
    }

    pub(super) fn is_end_or_space(&self, at: usize, end: usize) -> bool {
        at == end || self.byte(at) == b' '
    }
}

fn scalar(style: Style, value: Cow<'_, str>) -> Event<'_> {
    Event::Scalar(Scalar {
        value,
        style,
        typed: false,
    })
}

/// A key, and where it ends behind its colon.
#[derive(Clone, Copy)]
struct Key {
    token: Token,
    end: usize,
}
