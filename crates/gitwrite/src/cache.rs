//! What a run fetched, kept for the next.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::control::{Control, TICK};
use crate::credentials::{Credentials, is_token};
use crate::error::{Error, ErrorKind};
use crate::folder::{make_directory, private_mode, write_private};
use crate::git::stop_error;
use crate::object_id::ObjectId;
use crate::remote::Remote;

/// Each fetch adds one. With many more, every look-up takes longer than fetching anew.
const MAX_PACKS: usize = 64;
const HASHES: [gix_hash::Kind; 2] = [gix_hash::Kind::Sha1, gix_hash::Kind::Sha256];
/// The file that names the generation which readers take.
const CURRENT: &str = "current";
const PREFIX: &str = "generation-";

/// The folder of one remote and one way to log in there.
///
/// What is fetched stands in a generation, a folder of its own. One that is damaged or has grown is never emptied:
/// another is filled beside it, and becomes the current one when it is complete. The old one is removed when nobody reads
/// it any more.
///
/// No lock is ever turned into another, for `flock` gives up the one before it gets the other. `fetching` is held by the
/// one process that adds, takes or removes a generation; the `using` of a generation is shared by those that read it. A
/// process that is killed loses its locks.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
}

/// The right to add to a cache.
pub(crate) struct Adding<'a> {
    cache: &'a Cache,
    _lock: File,
}

/// Bare repositories, one for each hash, that are only added to. It stays for as long as this is held.
#[derive(Debug)]
pub(crate) struct Generation {
    folder: PathBuf,
    _using: File,
}

impl Cache {
    /// The folder of this remote, made when it is not there.
    pub(crate) fn open(root: &Path, remote: &Remote) -> Result<Cache, Error> {
        let root = std::path::absolute(root).map_err(storage)?;
        let folder = root.join(name(remote));
        make_directory(&folder)?;
        keep_private(&folder)?;
        Ok(Cache { folder })
    }

    /// What was fetched before, as [`Adding::current`], without waiting for a process that adds to it.
    pub(crate) fn look(&self) -> Option<Generation> {
        let folder = self.current_folder()?;
        let generation = share(folder).ok()?;
        // Before the share was taken, another generation could take its place, and it could be removed.
        let stays = self.current_folder().as_ref() == Some(&generation.folder);
        (stays && generation.is_usable()).then_some(generation)
    }

    /// Waits until no other process adds to it, and removes what nobody needs any more.
    pub(crate) fn add(&self, remote: &Remote, control: &Control) -> Result<Adding<'_>, Error> {
        let lock = lock_file(&self.folder.join("fetching"))?;
        while flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            control.sleep(TICK).map_err(|stop| {
                let url = remote.location();
                stop_error(stop, &format!("use the cache of {url}")).at(url)
            })?;
        }
        let adding = Adding {
            cache: self,
            _lock: lock,
        };
        adding.sweep();
        Ok(adding)
    }

    /// The folder of the generation that the file `current` names. What is no such name is damage, and names nothing.
    fn current_folder(&self) -> Option<PathBuf> {
        let name = fs::read_to_string(self.folder.join(CURRENT)).ok()?;
        let rest = name.strip_prefix(PREFIX)?;
        let is_name = !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric());
        is_name.then(|| self.folder.join(&name))
    }
}

