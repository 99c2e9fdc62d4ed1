//! What is kept of a list of tags that is not kept.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::record::{ImageRecord, seconds};

/// How many of the tags are remembered by name.
const LATEST: usize = 10;

/// Counts tags as they come, and keeps the greatest of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    tags: u64,
    latest: BTreeSet<String>,
    ended: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, tag: &str) {
        self.tags += 1;
        let is_full = self.latest.len() == LATEST;
        let is_great = |least: &String| tag > least.as_str();
        if is_full && !self.latest.first().is_some_and(is_great) {
            return;
        }
        self.latest.insert(tag.to_owned());
        if self.latest.len() > LATEST {
            self.latest.pop_first();
        }
    }

    /// The list is whole.
    pub(crate) fn end(&mut self, now: SystemTime) {
        self.ended = seconds(now);
    }

    /// As it was when the record was made.
    #[cfg(feature = "scheduler")]
    pub(crate) fn of(record: &ImageRecord) -> Self {
        Self {
            tags: record.tags,
            latest: record.latest.iter().cloned().collect(),
            ended: record.scanned,
        }
    }

    pub(crate) fn record(&self) -> ImageRecord {
        ImageRecord {
            scanned: self.ended,
            tags: self.tags,
            latest: self.latest(),
        }
    }

    /// How many there were.
    pub(crate) fn tags(&self) -> u64 {
        self.tags
    }

    /// The ten greatest, the greatest first.
    fn latest(&self) -> Vec<String> {
        self.latest.iter().rev().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ten_greatest_are_kept_in_any_order() {
        let names: Vec<String> = (0..30).map(|n| format!("v{n:02}")).collect();
        let greatest: Vec<&String> = names.iter().rev().take(10).collect();
        for step in [1, 7, 11, 29] {
            let mut tally = Tally::default();
            (0..30).for_each(|n| tally.add(&names[n * step % 30]));
            assert_eq!(tally.tags(), 30);
            assert_eq!(tally.latest().iter().collect::<Vec<_>>(), greatest);
        }
    }

    #[test]
    fn a_repetition_is_kept_once() {
        let mut tally = Tally::default();
        for tag in ["a", "b", "a"] {
            tally.add(tag);
        }
        assert_eq!(tally.latest(), ["b", "a"]);
    }
}
