//! What a run would do, as data.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::diff::{ColouredDiff, PlainDiff};
use crate::printable::Printable;
use crate::problem::Problem;
use crate::table;

/// What a run would do: nothing of it is done yet.
///
/// A plan prints as text for a person, and is serde data for a file or a pull request. It is applied by
/// [`Automation::apply`](crate::Automation::apply), which does exactly this or nothing.
///
/// A plan that comes back from a file is checked: its values must be those of its selections, its files those that the
/// automation may edit, its diff the one that is shown. Who may write the file may still select another tag; keep it
/// where only those can who may push.
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
    pub(crate) diff: String,
    pub(crate) problems: Vec<Problem>,
}

/// Where a plan reads and writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub(crate) repository: String,
    pub(crate) branch: String,
    pub(crate) push_branch: String,
}

/// What one policy chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    pub(crate) policy: String,
    pub(crate) image: String,
    pub(crate) tag: Option<String>,
    pub(crate) digest: Option<String>,
    pub(crate) reason: String,
}

/// One scalar that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) object: Object,
    pub(crate) field: String,
    pub(crate) setter: String,
    pub(crate) policy: String,
    pub(crate) old: String,
    pub(crate) new: String,
}

/// The Kubernetes object that a scalar stands in; a part that the file does not give is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Object {
    /// `apiVersion`, such as `apps/v1`.
    pub api_version: String,
    /// `kind`, such as `Deployment`.
    pub kind: String,
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
}

/// What became of one text that is, or looks like, a marker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) setter: Option<String>,
    pub(crate) kind: OutcomeKind,
    pub(crate) detail: String,
}

/// The kinds of [`Outcome`]; `markers` says what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OutcomeKind {
    /// The value changes.
    Updated,
    /// The value is the chosen one already.
    Unchanged,
    /// The value stays, for a reason that the detail gives.
    Withheld,
    /// The marker names no policy of this automation.
    Unknown,
    /// The marker cannot be used where it stands or as it is written.
    Unusable,
    /// The text of a marker in a place that is never edited: a block scalar, a string, a commented-out line.
    InText,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
struct Format;

impl From<Format> for u32 {
    fn from(_: Format) -> u32 {
        Plan::FORMAT
    }
}

impl TryFrom<u32> for Format {
    type Error = String;

    fn try_from(found: u32) -> Result<Self, String> {
        if found == Plan::FORMAT {
            return Ok(Self);
        }
        Err(format!(
            "plan format {found} is not {}, the one that this version reads; plan again with this version",
            Plan::FORMAT
        ))
    }
}

impl Plan {
    /// The version of the serialized form.
    pub const FORMAT: u32 = 1;

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

    /// The id of the commit that the plan was made on.
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

    /// What became of every marker, in file and line order.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The commit message; none when there is nothing to change.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The unified diff of all files; empty when there is nothing to change.
    pub fn diff(&self) -> &str {
        &self.diff
    }

    /// The diff in the colours of a terminal.
    pub fn coloured_diff(&self) -> ColouredDiff<'_> {
        ColouredDiff(&self.diff)
    }

    /// What went wrong while the rest went on.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What a person should look at, a line each: the problems, and the markers that were neither updated nor up to date.
    pub fn notes(&self) -> Notes<'_> {
        Notes(self)
    }

    /// The selections as a table for people: policy, image, tag, reason.
    pub fn table(&self) -> Table<'_> {
        Table(&self.selections)
    }
}

/// A plan's selections as a table, by [`Plan::table`].
#[derive(Clone, Copy, Debug)]
pub struct Table<'a>(&'a [Selection]);

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
pub struct Notes<'a>(&'a Plan);

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

/// `file:line:column: marker "setter": reason`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file, line, column, ..
        } = self;
        write!(f, "{file}:{line}:{column}: {}", self.detail)
    }
}

/// `branch of URL`, with the branch that is pushed where it is another.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.branch, self.repository)?;
        if self.push_branch != self.branch {
            write!(f, " (pushed to {})", self.push_branch)?;
        }
        Ok(())
    }
}

impl Target {
    /// The repository's URL, without credentials.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The branch that is read.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// The branch that is pushed.
    pub fn push_branch(&self) -> &str {
        &self.push_branch
    }
}

impl Selection {
    /// The policy's name, as its markers give it.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The image, as it is written into files.
    pub fn image(&self) -> &str {
        &self.image
    }

    /// The chosen tag, if there is one.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest of what the tag names, if the policy reflects it.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// Why this tag, or why none, in one line.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl Edit {
    /// The file's path in the repository.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line of the scalar, counted from 1, in the text before the edit.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of the scalar in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The object that the scalar stands in.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The scalar's place in its object, such as `spec.containers[0].image`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The setter, as the marker gives it.
    pub fn setter(&self) -> &str {
        &self.setter
    }

    /// The policy that the setter names.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The value before.
    pub fn old(&self) -> &str {
        &self.old
    }

    /// The value after.
    pub fn new_value(&self) -> &str {
        &self.new
    }
}

impl Outcome {
    /// The file's path in the repository.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line of the marker, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of the marker in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The setter, where the marker could be read.
    pub fn setter(&self) -> Option<&str> {
        self.setter.as_deref()
    }

    /// What became of it.
    pub fn kind(&self) -> OutcomeKind {
        self.kind
    }

    /// The same in words, with the setter and the reason.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}
