//! Where an automation reads and writes.

mod branch;

use std::sync::Arc;

pub(crate) use branch::{Branch, BranchSettings};

use crate::plan::Target;

/// What an automation's plans are made of and applied to.
#[derive(Debug)]
pub(crate) enum Place {
    Branch(Arc<Branch>),
}

impl Place {
    /// The same for people, and for a plan that is read back.
    pub(crate) fn target(&self) -> Target {
        match self {
            Self::Branch(branch) => branch.target(),
        }
    }
}
