//! The orders that tags can be put in.

use std::cmp::Ordering;
use std::fmt;

use crate::decimal::{Decimal, OwnedDecimal};
use crate::range::Admission;
use crate::text::one_line;
use crate::version::{self, VersionView};
use crate::{Dialect, Range, Verdict, Version};

/// What a policy orders tags by, and which end it picks.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    Semver(Range),
    Alphabetical(End),
    Numerical(End),
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
    Text(&'k str),
}

/// A rank that outlives the tag.
#[derive(Clone, Debug)]
pub(crate) enum OwnedRank {
    Version(Version),
    Number(OwnedDecimal),
    Text(String),
}

impl Order {
    /// Reads a key, or says why it has no place in the order.
    #[inline]
    pub(crate) fn read<'k>(&self, dialect: Dialect, key: &'k str) -> Result<Rank<'k>, Verdict> {
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
        }
    }

    /// Why a key that has a place is not to be chosen all the same.
    #[inline]
    pub(crate) fn refuses(&self, rank: &Rank<'_>) -> Option<Verdict> {
        let (Order::Semver(range), Rank::Version(version)) = (self, rank) else {
            return None;
        };
        match range.admits(version) {
            Admission::Admitted => None,
            Admission::PrereleaseNotAdmitted => Some(Verdict::PrereleaseNotAdmitted),
            Admission::OutOfRange => Some(Verdict::OutOfRange),
        }
    }

    /// The end that wins.
    pub(crate) fn end(&self) -> End {
        match self {
            Order::Semver(_) => End::Greatest,
            Order::Alphabetical(end) | Order::Numerical(end) => *end,
        }
    }

    /// The order in the words of `dialect`.
    pub(crate) fn describe(&self, dialect: Dialect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Semver(range) => write!(f, "semver {}", one_line(range.as_str())),
            Order::Alphabetical(end) => write!(f, "alphabetical {}", end.name(dialect)),
            Order::Numerical(end) => write!(f, "numerical {}", end.name(dialect)),
        }
    }

    /// "greatest", and what it is the greatest of: "that match 5.0.x".
    pub(crate) fn words(&self) -> (&'static str, String) {
        match self {
            Order::Semver(range) => (
                "greatest",
                format!("that match {}", one_line(range.as_str())),
            ),
            Order::Alphabetical(End::Greatest) => ("last", "in alphabetical order".to_owned()),
            Order::Alphabetical(End::Least) => ("first", "in alphabetical order".to_owned()),
            Order::Numerical(End::Greatest) => ("greatest", "in numerical order".to_owned()),
            Order::Numerical(End::Least) => ("least", "in numerical order".to_owned()),
        }
    }
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
            _ => Ordering::Equal,
        }
    }

    pub(crate) fn to_owned(self) -> OwnedRank {
        match self {
            Rank::Version(version) => OwnedRank::Version(version.to_version()),
            Rank::Number(number) => OwnedRank::Number(number.into()),
            Rank::Text(text) => OwnedRank::Text(text.to_owned()),
        }
    }
}

impl OwnedRank {
    pub(crate) fn view(&self) -> Rank<'_> {
        match self {
            OwnedRank::Version(version) => Rank::Version(version.view()),
            OwnedRank::Number(number) => Rank::Number(number.view()),
            OwnedRank::Text(text) => Rank::Text(text),
        }
    }
}
