//! Text that is never shown.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::error::{Error, ErrorKind};

/// No key and no token is as long.
const MAX_BYTES: u64 = 1 << 20;

/// A password, a token or a private key.
///
/// `Debug` redacts it, and there is no `Display` and no way to read it back: only this crate hands it on, through a
/// private file.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// Reads a secret text from a file, such as a key; line ends at its end are dropped.
    ///
    /// # Errors
    ///
    /// `Storage` for a file that is not there, may not be read, is larger than 1 MiB or is no UTF-8.
    pub fn read(path: impl AsRef<Path>) -> Result<Secret, Error> {
        let path = path.as_ref();
        let text = read_text(path).map_err(|error| {
            let message = format!(
                "cannot read the secret in {}: {error}; check the file and its mode",
                path.display()
            );
            Error::new(ErrorKind::Storage, message).caused_by(error)
        })?;
        Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(text)
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Secret(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
