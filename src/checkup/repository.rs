//! Repositories, and whether they may be pushed to.

use std::sync::Arc;

use gitwrite::{Control, ErrorKind, ObjectId, Remote};
use tagwright_gitwrite as gitwrite;

use super::{Check, CheckKind};
use crate::error::Error;
use crate::offload::offload;
use crate::place::Branch;

/// Each repository with each of its checkouts.
pub(super) async fn checks(branches: &[&Arc<Branch>]) -> Vec<Check> {
    let mut asked: Vec<&Arc<Branch>> = Vec::new();
    let mut checks = Vec::new();
    for branch in branches {
        if asked.iter().any(|known| is_same(known, branch)) {
            continue;
        }
        asked.push(branch);
        checks.extend(check(branch).await);
    }
    checks
}

fn is_same(one: &Branch, other: &Branch) -> bool {
    one.remote.is_same(&other.remote) && one.checkout.to_string() == other.checkout.to_string()
}

/// Where the repository is not reached, a push is not tried.
async fn check(branch: &Arc<Branch>) -> Vec<Check> {
    let url = branch.remote.to_string();
    if let Err(lack) = branch.refresh().await {
        return vec![Check::failed(CheckKind::Repository, url, lack)];
    }
    let reached = look(branch).await;
    let may_try = match &reached {
        Ok(_) => true,
        Err(error) => error
            .git()
            .is_none_or(|git| git.kind() == ErrorKind::RefNotFound),
    };
    let told = reached.map_err(|error| error.to_string());
    let mut checks = vec![Check::of(CheckKind::Repository, &url, told)];
    if may_try {
        checks.push(Check::of(CheckKind::Push, url, push(branch).await));
    }
    checks
}

async fn look(branch: &Arc<Branch>) -> Result<String, Error> {
    let remote = branch.remote.current();
    let known = Arc::clone(branch);
    let (name, id) = offload(branch.git_timeout, move |control| {
        tip(&known, &remote, control)
    })
    .await?;
    let id: String = id.to_string().chars().take(12).collect();
    Ok(format!("{name} is at {id}"))
}

fn tip(branch: &Branch, remote: &Remote, control: &Control) -> Result<(String, ObjectId), Error> {
    let reference = branch.checkout.resolve(remote, control)?;
    let name = match reference.branch_name() {
        Some(branch) => branch.to_owned(),
        None => reference.to_string(),
    };
    let tip = remote.tip(&reference, control).map_err(Error::repository)?;
    let missing = || {
        let message = format!("it has no {name}; push it, or correct the name");
        Error::new(crate::ErrorKind::Repository, message)
    };
    Ok((name.clone(), tip.ok_or_else(missing)?))
}

async fn push(branch: &Branch) -> Result<String, String> {
    let remote = branch.remote.current();
    let tried = offload(branch.git_timeout, move |control| {
        remote.try_push(control).map_err(Error::repository)
    });
    match tried.await {
        Ok(None) => Ok(
            "these credentials may; rules of branches and hooks are seen by a push alone"
                .to_owned(),
        ),
        Ok(Some(rejection)) => Err(format!(
            "{rejection}; give these credentials the right to push, or others"
        )),
        Err(error) => Err(error.to_string()),
    }
}
