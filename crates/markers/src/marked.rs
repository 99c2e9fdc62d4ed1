//! From insertions to bytes.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::{
    error::Error,
    limits::Limits,
    mark::Insertion,
    mark_outcome::MarkOutcome,
    marker::{Marker, find},
    occurrence::Occurrences,
    reader::{Event, Reader},
    scan::text_within,
    syntax::Syntax,
};

/// The markers that are to be inserted, and what became of each image. Nothing is written yet.
#[derive(Clone, Debug)]
pub struct MarkPlan<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) syntax: Syntax,
    pub(crate) insertions: Vec<Insertion>,
    pub(crate) outcomes: Vec<MarkOutcome>,
}

impl MarkPlan<'_> {
    /// The markers, in the order of the text.
    pub fn insertions(&self) -> &[Insertion] {
        &self.insertions
    }

    /// What became of every scalar that says an image, in the order of the text.
    pub fn outcomes(&self) -> &[MarkOutcome] {
        &self.outcomes
    }

    /// Whether applying changes nothing.
    pub fn is_unchanged(&self) -> bool {
        self.insertions.is_empty()
    }

    /// The text with the markers: every other byte is the original's.
    ///
    /// The new text is parsed, and returned only when it says what the original said, and its markers
    /// are the original's and the inserted ones.
    ///
    /// # Errors
    ///
    /// A new text that would be longer than the [`Limits`](crate::Limits) allow, or that would not read as planned;
    /// the latter is a fault of this crate or of its parser.
    pub fn apply(self) -> Result<Vec<u8>, Error> {
        if self.is_unchanged() {
            return Ok(self.bytes.to_vec());
        }
        let after = self.splice();
        let limits = self.syntax.limits();
        let keeps = content(text_within(self.bytes, limits)?, limits)?
            == content(text_within(&after, limits)?, limits)?
            && self.expected()? == places(&find(&after, &self.syntax)?);
        if keeps {
            Ok(after)
        } else {
            Err(Error::not_preserved())
        }
    }

    /// A text that would have too many markers is not to be planned for.
    pub(crate) fn check_count(&self, text: &str) -> Result<(), Error> {
        let limit = self.syntax.limits().markers;
        let free = limit - Occurrences::find(text, &self.syntax)?.len();
        self.insertions.get(free).map_or(Ok(()), |first| {
            let span = first.at..first.at;
            Err(Error::too_many("markers", span, first.position, limit))
        })
    }

    fn splice(&self) -> Vec<u8> {
        let grown: usize = self
            .insertions
            .iter()
            .map(|insertion| insertion.written.len())
            .sum();
        let mut after = Vec::with_capacity(self.bytes.len() + grown);
        let mut copied = 0;
        for insertion in &self.insertions {
            after.extend_from_slice(&self.bytes[copied..insertion.at]);
            after.extend_from_slice(insertion.written.as_bytes());
            copied = insertion.at;
        }
        after.extend_from_slice(&self.bytes[copied..]);
        after
    }

    fn expected(&self) -> Result<Vec<Place>, Error> {
        let mut expected = places(&find(self.bytes, &self.syntax)?);
        expected.extend(self.insertions.iter().map(|insertion| {
            let value = Some(insertion.value.clone());
            (
                insertion.line(),
                insertion.field.clone(),
                insertion.setter.clone(),
                value,
            )
        }));
        expected.sort();
        Ok(expected)
    }
}

/// Line, field, setter and value of a marker. No line is inserted.
type Place = (usize, String, String, Option<String>);

fn places(markers: &[Marker]) -> Vec<Place> {
    let place = |marker: &Marker| {
        (
            marker.line(),
            marker.field().to_owned(),
            marker.setter().to_owned(),
            marker.value().map(str::to_owned),
        )
    };
    let mut places: Vec<Place> = markers.iter().map(place).collect();
    places.sort();
    places
}

/// What a text says, comments aside, as a number.
fn content(text: &str, limits: Limits) -> Result<u64, Error> {
    let mut hasher = DefaultHasher::new();
    for step in Reader::within(text, limits) {
        let step = step?;
        if !matches!(step.event, Event::Comment) {
            (step.event, step.properties).hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::ErrorKind, mark::mark};

    const TEXT: &[u8] = b"a:\n  image: app:1\nb:\n  image: app:2\n";

    /// Applies a plan that something has gone wrong with.
    #[track_caller]
    fn is_refused(spoil: impl FnOnce(&mut Insertion)) {
        let setter = |_: &_| Some("s".to_owned());
        let mut planned = mark(TEXT, &Syntax::flux(), setter).unwrap();
        spoil(&mut planned.insertions[0]);
        assert_eq!(planned.apply().unwrap_err().kind(), ErrorKind::NotPreserved);
    }

    #[test]
    fn a_text_that_does_not_read_as_planned_is_refused() {
        is_refused(|insertion| insertion.written = "0".to_owned());
        is_refused(|insertion| insertion.written = " # s".to_owned());
        is_refused(|insertion| insertion.at = 2);
        is_refused(|insertion| insertion.setter = "t".to_owned());
        is_refused(|insertion| insertion.value = "app:3".to_owned());
    }
}