impl Adding<'_> {
    /// What was fetched before, if anything was and it can be used: a generation whose indices are damaged cannot, for
    /// they lead to the wrong bytes.
    pub(crate) fn current(&self) -> Option<Generation> {
        let folder = self.cache.current_folder()?;
        let generation = take(folder).ok()?;
        for hash in HASHES {
            generation.tidy(hash);
        }
        let usable = generation.is_usable();
        if !usable {
            tracing::info!(folder = %self.cache.folder.display(), "the cache is damaged or has grown");
        }
        usable.then_some(generation)
    }

    /// An empty generation, which nobody else sees before it is published.
    pub(crate) fn begin(&self) -> Result<Generation, Error> {
        let made = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(private_mode())
            .tempdir_in(&self.cache.folder);
        let folder = made.map_err(storage)?.keep();
        take(folder).map_err(storage)
    }

    /// Makes a generation the current one, at once or not at all.
    pub(crate) fn publish(&self, generation: &Generation) -> Result<(), Error> {
        let incoming = self.cache.folder.join("current.new");
        // One that a full disk or a killed process left.
        let _ = fs::remove_file(&incoming);
        write_private(&incoming, generation.name())?;
        fs::rename(incoming, self.cache.folder.join(CURRENT)).map_err(storage)?;
        self.sweep();
        Ok(())
    }

    /// Lets no new reader have this generation.
    pub(crate) fn retire(&self, generation: &Generation) {
        if self.cache.current_folder().as_ref() == Some(&generation.folder) {
            self.retire_current();
        }
    }

    /// Lets no new reader have what was fetched so far.
    pub(crate) fn retire_current(&self) {
        tracing::warn!(folder = %self.cache.folder.display(), "the cache is damaged and begins anew");
        let _ = fs::remove_file(self.cache.folder.join(CURRENT));
    }

    /// Removes the generations that are neither current nor read. What cannot be removed is found again later.
    fn sweep(&self) {
        let current = self.cache.current_folder();
        let entries = fs::read_dir(&self.cache.folder).into_iter().flatten();
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let is_generation = name.to_string_lossy().starts_with(PREFIX);
            if is_generation && current.as_ref() != Some(&path) && is_unused(&path) {
                let _ = fs::remove_dir_all(path);
            }
        }
    }
}

impl Generation {
    pub(crate) fn git_dir(&self, hash: gix_hash::Kind) -> PathBuf {
        self.folder.join(hash.to_string())
    }

    fn is_usable(&self) -> bool {
        HASHES
            .into_iter()
            .all(|hash| is_usable(&self.git_dir(hash), hash))
    }

    /// Whether it holds all that this id names.
    pub(crate) fn holds(&self, id: &ObjectId) -> bool {
        let kept = fs::read_to_string(self.git_dir(id.hash()).join(kept_as(id)));
        kept.is_ok_and(|text| text.trim_end() == id.to_string())
    }

    /// Notes that all of what the ref names is here now.
    pub(crate) fn keep(&self, incoming: &str, id: &ObjectId) -> Result<(), Error> {
        let git_dir = self.git_dir(id.hash());
        fs::rename(git_dir.join(incoming), git_dir.join(kept_as(id))).map_err(storage)
    }

    /// Removes one that was not published.
    pub(crate) fn remove(self) {
        // Otherwise it is swept later.
        let _ = fs::remove_dir_all(self.folder);
    }

    fn name(&self) -> &str {
        let name = self.folder.file_name().and_then(|name| name.to_str());
        name.unwrap_or_default()
    }

