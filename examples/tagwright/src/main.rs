//! The program `tagwright`: what it does is one call of the library each.

mod cli;
mod colour;
mod commands;
mod exit;
mod failure;
mod files;
mod logs;
mod output;
mod sources;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match cli::Cli::try_parse() {
        Ok(cli) => exit::code(commands::run(cli)),
        Err(error) => exit::usage(&error),
    }
}
