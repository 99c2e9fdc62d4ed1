//! Standard input, and what is told beside the answer.

use std::io::{Read as _, Write as _, stderr, stdin};

use crate::failure::Failure;

/// All of standard input.
pub(crate) fn input() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A line on standard error, which may be gone.
pub(crate) fn warn(message: &str) {
    let _ = writeln!(stderr(), "warning: {message}");
}
