//! From a directory and what the policies chose to a plan, and the new bytes beside it.

use std::collections::BTreeSet;

use std::io;

use markers::Syntax;
use tagwright_gitwrite::Control;
use tagwright_markers as markers;

use super::fingerprint::Fingerprint;
use super::replace::Replacement;
use super::root::Root;
use super::temporary;
use super::walk::{Walk, Walked};
use crate::automation::Spec;
use crate::decide::edit_file;
use crate::diff;
use crate::draft::MAX_FILE_BYTES;
use crate::edit::Edited;
use crate::error::{Error, ErrorKind};
use crate::facts::Wanted;
use crate::offload::cancelled;
use crate::path::Visit;
use crate::place::Directory;
use crate::plan::Plan;
use crate::problem::{Problem, ProblemKind};
use crate::scan::Scan;

/// A plan with what applies it at once.
pub(crate) struct Draft {
    pub(crate) plan: Plan,
    pub(crate) root: Root,
    pub(crate) files: Vec<Replacement>,
    /// Temporary files that a killed process left behind.
    pub(crate) leftovers: Vec<String>,
    /// What has to be known before the plan counts.
    pub(crate) wanted: BTreeSet<Wanted>,
}

/// A file with markers, or why it cannot be edited.
type Seen = Result<Marked, markers::Error>;

struct Marked {
    edited: Edited,
    diff: String,
    old: Fingerprint,
}

/// Walks the directory and decides every marker.
pub(crate) fn draft(
    spec: &Spec,
    directory: &Directory,
    scan: &Scan,
    control: &Control,
) -> Result<Draft, Error> {
    let root = directory.open()?;
    let folders = spec.folders.visit();
    let Walked {
        found,
        problems,
        leftovers,
    } = walk(&folders, &root, scan, control)?;
    let mut plan = Plan::new(spec.full_name(), directory.target(), String::new());
    plan.selections.clone_from(&scan.selections);
    plan.problems.clone_from(&scan.problems);
    plan.problems.extend(problems);
    let (mut files, mut wanted) = (Vec::new(), BTreeSet::new());
    for (path, seen) in found {
        match seen {
            Ok(marked) => {
                wanted.extend(marked.edited.wanted.iter().cloned());
                files.extend(take(&mut plan, path, marked));
            }
            Err(error) => {
                let problem = Problem::error(path, error).of(ProblemKind::File);
                plan.problems.push(problem);
            }
        }
    }
    plan.base = base(&files);
    let place = format!("in {}", root.path());
    plan.problems.extend(folders.problems(&place));
    for problem in plan.problems.iter().skip(scan.problems.len()) {
        tracing::warn!(%problem, "not all of it");
    }
    tracing::info!(edits = plan.edits.len(), problems = plan.problems.len(), base = %plan.base, "planned");
    Ok(Draft {
        plan,
        root,
        files,
        leftovers,
        wanted,
    })
}

/// What the files that a plan edits looked like.
pub(super) fn base(files: &[Replacement]) -> String {
    let files = files.iter().map(|file| (&*file.path, file.old));
    Fingerprint::of_all(files).to_string()
}

fn walk(
    folders: &Visit<'_>,
    root: &Root,
    scan: &Scan,
    control: &Control,
) -> Result<Walked<Seen>, Error> {
    let syntax = scan.choices.syntax();
    let failed = |error| walk_failed(root, &error);
    let walked = Walk {
        root,
        folders,
        most_bytes: MAX_FILE_BYTES,
        leftover: &temporary::prefix(root).map_err(failed)?,
        is_cancelled: &|| control.is_cancelled(),
        see: |path: &str, bytes: &[u8]| see(scan, &syntax, path, bytes),
    }
    .run()
    .map_err(failed)?;
    if control.is_cancelled() {
        return Err(cancelled());
    }
    Ok(walked)
}

pub(crate) fn walk_failed(root: &Root, error: &io::Error) -> Error {
    let message = format!("the directory {} cannot be read: {error}", root.path());
    Error::new(ErrorKind::Directory, message)
}

/// A file's edits; none where it holds no marker.
fn see(scan: &Scan, syntax: &Syntax, path: &str, bytes: &[u8]) -> Option<Seen> {
    if !markers::may_hold_marker(bytes, syntax) {
        return None;
    }
    Some(edit_file(scan, syntax, path, bytes).map(|edited| {
        let content = edited.content.as_ref();
        Marked {
            diff: content.map_or_else(String::new, |new| diff::unified(path, bytes, new)),
            old: Fingerprint::of(bytes),
            edited,
        }
    }))
}

fn take(plan: &mut Plan, path: String, marked: Marked) -> Option<Replacement> {
    let Marked { edited, diff, old } = marked;
    plan.edits.extend(edited.edits);
    plan.outcomes.extend(edited.outcomes);
    plan.problems.extend(edited.problem);
    plan.diff += &diff;
    let new = edited.content?;
    Some(Replacement { path, old, new })
}
