//! `status`: how a running watch stands.

use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::cli::Global;
use crate::control::{Answer, ControlArgs, Request, ask};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::standing::{Standing, receivers};

/// Show how a running watch stands: images, policies, automations
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// What is shown; receivers are told with their paths, which are secret
    #[arg(value_name = "WHAT", default_value = "all")]
    what: What,
    #[command(flatten)]
    control: ControlArgs,
    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    All,
    Images,
    Policies,
    Automations,
    Receivers,
}

impl Status {
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        let request = match self.what {
            What::Receivers => Request::Receivers,
            _ => Request::Status,
        };
        let Answer::Status(status) = ask(&self.control, &request).await? else {
            return Err(Failure::new(
                "the watch gave another answer than its status; start it anew",
            ));
        };
        match self.output {
            Format::Text => output::text(self.text(&status)?)?,
            Format::Json => output::json(self.part(&status))?,
            Format::Yaml => output::yaml(self.part(&status))?,
            Format::Markdown => {
                return Err(Failure::new(
                    "status has no markdown; give -o text, json or yaml",
                ));
            }
        }
        Ok(Exit::Done)
    }

    fn part<'v>(&self, status: &'v Value) -> &'v Value {
        match self.what {
            What::Images => &status["images"],
            What::Automations => &status["automations"],
            What::All | What::Policies | What::Receivers => status,
        }
    }

    fn text(&self, status: &Value) -> Result<String, Failure> {
        if self.what == What::Receivers {
            return Ok(receivers(status));
        }
        let standing: Standing = serde_json::from_value(status.clone())?;
        let tables = match self.what {
            What::Images => vec![standing.images()],
            What::Policies => vec![standing.policies()],
            What::Automations => vec![standing.automations()],
            _ => vec![
                standing.images(),
                standing.policies(),
                standing.automations(),
                standing.problems(),
            ],
        };
        let tables: Vec<String> = tables.into_iter().filter(|one| !one.is_empty()).collect();
        Ok(tables.join("\n"))
    }
}
