//! `run`: plan, commit and push.

use clap::Args;
use serde::Serialize;
use tagwright::{ManifestRun, Problem, Report};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Done, Format};
use crate::sources::Sources;
use crate::tally::Tally;

/// Bring everything up to date: list, select, edit, commit, push
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    sources: Sources,
}

/// What `-o json` shows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    automations: Vec<Done>,
    suspended: &'a [String],
    problems: &'a [Problem],
}

impl Run {
    pub(crate) async fn run(self, global: &Global) -> Result<Exit, Failure> {
        let ran = self.sources.open().await?.run().await?;
        let mut tally = Tally::default();
        tally.problems(ran.problems());
        for (name, report) in ran.reports() {
            match report {
                Ok(report) => {
                    tally.plan(report.plan());
                    tally.applied(name, report.applied());
                }
                Err(error) => tally.failed(name, error),
            }
        }
        self.sources
            .require_some(ran.reports().len(), ran.suspended(), ran.problems())?;
        self.show(&ran).map_err(|failure| tally.unheard(failure))?;
        Ok(tally.exit(global))
    }

    fn show(&self, ran: &ManifestRun) -> Result<(), Failure> {
        match self.output {
            Format::Text => output::text(each(ran, text)),
            Format::Json => output::json(&answer(ran)),
            Format::Yaml => output::yaml(&answer(ran)),
            Format::Markdown => output::text(each(ran, |report| {
                format!("{}\n{}.\n", report.plan().markdown(), report.applied())
            })),
        }
    }
}

fn answer(ran: &ManifestRun) -> Answer<'_> {
    let reports = ran.reports().iter();
    Answer {
        automations: reports
            .map(|(name, report)| Done::run(name, report))
            .collect(),
        suspended: ran.suspended(),
        problems: ran.problems(),
    }
}

/// Those that did not fail, with an empty line between them.
fn each(ran: &ManifestRun, text: impl Fn(&Report) -> String) -> String {
    let reports = ran.reports().iter();
    let reports = reports.filter_map(|(_, report)| report.as_ref().ok());
    reports.map(text).collect::<Vec<_>>().join("\n")
}

fn text(report: &Report) -> String {
    let plan = report.plan();
    let (head, edits) = (output::head(plan), output::edits(plan));
    format!(
        "{head}{}{edits}{}\n",
        plan.table(),
        output::first_line(report.applied())
    )
}
