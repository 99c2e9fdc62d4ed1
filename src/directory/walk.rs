//! The files of a directory, looked at by several threads.

mod pieces;

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread;

use pieces::{Piece, Pieces};
use rustix::fs::{Dir, DirEntry, FileType};

use super::root::{Content, Root, look, read, subfolder};
use crate::path::Visit;
use crate::problem::Problem;

/// More threads only wait for the disk.
const MOST_THREADS: usize = 8;
/// Deep enough for people, and shallow enough for the folders that stay open on the way down.
const MOST_DEPTH: usize = 100;
/// What one thread takes at a time of a folder with many files.
const BATCH: usize = 32;

/// What to walk, and what to make of each file.
pub(crate) struct Walk<'a, F> {
    pub(crate) root: &'a Root,
    /// What is wanted.
    pub(crate) folders: &'a Visit<'a>,
    pub(crate) most_bytes: u64,
    /// How the names of leftovers begin.
    pub(crate) leftover: &'a str,
    pub(crate) is_cancelled: &'a (dyn Fn() -> bool + Sync),
    pub(crate) see: F,
}

/// What a walk came by, in the order of the paths.
pub(crate) struct Walked<T> {
    pub(crate) found: Vec<(String, T)>,
    pub(crate) problems: Vec<Problem>,
    /// Temporary files that a killed process left behind.
    pub(crate) leftovers: Vec<String>,
}

impl<T: Send, F: Fn(&str, &[u8]) -> Option<T> + Sync> Walk<'_, F> {
    /// Walks until all is seen, or the work is cancelled.
    pub(crate) fn run(&self) -> io::Result<Walked<T>> {
        let pieces = Pieces::new(Piece::Folder {
            parent: Arc::new(self.root.folder().try_clone()?),
            path: String::new(),
            depth: 0,
        });
        let threads = thread::available_parallelism().map_or(1, Into::into);
        let mut all = Walked::new();
        thread::scope(|scope| {
            let work = || self.work(&pieces);
            let workers: Vec<_> = (0..threads.min(MOST_THREADS))
                .map(|_| scope.spawn(work))
                .collect();
            for worker in workers {
                match worker.join() {
                    Ok(walked) => all.extend(walked),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
        });
        all.sort();
        Ok(all)
    }

    fn work(&self, pieces: &Pieces) -> Walked<T> {
        let mut walked = Walked::new();
        while let Some((piece, mut turn)) = pieces.next() {
            if (self.is_cancelled)() {
                pieces.stop();
                break;
            }
            match piece {
                Piece::Folder {
                    parent,
                    path,
                    depth,
                } => match self.list(&parent, &path, depth, &mut walked) {
                    Ok(found) => turn.add(found),
                    Err(error) => walked.fail(&path, &error),
                },
                Piece::Files { folder, paths } => {
                    for path in paths {
                        self.look_at(&folder, path, &mut walked);
                    }
                }
            }
        }
        walked
    }

    /// The folders and files in a folder that are to be looked at.
    fn list(
        &self,
        parent: &OwnedFd,
        path: &str,
        depth: usize,
        walked: &mut Walked<T>,
    ) -> io::Result<Vec<Piece>> {
        if depth > MOST_DEPTH {
            let deep = format!("not looked into: it stands more than {MOST_DEPTH} folders deep");
            walked.problems.push(Problem::warning(path, deep));
            return Ok(Vec::new());
        }
        let folder = Arc::new(subfolder(parent, name(path))?);
        if depth > 0 && look(&folder, ".git").is_ok() {
            // A submodule or another checkout, which is no part of this one.
            return Ok(Vec::new());
        }
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        for entry in Dir::read_from(&folder)? {
            let entry = entry?;
            // As in a Git tree: a path that is not UTF-8 is passed by.
            let Ok(name) = entry.file_name().to_str() else {
                continue;
            };
            if matches!(name, "." | "..") || name.eq_ignore_ascii_case(".git") {
                continue;
            }
            let inner = join(path, name);
            if name.starts_with(self.leftover) {
                walked.leftovers.push(inner);
                continue;
            }
            match kind(&folder, &entry, name)? {
                FileType::Directory if self.folders.enters(&inner) => folders.push(Piece::Folder {
                    parent: Arc::clone(&folder),
                    path: inner,
                    depth: depth + 1,
                }),
                FileType::RegularFile if self.folders.takes(&inner) => files.push(inner),
                _ => {}
            }
        }
        folders.extend(files.chunks(BATCH).map(|paths| Piece::Files {
            folder: Arc::clone(&folder),
            paths: paths.to_vec(),
        }));
        Ok(folders)
    }

    fn look_at(&self, folder: &OwnedFd, path: String, walked: &mut Walked<T>) {
        match read(folder, name(&path), self.most_bytes) {
            Ok(Content::Bytes(bytes, _)) => {
                if let Some(seen) = (self.see)(&path, &bytes) {
                    walked.found.push((path, seen));
                }
            }
            Ok(Content::TooLarge(size)) => {
                let most = self.most_bytes;
                let large = format!("not looked at: it has {size} bytes, more than {most}");
                walked.problems.push(Problem::warning(path, large));
            }
            Ok(Content::NoFile) => {}
            Err(error) => walked.fail(&path, &error),
        }
    }
}

impl<T> Walked<T> {
    fn new() -> Self {
        Self {
            found: Vec::new(),
            problems: Vec::new(),
            leftovers: Vec::new(),
        }
    }

    fn extend(&mut self, other: Self) {
        self.found.extend(other.found);
        self.problems.extend(other.problems);
        self.leftovers.extend(other.leftovers);
    }

    /// What the threads found by chance first has no place in an answer.
    fn sort(&mut self) {
        self.found.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.problems
            .sort_by(|one, other| one.subject().cmp(other.subject()));
    }

    fn fail(&mut self, path: &str, error: &io::Error) {
        let shown = if path.is_empty() { "." } else { path };
        let message = format!("cannot be read: {error}");
        self.problems.push(Problem::error(shown, message));
    }
}

/// The last part of a path; the folder itself where there is none.
fn name(path: &str) -> &str {
    match path.rsplit('/').next() {
        Some("") | None => ".",
        Some(name) => name,
    }
}

fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}

/// Some file systems do not tell it in the listing.
fn kind(folder: &OwnedFd, entry: &DirEntry, name: &str) -> io::Result<FileType> {
    match entry.file_type() {
        FileType::Unknown => match look(folder, name) {
            Ok(stat) => Ok(FileType::from_raw_mode(stat.st_mode)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(FileType::Unknown),
            Err(error) => Err(error),
        },
        kind => Ok(kind),
    }
}
