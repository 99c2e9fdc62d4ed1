use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Kind};

/// The digest of a manifest: `sha256:` and 64, or `sha512:` and 128 lower-case hexadecimal digits.
///
/// These are the two registered algorithms of the [OCI image specification][oci].
///
/// ```
/// use tagwright_registry::Digest;
///
/// let text = format!("sha256:{}", "0".repeat(64));
/// let digest: Digest = text.parse()?;
/// assert_eq!(digest.as_str(), text);
/// assert_eq!(digest.algorithm(), "sha256");
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
///
/// [oci]: https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

impl Digest {
    /// The whole digest, `algorithm:hex`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `sha256` or `sha512`.
    pub fn algorithm(&self) -> &str {
        &self.0[.."sha256".len()]
    }

    /// The digest of `bytes`.
    #[cfg(feature = "manifest")]
    pub(crate) fn of(algorithm: &str, bytes: &[u8]) -> Self {
        let (name, hash): (_, Vec<u8>) = match algorithm {
            "sha512" => (
                algorithm,
                <sha2::Sha512 as sha2::Digest>::digest(bytes).to_vec(),
            ),
            _ => (
                "sha256",
                <sha2::Sha256 as sha2::Digest>::digest(bytes).to_vec(),
            ),
        };
        Self(format!("{name}:{}", crate::hex::encode(&hash)))
    }

    /// The hexadecimal digits.
    pub fn hex(&self) -> &str {
        &self.0["sha256:".len()..]
    }
}

impl FromStr for Digest {
    type Err = Error;

    /// # Errors
    ///
    /// `md5:...` (not an algorithm that registries use), `sha256:ABC` (upper case, too short), a digest
    /// without its algorithm.
    fn from_str(text: &str) -> Result<Self, Error> {
        check(text, 0, text)?;
        Ok(Self(text.to_owned()))
    }
}

/// Checks `text`, which starts at byte `offset` of `source`.
pub(crate) fn check(source: &str, offset: usize, text: &str) -> Result<(), Error> {
    let (algorithm, hex) = text.split_once(':').unwrap_or((text, ""));
    let length = match algorithm {
        "sha256" => 64,
        "sha512" => 128,
        _ => {
            let found = "a digest with an unknown algorithm";
            return Err(malformed(found).at(source, offset..offset + algorithm.len()));
        }
    };
    let start = offset + algorithm.len() + 1;
    if let Some((at, character)) = hex.char_indices().find(|(_, c)| !is_hex(*c)) {
        let found = format!("unexpected character {character:?} in a digest");
        return Err(malformed(found).at(source, start + at..start + at + character.len_utf8()));
    }
    if hex.len() != length {
        let found = format!(
            "a digest with {} digits where {algorithm} has {length}",
            hex.len()
        );
        return Err(malformed(found).at(source, start.min(source.len())..source.len().max(start)));
    }
    Ok(())
}

fn is_hex(character: char) -> bool {
    matches!(character, '0'..='9' | 'a'..='f')
}

fn malformed(found: impl Into<String>) -> Error {
    Error::new(
        Kind::Digest,
        found,
        "write it as 'sha256:' and 64 lower-case hexadecimal digits",
    )
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Digest {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
