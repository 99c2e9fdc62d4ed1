//! The image that a command is about.

use std::io::{Read as _, stdin};

use clap::Args;
use tagwright::registry::Client;

use crate::failure::Failure;
use crate::sources::{SecretName, Servers};

/// An image, and the way to its registry.
#[derive(Clone, Debug, Args)]
pub(crate) struct Image {
    /// The Secret of the image, whose place --secret says; the logins of docker login when absent
    #[arg(long, value_name = "NS/NAME")]
    image_secret: Option<SecretName>,
    #[command(flatten)]
    servers: Servers,
}

impl Image {
    pub(crate) async fn client(&self, image: &str) -> Result<Client, Failure> {
        let loader = self.servers.loader()?;
        let secret = self.image_secret.as_ref().map(SecretName::parts);
        Ok(loader.image_client(image, secret).await?)
    }
}

/// More than any list that is piped.
const MOST_BYTES: u64 = 256 << 20;

/// The tags on standard input, one a line.
pub(crate) fn piped_tags() -> Result<Vec<String>, Failure> {
    let mut text = String::new();
    let read = stdin().lock().take(MOST_BYTES).read_to_string(&mut text);
    read.map_err(|error| {
        Failure::new(format!(
            "standard input cannot be read: {error}; give tags, one a line"
        ))
    })?;
    let tags = text.lines().map(str::trim).filter(|tag| !tag.is_empty());
    Ok(tags.map(str::to_owned).collect())
}
