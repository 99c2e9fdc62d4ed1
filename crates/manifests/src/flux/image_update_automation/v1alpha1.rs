//! The fields of `v1alpha1`, as those that took their place.

use std::time::Duration;

use super::{Commit, Git, SourceRef, Update};
use crate::fields::Fields;
use crate::flux::GitRef;
use crate::flux::interval::duration;

const AUTHOR: &str = "author: {name: ..., email: ...}";

/// Whether the source and the commit stand where `v1alpha1` has them.
pub(super) fn is_written(spec: &mut Fields<'_>) -> bool {
    let old = ["checkout", "commit"].map(|name| spec.get(name).is_some());
    old.contains(&true) && spec.get("git").is_none()
}

/// `spec.checkout`, `spec.commit` and `spec.push`.
pub(super) fn source_and_git(spec: &mut Fields<'_>) -> (Option<SourceRef>, Option<Git>) {
    spec.moved("checkout", "sourceRef and git.checkout.ref");
    spec.moved("commit", "git.commit");
    spec.moved("push", "git.push");
    let (source_ref, checkout_ref) = checkout(spec).unzip();
    let git = Git {
        checkout_ref: checkout_ref.flatten(),
        commit: commit(spec).unwrap_or_default(),
        push: spec.fields("push").map(super::push),
    };
    (source_ref, Some(git))
}

fn checkout(spec: &mut Fields<'_>) -> Option<(SourceRef, Option<GitRef>)> {
    let mut checkout =
        spec.required_fields("checkout", "{gitRepositoryRef: {name: flux-system}}")?;
    let source_ref = SourceRef {
        kind: "GitRepository".to_owned(),
        name: checkout.required_name_in("gitRepositoryRef", "flux-system"),
        namespace: None,
    };
    let branch = checkout.text("branch").map(|branch| GitRef {
        branch: Some(branch),
        ..GitRef::default()
    });
    checkout.finish();
    Some((source_ref, branch))
}

fn commit(spec: &mut Fields<'_>) -> Option<Commit> {
    let example = "{authorName: bot, authorEmail: bot@example.com}";
    let mut commit = spec.required_fields("commit", example)?;
    let (author_name, author_email) = author(&mut commit);
    let found = Commit {
        author_name,
        author_email,
        message_template: super::template(&mut commit),
        signing_key: commit.fields("signingKey").map(super::signing_key),
        ..Commit::default()
    };
    commit.finish();
    Some(found)
}

/// Whether the author stands flat in the commit, as in the first `v1alpha2` too.
pub(super) fn is_author_flat(commit: &mut Fields<'_>) -> bool {
    let flat = ["authorName", "authorEmail"].map(|name| commit.get(name).is_some());
    flat.contains(&true) && commit.get("author").is_none()
}

pub(super) fn author(commit: &mut Fields<'_>) -> (Option<String>, String) {
    commit.moved("authorName", AUTHOR);
    commit.moved("authorEmail", AUTHOR);
    let name = commit.text("authorName");
    (name, commit.required_text("authorEmail", "bot@example.com"))
}

pub(super) fn interval(spec: &mut Fields<'_>) -> Option<Duration> {
    spec.moved("minimumRunInterval", "interval");
    duration(spec, "minimumRunInterval")
}

/// `spec.update.setters`, of the releases before the strategy had a name.
pub(super) fn setters(mut update: Fields<'_>) -> Option<Update> {
    update.moved("setters", "strategy: Setters, and path");
    let mut setters = update.fields("setters")?;
    let mut paths = setters.texts("paths").unwrap_or_default();
    if paths.len() > 1 {
        let message = "more than one path; write an automation for each".to_owned();
        setters.error_here("paths", message);
    }
    setters.finish();
    update.finish();
    Some(Update {
        path: paths.pop(),
        ..Update::default()
    })
}

/// What a newer version passes over.
pub(super) fn report_unused(spec: &mut Fields<'_>) {
    spec.gone("checkout", "sourceRef and git.checkout.ref");
    spec.gone("commit", "git.commit");
    spec.gone("push", "git.push");
}

/// The same in `spec.git.commit`.
pub(super) fn report_flat_author(commit: &mut Fields<'_>) {
    commit.gone("authorName", AUTHOR);
    commit.gone("authorEmail", AUTHOR);
}
