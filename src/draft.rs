//! From a snapshot and what the policies chose to a plan, and the new bytes beside it.

use std::ops::ControlFlow;

use gitwrite::{Change, Content, Control, Entry, Snapshot, TreePath};
use markers::{Decision, Marker, Syntax};
use tagwright_gitwrite as gitwrite;
use tagwright_markers as markers;

use crate::automation::Spec;
use crate::edit::{Edited, edit, policy_of};
use crate::error::Error;
use crate::place::Branch;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::scan::Scan;
use crate::{commit_message, diff};

/// The largest file that is looked at; the largest marked one known in public repositories has 30 kB.
pub(crate) const MAX_FILE_BYTES: u64 = 16 << 20;

/// A plan with what applies it at once.
pub(crate) struct Draft {
    pub(crate) plan: Plan,
    pub(crate) snapshot: Snapshot,
    pub(crate) changes: Vec<Change>,
}

/// Fetches the branch, visits its files and decides every marker.
pub(crate) fn draft(
    spec: &Spec,
    branch: &Branch,
    scan: &Scan,
    control: &Control,
) -> Result<Draft, Error> {
    let snapshot = snapshot(branch, control)?;
    let mut plan = Plan::new(
        spec.full_name(),
        branch.target(),
        snapshot.commit_id().to_string(),
    );
    plan.selections.clone_from(&scan.selections);
    plan.problems.clone_from(&scan.problems);
    let mut drafter = Drafter {
        scan,
        syntax: scan.choices.syntax(),
        plan,
        changes: Vec::new(),
    };
    let folders = spec.folders.visit();
    snapshot
        .visit(
            |file| folders.takes(file),
            MAX_FILE_BYTES,
            |entry| drafter.visit(&entry),
            control,
        )
        .map_err(Error::repository)?;
    let Drafter {
        mut plan, changes, ..
    } = drafter;
    let place = format!("on {}", branch.checkout);
    plan.problems.extend(folders.problems(&place));
    for problem in plan.problems.iter().skip(scan.problems.len()) {
        tracing::warn!(%problem, "not all of it");
    }
    if !plan.is_empty() {
        plan.message = Some(commit_message::render(spec, branch, &plan)?);
    }
    tracing::info!(edits = plan.edits.len(), problems = plan.problems.len(), base = %plan.base, "planned");
    Ok(Draft {
        plan,
        snapshot,
        changes,
    })
}

pub(crate) fn snapshot(branch: &Branch, control: &Control) -> Result<Snapshot, Error> {
    let remote = branch.remote.current();
    let reference = branch.checkout.resolve(&remote, control)?;
    remote
        .snapshot(&reference, control)
        .map_err(Error::repository)
}

/// Decides every marker of a file.
pub(crate) fn edit_file(
    scan: &Scan,
    syntax: &Syntax,
    file: &str,
    bytes: &[u8],
) -> Result<Edited, markers::Error> {
    let choices = &scan.choices;
    let fight = scan.rivals.fight(choices, syntax, file, bytes);
    let decide = |marker: &Marker| match (choices.decide(marker), &fight) {
        (Decision::Set(_), Some(fight)) => Decision::Withhold(fight.to_string()),
        (decision, _) => decision,
    };
    let mut edited = edit(
        file,
        bytes,
        syntax,
        |marker, _| decide(marker),
        |setter| policy_of(choices, setter),
    )?;
    edited.problem = fight.map(|fight| Problem::error(file, fight));
    Ok(edited)
}

struct Drafter<'a> {
    scan: &'a Scan,
    syntax: Syntax,
    plan: Plan,
    changes: Vec<Change>,
}

impl Drafter<'_> {
    fn visit(&mut self, entry: &Entry<'_>) -> ControlFlow<()> {
        match entry.content {
            Content::Bytes(bytes) if markers::may_hold_marker(bytes, &self.syntax) => {
                self.edit(entry.path, bytes);
            }
            Content::Bytes(_) => {}
            Content::TooLarge(size) => self.plan.problems.push(Problem::warning(
                entry.path,
                format!("not looked at: it has {size} bytes, more than {MAX_FILE_BYTES}"),
            )),
        }
        ControlFlow::Continue(())
    }

    fn edit(&mut self, file: &str, bytes: &[u8]) {
        let edited = edit_file(self.scan, &self.syntax, file, bytes);
        match (edited, TreePath::new(file)) {
            (Ok(edited), Ok(path)) => self.take(file, path, bytes, edited),
            (Err(error), _) => self.plan.problems.push(Problem::error(file, error)),
            (_, Err(error)) => self.plan.problems.push(Problem::error(file, error)),
        }
    }

    fn take(&mut self, file: &str, path: TreePath, old: &[u8], edited: Edited) {
        self.plan.edits.extend(edited.edits);
        self.plan.outcomes.extend(edited.outcomes);
        self.plan.problems.extend(edited.problem);
        if let Some(content) = edited.content {
            self.plan.diff += &diff::unified(file, old, &content);
            self.changes.push(Change::write(path, content));
        }
    }
}
