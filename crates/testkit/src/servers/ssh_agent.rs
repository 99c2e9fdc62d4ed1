use std::{
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::program;
use crate::{Missing, run::succeed};

const REMEDY: &str = "install the Debian package openssh-client";

/// An SSH agent with one key.
#[derive(Debug)]
pub struct SshAgent {
    process: Child,
    folder: TempDir,
}

impl SshAgent {
    /// Starts it and adds a key without a passphrase.
    ///
    /// # Errors
    ///
    /// When `ssh-agent` or `ssh-add` is not installed.
    #[track_caller]
    pub fn start(private_key: impl AsRef<Path>) -> Result<Self, Missing> {
        let agent = program::find(&["ssh-agent"], REMEDY)?;
        let add = program::find(&["ssh-add"], REMEDY)?;
        let folder = TempDir::with_prefix("tagwright-agent-").expect("a temporary folder");
        let mut command = Command::new(agent);
        command
            .arg("-D")
            .arg("-a")
            .arg(folder.path().join("socket"));
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("ssh-agent starts");
        let agent = Self { process, folder };
        let start = Instant::now();
        while UnixStream::connect(agent.socket()).is_err()
            && start.elapsed() < Duration::from_secs(10)
        {
            thread::sleep(Duration::from_millis(5));
        }
        let mut command = Command::new(add);
        command.arg("-q").arg(private_key.as_ref());
        succeed(command.env("SSH_AUTH_SOCK", agent.socket()), b"");
        Ok(agent)
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }
}

impl Drop for SshAgent {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
