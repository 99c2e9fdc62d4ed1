//! The orders that tags can be put in.

use std::cmp::Ordering;
use std::fmt;
use std::time::SystemTime;

use crate::calver::{CalverView, OwnedCalver};
use crate::candidate::Seen;
use crate::decimal::{Decimal, OwnedDecimal};
use crate::range::Admission;
use crate::text::one_line;
use crate::version::{self, VersionView};
use crate::{CalverFormat, Dialect, Range, Verdict, Version};

/// What a policy orders tags by, and which end it picks.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    Semver(Range),
    Alphabetical(End),
    Numerical(End),
    Calver(CalverFormat),
    NewestBuild,
    Digest(String),
}

/// An end of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Greatest,
    Least,
}

/// A key as its order reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rank<'k> {
    Version(VersionView<'k>),
    Number(Decimal<'k>),
    Calver(CalverView<'k>),
    Date(SystemTime),
    Text(&'k str),
}

/// A rank that outlives the tag.
#[derive(Clone, Debug)]
pub(crate) enum OwnedRank {
    Version(Version),
    Number(OwnedDecimal),
    Calver(OwnedCalver),
    Date(SystemTime),
    Text(String),
}

impl Order {
    /// Reads a key, or says why it has no place in the order.
    #[inline]
    pub(crate) fn read<'k>(
        &self,
        dialect: Dialect,
        seen: Seen<'_>,
        key: &'k str,
    ) -> Result<Rank<'k>, Verdict> {
        match self {
            Order::Semver(_) => match version::parse(dialect, key) {
                Ok(version) => Ok(Rank::Version(version)),
                Err(_) => Err(Verdict::NotAVersion),
            },
            Order::Numerical(_) => match Decimal::parse(key) {
                Some(number) => Ok(Rank::Number(number)),
                None => Err(Verdict::NotANumber),
            },
            Order::Alphabetical(_) => Ok(Rank::Text(key)),
            Order::Calver(format) => match format.read(key) {
                Some(version) => Ok(Rank::Calver(version)),
                None => Err(Verdict::NotACalendarVersion),
            },
            Order::NewestBuild => seen.date.map(Rank::Date).ok_or(Verdict::NoDate),
            Order::Digest(tag) if tag == seen.tag => Ok(Rank::Text(key)),
            Order::Digest(_) => Err(Verdict::OtherTag),
        }
    }

    /// Why a key that has a place is not to be chosen all the same.
    #[inline]
    pub(crate) fn refuses(&self, rank: &Rank<'_>) -> Option<Verdict> {
        match (self, rank) {
            (Order::Semver(range), Rank::Version(version)) => match range.admits(version) {
                Admission::Admitted => None,
                Admission::PrereleaseNotAdmitted => Some(Verdict::PrereleaseNotAdmitted),
                Admission::OutOfRange => Some(Verdict::OutOfRange),
            },
            _ => None,
        }
    }

    /// The end that wins.
    pub(crate) fn end(&self) -> End {
        match self {
            Order::Alphabetical(end) | Order::Numerical(end) => *end,
            _ => End::Greatest,
        }
    }

    /// The order in the words of `dialect`.
    pub(crate) fn describe(&self, dialect: Dialect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Semver(range) => write!(f, "semver {}", one_line(range.as_str())),
            Order::Alphabetical(end) => write!(f, "alphabetical {}", end.name(dialect)),
            Order::Numerical(end) => write!(f, "numerical {}", end.name(dialect)),
            Order::Calver(format) => write!(f, "calver {format}"),
            Order::NewestBuild => f.write_str("newest build"),
            Order::Digest(tag) => write!(f, "digest of {tag}"),
        }
    }

    /// The words for a sentence on what won, where images are to be old enough or not.
    pub(crate) fn words(&self, aged: bool) -> Words {
        let (superlative, one, many) = match self {
            Order::Semver(range) => matching(one_line(range.as_str())),
            Order::Calver(format) => matching(format),
            Order::Alphabetical(End::Greatest) => among("last", "in alphabetical order"),
            Order::Alphabetical(End::Least) => among("first", "in alphabetical order"),
            Order::Numerical(End::Greatest) => among("greatest", "in numerical order"),
            Order::Numerical(End::Least) => among("least", "in numerical order"),
            Order::NewestBuild if aged => among("newest", ""),
            Order::NewestBuild => among("newest", "with a date"),
            Order::Digest(_) => among("", "of that name, followed by digest"),
        };
        Words {
            superlative: superlative.to_owned(),
            one: if aged { age(&one, "is") } else { one },
            many: if aged { age(&many, "are") } else { many },
        }
    }
}

/// What a policy says of one tag that it could choose, and of many.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Words {
    /// "greatest". Empty where tags of one name only can be chosen.
    pub(crate) superlative: String,
    /// "that matches 5.0.x".
    pub(crate) one: String,
    /// "that match 5.0.x".
    pub(crate) many: String,
}

fn matching(what: impl fmt::Display) -> (&'static str, String, String) {
    let [one, many] = ["that matches", "that match"].map(|verb| format!("{verb} {what}"));
    ("greatest", one, many)
}

fn among(superlative: &'static str, place: &str) -> (&'static str, String, String) {
    (superlative, place.to_owned(), place.to_owned())
}

fn age(words: &str, verb: &str) -> String {
    let link = match words {
        "" => "that",
        _ if words.starts_with("that") => " and",
        _ => " that",
    };
    format!("{words}{link} {verb} old enough")
}

impl End {
    /// `order`, with the winner as the greater.
    pub(crate) fn direct(self, order: Ordering) -> Ordering {
        match self {
            End::Greatest => order,
            End::Least => order.reverse(),
        }
    }

    /// Flux's `asc` ends with the greatest and picks it; Fleet's `asc` starts with the least.
    fn name(self, dialect: Dialect) -> &'static str {
        match (dialect, self) {
            (Dialect::Flux, End::Greatest) | (Dialect::Fleet, End::Least) => "asc",
            (Dialect::Flux, End::Least) | (Dialect::Fleet, End::Greatest) => "desc",
        }
    }
}

impl Rank<'_> {
    /// Compares two ranks of one order.
    pub(crate) fn cmp(&self, other: &Rank<'_>) -> Ordering {
        match (self, other) {
            (Rank::Version(a), Rank::Version(b)) => a.cmp_precedence(b),
            (Rank::Number(a), Rank::Number(b)) => a.cmp(b),
            (Rank::Text(a), Rank::Text(b)) => a.cmp(b),
            (Rank::Calver(a), Rank::Calver(b)) => a.cmp(b),
            (Rank::Date(a), Rank::Date(b)) => a.cmp(b),
            _ => Ordering::Equal,
        }
    }

    pub(crate) fn to_owned(self) -> OwnedRank {
        match self {
            Rank::Version(version) => OwnedRank::Version(version.to_version()),
            Rank::Number(number) => OwnedRank::Number(number.into()),
            Rank::Calver(version) => OwnedRank::Calver(version.into()),
            Rank::Date(date) => OwnedRank::Date(date),
            Rank::Text(text) => OwnedRank::Text(text.to_owned()),
        }
    }
}

impl OwnedRank {
    pub(crate) fn view(&self) -> Rank<'_> {
        match self {
            OwnedRank::Version(version) => Rank::Version(version.view()),
            OwnedRank::Number(number) => Rank::Number(number.view()),
            OwnedRank::Calver(version) => Rank::Calver(version.view()),
            OwnedRank::Date(date) => Rank::Date(*date),
            OwnedRank::Text(text) => Rank::Text(text),
        }
    }
}
