//! `plan`: what would change.

use std::path::PathBuf;

use clap::Args;
use tagwright::{ManifestPlans, Plan};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::write_one;
use crate::output::{self, Format};
use crate::sources::Sources;
use crate::tally::Tally;

/// Show what would change, and change nothing
#[derive(Debug, Args)]
pub(crate) struct PlanCommand {
    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    /// Write the plans to a file, too, for `apply`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// End with 2 when changes are planned
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    sources: Sources,
}

impl PlanCommand {
    pub(crate) async fn run(self, global: &Global) -> Result<Exit, Failure> {
        let planned = self.sources.open().await?.plan().await?;
        let mut tally = Tally::default();
        tally.problems(planned.problems());
        let mut plans = Vec::new();
        for (name, plan) in planned.plans() {
            match plan {
                Ok(plan) => {
                    tally.planned(plan);
                    plans.push(plan);
                }
                Err(error) => tally.failed(name, error),
            }
        }
        self.sources.require_some(
            planned.plans().len(),
            planned.suspended(),
            planned.problems(),
        )?;
        let exit = tally.exit(global);
        // A plan that failed does not take the place of one that did not.
        if let Some(path) = &self.out
            && exit != Exit::Failed
        {
            write_one(path, (planned.to_json() + "\n").as_bytes())?;
        }
        self.show(global, &planned, &plans)?;
        let is_planned = self.exit_code && plans.iter().any(|plan| !plan.is_empty());
        Ok(match exit {
            Exit::Done if is_planned => Exit::Planned,
            exit => exit,
        })
    }

    fn show(
        &self,
        global: &Global,
        planned: &ManifestPlans,
        plans: &[&Plan],
    ) -> Result<(), Failure> {
        match self.output {
            Format::Text => {
                let colours = global.color.is_for(&std::io::stdout());
                let texts: Vec<String> = plans.iter().map(|plan| text(plan, colours)).collect();
                output::text(texts.join("\n"))
            }
            Format::Json => output::json(planned),
            Format::Yaml => output::yaml(planned),
            Format::Markdown => {
                let texts: Vec<String> = plans
                    .iter()
                    .map(|plan| plan.markdown().to_string())
                    .collect();
                output::text(texts.join("\n"))
            }
        }
    }
}

fn text(plan: &Plan, colours: bool) -> String {
    let head = output::head(plan);
    let diff = if plan.is_empty() {
        "nothing to do\n".to_owned()
    } else if colours {
        plan.coloured_diff().to_string()
    } else {
        plan.plain_diff().to_string()
    };
    format!("{head}{}{diff}", plan.table())
}
