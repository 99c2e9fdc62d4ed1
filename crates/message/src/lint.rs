//! What works here and is better written in another way.

use std::fmt;
use std::ops::Range;

use crate::place::Place;

/// A remark on a template that renders; see [`Template::lint`](crate::Template::lint).
///
/// `Display` is one line: what was found, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    kind: LintKind,
    field: &'static str,
    replacement: &'static str,
    place: Place,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LintKind {
    /// A field that Flux has dropped: its controller refuses the template.
    OldField,
}

impl Lint {
    /// A use of `.Updated`, with the field that is asked of it.
    pub(crate) fn old_field(source: &str, span: Range<usize>, asked: Option<&str>) -> Self {
        let (field, replacement) = match asked {
            Some("Files") => (".Updated.Files", "range over .Changed.FileChanges"),
            Some("Objects") => (".Updated.Objects", "range over .Changed.Objects"),
            Some("Images") => (
                ".Updated.Images",
                "range over .Changed.Changes and print .NewValue",
            ),
            _ => (".Updated", "use .Changed"),
        };
        Lint {
            kind: LintKind::OldField,
            field,
            replacement,
            place: Place::new(source, span),
        }
    }

    /// What the remark is about.
    pub fn kind(&self) -> LintKind {
        self.kind
    }

    /// What to write instead.
    pub fn replacement(&self) -> &str {
        self.replacement
    }

    /// The bytes of the template that the remark is about.
    pub fn span(&self) -> Range<usize> {
        self.place.span()
    }

    /// The line of the template, from 1.
    pub fn line(&self) -> usize {
        self.place.line()
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> usize {
        self.place.column()
    }

    /// The line of `Display` with the line of `source`, the template's text, and
    /// carets under the place.
    pub fn render(&self, source: &str) -> String {
        self.place.draw(&self.to_string(), source)
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lint {
            field,
            place,
            replacement,
            ..
        } = self;
        write!(
            f,
            "the old field {field} at {place} is gone from Flux; {replacement}"
        )
    }
}
