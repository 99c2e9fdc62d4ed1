//! A place in a template.

use std::fmt;
use std::ops::Range;

mod snippet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    span: Range<usize>,
    line: usize,
    column: usize,
}

impl Place {
    pub(crate) fn new(source: &str, span: Range<usize>) -> Self {
        let (line, column) = snippet::line_and_column(source, span.start);
        Place { span, line, column }
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(crate) fn line(&self) -> usize {
        self.line
    }

    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// A headline, the line of the source and carets.
    pub(crate) fn draw(&self, headline: &str, source: &str) -> String {
        snippet::draw(headline, source, &self.span)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}
