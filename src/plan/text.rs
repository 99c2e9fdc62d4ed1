//! A plan as text for people.

use std::fmt;

use super::{OutcomeKind, Plan, Selection};
use crate::diff::PlainDiff;
use crate::printable::Printable;
use crate::table;

/// A plan's selections as a table, by [`Plan::table`].
#[derive(Clone, Copy, Debug)]
pub struct Table<'a>(pub(super) &'a [Selection]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![["POLICY", "IMAGE", "TAG", "REASON"]];
        rows.extend(self.0.iter().map(|selection| {
            let tag = selection.tag.as_deref().unwrap_or("-");
            [
                &*selection.policy,
                &*selection.image,
                tag,
                &*selection.reason,
            ]
        }));
        table::write(f, &rows)
    }
}

/// Table, diff, problems, and the markers that a person should look at.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.table())?;
        if self.is_empty() {
            writeln!(f, "nothing to do on {}", self.target)?;
        }
        write!(f, "{}{}", PlainDiff(&self.diff), self.notes())
    }
}

/// What a person should look at, by [`Plan::notes`].
#[derive(Clone, Copy, Debug)]
pub struct Notes<'a>(pub(super) &'a Plan);

impl fmt::Display for Notes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0.problems {
            writeln!(f, "{}", Printable(&problem.to_string()))?;
        }
        let done = |kind| matches!(kind, OutcomeKind::Updated | OutcomeKind::Unchanged);
        let mut notable = self.0.outcomes.iter().filter(|outcome| !done(outcome.kind));
        notable.try_for_each(|outcome| writeln!(f, "{}", Printable(&outcome.to_string())))
    }
}
