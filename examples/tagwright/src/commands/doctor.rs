//! `doctor`: whether everything that a run needs can be had.

use std::io::stdout;

use clap::Args;
use tagwright::{Check, CheckState, Printable};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::sources::Sources;

/// Try what a run needs, and change nothing
///
/// Looks for git, reads the manifests with their Secrets, asks each registry for a page of each image's tags, compares the
/// clocks, asks each repository for its branch and whether it may be pushed to. What fails stops nothing else.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    sources: Sources,
    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

impl Doctor {
    pub(crate) async fn run(self, global: &Global) -> Result<Exit, Failure> {
        let checks = self.sources.open().await?.check_up().await;
        match self.output {
            Format::Text => output::text(text(&checks, global.color.is_for(&stdout())))?,
            Format::Json => output::json(&checks)?,
            Format::Yaml => output::yaml(&checks)?,
            Format::Markdown => output::text(markdown(&checks))?,
        }
        judged(&checks, global.strict)
    }
}

const HEADS: [&str; 3] = ["CHECK", "RESULT", "DETAIL"];

fn row(check: &Check) -> [String; 3] {
    let what = match (check.kind().as_str(), check.subject()) {
        (kind, "") => kind.to_owned(),
        (kind, subject) => format!("{kind} {subject}"),
    };
    [
        what,
        check.state().as_str().to_owned(),
        check.detail().to_owned(),
    ]
}

fn text(checks: &[Check], coloured: bool) -> String {
    let table = output::table(HEADS, checks.iter().map(row));
    if !coloured {
        return table;
    }
    let mut lines = table.lines();
    let mut text = lines.next().unwrap_or_default().to_owned() + "\n";
    for (line, check) in lines.zip(checks) {
        text += &tinted(line, check.state());
    }
    text
}

fn tinted(line: &str, state: CheckState) -> String {
    let colour = match state {
        CheckState::Ok => "32",
        CheckState::Failed => "31",
        _ => "33",
    };
    let word = state.as_str();
    let shown = format!("  \x1b[{colour}m{word}\x1b[0m  ");
    line.replacen(&format!("  {word}  "), &shown, 1) + "\n"
}

fn markdown(checks: &[Check]) -> String {
    let cell = |text: &String| Printable::new(text).to_string().replace('|', "\\|");
    let line = |check: &Check| format!("| {} |\n", row(check).each_ref().map(cell).join(" | "));
    let lines: String = checks.iter().map(line).collect();
    format!("| Check | Result | Detail |\n|---|---|---|\n{lines}")
}

fn judged(checks: &[Check], strict: bool) -> Result<Exit, Failure> {
    let fails = |check: &&Check| match check.state() {
        CheckState::Ok => false,
        CheckState::Failed => true,
        _ => strict,
    };
    let failed = checks.iter().filter(fails).count();
    if failed == 0 {
        return Ok(Exit::Done);
    }
    let all = checks.len();
    Err(Failure::new(format!(
        "{failed} of {all} checks failed; mend what their rows name"
    )))
}
