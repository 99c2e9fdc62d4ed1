//! A test binary's `main`, for tests that may find out while they run that a program is missing.
//!
//! The binary is declared with `harness = false`:
//!
//! ```no_run
//! use std::process::ExitCode;
//! use tagwright_testkit::harness::{self, TestResult, test};
//!
//! fn main() -> ExitCode {
//!     harness::main(vec![test("sum::adds", adds)])
//! }
//!
//! fn adds() -> TestResult {
//!     assert_eq!(u8::from_str_radix("11", 2)?, 3);
//!     Ok(())
//! }
//! ```
//!
//! It takes the arguments of the standard harness (a filter, `--list`, `--exact`, `--skip`, `--test-threads`). A test
//! that returns [`Missing`] is shown as `ignored (<the line of Missing>)` and counted as ignored in the closing
//! summary; where every server has to be there, [`REQUIRE_SERVERS`] is set to `1` and it fails with that line.

use std::{env, error::Error, fmt, future::Future, process::ExitCode};

use libtest_mimic::{Arguments, Completion, Failed};

use crate::Missing;

/// The environment variable that makes a missing program a failure when it is `1`.
pub const REQUIRE_SERVERS: &str = "TAGWRIGHT_REQUIRE_SERVERS";

/// What a test returns that can do without `unwrap`.
pub type TestResult = Result<(), TestError>;

/// What a test may return: a [`TestResult`], or nothing when it only panics.
pub trait Outcome {
    /// The result of the test.
    fn into_result(self) -> TestResult;
}

impl Outcome for TestResult {
    fn into_result(self) -> TestResult {
        self
    }
}

impl Outcome for () {
    fn into_result(self) -> TestResult {
        Ok(())
    }
}

/// Runs the tests that the command line asks for, and prints their outcomes and a summary.
///
/// The exit code is 0, or 101 when a test failed.
pub fn main(tests: Vec<Trial>) -> ExitCode {
    let trials = tests.into_iter().map(|trial| trial.0).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A test and its name, by which the command line selects it.
#[derive(Debug)]
pub struct Trial(libtest_mimic::Trial);

/// A test of a function or closure. It fails when it returns an error and when it panics.
pub fn test<R: Outcome>(
    name: impl Into<String>,
    run: impl FnOnce() -> R + Send + 'static,
) -> Trial {
    Trial(libtest_mimic::Trial::ignorable_test(name, || {
        conclude(run().into_result(), required())
    }))
}

/// A test of an async function, on a single-threaded tokio runtime of its own.
pub fn async_test<F: Future<Output: Outcome>>(
    name: impl Into<String>,
    run: impl FnOnce() -> F + Send + 'static,
) -> Trial {
    test(name, || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(run()).into_result()
    })
}

fn required() -> bool {
    env::var_os(REQUIRE_SERVERS).is_some_and(|value| value == "1")
}

fn conclude(result: TestResult, required: bool) -> Result<Completion, Failed> {
    match result.map_err(|error| error.0) {
        Ok(()) => Ok(Completion::Completed),
        Err(Reason::Missing(missing)) if !required => Ok(Completion::ignored_with(missing)),
        Err(Reason::Missing(missing)) => Err(missing.into()),
        Err(Reason::Failure(text)) => Err(text.into()),
    }
}

/// Why a test did not pass: an error of any kind, or a program that is [`Missing`].
pub struct TestError(Reason);

enum Reason {
    Missing(Missing),
    Failure(String),
}

impl TestError {
    /// A failure in the test's own words.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Reason::Failure(text.into()))
    }
}

impl<E: Error + 'static> From<E> for TestError {
    fn from(error: E) -> Self {
        let any: &(dyn Error + 'static) = &error;
        match any.downcast_ref::<Missing>() {
            Some(missing) => Self(Reason::Missing(missing.clone())),
            None => Self::new(chain(any)),
        }
    }
}

/// The error and its sources on one line, as the sources often hold the cause.
fn chain(error: &dyn Error) -> String {
    let own = error.to_string();
    match error.source() {
        Some(source) => format!("{own}: {}", chain(source)),
        None => own,
    }
}

impl fmt::Debug for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Missing(missing) => write!(f, "{missing}"),
            Reason::Failure(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn missing() -> TestResult {
        Err(Missing::new(
            "sshd",
            "install the Debian package openssh-server",
        ))?
    }

    #[test]
    fn missing_is_ignored_with_its_line() {
        let Ok(Completion::Ignored { reason }) = conclude(missing(), false) else {
            panic!("not ignored");
        };
        let line = "sshd is not installed; install the Debian package openssh-server";
        assert_eq!(reason.as_deref(), Some(line));
    }

    #[test]
    fn missing_fails_where_servers_are_required() {
        let Err(failed) = conclude(missing(), true) else {
            panic!("not failed");
        };
        let line = "sshd is not installed; install the Debian package openssh-server";
        assert_eq!(failed.message(), Some(line));
    }

    #[test]
    fn an_error_fails_with_its_sources() {
        let error = io::Error::other("broken pipe");
        let Err(failed) = conclude(Err(error.into()), false) else {
            panic!("not failed");
        };
        assert_eq!(failed.message(), Some("broken pipe"));
    }
}
