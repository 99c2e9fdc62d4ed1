//! Selects one image tag by policy, as Flux and Fleet do, and says why.
//!
//! ```
//! use tagwright_policy::{Dialect, Policy};
//!
//! let policy = Policy::builder(Dialect::Flux).semver("5.0.x").build()?;
//! let selection = policy.select(["5.0.1", "5.0.3", "5.1.0", "latest"])?;
//! assert_eq!(selection.tag(), Some("5.0.3"));
//! assert_eq!(
//!     selection.to_string(),
//!     "5.0.3: greatest of 2 that match 5.0.x; 1 is out of range, 1 is no version",
//! );
//! # Ok::<(), tagwright_policy::Error>(())
//! ```
//!
//! # Scope
//!
//! A [`Policy`] is built from the fields of Flux's `ImagePolicy` or Fleet's
//! `imageScans` ([`PolicyBuilder`]). It selects one tag of a list
//! ([`Policy::select`]), or of pages as they come ([`Selector`], in constant
//! memory but for tags that wait for their date); gives each tag its
//! [`Verdict`] ([`Policy::explain`], with the counts and the sentence
//! [`Policy::explanation`]); ranks the best ([`Policy::rank`]); and compares two
//! tags ([`Policy::compare`]). [`guard`] has the reasons to hold back what was
//! selected. The crate has no I/O, no clock and no state.
//!
//! # Where the behaviour comes from
//!
//! Versions and ranges are those of Masterminds/semver 3.5 as Flux
//! (image-reflector-controller 1.2, pkg/version 0.16) and Fleet call it;
//! patterns and extracts are those of Go 1.26's `regexp`. The crate's tests
//! hold it against recorded answers of these programs. [`Dialect`] lists where
//! Flux and Fleet part.
//!
//! # Different on purpose
//!
//! **Numbers compare exactly**, not as float64: Flux takes the two tags below
//! for one number, and refuses `1e400`.
//!
//! ```
//! # use tagwright_policy::{Dialect, Policy, Verdict};
//! let policy = Policy::builder(Dialect::Flux).numerical("asc").build()?;
//! let selection = policy.select(["20260822093015124", "20260822093015123"])?;
//! assert_eq!(selection.tag(), Some("20260822093015124"));
//! # Ok::<(), tagwright_policy::Error>(())
//! ```
//!
//! **A tag that is no number is skipped and counted**, where Flux refuses the
//! list. [`strict`](PolicyBuilder::strict) refuses it too. `NaN` and
//! infinities, which Flux takes, are no numbers here.
//!
//! ```
//! # use tagwright_policy::{Dialect, ErrorKind, Policy, Verdict};
//! let mut builder = Policy::builder(Dialect::Flux);
//! builder.numerical("asc");
//! let selection = builder.build()?.select(["7", "latest"])?;
//! assert_eq!(selection.tag(), Some("7"));
//! assert_eq!(selection.count(Verdict::NotANumber), 1);
//!
//! let refused = builder.strict(true).build()?.select(["7", "latest"]).unwrap_err();
//! assert_eq!(refused.kind(), ErrorKind::NotANumber);
//! # Ok::<(), tagwright_policy::Error>(())
//! ```
//!
//! **Two tags with one extracted key are both kept**, and **ties are settled by
//! the tag's bytes**: the greatest wins, in either direction of the order. In
//! Flux the tag that comes last in the list overwrites the others.
//!
//! ```
//! # use tagwright_policy::{Dialect, Policy, Verdict};
//! let policy = Policy::builder(Dialect::Flux).numerical("desc").filter("-([0-9]+)$", "$1").build()?;
//! let selection = policy.select(["b-7", "a-7"])?;
//! assert_eq!(selection.tag(), Some("b-7"));
//! assert_eq!(selection.count(Verdict::Outranked), 1);
//! # Ok::<(), tagwright_policy::Error>(())
//! ```
//!
//! **A list with nothing to select is no error** of [`Policy::select`]: the
//! [`Selection`] has no tag, and says why in its counts.
//!
//! ```
//! # use tagwright_policy::{Dialect, Policy};
//! let policy = Policy::builder(Dialect::Flux).semver("5.0.x").build()?;
//! let selection = policy.select(["6.0.0", "latest"])?;
//! assert_eq!(selection.tag(), None);
//! assert_eq!(
//!     selection.to_string(),
//!     "no tag selected of 2 by semver 5.0.x; 1 is out of range, 1 is no version",
//! );
//! # Ok::<(), tagwright_policy::Error>(())
//! ```
//!
//! **More orders than Flux and Fleet have**, in both dialects: calendar
//! versions ([`PolicyBuilder::calver`]), the newest build
//! ([`PolicyBuilder::newest_build`]), and one tag followed by its digest
//! ([`PolicyBuilder::digest`]).
//!
//! ```
//! # use tagwright_policy::{Dialect, Policy, Verdict};
//! let policy = Policy::builder(Dialect::Flux).calver("YYYY.0M.0D").build()?;
//! let selection = policy.select(["2026.08.22", "2026.10.01", "2026.02.30"])?;
//! assert_eq!(selection.tag(), Some("2026.10.01"));
//! assert_eq!(selection.count(Verdict::NotACalendarVersion), 1);
//! # Ok::<(), tagwright_policy::Error>(())
//! ```
//!
//! **A minimum age in every order**: with [`PolicyBuilder::built_until`] the
//! best tag that is old enough is selected, where [`guard::MinimumAge`] holds
//! back the best one. A [`Selector`] asks for the dates of the best few.
//!
//! ```
//! # use std::time::{Duration, UNIX_EPOCH};
//! # use tagwright_policy::{Dialect, Policy, Verdict};
//! let now = UNIX_EPOCH + Duration::from_secs(1_000_000);
//! let day = Duration::from_secs(86_400);
//! let policy = Policy::builder(Dialect::Flux).semver("5.x").built_until(now - 3 * day).build()?;
//! let selection = policy.select([("5.0.3", now - 9 * day), ("5.1.0", now - day)])?;
//! assert_eq!(selection.tag(), Some("5.0.3"));
//! assert_eq!(selection.count(Verdict::TooYoung), 1);
//! # Ok::<(), tagwright_policy::Error>(())
//! ```
//!
//! # Limitations
//!
//! - A calver format has one optional part at most (`YYYY.0M.0D[.MICRO]`), and
//!   which modifiers follow a release is a fixed list ([`CalverFormat`]).
//! - A calendar version's week is 1 to 53 in every year; weeks stand beside no
//!   month or day.
//! - A tag that comes with two dates takes part in a selection with each of them.
//! - [`Policy::select`], [`explain`](Policy::explain) and [`rank`](Policy::rank) know
//!   the dates that come with the tags only; a [`Selector`] asks for others.
//! - Hexadecimal numbers (`0x1p4`), which Go reads, are no numbers. An exponent
//!   beyond 4,611,686,018,427,387,903, of either sign, counts as that one.
//! - Patterns are limited: 16 KiB of text, 8 MiB compiled, 100 groups in
//!   groups. Unicode classes are those of the `regex` crate's Unicode version.
//!   A surrogate such as `\x{D800}`, which Go compiles and no text matches, is refused.
//! - Tags of more than 4,096 bytes are not looked at ([`Verdict::TooLong`]); a
//!   strict numerical policy refuses a list with one that takes part. A
//!   registry's tags have 128 at most: what is longer comes from elsewhere, and
//!   is ordered as Flux would.
//!
//! # Features
//!
//! - `serde` (off): `Serialize` and `Deserialize` for [`Dialect`], [`Version`],
//!   [`Range`], [`CalverFormat`], [`Verdict`], [`Selection`], [`Explained`],
//!   [`Explanation`] and [`Ranked`].
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod builder;
mod calver;
mod candidate;
mod contender;
mod decimal;
mod dialect;
mod error;
mod explain;
mod extract;
mod filter;
mod go_regex;
pub mod guard;
mod order;
mod policy;
mod range;
mod rank;
mod screen;
mod selection;
mod selector;
mod strict;
mod tag;
mod tally;
mod text;
mod time;
mod undated;
mod verdict;
mod version;
mod waiting;

pub use builder::{DEFAULT_EXCLUSION, PolicyBuilder, REFERRERS_EXCLUSION};
pub use calver::CalverFormat;
pub use candidate::Candidate;
pub use dialect::Dialect;
pub use error::{Error, ErrorKind, Field};
pub use explain::{Explained, Explanation};
pub use filter::Filter;
pub use policy::Policy;
pub use range::Range;
pub use rank::Ranked;
pub use selection::Selection;
pub use selector::{Finish, Selector};
pub use undated::Undated;
pub use verdict::Verdict;
pub use version::Version;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
