//! `plan`: what would change.

use clap::Args;
use tagwright::Automations;

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::sources::Sources;

/// Show what would change, and change nothing
#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    sources: Sources,
    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    /// End with 2 when changes are planned
    #[arg(long)]
    exit_code: bool,
}

impl Plan {
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        let loaded = self.sources.open()?.read().await?;
        let mut group = Automations::builder();
        for automation in loaded.automations() {
            group.add("", automation);
        }
        let mut exit = Exit::Done;
        for plan in group.build().plan().await {
            let plan = plan?;
            if self.exit_code && !plan.is_empty() {
                exit = Exit::Planned;
            }
            match self.output {
                Format::Text => output::text(&plan)?,
                Format::Json => output::json(&plan)?,
                Format::Yaml => output::yaml(&plan)?,
                Format::Markdown => output::text(plan.markdown())?,
            }
        }
        Ok(exit)
    }
}
