//! Every file of a tree, in the tree's order.

use gix_object::Kind;

use crate::error::{Error, ErrorKind};
use crate::object_id::ObjectId;
use crate::objects::Reader;
use crate::path::MAX_BYTES;
use crate::tree::{self, EntryKind};

/// A small repository can name one tree a billion times.
const MAX_ENTRIES: u64 = 10_000_000;
/// What `git` 2.45 takes at most is 2048; paths end before.
const MAX_DEPTH: usize = 1024;

/// A walk over the regular files below a tree. Symbolic links and submodules are passed by.
pub(crate) struct Walk<'a> {
    reader: &'a Reader,
    hash: gix_hash::Kind,
    /// The directories that are open, the innermost last.
    open: Vec<Directory>,
    path: Vec<u8>,
    seen: u64,
}

struct Directory {
    data: Vec<u8>,
    position: usize,
    /// The length of the path without the names of this directory.
    prefix: usize,
}

/// A regular file; its path is what the walk says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: EntryKind,
    pub(crate) id: ObjectId,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        reader: &'a Reader,
        hash: gix_hash::Kind,
        root: &ObjectId,
    ) -> Result<Self, Error> {
        let mut walk = Walk {
            reader,
            hash,
            open: Vec::new(),
            path: Vec::new(),
            seen: 0,
        };
        walk.enter(root)?;
        Ok(walk)
    }

    /// The path of the file that [`Walk::next`] found last. `None` when it is not UTF-8.
    pub(crate) fn path(&self) -> Option<&str> {
        std::str::from_utf8(&self.path).ok()
    }

    pub(crate) fn next(&mut self) -> Result<Option<Found>, Error> {
        while let Some(directory) = self.open.last_mut() {
            self.path.truncate(directory.prefix);
            let rest = &directory.data[directory.position..];
            if rest.is_empty() {
                self.open.pop();
                continue;
            }
            let entry = tree::split_first(rest, self.hash).map(|(entry, _)| entry);
            let entry = entry.ok_or_else(|| unreadable(&self.path, "an entry is malformed"))?;
            directory.position += entry.raw.len();
            self.path.extend_from_slice(entry.name);
            let found = Found {
                kind: entry.kind,
                id: entry.id,
            };
            self.count()?;
            if found.kind.is_file() {
                return Ok(Some(found));
            }
            if found.kind == EntryKind::Tree {
                self.path.push(b'/');
                self.enter(&found.id)?;
            }
        }
        Ok(None)
    }

    fn enter(&mut self, id: &ObjectId) -> Result<(), Error> {
        let mut data = Vec::new();
        let length = self.reader.find(id, Kind::Tree, &mut data)?.len();
        data.truncate(length);
        if tree::entries(&data, self.hash).is_some_and(|all| tree::has_repeated_name(&all)) {
            return Err(unreadable(&self.path, "a name is repeated in it"));
        }
        self.open.push(Directory {
            data,
            position: 0,
            prefix: self.path.len(),
        });
        Ok(())
    }

    fn count(&mut self) -> Result<(), Error> {
        self.seen += 1;
        if self.seen > MAX_ENTRIES {
            return Err(too_large("it has more than 10,000,000 entries"));
        }
        if self.path.len() > MAX_BYTES || self.open.len() > MAX_DEPTH {
            Err(too_large(
                "a path is longer than 4096 bytes or deeper than 1024 directories",
            ))
        } else {
            Ok(())
        }
    }
}

fn unreadable(path: &[u8], why: &str) -> Error {
    let path: String = String::from_utf8_lossy(path).chars().take(200).collect();
    let message =
        format!("cannot read the directory {path:?}: {why}; check the repository with git fsck");
    Error::new(ErrorKind::Corrupt, message).of_server()
}

fn too_large(what: &str) -> Error {
    Error::new(
        ErrorKind::LimitExceeded,
        format!("cannot walk the tree: {what}; keep the files in a smaller repository"),
    )
}
