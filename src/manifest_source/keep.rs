//! What is broken now stays as it was.

use std::collections::BTreeSet;

use super::{ManifestSource, Reading};
use crate::automation::AutomationBuilder;
use crate::loader::Loaded;

impl ManifestSource {
    /// The reading with what the last one had and this one lost beside an error. It is the last one from now on.
    pub(super) fn keep(&self, mut reading: Reading) -> Reading {
        let mut last = self.last();
        // All scopes are of one commit.
        let revision = reading.version.clone();
        for (name, loaded) in &mut reading.scopes {
            let before = last.iter().flat_map(|last| &last.scopes);
            for (_, before) in before.filter(|(other, _)| other == name) {
                loaded.keep(before);
            }
            loaded.pin(&self.source, Some(&revision));
        }
        #[cfg(feature = "webhook")]
        if let Some(last) = &*last {
            reading.keep_receivers(last);
        }
        *last = Some(reading.clone());
        reading
    }
}

impl Loaded {
    fn keep(&mut self, before: &Self) {
        if !self.has_error() {
            return;
        }
        let mut known: BTreeSet<String> = self.suspended.iter().cloned().collect();
        known.extend(self.automations.iter().map(AutomationBuilder::full_name));
        let lost = before.automations.iter();
        let lost = lost.filter(|one| !known.contains(&one.full_name()));
        self.automations.extend(lost.cloned());
    }
}
