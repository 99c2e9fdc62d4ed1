//! Records as files.

mod name;

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::error::StateError;
use super::store::{StateFuture, StateStore};

/// Keeps each record in a file of its own in a folder.
///
/// A file is written beside its place, synced, and moved there: at any moment, also after a crash or on a full disk, the
/// place has the old record or the new one, whole. A record that cannot be read nevertheless is renamed to
/// `<name>.broken-1` and so on, up to nine, and made anew. The folder is made when something is first written, for this
/// user alone, and may be thrown away at any time.
///
/// Any number of processes of one machine may share a folder; nothing is locked, and the last writer wins. That is enough:
/// what two of them write of one image or policy differs in which of them was later.
///
/// ```
/// use std::sync::Arc;
/// use tagwright::{Automation, FileState};
///
/// let mut builder = Automation::builder();
/// builder.state(Arc::new(FileState::new("/var/lib/tagwright")));
/// ```
#[derive(Clone, Debug)]
pub struct FileState {
    folder: PathBuf,
    is_swept: Arc<AtomicBool>,
}

/// More than any record has.
const MAX_BYTES: u64 = 16 << 20;

/// What a killed process left behind is taken away after this time.
const LEFT_BEHIND: Duration = Duration::from_secs(3600);

/// How many broken records of one key are kept.
const KEPT: u32 = 9;

impl FileState {
    /// Records in a folder. Nothing is read or written yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            is_swept: Arc::default(),
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(name::of(key))
    }

    /// Runs blocking work on a thread for it, which ends it even when nobody waits any more.
    fn offload<'a, T: Send + 'static>(
        &self,
        key: &str,
        doing: &'static str,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> StateFuture<'a, T> {
        let path = self.path(key);
        Box::pin(async move {
            let shown = path.display().to_string();
            let done = tokio::task::spawn_blocking(move || work(&path)).await;
            let failed = |error: &dyn std::fmt::Display| {
                let remedy = "check the folder's disk and permissions";
                StateError::new(format!("cannot {doing} {shown}: {error}; {remedy}"))
            };
            match done {
                Ok(Ok(done)) => Ok(done),
                Ok(Err(error)) => Err(failed(&error)),
                Err(error) => Err(failed(&error)),
            }
        })
    }
}

impl StateStore for FileState {
    fn load<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<Vec<u8>>> {
        self.offload(key, "read", read)
    }

    fn store<'a>(&'a self, key: &'a str, bytes: &'a [u8]) -> StateFuture<'a, ()> {
        let (bytes, is_swept) = (bytes.to_vec(), Arc::clone(&self.is_swept));
        self.offload(key, "write", move |path| {
            let folder = path.parent().unwrap_or(Path::new("."));
            make_folder(folder)?;
            if !is_swept.swap(true, Ordering::Relaxed) {
                sweep(folder);
            }
            write(path, folder, &bytes)
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StateFuture<'a, ()> {
        self.offload(key, "remove", |path| absent_is_fine(fs::remove_file(path)))
    }

    fn set_aside<'a>(&'a self, key: &'a str) -> StateFuture<'a, ()> {
        self.offload(key, "set aside", |path| {
            absent_is_fine(fs::rename(path, aside(path)))
        })
    }
}

/// The content, cut where no record is as long: the cut cannot be read, and is set aside.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn write(path: &Path, folder: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path);
    let written = write_new(&new, bytes)
        .and_then(|()| fs::rename(&new, path))
        .and_then(|()| sync_folder(folder));
    if written.is_err() {
        // It may be that it was not made at all.
        let _ = fs::remove_file(&new);
    }
    written
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Elsewhere a folder cannot be opened, and need not be.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// A name that no other writer has, of this process or another.
fn beside(path: &Path) -> PathBuf {
    static WRITES: AtomicU64 = AtomicU64::new(0);
    let (process, write) = (std::process::id(), WRITES.fetch_add(1, Ordering::Relaxed));
    let random = fastrand::u32(..);
    path.with_extension(format!("{process}-{write}-{random:08x}.new"))
}

fn aside(path: &Path) -> PathBuf {
    let numbered = |number| path.with_extension(format!("broken-{number}"));
    let free = (1..KEPT).map(numbered).find(|path| !path.exists());
    free.unwrap_or_else(|| numbered(KEPT))
}

/// Takes away what processes left behind that were killed while they wrote. That it fails is no reason to.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|end| end == "new") && is_left_behind(&path) {
            let _ = fs::remove_file(path);
        }
    }
}

fn is_left_behind(path: &Path) -> bool {
    let modified = fs::symlink_metadata(path).and_then(|file| file.modified());
    modified.is_ok_and(|time| {
        SystemTime::now()
            .duration_since(time)
            .is_ok_and(|age| age > LEFT_BEHIND)
    })
}

fn absent_is_fine(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
