//! What this machine adds to manifests: Secrets, other ways to servers, a checkout, a place to remember.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tagwright::{FileState, Loader, SecretEntries, SecretEntry};

use super::pair;
use crate::failure::Failure;

#[derive(Clone, Debug, Args)]
pub(super) struct Way {
    /// Edit this checkout in place, and commit nothing
    #[arg(long, value_name = "DIR")]
    pub(super) directory: Option<PathBuf>,
    /// Where a Secret stands, never its value: a folder with a file for each key (dir:); its manifest or docker's
    /// config.json in a file or a variable (file:, env:); with NS/NAME:KEY the value of one key
    #[arg(
        long,
        value_name = "NS/NAME=env:VAR|file:PATH|dir:PATH",
        help_heading = "This machine"
    )]
    secret: Vec<String>,
    /// Another URL for the repository of the manifests; FROM=TO where they name several
    #[arg(long, value_name = "[FROM=]URL", help_heading = "This machine")]
    repository_url: Vec<String>,
    /// Ask another place for the tags of a registry's images, such as a mirror; what is written stays
    #[arg(
        long,
        value_name = "REGISTRY=PLACE",
        env = "TAGWRIGHT_SCAN_AT",
        value_delimiter = ',',
        help_heading = "This machine"
    )]
    scan_at: Vec<String>,
    /// Remember in this folder what was seen, for guards and for a run with nothing new
    #[arg(long, value_name = "DIR", help_heading = "This machine")]
    state: Option<PathBuf>,
    /// Speak plain HTTP to this registry
    #[arg(long, value_name = "HOST", help_heading = "This machine")]
    plain_http: Vec<String>,
    /// Certificates in PEM that vouch for servers, too
    #[arg(long, value_name = "FILE", help_heading = "This machine")]
    ca: Option<PathBuf>,
}

impl Way {
    pub(super) fn state(&self) -> Option<Arc<FileState>> {
        let state = self.state.as_ref().map(FileState::new);
        state.map(Arc::new)
    }

    pub(super) fn loader(&self) -> Result<Loader, Failure> {
        let mut loader = Loader::new();
        let entries: Result<Vec<SecretEntry>, _> =
            self.secret.iter().map(|one| one.parse()).collect();
        let entries = entries.map_err(|error| Failure::new(format!("--secret: {error}")))?;
        loader.secrets(SecretEntries::from_iter(entries));
        for url in &self.repository_url {
            match url.split_once('=') {
                Some(_) => {
                    let (from, to) = pair::of("--repository-url", "FROM=TO", url)?;
                    loader.repository_url(from, to);
                }
                None => _ = loader.only_repository_url(url),
            }
        }
        if let Some(directory) = &self.directory {
            loader.directory(directory);
        }
        if let Some(state) = self.state() {
            loader.state(state);
        }
        for place in &self.scan_at {
            let (registry, place) = pair::of("--scan-at", "REGISTRY=PLACE", place)?;
            loader.scan_at(registry, place);
        }
        for host in &self.plain_http {
            loader.plain_http(host);
        }
        if let Some(path) = &self.ca {
            loader.certificate_authority(&authority(path)?);
        }
        Ok(loader)
    }
}

fn authority(path: &PathBuf) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| {
        let path = path.display();
        Failure::new(format!(
            "--ca {path} cannot be read: {error}; give a file of certificates in PEM"
        ))
    })
}
