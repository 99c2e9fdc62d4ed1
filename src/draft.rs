//! From a snapshot and what the policies chose to a plan, and the new bytes beside it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use gitwrite::{Change, Content, Control, Entry, Snapshot, TreePath};
use markers::Syntax;
use tagwright_gitwrite as gitwrite;
use tagwright_markers as markers;

use crate::automation::Spec;
use crate::decide::edit_file;
use crate::edit::Edited;
use crate::error::Error;
use crate::facts::Wanted;
use crate::place::Branch;
use crate::plan::Plan;
use crate::problem::{Problem, ProblemKind};
use crate::scan::Scan;
use crate::{commit_message, diff, trailer};

/// The largest file that is looked at; the largest marked one known in public repositories has 30 kB.
pub(crate) const MAX_FILE_BYTES: u64 = 16 << 20;

/// A plan with what applies it at once.
pub(crate) struct Draft {
    pub(crate) plan: Plan,
    pub(crate) snapshot: Snapshot,
    pub(crate) changes: Vec<Change>,
    /// What has to be known before the plan counts.
    pub(crate) wanted: BTreeSet<Wanted>,
}

/// A draft without what it was made on.
pub(crate) struct Sketch {
    pub(crate) plan: Plan,
    pub(crate) changes: Vec<Change>,
    pub(crate) wanted: BTreeSet<Wanted>,
}

/// Fetches the branch, visits its files and decides every marker.
pub(crate) fn draft(
    spec: &Spec,
    branch: &Branch,
    scan: &Scan,
    control: &Control,
) -> Result<Draft, Error> {
    let snapshot = snapshot(branch, control)?;
    let Sketch {
        plan,
        changes,
        wanted,
    } = draft_on(spec, branch, scan, &snapshot, control)?;
    Ok(Draft {
        plan,
        snapshot,
        changes,
        wanted,
    })
}

/// The same on a snapshot that is made.
pub(crate) fn draft_on(
    spec: &Spec,
    branch: &Branch,
    scan: &Scan,
    snapshot: &Snapshot,
    control: &Control,
) -> Result<Sketch, Error> {
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
        wanted: BTreeSet::new(),
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
        mut plan,
        changes,
        wanted,
        ..
    } = drafter;
    if !wanted.is_empty() {
        return Ok(Sketch {
            plan,
            changes,
            wanted,
        });
    }
    let place = format!("on {}", branch.checkout);
    plan.problems.extend(folders.problems(&place));
    for problem in plan.problems.iter().skip(scan.problems.len()) {
        tracing::warn!(%problem, "not all of it");
    }
    if !plan.is_empty() {
        plan.message = Some(commit_message::render(spec, branch, &plan)?);
        plan.trailers = trailer::lines(&spec.trailers, &plan);
    }
    tracing::info!(edits = plan.edits.len(), problems = plan.problems.len(), base = %plan.base, "planned");
    Ok(Sketch {
        plan,
        changes,
        wanted,
    })
}

pub(crate) fn snapshot(branch: &Branch, control: &Control) -> Result<Snapshot, Error> {
    let remote = branch.remote.current();
    let reference = branch.checkout.resolve(&remote, control)?;
    let snapshot = remote
        .snapshot(&reference, control)
        .map_err(Error::repository)?;
    branch.check_at(&snapshot.commit_id().to_string())?;
    Ok(snapshot)
}

struct Drafter<'a> {
    scan: &'a Scan,
    syntax: Syntax,
    plan: Plan,
    changes: Vec<Change>,
    wanted: BTreeSet<Wanted>,
}

impl Drafter<'_> {
    fn visit(&mut self, entry: &Entry<'_>) -> ControlFlow<()> {
        match entry.content {
            Content::Bytes(bytes) if markers::may_hold_marker(bytes, &self.syntax) => {
                self.edit(entry.path, bytes);
            }
            Content::Bytes(_) => {}
            Content::TooLarge(size) => {
                let skipped =
                    format!("not looked at: it has {size} bytes, more than {MAX_FILE_BYTES}");
                let problem = Problem::warning(entry.path, skipped);
                self.plan.problems.push(problem.of(ProblemKind::File));
            }
        }
        ControlFlow::Continue(())
    }

    fn edit(&mut self, file: &str, bytes: &[u8]) {
        let edited = edit_file(self.scan, &self.syntax, file, bytes);
        match (edited, TreePath::new(file)) {
            (Ok(edited), Ok(path)) => self.take(file, path, bytes, edited),
            (Err(error), _) => self.fail(Problem::error(file, error)),
            (_, Err(error)) => self.fail(Problem::error(file, error)),
        }
    }

    fn fail(&mut self, problem: Problem) {
        self.plan.problems.push(problem.of(ProblemKind::File));
    }

    fn take(&mut self, file: &str, path: TreePath, old: &[u8], edited: Edited) {
        self.plan.edits.extend(edited.edits);
        self.plan.outcomes.extend(edited.outcomes);
        self.plan.problems.extend(edited.problem);
        self.wanted.extend(edited.wanted);
        if let Some(content) = edited.content {
            self.plan.diff += &diff::unified(file, old, &content);
            self.changes.push(Change::write(path, content));
        }
    }
}
