//! Calendar versions by an explicit format, as on calver.org.

use std::fmt;
use std::str::FromStr;

use crate::Error;

mod date;
mod format;
mod modifier;
mod read;
mod token;

use format::Piece;
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
/// Reading is strict: `2026.1.5` is no `YYYY.0M.0D`, `2026.01.05` is no
/// `YYYY.MM.DD`, and February 30 is no version. Nor is what has more than 256
/// bytes.
///
/// The parts are compared from left to right as numbers. A version with a
/// modifier stands below the same version without, and modifiers are compared
/// naturally: `rc2` below `rc10`.
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
/// # Ok::<(), tagwright_policy::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "String", try_from = "String"))]
pub struct CalverFormat {
    text: String,
    pieces: Vec<Piece>,
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
    /// - `YYYY.MODIFIER.MM`: something after the modifier.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let pieces = format::pieces(text)?;
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
