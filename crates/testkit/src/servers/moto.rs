use std::{env, process::Command};

use tempfile::TempDir;

use super::{process::Process, program};
use crate::Missing;

/// The environment variable that names the program.
const MOTO: &str = "TAGWRIGHT_MOTO";

const REMEDY: &str = "run `pip install moto flask flask-cors` in a Python environment and name its bin/moto_server in \
     TAGWRIGHT_MOTO";

/// Moto, which answers as Amazon's services do: ECR and STS, for instance.
///
/// It takes any credentials. The password of a registry is `<account>-auth-token`, and the account is that of the role
/// whose credentials were shown, else `123456789012`.
#[derive(Debug)]
pub struct Moto {
    process: Process,
    // Deleted after the process has ended.
    _folder: TempDir,
}

impl Moto {
    /// Starts the program that the environment variable `TAGWRIGHT_MOTO` names, else `moto_server` on the `PATH`.
    ///
    /// # Errors
    ///
    /// When there is none.
    #[track_caller]
    pub fn start() -> Result<Self, Missing> {
        let name = env::var(MOTO).unwrap_or_else(|_| "moto_server".to_owned());
        let moto = program::find(&[&name], REMEDY)?;
        let folder = TempDir::with_prefix("tagwright-moto-").expect("a temporary folder");
        let process = Process::listen(folder.path(), |port| {
            let mut command = Command::new(&moto);
            command
                .args(["-H", "127.0.0.1", "-p"])
                .arg(port.to_string());
            command
        });
        Ok(Self {
            process,
            _folder: folder,
        })
    }

    /// What stands for all of Amazon's services.
    pub fn url(&self) -> String {
        format!("http://{}", self.process.address())
    }
}
