//! Secrets that a program prints.

use std::ffi::OsString;
use std::fmt;
use std::process::Stdio;
use std::time::Duration;

use tagwright_manifests::Secret;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};

use super::name::are_names;
use super::{SecretError, SecretFuture, SecretSource, read};

/// Secrets that a program prints, each time one is asked for.
///
/// The program is run without a shell, with the arguments given, the namespace and the name. It prints the Secret as YAML
/// or JSON, as `kubectl get secret -o yaml` does; nothing at all says that there is none. It has no standard input, and
/// what it writes to standard error is dropped, since a secret may stand there. What it prints has 2 MiB at most, and
/// comes within 30 seconds unless [`timeout`](Self::timeout) says otherwise; a program that takes longer is ended, on Unix
/// with all that it started.
///
/// ```
/// use tagwright::SecretCommand;
///
/// // Runs `vault-secret --role tagwright flux-system deploy-key`.
/// let secrets = SecretCommand::new("vault-secret").arg("--role").arg("tagwright");
/// ```
#[derive(Clone)]
pub struct SecretCommand {
    program: OsString,
    arguments: Vec<OsString>,
    timeout: Duration,
}

impl SecretCommand {
    /// A program, by its path or by its name on the `PATH`.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            timeout: Duration::from_secs(30),
        }
    }

    /// An argument before the namespace and the name. It can be seen in the list of processes: no secret may stand here.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// How long the program may take.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn ask(&self, namespace: &str, name: &str) -> Result<Option<Secret>, SecretError> {
        let asked = self.run(namespace, name);
        let late = |_| self.error(&format!("did not answer within {:?}", self.timeout));
        let output = tokio::time::timeout(self.timeout, asked)
            .await
            .map_err(late)??;
        let place = format!("the output of {}", self.shown());
        read::one(&output, &place, namespace, name)
    }

    async fn run(&self, namespace: &str, name: &str) -> Result<Vec<u8>, SecretError> {
        let mut child = self.start(namespace, name)?;
        let _group = Group::of(&child);
        let broken = |error: std::io::Error| self.error(&format!("broke off: {}", error.kind()));
        let mut output = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            let mut stdout = stdout.take(read::LONGEST as u64 + 1);
            while stdout.read_buf(&mut output).await.map_err(broken)? > 0 {}
        }
        if output.len() > read::LONGEST {
            return Err(self.error(&format!("printed more than {} bytes", read::LONGEST)));
        }
        let status = child.wait().await.map_err(broken)?;
        if !status.success() {
            return Err(self.error(&format!("failed for {namespace}/{name} ({status})")));
        }
        Ok(output)
    }

    fn start(&self, namespace: &str, name: &str) -> Result<Child, SecretError> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .args([namespace, name])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let failed =
            |error: std::io::Error| self.error(&format!("did not start: {}", error.kind()));
        command.spawn().map_err(failed)
    }

    fn shown(&self) -> String {
        format!("the command {}", self.program.to_string_lossy())
    }

    fn error(&self, what: &str) -> SecretError {
        let command = self.shown();
        SecretError::new(format!("{command} {what}; try it by hand"))
    }
}

impl SecretSource for SecretCommand {
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
        Box::pin(async move {
            if !are_names(namespace, name) {
                return Ok(None);
            }
            self.ask(namespace, name).await
        })
    }
}

/// The program, without its arguments.
impl fmt::Debug for SecretCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretCommand")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}

/// The program with all that it started, killed when it is dropped.
struct Group(#[cfg(unix)] Option<rustix::process::Pid>);

#[cfg(unix)]
impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(rustix::process::Pid::from_raw))
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Its number is nobody else's: it is that of a group as long as one of it lives, and numbers are not used
            // again within a moment.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

/// The program alone is killed, when it is dropped.
#[cfg(not(unix))]
impl Group {
    fn of(_: &Child) -> Self {
        Self()
    }
}
