//! Standard output, where an answer may not get through.

use std::fmt::Display;
use std::io::{self, Write, stdout};

use serde::Serialize;

use crate::failure::Failure;

pub(crate) fn text(text: impl Display) -> Result<(), Failure> {
    write(&text.to_string())
}

pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    write(&format!("{}\n", serde_json::to_string_pretty(value)?))
}

pub(crate) fn yaml(value: &impl Serialize) -> Result<(), Failure> {
    write(&serde_saphyr::to_string(value)?)
}

/// Each answer at once.
fn write(text: &str) -> Result<(), Failure> {
    let mut stdout = stdout().lock();
    let written = stdout.write_all(text.as_bytes());
    written
        .and_then(|()| stdout.flush())
        .map_err(|error| cut(&error))
}

fn cut(error: &io::Error) -> Failure {
    let way_out = match error.kind() {
        io::ErrorKind::BrokenPipe => "let its reader read to the end",
        _ => "give one that can be written to",
    };
    Failure::new(format!(
        "the answer was cut off at standard output: {error}; {way_out}"
    ))
}
