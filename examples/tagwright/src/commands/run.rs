//! `run`: plan, commit and push.

use clap::Args;

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::sources::Sources;

/// Bring everything up to date: list, select, edit, commit, push
#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    sources: Sources,
}

impl Run {
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        let run = self.sources.open()?.run().await?;
        let mut lines: Vec<String> = run.problems().iter().map(ToString::to_string).collect();
        let mut failed = 0;
        for (automation, report) in run.reports() {
            lines.push(match report {
                Ok(report) => format!("{automation}: {report}"),
                Err(error) => {
                    failed += 1;
                    format!("{automation}: {error}")
                }
            });
        }
        let text = lines.join("\n") + "\n";
        output::text(text)?;
        Ok(if failed == 0 {
            Exit::Done
        } else {
            Exit::Partial
        })
    }
}
