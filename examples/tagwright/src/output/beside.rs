//! What is told beside the answer.

use std::io::{Write as _, stderr};

/// A line on standard error, which may be gone.
pub(crate) fn warn(message: &str) {
    let _ = writeln!(stderr(), "warning: {message}");
}