    /// Removes the files of fetches that were killed: unfinished packs, and locks that nobody holds. Only for who adds.
    pub(crate) fn tidy(&self, hash: gix_hash::Kind) {
        let git_dir = self.git_dir(hash);
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
}

/// Takes a share in a generation. Only who removes one locks out others, and does that under `fetching`.
fn take(folder: PathBuf) -> io::Result<Generation> {
    let using = open_lock(&folder.join("using"))?;
    flock(&using, FlockOperation::LockShared)?;
    Ok(Generation {
        folder,
        _using: using,
    })
}

/// The same of one that may be on its way out, without waiting.
fn share(folder: PathBuf) -> io::Result<Generation> {
    let using = File::open(folder.join("using"))?;
    flock(&using, FlockOperation::NonBlockingLockShared)?;
    Ok(Generation {
        folder,
        _using: using,
    })
}

/// A process that another thread has just started holds a copy of the lock for a moment; then it is swept later.
fn is_unused(generation: &Path) -> bool {
    match File::open(generation.join("using")) {
        Ok(using) => flock(&using, FlockOperation::NonBlockingLockExclusive).is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// A ref for each, so that `git` tells the server what is here.
fn kept_as(id: &ObjectId) -> String {
    format!("refs/tagwright/kept-{id}")
}

/// Refuses a folder that somebody else could fill: `git` runs what the configuration in it says.
fn keep_private(folder: &Path) -> Result<(), Error> {
    let metadata = fs::symlink_metadata(folder).map_err(storage)?;
    if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
        let message = format!(
            "cannot use the cache: {} is no folder of this user; name another cache",
            folder.display()
        );
        return Err(Error::new(ErrorKind::Storage, message));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(folder, private_mode()).map_err(storage)?;
    }
    Ok(())
}

/// One name for each URL, extent and way to log in. Nothing that proves who asks goes into it.
fn name(remote: &Remote) -> String {
    let url = remote.location().as_str();
    let extent = remote.blobs_wanted().filter().unwrap_or_default();
    let [way, user] = login(remote.given_credentials());
    let fields = ["tagwright-gitwrite cache 1", url, &extent, way, user];
    let mut hasher = gix_hash::hasher(gix_hash::Kind::Sha256);
    for field in fields {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    let digest = hasher.try_finalize().expect("SHA-256 takes any bytes");
    let last = url.rsplit(['/', ':']).next().unwrap_or_default();
    let safe = |c: &char| c.is_ascii_alphanumeric() || "-_".contains(*c);
    let last: String = last.chars().filter(safe).take(40).collect();
    format!("{last}-{digest}")
}

/// How the server is told who asks, and the user's name there. Tokens change by the hour, also those that providers issue
/// or that are handed over as a user name; each would leave a folder behind.
fn login(given: Option<&Credentials>) -> [&str; 2] {
    match given {
        None => ["provider", ""],
        Some(Credentials::None) => ["nobody", ""],
        Some(Credentials::Basic { username, password }) => {
            let is_token = is_token(username, password.expose());
            ["basic", if is_token { "" } else { username }]
        }
        Some(Credentials::Bearer(_)) => ["bearer", ""],
        Some(Credentials::Ssh { .. }) => ["ssh", ""],
        Some(Credentials::SshAgent { .. }) => ["ssh agent", ""],
    }
}

fn lock_file(path: &Path) -> Result<File, Error> {
    open_lock(path).map_err(storage)
}

fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
}

fn storage(error: io::Error) -> Error {
    Error::storage("use the cache", error)
}

/// Few packs, with indices that are what they were when they were written. Objects are checked one by one when they are
/// read. A repository that was not made yet is as good as one that is empty.
fn is_usable(git_dir: &Path, hash: gix_hash::Kind) -> bool {
    let entries = fs::read_dir(git_dir.join("objects/pack"))
        .into_iter()
        .flatten();
    let files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    let ending = |end: &'static str| {
        let files = files.iter();
        files.filter(move |file| file.extension().is_some_and(|found| found == end))
    };
    ending("pack").count() <= MAX_PACKS
        && ending("idx").all(|index| has_own_checksum(index, hash).unwrap_or(false))
}

/// Whether the hash at the end of a file is that of all before it.
fn has_own_checksum(path: &Path, hash: gix_hash::Kind) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let end = hash.len_in_bytes();
    let mut left = file
        .metadata()?
        .len()
        .checked_sub(end as u64)
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let mut hasher = gix_hash::hasher(hash);
    let mut buffer = vec![0; 64 << 10];
    while left > 0 {
        let most = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        file.read_exact(&mut buffer[..most])?;
        hasher.update(&buffer[..most]);
        left -= most as u64;
    }
    file.read_exact(&mut buffer[..end])?;
    let found = hasher.try_finalize().map_err(io::Error::other)?;
    Ok(found.as_slice() == &buffer[..end])
}
