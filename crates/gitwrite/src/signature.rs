//! Who made a commit.

use std::fmt;

use crate::error::{Error, ErrorKind};

/// A name and an email address, as a commit holds them.
///
/// ```
/// use tagwright_gitwrite::Signature;
///
/// let author = Signature::new("Tag Wright", "bot@example.com")?;
/// assert_eq!(author.to_string(), "Tag Wright <bot@example.com>");
/// assert!(Signature::new("Eve\nparent 0000", "eve@example.com").is_err());
/// # Ok::<(), tagwright_gitwrite::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature {
    name: String,
    email: String,
}

/// Far over every real name; a commit's header is read into memory by everything that shows a history.
const MAX_BYTES: usize = 1000;

impl Signature {
    /// Checks a name and an email address. Space around them is dropped; the email may be empty.
    ///
    /// # Errors
    ///
    /// `InvalidSignature` for an empty name, for `<`, `>`, a line break or another control character in either (they
    /// would end the field, or forge a line of the commit), and for more than 1000 bytes.
    pub fn new(name: &str, email: &str) -> Result<Signature, Error> {
        let signature = Signature {
            name: field("name", name)?,
            email: field("email", email)?,
        };
        if signature.name.is_empty() {
            Err(Error::new(
                ErrorKind::InvalidSignature,
                "the name of the author is empty; give one",
            ))
        } else {
            Ok(signature)
        }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The email address.
    pub fn email(&self) -> &str {
        &self.email
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

fn field(what: &str, text: &str) -> Result<String, Error> {
    let text = text.trim();
    let bad = text
        .chars()
        .find(|c| c.is_control() || matches!(c, '<' | '>'));
    let message = match bad {
        Some(c) => {
            format!("the {what} of the author holds {c:?}, which git cannot store; remove it")
        }
        None if text.len() > MAX_BYTES => {
            format!("the {what} of the author is longer than {MAX_BYTES} bytes; shorten it")
        }
        None => return Ok(text.to_owned()),
    };
    Err(Error::new(ErrorKind::InvalidSignature, message))
}
