//! `reconcile`: let a running watch do now what is due later.

use clap::{Args, Subcommand};

use crate::cli::Global;
use crate::control::{Answer, ControlArgs, MANIFESTS, Request, Thing, ask};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs::{self, Level};
use crate::output;

/// Have a running watch do something now, and wait until it is done
#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List an image's tags now, and wait for the list alone
    ///
    /// What a policy then chooses anew is committed and pushed after that; `reconcile automation` waits for it.
    Image(Named),
    /// Run an automation now with what its policies chose last, and wait until that is pushed
    Automation(Named),
    /// Read the manifests, list all images and run all automations now, and wait for all of it
    ///
    /// Where the manifests are broken the exit code is 1; what was in force before is listed and run all the same.
    All(ControlArgs),
}

#[derive(Debug, Args)]
pub(crate) struct Named {
    /// Its name, or the end of it
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) control: ControlArgs,
}

impl Reconcile {
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        let (thing, control) = match self.what {
            What::Image(named) => (Thing::Image(named.name), named.control),
            What::Automation(named) => (Thing::Automation(named.name), named.control),
            What::All(control) => (Thing::All, control),
        };
        tell(&control, &Request::Reconcile(thing)).await
    }
}

/// What was done goes to standard output, what failed to standard error.
pub(super) async fn tell(control: &ControlArgs, request: &Request) -> Result<Exit, Failure> {
    let Answer::Done(steps) = ask(control, request).await? else {
        return Err(Failure::new(
            "the watch gave another answer than what it did; start it anew",
        ));
    };
    let (mut failed, mut is_broken) = (0, false);
    for step in &steps {
        let line = format!("{}: {}", step.subject, step.message);
        if step.failed {
            failed += 1;
            is_broken |= step.subject == MANIFESTS;
            logs::tell(Level::Error, line);
        } else {
            output::text(format!("{line}\n"))?;
        }
    }
    Ok(match failed {
        0 => Exit::Done,
        // All else was done by manifests of before.
        all if is_broken || all == steps.len() => Exit::Failed,
        _ => Exit::Partial,
    })
}
