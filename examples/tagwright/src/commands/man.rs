//! `man`: the manual pages.

use std::path::PathBuf;

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man as Page;

use crate::cli::{Cli, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{File, write_all};
use crate::output;

/// Write the manual pages, one for each command
///
/// To read one: tagwright man | man -l -
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder that the pages are written into; without it, the program's own page is printed
    directory: Option<PathBuf>,
}

impl Man {
    #[allow(clippy::unused_async, reason = "the shape of a command")]
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        let mut program = Cli::command().disable_help_subcommand(true);
        program.build();
        match self.directory {
            Some(directory) => write_all(&directory, &pages(&program)?)?,
            None => output::text(String::from_utf8(page(program)?.bytes)?)?,
        }
        Ok(Exit::Done)
    }
}

/// The pages of a command and of all below it.
fn pages(command: &Command) -> Result<Vec<File>, Failure> {
    let mut all = vec![page(command.clone())?];
    for below in command.get_subcommands().filter(|one| !one.is_hide_set()) {
        all.extend(pages(below)?);
    }
    Ok(all)
}

fn page(command: Command) -> Result<File, Failure> {
    let page = Page::new(command).source(concat!("tagwright ", env!("CARGO_PKG_VERSION")));
    let mut bytes = Vec::new();
    page.render(&mut bytes)?;
    Ok(File {
        name: page.get_filename(),
        bytes,
    })
}
