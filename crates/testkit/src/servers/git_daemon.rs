use std::process::Command;

use tempfile::TempDir;

use super::process::Process;
use crate::{Missing, git::BareRepository};

/// A repository behind `git daemon`, which lets everybody fetch and push.
#[derive(Debug)]
pub struct GitDaemon {
    process: Process,
    // Deleted after the process has ended.
    _folder: TempDir,
}

impl GitDaemon {
    /// Serves a repository.
    ///
    /// # Errors
    ///
    /// When `git` has no `daemon`.
    #[track_caller]
    pub fn start(repository: &BareRepository) -> Result<Self, Missing> {
        let asked = Command::new("git").args(["daemon", "--help-none"]).output();
        let said = asked.map_or_else(
            |_| String::new(),
            |output| String::from_utf8_lossy(&output.stderr).into_owned(),
        );
        if !said.contains("usage: git daemon") {
            return Err(Missing::new("git daemon", "install the Debian package git"));
        }
        let folder = TempDir::with_prefix("tagwright-daemon-").expect("a temporary folder");
        let home = repository.home();
        let process = Process::listen(folder.path(), |port| {
            let mut command = Command::new("git");
            command.args([
                "daemon",
                "--reuseaddr",
                "--export-all",
                "--enable=receive-pack",
            ]);
            command.args(["--listen=127.0.0.1", &format!("--port={port}")]);
            command.arg(format!("--base-path={}", home.display()));
            command
                .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
                .env("GIT_CONFIG_NOSYSTEM", "1");
            command
        });
        Ok(Self {
            process,
            _folder: folder,
        })
    }

    /// The repository's URL.
    pub fn url(&self) -> String {
        format!("git://{}/repository.git", self.process.address())
    }
}
