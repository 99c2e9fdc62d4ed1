//! Calendar versions by an explicit format, as on calver.org.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Field};

mod date;
mod format;
mod modifier;
mod read;
mod token;

use format::Pieces;
pub(crate) use read::{CalverView, OwnedCalver};

/// The format of calendar versions: tokens of [calver.org](https://calver.org)
/// with `.`, `-` or `_` between them, and `v` in front where the tags have it.
///
/// | token | what stands there | examples |
/// |---|---|---|
/// | `YYYY` | the year, four digits | `2006`, `2026` |
/// | `YY`, `0Y` | the year since 2000, not padded or padded | `6`, `106`; `06`, `106` |
/// | `MM`, `0M` | the month | `1`, `11`; `01`, `11` |
/// | `WW`, `0W` | the week of the year, 1 to 53 | `1`, `52`; `01`, `52` |
/// | `DD`, `0D` | the day of the month | `8`, `31`; `08`, `31` |
/// | `MAJOR`, `MINOR`, `MICRO` | a number of any size, not padded | `0`, `12` |
/// | `MODIFIER` | a text at the end, such as `dev` or `rc1`; it may be missing with what separates it | `rc1` |
///
/// Brackets hold what may be missing: `YYYY.0M.0D[.MICRO]` reads `2026.08.22`
/// and `2026.08.22.1`. There is one such part, and nothing but a modifier
/// stands behind it. No tag is one version with it and another without.
///
/// Reading is strict: `2026.1.5` is no `YYYY.0M.0D`, `2026.01.05` is no
/// `YYYY.MM.DD`, and February 30 is no version. Nor is what has more than 256
/// bytes.
///
/// The parts are compared from left to right as numbers; a part that is
/// missing stands below all that are there, `0` too. Of one version,
///
/// 1. those with a modifier such as `dev`, `alpha`, `beta`, `rc1` come first:
///    they lead to the release. So does every text that is not named below;
/// 2. then comes the version without a modifier;
/// 3. those that mend it or build it again come last: a number (`-1`), or
///    `post`, `rev`, `r`, `hotfix`, `patch`, `p`, `build` in any case, with a
///    number behind it or not (`-post2`, `-r1`).
///
/// Two modifiers of one kind are compared naturally, digits as numbers and the
/// rest as bytes: `rc2` below `rc10`, `alpha` below `dev`.
///
/// ```
/// use tagwright_policy::{CalverFormat, Dialect, Policy};
///
/// let format: CalverFormat = "YYYY.0M.MICRO-MODIFIER".parse()?;
/// assert!(format.matches("2026.08.3"));
/// assert!(format.matches("2026.08.3-rc1"));
/// assert!(!format.matches("2026.13.3"));
///
/// let policy = Policy::builder(Dialect::Flux).calver("YYYY.0M.MICRO-MODIFIER").build()?;
/// let selection = policy.select(["2026.08.9", "2026.08.10-rc1", "2026.08.10"])?;
/// assert_eq!(selection.tag(), Some("2026.08.10"));
///
/// let policy = Policy::builder(Dialect::Flux).calver("YYYY.0M.0D[.MICRO]-MODIFIER").build()?;
/// let ascending = ["2024.01.02-rc1", "2024.01.02", "2024.01.02-1", "2024.01.02.1", "2024.01.03"];
/// assert!(ascending.is_sorted_by(|a, b| policy.compare(*a, *b).unwrap().is_lt()));
/// # Ok::<(), tagwright_policy::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
pub struct CalverFormat {
    text: String,
    pieces: Pieces,
}

impl CalverFormat {
    /// Reads a format.
    ///
    /// # Errors
    ///
    /// [`InvalidFormat`](crate::ErrorKind::InvalidFormat) for
    ///
    /// - an empty text, or one of more than 64 bytes;
    /// - `YYYY/MM`, `yyyy.mm`, `YYYY.M`: no token starts there;
    /// - `MAJOR.MINOR`: no year;
    /// - `YY.MM.0M`: a second month; `MM.YYYY`: not from the greater to the
    ///   smaller; `YYYY.DD`: a day without its month; `YYYY.MM.WW`: a week
    ///   beside a month;
    /// - `YYYYMMDD`: two numbers of no fixed width in a row, so that `2026111`
    ///   would be two dates;
    /// - `YYYY.MODIFIER.MM`: something after the modifier;
    /// - `YYYY[.MM`, `YYYY.MM]`: a bracket without the other; `YYYY[.]`: no token
    ///   in the optional part; `YYYY[.MM][.DD]`: a second one; `MAJOR[.YYYY]`: an
    ///   optional year; `YYYY[.MM].MICRO`: a number after the optional part;
    /// - `YY[0M]`: an optional number right behind one of no fixed width, so that
    ///   `2611` would be the year 2611 or a November;
    /// - `YYYY.MM[-MICRO]-MODIFIER`, `YYYY.MM[.MICRO]MODIFIER`: an optional part
    ///   that can be read as the modifier, as in `2026.8-1`;
    /// - `YYYY..MM`, `YYYY-`, `YYYY.[MM]`: a separator with nothing to separate,
    ///   in the tags that lack the optional part at least.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let pieces = format::pieces(text).map_err(|error| error.in_field(Field::CalverFormat))?;
        Ok(CalverFormat {
            text: text.to_owned(),
            pieces,
        })
    }

    /// Whether `text` is a version of this format.
    pub fn matches(&self, text: &str) -> bool {
        self.read(text).is_some()
    }

    /// The format as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn read<'t>(&self, text: &'t str) -> Option<CalverView<'t>> {
        read::read(&self.pieces, text)
    }
}

impl FromStr for CalverFormat {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        CalverFormat::parse(text)
    }
}

impl TryFrom<String> for CalverFormat {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<CalverFormat> for String {
    fn from(format: CalverFormat) -> String {
        format.text
    }
}

impl fmt::Display for CalverFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
