//! Source to tokens, as Go's `text/template/parse` cuts it.

use std::ops::Range;

use super::fault::Fault;
use crate::error::ErrorKind;

/// What a token is; its text is the source at its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    LeftDelim,
    RightDelim,
    Space,
    Assign,
    Declare,
    Pipe,
    Comma,
    LeftParen,
    RightParen,
    Field,
    Variable,
    Dot,
    Identifier,
    Keyword,
    Bool,
    Nil,
    Char,
    Number,
    String,
    RawString,
    /// A printable character that no rule takes.
    Other,
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

const KEYWORDS: [&str; 10] = [
    "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with",
];

pub(super) fn lex(source: &str) -> Result<Vec<Token>, Fault> {
    let mut lexer = Lexer {
        source,
        at: 0,
        parens: 0,
        tokens: Vec::new(),
    };
    lexer.text()?;
    lexer.push(Kind::End, source.len());
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    parens: usize,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, kind: Kind, end: usize) {
        let span = self.at..end;
        self.at = end;
        self.tokens.push(Token { kind, span });
    }

    fn fault(&self, end: usize, message: impl Into<String>) -> Fault {
        Fault::new(ErrorKind::Syntax, message).at(self.at..end)
    }

    /// Text and actions by turns, to the end of the source.
    fn text(&mut self) -> Result<(), Fault> {
        while let Some(open) = self.rest().find("{{") {
            let after = &self.rest()[open + 2..];
            let trims = has_left_marker(after);
            self.push_text(open, trims);
            self.delimited(trims)?;
        }
        self.push_text(self.rest().len(), false);
        Ok(())
    }

    fn push_text(&mut self, length: usize, trims: bool) {
        let text = &self.rest()[..length];
        let kept = if trims {
            text.trim_end_matches(is_space)
        } else {
            text
        };
        let end = self.at + length;
        if !kept.is_empty() {
            self.push(Kind::Text, self.at + kept.len());
        }
        self.at = end;
    }

    /// A comment or an action; the position is at its `{{`.
    fn delimited(&mut self, trims: bool) -> Result<(), Fault> {
        let marker = if trims { 2 } else { 0 };
        if self.rest()[2 + marker..].starts_with("/*") {
            return self.comment(2 + marker);
        }
        self.push(Kind::LeftDelim, self.at + 2);
        self.at += marker;
        self.parens = 0;
        self.action()
    }

    fn comment(&mut self, lead: usize) -> Result<(), Fault> {
        let body = &self.rest()[lead + 2..];
        let Some(length) = body.find("*/") else {
            return Err(self
                .fault(self.source.len(), "the comment is never closed")
                .hint("close it with \"*/}}\""));
        };
        let end = self.at + lead + 2 + length + 2;
        let Some(trims) = right_delim(&self.source[end..]) else {
            return Err(self
                .fault(end, "the comment ends before the action does")
                .hint("nothing may stand between \"*/\" and \"}}\""));
        };
        self.at = end;
        self.skip_right_delim(trims);
        Ok(())
    }

    /// Moves over `}}` or ` -}}`, and over the space that the marker trims.
    fn skip_right_delim(&mut self, trims: bool) {
        self.at += if trims { 4 } else { 2 };
        if trims {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(is_space).len();
        }
    }

    /// Tokens of an action up to and with its right delimiter.
    fn action(&mut self) -> Result<(), Fault> {
        loop {
            if let Some(trims) = right_delim(self.rest()) {
                return self.close(trims);
            }
            self.token()?;
        }
    }

    fn close(&mut self, trims: bool) -> Result<(), Fault> {
        if self.parens > 0 {
            return Err(self.fault(self.at + 1, "a left parenthesis is never closed"));
        }
        let width = if trims { 4 } else { 2 };
        let span = self.at..self.at + width;
        self.tokens.push(Token {
            kind: Kind::RightDelim,
            span,
        });
        self.skip_right_delim(trims);
        Ok(())
    }

    fn token(&mut self) -> Result<(), Fault> {
        let Some(c) = self.peek() else {
            let open = self.tokens.iter().rfind(|t| t.kind == Kind::LeftDelim);
            let span = open.map_or(self.at..self.at, |t| t.span.clone());
            let fault = Fault::new(ErrorKind::Syntax, "the action is never closed").at(span);
            return Err(fault.hint("close it with \"}}\""));
        };
        match c {
            c if is_space(c) => self.space(),
            '=' => self.push(Kind::Assign, self.at + 1),
            ':' => return self.declare(),
            '|' => self.push(Kind::Pipe, self.at + 1),
            ',' => self.push(Kind::Comma, self.at + 1),
            '"' => return self.quoted('"', Kind::String, "the quoted string is never closed"),
            '\'' => return self.quoted('\'', Kind::Char, "the character constant is never closed"),
            '`' => return self.raw(),
            '(' | ')' => return self.parenthesis(c),
            '$' => return self.name(Kind::Variable, Kind::Variable),
            '.' if !self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                return self.name(Kind::Dot, Kind::Field);
            }
            '.' | '+' | '-' | '0'..='9' => return self.number(),
            c if is_alphanumeric(c) => return self.identifier(),
            c if c.is_ascii_graphic() => self.push(Kind::Other, self.at + 1),
            c => {
                let message = format!("unrecognized character {c:?} in an action");
                return Err(self.fault(self.at + c.len_utf8(), message));
            }
        }
        Ok(())
    }

    /// A run of spaces; the last one may begin ` -}}`.
    fn space(&mut self) {
        let rest = self.rest();
        let mut length = rest.len() - rest.trim_start_matches(is_space).len();
        if rest[length - 1..].starts_with([' ', '\t', '\r', '\n'])
            && rest[length..].starts_with("-}}")
        {
            length -= 1;
        }
        if length > 0 {
            self.push(Kind::Space, self.at + length);
        }
    }

    fn declare(&mut self) -> Result<(), Fault> {
        if !self.rest().starts_with(":=") {
            let fault = self.fault(self.at + 1, "a colon stands alone");
            return Err(fault.hint("a variable is declared with \":=\""));
        }
        self.push(Kind::Declare, self.at + 2);
        Ok(())
    }

    fn parenthesis(&mut self, c: char) -> Result<(), Fault> {
        if c == '(' {
            self.parens += 1;
            self.push(Kind::LeftParen, self.at + 1);
            return Ok(());
        }
        let Some(parens) = self.parens.checked_sub(1) else {
            return Err(self.fault(self.at + 1, "a right parenthesis was never opened"));
        };
        self.parens = parens;
        self.push(Kind::RightParen, self.at + 1);
        Ok(())
    }

    /// A constant in quotes on one line, its escapes unread.
    fn quoted(&mut self, quote: char, kind: Kind, unclosed: &str) -> Result<(), Fault> {
        let mut escaped = false;
        for (at, c) in self.rest().char_indices().skip(1) {
            match c {
                '\n' => return Err(self.fault(self.at + at, unclosed)),
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == quote => {
                    self.push(kind, self.at + at + 1);
                    return Ok(());
                }
                _ => {}
            }
        }
        Err(self.fault(self.source.len(), unclosed))
    }

    fn raw(&mut self) -> Result<(), Fault> {
        let Some(length) = self.rest()[1..].find('`') else {
            return Err(self.fault(self.source.len(), "the raw string is never closed"));
        };
        self.push(Kind::RawString, self.at + length + 2);
        Ok(())
    }

    /// `.name` or `$name`, or the sign alone.
    fn name(&mut self, alone: Kind, named: Kind) -> Result<(), Fault> {
        if at_terminator(&self.rest()[1..]) {
            self.push(alone, self.at + 1);
            return Ok(());
        }
        let length = 1 + alphanumeric_prefix(&self.rest()[1..]);
        self.check_terminator(length)?;
        self.push(named, self.at + length);
        Ok(())
    }

    fn identifier(&mut self) -> Result<(), Fault> {
        let length = alphanumeric_prefix(self.rest());
        self.check_terminator(length)?;
        let kind = match &self.rest()[..length] {
            "true" | "false" => Kind::Bool,
            "nil" => Kind::Nil,
            word if KEYWORDS.contains(&word) => Kind::Keyword,
            _ => Kind::Identifier,
        };
        self.push(kind, self.at + length);
        Ok(())
    }

    fn check_terminator(&self, length: usize) -> Result<(), Fault> {
        if at_terminator(&self.rest()[length..]) {
            return Ok(());
        }
        let c = self.rest()[length..].chars().next().unwrap_or_default();
        let fault = self.fault(
            self.at + length + c.len_utf8(),
            format!("bad character {c:?} in a name"),
        );
        Err(fault.hint("put a space between the parts of an action"))
    }

    /// Letters and signs that a number may hold; the parser reads its value.
    fn number(&mut self) -> Result<(), Fault> {
        let length = scan_number(self.rest());
        let rest = &self.rest()[length..];
        let end = self.at + length;
        if let Some(c) = rest.chars().next().filter(|c| is_alphanumeric(*c)) {
            let fault = self.fault(end + c.len_utf8(), "bad number syntax");
            let hint = (c == 'i').then(|| "complex numbers are not supported".to_owned());
            return Err(fault.maybe_hint(hint));
        }
        if rest.starts_with(['+', '-']) {
            let fault = self.fault(end + 1, "a sign follows a number");
            return Err(fault.hint("put a space before it; complex numbers are not supported"));
        }
        self.push(Kind::Number, end);
        Ok(())
    }
}

