//! Replacing files: all of them, or none.

use std::collections::BTreeSet;
use std::io;
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, Stat, flock, fsync};
use rustix::io::Errno;
use tagwright_gitwrite::Control;

use super::fingerprint::Fingerprint;
use super::root::{Content, Root, look, read};
use super::temporary::{Temporary, remove};
use crate::draft::MAX_FILE_BYTES;
use crate::error::{Error, ErrorKind};
use crate::offload::cancelled;
use crate::report::Stale;

/// A file, as it must be found, and as it is to be.
pub(crate) struct Replacement {
    pub(crate) path: String,
    pub(crate) old: Fingerprint,
    pub(crate) new: Vec<u8>,
}

/// Replaces the files, or answers why they are not the ones any more that were read.
///
/// All new files stand on the disk beside the old ones before the first takes its place. When one cannot, those before
/// it are put back.
pub(crate) fn replace(
    root: &Root,
    files: &[Replacement],
    leftovers: &[String],
    control: &Control,
) -> Result<Result<(), Stale>, Error> {
    if lock(root, control)? {
        for leftover in leftovers {
            // It may be gone, or in a folder that cannot be written: then it is for the next one.
            let _ = remove(root, leftover);
        }
    }
    let mut prepared = Vec::with_capacity(files.len());
    for file in files {
        match Prepared::new(root, file).map_err(|error| failed(root, &file.path, &error))? {
            Some(one) => prepared.push(one),
            None => return Ok(Err(changed(&file.path))),
        }
    }
    if control.is_cancelled() {
        return Err(cancelled());
    }
    exchange(root, &prepared)
}

