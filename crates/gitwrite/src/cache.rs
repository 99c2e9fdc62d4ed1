//! What a run fetched, kept for the next.

use std::fs::{self, File, OpenOptions};
use std::hash::Hasher;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::control::{Control, TICK};
use crate::error::Error;
use crate::folder::make_directory;
use crate::git::stop_error;
use crate::object_id::ObjectId;
use crate::remote::Remote;

/// Each fetch adds one. With many more, every look-up takes longer than fetching anew.
const MAX_PACKS: usize = 64;

/// The folder of one remote in a cache: a bare repository that is only added to while anybody uses it.
///
/// Two locks guard it. `fetching` is held by the one process that adds to it, `using` is shared by all that read it; what
/// is thrown away is thrown away by who holds both. A process that is killed loses its locks.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    using: File,
}

/// The right to add to a cache.
pub(crate) struct Adding {
    _lock: File,
}

impl Cache {
    /// The folder of this remote, made when it is not there.
    pub(crate) fn open(root: &Path, remote: &Remote) -> Result<Cache, Error> {
        let folder = root.join(name(remote));
        make_directory(&folder)?;
        let using = lock_file(&folder.join("using"))?;
        flock(&using, FlockOperation::LockShared).map_err(|error| storage(error.into()))?;
        Ok(Cache { folder, using })
    }

    /// Waits until no other process adds to it, and removes what a killed one left half done.
    pub(crate) fn add(&self, remote: &Remote, control: &Control) -> Result<Adding, Error> {
        let lock = lock_file(&self.folder.join("fetching"))?;
        while flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            control.sleep(TICK).map_err(|stop| {
                let url = remote.location();
                stop_error(stop, &format!("use the cache of {url}")).at(url)
            })?;
        }
        for hash in [gix_hash::Kind::Sha1, gix_hash::Kind::Sha256] {
            sweep(&self.git_dir(hash));
            if packs(&self.git_dir(hash)) > MAX_PACKS {
                self.clear()?;
            }
        }
        Ok(Adding { _lock: lock })
    }

    /// Throws everything away, unless somebody else is reading it. Only for who adds.
    pub(crate) fn clear(&self) -> Result<(), Error> {
        if self.is_alone() {
            tracing::info!(folder = %self.folder.display(), "emptied the cache");
            for hash in [gix_hash::Kind::Sha1, gix_hash::Kind::Sha256] {
                // What cannot be removed is found again, and is no worse than before.
                let _ = fs::remove_dir_all(self.git_dir(hash));
            }
            flock(&self.using, FlockOperation::LockShared)
                .map_err(|error| storage(error.into()))?;
        }
        Ok(())
    }

    /// A process that another thread has just started holds a copy of the lock for a moment.
    fn is_alone(&self) -> bool {
        (0..10).any(|tries| {
            if tries > 0 {
                std::thread::sleep(TICK);
            }
            flock(&self.using, FlockOperation::NonBlockingLockExclusive).is_ok()
        })
    }

    pub(crate) fn git_dir(&self, hash: gix_hash::Kind) -> PathBuf {
        self.folder.join(hash.to_string())
    }

    /// The repository that holds what this id names, if it was fetched before.
    pub(crate) fn find(&self, id: &ObjectId) -> Option<PathBuf> {
        let git_dir = self.git_dir(id.hash());
        git_dir.join(kept_as(id)).is_file().then_some(git_dir)
    }

    /// Notes that all of what the ref names is here now.
    pub(crate) fn keep(git_dir: &Path, incoming: &str, id: &ObjectId) -> Result<(), Error> {
        fs::rename(git_dir.join(incoming), git_dir.join(kept_as(id))).map_err(storage)
    }
}

/// A ref for each, so that `git` tells the server what is here.
fn kept_as(id: &ObjectId) -> String {
    format!("refs/tagwright/kept-{id}")
}

/// One name for each URL and extent; what is in the folder is asked for again with the credentials at hand, each time.
fn name(remote: &Remote) -> String {
    // FNV-1a: the name must be the same for every version of this crate and of Rust.
    struct Fnv(u64);
    impl Hasher for Fnv {
        fn finish(&self) -> u64 {
            self.0
        }

        fn write(&mut self, bytes: &[u8]) {
            for byte in bytes {
                self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    hasher.write(remote.location().as_str().as_bytes());
    let extent = remote.blobs_wanted().filter().unwrap_or_default();
    let extent = extent.replace([':', '='], "-");
    let last = remote
        .location()
        .as_str()
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let safe = |c: &char| c.is_ascii_alphanumeric() || "-_".contains(*c);
    let last: String = last.chars().filter(safe).take(40).collect();
    format!("{last}-{:016x}-{extent}", hasher.finish())
}

fn lock_file(path: &Path) -> Result<File, Error> {
    let opened = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path);
    opened.map_err(storage)
}

fn storage(error: std::io::Error) -> Error {
    Error::storage("use the cache", error)
}

/// Files of fetches that were killed: unfinished packs, and locks that nobody holds.
fn sweep(git_dir: &Path) {
    let folders = ["", "objects/pack", "objects", "refs/tagwright"];
    for entry in folders
        .iter()
        .filter_map(|folder| fs::read_dir(git_dir.join(folder)).ok())
        .flat_map(Iterator::flatten)
    {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_dir && name.starts_with("tmp_objdir") {
            let _ = fs::remove_dir_all(entry.path());
        } else if !is_dir
            && (name.ends_with(".lock") || name.starts_with("tmp_") || name.starts_with(".tmp"))
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn packs(git_dir: &Path) -> usize {
    let entries = fs::read_dir(git_dir.join("objects/pack"))
        .into_iter()
        .flatten();
    let names = entries.flatten().map(|entry| entry.file_name());
    names
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "pack"))
        .count()
}
