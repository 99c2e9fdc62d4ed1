//! The parser: groups, alternatives, pieces.

use super::flags::{self, Flags, Opening};
use super::repeat::{self, Counts};
use super::{MAX_DEPTH, Translation, class, escape};

/// Translates a whole pattern.
pub(super) fn translate(source: &str) -> Result<Translation, Problem> {
    let mut parser = Parser::new(source);
    parser.run()?;
    Ok(parser.finish())
}

/// What is wrong with a pattern, for Go too.
pub(super) type Problem = &'static str;

/// The problem that is ours alone: Go nests groups up to 1,000 deep.
pub(super) const TOO_DEEP: Problem = "groups nest more than 100 deep";

/// One thing that a repetition can follow, in the syntax of `regex`.
struct Piece {
    text: String,
    /// How many copies of its innermost thing the counts in it ask for.
    copies: u32,
}

/// An open group: what is read of it.
struct Frame {
    opening: &'static str,
    /// The flags to go back to at the end.
    outer: Flags,
    alternatives: String,
    copies: u32,
    pieces: Vec<Piece>,
}

impl Frame {
    fn new(opening: &'static str, outer: Flags) -> Self {
        Frame {
            opening,
            outer,
            alternatives: String::new(),
            copies: 1,
            pieces: Vec::new(),
        }
    }

    /// Moves the pieces to the alternatives.
    fn close_alternative(&mut self) {
        for piece in self.pieces.drain(..) {
            self.alternatives.push_str(&piece.text);
            self.copies = self.copies.max(piece.copies);
        }
    }

    fn close(mut self) -> Piece {
        self.close_alternative();
        Piece {
            text: format!("{}{})", self.opening, self.alternatives),
            copies: self.copies,
        }
    }
}

pub(super) struct Parser<'a> {
    pub(super) source: &'a str,
    pub(super) at: usize,
    pub(super) flags: Flags,
    frame: Frame,
    outer: Vec<Frame>,
    names: Vec<Option<String>>,
    /// Whether the last thing read was a repetition operator: Go refuses `a**`.
    after_repeat: bool,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str) -> Self {
        let flags = Flags::default();
        Parser {
            source,
            at: 0,
            flags,
            frame: Frame::new("(?:", flags),
            outer: Vec::new(),
            names: Vec::new(),
            after_repeat: false,
        }
    }

    fn run(&mut self) -> Result<(), Problem> {
        while let Some(c) = self.peek() {
            let is_repeat = self.step(c)?;
            self.after_repeat = is_repeat;
        }
        if self.outer.is_empty() {
            return Ok(());
        }
        Err("a group is not closed")
    }

    fn finish(self) -> Translation {
        let whole = self.frame.close();
        Translation {
            text: whole.text,
            names: self.names,
            copies: whole.copies,
        }
    }

    /// Reads one thing; whether it was a repetition operator.
    fn step(&mut self, c: char) -> Result<bool, Problem> {
        match c {
            '*' | '+' | '?' | '{' => match Counts::read(self)? {
                Some(counts) => return self.repeat(&counts).map(|()| true),
                None => self.literal_char(),
            },
            '|' => self.alternative(),
            '(' => self.open()?,
            ')' => self.close()?,
            '[' => class::read(self)?,
            '\\' => escape::read(self)?,
            '^' | '$' | '.' => self.symbol(c),
            _ => self.literal_char(),
        }
        Ok(false)
    }

    fn alternative(&mut self) {
        self.at += 1;
        self.frame.close_alternative();
        self.frame.alternatives.push('|');
    }

    fn open(&mut self) -> Result<(), Problem> {
        let outer = self.flags;
        let opening = match flags::read_opening(self)? {
            Opening::Flags => return Ok(()),
            Opening::Group => "(?:",
            Opening::Capture(name) => {
                self.names.push(name);
                "("
            }
        };
        if self.outer.len() == MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        let frame = Frame::new(opening, outer);
        self.outer.push(std::mem::replace(&mut self.frame, frame));
        Ok(())
    }

    fn close(&mut self) -> Result<(), Problem> {
        self.at += 1;
        let Some(outer) = self.outer.pop() else {
            return Err("a ) without its (");
        };
        let closed = std::mem::replace(&mut self.frame, outer);
        self.flags = closed.outer;
        self.frame.pieces.push(closed.close());
        Ok(())
    }

    fn repeat(&mut self, counts: &Counts) -> Result<(), Problem> {
        if self.after_repeat {
            return Err("a repetition of a repetition");
        }
        let Some(piece) = self.frame.pieces.pop() else {
            return Err("a repetition of nothing");
        };
        let copies = counts.copies(piece.copies);
        if counts.is_counted() && copies > repeat::MAX {
            return Err("counts ask for more than 1000 copies");
        }
        let text = format!("(?:{}){}", piece.text, counts.spell());
        self.frame.pieces.push(Piece { text, copies });
        Ok(())
    }

    fn symbol(&mut self, c: char) {
        self.at += 1;
        self.push(match (c, self.flags.multi_line, self.flags.dot_all) {
            ('^', true, _) => "(?m:^)",
            ('^', false, _) => r"\A",
            ('$', true, _) => "(?m:$)",
            ('$', false, _) => r"\z",
            (_, _, true) => "(?s:.)",
            (_, _, false) => r"[^\n]",
        });
    }

    fn literal_char(&mut self) {
        if let Some(c) = self.next() {
            self.push_literal(c);
        }
    }

    pub(super) fn push_literal(&mut self, c: char) {
        self.push_folded(&spell(c));
    }

    /// A piece that the flag `i` changes.
    pub(super) fn push_folded(&mut self, text: &str) {
        if self.flags.fold_case {
            self.push(&format!("(?i:{text})"));
        } else {
            self.push(text);
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.frame.pieces.push(Piece {
            text: text.to_owned(),
            copies: 1,
        });
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        self.at += if found { text.len() } else { 0 };
        found
    }
}

/// A character as `regex` takes it literally, in classes too.
pub(super) fn spell(c: char) -> String {
    if c.is_ascii_alphanumeric() {
        return c.to_string();
    }
    format!(r"\x{{{:X}}}", u32::from(c))
}
