//! Lines on standard error: what is told, and the log.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _, stderr};
use std::sync::OnceLock;

use clap::ValueEnum;
use serde_json::json;
use tagwright::Printable;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime as Clock};

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::cli::Global;
use crate::progress::Progress;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    /// An object a line
    Json,
}

/// How bad it is what is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Error,
    Warning,
    Note,
}

/// What is told before the flags are known is text.
static FORMAT: OnceLock<LogFormat> = OnceLock::new();

/// Nothing unless the flags or the variable `RUST_LOG` ask for it: what a command has to say it tells. A service logs
/// what it does.
pub(crate) fn start(global: &Global, is_service: bool) {
    let level = match (global.verbose, is_service) {
        (0, false) => "off",
        (0, true) => "warn,tagwright::watch=info,tagwright::commands::watch=info",
        (1, _) => "info",
        _ => "debug",
    };
    use_format(global.log_format);
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let lines = fmt::layer()
        .with_writer(stderr)
        // It would panic where there is no standard error to say so on.
        .log_internal_errors(false)
        .with_ansi(global.color.is_for(&stderr()));
    let lines = match global.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    // Lines and bars would run into each other.
    let is_quiet = level == "off" && global.log_format == LogFormat::Text;
    let progress = (is_quiet && stderr().is_terminal()).then(Progress::new);
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(progress)
        .init();
}

pub(crate) fn use_format(format: LogFormat) {
    let _ = FORMAT.set(format);
}

/// One line on standard error, which may be gone as well.
pub(crate) fn tell(level: Level, message: impl Display) {
    let message = message.to_string();
    let line = match FORMAT.get() {
        Some(LogFormat::Json) => object(level, &message),
        _ => format!("{level}: {}", Printable::new(&message)),
    };
    let _ = writeln!(stderr(), "{line}");
}

/// In the form of the log's lines.
fn object(level: Level, message: &str) -> String {
    let mut timestamp = String::new();
    let _ = Clock.format_time(&mut Writer::new(&mut timestamp));
    let level = match level {
        Level::Error => "ERROR",
        Level::Warning => "WARN",
        Level::Note => "INFO",
    };
    let line = json!({
        "timestamp": timestamp,
        "level": level,
        "fields": {"message": message},
        "target": "tagwright",
    });
    line.to_string()
}

impl Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}
