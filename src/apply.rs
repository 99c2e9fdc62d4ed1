//! Doing what a plan says, exactly that, or nothing.

use gitwrite::{Change, CommitSpec, Committed, Control, PushOutcome, Snapshot, TreePath};
use markers::{Decision, Marker, Syntax};
use tagwright_gitwrite as gitwrite;
use tagwright_markers as markers;

use crate::automation::Spec;
use crate::choices::syntax;
use crate::diff;
use crate::draft::snapshot;
use crate::edit::{edit, object};
use crate::error::{Error, ErrorKind};
use crate::place::Branch;
use crate::plan::{Edit, Plan};
use crate::report::{Applied, Pushed, Stale};
use crate::review::{Reviewed, altered, review};

/// Applies a plan to the tip of its branch, whether that is the plan's base or newer.
pub(crate) fn apply(
    spec: &Spec,
    branch: &Branch,
    plan: &Plan,
    control: &Control,
) -> Result<Applied, Error> {
    if plan.is_empty() {
        return Ok(Applied::NothingToDo);
    }
    let reviewed = review(spec, plan)?;
    let text = (reviewed.message.unwrap_or_default(), plan.trailers());
    let snapshot = snapshot(branch, control)?;
    match changes(spec, &snapshot, plan, &reviewed)? {
        Ok(changes) => push(branch, &snapshot, &changes, text, control),
        Err(stale) => Ok(Applied::Stale(stale)),
    }
}

/// One commit and one push, leased on what the snapshot saw.
pub(crate) fn push(
    branch: &Branch,
    snapshot: &Snapshot,
    changes: &[Change],
    (message, trailers): (&str, &[String]),
    control: &Control,
) -> Result<Applied, Error> {
    let commit_spec = commit_spec(branch, message, trailers).map_err(Error::repository)?;
    let commit_spec = match &branch.signer {
        Some(signer) => signer.sign(commit_spec),
        None => commit_spec,
    };
    let commit = match snapshot
        .commit(changes, &commit_spec)
        .map_err(Error::repository)?
    {
        Committed::Commit(commit) => commit,
        Committed::Unchanged => return Ok(Applied::NothingToDo),
    };
    match commit
        .push(&branch.push, control)
        .map_err(Error::repository)?
    {
        PushOutcome::Pushed {
            id,
            branch,
            refused,
        } => Ok(Applied::Pushed(Pushed {
            commit: id.to_string(),
            branch,
            refused: refused.iter().map(ToString::to_string).collect(),
        })),
        PushOutcome::UpToDate => Ok(Applied::NothingToDo),
        PushOutcome::Stale { .. } => {
            let reason = format!("{} of {} moved meanwhile", branch.push_to, branch.remote);
            Ok(Applied::Stale(Stale { reason }))
        }
        PushOutcome::Rejected(rejection) => Err(Error::new(
            ErrorKind::Rejected,
            format!(
                "the push to {} of {} was refused: {rejection}",
                branch.push_to, branch.remote
            ),
        )),
        _ => Err(Error::new(
            ErrorKind::Repository,
            "the push ended in a way that this version does not know",
        )),
    }
}

fn commit_spec(
    branch: &Branch,
    message: &str,
    trailers: &[String],
) -> Result<CommitSpec, gitwrite::Error> {
    let spec = CommitSpec::new(branch.author.clone(), message)?;
    trailers.iter().try_fold(spec, |spec, line| {
        let (key, value) = line.split_once(": ").unwrap_or((line, ""));
        spec.trailer(key, value)
    })
}

/// The planned edits, found again in the snapshot's files; `Stale` names the first that is not there any more.
fn changes(
    spec: &Spec,
    snapshot: &Snapshot,
    plan: &Plan,
    reviewed: &Reviewed<'_>,
) -> Result<Result<Vec<Change>, Stale>, Error> {
    let mut changes = Vec::new();
    let mut shown = String::new();
    for (file, edits) in &reviewed.files {
        let path = TreePath::new(*file).map_err(altered)?;
        let Some(bytes) = snapshot.read(file).map_err(Error::repository)? else {
            let reason = format!("{path} is gone");
            return Ok(Err(Stale { reason }));
        };
        match again(&bytes, &syntax(spec.dialect), edits) {
            Ok(content) => {
                shown += &diff::unified(file, &bytes, &content);
                changes.push(Change::write(path, content));
            }
            Err(stale) => return Ok(Err(stale)),
        }
    }
    if snapshot.commit_id().to_string() == plan.base() && shown != plan.diff() {
        return Err(altered("its diff is not what its edits do"));
    }
    Ok(Ok(changes))
}

/// The file with exactly these edits.
pub(crate) fn again(bytes: &[u8], syntax: &Syntax, planned: &[&Edit]) -> Result<Vec<u8>, Stale> {
    let mut open = planned.to_vec();
    let edited = edit(
        planned[0].file(),
        bytes,
        syntax,
        |marker, old| as_planned(&mut open, marker, old),
        str::to_owned,
    );
    let stale = |reason| Stale { reason };
    let edited = edited.map_err(|error| stale(format!("{}: {error}", planned[0].file())))?;
    let missing = |edit: &Edit| {
        stale(format!(
            "{}: {} is no longer '{}' for {}",
            edit.file, edit.field, edit.old, edit.setter
        ))
    };
    match open.first() {
        Some(edit) => Err(missing(edit)),
        None => edited.content.ok_or_else(|| missing(planned[0])),
    }
}

/// Sets what the plan says for this marker and this old value, and leaves every other marker alone.
fn as_planned(open: &mut Vec<&Edit>, marker: &Marker, old: &str) -> Decision {
    let found = open.iter().position(|edit| {
        edit.setter == marker.setter()
            && edit.old == old
            && edit.field == marker.field()
            && edit.object == object(marker.object())
    });
    match found {
        Some(index) => Decision::Set(open.remove(index).new.clone()),
        None => Decision::Withhold("not in the plan".to_owned()),
    }
}
