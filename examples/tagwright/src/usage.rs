//! A command line that is not understood, and help.

use std::env;
use std::io::stdout;

use clap::Error;
use clap::error::ErrorKind;

use crate::colour::Colour;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs::{self, LogFormat};
use crate::output;

/// Help is no failure; a wrong flag is one like any other.
pub(crate) fn end(error: &Error) -> Result<Exit, Failure> {
    if error.use_stderr() {
        // Those of a shell need not be UTF-8.
        let arguments = env::args_os().map(|one| one.to_string_lossy().into_owned());
        if asks_for_json(&arguments.collect::<Vec<_>>()) {
            logs::use_format(LogFormat::Json);
        }
        if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            return Err(Failure::new("no command is given; see --help"));
        }
        return Err(Failure::new(in_one_line(&error.to_string())));
    }
    let styled = Colour::Auto.is_for(&stdout());
    let text = error.render();
    if styled {
        output::text(text.ansi())?;
    } else {
        output::text(text)?;
    }
    Ok(Exit::Done)
}

/// What clap says in paragraphs, but for the usage.
fn in_one_line(text: &str) -> String {
    let told = text.split("\n\nUsage:").next().unwrap_or_default();
    let told = told.strip_prefix("error: ").unwrap_or(told);
    let told = told
        .split("\n\nFor more information")
        .next()
        .unwrap_or_default();
    let parts = told.split("\n\n").map(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        let words = words.join(" ");
        words.strip_prefix("tip: ").unwrap_or(&words).to_owned()
    });
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    format!("{}; see --help", parts.join("; "))
}

fn asks_for_json(arguments: &[String]) -> bool {
    let pairs = arguments.windows(2);
    let mut pairs = pairs.map(|pair| (pair[0].as_str(), pair[1].as_str()));
    pairs.any(|pair| pair == ("--log-format", "json"))
        || arguments.iter().any(|one| one == "--log-format=json")
}
