//! Log lines on standard error.

use std::io::stderr;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

use crate::cli::Global;

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    /// An object a line
    Json,
}

/// Warnings, unless the flags or the variable `RUST_LOG` ask for more.
pub(crate) fn start(global: &Global) {
    let level = match global.verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(global.color.is_for(&stderr()));
    match global.log_format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}
