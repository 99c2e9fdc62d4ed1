//! `create update`.

use std::time::Duration;

use clap::{Args, ValueEnum};
use tagwright::manifests::flux::{GitRef, ImageUpdateAutomation, Push, SigningKey, SigningKeyType};

use super::meta::{Meta, duration};
use crate::failure::Failure;

/// An `ImageUpdateAutomation`: which repository is written, and how
#[derive(Debug, Args)]
pub(super) struct Update {
    #[command(flatten)]
    meta: Meta,
    /// The name of the `GitRepository`
    #[arg(long, value_name = "NAME")]
    git_repo_ref: String,
    /// Its namespace, where it is another one
    #[arg(long, value_name = "NAME")]
    git_repo_namespace: Option<String>,
    /// The folder whose manifests are updated; the whole repository where it is not given
    #[arg(long, visible_alias = "path", value_name = "PATH")]
    git_repo_path: Option<String>,
    /// The branch that is read
    #[arg(long, visible_alias = "branch", value_name = "BRANCH")]
    checkout_branch: String,
    /// The branch that is pushed to; the one that is read where it is not given
    #[arg(long, value_name = "BRANCH")]
    push_branch: Option<String>,
    /// The commit message, a Go template
    #[arg(long, visible_alias = "message", value_name = "TEMPLATE")]
    commit_template: Option<String>,
    /// The author's name
    #[arg(long, value_name = "NAME")]
    author_name: String,
    /// The author's email address
    #[arg(long, value_name = "ADDRESS")]
    author_email: String,
    /// The Secret with the key that signs commits
    #[arg(long, value_name = "NAME")]
    signing_key_secret: Option<String>,
    /// What kind of key it is; gpg where it is not given
    #[arg(long, value_name = "KIND", requires = "signing_key_secret")]
    signing_key_type: Option<KeyType>,
    /// How often it runs
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = duration)]
    interval: Duration,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KeyType {
    Gpg,
    Ssh,
}

impl Update {
    #[allow(clippy::unnecessary_wraps, reason = "the shape of the others")]
    pub(super) fn yaml(self) -> Result<String, Failure> {
        let mut object = ImageUpdateAutomation::default();
        object.meta = self.meta.metadata();
        "GitRepository".clone_into(&mut object.source_ref.kind);
        object.source_ref.name = self.git_repo_ref;
        object.source_ref.namespace = self.git_repo_namespace;
        object.interval = Some(self.interval);
        let mut checkout = GitRef::default();
        checkout.branch = Some(self.checkout_branch);
        object.git.checkout_ref = Some(checkout);
        object.git.commit.author_name = Some(self.author_name);
        object.git.commit.author_email = self.author_email;
        object.git.commit.message_template = self.commit_template;
        object.git.commit.signing_key = self.signing_key_secret.map(|secret| {
            let mut key = SigningKey::default();
            key.secret_ref = secret;
            if let Some(KeyType::Ssh) = self.signing_key_type {
                key.key_type = SigningKeyType::Ssh;
            }
            key
        });
        object.git.push = self.push_branch.map(|branch| {
            let mut push = Push::default();
            push.branch = Some(branch);
            push
        });
        object.update.path = self.git_repo_path;
        Ok(match self.signing_key_type {
            Some(KeyType::Gpg) => object.to_yaml_in_full(),
            _ => object.to_yaml(),
        })
    }
}
