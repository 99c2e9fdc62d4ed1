//! `suspend` and `resume`: let something rest in a running watch.

use clap::{Args, Subcommand};

use super::reconcile::{Named, tell};
use crate::cli::Global;
use crate::control::{ControlArgs, Request, Thing};
use crate::exit::Exit;
use crate::failure::Failure;

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
}

impl What {
    fn into_thing(self) -> (Thing, ControlArgs) {
        match self {
            Self::Image(named) => (Thing::Image(named.name), named.control),
            Self::Policy(named) => (Thing::Policy(named.name), named.control),
            Self::Automation(named) => (Thing::Automation(named.name), named.control),
        }
    }
}

impl Suspend {
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        let (thing, control) = self.what.into_thing();
        tell(&control, &Request::Suspend(thing)).await
    }
}

impl Resume {
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        let (thing, control) = self.what.into_thing();
        tell(&control, &Request::Resume(thing)).await
    }
}
