//! `lint`: what is wrong with manifests and markers.

mod format;
mod github;
mod sarif;

use std::io::stdout;
use std::path::Path;

use clap::Args;
use format::LintFormat;
use tagwright::{Finding, FindingSeverity, Lint as Linted, Source};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::here;
use crate::logs::{self, Level};
use crate::output;
use crate::sources::local;

/// Find what is wrong with manifests and markers
///
/// Looks at the objects of Flux and Fleet and at tagwright.yaml, by themselves and beside each other, and at the markers of
/// all YAML files. Fails when something cannot be used; warnings fail with --strict. Asks no server.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// A folder, a file, or - for standard input
    #[arg(default_value = ".")]
    path: String,
    /// Manifests below a folder, under a name of their own; for a repository of several clusters
    #[arg(long, value_name = "NAME=PATH")]
    scope: Vec<String>,
    /// The form of the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: LintFormat,
}

impl Lint {
    pub(crate) async fn run(self, global: &Global) -> Result<Exit, Failure> {
        let source = source(&self.path, &self.scope)?;
        let linted = source.lint().await?;
        let findings = from_here(&self.path, &linted);
        match self.format {
            LintFormat::Text => output::text(text(&findings, global.color.is_for(&stdout())))?,
            LintFormat::Github => output::text(github::commands(&findings))?,
            LintFormat::Sarif => output::json(&sarif::log(&findings))?,
            LintFormat::Json => output::json(&findings)?,
        }
        if linted.files() == 0 {
            return nothing(&self.path, global.strict);
        }
        judged(&findings, global.strict)
    }
}

fn source(path: &str, scopes: &[String]) -> Result<Source, Failure> {
    let mut source = local::source(path)?;
    for scope in scopes {
        let (name, path) = scope
            .split_once('=')
            .ok_or_else(|| Failure::new(format!("--scope '{scope}' has no '='; give NAME=PATH")))?;
        source = source.scope(name, path)?;
    }
    Ok(source)
}

/// The findings of a folder, by the files' paths from where the program was started.
fn from_here(path: &str, linted: &Linted) -> Vec<Finding> {
    let findings = linted.findings().iter().cloned();
    if !Path::new(path).is_dir() {
        return findings.collect();
    }
    let folder = here::before(path);
    findings
        .map(|finding| {
            let file = format!("{folder}{}", finding.file());
            finding.in_file(file)
        })
        .collect()
}

fn text(findings: &[Finding], coloured: bool) -> String {
    let line = |finding: &Finding| {
        let (line, severity) = (finding.to_string(), finding.severity());
        let word = severity.as_str();
        let colour = match severity {
            FindingSeverity::Error => "31",
            FindingSeverity::Warning => "33",
            _ => "36",
        };
        let shown = format!(": \x1b[{colour}m{word}\x1b[0m: ");
        if coloured {
            line.replacen(&format!(": {word}: "), &shown, 1) + "\n"
        } else {
            line + "\n"
        }
    };
    findings.iter().map(line).collect()
}

fn nothing(path: &str, strict: bool) -> Result<Exit, Failure> {
    let nothing = format!(
        "{path} holds no manifest of Flux or Fleet, no tagwright.yaml and no marker; is it the folder that was meant?"
    );
    if strict {
        return Err(Failure::new(nothing));
    }
    logs::tell(Level::Warning, &nothing);
    Ok(Exit::Done)
}

fn judged(findings: &[Finding], strict: bool) -> Result<Exit, Failure> {
    let count = |severity| {
        let of_it = |finding: &&Finding| finding.severity() == severity;
        findings.iter().filter(of_it).count()
    };
    let errors = count(FindingSeverity::Error);
    let warnings = count(FindingSeverity::Warning);
    if errors == 0 && (warnings == 0 || !strict) {
        return Ok(Exit::Done);
    }
    let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
    Err(Failure::new(format!(
        "{errors} and {warnings} were found; mend what the lines above name"
    )))
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}"),
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}
