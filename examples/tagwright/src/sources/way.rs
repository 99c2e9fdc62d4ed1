//! What this machine adds to manifests: another repository, a checkout, a place to remember.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tagwright::{FileState, Loader};

use super::Servers;
use crate::failure::Failure;

#[derive(Clone, Debug, Args)]
pub(super) struct Way {
    /// Edit this checkout in place, and commit nothing
    #[arg(long, value_name = "DIR")]
    pub(super) directory: Option<PathBuf>,
    /// Another URL for the repository of the manifests; FROM=TO where they name several
    #[arg(
        long,
        value_name = "[FROM=]URL",
        env = "TAGWRIGHT_REPOSITORY_URL",
        hide_env_values = true,
        value_delimiter = ',',
        help_heading = "This machine"
    )]
    repository_url: Vec<String>,
    /// Remember in this folder what was seen, for guards and for a run with nothing new
    #[arg(long, value_name = "DIR", help_heading = "This machine")]
    state: Option<PathBuf>,
    #[command(flatten)]
    servers: Servers,
}

impl Way {
    pub(super) fn state(&self) -> Option<Arc<FileState>> {
        let state = self.state.as_ref().map(FileState::new);
        state.map(Arc::new)
    }

    pub(super) fn loader(&self) -> Result<Loader, Failure> {
        let mut loader = self.servers.loader()?;
        for url in &self.repository_url {
            let to = url.split_once('=').map_or(url.as_str(), |(_, to)| to);
            super::url::check("--repository-url", to)?;
            match url.split_once('=') {
                Some((from, to)) => loader.repository_url(from, to),
                None => loader.only_repository_url(url),
            };
        }
        if let Some(directory) = &self.directory {
            loader.directory(directory);
        }
        if let Some(state) = self.state() {
            loader.state(state);
        }
        Ok(loader)
    }
}
