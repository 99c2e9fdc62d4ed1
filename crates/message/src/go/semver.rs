//! Versions and their ranges, as Masterminds/semver 3.5 reads them for Sprig.
//!
//! The crate `tagwright-policy` reads ranges the same way; the two share no
//! code, because neither may know the other.

use std::cmp::Ordering;
use std::fmt;

mod comparator;
mod hyphen;
mod prerelease;
mod range;

use prerelease::cmp_prerelease;
pub(super) use range::Range;

/// Longer texts are no versions.
const MAX_VERSION_LEN: usize = 256;

/// A version; parts that were not written are zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) core: [u64; 3],
    pub(super) prerelease: String,
    pub(super) build: String,
    /// The text that it was read from.
    pub(super) original: String,
}

impl Version {
    /// `v1.2-rc.1+build`: one to three numbers; leading zeros are allowed in them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_VERSION_LEN {
            return None;
        }
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (front, build) = split_sign(rest, '+')?;
        let (core, prerelease) = split_sign(front, '-')?;
        let valid = are_identifiers(build) && are_identifiers(prerelease);
        let valid = valid && are_ordered(prerelease);
        Some(Version {
            core: numbers(core)?,
            prerelease: prerelease.to_owned(),
            build: build.to_owned(),
            original: text.to_owned(),
        })
        .filter(|_| valid)
    }

    /// Compares by precedence: the build metadata does not count.
    pub(super) fn cmp_precedence(&self, other: &Version) -> Ordering {
        let core = self.core.cmp(&other.core);
        core.then_with(|| cmp_prerelease(&self.prerelease, &other.prerelease))
    }

    pub(super) fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    /// The release after it, when `place` of its numbers is raised; a
    /// prerelease is before its own patch.
    pub(super) fn raised(&self, place: usize) -> Self {
        let mut core = self.core;
        if place < 2 || !self.is_prerelease() {
            core[place] = core[place].wrapping_add(1);
        }
        core[place + 1..].fill(0);
        let next = Version {
            core,
            prerelease: String::new(),
            build: String::new(),
            original: String::new(),
        };
        let v = if self.original.starts_with('v') {
            "v"
        } else {
            ""
        };
        Version {
            original: format!("{v}{next}"),
            ..next
        }
    }
}

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

/// What stands before a sign and after it; after a sign there is something.
fn split_sign(text: &str, sign: char) -> Option<(&str, &str)> {
    match text.split_once(sign) {
        Some((_, "")) => None,
        Some(parts) => Some(parts),
        None => Some((text, "")),
    }
}

fn numbers(core: &str) -> Option<[u64; 3]> {
    let mut numbers = [0; 3];
    let mut parts = core.split('.');
    for (number, digits) in numbers.iter_mut().zip(&mut parts) {
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        *number = digits.parse().ok().filter(|_| are_digits)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn are_identifiers(text: &str) -> bool {
    let is_identifier = |part: &str| !part.is_empty() && part.bytes().all(is_identifier_byte);
    text.is_empty() || text.split('.').all(is_identifier)
}

fn is_identifier_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// A numeric identifier of a prerelease has no zero in front.
fn are_ordered(prerelease: &str) -> bool {
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = prerelease.split('.');
    !parts.any(|part| part.len() > 1 && part.starts_with('0') && is_number(part))
}
