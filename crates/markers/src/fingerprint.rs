//! What a text says, as a number that edits can be taken out of and put into.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use crate::reader::{Event, Step};

/// The sum of the hashes of all steps, each with its place in the order.
///
/// A sum can be corrected for the planned edits without reading the old text again: the checking
/// parse of the new text must come to the corrected sum. Spans are left out, everything that a
/// reader of YAML sees is in, comments too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    steps: u64,
    sum: u64,
}

impl Fingerprint {
    /// Adds a step and returns its number.
    pub(crate) fn push(&mut self, step: &Step<'_>, text: &str) -> u64 {
        let index = self.steps;
        self.steps += 1;
        let hash = match &step.event {
            Event::Comment => hash(index, 0, &text[step.span.clone()]),
            Event::Scalar(scalar) => of_scalar(index, step.properties, &scalar.value),
            event => hash(index, step.properties, event),
        };
        self.sum = self.sum.wrapping_add(hash);
        index
    }

    /// Exchanges the value of the scalar at step `index`.
    pub(crate) fn exchange(&mut self, index: u64, properties: u64, old: &str, new: &str) {
        self.sum = self
            .sum
            .wrapping_sub(of_scalar(index, properties, old))
            .wrapping_add(of_scalar(index, properties, new));
    }
}

/// Without the style: a plain value that becomes quoted says the same.
fn of_scalar(index: u64, properties: u64, value: &str) -> u64 {
    hash(index, properties, ("scalar", value))
}

fn hash(index: u64, properties: u64, content: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (index, properties).hash(&mut hasher);
    content.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Reader;

    fn of(text: &str) -> Fingerprint {
        let mut all = Fingerprint::default();
        for step in Reader::new(text) {
            all.push(&step.unwrap(), text);
        }
        all
    }

    #[test]
    fn layout_and_quotes_do_not_count() {
        assert_eq!(of("a: {b: c}\n"), of("a:   { b:  'c' }\n"));
    }

    #[test]
    fn values_order_properties_and_comments_count() {
        let base = of("a: b\nc: d # e\n");
        for other in [
            "a: x\nc: d # e\n",
            "c: d # e\na: b\n",
            "a: &b b\nc: d # e\n",
            "a: !!str b\nc: d # e\n",
            "a: b\nc: d # f\n",
            "a: b\nc: d\n",
            "a: b\nc: [d] # e\n",
        ] {
            assert_ne!(of(other), base, "{other}");
        }
    }

    #[test]
    fn an_exchange_is_what_the_edited_text_says() {
        let mut edited = of("a: b\nc: d\n");
        // Steps: document, mapping, a, b.
        edited.exchange(3, 0, "b", "new");
        assert_eq!(edited, of("a: new\nc: d\n"));
    }
}
