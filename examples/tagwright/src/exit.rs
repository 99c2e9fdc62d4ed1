//! How the program ends.

use std::process::ExitCode;

use crate::failure::Failure;

/// What came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// It failed, and why is told already.
    Failed,
    /// Changes are planned, and the caller asked to be told.
    Planned,
    /// Some parts were done, and others failed.
    Partial,
}

pub(crate) fn code(ended: Result<Exit, Failure>) -> ExitCode {
    match ended {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Failed) => ExitCode::FAILURE,
        Ok(Exit::Planned) => ExitCode::from(2),
        Ok(Exit::Partial) => ExitCode::from(3),
        Err(failure) => {
            failure.tell();
            ExitCode::FAILURE
        }
    }
}
