//! `explain`: why a policy chooses one tag and none of the others.

use clap::Args;
use serde::Serialize;
use tagwright::ImagePolicy;
use tagwright::policy::{Explained, Explanation};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::image::{Image, piped_tags};
use crate::output::{self, Format, table, verdict_name};
use crate::policy::PolicyFlags;

/// Say of each tag of an image why a policy chooses it, or why not
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The image, such as ghcr.io/org/app; or - for tags on standard input, one a line
    #[arg(value_name = "IMAGE")]
    image: String,
    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    policy: PolicyFlags,
    #[command(flatten)]
    way: Image,
}

/// What `-o json` shows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    policy: String,
    tag: Option<String>,
    reason: String,
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tag {
    #[serde(rename = "tag")]
    name: String,
    verdict: String,
    reason: String,
}

impl Explain {
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        let answer = Answer::of(&self.explanation().await?);
        match self.output {
            Format::Text => output::text(text(&answer))?,
            Format::Markdown => output::text(markdown(&answer))?,
            Format::Json => output::json(&answer)?,
            Format::Yaml => output::yaml(&answer)?,
        }
        Ok(Exit::Done)
    }

    async fn explanation(&self) -> Result<Explanation, Failure> {
        let policy = self.policy.build()?;
        if self.image == "-" {
            let tags = piped_tags()?;
            return Ok(policy.explanation(tags.iter().map(String::as_str))?);
        }
        let client = self.way.client(&self.image).await?;
        let policy = ImagePolicy::new("explain", &self.image, policy).with_client(client);
        Ok(policy.explain().await?)
    }
}

impl Answer {
    /// What could have been chosen stands first, else the order is the registry's.
    fn of(explanation: &Explanation) -> Self {
        let selection = explanation.selection();
        let mut tags: Vec<&Explained> = explanation.tags().iter().collect();
        tags.sort_by_key(|tag| tag.verdict());
        let tag = |tag: &&Explained| Tag {
            name: tag.tag().to_owned(),
            verdict: verdict_name(tag.verdict()),
            reason: tag.verdict().to_string(),
        };
        Self {
            policy: selection.policy().to_owned(),
            tag: selection.tag().map(str::to_owned),
            reason: selection.reason(),
            tags: tags.iter().map(tag).collect(),
        }
    }

    fn sum(&self) -> String {
        match &self.tag {
            Some(tag) => format!("{tag}: {}", self.reason),
            None => self.reason.clone(),
        }
    }
}

fn text(answer: &Answer) -> String {
    let rows = answer
        .tags
        .iter()
        .map(|tag| [tag.name.clone(), tag.reason.clone()]);
    let table = table(["TAG", "VERDICT"], rows);
    format!("{table}\n{}\n", answer.sum())
}

fn markdown(answer: &Answer) -> String {
    let row = |tag: &Tag| {
        format!(
            "| `{}` | {} |\n",
            tag.name.replace(['`', '|'], ""),
            tag.reason
        )
    };
    let rows: Vec<String> = answer.tags.iter().map(row).collect();
    format!(
        "{}\n\n| Tag | Verdict |\n|---|---|\n{}",
        answer.sum(),
        rows.concat()
    )
}
