//! Where commits are pushed, and what the server is told beside them.

use gitwrite::{Push, PushMode};
use tagwright_gitwrite as gitwrite;

use super::Checkout;
use crate::automation::{AutomationBuilder, invalid};
use crate::branches::Template;
use crate::error::Error;

/// What a builder was told of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PushSettings {
    branch: Option<String>,
    template: Option<String>,
    instead: Option<String>,
    refspecs: Vec<String>,
    options: Vec<String>,
}

/// Where commits are pushed.
impl AutomationBuilder {
    /// Another branch to push to. As in Flux it is made anew from [`branch`](Self::branch) by each push, with a lease
    /// on what stood there.
    pub fn push_branch(&mut self, branch: &str) -> &mut Self {
        self.branch.push.branch = Some(branch.to_owned());
        self
    }

    /// A branch for each policy, or for each [group](crate::ImagePolicy::in_group), in place of the one: `update/{group}`, as
    /// [`Automation::branches`](crate::Automation::branches) says.
    ///
    /// [`Automations`](crate::Automations) and a scheduler make it into as many automations, each with its own policies
    /// and named after them; the markers of the others stay. Their branches have to be known beforehand, so `{tag}` is an
    /// error there. An automation alone is run by [`Automation::branches`](crate::Automation::branches).
    pub fn branch_template(&mut self, template: &str) -> &mut Self {
        self.branch.push.template = Some(template.to_owned());
        self
    }

    /// One more ref to push to besides the branch, `source:destination`, as in `HEAD:refs/heads/mirror`. The source is
    /// `HEAD`, the pushed branch or the one that is read; all of them mean the new commit. With `+` before it, what
    /// stands at the destination need not be below the commit. [`Push::refspec`] says more.
    pub fn refspec(&mut self, refspec: &str) -> &mut Self {
        self.branch.push.refspecs.push(refspec.to_owned());
        self
    }

    /// A refspec to push to instead of a branch: `HEAD:refs/for/main` makes a review in Gerrit. A server keeps no ref of
    /// that name, so every run makes another review as long as the last is open, unless the message gives it the same
    /// `Change-Id`. [`Push::to_refspec`] says more.
    pub fn push_to_refspec(&mut self, refspec: &str) -> &mut Self {
        self.branch.push.instead = Some(refspec.to_owned());
        self
    }

    /// An option for the server, such as `ci.skip` or `merge_request.target=release`. A server that takes none refuses
    /// the push.
    pub fn push_option(&mut self, option: &str) -> &mut Self {
        self.branch.push.options.push(option.to_owned());
        self
    }
}

impl PushSettings {
    pub(crate) fn template(&self) -> Option<&str> {
        self.template.as_deref()
    }

    pub(crate) fn without_template(&mut self) {
        self.template = None;
    }

    /// What is pushed to is one branch, or many.
    pub(super) fn check_template(&self) -> Result<Option<Template>, Error> {
        let Some(template) = &self.template else {
            return Ok(None);
        };
        let one = (self.branch.as_ref().map(|_| "push branch"))
            .or(self.instead.as_ref().map(|_| "refspec to push to"))
            .or(self.refspecs.first().map(|_| "refspec"));
        match one {
            None => Template::parse(template).map(Some).map_err(invalid),
            Some(what) => Err(invalid(format!(
                "the {what} names one place to push to, and the branch template '{template}' makes many; remove one"
            ))),
        }
    }

    /// Every ref that is pushed to, a branch by its name alone, where `read` is the branch that is read.
    pub(super) fn destinations(&self, read: Option<&str>) -> Vec<String> {
        let branch = self.branch.as_deref().or(read).map(str::to_owned);
        let first = match &self.instead {
            Some(refspec) => Some(destination(refspec)),
            None => branch,
        };
        let others = self.refspecs.iter().map(|refspec| destination(refspec));
        first.into_iter().chain(others).collect()
    }

    pub(super) fn options(&self) -> &[String] {
        &self.options
    }

    /// The push, and the name of what is pushed to.
    pub(super) fn check(&self, checkout: &Checkout) -> Result<(Push, String), Error> {
        let (mut push, name) = match &self.instead {
            Some(refspec) => self.to_refspec(refspec)?,
            None => self.to_branch(checkout)?,
        };
        for refspec in &self.refspecs {
            push = push.refspec(refspec).map_err(invalid)?;
        }
        for option in &self.options {
            push = push.option(option).map_err(invalid)?;
        }
        Ok((push, name))
    }

    /// A push that stands for many: none is made by it.
    pub(super) fn check_many(&self, template: &Template) -> Result<(Push, String), Error> {
        let sample = template.sample().map_err(invalid)?;
        let mut push = Push::to_branch(&sample).map_err(invalid)?;
        for option in &self.options {
            push = push.option(option).map_err(invalid)?;
        }
        Ok((push, sample))
    }

    fn to_refspec(&self, refspec: &str) -> Result<(Push, String), Error> {
        if let Some(branch) = &self.branch {
            return Err(invalid(format!(
                "a push to a refspec alone goes to no branch, and the branch {branch} is named; push to both, or name one of them"
            )));
        }
        let push = Push::to_refspec(refspec).map_err(invalid)?;
        Ok((push, destination(refspec)))
    }

    fn to_branch(&self, checkout: &Checkout) -> Result<(Push, String), Error> {
        let branch = self.branch.as_deref().or(checkout.branch());
        let branch = branch.ok_or_else(|| {
            invalid(format!(
                "{checkout} is no branch that could be pushed; name the branch to push to"
            ))
        })?;
        let mode = if checkout.branch() == Some(branch) {
            PushMode::FastForward
        } else {
            PushMode::Reset
        };
        let push = Push::to_branch(branch).map_err(invalid)?.mode(mode);
        Ok((push, branch.to_owned()))
    }
}

/// Behind the colon, or what is both source and destination.
fn destination(refspec: &str) -> String {
    let refspec = refspec.strip_prefix('+').unwrap_or(refspec);
    refspec.rsplit(':').next().unwrap_or(refspec).to_owned()
}
