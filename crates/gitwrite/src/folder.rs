//! The private folder of one piece of work, and what dead processes left of theirs.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

use crate::error::Error;

const PREFIX: &str = "tagwright-gitwrite-";
const LOCK: &str = "lock";
/// A folder without a lock is one that is being made, or whose maker died in that moment.
const UNLOCKED_GRACE: Duration = Duration::from_secs(3600);

/// A folder of mode 0700 that is removed when it is dropped.
///
/// A lock is held on a file in it for as long as its owner lives. A process that is killed loses the lock, so the next
/// folder that is made, by any process of this user, removes the dead one.
#[derive(Debug)]
pub(crate) struct Folder {
    directory: TempDir,
    lock: File,
}

impl Folder {
    pub(crate) fn create() -> Result<Folder, Error> {
        let base = std::env::temp_dir();
        sweep(&base);
        create_in(&base).map_err(|error| Error::storage("make a private folder", error))
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A new folder inside this one, removed when it is dropped.
    pub(crate) fn subfolder(&self) -> Result<TempDir, Error> {
        let made = tempfile::Builder::new()
            .prefix("call-")
            .permissions(private_mode())
            .tempdir_in(self.path());
        made.map_err(|error| Error::storage("make a private folder", error))
    }
}

pub(crate) fn private_mode() -> fs::Permissions {
    fs::Permissions::from_mode(0o700)
}

/// A sweeper can take a folder between its lock's making and its locking; then the lock is in no folder any more.
fn create_in(base: &Path) -> io::Result<Folder> {
    loop {
        let folder = try_create_in(base)?;
        if folder.lock.metadata()?.nlink() > 0 {
            return Ok(folder);
        }
    }
}

fn try_create_in(base: &Path) -> io::Result<Folder> {
    let directory = tempfile::Builder::new()
        .prefix(PREFIX)
        .permissions(private_mode())
        .tempdir_in(base)?;
    let lock = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(directory.path().join(LOCK))?;
    flock(&lock, FlockOperation::LockExclusive)?;
    Ok(Folder { directory, lock })
}

/// Writes a file that only this user can read.
pub(crate) fn write_private(path: &Path, content: &str) -> Result<(), Error> {
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    written
        .and_then(|mut file| file.write_all(content.as_bytes()))
        .map_err(|error| Error::storage("write a private file", error))
}

/// Lets this user, and nobody else, run a file.
pub(crate) fn make_runnable(path: &Path) -> Result<(), Error> {
    fs::set_permissions(path, private_mode())
        .map_err(|error| Error::storage("write a private file", error))
}

pub(crate) fn make_directory(path: &Path) -> Result<(), Error> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| Error::storage("make a private folder", error))
}

/// Removes the folders of processes that died. What cannot be removed is left: it is not ours to fail for.
fn sweep(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else {
        return;
    };
    let named = |path: &PathBuf| {
        path.file_name()
            .and_then(|n| n.to_str())
            .is_some_and(|n| n.starts_with(PREFIX))
    };
    for path in entries.flatten().map(|entry| entry.path()).filter(named) {
        if is_abandoned(&path) && fs::remove_dir_all(&path).is_ok() {
            tracing::info!(folder = %path.display(), "removed the folder of a process that died");
        }
    }
}

fn is_abandoned(folder: &Path) -> bool {
    let Ok(metadata) = fs::symlink_metadata(folder) else {
        return false;
    };
    if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
        return false;
    }
    match File::open(folder.join(LOCK)) {
        Ok(lock) => flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok(),
        Err(_) => is_old(&metadata),
    }
}

fn is_old(metadata: &fs::Metadata) -> bool {
    let age = metadata
        .modified()
        .ok()
        .and_then(|made| SystemTime::now().duration_since(made).ok());
    age.is_some_and(|age| age > UNLOCKED_GRACE)
}
