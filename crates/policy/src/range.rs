//! Ranges of versions in the grammar of Masterminds/semver 3.5.

use std::fmt;
use std::str::FromStr;

use crate::version::VersionView;
use crate::{Error, Version};

mod comparator;
mod hyphen;
mod parse;

use comparator::{Comparator, Operator, Precision};

/// A range of versions: groups of comparators, `||` between the groups.
///
/// The grammar and its meaning are those of Masterminds/semver 3.5:
///
/// | spelling | admits |
/// |---|---|
/// | `1.2.3`, `=1.2.3` | that version |
/// | `1.2.x`, `1.2`, `1.2.*`, `~1.2`, `~1.2.3` | `1.2.…` (from `1.2.3` on) |
/// | `1.x`, `1`, `^1`, `~1` | `1.…` |
/// | `^1.2.3`, `^0.2.3`, `^0.0.3` | up to the next change of the first number that is not 0 |
/// | `*`, `x`, `>=0.0.0` | every release |
/// | `>`, `>=`, `=>`, `<`, `<=`, `=<`, `!=` | as they read; `>1.2` starts at `1.3.0` |
/// | `1.2 - 1.4` | `>=1.2 <=1.4` |
/// | `>=1.0.0 <2.0.0`, `>=1.0.0, <2.0.0` | both |
/// | `1.x \|\| 3.x` | either |
///
/// A prerelease is admitted only where some comparator of its group has one:
/// `>=1.0.0` leaves `1.1.0-rc.1` out, `>=1.0.0-0` takes it.
///
/// A range prints as it was written.
///
/// ```
/// use tagwright_policy::Range;
///
/// let range: Range = ">=1.0.0-0 <2.0.0".parse()?;
/// assert!(range.matches(&"1.4.0-rc.1".parse()?));
/// assert!(!range.matches(&"2.0.0".parse()?));
/// assert_eq!(range.to_string(), ">=1.0.0-0 <2.0.0");
/// # Ok::<(), tagwright_policy::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
pub struct Range {
    text: String,
    groups: Vec<Group>,
}

/// Comparators that must all hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Group {
    comparators: Vec<Comparator>,
    admits_prereleases: bool,
}

/// What a range says of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Admitted,
    /// It would be admitted if the range asked for prereleases.
    PrereleaseNotAdmitted,
    OutOfRange,
}

impl Range {
    /// Reads a range; the same in both dialects.
    ///
    /// # Errors
    ///
    /// [`InvalidRange`](crate::ErrorKind::InvalidRange) for
    ///
    /// - an empty text, `1.x ||`: a version is missing;
    /// - `,`, `latest`, `==1.2.3`, `> = 1`, `1.2.3.4`, `V1.2.3`: an unexpected character;
    /// - `1x.2`: a number that is neither digits nor `x`, `X`, `*`;
    /// - `1.2.3-01`: a numeric prerelease identifier with a leading zero;
    /// - more than 512 bytes or 32 groups, the limits of Masterminds/semver.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let groups = parse::groups(text)?;
        Ok(Range {
            text: text.to_owned(),
            groups,
        })
    }

    /// Whether the range admits `version`.
    pub fn matches(&self, version: &Version) -> bool {
        self.admits(&version.view()) == Admission::Admitted
    }

    /// The range as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the range is one version, `1.2.3` or `=1.2.3`: somebody wants that and nothing else.
    pub fn is_exact(&self) -> bool {
        let [group] = &self.groups[..] else {
            return false;
        };
        let [only] = &group.comparators[..] else {
            return false;
        };
        only.operator == Operator::Equal && only.precision == Precision::Patch
    }

    pub(crate) fn admits(&self, version: &VersionView<'_>) -> Admission {
        let mut admission = Admission::OutOfRange;
        for group in &self.groups {
            if !group.holds(version) {
                continue;
            }
            if group.admits_prereleases || !version.is_prerelease() {
                return Admission::Admitted;
            }
            admission = Admission::PrereleaseNotAdmitted;
        }
        admission
    }
}

impl Group {
    fn new(comparators: Vec<Comparator>) -> Self {
        let admits_prereleases = comparators.iter().any(Comparator::has_prerelease);
        Group {
            comparators,
            admits_prereleases,
        }
    }

    /// Whether all comparators hold, prereleases let in.
    fn holds(&self, version: &VersionView<'_>) -> bool {
        self.comparators
            .iter()
            .all(|comparator| comparator.holds(version))
    }
}

impl FromStr for Range {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Range::parse(text)
    }
}

impl TryFrom<String> for Range {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Range> for String {
    fn from(range: Range) -> String {
        range.text
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