/// Each file in its place, one after another.
fn exchange(root: &Root, files: &[Prepared<'_>]) -> Result<Result<(), Stale>, Error> {
    for (index, file) in files.iter().enumerate() {
        let Err(stop) = file.exchange() else { continue };
        put_back(root, &files[..index], file.path, &stop)?;
        return match stop {
            Stop::Changed => Ok(Err(changed(file.path))),
            Stop::Failed(error) => Err(failed(root, file.path, &error)),
        };
    }
    sync_folders(root, files);
    Ok(Ok(()))
}

fn put_back(root: &Root, done: &[Prepared<'_>], path: &str, stop: &Stop) -> Result<(), Error> {
    let mut stay = Vec::new();
    for file in done {
        if let Err(error) = file.put_back() {
            stay.push(format!("{} ({error})", file.path));
        }
    }
    if stay.is_empty() {
        return Ok(());
    }
    let why = match stop {
        Stop::Changed => "it changed meanwhile".to_owned(),
        Stop::Failed(error) => error.to_string(),
    };
    let (shown, stay) = (root.path(), stay.join(", "));
    let message = format!(
        "{path} in the directory {shown} cannot be replaced: {why}; these stay changed, as they could not be put back: {stay}"
    );
    Err(Error::new(ErrorKind::Directory, message))
}

/// A file with its successor and its old self beside it.
struct Prepared<'r> {
    root: &'r Root,
    path: &'r str,
    seen: Stat,
    old: Temporary<'r>,
    new: Temporary<'r>,
}

/// Why a file was not replaced.
enum Stop {
    Changed,
    Failed(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl<'r> Prepared<'r> {
    /// None when the file is not the one that was read.
    fn new(root: &'r Root, file: &'r Replacement) -> io::Result<Option<Self>> {
        let found = match root.parent(&file.path) {
            Ok((folder, name)) => read(&folder, name, MAX_FILE_BYTES)?,
            Err(error) if is_gone(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Content::Bytes(bytes, seen) = found else {
            return Ok(None);
        };
        if Fingerprint::of(&bytes) != file.old {
            return Ok(None);
        }
        Ok(Some(Self {
            root,
            path: &file.path,
            new: Temporary::write(root, &file.path, &file.new, &seen)?,
            old: Temporary::keep(root, &file.path, &bytes, &seen)?,
            seen,
        }))
    }

    fn exchange(&self) -> Result<(), Stop> {
        let (folder, name) = self.root.parent(self.path)?;
        match look(&folder, name) {
            Ok(stat) if is_same(&stat, &self.seen) => Ok(self.new.rename(self.path)?),
            Ok(_) => Err(Stop::Changed),
            Err(error) if is_gone(&error) => Err(Stop::Changed),
            Err(error) => Err(error.into()),
        }
    }

    fn put_back(&self) -> io::Result<()> {
        self.old.rename(self.path)
    }
}

/// Whether a path leads nowhere now; through a symbolic link is nowhere.
pub(super) fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
        || Errno::from_io_error(error) == Some(Errno::LOOP)
}

fn is_same(one: &Stat, other: &Stat) -> bool {
    let key = |stat: &Stat| {
        let changed = (stat.st_mtime, stat.st_mtime_nsec);
        (stat.st_dev, stat.st_ino, stat.st_size, changed)
    };
    key(one) == key(other)
}

/// So that the new names outlive a lost power supply. What cannot be is no reason to say that nothing was replaced.
fn sync_folders(root: &Root, files: &[Prepared<'_>]) {
    let folders: BTreeSet<&str> = files
        .iter()
        .map(|file| file.path.rsplit_once('/').map_or("", |(folder, _)| folder))
        .collect();
    for folder in folders {
        if let Ok((folder, _)) = root.parent(&format!("{folder}/.")) {
            let _ = fsync(&folder);
        }
    }
}

/// One at a time writes below a directory. False where the file system has no locks; then what others leave behind is
/// not told from what they need.
fn lock(root: &Root, control: &Control) -> Result<bool, Error> {
    loop {
        match flock(root.folder(), FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(true),
            Err(Errno::WOULDBLOCK | Errno::INTR) if control.is_cancelled() => {
                return Err(cancelled());
            }
            Err(Errno::WOULDBLOCK | Errno::INTR) => thread::sleep(Duration::from_millis(10)),
            Err(_) => return Ok(false),
        }
    }
}

fn changed(path: &str) -> Stale {
    let reason = format!("{path} changed meanwhile");
    Stale { reason }
}

fn failed(root: &Root, path: &str, error: &io::Error) -> Error {
    let shown = root.path();
    let message =
        format!("{path} in the directory {shown} cannot be replaced: {error}; no file was changed");
    Error::new(ErrorKind::Directory, message)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tempfile::TempDir;

    use super::*;

    const FILES: [&str; 3] = ["a.yaml", "b/b.yaml", "c.yaml"];

    struct World {
        folder: TempDir,
        root: Root,
        files: Vec<Replacement>,
    }

    impl World {
        fn new() -> Self {
            let folder = TempDir::new().unwrap();
            fs::create_dir(folder.path().join("b")).unwrap();
            for file in FILES {
                fs::write(folder.path().join(file), "old").unwrap();
            }
            let files = FILES.map(|file| Replacement {
                path: file.to_owned(),
                old: Fingerprint::of(b"old"),
                new: b"new".to_vec(),
            });
            Self {
                root: Root::open(folder.path()).unwrap(),
                files: files.into(),
                folder,
            }
        }

        fn prepared(&self) -> Vec<Prepared<'_>> {
            let prepare = |file| Prepared::new(&self.root, file).unwrap().unwrap();
            self.files.iter().map(prepare).collect()
        }

        fn texts(&self) -> [String; 3] {
            FILES.map(|file| fs::read_to_string(self.folder.path().join(file)).unwrap())
        }

        fn shown(&self) -> String {
            self.folder.path().display().to_string()
        }

        #[track_caller]
        fn assert_only_the_files_are_there(&self) {
            let mut names = names(self.folder.path());
            names.extend(names_in("b/", &self.folder.path().join("b")));
            names.sort();
            assert_eq!(names, ["a.yaml", "b", "b/b.yaml", "c.yaml"]);
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        names_in("", folder)
    }

    fn names_in(prefix: &str, folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string();
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| format!("{prefix}{}", name(entry).unwrap()))
            .collect()
    }

    /// As if somebody had removed it.
    fn lose(temporary: &Temporary<'_>) {
        temporary.remove().unwrap();
    }

    #[test]
    fn all_are_replaced() {
        let world = World::new();
        let done = replace(&world.root, &world.files, &[], &Control::new()).unwrap();
        assert_eq!(done, Ok(()));
        assert_eq!(world.texts(), ["new", "new", "new"]);
        world.assert_only_the_files_are_there();
    }

    #[test]
    fn those_before_a_failed_one_are_put_back() {
        let world = World::new();
        let before = FILES.map(|file| look(world.root.folder(), file).ok().map(|stat| stat.st_ino));
        let prepared = world.prepared();
        lose(&prepared[2].new);
        let error = exchange(&world.root, &prepared).unwrap_err();
        drop(prepared);
        assert_eq!(
            error.to_string(),
            format!(
                "c.yaml in the directory {} cannot be replaced: No such file or directory (os error 2); no file was changed",
                world.shown()
            )
        );
        assert_eq!(world.texts(), ["old", "old", "old"]);
        let after = FILES.map(|file| look(world.root.folder(), file).ok().map(|stat| stat.st_ino));
        assert_eq!(after, before, "the very same files");
        world.assert_only_the_files_are_there();
    }

    #[test]
    fn what_cannot_be_put_back_is_named() {
        let world = World::new();
        let prepared = world.prepared();
        lose(&prepared[1].old);
        lose(&prepared[2].new);
        let error = exchange(&world.root, &prepared).unwrap_err();
        drop(prepared);
        assert_eq!(
            error.to_string(),
            format!(
                "c.yaml in the directory {} cannot be replaced: No such file or directory (os error 2); these stay changed, as they could not be put back: b/b.yaml (No such file or directory (os error 2))",
                world.shown()
            )
        );
        assert_eq!(world.texts(), ["old", "new", "old"]);
        world.assert_only_the_files_are_there();
    }

    #[test]
    fn a_file_that_changes_between_is_kept_and_the_others_put_back() {
        let world = World::new();
        let prepared = world.prepared();
        fs::write(world.folder.path().join("b/b.yaml"), "theirs").unwrap();
        let stale = exchange(&world.root, &prepared).unwrap().unwrap_err();
        drop(prepared);
        assert_eq!(stale.reason(), "b/b.yaml changed meanwhile");
        assert_eq!(world.texts(), ["old", "theirs", "old"]);
        world.assert_only_the_files_are_there();
    }

    #[test]
    fn nothing_is_begun_when_a_file_is_another_one() {
        let world = World::new();
        fs::write(world.folder.path().join("c.yaml"), "theirs").unwrap();
        let done = replace(&world.root, &world.files, &[], &Control::new()).unwrap();
        assert_eq!(done.unwrap_err().reason(), "c.yaml changed meanwhile");
        assert_eq!(world.texts(), ["old", "old", "theirs"]);
        world.assert_only_the_files_are_there();
    }

    #[test]
    fn cancelled_work_leaves_everything_as_it_was() {
        let world = World::new();
        let flag = tagwright_gitwrite::CancelFlag::new();
        flag.cancel();
        let control = Control::new().cancel_with(flag);
        let error = replace(&world.root, &world.files, &[], &control).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert_eq!(error.to_string(), "the work was cancelled");
        assert_eq!(world.texts(), ["old", "old", "old"]);
        world.assert_only_the_files_are_there();
    }
}
