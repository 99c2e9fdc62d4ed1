//! `completions`: what a shell completes.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::cli::{Cli, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Print what a shell needs to complete commands and flags
///
/// For bash, in its start file: source <(tagwright completions bash)
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    // Async as all commands are.
    #[allow(clippy::unused_async, reason = "the shape of a command")]
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "tagwright", &mut script);
        output::text(String::from_utf8(script)?)?;
        Ok(Exit::Done)
    }
}
