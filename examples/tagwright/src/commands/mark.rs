//! `mark`: markers for the images of a checkout.

use std::io::stdout;
use std::path::Path;

use clap::Args;
use serde::Serialize;
use tagwright::{Applied, Mark as OneMark, Marking, PolicyImages};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::here;
use crate::logs::{self, Level};
use crate::output::{self, Format};
use crate::sources::local;

/// Put markers behind the images of policies
///
/// Shows the change, and makes it with --write: all files, or none when one cannot be written. The policies are those of the
/// manifests below PATH, unless they are given.
#[derive(Debug, Args)]
pub(crate) struct Mark {
    /// The folder, or the file, whose images are marked
    #[arg(default_value = ".")]
    path: String,
    /// A policy, by the name that its markers have; with =IMAGE no manifest of it is wanted
    #[arg(long, value_name = "NAMESPACE:NAME[=IMAGE]")]
    policy: Vec<String>,
    /// Where the manifests of the policies are, if not below PATH
    #[arg(long, value_name = "PATH")]
    manifests: Option<String>,
    /// Write the markers
    #[arg(long)]
    write: bool,
    /// End with 2 when markers are missing
    #[arg(long, conflicts_with = "write")]
    exit_code: bool,
    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

/// What is told: the shape of `-o json` and `-o yaml`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    marks: &'a [OneMark],
    written: bool,
}

impl Mark {
    pub(crate) async fn run(self, global: &Global) -> Result<Exit, Failure> {
        let policies = self.policies().await?;
        if !Path::new(&self.path).exists() {
            return Err(Failure::new(format!(
                "{} is not there; give the path of a folder or a file",
                self.path
            )));
        }
        let marking = Marking::plan(&self.path, &policies).await?;
        let before = here::before(&self.path);
        let warnings = warn(&policies, &marking, &before);
        if global.strict && warnings > 0 {
            return Err(Failure::new(
                "nothing was written, as warnings count; mend what they name",
            ));
        }
        let marks: Vec<OneMark> = marking
            .marks()
            .iter()
            .map(|mark| from(&before, mark))
            .collect();
        let diff = self.diff(global, &marking);
        if self.write {
            write(marking).await?;
        }
        self.tell(&marks, diff)?;
        let is_missing = self.exit_code && !marks.is_empty();
        Ok(if is_missing {
            Exit::Planned
        } else {
            Exit::Done
        })
    }

    /// Those that are given with their images, and those of the manifests.
    async fn policies(&self) -> Result<PolicyImages, Failure> {
        let given = self.policy.iter().map(|policy| policy.split_once('='));
        let given: Vec<_> = given.flatten().collect();
        let names: Vec<&String> = self
            .policy
            .iter()
            .filter(|one| !one.contains('='))
            .collect();
        let mut policies = PolicyImages::new();
        if !names.is_empty() || given.is_empty() {
            let path = self.manifests.as_deref().unwrap_or(&self.path);
            policies = PolicyImages::of(&local::source(path)?).await?;
            if policies.is_empty() {
                return Err(none(path));
            }
            if !names.is_empty() {
                policies = policies.only(&names)?;
            }
        }
        for (policy, image) in given {
            policies.add(policy, image)?;
        }
        Ok(policies)
    }

    fn diff(&self, global: &Global, marking: &Marking) -> String {
        let is_for_people = self.output == Format::Text && !self.write;
        if is_for_people && global.color.is_for(&stdout()) {
            return marking.coloured_diff().to_string();
        }
        marking.diff().to_string()
    }

    fn tell(&self, marks: &[OneMark], diff: String) -> Result<(), Failure> {
        let answer = Answer {
            marks,
            written: self.write,
        };
        match self.output {
            Format::Json => output::json(&answer),
            Format::Yaml => output::yaml(&answer),
            Format::Markdown if marks.is_empty() => output::text("No marker is missing.\n"),
            Format::Markdown => output::text(format!("```diff\n{diff}```\n")),
            Format::Text if self.write => output::text(lines(marks)),
            Format::Text => output::text(diff),
        }
    }
}

/// By its path from where the program was started.
fn from(before: &str, mark: &OneMark) -> OneMark {
    let file = format!("{before}{}", mark.file());
    mark.clone().in_file(file)
}

fn lines(marks: &[OneMark]) -> String {
    let line = |mark: &OneMark| {
        let (file, line, column) = (mark.file(), mark.line(), mark.column());
        format!("{file}:{line}:{column}: marked with {}\n", mark.setter())
    };
    marks.iter().map(line).collect()
}

async fn write(marking: Marking) -> Result<(), Failure> {
    match marking.write().await? {
        Applied::Stale(stale) => Err(Failure::new(format!(
            "nothing was written: {}; run it again",
            stale.reason()
        ))),
        _ => Ok(()),
    }
}

/// What could not be marked, and why; answers how much it was.
fn warn(policies: &PolicyImages, marking: &Marking, before: &str) -> usize {
    for problem in policies.problems() {
        logs::tell(
            Level::Warning,
            format_args!("{}: {}", problem.subject(), problem.message()),
        );
    }
    for finding in marking.findings() {
        let file = format!("{before}{}", finding.file());
        let place = finding.clone().in_file(file).to_string();
        logs::tell(Level::Warning, place.replacen(": warning: ", ": ", 1));
    }
    policies.problems().len() + marking.findings().len()
}

fn none(path: &str) -> Failure {
    Failure::new(format!(
        "no policy of Flux, Fleet or a tagwright.yaml was found in {path}; name their folder with --manifests, or give --policy NAMESPACE:NAME=IMAGE"
    ))
}
