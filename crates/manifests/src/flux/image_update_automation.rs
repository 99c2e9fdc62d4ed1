//! `ImageUpdateAutomation`: what to write to which Git repository.

mod v1alpha1;

use std::collections::BTreeMap;
use std::time::Duration;

use super::git_repository::{GitRef, git_ref};
use super::interval::interval;
use crate::fields::Fields;
use crate::meta::metadata;
use crate::report::Report;
use crate::selector::{LabelSelector, label_selector};
use crate::source::is_alpha;
use crate::yaml::Node;
use crate::{Metadata, Subject};

/// Which repository to update, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImageUpdateAutomation {
    /// Name, namespace, labels and place.
    pub meta: Metadata,
    /// The repository to write.
    pub source_ref: SourceRef,
    /// `spec.interval` between runs.
    pub interval: Option<Duration>,
    /// What to check out, commit and push.
    pub git: Git,
    /// Which files to update.
    pub update: Update,
    /// Which policies take part, by their labels; `None` is all of the namespace.
    pub policy_selector: Option<LabelSelector>,
    /// Whether the automation is suspended.
    pub suspend: bool,
}

/// A source, which is a [`GitRepository`](super::GitRepository) always.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct SourceRef {
    /// `GitRepository`.
    pub kind: String,
    /// The source's name.
    pub name: String,
    /// The source's namespace; `None` means that of the automation.
    pub namespace: Option<String>,
}

/// `spec.git`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Git {
    /// `checkout.ref`; `None` means the `ref` of the source.
    pub checkout_ref: Option<GitRef>,
    /// How to commit.
    pub commit: Commit,
    /// Where to push; `None` means the branch that was checked out.
    pub push: Option<Push>,
}

/// `spec.git.commit`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Commit {
    /// `author.name`.
    pub author_name: Option<String>,
    /// `author.email`.
    pub author_email: String,
    /// A Go template, not parsed; `None` is Flux's default message.
    pub message_template: Option<String>,
    /// What the template sees as `.Values`.
    pub message_template_values: BTreeMap<String, String>,
    /// The key that signs commits.
    pub signing_key: Option<SigningKey>,
}

/// `spec.git.commit.signingKey`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct SigningKey {
    /// The Secret with the key, in the same namespace.
    pub secret_ref: String,
    /// What kind of key it is.
    pub key_type: SigningKeyType,
}

/// The kind of a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum SigningKeyType {
    /// `OpenPGP`, under the Secret's key `git.asc`.
    #[default]
    Gpg,
    /// SSH, under the Secret's key `identity`.
    Ssh,
}

/// `spec.git.push`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Push {
    /// The branch to push to.
    pub branch: Option<String>,
    /// A refspec to push besides the branch.
    pub refspec: Option<String>,
    /// Push options, as `ci.skip` in `git push -o ci.skip`.
    pub options: BTreeMap<String, String>,
}

/// `spec.update`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Update {
    /// The folder to update, as it is written; `None` is the whole repository.
    pub path: Option<String>,
    /// How values are found.
    pub strategy: UpdateStrategy,
}

/// `spec.update.strategy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum UpdateStrategy {
    /// By marker comments.
    #[default]
    Setters,
}

pub(super) fn read(
    report: &Report<'_>,
    path: String,
    node: &Node,
) -> Option<ImageUpdateAutomation> {
    let mut object = Fields::new(report, path, node)?;
    let meta = metadata(&mut object, "ImageUpdateAutomation");
    let mut spec = object.fields_of_base("spec", "{interval: 30m}")?;
    let alpha = is_alpha(node);
    let (source_ref, git) = if alpha && v1alpha1::is_written(&mut spec) {
        v1alpha1::source_and_git(&mut spec)
    } else {
        v1alpha1::report_unused(&mut spec);
        (source_ref(&mut spec), git(&mut spec, alpha))
    };
    let interval = if alpha && spec.get("minimumRunInterval").is_some() {
        v1alpha1::interval(&mut spec)
    } else {
        interval(&mut spec)
    };
    let found = ImageUpdateAutomation {
        meta,
        source_ref: source_ref.unwrap_or_default(),
        interval,
        git: git.unwrap_or_default(),
        update: update(&mut spec, alpha).unwrap_or_default(),
        policy_selector: spec.fields("policySelector").map(label_selector),
        suspend: spec.flag("suspend"),
    };
    spec.finish();
    object.finish();
    Some(found)
}

