//! Where the key of a marker stands in a text, before it is known what stands there.

use std::ops::Range;

use memchr::memmem;

use crate::{
    error::Error,
    position::Position,
    syntax::{Syntax, is_key_byte},
};

/// The places of the key, in order; each is taken by the step that covers it.
pub(crate) struct Occurrences {
    places: Vec<usize>,
    key_length: usize,
}

impl Occurrences {
    pub(crate) fn find(text: &str, syntax: &Syntax) -> Result<Self, Error> {
        let (key, limit) = (syntax.key().as_bytes(), syntax.limits().markers);
        let mut places = Vec::new();
        for at in memmem::find_iter(text.as_bytes(), key) {
            if !is_whole(text.as_bytes(), at, key.len()) {
                continue;
            }
            if places.len() == limit {
                let span = at..at + key.len();
                return Err(Error::too_many(
                    "markers",
                    span,
                    Position::of(text, at),
                    limit,
                ));
            }
            places.push(at);
        }
        Ok(Self {
            places,
            key_length: key.len(),
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The places that lie within `span`.
    pub(crate) fn within(&self, span: &Range<usize>) -> &[usize] {
        let start = self.places.partition_point(|&at| at < span.start);
        let end = self
            .places
            .partition_point(|&at| at + self.key_length <= span.end);
        self.places.get(start..end).unwrap_or_default()
    }
}

fn is_whole(text: &[u8], at: usize, length: usize) -> bool {
    let before = at.checked_sub(1).map(|before| text[before]);
    let after = text.get(at + length);
    !before.is_some_and(is_key_byte) && !after.is_some_and(|&byte| is_key_byte(byte))
}

/// Whether the key at `at` is written as in a marker: behind a brace, with quotes of any kind.
///
/// Prose that names the key is none; a marker that a shell script holds escaped is one.
pub(crate) fn looks_like_marker(text: &str, at: usize) -> bool {
    /// Room for aligned braces and doubly escaped quotes; a limit, so that time stays linear.
    const REACH: usize = 16;
    text.as_bytes()[..at]
        .iter()
        .rev()
        .take(REACH)
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'\\'))
        == Some(&b'{')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_key_is_another_key() {
        let syntax = Syntax::custom("$app").unwrap();
        let found = Occurrences::find(r#"{"$app"} {"$app-2"} {"x$app"} $app"#, &syntax).unwrap();
        assert_eq!(found.places, [2, 30]);
    }

    #[test]
    fn a_brace_makes_the_difference() {
        for (text, expected) in [
            (r#"{"$app""#, true),
            (r#"{ \"$app\""#, true),
            ("{'$app'", true),
            ("see $app", false),
            ("$app", false),
        ] {
            assert_eq!(
                looks_like_marker(text, text.find('$').unwrap()),
                expected,
                "{text}"
            );
        }
    }
}
