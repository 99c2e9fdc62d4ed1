//! `tags`: what an image's registry lists.

use clap::Args;
use serde::Serialize;
use tagwright::registry::Repository;

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::image::Image;
use crate::output::{self, Format};
use crate::tally::Tally;

/// List the tags of an image, in the order of its registry
#[derive(Debug, Args)]
pub(crate) struct Tags {
    /// The image, such as ghcr.io/org/app
    #[arg(value_name = "IMAGE")]
    image: String,
    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Format,
    #[command(flatten)]
    way: Image,
}

/// What `-o json` shows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    image: String,
    tags: Vec<String>,
}

impl Tags {
    pub(crate) async fn run(self, global: &Global) -> Result<Exit, Failure> {
        let repository: Repository = self.image.parse()?;
        let client = self.way.client(&self.image).await?;
        let mut pages = client.tags(&repository);
        let (mut kept, mut skipped) = (Vec::new(), 0);
        while let Some(page) = pages.next_page().await? {
            skipped += page.skipped();
            let tags = page.tags();
            match self.output {
                // A page as it comes: nothing is kept.
                Format::Text => output::text(lines("", tags))?,
                Format::Markdown => output::text(lines("- ", tags))?,
                Format::Json | Format::Yaml => kept.extend(tags.map(str::to_owned)),
            }
        }
        let answer = Answer {
            image: repository.to_string(),
            tags: kept,
        };
        match self.output {
            Format::Json => output::json(&answer)?,
            Format::Yaml => output::yaml(&answer)?,
            Format::Text | Format::Markdown => {}
        }
        let mut tally = Tally::default();
        tally.skipped(skipped);
        Ok(tally.exit(global))
    }
}

fn lines<'t>(bullet: &str, tags: impl Iterator<Item = &'t str>) -> String {
    let line = |tag: &'t str| [bullet, tag, "\n"].map(str::to_owned);
    tags.flat_map(line).collect()
}
