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
/// An empty folder without a lock is one that is being made, or whose maker died in that moment.
const UNLOCKED_GRACE: Duration = Duration::from_secs(3600);

/// A folder of mode 0700 that is removed when it is dropped.
///
/// A lock is held on a file in it for as long as its owner lives. A process that is killed loses the lock, so the next
/// folder that is made, by any process of this user, removes the dead one. The lock is the first thing to come and the last
/// to go: what is in a folder without one belongs to nobody.
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

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now, the next folder's maker tries again.
        let _ = empty(self.path());
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
        if is_own(&path) && remove_abandoned(&path).is_ok_and(|removed| removed) {
            tracing::info!(folder = %path.display(), "removed the folder of a process that died");
        }
    }
}

fn is_own(folder: &Path) -> bool {
    let user = rustix::process::geteuid().as_raw();
    fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir() && found.uid() == user)
}

/// Holds the lock until all is gone: a folder's maker that has not locked it yet waits, and then makes another.
fn remove_abandoned(folder: &Path) -> io::Result<bool> {
    // Looked at first: what is there before a lock is missed had a lock before it.
    let is_begun = fs::read_dir(folder)?.next().is_some();
    let _lock = match File::open(folder.join(LOCK)) {
        Ok(lock) => match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Some(lock),
            Err(_) => return Ok(false),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if !is_begun && !is_old(&fs::symlink_metadata(folder)?) {
                return Ok(false);
            }
            None
        }
        Err(error) => return Err(error),
    };
    empty(folder)?;
    fs::remove_dir_all(folder).map(|()| true)
}

/// Removes everything but the lock, so that a process that is killed meanwhile leaves a folder that is swept.
fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == LOCK {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn is_old(metadata: &fs::Metadata) -> bool {
    let age = metadata
        .modified()
        .ok()
        .and_then(|made| SystemTime::now().duration_since(made).ok());
    age.is_some_and(|age| age > UNLOCKED_GRACE)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{LOCK, PREFIX, create_in, empty, sweep};

    #[test]
    fn the_lock_goes_last() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("call-x/sub")).unwrap();
        for name in [LOCK, "call-x/credentials", "call-x/sub/key", "zzz"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        empty(folder.path()).unwrap();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1);
        assert!(folder.path().join(LOCK).exists());
    }

    /// As an older version, killed while it cleaned up, leaves one; and as one looks that is being made.
    #[test]
    fn folders_without_a_lock() {
        let base = tempfile::tempdir().unwrap();
        let [dead, made] = ["dead", "made"].map(|name| base.path().join(PREFIX.to_owned() + name));
        fs::create_dir_all(dead.join("call-x")).unwrap();
        fs::write(dead.join("call-x/credentials"), "secret").unwrap();
        fs::create_dir(&made).unwrap();
        sweep(base.path());
        assert_eq!((dead.exists(), made.exists()), (false, true));
    }

    #[test]
    fn nothing_that_lives_is_swept() {
        let base = tempfile::tempdir().unwrap();
        let live = || {
            for _ in 0..100 {
                let folder = create_in(base.path()).unwrap();
                let call = folder.subfolder().unwrap();
                sweep(base.path());
                assert!(call.path().exists());
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(live);
            }
        });
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 0);
    }
}
