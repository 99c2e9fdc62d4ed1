//! A branch of a Git repository: what is checked out, and how it is committed and pushed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use gitwrite::{Push, PushMode, Ref, Remote, Signature};
use tagwright_gitwrite as gitwrite;
use tagwright_message as message;

use super::Checkout;
use super::checkout::Wanted;
use super::pushing::PushSettings;
use crate::access::{Lack, RemoteSource, SignerSource};
use crate::allow::PushLimit;
use crate::automation::{AutomationBuilder, invalid, missing};
use crate::automations::is_same_repository;
use crate::branches::Template;
use crate::error::{Error, ErrorKind};
use crate::plan::{BranchTarget, Target};

/// A branch that was checked.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub(crate) remote: RemoteSource,
    pub(crate) checkout: Checkout,
    pub(crate) push: Push,
    /// Of many branches, instead of `push`.
    pub(crate) template: Option<Template>,
    /// The branch, or the ref, that is pushed.
    pub(crate) push_to: String,
    /// The commit that the automation's own manifests were read from.
    only_at: Pin,
    /// For the server, beside every push.
    options: Vec<String>,
    pub(crate) author: Signature,
    pub(crate) signer: Option<SignerSource>,
    pub(crate) message: message::Template,
    pub(crate) values: BTreeMap<String, String>,
    /// Whether messages name files by what is below the folder of the update.
    pub(crate) names_below: bool,
    pub(crate) git_timeout: Duration,
    pub(crate) attempts: u32,
    /// What a branch that is named later has to be on.
    limit: Option<PushLimit>,
}

/// What a builder was told of it.
#[derive(Clone, Debug)]
pub(crate) struct BranchSettings {
    remote: Option<RemoteSource>,
    pub(super) checkout: Option<Wanted>,
    pub(crate) push: PushSettings,
    author: Option<(String, String)>,
    signer: Option<SignerSource>,
    message: Option<message::Template>,
    values: BTreeMap<String, String>,
    names_below: bool,
    git_timeout: Duration,
    attempts: u32,
    only_at: Pin,
    pub(super) limit: Option<PushLimit>,
}

/// The one commit that is worked on, where there is one.
#[derive(Clone, Default)]
struct Pin(Option<String>);

/// Nothing of the commit: what is read anew on a newer one is the same automation.
impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_ref().map_or("None", |_| "Pin"))
    }
}

impl Branch {
    /// Refuses a commit that may have other manifests than those that the automation is made of.
    pub(crate) fn check_at(&self, commit: &str) -> Result<(), Error> {
        match &self.only_at.0 {
            Some(wanted) if wanted != commit => Err(Error::new(
                ErrorKind::Moved,
                format!(
                    "{} of {} moved from {wanted} to {commit}; read its manifests again",
                    self.checkout, self.remote
                ),
            )),
            _ => Ok(()),
        }
    }

    /// The same with another branch to push to, which is made anew by each push.
    pub(crate) fn pushed_to(&self, name: &str) -> Result<Self, Error> {
        if let Some(limit) = &self.limit {
            limit.check(name).map_err(invalid)?;
        }
        let mut branch = self.clone();
        branch.push = Push::to_branch(name)
            .map_err(invalid)?
            .mode(PushMode::Reset);
        for option in &self.options {
            branch.push = branch.push.option(option).map_err(invalid)?;
        }
        name.clone_into(&mut branch.push_to);
        branch.template = None;
        Ok(branch)
    }

    /// Reads the Secrets of the repository and of the signing key again.
    pub(crate) async fn refresh(&self) -> Result<(), Lack> {
        self.remote.refresh().await?;
        match &self.signer {
            Some(signer) => signer.refresh().await,
            None => Ok(()),
        }
    }

    /// Refuses to do with one branch what is to be done with many.
    pub(crate) fn check_is_one(&self) -> Result<(), Error> {
        match &self.template {
            None => Ok(()),
            Some(template) => Err(invalid(format!(
                "the automation has a branch for each policy or group; call branches(\"{template}\"), or add its builder to Automations or a scheduler"
            ))),
        }
    }

    pub(crate) fn target(&self) -> Target {
        Target::Branch(BranchTarget {
            repository: self.remote.to_string(),
            branch: self.checkout.to_string(),
            push_branch: self.push_to.clone(),
        })
    }
}

impl Default for BranchSettings {
    fn default() -> Self {
        Self {
            remote: None,
            checkout: None,
            push: PushSettings::default(),
            author: None,
            signer: None,
            message: None,
            values: BTreeMap::new(),
            names_below: false,
            git_timeout: Duration::from_secs(120),
            attempts: 10,
            only_at: Pin::default(),
            limit: None,
        }
    }
}

