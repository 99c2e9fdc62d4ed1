//! A valid commit message.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};
use crate::trailer::{self, Trailer};

/// The message of a run without a template, as in Flux.
pub const DEFAULT_MESSAGE: &str = "Update from image update automation";

/// A valid Git commit message.
///
/// It holds no NUL, its lines end in a line feed, it begins with the subject
/// and ends with the last character that is no space: blank lines around it
/// are gone, and so is the final line feed. A carriage return inside of a line
/// stays.
///
/// ```
/// use tagwright_message::Message;
///
/// let message = Message::new("\nUpdate app\r\n\r\n1.0.0 -> 2.0.0\r\n\r\n")?;
/// assert_eq!(message.as_str(), "Update app\n\n1.0.0 -> 2.0.0");
/// assert_eq!(message.subject(), "Update app");
/// # Ok::<(), tagwright_message::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Message(String);

impl Message {
    /// Makes a message of a text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Message`]: `" \n"` is empty, Git refuses such a commit;
    /// `"a\0b"` holds a NUL, where Git would cut the message.
    pub fn new(text: &str) -> Result<Self, Error> {
        if text.contains('\0') {
            return Err(nul());
        }
        // Of "\r\r\n" nothing is left that would be a line ending the next time.
        let lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
        let unix = lines.collect::<Vec<_>>().join("\n");
        let message = skip_blank_lines(unix.trim_end());
        match message {
            "" => Err(empty()),
            message => Ok(Message(message.to_owned())),
        }
    }

    /// The message with a trailer, by the rules of `git interpret-trailers`:
    /// behind the trailers that end it, else in a paragraph of its own. A
    /// trailer that is the last one already is not said twice.
    #[must_use]
    pub fn with_trailer(&self, trailer: &Trailer) -> Self {
        Message(trailer::append(&self.0, trailer))
    }

    /// The trailers that end the message, in order.
    pub fn trailers(&self) -> Vec<Trailer> {
        trailer::read(&self.0)
    }

    /// The whole message, without a final line feed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first line.
    pub fn subject(&self) -> &str {
        self.0.lines().next().unwrap_or_default()
    }
}

impl Default for Message {
    /// [`DEFAULT_MESSAGE`].
    fn default() -> Self {
        Message(DEFAULT_MESSAGE.to_owned())
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Message {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Message::new(text)
    }
}

impl AsRef<str> for Message {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Leading blank lines go; the indentation of the first line that has text stays.
fn skip_blank_lines(text: &str) -> &str {
    let blank = text.len() - text.trim_start().len();
    let start = text[..blank].rfind('\n').map_or(0, |newline| newline + 1);
    &text[start..]
}

fn empty() -> Error {
    let hint = "git refuses an empty message, so the template must always print some text";
    Error::new(ErrorKind::Message, "the commit message is empty").with_hint(Some(hint.to_owned()))
}

fn nul() -> Error {
    let hint = "git ends a message at a NUL; remove it from the template or the values";
    Error::new(
        ErrorKind::Message,
        "the commit message holds a NUL character",
    )
    .with_hint(Some(hint.to_owned()))
}
