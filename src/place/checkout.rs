//! What of a repository is read.

use std::fmt;

use gitwrite::{Control, Ref, Remote};
use policy::{Dialect, Range, Version};
use tagwright_gitwrite as gitwrite;
use tagwright_policy as policy;

use crate::automation::{AutomationBuilder, invalid, missing};
use crate::error::{Error, ErrorKind};

/// What is read, checked.
#[derive(Clone, Debug)]
pub(crate) enum Checkout {
    Ref(Ref),
    /// The tag with the greatest version of a range.
    Range(Range),
}

/// What a builder was told of it; the last call counts.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    Branch(String),
    Other(Checkout),
}

/// What is read.
impl AutomationBuilder {
    /// The branch that is read, and pushed unless [`push_branch`](Self::push_branch) names another.
    pub fn branch(&mut self, branch: &str) -> &mut Self {
        self.branch.checkout = Some(Wanted::Branch(branch.to_owned()));
        self
    }

    /// What is read instead of a branch: a tag, a commit, any ref. Unless it is a branch,
    /// [`push_branch`](Self::push_branch) has to name one.
    ///
    /// ```
    /// use tagwright::{AutomationBuilder, gitwrite::Ref};
    ///
    /// let mut builder = AutomationBuilder::new();
    /// builder.checkout(Ref::tag("v1.2.0")?).push_branch("image-updates");
    /// # Ok::<(), tagwright::gitwrite::Error>(())
    /// ```
    pub fn checkout(&mut self, reference: Ref) -> &mut Self {
        self.branch.checkout = Some(Wanted::Other(Checkout::Ref(reference)));
        self
    }

    /// What is read instead of a branch: the tag with the greatest version of a range, as it stands when a run begins.
    /// Versions have three parts, with or without `v`; of equal ones the greatest name counts.
    /// [`push_branch`](Self::push_branch) has to name a branch.
    ///
    /// ```
    /// use tagwright::{AutomationBuilder, policy::Range};
    ///
    /// let mut builder = AutomationBuilder::new();
    /// builder.checkout_range(Range::parse(">=1.2.0 <2.0.0")?).push_branch("image-updates");
    /// # Ok::<(), tagwright::policy::Error>(())
    /// ```
    pub fn checkout_range(&mut self, range: Range) -> &mut Self {
        self.branch.checkout = Some(Wanted::Other(Checkout::Range(range)));
        self
    }
}

impl Wanted {
    pub(super) fn check(wanted: Option<&Self>) -> Result<Checkout, Error> {
        match wanted {
            Some(Self::Branch(name)) => Ok(Checkout::Ref(Ref::branch(name).map_err(invalid)?)),
            Some(Self::Other(checkout)) => Ok(checkout.clone()),
            None => Err(missing("a branch")),
        }
    }
}

impl Checkout {
    /// The branch, if that is what is read.
    pub(crate) fn branch(&self) -> Option<&str> {
        match self {
            Self::Ref(reference) => reference.branch_name(),
            Self::Range(_) => None,
        }
    }

    /// The ref that is meant now.
    pub(crate) fn resolve(&self, remote: &Remote, control: &Control) -> Result<Ref, Error> {
        let range = match self {
            Self::Ref(reference) => return Ok(reference.clone()),
            Self::Range(range) => range,
        };
        let version = |tag: &str| {
            let version = Version::parse_in(Dialect::Flux, tag).ok()?;
            range.matches(&version).then_some(version)
        };
        let best = remote
            .best_tag(version, control)
            .map_err(Error::repository)?;
        best.ok_or_else(|| {
            let none = format!("no tag of {remote} is a version in '{}'", range.as_str());
            Error::new(
                ErrorKind::Repository,
                none + "; widen the range or push such a tag",
            )
        })
    }
}

/// A branch by its name alone, everything else with what it is.
impl fmt::Display for Checkout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.branch()) {
            (_, Some(branch)) => f.write_str(branch),
            (Self::Ref(reference), None) => reference.fmt(f),
            (Self::Range(range), None) => write!(f, "the greatest tag in '{}'", range.as_str()),
        }
    }
}
