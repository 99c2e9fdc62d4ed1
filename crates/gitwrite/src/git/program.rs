//! The program itself: found, its version checked, run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use super::environment::{self, Session};
use super::failure;
use super::process::{self, Failure, Finished};
use crate::control::{Control, Stop};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::remote::Remote;
use crate::transport::Call;

/// `GIT_CONFIG_GLOBAL`, with which the host's configuration is shut out, came with 2.32.
const NEEDED: (u32, u32) = (2, 32);

/// Finds `git` at its first use. Clones share what was found.
#[derive(Debug, Clone, Default)]
pub(crate) struct GitProgram {
    found: Arc<OnceLock<PathBuf>>,
}

impl GitProgram {
    /// Runs one command against the server of the call. `action` completes "cannot ..." in errors.
    pub(super) fn run(
        &self,
        call: Call<'_>,
        action: &str,
        arguments: &Arguments<'_>,
    ) -> Result<Finished, Error> {
        let shown = call.remote.present(call.control)?;
        let finished = self.run_as(&shown, call, action, arguments)?;
        // A provider's credentials may have expired; it is asked once more.
        if failure::is_refused(&finished)
            && let Some(other) = call.remote.replace(&shown, call.control)?
        {
            return self.run_as(&other, call, action, arguments);
        }
        Ok(finished)
    }

    fn run_as(
        &self,
        credentials: &Credentials,
        call: Call<'_>,
        action: &str,
        arguments: &Arguments<'_>,
    ) -> Result<Finished, Error> {
        let program = self.locate(call, action)?;
        let session = Session::open(call.remote, credentials, call.folder)?;
        let mut command = Command::new(program);
        session.prepare(&mut command);
        command.stdin(session.input(&arguments.input)?);
        if let Some(repository) = arguments.repository {
            command.arg("--git-dir").arg(repository);
        }
        command.args(
            arguments
                .setting
                .map(|setting| ["-c", setting])
                .into_iter()
                .flatten(),
        );
        command.arg(arguments.subcommand).args(&arguments.rest);
        let _span =
            tracing::debug_span!("git", command = arguments.subcommand, remote = %call.remote)
                .entered();
        let finished = process::run(&mut command, call.control);
        finished
            .map_err(|failure| arguments.explain(failure, action, call.remote))
            .inspect(|finished| log(finished, call.remote))
    }

    fn locate(&self, call: Call<'_>, action: &str) -> Result<&Path, Error> {
        if self.found.get().is_none() {
            let program = find()?;
            let said = ask_version(&program, call.control)
                .map_err(|failure| unusable(&program, failure, action, call.remote))?;
            judge_version(&said)?;
            let _ = self.found.set(program);
        }
        Ok(self.found.get().expect("it was just set"))
    }
}

/// What follows the program's name.
pub(super) struct Arguments<'a> {
    pub(super) repository: Option<&'a Path>,
    /// One setting of `git` for this command alone.
    pub(super) setting: Option<&'static str>,
    pub(super) subcommand: &'static str,
    pub(super) rest: Vec<String>,
    /// What it reads on standard input.
    pub(super) input: String,
}

impl Arguments<'_> {
    /// What a push did before it was ended is not known here.
    fn explain(&self, failure: Failure, action: &str, remote: &Remote) -> Error {
        let begun = matches!(failure, Failure::Stopped(_) | Failure::TooMuch);
        let error = stopped(failure, action, remote);
        if begun && self.subcommand == "push" {
            error.unclear()
        } else {
            error
        }
    }
}

fn log(finished: &Finished, remote: &Remote) {
    let status = finished.status;
    if status.success() {
        tracing::debug!(%status, "git ended");
    } else {
        let said = failure::first_line(finished, remote);
        tracing::debug!(%status, said, "git failed");
    }
}

fn find() -> Result<PathBuf, Error> {
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let candidates = std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("git"));
    let mut programs =
        candidates.filter(|path| rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok());
    programs.find(|path| path.is_file()).ok_or_else(|| {
        let message = format!(
            "the program git was not found in PATH; install git {}.{} or newer",
            NEEDED.0, NEEDED.1
        );
        Error::new(ErrorKind::GitNotFound, message)
    })
}

/// Where it is, and its version.
pub(crate) fn installed(control: &Control) -> Result<(PathBuf, String), Error> {
    let program = find()?;
    let said = ask_version(&program, control).map_err(|failure| match failure {
        Failure::NotStarted(stop) | Failure::Stopped(stop) => {
            stop_error(stop, "ask git for its version")
        }
        failure => no_git(&program, &failure),
    })?;
    judge_version(&said)?;
    Ok((program, version(&said)))
}

