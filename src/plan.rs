//! What a run would do, as data.

mod edit;
mod format;
mod json;
mod markdown;
mod object;
mod outcome;
mod selection;
mod target;
mod text;

use serde::{Deserialize, Serialize};

use crate::diff::{ColouredDiff, PlainDiff};
use crate::problem::Problem;

pub use edit::Edit;
use format::Format;
pub use markdown::Markdown;
pub use object::Object;
pub use outcome::{Outcome, OutcomeKind};
pub use selection::Selection;
pub use target::{BranchTarget, DirectoryTarget, Target};
pub use text::{Notes, Table};

/// What a run would do: nothing of it is done yet.
///
/// A plan prints as text for a person, and is serde data for a file or a pull request. It is applied by
/// [`Automation::apply`](crate::Automation::apply), which does exactly this or nothing.
///
/// A plan that comes back from a file is checked: its values must be those of its selections, its files those that the
/// automation may edit, its diff the one that is shown. The diff is compared where the base is the tip: on a newer one
/// other lines may have changed beside the planned values, and each edit is found again by its marker and its old value
/// instead. Who may write the file may still select another tag, and say how many tags there were; keep it where only
/// those can who may push.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Refused on reading when it is not [`Plan::FORMAT`].
    format: Format,
    pub(crate) automation: String,
    pub(crate) target: Target,
    pub(crate) base: String,
    pub(crate) selections: Vec<Selection>,
    pub(crate) edits: Vec<Edit>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) message: Option<String>,
    pub(crate) trailers: Vec<String>,
    pub(crate) diff: String,
    pub(crate) problems: Vec<Problem>,
}

impl Plan {
    /// The version of the serialized form.
    pub const FORMAT: u32 = 2;

    pub(crate) fn new(automation: String, target: Target, base: String) -> Self {
        Self {
            format: Format,
            automation,
            target,
            base,
            selections: Vec::new(),
            edits: Vec::new(),
            outcomes: Vec::new(),
            message: None,
            trailers: Vec::new(),
            diff: String::new(),
            problems: Vec::new(),
        }
    }

    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// Whether a part was not done: an image that could not be listed, a file that does not parse.
    pub fn is_partial(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }

    /// The name of the automation that made the plan.
    pub fn automation(&self) -> &str {
        &self.automation
    }

    /// Where it reads and writes.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// What the plan was made on: the id of the commit; for a directory, a fingerprint of the files that change.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What each policy chose, in the order of the policies.
    pub fn selections(&self) -> &[Selection] {
        &self.selections
    }

    /// The scalars that change, in file and line order.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// What became of every marker, in file and line order. The plan of a [run](crate::Automation::run) that fetched nothing,
    /// as nothing was new ([`attempts`](crate::Report::attempts) is 0), has those alone that a person should look at.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The commit message; none when there is nothing to change.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// What is put at the end of the commit message, `Key: value` each; none unless a
    /// [`Trailer`](crate::Trailer) was asked for.
    pub fn trailers(&self) -> &[String] {
        &self.trailers
    }

    /// The unified diff of all files; empty when there is nothing to change.
    pub fn diff(&self) -> &str {
        &self.diff
    }

    /// The diff in the colours of a terminal.
    pub fn coloured_diff(&self) -> ColouredDiff<'_> {
        ColouredDiff(&self.diff)
    }

    /// The diff for people without colours.
    pub fn plain_diff(&self) -> PlainDiff<'_> {
        PlainDiff(&self.diff)
    }

    /// What went wrong while the rest went on.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What a person should look at, a line each: the problems, and the markers that were neither updated nor up to date.
    pub fn notes(&self) -> Notes<'_> {
        Notes(self)
    }

    /// The plan as Markdown, for the text of a pull request.
    pub fn markdown(&self) -> Markdown<'_> {
        Markdown(self)
    }

    /// The selections as a table for people: policy, image, tag, reason.
    pub fn table(&self) -> Table<'_> {
        Table(&self.selections)
    }
}
