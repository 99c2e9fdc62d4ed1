//! Changing nothing as long as one policy fails.

use crate::automation::{AutomationBuilder, Spec};
use crate::problem::Problem;
use crate::scan::Scan;

impl AutomationBuilder {
    /// Whether nothing is changed as long as one policy cannot select, as Fleet does it: an image that cannot be listed, no
    /// tag that matches, an object that cannot be honoured. Otherwise, which is the default, each of them withholds its own
    /// markers alone. A suspended policy and a guard stop nobody else.
    pub fn all_or_nothing(&mut self, yes: bool) -> &mut Self {
        self.all_or_nothing = yes;
        self
    }
}

impl Scan {
    /// Withholds the markers of every policy where one failed and the automation wants all or nothing.
    pub(crate) fn stop_if_one_failed(&mut self, spec: &Spec) {
        let errors = self.problems.iter().filter(|problem| problem.is_error());
        let Some(failed) = errors.map(Problem::subject).next().map(str::to_owned) else {
            return;
        };
        if !spec.all_or_nothing {
            return;
        }
        let reason = format!("{failed} has no tag, and all policies change or none does");
        for selection in self.selections.iter().filter(|one| one.tag.is_some()) {
            self.choices.withhold(&selection.policy, &reason);
        }
        let stopped = format!(
            "nothing is changed: {reason}; mend or suspend {failed}, or let each policy change alone"
        );
        self.problems
            .push(Problem::error(spec.full_name(), stopped));
    }
}
