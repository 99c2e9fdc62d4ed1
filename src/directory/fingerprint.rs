//! What tells whether files are still the ones that were read.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The SHA-256 of a file, or of a list of files with their paths.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of files in the order of their paths.
    pub(crate) fn of_all<'a>(files: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        let mut hash = Sha256::new();
        for (path, file) in files {
            // The end of a path is seen: none holds a zero byte.
            hash.update(path);
            hash.update([0]);
            hash.update(file.0);
        }
        Self(hash.finalize().into())
    }
}

/// `sha256:` and 64 hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
