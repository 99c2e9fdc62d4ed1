//! Where the checks put what they find.

use super::Marker;
use crate::nearest::nearest;
use crate::quote::shown;
use crate::{Location, Problem, Severity};

/// Each search for the nearest name looks at all of them: there are no more
/// searches than this ...
const SUGGESTIONS: usize = 100;
/// ... among no more names than this, none longer than that.
const NAMES: usize = 1_000;
const LONGEST: usize = 100;

#[derive(Default)]
pub(super) struct Found {
    problems: Vec<Problem>,
    suggestions: usize,
}

impl Found {
    pub(super) fn at_object(
        &mut self,
        severity: Severity,
        at: &Location,
        object: String,
        field: impl Into<String>,
        message: String,
    ) {
        self.problems.push(Problem {
            severity,
            file: at.file.clone(),
            document: at.document,
            line: at.line,
            column: at.column,
            object: Some(object),
            field: field.into(),
            message,
        });
    }

    /// A marker that names nothing of `known`; `what` is the kind that it should
    /// name.
    pub(super) fn at_marker<'n>(
        &mut self,
        marker: &Marker,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) {
        let advice = match self.suggest(name, known) {
            Some(near) => format!("; did you mean {}?", shown(near)),
            None => String::new(),
        };
        self.problems.push(Problem {
            severity: Severity::Warning,
            file: marker.file.clone(),
            document: 0,
            line: marker.line,
            column: marker.column,
            object: None,
            field: String::new(),
            message: format!("there is no {what} {}{advice}", shown(name)),
        });
    }

    fn suggest<'n>(&mut self, name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        self.suggestions += 1;
        if self.suggestions > SUGGESTIONS {
            return None;
        }
        let known = known.filter(|name| name.len() <= LONGEST).take(NAMES);
        nearest(name, &known.collect::<Vec<_>>())
    }

    /// The problems in the order of files and lines.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by(|a, b| {
            let place = |one: &Problem| (one.line, one.column);
            a.file.cmp(&b.file).then_with(|| place(a).cmp(&place(b)))
        });
        self.problems
    }
}
