//! `targets`: what is written.

use std::time::Duration;

use super::{Commit, Names, commit, secret_ref};
use crate::fields::Fields;
use crate::flux::{GIT, Provider, Push, push};
use crate::login::login;
use crate::yaml::Position;
use crate::{Location, ObjectRef};

/// A branch or a directory whose files are updated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// The name, for messages.
    pub name: String,
    /// The place of the entry.
    pub location: Location,
    /// Where the files are.
    pub place: Place,
    /// `path` of the folder to update, as it is written; `None` is all.
    pub path: Option<String>,
    /// `policies` that take part, by their names; `None` is all.
    pub policies: Option<Vec<String>>,
    /// `interval` between runs.
    pub interval: Option<Duration>,
    /// `suspend`: whether the target is left alone.
    pub suspend: bool,
}

/// Where the files of a [`Target`] are; one of these is given.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// `repository`: a branch of a Git repository.
    Branch(Box<Branch>),
    /// `directory`: a folder of this machine, whose files are edited in place
    /// and not committed.
    Directory(String),
}

/// A branch of a Git repository, and how to commit to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Branch {
    /// `repository`, the URL; it holds no password.
    pub repository: String,
    /// `secret` with credentials.
    pub secret: Option<ObjectRef>,
    /// `proxySecret` with a proxy's address.
    pub proxy_secret: Option<ObjectRef>,
    /// `provider`: whose identity of the machine logs in.
    pub provider: Provider,
    /// `branch` to read, and to push to unless `push` says otherwise.
    pub branch: String,
    /// `push`: where to push.
    pub push: Option<Push>,
    /// `push.branchTemplate`: a branch for each policy, or for each group of
    /// them, in place of the one.
    pub branch_template: Option<String>,
    /// `commit`: how to commit.
    pub commit: Commit,
    /// `timeout` of the Git work of one attempt.
    pub timeout: Option<Duration>,
}

pub(super) fn read(
    policies: &Names<'_>,
    name: &str,
    at: Position,
    mut fields: Fields<'_>,
) -> Target {
    policies.check_list(&mut fields, "policies");
    let place = place(&mut fields);
    let found = Target {
        name: name.to_owned(),
        location: fields.report().location(at),
        place: place.unwrap_or_else(|| Place::Directory(String::new())),
        path: fields.text("path"),
        policies: fields.texts("policies"),
        interval: fields.duration("interval"),
        suspend: fields.flag("suspend"),
    };
    fields.finish();
    found
}

fn place(fields: &mut Fields<'_>) -> Option<Place> {
    let repository = fields.get("repository").is_some();
    let directory = fields.get("directory").map(|node| node.at);
    match (repository, directory) {
        (true, None) => Some(Place::Branch(Box::new(branch(fields)))),
        (false, Some(_)) => {
            refuse_git_fields(fields);
            fields.text("directory").map(Place::Directory)
        }
        (true, Some(at)) => {
            let message = "repository is given already; write two targets".to_owned();
            fields.error(at, "directory", message);
            Some(Place::Branch(Box::new(branch(fields))))
        }
        (false, None) => {
            let message = "nowhere to write; add repository: URL, or directory: PATH".to_owned();
            fields.error_here("", message);
            fields.known(OF_GIT);
            None
        }
    }
}

/// What a directory, which is edited and no more, does not need.
const OF_GIT: &[&str] = &[
    "branch",
    "commit",
    "provider",
    "proxySecret",
    "push",
    "secret",
    "timeout",
];

fn refuse_git_fields(fields: &mut Fields<'_>) {
    for name in OF_GIT {
        if let Some(node) = fields.get(name) {
            let message = "means nothing for a directory; remove it, or write repository: URL";
            fields.error(node.at, name, message.to_owned());
        }
    }
}

fn branch(fields: &mut Fields<'_>) -> Branch {
    let commit = fields.fields("commit").map(commit::read);
    if commit.is_none() && fields.get("commit").is_none() {
        fields.missing("commit", "{author: {email: bot@example.com}}");
    }
    let (push, branch_template) = pushes(fields);
    Branch {
        repository: repository(fields),
        secret: secret_ref(fields, "secret"),
        proxy_secret: secret_ref(fields, "proxySecret"),
        provider: fields.one_of("provider", GIT).unwrap_or_default(),
        branch: fields.required_text("branch", "main"),
        push,
        branch_template,
        commit: commit.unwrap_or_default(),
        timeout: fields.duration("timeout"),
    }
}

/// `push` as in Flux, with a template that stands in place of its branch.
fn pushes(fields: &mut Fields<'_>) -> (Option<Push>, Option<String>) {
    let Some(mut fields) = fields.fields("push") else {
        return (None, None);
    };
    let template = fields.text_at("branchTemplate");
    if let (Some((_, at)), true) = (template, fields.get("branch").is_some()) {
        let message = "branch is given already; remove one".to_owned();
        fields.error(at, "branchTemplate", message);
    }
    let template = template.map(|(template, _)| template.to_owned());
    (Some(push(fields)), template)
}

/// The URL is never shown in a problem: it may hold a password.
fn repository(fields: &mut Fields<'_>) -> String {
    let Some((url, at)) = fields.text_at("repository") else {
        return String::new();
    };
    if let Some(part) = login(url) {
        let message = format!("holds {part}; move it into a Secret, and name that under secret");
        fields.error(at, "repository", message);
        return String::new();
    }
    url.to_owned()
}
