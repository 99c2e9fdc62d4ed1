//! Versions as tags spell them: `v` and leading zeros allowed.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::{Dialect, Error};

mod fault;
mod parse;
mod plain;
mod prerelease;

pub(crate) use fault::{Fault, Part, Reason};
pub(crate) use parse::{check_identifiers, parse};
pub(crate) use plain::core as plain_core;
use prerelease::cmp_prerelease;

/// Longer texts are no versions in Masterminds/semver 3.5, and so not here.
pub(crate) const MAX_VERSION_LEN: usize = 256;

/// A version: three numbers, a prerelease and build metadata.
///
/// Reading is that of Masterminds/semver 3.5 as Flux and Fleet call it, so
/// `v1.02.3` is `1.2.3`. Numbers go up to `u64::MAX`.
///
/// `Ord` is the precedence of Semantic Versioning, then the build metadata's
/// bytes, so that it agrees with `Eq`; [`cmp_precedence`](Version::cmp_precedence)
/// leaves the metadata out. As in Masterminds/semver, a numeric prerelease
/// identifier greater than `u64::MAX` is ordered as text.
///
/// ```
/// use tagwright_policy::{Dialect, Version};
///
/// let version: Version = "v1.02.3-rc.1".parse()?;
/// assert_eq!(version.to_string(), "1.2.3-rc.1");
/// assert!(version < "1.2.3".parse()?);
///
/// assert!("1.2".parse::<Version>().is_err());
/// assert_eq!(Version::parse_in(Dialect::Fleet, "1.2")?.to_string(), "1.2.0");
/// # Ok::<(), tagwright_policy::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
pub struct Version {
    core: [u64; 3],
    prerelease: String,
    build: String,
}

impl Version {
    /// Reads a version as `dialect` does.
    ///
    /// # Errors
    ///
    /// [`InvalidVersion`](crate::ErrorKind::InvalidVersion) for
    ///
    /// - `latest`, `V1.2.3`, `1..3`, `1.2.x`: a number is missing;
    /// - `1.2.3.4`: an unexpected character;
    /// - `1.2` in Flux: two dots are wanted. Flux counts them anywhere, so it
    ///   reads `1.2-rc.1`;
    /// - `1.2.3-rc.01`: a numeric prerelease identifier with a leading zero;
    /// - `1.2.3-`, `1.2.3-a..b`, `1.2.3+`: an empty identifier;
    /// - `18446744073709551616.0.0`: a number beyond `u64::MAX`;
    /// - a text of more than 256 bytes.
    pub fn parse_in(dialect: Dialect, text: &str) -> Result<Self, Error> {
        match parse(dialect, text) {
            Ok(version) => Ok(version.to_version()),
            Err(fault) => Err(fault.in_version(text)),
        }
    }

    /// The first number.
    pub fn major(&self) -> u64 {
        self.core[0]
    }

    /// The second number.
    pub fn minor(&self) -> u64 {
        self.core[1]
    }

    /// The third number.
    pub fn patch(&self) -> u64 {
        self.core[2]
    }

    /// The identifiers after `-`, empty for a release.
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }

    /// The identifiers after `+`, often empty.
    pub fn build(&self) -> &str {
        &self.build
    }

    /// Compares by precedence: the build metadata does not count.
    pub fn cmp_precedence(&self, other: &Version) -> Ordering {
        self.view().cmp_precedence(&other.view())
    }

    pub(crate) fn core(&self) -> [u64; 3] {
        self.core
    }

    pub(crate) fn view(&self) -> VersionView<'_> {
        VersionView {
            core: self.core,
            prerelease: &self.prerelease,
            build: &self.build,
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cmp_precedence(other)
            .then_with(|| self.build.cmp(&other.build))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Reads as Flux does, and whatever `Display` prints: the canonical spelling
/// of a version of one or two parts may be longer than 256 bytes.
impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Version::parse_in(Dialect::Flux, text).or_else(|error| from_canonical(text).ok_or(error))
    }
}

/// Reads a canonical spelling that is longer than what it was read from.
fn from_canonical(text: &str) -> Option<Version> {
    if text.len() <= MAX_VERSION_LEN || text.len() > MAX_VERSION_LEN + ".0.0".len() {
        return None;
    }
    let (core, rest) = text.split_at(text.find(['-', '+'])?);
    let short = core.strip_suffix(".0.0").or(core.strip_suffix(".0"))?;
    let version = Version::parse_in(Dialect::Fleet, &format!("{short}{rest}")).ok()?;
    (version.to_string() == text).then_some(version)
}

impl TryFrom<String> for Version {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> String {
        version.to_string()
    }
}

/// The canonical spelling: `v` and leading zeros gone, three numbers.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.core;
        write!(f, "{major}.{minor}.{patch}")?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.build.is_empty() {
            write!(f, "+{}", self.build)?;
        }
        Ok(())
    }
}

/// A version that borrows its text: what a list of a million tags is read into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VersionView<'a> {
    pub(crate) core: [u64; 3],
    pub(crate) prerelease: &'a str,
    pub(crate) build: &'a str,
}

impl VersionView<'_> {
    pub(crate) fn release(core: [u64; 3]) -> Self {
        VersionView {
            core,
            prerelease: "",
            build: "",
        }
    }

    pub(crate) fn cmp_precedence(&self, other: &VersionView<'_>) -> Ordering {
        self.core
            .cmp(&other.core)
            .then_with(|| cmp_prerelease(self.prerelease, other.prerelease))
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    pub(crate) fn to_version(self) -> Version {
        Version {
            core: self.core,
            prerelease: self.prerelease.to_owned(),
            build: self.build.to_owned(),
        }
    }
}
