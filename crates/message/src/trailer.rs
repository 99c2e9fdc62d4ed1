//! Trailers: the lines `Key: value` at the end of a message.

use std::fmt;

use crate::error::{Error, ErrorKind};

/// A line such as `Signed-off-by: Ann <ann@example.org>`, as
/// `git interpret-trailers` writes and reads it.
///
/// ```
/// use tagwright_message::{Message, Trailer};
///
/// let message = Message::new("Update app")?
///     .with_trailer(&Trailer::new("Ticket", "OPS-7")?)
///     .with_trailer(&Trailer::signed_off_by("Ann", "ann@example.org")?);
/// assert_eq!(
///     message.as_str(),
///     "Update app\n\nTicket: OPS-7\nSigned-off-by: Ann <ann@example.org>"
/// );
/// # Ok::<(), tagwright_message::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Trailer {
    key: String,
    value: String,
}

impl Trailer {
    /// Makes a trailer; blanks around the value are dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Trailer`]: `Signed off by` is no key, for only ASCII
    /// letters, digits and hyphens make one; the value `""` says nothing;
    /// `"a\nb"` would be two lines, `"a\0"` ends a message.
    pub fn new(key: &str, value: &str) -> Result<Self, Error> {
        if !is_key(key) {
            let hint =
                "a key is made of ASCII letters, digits and hyphens, as in \"Signed-off-by\"";
            return Err(refused("the trailer's key is invalid", hint));
        }
        let value = value.trim();
        if value.is_empty() {
            return Err(refused(
                "the trailer's value is empty",
                "leave the trailer out",
            ));
        }
        if value.contains(char::is_control) {
            let hint = "a trailer is one line of text";
            return Err(refused(
                "the trailer's value holds a control character",
                hint,
            ));
        }
        Ok(Trailer {
            key: key.to_owned(),
            value: value.to_owned(),
        })
    }

    /// `Signed-off-by: name <email>`, as `git commit --signoff` writes it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Trailer`]: the name `Ann <a>` and the address `ann smith`
    /// hold what ends a name or an address; an empty one says nothing.
    pub fn signed_off_by(name: &str, email: &str) -> Result<Self, Error> {
        let (name, email) = (name.trim(), email.trim());
        if name.is_empty() || name.contains(['<', '>']) {
            let hint = "write a name without \"<\" and \">\"";
            return Err(refused("the name of who signs off is invalid", hint));
        }
        if email.is_empty() || email.contains(|c: char| c.is_whitespace() || "<>".contains(c)) {
            let hint = "write an address such as ann@example.org";
            return Err(refused("the address of who signs off is invalid", hint));
        }
        Trailer::new("Signed-off-by", &format!("{name} <{email}>"))
    }

    /// What stands before the colon.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What stands after the colon.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Keys are the same in upper and lower case.
    fn is(&self, other: &Trailer) -> bool {
        self.key.eq_ignore_ascii_case(&other.key) && self.value == other.value
    }
}

impl fmt::Display for Trailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.value)
    }
}

/// The trailers of a message, in order; a value that goes on in the lines
/// below it is one line here.
pub(crate) fn read(message: &str) -> Vec<Trailer> {
    lines(message).into_iter().flatten().collect()
}

/// What the lines of the block of trailers say; nothing where they are none.
fn lines(message: &str) -> Vec<Option<Trailer>> {
    let mut lines: Vec<Option<Trailer>> = Vec::new();
    for line in block(message).unwrap_or_default().lines() {
        if !line.starts_with([' ', '\t']) {
            lines.push(parse(line));
        } else if let Some(Some(last)) = lines.last_mut() {
            let whole = format!("{} {}", last.value, line.trim());
            whole.trim().clone_into(&mut last.value);
        }
    }
    lines
}

fn parse(line: &str) -> Option<Trailer> {
    let (key, value) = split(line)?;
    Some(Trailer {
        key: key.to_owned(),
        value: value.to_owned(),
    })
}

/// The message with a trailer after its last one, or in a paragraph of its
/// own; a trailer that is the last line already is not said twice.
pub(crate) fn append(message: &str, trailer: &Trailer) -> String {
    let lines = lines(message);
    let last = lines.last().and_then(Option::as_ref);
    if last.is_some_and(|last| last.is(trailer)) {
        return message.to_owned();
    }
    let separator = match block(message) {
        Some(_) => "\n",
        None => "\n\n",
    };
    format!("{message}{separator}{trailer}")
}

/// The last paragraph, if it is one of trailers: all its lines, or one in four
/// and one that Git itself wrote. The first paragraph is the subject's.
fn block(message: &str) -> Option<&str> {
    let start = last_paragraph(message)?;
    let block = &message[start..];
    let (mut trailers, mut others, mut of_git) = (0, 0, false);
    // What a line goes on from decides of it.
    let mut in_trailer = false;
    for line in block.lines() {
        if line.starts_with('#') {
            // A comment is neither, and nothing goes on behind it.
            in_trailer = false;
            continue;
        }
        if line.starts_with([' ', '\t']) {
            others += usize::from(!in_trailer);
            continue;
        }
        of_git |= is_of_git(line);
        in_trailer = is_of_git(line) || split(line).is_some();
        trailers += usize::from(in_trailer);
        others += usize::from(!in_trailer);
    }
    let is_block = trailers > 0 && (others == 0 || (of_git && trailers * 3 >= others));
    is_block.then_some(block)
}

/// Where the last paragraph begins, when it is not the first.
fn last_paragraph(message: &str) -> Option<usize> {
    let mut start = None;
    let mut after_blank = false;
    let mut at = 0;
    for line in message.split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        if after_blank && !is_blank {
            start = Some(at);
        }
        after_blank = is_blank;
        at += line.len();
    }
    start
}

/// Lines by which Git knows a block of trailers.
fn is_of_git(line: &str) -> bool {
    line.starts_with("Signed-off-by: ") || line.starts_with("(cherry picked from commit ")
}

/// `Key: value`; blanks may stand before the colon.
fn split(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim_end_matches([' ', '\t']);
    is_key(key).then(|| (key, value.trim()))
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn refused(what: &str, hint: &str) -> Error {
    Error::new(ErrorKind::Trailer, what).with_hint(Some(hint.to_owned()))
}
