//! `create`: manifests from flags, as `flux create image ... --export` prints them.

mod labels;
mod meta;
mod policy;
mod repository;
mod update;

use clap::{Args, Subcommand};
use tagwright::manifests::{Severity, flux};
use tagwright::{Dialect, judge};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs::{self, Level};
use crate::output;

/// Print a manifest of Flux's, made from flags
///
/// Prints what `flux create image ... --export` prints, byte for byte, and takes its flags; `create image repository` and
/// the like are known, too. Nothing is asked of a cluster or a server.
#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(subcommand)]
    object: Object,
}

#[derive(Debug, Subcommand)]
enum Object {
    #[command(flatten)]
    Short(Kind),
    /// The same as without it, as flux has it
    #[command(subcommand, hide = true)]
    Image(Kind),
}

#[derive(Debug, Subcommand)]
enum Kind {
    Repository(Box<repository::Repository>),
    Policy(Box<policy::Policy>),
    Update(Box<update::Update>),
}

impl Create {
    #[allow(clippy::unused_async, reason = "the shape of a command")]
    pub(crate) async fn run(self, global: &Global) -> Result<Exit, Failure> {
        let (Object::Short(kind) | Object::Image(kind)) = self.object;
        let yaml = match kind {
            Kind::Repository(repository) => repository.yaml()?,
            Kind::Policy(policy) => policy.yaml()?,
            Kind::Update(update) => update.yaml()?,
        };
        check(&yaml, global.strict)?;
        output::text(yaml)?;
        Ok(Exit::Done)
    }
}

/// What would be found wrong with it when it is read.
fn check(yaml: &str, strict: bool) -> Result<(), Failure> {
    let read = flux::read_with("the manifest", yaml.as_bytes(), &judge(Dialect::Flux));
    for problem in read.problems {
        let message = format!("{}: {}", problem.field, problem.message);
        // A group that the pattern lacks is refused by flux, too.
        let strict = strict || problem.field == "spec.filterTags.extract";
        match problem.severity {
            Severity::Note => {}
            Severity::Warning if !strict => logs::tell(Level::Warning, &message),
            _ => return Err(Failure::new(message)),
        }
    }
    Ok(())
}
