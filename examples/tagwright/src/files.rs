//! Files that the program makes: whole, or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use crate::failure::Failure;

/// A file to be made in a folder.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Writes the files into a folder: none takes its place before all of them are on the disk.
pub(crate) fn write_all(folder: &Path, files: &[File]) -> Result<(), Failure> {
    let fail = |file: &File, error: &io::Error| unwritten(&folder.join(&file.name), error);
    let mut written = Vec::with_capacity(files.len());
    for file in files {
        written.push(Temporary::write(folder, file).map_err(|error| fail(file, &error))?);
    }
    for (file, temporary) in files.iter().zip(&written) {
        let kept = fs::rename(&temporary.0, folder.join(&file.name));
        kept.map_err(|error| fail(file, &error))?;
    }
    Ok(())
}

/// Writes one file; into what is there and is no file, such as a pipe, without taking its place.
pub(crate) fn write_one(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fail = |error: io::Error| unwritten(path, &error);
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(fail(io::ErrorKind::IsADirectory.into())),
        Ok(metadata) if !metadata.is_file() => {
            let mut there = OpenOptions::new().write(true).open(path).map_err(fail)?;
            return there.write_all(bytes).map_err(fail);
        }
        _ => {}
    }
    let name = path
        .file_name()
        .ok_or(io::ErrorKind::InvalidFilename)
        .map_err(|kind| fail(kind.into()))?;
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let file = File {
        name: name.to_string_lossy().into_owned(),
        bytes: bytes.to_owned(),
    };
    write_all(folder.unwrap_or(Path::new(".")), &[file])
}

/// A file beside the one that it becomes, gone unless it does.
struct Temporary(PathBuf);

impl Temporary {
    fn write(folder: &Path, file: &File) -> io::Result<Self> {
        let path = folder.join(format!(".{}.{}.new", file.name, process::id()));
        let mut new = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)?;
        let temporary = Self(path);
        new.write_all(&file.bytes)?;
        new.sync_all()?;
        Ok(temporary)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Where it was renamed there is none any more.
        let _ = fs::remove_file(&self.0);
    }
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    Failure::new(format!(
        "{path} cannot be written: {error}; give a folder that is there and can be written to"
    ))
}
