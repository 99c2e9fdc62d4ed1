//! What went wrong beside what did not.

use std::collections::BTreeSet;

use tagwright::{Applied, Error, OutcomeKind, Plan, Problem, ProblemKind, Severity};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs::{self, Level};

/// Tells what goes wrong, and counts it.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    done: usize,
    errors: usize,
    warnings: usize,
    /// What problems said.
    told: BTreeSet<String>,
}

impl Tally {
    /// One part was done, perhaps with nothing to do.
    fn done(&mut self) {
        self.done += 1;
    }

    pub(crate) fn error(&mut self, message: impl std::fmt::Display) {
        self.errors += 1;
        logs::tell(Level::Error, message);
    }

    pub(crate) fn warning(&mut self, message: impl std::fmt::Display) {
        self.warnings += 1;
        logs::tell(Level::Warning, message);
    }

    /// A part that failed as a whole, with the reasons of its own parts.
    pub(crate) fn failed(&mut self, name: &str, error: &Error) {
        // What an object lacks is missed again by the automation that needs it.
        let is_told = |problem: &Problem| self.told.contains(problem.message());
        let parts = error.problems();
        if self.told.contains(&error.to_string())
            || (!parts.is_empty() && parts.iter().all(is_told))
        {
            self.errors += 1;
            return;
        }
        self.error(format_args!("{name}: {error}"));
        if error.problems().len() > 1 {
            self.problems(error.problems());
        }
    }

    pub(crate) fn problems(&mut self, problems: &[Problem]) {
        for problem in problems {
            let text = format!("{}: {}", problem.subject(), problem.message());
            self.told.insert(problem.message().to_owned());
            match (problem.kind(), problem.severity()) {
                // As somebody wants it.
                (ProblemKind::Suspended, _) => logs::tell(Level::Note, text),
                (_, Severity::Error) => self.error(text),
                (_, _) => self.warning(text),
            }
        }
    }

    /// Names of a registry's list that are no tags.
    pub(crate) fn skipped(&mut self, names: usize) {
        self.done();
        let s = if names == 1 { "" } else { "s" };
        if names > 0 {
            self.warning(format_args!(
                "the registry lists {names} name{s} outside of the tag grammar; left out"
            ));
        }
    }

    /// The problems of a plan, and the markers that a person should look at.
    pub(crate) fn planned(&mut self, plan: &Plan) {
        self.done();
        self.plan(plan);
    }

    pub(crate) fn plan(&mut self, plan: &Plan) {
        self.problems(plan.problems());
        for outcome in plan.outcomes() {
            match outcome.kind() {
                OutcomeKind::Updated | OutcomeKind::Unchanged => {}
                OutcomeKind::Withheld | OutcomeKind::InText => logs::tell(Level::Note, outcome),
                _ => self.warning(outcome),
            }
        }
    }

    /// A push that was done, but for other refs that the server refused.
    pub(crate) fn applied(&mut self, name: &str, applied: &Applied) {
        self.done();
        if let Applied::Pushed(pushed) = applied {
            for refused in pushed.refused() {
                self.error(format_args!("{name}: {refused}"));
            }
        }
    }

    /// An answer that got through to nobody, after work that need not be done again.
    pub(crate) fn unheard(&self, failure: Failure) -> Failure {
        match self.done {
            0 => failure,
            _ => failure.and("the work itself was done"),
        }
    }

    pub(crate) fn exit(&self, global: &Global) -> Exit {
        match (self.errors, self.done) {
            (1.., 0) => Exit::Failed,
            _ if global.strict && self.warnings > 0 => self.too_many_warnings(),
            (1.., _) => Exit::Partial,
            (0, _) => Exit::Done,
        }
    }

    fn too_many_warnings(&self) -> Exit {
        let s = if self.warnings == 1 { "" } else { "s" };
        let many = self.warnings;
        logs::tell(
            Level::Error,
            format_args!("{many} warning{s}, and --strict is given"),
        );
        Exit::Failed
    }
}
