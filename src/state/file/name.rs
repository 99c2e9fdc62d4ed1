//! A file's name for a key.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Room for what is put behind it where a name may have 255 bytes.
const LONGEST: usize = 180;

/// Digits, small letters, `-` and `_` as they are, every other byte as `%` with two digits, so that two keys have two
/// names, also where a file system knows no case. A long one ends with its hash.
pub(super) fn of(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 16);
    for byte in key.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            _ => _ = write!(name, "%{byte:02x}"),
        }
    }
    if name.len() > LONGEST {
        name.truncate(LONGEST - 64);
        // No key has a `~` as it is.
        name.push('~');
        Sha256::digest(key)
            .iter()
            .for_each(|byte| _ = write!(name, "{byte:02x}"));
    }
    name + ".json"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_keys_have_two_names() {
        let long = "a".repeat(500);
        let keys = [
            "image/ghcr.io/org/app",
            "image/ghcr.io/org%2fapp",
            "Image/a",
            "image/a",
            ".",
            "..",
            "",
            "é",
            &long,
            &format!("{long}b"),
            &long[..180],
        ];
        let names: std::collections::BTreeSet<_> = keys.map(of).into();
        assert_eq!(names.len(), keys.len(), "{names:?}");
        for name in names {
            assert!(
                name.len() < 200 && !name.starts_with('.') || name == ".json",
                "{name}"
            );
            assert!(!name.contains('/'), "{name}");
        }
    }

    #[test]
    fn a_name_can_be_read() {
        assert_eq!(
            of("image/ghcr.io/org/app"),
            "image%2fghcr%2eio%2forg%2fapp.json"
        );
    }
}
