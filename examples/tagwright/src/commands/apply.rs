//! `apply`: what was planned and reviewed.

use std::fs::File;
use std::io::{self, Read, stdin};

use clap::Args;
use serde::Serialize;
use tagwright::{Applied, Plan};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Done, Format};
use crate::sources::Sources;
use crate::tally::Tally;

/// Do what a plan says, exactly that: commit and push
#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// The file of `plan --out`, or - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    sources: Sources,
}

/// More than the library takes.
const MOST_BYTES: u64 = (64 << 20) + 1;

/// What `-o json` shows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    automations: &'a [Done],
}

impl Apply {
    pub(crate) async fn run(self, global: &Global) -> Result<Exit, Failure> {
        let plans = Plan::list_from_json(&read(&self.file)?)
            .map_err(|error| Failure::new(format!("{}: {error}", self.file)))?;
        let source = self.sources.open().await?;
        let done = source.apply(&plans).await?;
        let mut tally = Tally::default();
        tally.problems(done.problems());
        let mut answers = Vec::new();
        for (plan, applied) in plans.iter().zip(done.applied()) {
            match applied {
                Ok(Applied::Stale(stale)) => {
                    let reason = stale.reason();
                    tally.error(format!(
                        "{}: stale: {reason}; plan again",
                        plan.automation()
                    ));
                }
                Ok(applied) => {
                    tally.applied(plan.automation(), applied);
                }
                Err(error) => tally.failed(plan.automation(), error),
            }
            answers.push(Done::of(
                plan.automation(),
                applied.as_ref().map(|one| (plan, one)),
            ));
        }
        self.show(&answers)
            .map_err(|failure| tally.unheard(failure))?;
        Ok(tally.exit(global))
    }

    fn show(&self, answers: &[Done]) -> Result<(), Failure> {
        let answer = Answer {
            automations: answers,
        };
        match self.output {
            Format::Text => output::text(text(&answer, "")),
            Format::Json => output::json(&answer),
            Format::Yaml => output::yaml(&answer),
            Format::Markdown => output::text(text(&answer, "- ")),
        }
    }
}

/// A line for each plan that was applied.
fn text(answer: &Answer<'_>, bullet: &str) -> String {
    let lines = answer.automations.iter().filter_map(Done::line);
    lines
        .flat_map(|line| [bullet.to_owned(), line, "\n".to_owned()])
        .collect()
}

fn read(path: &str) -> Result<String, Failure> {
    let read = |from: Box<dyn Read>| {
        let mut text = String::new();
        from.take(MOST_BYTES)
            .read_to_string(&mut text)
            .map(|_| text)
    };
    let text = match path {
        "-" => read(Box::new(stdin())),
        path => File::open(path).and_then(|file| read(Box::new(file))),
    };
    text.map_err(|error: io::Error| {
        Failure::new(format!(
            "{path} cannot be read: {error}; give the file of `plan --out`, or - for standard input"
        ))
    })
}
