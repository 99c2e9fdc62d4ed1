//! `suspend` and `resume`: let something rest in a running watch, or in its manifest.

use clap::{Args, Subcommand};

use super::reconcile::{Named, tell};
use crate::cli::Global;
use crate::control::{ControlArgs, Request, Thing};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::sources::Sources;

/// Let an image, a policy or an automation of a running watch rest, until it is resumed or the watch ends
#[derive(Debug, Args)]
pub(crate) struct Suspend {
    #[command(subcommand)]
    what: What,
}

/// Let it go on, at once
#[derive(Debug, Args)]
pub(crate) struct Resume {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// An image is not listed; its policies keep their choices
    Image(Named),
    /// A policy keeps its choice
    Policy(Named),
    /// An automation does not run
    Automation(Named),
    /// Commit the field of the manifest instead, for good; no running watch is asked
    #[command(subcommand, long_flag = "git")]
    Git(InGit),
}

#[derive(Debug, Subcommand)]
enum InGit {
    /// spec.suspend of an ImageUpdateAutomation, on the branch that the manifests are read from
    Automation(Box<Manifest>),
}

#[derive(Debug, Args)]
struct Manifest {
    /// Its name, with the scope before it where there is one
    #[arg(value_name = "NS/NAME")]
    automation: String,
    #[command(flatten)]
    sources: Sources,
}

impl What {
    async fn suspend(self, suspend: bool) -> Result<Exit, Failure> {
        let (thing, control): (_, ControlArgs) = match self {
            Self::Image(named) => (Thing::Image(named.name), named.control),
            Self::Policy(named) => (Thing::Policy(named.name), named.control),
            Self::Automation(named) => (Thing::Automation(named.name), named.control),
            Self::Git(InGit::Automation(manifest)) => return manifest.commit(suspend).await,
        };
        let request = if suspend {
            Request::Suspend(thing)
        } else {
            Request::Resume(thing)
        };
        tell(&control, &request).await
    }
}

impl Manifest {
    async fn commit(self, suspend: bool) -> Result<Exit, Failure> {
        let source = self.sources.open().await?;
        let applied = source.set_suspended(&self.automation, suspend).await?;
        output::text(format!("{applied}\n"))?;
        Ok(Exit::Done)
    }
}

impl Suspend {
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        self.what.suspend(true).await
    }
}

impl Resume {
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        self.what.suspend(false).await
    }
}
