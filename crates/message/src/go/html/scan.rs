//! Where in HTML a text leads.

use crate::error::ErrorKind;
use crate::go::ast::{Node, Span};
use crate::go::fault::Fault;

/// A place in HTML, by the states of Go's scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Text,
    Comment,
    /// After the name of a tag, an attribute or its value.
    Tag,
    AttributeName,
    AfterName,
    BeforeValue,
}

impl Place {
    pub(super) fn name(self) -> &'static str {
        match self {
            Place::Text => "in text",
            Place::Comment => "in a comment",
            _ => "inside a tag",
        }
    }
}

/// Elements whose content is no text of HTML.
const SPECIAL: [&str; 4] = ["script", "style", "textarea", "title"];

/// What HTML takes for blanks.
const BLANKS: [char; 5] = [' ', '\t', '\n', '\x0C', '\r'];

/// Puts the text out as it is printed, and tells where it leads.
pub(super) fn scan(
    source: &str,
    span: Span,
    place: Place,
    out: &mut Vec<Node>,
) -> Result<Place, Fault> {
    let mut scanner = Scanner {
        source: &source[..span.end],
        at: span.start,
        kept: span.start,
        place,
        out,
    };
    while scanner.at < span.end {
        scanner.step()?;
    }
    if scanner.place != Place::Comment {
        scanner.keep(span.end);
    }
    Ok(scanner.place)
}

struct Scanner<'a> {
    source: &'a str,
    at: usize,
    /// Where what is not put out yet begins.
    kept: usize,
    place: Place,
    out: &'a mut Vec<Node>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    /// Puts out what was read up to a place.
    fn keep(&mut self, end: usize) {
        if self.kept < end {
            self.out.push(Node::Text(self.kept..end));
        }
        self.kept = end;
    }

    fn step(&mut self) -> Result<(), Fault> {
        match self.place {
            Place::Text => self.text(),
            Place::Comment => {
                self.comment();
                Ok(())
            }
            Place::Tag => self.tag(),
            Place::AttributeName => {
                let end = self.attribute_name()?;
                self.place = self.after(end, Place::AfterName);
                Ok(())
            }
            Place::AfterName => {
                self.after_name();
                Ok(())
            }
            Place::BeforeValue => self.value(),
        }
    }

    /// Moves to `end`; the place changes unless the text ends there.
    fn after(&mut self, end: usize, next: Place) -> Place {
        self.at = end;
        if end == self.source.len() {
            self.place
        } else {
            next
        }
    }

    /// Up to a `<` and what it opens.
    fn text(&mut self) -> Result<(), Fault> {
        let Some(offset) = self.rest().find('<') else {
            self.at = self.source.len();
            return Ok(());
        };
        let opening = self.at + offset;
        let inner = &self.source[opening + 1..];
        if inner.starts_with("!--") {
            self.keep(opening);
            self.at = opening + "<!--".len();
            self.kept = self.at;
            self.place = Place::Comment;
            return Ok(());
        }
        let is_end = inner.starts_with('/');
        let name = tag_name(&inner[usize::from(is_end)..]);
        self.at = opening + 1;
        if name.is_empty() {
            self.lone_bracket(opening);
            return Ok(());
        }
        self.at += usize::from(is_end) + name.len();
        self.place = Place::Tag;
        if !is_end && SPECIAL.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(special(name).at(opening..self.at));
        }
        Ok(())
    }

    /// A `<` that opens nothing, of which that of a document type stays.
    fn lone_bracket(&mut self, opening: usize) {
        let doctype = self.source.get(opening..opening + "<!DOCTYPE".len());
        if doctype.is_some_and(|text| text.eq_ignore_ascii_case("<!DOCTYPE")) {
            return;
        }
        self.keep(opening);
        self.out.push(Node::Literal("&lt;"));
        self.kept = self.at;
    }

    /// A comment is not printed.
    fn comment(&mut self) {
        self.at = match self.rest().find("-->") {
            Some(offset) => {
                self.place = Place::Text;
                self.at + offset + "-->".len()
            }
            None => self.source.len(),
        };
        self.kept = self.at;
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest().trim_start_matches(BLANKS);
        self.at = self.source.len() - rest.len();
    }

    fn tag(&mut self) -> Result<(), Fault> {
        self.skip_blanks();
        match self.rest().chars().next() {
            None => Ok(()),
            Some('>') => {
                self.at += 1;
                self.place = Place::Text;
                Ok(())
            }
            Some(_) => {
                let end = self.attribute_name()?;
                if end == self.at {
                    return Err(malformed("an attribute without a name").at(end..end + 1));
                }
                self.place = Place::AttributeName;
                self.place = self.after(end, Place::AfterName);
                Ok(())
            }
        }
    }

    fn attribute_name(&self) -> Result<usize, Fault> {
        let ends = |c: char| BLANKS.contains(&c) || matches!(c, '=' | '>' | '\'' | '"' | '<');
        let rest = self.rest();
        let length = rest.find(ends).unwrap_or(rest.len());
        let end = self.at + length;
        match rest[length..].chars().next() {
            Some('\'' | '"' | '<') => {
                Err(malformed("a quote or \"<\" in an attribute's name").at(end..end + 1))
            }
            _ => Ok(end),
        }
    }

    fn after_name(&mut self) {
        self.skip_blanks();
        match self.rest().chars().next() {
            None => {}
            Some('=') => {
                self.at += 1;
                self.place = Place::BeforeValue;
            }
            Some(_) => self.place = Place::Tag,
        }
    }

    fn value(&mut self) -> Result<(), Fault> {
        self.skip_blanks();
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Ok(());
        };
        let quote = Some(first).filter(|c| matches!(c, '"' | '\''));
        let rest = &self.rest()[usize::from(quote.is_some())..];
        let end = match quote {
            Some(quote) => rest.find(quote).map(|end| end + 2),
            None => rest.find(|c| BLANKS.contains(&c) || c == '>'),
        };
        let Some(length) = end else {
            let fault = Fault::new(ErrorKind::Context, "an attribute's value is cut in two");
            return Err(fault
                .at(start..self.source.len())
                .hint("print only into text, outside of tags"));
        };
        let bare = &self.rest()[..length];
        if quote.is_none() && bare.contains(['"', '\'', '<', '=', '`']) {
            return Err(malformed("an attribute's value wants quotes").at(start..start + length));
        }
        self.at += length;
        self.place = Place::Tag;
        Ok(())
    }
}

/// Letters and digits, a colon or a hyphen between them.
fn tag_name(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    if !bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return "";
    }
    let mut end = 1;
    loop {
        match bytes.get(end) {
            Some(_) if is_word(end) => end += 1,
            Some(b':' | b'-') if is_word(end + 1) => end += 2,
            _ => return &text[..end],
        }
    }
}

fn malformed(what: &str) -> Fault {
    Fault::new(ErrorKind::Context, format!("malformed HTML: {what}"))
}

fn special(name: &str) -> Fault {
    let message = format!("the element \"{name}\" would need the escaping of its content");
    Fault::new(ErrorKind::Context, message).hint("a commit message has no use for it, leave it out")
}
