//! Sprig's functions on words, some of which see bytes where one expects
//! characters, as the libraries behind them do.

use super::Param::{Int, Text as T};
use super::{Answer, Call, Function};
use crate::go::buffer::Buffer;
use crate::go::fault::Fault;
use crate::go::text::Text;
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("upper", &[T], |call| {
        Ok(Value::text(
            call.str(0).chars().map(upper).collect::<String>(),
        ))
    }),
    Function::fixed("lower", &[T], |call| {
        Ok(Value::text(
            call.str(0).chars().map(lower).collect::<String>(),
        ))
    }),
    Function::fixed("title", &[T], |call| Ok(Value::text(title(&call.str(0))))),
    Function::fixed("untitle", &[T], |call| {
        Ok(Value::text(untitle(&call.str(0))))
    }),
    Function::fixed("swapcase", &[T], |call| {
        Ok(Value::text(swap_case(&call.str(0))))
    }),
    Function::fixed("initials", &[T], |call| {
        Ok(Value::text(initials(call.text(0).bytes())))
    }),
    Function::fixed("nospace", &[T], |call| {
        Ok(Value::Text(no_space(&call.text(0))))
    }),
    Function::fixed("abbrev", &[Int, T], |call| {
        Ok(abbreviate(&call.text(1), 0, call.int(0)))
    }),
    Function::fixed("abbrevboth", &[Int, Int, T], |call| {
        Ok(abbreviate(&call.text(2), call.int(0), call.int(1)))
    }),
    Function::fixed("wrap", &[Int, T], |call| wrap(call, 1, None)),
    Function::fixed("wrapWith", &[Int, T, T], |call| {
        wrap(call, 2, Some(call.text(1)))
    }),
];

/// The upper case of a character, if it is one character.
pub(super) fn upper(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(upper), None) => upper,
        _ => with_iota(c),
    }
}

/// Greek letters over a small iota, whose full mapping has two letters.
fn with_iota(c: char) -> char {
    let distance = match c {
        '\u{1F80}'..='\u{1F87}' | '\u{1F90}'..='\u{1F97}' | '\u{1FA0}'..='\u{1FA7}' => 8,
        '\u{1FB3}' | '\u{1FC3}' | '\u{1FF3}' => 9,
        _ => 0,
    };
    char::from_u32(u32::from(c) + distance).unwrap_or(c)
}

/// The lower case of a character, of which Go takes the simple mapping.
pub(super) fn lower(c: char) -> char {
    if c == 'İ' {
        'i'
    } else {
        c.to_lowercase().next().unwrap_or(c)
    }
}

/// The first letter of each word in upper case, by Go's `strings.Title`.
fn title(text: &str) -> String {
    let mut previous = ' ';
    let each = |c| {
        let starts = is_separator(previous);
        previous = c;
        if starts { title_case(c) } else { c }
    };
    text.chars().map(each).collect()
}

/// Upper case but for pairs of letters, of which the first alone is, and for
/// Georgian, whose capitals begin no words.
fn title_case(c: char) -> char {
    match c {
        '\u{1C4}'..='\u{1C6}' => '\u{1C5}',
        '\u{1C7}'..='\u{1C9}' => '\u{1C8}',
        '\u{1CA}'..='\u{1CC}' => '\u{1CB}',
        '\u{1F1}'..='\u{1F3}' => '\u{1F2}',
        '\u{10D0}'..='\u{10FA}' | '\u{10FD}'..='\u{10FF}' => c,
        c => upper(c),
    }
}

fn is_separator(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_alphanumeric() && c != '_';
    }
    c.is_whitespace()
}

/// The first letter of each word in lower case.
fn untitle(text: &str) -> String {
    let mut after_space = true;
    let each = |c: char| {
        let starts = std::mem::replace(&mut after_space, c.is_whitespace());
        if starts { lower(c) } else { c }
    };
    text.chars().map(each).collect()
}

/// Upper case to lower and back; a lower letter that starts a word goes up too.
fn swap_case(text: &str) -> String {
    let swap = |c: char| match c {
        c if c.is_uppercase() => lower(c),
        c if c.is_lowercase() => upper(c),
        c => c,
    };
    text.chars().map(swap).collect()
}

/// The bytes that start a word, each as the character of its number.
fn initials(bytes: &[u8]) -> String {
    let mut after_space = true;
    let starts = |byte: &&u8| {
        let is_space = char::from(**byte).is_whitespace();
        std::mem::replace(&mut after_space, is_space) && !is_space
    };
    bytes
        .iter()
        .filter(starts)
        .map(|byte| char::from(*byte))
        .collect()
}

/// A text without space as it is, else the other bytes as characters.
fn no_space(text: &Text) -> Text {
    let is_space = |byte: &u8| char::from(*byte).is_whitespace();
    if !text.bytes().iter().any(is_space) {
        return text.clone();
    }
    let kept = text.bytes().iter().filter(|byte| !is_space(byte));
    kept.map(|byte| char::from(*byte))
        .collect::<String>()
        .into()
}

/// At most `width` bytes from `offset`, with dots where text is left out.
fn abbreviate(text: &Text, offset: i64, width: i64) -> Value {
    let too_narrow = width < 4 || (offset > 0 && width < 7);
    let width = usize::try_from(width).unwrap_or(0);
    if too_narrow || text.len() <= width {
        return Value::Text(text.clone());
    }
    let bytes = text.bytes();
    let inner = width - 3;
    let offset = usize::try_from(offset)
        .unwrap_or(0)
        .min(bytes.len() - inner);
    let cut = match offset {
        0..=4 => [&bytes[..inner], b"..."].concat(),
        _ if offset + inner >= bytes.len() => [b"...", &bytes[bytes.len() - inner..]].concat(),
        _ => [b"...", &bytes[offset..offset + inner - 3], b"..."].concat(),
    };
    Value::text(cut)
}

/// Lines of a width; only with a separator of one's own are long words broken.
fn wrap(call: &mut Call<'_>, place: usize, separator: Option<Text>) -> Answer {
    let text = call.text(place);
    let breaks_words = separator.is_some();
    let line_feed = separator
        .filter(|s| !s.is_empty())
        .unwrap_or_else(|| Text::from("\n"));
    let mut wrapping = Wrapping {
        rest: text.bytes(),
        width: call.count(0).max(1),
        separator: line_feed.bytes(),
        out: Buffer::default(),
    };
    wrapping.run(breaks_words);
    Ok(Value::text(wrapping.finish()?))
}

struct Wrapping<'a> {
    rest: &'a [u8],
    width: usize,
    separator: &'a [u8],
    out: Buffer,
}

impl Wrapping<'_> {
    fn run(&mut self, breaks_words: bool) {
        while self.rest.len() > self.width && !self.out.is_full() {
            let window = &self.rest[..=self.width];
            let is_space = |byte: &u8| *byte == b' ';
            if is_space(&self.rest[0]) {
                self.rest = &self.rest[1..];
            } else if let Some(at) = window.iter().rposition(is_space) {
                self.line(at, 1);
            } else if breaks_words {
                self.line(self.width, 0);
            } else if let Some(at) = self.rest[self.width..].iter().position(is_space) {
                self.line(self.width + at, 1);
            } else {
                return;
            }
        }
    }

    /// A line of so many bytes; `skipped` bytes after it are dropped.
    fn line(&mut self, length: usize, skipped: usize) {
        self.out.push(&self.rest[..length]);
        self.out.push(self.separator);
        self.rest = &self.rest[length + skipped..];
    }

    fn finish(mut self) -> Result<Vec<u8>, Fault> {
        self.out.push(self.rest);
        self.out.finish()
    }
}