fn ask_version(program: &Path, control: &Control) -> Result<String, Failure> {
    let mut command = Command::new(program);
    environment::shut_out_host(&mut command);
    command.stdin(Stdio::null());
    let finished = process::run(command.arg("version"), control)?;
    Ok(String::from_utf8_lossy(&finished.stdout).into_owned())
}

fn judge_version(text: &str) -> Result<(), Error> {
    let version = version(text);
    let mut numbers = version
        .split(['.', ' ', '-'])
        .map_while(|part| part.parse::<u32>().ok());
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found >= NEEDED {
        return Ok(());
    }
    let message = format!(
        "git {version} is too old; install git {}.{} or newer",
        NEEDED.0, NEEDED.1
    );
    Err(Error::new(ErrorKind::GitTooOld, message))
}

/// As the program writes it, in one short line.
fn version(text: &str) -> String {
    let text = text.trim();
    let version = text.strip_prefix("git version ").unwrap_or(text);
    let shown = version.chars().filter(|c| !c.is_control());
    shown.take(40).collect()
}

/// The version is nobody's concern: a caller who must stop by then hears of what was asked for.
fn unusable(program: &Path, failure: Failure, action: &str, remote: &Remote) -> Error {
    match failure {
        Failure::NotStarted(stop) | Failure::Stopped(stop) => {
            stopped(Failure::NotStarted(stop), action, remote)
        }
        failure => no_git(program, &failure),
    }
}

/// What is found under the name does not work.
fn no_git(program: &Path, failure: &Failure) -> Error {
    let shown = program.display();
    let message = match failure {
        Failure::Io(error) => format!("cannot run {shown}: {error}; reinstall git"),
        _ => format!("{shown} is not git; install git"),
    };
    Error::new(ErrorKind::GitFailed, message)
}

fn stopped(failure: Failure, action: &str, remote: &Remote) -> Error {
    let url = remote.location();
    let error = match failure {
        Failure::NotStarted(stop) => late_error(stop, &format!("{action} {url}")),
        Failure::Stopped(stop) => stop_error(stop, &format!("{action} {url}")),
        Failure::TooMuch => {
            let message =
                format!("cannot {action} {url}: git writes more than 32 MiB; name fewer refs");
            Error::new(ErrorKind::LimitExceeded, message)
        }
        Failure::Io(error) => Error::new(
            ErrorKind::GitFailed,
            format!("cannot {action} {url}: cannot run git: {error}; check its install"),
        )
        .caused_by(error),
    };
    error.at(url)
}

/// The error for a call that was stopped before it asked anyone.
fn late_error(stop: Stop, action: &str) -> Error {
    match stop {
        Stop::Deadline => Error::new(
            ErrorKind::Timeout,
            format!("cannot {action}: the deadline passed before it began; allow more time"),
        ),
        Stop::Cancelled => stop_error(stop, action),
    }
}

/// The error for a call that was stopped. `action` completes "cannot ...".
pub(crate) fn stop_error(stop: Stop, action: &str) -> Error {
    match stop {
        Stop::Deadline => Error::new(
            ErrorKind::Timeout,
            format!("cannot {action}: the deadline passed; allow more time or check the server"),
        ),
        Stop::Cancelled => Error::new(
            ErrorKind::Cancelled,
            format!("cannot {action}: it was cancelled; start it again if it is wanted"),
        ),
    }
}

/// Fails unless the command ended well.
pub(super) fn succeeded(
    finished: Finished,
    action: &str,
    remote: &Remote,
) -> Result<Finished, Error> {
    if finished.status.success() {
        Ok(finished)
    } else {
        Err(failure::explain(action, remote, &finished))
    }
}

#[cfg(test)]
mod tests {
    use super::judge_version;

    #[test]
    fn versions_as_vendors_write_them() {
        for text in [
            "git version 2.39.5",
            "git version 2.32.0 (Apple Git-132)",
            "git version 2.45.1.windows.1",
            "git version 3.0-rc1",
        ] {
            assert!(judge_version(text).is_ok(), "{text}");
        }
        let error = judge_version("git version 2.20.1\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "git 2.20.1 is too old; install git 2.32 or newer"
        );
        assert!(judge_version("no git at all").is_err());
    }
}
