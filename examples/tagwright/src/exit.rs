//! How the program ends.

use std::process::ExitCode;

use crate::failure::Failure;

/// What came of a command that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Changes are planned, and the caller asked to be told.
    Planned,
    /// Some parts were done, and others failed.
    Partial,
}

pub(crate) fn code(ended: Result<Exit, Failure>) -> ExitCode {
    match ended {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Planned) => ExitCode::from(2),
        Ok(Exit::Partial) => ExitCode::from(3),
        Err(failure) => {
            failure.tell();
            ExitCode::FAILURE
        }
    }
}

/// Help is no failure; a wrong flag is one like any other.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is there to be told that the message could not be printed.
    let _ = error.print();
    if error.use_stderr() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
