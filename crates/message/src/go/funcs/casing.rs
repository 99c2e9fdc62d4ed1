//! Sprig's `snakecase`, `kebabcase` and `camelcase`, by the rules of the
//! library `xstrings` behind them.

use super::Param::Text;
use super::words::{lower, upper};
use super::{Call, Function};
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("snakecase", &[Text], |call| {
        Ok(Value::text(joined(call, '_')))
    }),
    Function::fixed("kebabcase", &[Text], |call| {
        Ok(Value::text(joined(call, '-')))
    }),
    Function::fixed("camelcase", &[Text], |call| {
        Ok(Value::text(camel_case(&call.str(0))))
    }),
];

/// What a run of characters is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing is left.
    End,
    Number,
    /// Begins with an upper case letter: `HTTP`, `Server`.
    Upper,
    Letters,
    Connector,
    Punctuation,
    Other,
}

fn joined(call: &Call<'_>, connector: char) -> String {
    let text: Vec<char> = call.str(0).chars().collect();
    let mut joiner = Joiner {
        rest: &text,
        connector,
        out: String::new(),
    };
    joiner.run();
    joiner.out
}

struct Joiner<'a> {
    rest: &'a [char],
    connector: char,
    out: String,
}

impl<'a> Joiner<'a> {
    fn run(&mut self) {
        let (mut kind, mut word) = self.next();
        while !self.rest.is_empty() {
            if kind != Kind::Connector {
                self.write(kind, word);
            }
            let (previous, last) = (kind, word);
            (kind, word) = self.next();
            match previous {
                Kind::Number => (kind, word) = self.after_number(kind, word),
                Kind::Connector => self.write(previous, last),
                Kind::Punctuation => {}
                _ if kind == Kind::Number && !self.rest.is_empty() => {
                    (kind, word) = self.number_after_word(word);
                }
                _ if kind != Kind::Number => self.connect(kind),
                _ => {}
            }
        }
        self.write(kind, word);
    }

    /// Letters that follow a number belong to it: `20x`.
    fn after_number(&mut self, kind: Kind, word: &'a [char]) -> (Kind, &'a [char]) {
        let (mut kind, mut word) = (kind, word);
        while matches!(kind, Kind::Letters | Kind::Number) {
            self.write(kind, word);
            (kind, word) = self.next();
        }
        self.connect(kind);
        (kind, word)
    }

    /// A number belongs to the word before it, `bld4`, unless letters follow.
    fn number_after_word(&mut self, number: &'a [char]) -> (Kind, &'a [char]) {
        let (kind, word) = self.next();
        if kind != Kind::Letters {
            self.write(Kind::Number, number);
            self.connect(kind);
            return (kind, word);
        }
        self.out.push(self.connector);
        self.write(Kind::Number, number);
        self.after_number(kind, word)
    }

    fn connect(&mut self, next: Kind) {
        if !matches!(next, Kind::End | Kind::Connector | Kind::Punctuation) {
            self.out.push(self.connector);
        }
    }

    fn write(&mut self, kind: Kind, word: &[char]) {
        for c in word {
            self.out.push(match kind {
                Kind::Connector => self.connector,
                Kind::Upper => lower(*c),
                _ => *c,
            });
        }
    }

    fn next(&mut self) -> (Kind, &'a [char]) {
        let Some(first) = self.rest.first() else {
            return (Kind::End, &[]);
        };
        let kind = kind_of(*first);
        let length = match kind {
            Kind::Upper => upper_length(self.rest),
            // A run of punctuation takes in hyphens and low lines.
            Kind::Punctuation => 1 + count(&self.rest[1..], is_punctuation),
            kind => 1 + count(&self.rest[1..], |c| kind_of(c) == kind),
        };
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        (kind, word)
    }
}

fn count(text: &[char], holds: impl Fn(char) -> bool) -> usize {
    text.iter().take_while(|c| holds(**c)).count()
}

/// `HTTPServer` begins with `HTTP`, `Server` with all of it.
fn upper_length(text: &[char]) -> usize {
    let uppers = count(text, char::is_uppercase);
    let letters_follow = text
        .get(uppers)
        .is_some_and(|c| kind_of(*c) == Kind::Letters);
    match uppers {
        1 => 1 + count(&text[1..], |c| kind_of(c) == Kind::Letters),
        uppers if letters_follow => uppers - 1,
        uppers => uppers,
    }
}

fn kind_of(c: char) -> Kind {
    match c {
        c if is_connector(c) => Kind::Connector,
        c if is_punctuation(c) => Kind::Punctuation,
        c if c.is_uppercase() => Kind::Upper,
        c if c.is_alphabetic() && !is_ideograph(c) => Kind::Letters,
        c if c.is_numeric() => Kind::Number,
        _ => Kind::Other,
    }
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || c.is_whitespace()
}

/// The Unicode category P in ASCII and in the blocks of general punctuation.
fn is_punctuation(c: char) -> bool {
    let is_symbol = matches!(c, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~');
    (c.is_ascii_punctuation() && !is_symbol)
        || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}' | '\u{3001}'..='\u{3003}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FCC}' | '\u{3400}'..='\u{4D85}' | '\u{20000}'..='\u{2B81D}')
}

/// Words joined, each with an upper case letter first: `http_server` is `HttpServer`.
fn camel_case(text: &str) -> String {
    let body = text.trim_start_matches(is_connector);
    let lead = &text[..text.len() - body.len()];
    let mut chars = body.chars();
    let Some(first) = chars.next() else {
        // The library writes the last of nothing but connectors twice.
        return text.chars().chain(text.chars().last()).collect();
    };
    let mut out = lead.to_owned();
    let mut in_capitals = first.is_uppercase();
    let mut pending = upper(first);
    for c in chars {
        let previous = pending;
        pending = c;
        match (is_connector(c), is_connector(previous)) {
            (true, true) => out.push(previous),
            (_, true) => {
                in_capitals = c.is_uppercase();
                pending = upper(c);
            }
            _ => {
                in_capitals = in_capitals && c.is_uppercase();
                pending = if in_capitals { lower(c) } else { c };
                out.push(previous);
            }
        }
    }
    out.push(pending);
    out
}
