//! The command line: what completions and manual pages are made of, too.

use clap::{Args, Parser, Subcommand};

use crate::colour::Colour;
use crate::commands;
use crate::logs::LogFormat;

/// Keeps the image references in a Git repository up to date
///
/// Lists an image's tags in its registry, selects one by policy, rewrites the marked values in YAML without touching any
/// other byte, commits and pushes: what Flux's two image controllers and Fleet's image scans do, with no cluster.
#[derive(Debug, Parser)]
#[command(name = "tagwright", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, or nothing to do; 1 failed; 2 changes are planned (plan --exit-code); \
    3 done in part.";

/// What every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Of every command")]
pub(crate) struct Global {
    /// Fail (exit code 1) on warnings, too
    #[arg(long, global = true)]
    pub(crate) strict: bool,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Colour,
    /// How log lines on standard error are written
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
    /// Log more; twice: everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Tags(commands::tags::Tags),
    Select(commands::select::Select),
    Explain(commands::explain::Explain),
    Plan(commands::plan::PlanCommand),
    Apply(commands::apply::Apply),
    Run(commands::run::Run),
    Watch(commands::watch::Watch),
    Status(commands::status::Status),
    Reconcile(commands::reconcile::Reconcile),
    Suspend(commands::suspend::Suspend),
    Resume(commands::suspend::Resume),
    Lint(commands::lint::Lint),
    Create(commands::create::Create),
    Mark(commands::mark::Mark),
    Doctor(commands::doctor::Doctor),
    Completions(commands::completions::Completions),
    Man(commands::man::Man),
}
