//! Doing what a plan says, exactly that, or nothing.

use gitwrite::{Change, CommitSpec, Committed, Control, PushOutcome, Snapshot};
use tagwright_gitwrite as gitwrite;

use crate::automation::Spec;
use crate::draft::snapshot;
use crate::error::{Error, ErrorKind};
use crate::find_again::find_again;
use crate::place::Branch;
use crate::plan::Plan;
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

/// The planned edits in the snapshot's files.
fn changes(
    spec: &Spec,
    snapshot: &Snapshot,
    plan: &Plan,
    reviewed: &Reviewed<'_>,
) -> Result<Result<Vec<Change>, Stale>, Error> {
    let mut changes = Vec::new();
    let found = find_again(
        spec,
        reviewed,
        |file| snapshot.read(file).map_err(Error::repository),
        |path, _, content| changes.push(Change::write(path, content)),
    );
    match found? {
        Err(stale) => Ok(Err(stale)),
        Ok(shown) if snapshot.commit_id().to_string() == plan.base() && shown != plan.diff() => {
            Err(altered("its diff is not what its edits do"))
        }
        Ok(_) => Ok(Ok(changes)),
    }
}
