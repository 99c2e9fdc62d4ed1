//! The key that makes a comment a marker, and the screen for it on raw bytes.

use std::borrow::Cow;

use memchr::memmem;

use crate::error::Error;

const MAX_KEY: usize = 64;

/// The key by which a marker is known.
///
/// ```
/// use tagwright_markers::Syntax;
///
/// assert_eq!(Syntax::flux().key(), "$imagepolicy");
/// assert_eq!(Syntax::fleet().key(), "$imagescan");
/// assert_eq!(Syntax::custom("$myapp")?.key(), "$myapp");
/// # Ok::<(), tagwright_markers::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Syntax {
    key: Cow<'static, str>,
}

impl Syntax {
    /// Flux's markers: `# {"$imagepolicy": "namespace:name"}`.
    pub fn flux() -> Self {
        Self {
            key: Cow::Borrowed("$imagepolicy"),
        }
    }

    /// Fleet's markers: `# {"$imagescan": "tag-name"}`.
    pub fn fleet() -> Self {
        Self {
            key: Cow::Borrowed("$imagescan"),
        }
    }

    /// Markers with a key of one's own: `$`, then letters, digits, `-`, `_` and `.`, at most 64 bytes.
    ///
    /// # Errors
    ///
    /// `myapp` (no `$`), `$` (no name), `$my app` (a space), or a key of 65 bytes.
    pub fn custom(key: &str) -> Result<Self, Error> {
        let name = key.strip_prefix('$').unwrap_or_default();
        if name.is_empty() || key.len() > MAX_KEY || !name.bytes().all(is_key_byte) {
            return Err(Error::invalid_key(key));
        }
        Ok(Self {
            key: Cow::Owned(key.to_owned()),
        })
    }

    /// The key, with its `$`.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// A byte that can stand in a key: `$app` is not found in `$app-2`.
pub(crate) fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Whether a file with these bytes can hold a marker, told without parsing it.
///
/// `false` is certain. `true` says that the key stands somewhere, in UTF-8, or in UTF-16 when the
/// bytes begin with its byte order mark (such a file is then an error of [`plan`](crate::plan)).
///
/// ```
/// use tagwright_markers::{Syntax, may_hold_marker};
///
/// assert!(!may_hold_marker(b"image: app:1.0.0\n", &Syntax::flux()));
/// assert!(may_hold_marker(b"a: b # {\"$imagepolicy\": \"x\"}\n", &Syntax::flux()));
/// ```
pub fn may_hold_marker(bytes: &[u8], syntax: &Syntax) -> bool {
    let key = syntax.key().as_bytes();
    memmem::find(bytes, key).is_some() || holds_utf16(bytes, key)
}

fn holds_utf16(bytes: &[u8], key: &[u8]) -> bool {
    let wide: Vec<u8> = match bytes {
        [0xff, 0xfe, ..] => key.iter().flat_map(|&byte| [byte, 0]).collect(),
        [0xfe, 0xff, ..] => key.iter().flat_map(|&byte| [0, byte]).collect(),
        _ => return false,
    };
    memmem::find(bytes, &wide).is_some()
}
