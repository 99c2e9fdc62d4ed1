//! Where the socket is.

use std::env;
use std::path::PathBuf;

use clap::Args;

use crate::duration::duration;

/// Which `watch` a command is for.
#[derive(Clone, Debug, Args)]
pub(crate) struct ControlArgs {
    /// The socket of the running watch [default: `$XDG_RUNTIME_DIR/tagwright.sock`, else /run/tagwright.sock]
    #[arg(long, value_name = "PATH")]
    pub(crate) control: Option<PathBuf>,
    /// How long an answer is waited for
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub(crate) timeout: std::time::Duration,
}

impl ControlArgs {
    pub(crate) fn place(&self) -> PathBuf {
        self.control.clone().unwrap_or_else(default_place)
    }
}

pub(crate) fn default_place() -> PathBuf {
    let folder = env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty());
    let folder = folder.map_or_else(|| PathBuf::from("/run"), PathBuf::from);
    folder.join("tagwright.sock")
}
