//! Counts and examples, verdict by verdict.

use crate::Verdict;

/// Examples kept of each verdict.
pub(crate) const EXAMPLES: usize = 3;

/// How often each verdict was given, and to which tags: the least ones by
/// their bytes, so that the order of the list does not show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    slots: [Slot; Verdict::ALL.len()],
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Slot {
    pub(crate) count: u64,
    pub(crate) examples: Vec<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, verdict: Verdict, tag: &str) {
        let slot = &mut self.slots[verdict as usize];
        slot.count += 1;
        slot.show(tag);
    }

    /// Counts a tag that is no example.
    pub(crate) fn count(&mut self, verdict: Verdict) {
        self.slots[verdict as usize].count += 1;
    }

    /// What was given at all.
    pub(crate) fn into_slots(self) -> impl Iterator<Item = (Verdict, Slot)> {
        let given = |(_, slot): &(Verdict, Slot)| slot.count > 0;
        Verdict::ALL.into_iter().zip(self.slots).filter(given)
    }
}

impl Slot {
    fn show(&mut self, tag: &str) {
        let is_full = self.examples.len() == EXAMPLES;
        if is_full
            && self
                .examples
                .last()
                .is_some_and(|last| tag >= last.as_str())
        {
            return;
        }
        let place = self
            .examples
            .partition_point(|example| example.as_str() < tag);
        if self
            .examples
            .get(place)
            .is_some_and(|example| example == tag)
        {
            return;
        }
        self.examples
            .insert(place, crate::text::clip(tag).to_owned());
        self.examples.truncate(EXAMPLES);
    }
}