fn scan_number(text: &str) -> usize {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (rest, base) = match rest.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&rest[2..], 16),
        [b'0', b'o' | b'O', ..] => (&rest[2..], 8),
        [b'0', b'b' | b'B', ..] => (&rest[2..], 2),
        _ => (rest, 10),
    };
    let digits = |s: &str| {
        s.len()
            - s.trim_start_matches(|c: char| c.is_digit(base) || c == '_')
                .len()
    };
    let mut rest = &rest[digits(rest)..];
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = &fraction[digits(fraction)..];
    }
    let exponent: &[char] = match base {
        10 => &['e', 'E'],
        16 => &['p', 'P'],
        _ => &[],
    };
    if let Some(after) = rest.strip_prefix(exponent) {
        let after = after.strip_prefix(['+', '-']).unwrap_or(after);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    }
    text.len() - rest.len()
}

fn alphanumeric_prefix(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_alphanumeric).len()
}

fn at_terminator(rest: &str) -> bool {
    rest.is_empty()
        || rest.starts_with(|c: char| is_space(c) || ".,|:)(".contains(c))
        || rest.starts_with("}}")
}

/// Whether `}}` begins here, and whether a trim marker precedes it.
fn right_delim(rest: &str) -> Option<bool> {
    if rest.starts_with("}}") {
        return Some(false);
    }
    let trimmed = rest.strip_prefix(is_space)?;
    trimmed.starts_with("-}}").then_some(true)
}

fn has_left_marker(rest: &str) -> bool {
    rest.strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(is_space))
}

/// The space of Go's lexer.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
