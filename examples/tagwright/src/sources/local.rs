//! Manifests on this machine.

use std::fs::{self, File};
use std::io::{self, Read, stdin};
use std::path::Path;

use tagwright::Source;

use crate::failure::Failure;

/// More than any manifests that are piped.
const MOST_BYTES: u64 = 64 << 20;

/// A folder and a file are read again whenever that is needed; a pipe gives once what it has.
pub(crate) fn source(path: &str) -> Result<Source, Failure> {
    if path == "-" {
        let bytes = all(stdin().lock()).map_err(|error| unreadable("standard input", &error))?;
        return Ok(Source::text("standard input", bytes));
    }
    let failed = |error: io::Error| unreadable(path, &error);
    let metadata = fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return Ok(Source::directory(path));
    }
    let file = File::open(path).map_err(failed)?;
    if metadata.is_file() {
        return Ok(Source::file(Path::new(path)));
    }
    Ok(Source::text(path, all(file).map_err(failed)?))
}

fn all(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        let large = format!("it has more than {MOST_BYTES} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, large));
    }
    Ok(bytes)
}

fn unreadable(path: &str, error: &io::Error) -> Failure {
    Failure::new(format!(
        "{path} cannot be read: {error}; give the path of a folder or a file, or - for standard input"
    ))
}
