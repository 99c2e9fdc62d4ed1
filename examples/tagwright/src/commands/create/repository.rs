//! `create repository`.

use std::time::Duration;

use clap::Args;
use tagwright::manifests::flux::ImageRepository;

use super::meta::{Meta, duration};
use crate::failure::Failure;

/// An `ImageRepository`: an image whose tags are listed
#[derive(Debug, Args)]
pub(super) struct Repository {
    #[command(flatten)]
    meta: Meta,
    /// The image to list, without a tag: ghcr.io/stefanprodan/podinfo
    #[arg(long)]
    image: String,
    /// How often it is listed
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = duration)]
    interval: Duration,
    /// The Secret with the registry's credentials
    #[arg(long, value_name = "NAME")]
    secret_ref: Option<String>,
    /// The Secret with certificates for the registry
    #[arg(long, value_name = "NAME")]
    cert_ref: Option<String>,
    /// How long a listing may take; as long as the interval where it is not given
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    scan_timeout: Option<Duration>,
}

impl Repository {
    #[allow(clippy::unnecessary_wraps, reason = "the shape of the others")]
    pub(super) fn yaml(self) -> Result<String, Failure> {
        let mut object = ImageRepository::default();
        object.meta = self.meta.metadata();
        object.image = self.image;
        object.interval = Some(self.interval);
        object.timeout = self.scan_timeout;
        object.secret_ref = self.secret_ref;
        object.cert_secret_ref = self.cert_ref;
        Ok(object.to_yaml())
    }
}
