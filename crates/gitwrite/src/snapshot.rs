//! The files of one commit.

use std::ops::ControlFlow;
use std::sync::Arc;

use gix_object::Kind;

use crate::blobs::Blobs;
use crate::control::Control;
use crate::error::{Error, ErrorKind};
use crate::git::stop_error;
use crate::object_id::ObjectId;
use crate::objects::{MAX_OBJECT, Reader, malformed};
use crate::path::TreePath;
use crate::reference::Ref;
use crate::remote::Remote;
use crate::repository::Repository;
use crate::transport::Call;
use crate::tree::{self, EntryKind};
use crate::walk::{Found, Walk};

/// One commit of a remote repository with its files, fetched without history and without a working tree.
///
/// It stands in a private folder that is removed when the snapshot, and the commits made from it, are dropped.
#[derive(Debug)]
pub struct Snapshot {
    remote: Arc<Remote>,
    repository: Arc<Repository>,
    reference: Ref,
    commit: ObjectId,
    tree: ObjectId,
    /// Of the call that took it: files that were left out are fetched under it when they are read.
    control: Control,
}

/// The mode of a regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `100644`.
    File,
    /// `100755`.
    Executable,
}

/// A regular file that [`Snapshot::visit`] came to.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The path from the root of the repository, with `/` between its parts.
    pub path: &'a str,
    /// Whether it is executable.
    pub mode: Mode,
    /// The id of the content: equal ids are equal bytes.
    pub id: &'a ObjectId,
    /// The content, unless it is too large.
    pub content: Content<'a>,
}

/// The content of a file under the limit that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content<'a> {
    /// All bytes of the file.
    Bytes(&'a [u8]),
    /// The size of a file that is over the limit and was not read, in bytes. Of a file that [`Blobs::UpTo`] left out: the
    /// least that it can have.
    TooLarge(u64),
}

impl Snapshot {
    pub(crate) fn new(
        remote: Arc<Remote>,
        repository: Arc<Repository>,
        reference: Ref,
        named: ObjectId,
        control: &Control,
    ) -> Result<Snapshot, Error> {
        let reader = repository.objects.reader();
        let commit = peel(&reader, named, &reference)
            .map_err(|error| error.at(remote.location()).on(&reference))?;
        let tree = tree_of(&reader, &commit)?;
        repository.end_history_at(&commit)?;
        tracing::debug!(%remote, %reference, %commit, "took a snapshot");
        Ok(Snapshot {
            remote,
            repository,
            reference,
            commit,
            tree,
            control: control.clone(),
        })
    }

    /// The commit whose files these are.
    pub fn commit_id(&self) -> &ObjectId {
        &self.commit
    }

    /// The ref that was looked at; the branch by its name where the default branch was asked for.
    pub fn reference(&self) -> &Ref {
        &self.reference
    }

