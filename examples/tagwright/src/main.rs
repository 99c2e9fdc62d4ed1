//! The program `tagwright`: what it does is one call of the library each.

mod cli;
mod colour;
mod commands;
mod control;
mod duration;
mod exit;
mod failure;
mod files;
mod here;
mod image;
mod interrupt;
mod logs;
mod output;
mod policy;
mod progress;
mod sources;
mod standing;
mod tally;
mod usage;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match cli::Cli::try_parse() {
        Ok(cli) => exit::code(commands::run(cli)),
        Err(error) => exit::code(usage::end(&error)),
    }
}