/// The branch that is read and written.
impl AutomationBuilder {
    /// The Git repository, with its credentials.
    pub fn remote(&mut self, remote: Remote) -> &mut Self {
        self.remote_source(RemoteSource::Given(Box::new(remote)))
    }

    /// A repository whose Secrets may change.
    pub(crate) fn remote_source(&mut self, remote: RemoteSource) -> &mut Self {
        self.branch.remote = Some(remote);
        self
    }

    /// Who the commits are from.
    pub fn author(&mut self, name: &str, email: &str) -> &mut Self {
        self.branch.author = Some((name.to_owned(), email.to_owned()));
        self
    }

    /// The key that signs the commits.
    #[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
    pub fn signer(&mut self, signer: gitwrite::Signer) -> &mut Self {
        self.signer_source(SignerSource::Given(signer))
    }

    /// A key whose Secret may change.
    pub(crate) fn signer_source(&mut self, signer: SignerSource) -> &mut Self {
        self.branch.signer = Some(signer);
        self
    }

    /// The template of the commit message.
    pub fn message(&mut self, template: message::Template) -> &mut Self {
        self.branch.message = Some(template);
        self
    }

    /// A value for the message template: `.Values.key` in Go's syntax.
    pub fn message_value(&mut self, key: &str, value: &str) -> &mut Self {
        self.branch.values.insert(key.to_owned(), value.to_owned());
        self
    }

    /// Messages name files as Flux does: by what is below the folder of the update.
    pub(crate) fn names_below(&mut self) -> &mut Self {
        self.branch.names_below = true;
        self
    }

    /// Works on this commit only, by its id. Where the manifests of an automation live in the repository that it writes,
    /// it is the one that they were [read from](crate::Manifests::revision): on a newer one, which may have another range or
    /// `suspend: true`, every call ends with an error of kind [`Moved`](crate::ErrorKind::Moved), and the manifests are to be
    /// read again. So they are when somebody else pushed first, in the midst of a run.
    pub fn only_at(&mut self, commit: &str) -> &mut Self {
        self.branch.only_at = Pin(Some(commit.to_owned()));
        self
    }

    /// How long the Git work of one attempt may take: fetch, edit, push.
    pub fn git_timeout(&mut self, timeout: Duration) -> &mut Self {
        self.branch.git_timeout = timeout;
        self
    }

    /// How often [`Automation::run`](crate::Automation::run) plans again when others push to the branch meanwhile, at
    /// the most.
    pub fn attempts(&mut self, attempts: u32) -> &mut Self {
        self.branch.attempts = attempts;
        self
    }
}

impl BranchSettings {
    /// Every ref that is pushed to, a branch by its name alone.
    pub(crate) fn destinations(&self) -> Vec<String> {
        if let Some(template) = self.push.template() {
            return vec![template.to_owned()];
        }
        let read = Wanted::check(self.checkout.as_ref()).ok();
        self.push
            .destinations(read.as_ref().and_then(Checkout::branch))
    }

    pub(crate) fn push_options(&self) -> &[String] {
        self.push.options()
    }

    /// Whether this ref of this repository, by whatever URL, is what is read.
    pub(crate) fn reads(&self, remote: &Remote, reference: &Ref) -> bool {
        let checkout = Wanted::check(self.checkout.as_ref());
        let same_ref = matches!(&checkout, Ok(Checkout::Ref(own)) if own == reference);
        let own = self.remote.as_ref();
        same_ref && own.is_some_and(|own| is_same_repository(&own.to_string(), &remote.to_string()))
    }

    pub(crate) fn check(&self) -> Result<Branch, Error> {
        let checkout = Wanted::check(self.checkout.as_ref())?;
        let template = self.push.check_template()?;
        let (push, push_to) = match &template {
            Some(template) => self.push.check_many(template)?,
            None => self.push.check(&checkout)?,
        };
        let remote = self.remote.clone();
        Ok(Branch {
            options: self.push.options().to_vec(),
            only_at: self.only_at.clone(),
            remote: remote.ok_or_else(|| missing("a remote"))?,
            checkout,
            push,
            template,
            push_to,
            author: self.checked_author()?,
            signer: self.signer.clone(),
            message: self.checked_message()?,
            values: self.values.clone(),
            git_timeout: self.git_timeout,
            names_below: self.names_below,
            attempts: self.attempts(),
            limit: self.limit.clone(),
        })
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.max(1)
    }

    fn checked_author(&self) -> Result<Signature, Error> {
        let author = self.author.as_ref();
        let (name, email) = author.ok_or_else(|| missing("an author"))?;
        Signature::new(name, email).map_err(|error| invalid(format!("author: {error}")))
    }

    fn checked_message(&self) -> Result<message::Template, Error> {
        match &self.message {
            Some(template) => Ok(template.clone()),
            None => message::Template::go(message::DEFAULT_MESSAGE).map_err(invalid),
        }
    }
}
