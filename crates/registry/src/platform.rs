use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Kind};

/// What an image runs on: `os/architecture[/variant]`.
///
/// Read and compared as containerd does it: `linux/aarch64`, `linux/arm64` and `linux/arm64/v8` are one platform,
/// and so are `linux/x86_64` and `linux/amd64`, `linux/armhf` and `linux/arm/v7`.
///
/// ```
/// use tagwright_registry::Platform;
///
/// let platform: Platform = "linux/arm64/v8".parse()?;
/// assert_eq!(platform, "linux/aarch64".parse()?);
/// assert_eq!((platform.os(), platform.architecture(), platform.variant()), ("linux", "arm64", None));
/// assert_eq!(Platform::linux_amd64().to_string(), "linux/amd64");
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

impl Platform {
    /// `linux/amd64`, which nearly every image has.
    pub fn linux_amd64() -> Self {
        Self::normalised("linux", "amd64", "")
    }

    /// The operating system, as Go spells it: `linux`, `windows`, `darwin`.
    pub fn os(&self) -> &str {
        &self.os
    }

    /// The processor architecture, as Go spells it: `amd64`, `arm64`, `arm`, `s390x`.
    pub fn architecture(&self) -> &str {
        &self.architecture
    }

    /// The variant of the architecture, where it is not the usual one: `v7` or `v6` of `arm`, `v3` of `amd64`.
    pub fn variant(&self) -> Option<&str> {
        self.variant.as_deref()
    }

    /// Whether an image for `image` runs here, and how well: 0 is the platform itself, greater is worse.
    ///
    /// A processor runs what was built for an older variant of it, `linux/arm/v7` what is for `linux/arm/v6`.
    #[cfg(feature = "manifest")]
    pub(crate) fn distance(&self, image: &Self) -> Option<u32> {
        if (&self.os, &self.architecture) != (&image.os, &image.architecture) {
            return None;
        }
        if self.variant == image.variant {
            return Some(0);
        }
        self.generation()?.checked_sub(image.generation()?)
    }

    /// The number of the variant where a greater one runs all that is for a lesser one.
    #[cfg(feature = "manifest")]
    fn generation(&self) -> Option<u32> {
        let usual = match self.architecture.as_str() {
            "amd64" => 1,
            "arm64" => 8,
            "arm" => 7,
            _ => return None,
        };
        match &self.variant {
            None => Some(usual),
            Some(variant) => variant.strip_prefix('v')?.parse().ok(),
        }
    }

    /// What an image says of itself; none where it says nothing that is a platform.
    #[cfg(feature = "manifest")]
    pub(crate) fn stated(os: &str, architecture: &str, variant: &str) -> Option<Self> {
        let known =
            is_part(os) && is_part(architecture) && (variant.is_empty() || is_part(variant));
        known.then(|| Self::normalised(os, architecture, variant))
    }

    /// The spelling that containerd compares.
    fn normalised(os: &str, architecture: &str, variant: &str) -> Self {
        let [os, architecture, variant] = [os, architecture, variant].map(str::to_ascii_lowercase);
        let os = if os == "macos" {
            "darwin".to_owned()
        } else {
            os
        };
        let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
            ("i386" | "386", _) => ("386", ""),
            ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
            ("x86_64" | "x86-64", variant) => ("amd64", variant),
            ("aarch64" | "arm64", "8" | "v8") => ("arm64", ""),
            ("aarch64", variant) => ("arm64", variant),
            ("armhf", _) | ("arm", "" | "7") => ("arm", "v7"),
            ("armel", _) | ("arm", "6") => ("arm", "v6"),
            ("arm", "5") => ("arm", "v5"),
            ("arm", "8") => ("arm", "v8"),
            (architecture, variant) => (architecture, variant),
        };
        Self {
            os,
            architecture: architecture.to_owned(),
            variant: (!variant.is_empty()).then(|| variant.to_owned()),
        }
    }
}

/// `unknown` is a platform here, which is how the children of an index that are no images call theirs.
fn is_part(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(is_part_byte)
}

fn is_part_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

impl FromStr for Platform {
    type Err = Error;

    /// # Errors
    ///
    /// `linux` (no architecture), `linux/` (an empty one), `linux/arm/v7/x` (too many parts), `linux/arm 64` (a
    /// space).
    fn from_str(text: &str) -> Result<Self, Error> {
        let parts: Vec<_> = text.split('/').collect();
        if let Some((at, _)) = text.char_indices().find(|(_, c)| !is_character(*c)) {
            let character = text[at..].chars().next().unwrap_or_default();
            let found = format!("unexpected character {character:?} in a platform");
            return Err(malformed(found).at(text, at..at + character.len_utf8()));
        }
        match parts[..] {
            [os, architecture] if parts.iter().all(|part| is_part(part)) => {
                Ok(Self::normalised(os, architecture, ""))
            }
            [os, architecture, variant] if parts.iter().all(|part| is_part(part)) => {
                Ok(Self::normalised(os, architecture, variant))
            }
            _ => {
                let found = "a platform that has not two or three parts";
                Err(malformed(found).at(text, 0..text.len()))
            }
        }
    }
}

fn is_character(character: char) -> bool {
    character == '/' || u8::try_from(character).is_ok_and(is_part_byte)
}

fn malformed(found: impl Into<String>) -> Error {
    Error::new(
        Kind::Platform,
        found,
        "write it as 'os/architecture' or 'os/architecture/variant', such as 'linux/arm64'",
    )
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        match &self.variant {
            Some(variant) => write!(f, "/{variant}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Platform({self})")
    }
}