    /// Goes through the regular files in the order of the tree and hands those to `visitor` whose path `filter` takes.
    ///
    /// One file is held in memory at a time, so `max_bytes` bounds what is used. Files that were left out by
    /// [`Remote::blobs`] are fetched first, in one batch. Symbolic links and submodules are passed by, never followed. A
    /// path that is not UTF-8 is passed by as well. The bytes are those of the commit: no line endings are converted.
    ///
    /// # Errors
    ///
    /// `Corrupt` for a repository with missing or malformed objects, and for a directory in which a name is repeated; `LimitExceeded` for one with more than 10,000,000
    /// entries or paths over 4096 bytes; `Timeout` and `Cancelled`; those of [`Remote::snapshot`] when files are fetched.
    pub fn visit(
        &self,
        mut filter: impl FnMut(&str) -> bool,
        max_bytes: u64,
        mut visitor: impl FnMut(Entry<'_>) -> ControlFlow<()>,
        control: &Control,
    ) -> Result<(), Error> {
        let mut visit = Visit::new(&mut filter);
        self.healing(control, || {
            self.prepare(&mut visit, max_bytes, control)?;
            self.visit_rest(&mut visit, max_bytes, &mut visitor, control)
        })
    }

    fn visit_rest(
        &self,
        visit: &mut Visit<'_>,
        max_bytes: u64,
        visitor: &mut impl FnMut(Entry<'_>) -> ControlFlow<()>,
        control: &Control,
    ) -> Result<(), Error> {
        let reader = self.repository.objects.reader();
        let mut walk = Walk::new(&reader, self.repository.objects.hash(), &self.tree)?;
        let mut buffer = Vec::new();
        let mut position = 0;
        while let Some(found) = walk.next()? {
            control.check().map_err(|stop| self.stopped(stop))?;
            let Some(path) = walk.path() else { continue };
            if position >= visit.passed && visit.takes(position, path) {
                let content = self.content(&reader, &found.id, max_bytes, &mut buffer)?;
                visit.passed = position + 1;
                if visitor(Entry {
                    path,
                    mode: Mode::of(found),
                    id: &found.id,
                    content,
                })
                .is_break()
                {
                    break;
                }
            }
            position += 1;
        }
        Ok(())
    }

    /// Hands the regular files at these paths to `visitor`, in this order; a path where none stands is passed by. Files
    /// that were left out are fetched first, in one batch.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::visit`].
    pub fn visit_paths(
        &self,
        paths: &[TreePath],
        max_bytes: u64,
        mut visitor: impl FnMut(Entry<'_>) -> ControlFlow<()>,
        control: &Control,
    ) -> Result<(), Error> {
        let mut passed = 0;
        self.healing(control, || {
            let files = self.prepare_paths(&paths[passed..], max_bytes, control)?;
            let reader = self.repository.objects.reader();
            let mut buffer = Vec::new();
            for (path, found) in paths[passed..].iter().zip(files) {
                control.check().map_err(|stop| self.stopped(stop))?;
                let Some(found) = found else {
                    passed += 1;
                    continue;
                };
                let content = self.content(&reader, &found.id, max_bytes, &mut buffer)?;
                passed += 1;
                if visitor(Entry {
                    path: path.as_str(),
                    mode: Mode::of(found),
                    id: &found.id,
                    content,
                })
                .is_break()
                {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Looks the files up and fetches those that are not here.
    fn prepare_paths(
        &self,
        paths: &[TreePath],
        max_bytes: u64,
        control: &Control,
    ) -> Result<Vec<Option<Found>>, Error> {
        let reader = self.repository.objects.reader();
        let found = paths.iter().map(|path| self.find(&reader, path));
        let files = found.collect::<Result<Vec<_>, _>>()?;
        let ids = files.iter().flatten().map(|found| found.id);
        self.bring(ids.collect(), max_bytes, control)?;
        Ok(files)
    }

    /// Fetches what a visit will want and is not here.
    fn prepare(
        &self,
        visit: &mut Visit<'_>,
        max_bytes: u64,
        control: &Control,
    ) -> Result<(), Error> {
        if self.remote.blobs_wanted() == Blobs::All {
            return Ok(());
        }
        let reader = self.repository.objects.reader();
        let mut walk = Walk::new(&reader, self.repository.objects.hash(), &self.tree)?;
        let mut wanted = Vec::new();
        let mut position = 0;
        while let Some(found) = walk.next()? {
            control.check().map_err(|stop| self.stopped(stop))?;
            // A path that is no text is not asked about.
            let Some(path) = walk.path() else { continue };
            if visit.takes(position, path) {
                wanted.push(found.id);
            }
            position += 1;
        }
        self.bring(wanted, max_bytes, control)
    }

    /// Fetches those of these files that are not here, unless they are known to be over the limit.
    fn bring(&self, ids: Vec<ObjectId>, max_bytes: u64, control: &Control) -> Result<(), Error> {
        let left_out = self.remote.blobs_wanted().least_left_out();
        if self.remote.blobs_wanted() == Blobs::All
            || left_out.is_some_and(|least| least > max_bytes)
        {
            return Ok(());
        }
        let (call, transport) = (self.call(control), self.remote.transport());
        self.repository.bring(transport, call, &self.commit, ids)
    }

    /// Runs something that reads; and once more, after what was borrowed from a cache proved to be damaged.
    pub(crate) fn healing<T>(
        &self,
        control: &Control,
        mut run: impl FnMut() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let borrows = self.repository.borrows();
        match run() {
            Err(error) if borrows && error.is_damage() => {
                tracing::warn!(%error, "cannot use the cache");
                let (call, transport) = (self.call(control), self.remote.transport());
                match self.repository.heal(transport, call, &self.commit) {
                    Ok(()) => run(),
                    // The server has gone on, and hands out this commit no more.
                    Err(late) if late.kind() == ErrorKind::RefNotFound => Err(error),
                    Err(late) => Err(late),
                }
            }
            done => done,
        }
    }

    fn content<'a>(
        &self,
        reader: &Reader,
        id: &ObjectId,
        max_bytes: u64,
        buffer: &'a mut Vec<u8>,
    ) -> Result<Content<'a>, Error> {
        match self.remote.blobs_wanted().least_left_out() {
            Some(least) if least > max_bytes && !reader.has(id) => Ok(Content::TooLarge(least)),
            _ => content(reader, id, max_bytes.min(MAX_OBJECT), buffer),
        }
    }

    fn call<'a>(&'a self, control: &'a Control) -> Call<'a> {
        Call {
            remote: &self.remote,
            folder: &self.repository.folder,
            control,
        }
    }

    /// The bytes of a file, or `None` when no regular file stands at the path. A file that was left out is fetched, under
    /// the [`Control`] with which the snapshot was taken; several come faster by [`Snapshot::visit_paths`].
    ///
    /// # Errors
    ///
    /// `InvalidPath` as [`TreePath::new`]; `LimitExceeded` for a file of more than 256 MiB; `Corrupt` as
    /// [`Snapshot::visit`].
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = TreePath::new(path)?;
        self.healing(&self.control, || self.read_at(&path))
    }

    fn read_at(&self, path: &TreePath) -> Result<Option<Vec<u8>>, Error> {
        let reader = self.repository.objects.reader();
        let Some(found) = self.find(&reader, path)? else {
            return Ok(None);
        };
        self.bring(vec![found.id], u64::MAX, &self.control)?;
        let reader = self.repository.objects.reader();
        let mut buffer = Vec::new();
        match content(&reader, &found.id, MAX_OBJECT, &mut buffer)? {
            Content::Bytes(bytes) => Ok(Some(bytes.to_vec())),
            Content::TooLarge(size) => {
                let message = format!(
                    "cannot read {path}: it has {size} bytes, and 256 MiB are taken at most"
                );
                Err(Error::new(ErrorKind::LimitExceeded, message))
            }
        }
    }

    /// The files of the same ref as they are by now. Only what is new is fetched.
    ///
    /// # Errors
    ///
    /// As [`Remote::snapshot`].
    pub fn renew(&self, control: &Control) -> Result<Snapshot, Error> {
        if self.remote.has_cache() {
            return self.remote.snapshot(&self.reference, control);
        }
        let (call, transport) = (self.call(control), self.remote.transport());
        let id = self.repository.renew(transport, call, &self.reference)?;
        let (remote, repository) = (Arc::clone(&self.remote), Arc::clone(&self.repository));
        Snapshot::new(remote, repository, self.reference.clone(), id, control)
    }

    /// The file at a path, looked up directory by directory.
    fn find(&self, reader: &Reader, path: &TreePath) -> Result<Option<Found>, Error> {
        let mut current = (EntryKind::Tree, self.tree);
        let mut buffer = Vec::new();
        for part in path.as_str().split('/') {
            if current.0 != EntryKind::Tree {
                return Ok(None);
            }
            let data = reader.find(&current.1, Kind::Tree, &mut buffer)?;
            let entries = tree::entries(data, self.repository.objects.hash());
            let entries = entries.ok_or_else(|| malformed(&current.1, "an entry is malformed"))?;
            if tree::has_repeated_name(&entries) {
                return Err(malformed(&current.1, "a name is repeated in it"));
            }
            let Some(entry) = entries.iter().find(|entry| entry.name == part.as_bytes()) else {
                return Ok(None);
            };
            current = (entry.kind, entry.id);
        }
        let (kind, id) = current;
        Ok(kind.is_file().then_some(Found { kind, id }))
    }

    fn stopped(&self, stop: crate::control::Stop) -> Error {
        let url = self.remote.location();
        stop_error(stop, &format!("visit the files of {url}")).at(url)
    }

    pub(crate) fn control(&self) -> &Control {
        &self.control
    }

    pub(crate) fn remote(&self) -> &Arc<Remote> {
        &self.remote
    }

    pub(crate) fn repository(&self) -> &Arc<Repository> {
        &self.repository
    }

    pub(crate) fn tree(&self) -> &ObjectId {
        &self.tree
    }
}

/// How far a visit has come, and what its filter said: the filter may count, so it is asked once for each path.
struct Visit<'a> {
    filter: &'a mut dyn FnMut(&str) -> bool,
    taken: Vec<bool>,
    /// The files whose path is text that were handed over or passed by.
    passed: usize,
}

impl<'a> Visit<'a> {
    fn new(filter: &'a mut dyn FnMut(&str) -> bool) -> Self {
        Visit {
            filter,
            taken: Vec::new(),
            passed: 0,
        }
    }

    fn takes(&mut self, position: usize, path: &str) -> bool {
        if position == self.taken.len() {
            self.taken.push((self.filter)(path));
        }
        self.taken[position]
    }
}

impl Mode {
    fn of(found: Found) -> Mode {
        match found.kind {
            EntryKind::Executable => Mode::Executable,
            _ => Mode::File,
        }
    }
}

fn content<'a>(
    reader: &Reader,
    id: &ObjectId,
    limit: u64,
    buffer: &'a mut Vec<u8>,
) -> Result<Content<'a>, Error> {
    let size = reader.size(id)?;
    if size > limit {
        Ok(Content::TooLarge(size))
    } else {
        reader.find(id, Kind::Blob, buffer).map(Content::Bytes)
    }
}

/// Follows annotated tags, which can name tags, to a commit. No person nests them deeper than this.
fn peel(reader: &Reader, named: ObjectId, reference: &Ref) -> Result<ObjectId, Error> {
    let mut id = named;
    let mut buffer = Vec::new();
    for _ in 0..16 {
        let object = reader.any(&id, &mut buffer)?;
        match object.kind {
            Kind::Commit => return Ok(id),
            Kind::Tag => {
                id = header_id(object.data, b"object ")
                    .ok_or_else(|| malformed(&id, "it names no object"))?;
            }
            Kind::Tree | Kind::Blob => {
                let message = format!(
                    "{reference} names a {}; name a ref of a commit",
                    object.kind
                );
                return Err(Error::new(ErrorKind::NotACommit, message));
            }
        }
    }
    Err(Error::new(
        ErrorKind::NotACommit,
        format!("{reference} names a tag of a tag, too many times over; name a commit"),
    ))
}

fn tree_of(reader: &Reader, commit: &ObjectId) -> Result<ObjectId, Error> {
    let mut buffer = Vec::new();
    let data = reader.find(commit, Kind::Commit, &mut buffer)?;
    header_id(data, b"tree ").ok_or_else(|| malformed(commit, "it names no tree"))
}

/// The id in the first line of a commit or a tag.
fn header_id(data: &[u8], key: &[u8]) -> Option<ObjectId> {
    let line = data
        .split(|&byte| byte == b'\n')
        .next()?
        .strip_prefix(key)?;
    gix_hash::ObjectId::from_hex(line).ok().map(ObjectId::from)
}
