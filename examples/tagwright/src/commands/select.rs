//! `select`: the tag that a policy chooses.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;
use tagwright::ImagePolicy;
use tagwright::policy::Selection;

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::image::{Image, piped_tags};
use crate::output::{self, Format, verdict_name};
use crate::policy::PolicyFlags;

/// Print the tag of an image that a policy chooses, and nothing else
///
/// For a shell: tag=$(tagwright select ghcr.io/org/app --semver 5.0.x). Without a tag that matches it ends with 1.
#[derive(Debug, Args)]
pub(crate) struct Select {
    /// The image, such as ghcr.io/org/app; or - for tags on standard input, one a line
    #[arg(value_name = "IMAGE")]
    image: String,
    /// Print IMAGE:TAG
    #[arg(long)]
    reference: bool,
    /// Ask for the digest, too, and print it behind an @
    #[arg(long)]
    digest: bool,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    tag: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    policy: String,
    reason: String,
    total: u64,
    counts: BTreeMap<String, u64>,
}

impl Select {
    pub(crate) async fn run(self, _global: &Global) -> Result<Exit, Failure> {
        let answer = if self.image == "-" {
            self.offline()?
        } else {
            self.online().await?
        };
        match self.output {
            Format::Text => output::text(self.shown(&answer) + "\n")?,
            Format::Markdown => output::text(self.markdown(&answer))?,
            Format::Json => output::json(&answer)?,
            Format::Yaml => output::yaml(&answer)?,
        }
        Ok(Exit::Done)
    }

    fn offline(&self) -> Result<Answer, Failure> {
        if self.reference || self.digest {
            return Err(Failure::new(
                "tags on standard input are of no image; leave --reference and --digest out, or give an image",
            ));
        }
        let tags = piped_tags()?;
        let selection = self
            .policy
            .build()?
            .select(tags.iter().map(String::as_str))?;
        answer("standard input", &selection)
    }

    async fn online(&self) -> Result<Answer, Failure> {
        let policy = self.policy.build()?;
        let client = self.way.client(&self.image).await?;
        let mut policy = ImagePolicy::new("select", &self.image, policy).with_client(client);
        if self.digest {
            policy = policy.with_digest();
        }
        let selected = policy.select().await?;
        let mut answer = answer(&self.image, selected.selection())?;
        answer.image = selected.choice().map(|choice| choice.image().to_owned());
        answer.digest = selected
            .choice()
            .and_then(|choice| choice.digest().map(str::to_owned));
        Ok(answer)
    }

    fn markdown(&self, answer: &Answer) -> String {
        format!("`{}`: {}\n", self.shown(answer), answer.reason)
    }

    fn shown(&self, answer: &Answer) -> String {
        let image = answer.image.as_deref().filter(|_| self.reference);
        let image = image.map(|image| format!("{image}:"));
        let digest = answer.digest.as_ref().map(|digest| format!("@{digest}"));
        [
            image.unwrap_or_default(),
            answer.tag.clone(),
            digest.unwrap_or_default(),
        ]
        .concat()
    }
}

fn answer(whose: &str, selection: &Selection) -> Result<Answer, Failure> {
    let reason = selection.reason();
    let tag = selection.tag().ok_or_else(|| {
        Failure::new(format!(
            "{whose}: {reason}; tagwright explain says why of each"
        ))
    })?;
    let counts = selection.counts();
    Ok(Answer {
        image: None,
        tag: tag.to_owned(),
        digest: None,
        policy: selection.policy().to_owned(),
        total: selection.total(),
        counts: counts
            .map(|(verdict, count)| (verdict_name(verdict), count))
            .collect(),
        reason,
    })
}
