//! An entry that outlives its tag.

use std::cmp::Ordering;

use crate::order::{End, OwnedRank};
use crate::policy::Entry;

/// The best so far, or one of the best.
#[derive(Clone, Debug)]
pub(crate) struct Contender {
    tag: String,
    key: String,
    rank: OwnedRank,
    end: End,
}

impl Contender {
    pub(crate) fn new(entry: &Entry<'_>, end: End) -> Self {
        Contender {
            tag: entry.tag.to_owned(),
            key: entry.key.to_owned(),
            rank: entry.rank.to_owned(),
            end,
        }
    }

    pub(crate) fn view(&self) -> Entry<'_> {
        Entry {
            tag: &self.tag,
            key: &self.key,
            rank: self.rank.view(),
        }
    }

    /// The three numbers, where it is ordered by version.
    #[inline]
    pub(crate) fn version_core(&self) -> Option<[u64; 3]> {
        match &self.rank {
            OwnedRank::Version(version) => Some(version.core()),
            _ => None,
        }
    }

    /// The tag and its key.
    pub(crate) fn into_parts(self) -> (String, String) {
        (self.tag, self.key)
    }
}

/// The order of preference: the greatest wins. It is total. Two contenders of
/// one policy are equal where their tags are and, in an order by date, their
/// dates too: elsewhere the tag gives the rank.
impl Ord for Contender {
    fn cmp(&self, other: &Self) -> Ordering {
        self.view().cmp_preference(&other.view(), self.end)
    }
}

impl PartialOrd for Contender {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Contender {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Contender {}
