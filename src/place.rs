//! Where an automation reads and writes.

mod branch;
mod checkout;
mod directory;
mod limit;
mod pushing;

use std::sync::Arc;

pub(crate) use branch::{Branch, BranchSettings};
pub(crate) use checkout::Checkout;
pub(crate) use directory::{Directory, WantedDirectory};

use crate::error::Error;
use crate::plan::Target;

/// What an automation's plans are made of and applied to.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    Branch(Arc<Branch>),
    Directory(Directory),
}

impl Place {
    /// Reads the Secrets of the place again, at the beginning of everything that works on it.
    pub(crate) async fn refresh(&self) -> Result<(), Error> {
        match self {
            Self::Branch(branch) => branch.refresh().await.map_err(|lack| Error::secret(&lack)),
            Self::Directory(_) => Ok(()),
        }
    }

    /// Refuses to do with one branch what is to be done with many.
    pub(crate) fn check_is_one(&self) -> Result<(), Error> {
        match self {
            Self::Branch(branch) => branch.check_is_one(),
            Self::Directory(_) => Ok(()),
        }
    }

    /// How often a run plans again at the most.
    pub(crate) fn attempts(&self) -> u32 {
        match self {
            Self::Branch(branch) => branch.attempts,
            Self::Directory(directory) => directory.attempts,
        }
    }

    /// Whether each push begins the branch anew from another one.
    pub(crate) fn remakes(&self) -> bool {
        match self {
            // What is pushed to a refspec is a review, or goes forward.
            Self::Branch(branch) => {
                let push_to = branch.push_to.as_str();
                !push_to.starts_with("refs/") && branch.checkout.branch() != Some(push_to)
            }
            Self::Directory(_) => false,
        }
    }

    /// The same for people, and for a plan that is read back.
    pub(crate) fn target(&self) -> Target {
        match self {
            Self::Branch(branch) => branch.target(),
            Self::Directory(directory) => directory.target(),
        }
    }
}
