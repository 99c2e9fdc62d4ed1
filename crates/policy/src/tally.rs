//! Counts and examples, verdict by verdict.

use crate::Verdict;
use crate::text::{clip, leading};

/// Examples shown of each verdict.
const EXAMPLES: usize = 3;

/// One more is kept: which tag wins, and is no example of what it outranks, is
/// known at the end only.
const KEPT: usize = EXAMPLES + 1;

/// How often each verdict was given, and to which tags: the least ones by
/// their bytes, so that the order of the list does not show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    slots: [Slot; Verdict::ALL.len()],
    unasked: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Slot {
    pub(crate) count: u64,
    pub(crate) examples: Vec<String>,
    /// The prefix of the last example once there are enough: most tags are
    /// seen to come after it without a look at the example.
    bar: Option<u64>,
}

impl Tally {
    #[inline]
    pub(crate) fn add(&mut self, verdict: Verdict, tag: &str) {
        self.add_times(verdict, tag, 1);
    }

    #[inline]
    pub(crate) fn add_times(&mut self, verdict: Verdict, tag: &str, times: u64) {
        let slot = &mut self.slots[verdict as usize];
        slot.count += times;
        slot.show(tag);
    }

    /// Notes that a tag is outranked, by whatever its age would be.
    pub(crate) fn pass_over(&mut self, times: u64) {
        self.unasked += times;
    }

    /// How many tags are outranked of which the age is not known.
    pub(crate) fn unasked(&self) -> u64 {
        self.unasked
    }

    /// What was given at all, where `winner` was selected.
    pub(crate) fn into_slots(
        mut self,
        winner: Option<&str>,
    ) -> impl Iterator<Item = (Verdict, Slot)> {
        if let Some(winner) = winner {
            self.slots[Verdict::Outranked as usize].hide(winner);
        }
        for slot in &mut self.slots {
            slot.examples.truncate(EXAMPLES);
        }
        let given = |(_, slot): &(Verdict, Slot)| slot.count > 0;
        Verdict::ALL.iter().copied().zip(self.slots).filter(given)
    }
}

impl Slot {
    #[inline]
    fn show(&mut self, tag: &str) {
        if self.bar.is_none_or(|bar| leading(tag) <= bar) {
            self.insert(tag);
        }
    }

    fn hide(&mut self, tag: &str) {
        self.examples.retain(|example| example != clip(tag));
    }

    fn insert(&mut self, tag: &str) {
        let tag = clip(tag);
        let Err(place) = self
            .examples
            .binary_search_by(|example| example.as_str().cmp(tag))
        else {
            return;
        };
        if place == KEPT {
            return;
        }
        self.examples.insert(place, tag.to_owned());
        self.examples.truncate(KEPT);
        if let [.., last] = self.examples.as_slice()
            && self.examples.len() == KEPT
        {
            self.bar = Some(leading(last));
        }
    }
}