fn source_ref(spec: &mut Fields<'_>) -> Option<SourceRef> {
    let example = "{kind: GitRepository, name: flux-system}";
    let mut reference = spec.fields_of_base("sourceRef", example)?;
    reference.known(&["apiVersion"]);
    // The API server fills it in when it is absent.
    let kind = reference.one_of("kind", &[("GitRepository", "GitRepository")]);
    let name = reference.required_text("name", "flux-system");
    let namespace = reference.text("namespace");
    reference.finish();
    Some(SourceRef {
        kind: kind.unwrap_or("GitRepository").to_owned(),
        name,
        namespace,
    })
}

fn git(spec: &mut Fields<'_>, alpha: bool) -> Option<Git> {
    let mut git = spec.fields_of_base("git", COMMIT_EXAMPLE)?;
    let commit = commit(&mut git, alpha);
    let checkout_ref = git.fields("checkout").and_then(checkout);
    let push = git.fields("push").map(push);
    git.finish();
    Some(Git {
        checkout_ref,
        commit: commit.unwrap_or_default(),
        push,
    })
}

const COMMIT_EXAMPLE: &str = "{commit: {author: {email: bot@example.com}}}";

fn checkout(mut fields: Fields<'_>) -> Option<GitRef> {
    let reference = fields.required_fields("ref", "{branch: main}").map(git_ref);
    fields.finish();
    reference
}

fn commit(git: &mut Fields<'_>, alpha: bool) -> Option<Commit> {
    let mut commit = git.required_fields("commit", "{author: {email: bot@example.com}}")?;
    let author = if alpha && v1alpha1::is_author_flat(&mut commit) {
        Some(v1alpha1::author(&mut commit))
    } else {
        v1alpha1::report_flat_author(&mut commit);
        author(&mut commit)
    };
    let message_template = template(&mut commit);
    let message_template_values = commit.text_map("messageTemplateValues");
    let signing_key = commit.fields("signingKey").map(signing_key);
    commit.finish();
    let (author_name, author_email) = author.unwrap_or_default();
    Some(Commit {
        author_name,
        author_email,
        message_template,
        message_template_values,
        signing_key,
    })
}

/// A Go template.
pub(crate) fn template(commit: &mut Fields<'_>) -> Option<String> {
    let template = commit.text("messageTemplate")?;
    commit.judge("messageTemplate", Subject::Template(&template));
    Some(template)
}

fn author(commit: &mut Fields<'_>) -> Option<(Option<String>, String)> {
    let mut author = commit.required_fields("author", "{email: bot@example.com}")?;
    let name = author.text("name");
    let email = author.required_text("email", "bot@example.com");
    author.finish();
    Some((name, email))
}

pub(crate) const KEY_TYPES: &[(&str, SigningKeyType)] =
    &[("gpg", SigningKeyType::Gpg), ("ssh", SigningKeyType::Ssh)];

fn signing_key(mut fields: Fields<'_>) -> SigningKey {
    let secret_ref = fields.required_name_in("secretRef", "signing-key");
    let key_type = fields.one_of("type", KEY_TYPES).unwrap_or_default();
    fields.finish();
    SigningKey {
        secret_ref,
        key_type,
    }
}

pub(crate) fn push(mut fields: Fields<'_>) -> Push {
    let found = Push {
        branch: fields.text("branch"),
        refspec: refspec(&mut fields),
        options: fields.text_map("options"),
    };
    fields.finish();
    found
}

/// Flux refuses refspecs that force or delete.
fn refspec(push: &mut Fields<'_>) -> Option<String> {
    let (refspec, at) = push.text_at("refspec")?;
    if refspec.starts_with(['+', ':']) {
        let message = "a refspec that forces (+) or deletes (:) is not accepted; \
                       write for example refs/heads/main:refs/heads/auto";
        push.error(at, "refspec", message.to_owned());
    }
    Some(refspec.to_owned())
}

fn update(spec: &mut Fields<'_>, alpha: bool) -> Option<Update> {
    let mut fields = spec.fields("update")?;
    if alpha && fields.get("setters").is_some() {
        return v1alpha1::setters(fields);
    }
    let found = Update {
        path: fields.text("path"),
        strategy: fields
            .one_of("strategy", &[("Setters", UpdateStrategy::Setters)])
            .unwrap_or_default(),
    };
    fields.finish();
    Some(found)
}
