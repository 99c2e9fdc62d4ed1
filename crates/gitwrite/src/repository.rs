//! The bare repository in the private folder, and the one that it borrows from.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};

use crate::cache::{Adding, Cache, Generation};
use crate::control::TICK;
use crate::error::{Error, ErrorKind};
use crate::folder::{Folder, make_directory};
use crate::git::stop_error;
use crate::object_id::ObjectId;
use crate::objects::Objects;
use crate::reference::Ref;
use crate::transport::{Call, Destination, Extent, Fetched, Transport};

/// The ref that holds what was fetched first.
pub(crate) const BASE: &str = "refs/tagwright/base";
/// The ref of a cache that holds what is on its way.
const INCOMING: &str = "refs/tagwright/incoming";

/// One commit of a server, and what is made on top of it. It goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Repository {
    pub(crate) folder: Folder,
    pub(crate) git_dir: PathBuf,
    pub(crate) objects: Objects,
    /// From whom it borrows, until that turns out to be damaged. Held by the one that fetches, for as long as the server
    /// takes: two at a time would both write the list of commits without parents.
    lender: Mutex<Option<Lender>>,
    /// Whether there is a lender, for those that do not fetch.
    borrows: AtomicBool,
}

/// A cache whose objects a repository uses as its own.
#[derive(Debug)]
pub(crate) struct Lender {
    cache: Cache,
    generation: Generation,
}

impl Repository {
    /// Fetches a ref into a new repository in the folder. Which hash the server uses is known when it answers, so a
    /// repository with SHA-256 costs a second question.
    pub(crate) fn fetch(
        transport: &dyn Transport,
        call: Call<'_>,
        reference: &Ref,
    ) -> Result<(ObjectId, PathBuf), Error> {
        let folder = |hash: gix_hash::Kind| call.folder.path().join(hash.to_string());
        fetch_either(transport, call, reference, BASE, folder)
    }

    /// The same by way of a cache: one question, and a fetch only when its answer is new. Of a commit that is asked for by
    /// its id, only a fetch tells whether the server hands it out to who asks.
    pub(crate) fn fetch_into(
        cache: Cache,
        transport: &dyn Transport,
        call: Call<'_>,
        reference: &Ref,
    ) -> Result<(ObjectId, PathBuf, Option<Lender>), Error> {
        let seen = match reference.as_commit() {
            Some(_) => None,
            None => transport
                .list(call, &[reference.full_name()])?
                .get(&reference.full_name()),
        };
        if let Some(id) = seen
            && let Some(generation) = cache.look().filter(|current| current.holds(&id))
        {
            let git_dir = borrow_from(&generation, &id, call)?;
            return Ok((id, git_dir, Some(Lender { cache, generation })));
        }
        let adding = cache.add(call.remote, call.control)?;
        let (id, generation) = match adding.current() {
            Some(current) => match seen.filter(|id| current.holds(id)) {
                Some(id) => (id, current),
                None => fetch_more(&adding, current, transport, call, reference)?,
            },
            None => fetch_anew(&adding, transport, call, reference)?,
        };
        let git_dir = borrow_from(&generation, &id, call)?;
        drop(adding);
        Ok((id, git_dir, Some(Lender { cache, generation })))
    }

    pub(crate) fn open(
        folder: Folder,
        git_dir: PathBuf,
        hash: gix_hash::Kind,
        lender: Option<Lender>,
    ) -> Result<Repository, Error> {
        let objects = Objects::open(&git_dir.join("objects"), hash, lender.is_none())?;
        Ok(Repository {
            folder,
            git_dir,
            objects,
            borrows: AtomicBool::new(lender.is_some()),
            lender: Mutex::new(lender),
        })
    }

    /// Whether it uses objects of a cache.
    pub(crate) fn borrows(&self) -> bool {
        self.borrows.load(Ordering::Acquire)
    }

    /// Waits until nobody else fetches, or until it must stop.
    fn turn(&self, call: Call<'_>) -> Result<MutexGuard<'_, Option<Lender>>, Error> {
        loop {
            match self.lender.try_lock() {
                Ok(lender) => return Ok(lender),
                Err(TryLockError::Poisoned(lender)) => return Ok(lender.into_inner()),
                Err(TryLockError::WouldBlock) => call.control.sleep(TICK).map_err(|stop| {
                    let url = call.remote.location();
                    stop_error(stop, &format!("fetch from {url}")).at(url)
                })?,
            }
        }
    }

    /// Says of a commit that its parents are not here, as a fetch does. Of a cache, only its objects are taken over.
    pub(crate) fn end_history_at(&self, commit: &ObjectId) -> Result<(), Error> {
        if self.borrows() {
            write(&self.git_dir, "shallow", &format!("{commit}\n"))
        } else {
            Ok(())
        }
    }

    /// Fetches a commit once more, and borrows nothing any longer: what was borrowed is damaged.
    pub(crate) fn heal(
        &self,
        transport: &dyn Transport,
        call: Call<'_>,
        commit: &ObjectId,
    ) -> Result<(), Error> {
        self.heal_from(&mut *self.turn(call)?, transport, call, commit)
    }

    fn heal_from(
        &self,
        lender: &mut Option<Lender>,
        transport: &dyn Transport,
        call: Call<'_>,
        commit: &ObjectId,
    ) -> Result<(), Error> {
        // Another thread may have done it by now.
        let Some(damaged) = lender else { return Ok(()) };
        let adding = damaged.cache.add(call.remote, call.control)?;
        adding.retire(&damaged.generation);
        drop(adding);
        for name in ["objects/info/alternates", "shallow"] {
            // An attempt that failed has removed them already.
            let _ = fs::remove_file(self.git_dir.join(name));
        }
        let into = Destination {
            repository: &self.git_dir,
            name: BASE,
        };
        transport.fetch(call, &Ref::commit(*commit), &into, Extent::Snapshot)?;
        self.objects.reopen()?;
        *lender = None;
        self.borrows.store(false, Ordering::Release);
        Ok(())
    }

    /// Fetches a ref once more: of what is here already, nothing is sent again.
    pub(crate) fn renew(
        &self,
        transport: &dyn Transport,
        call: Call<'_>,
        reference: &Ref,
    ) -> Result<ObjectId, Error> {
        let fetch =
            |into: &Destination<'_>| transport.fetch(call, reference, into, Extent::Snapshot);
        self.fetch_as(call, BASE, fetch)?
            .ok_or_else(|| unknown_hash(call, reference))
    }

    /// Runs a fetch into a ref of this repository, one at a time. `None` when the server's ids are of the other hash.
    pub(crate) fn fetch_as(
        &self,
        call: Call<'_>,
        name: &str,
        fetch: impl FnOnce(&Destination<'_>) -> Result<Fetched, Error>,
    ) -> Result<Option<ObjectId>, Error> {
        let _turn = self.turn(call)?;
        let fetched = fetch(&Destination {
            repository: &self.git_dir,
            name,
        })?;
        Ok(match fetched {
            Fetched::Object(id) => Some(id),
            Fetched::OtherHash => None,
        })
    }

    /// Brings those of these blobs that are not here, in one batch. `commit` is fetched whole where the server does not
    /// hand out single blobs, as over the first version of the protocol.
    pub(crate) fn bring(
        &self,
        transport: &dyn Transport,
        call: Call<'_>,
        commit: &ObjectId,
        mut ids: Vec<ObjectId>,
    ) -> Result<(), Error> {
        ids.sort_unstable();
        ids.dedup();
        let reader = self.objects.reader();
        ids.retain(|id| !reader.has(id));
        if ids.is_empty() {
            return Ok(());
        }
        let mut lender = self.turn(call)?;
        tracing::debug!(remote = %call.remote, count = ids.len(), "fetching blobs");
        if let Some(Lender { cache, generation }) = &*lender {
            let adding = cache.add(call.remote, call.control)?;
            let git_dir = generation.git_dir(self.objects.hash());
            generation.tidy(self.objects.hash());
            initialize(&git_dir, self.objects.hash(), call)?;
            let brought = bring_into(&git_dir, transport, call, commit, &ids);
            drop(adding);
            match brought {
                Err(error) if may_be_damage(&error) => {}
                brought => return brought,
            }
            self.heal_from(&mut lender, transport, call, commit)?;
        }
        bring_into(&self.git_dir, transport, call, commit, &ids)
    }
}

fn bring_into(
    git_dir: &Path,
    transport: &dyn Transport,
    call: Call<'_>,
    commit: &ObjectId,
    ids: &[ObjectId],
) -> Result<(), Error> {
    match transport.fetch_blobs(call, git_dir, ids) {
        Err(error) if error.kind() == ErrorKind::RefNotFound => {
            whole(transport, call, commit, git_dir)
        }
        brought => brought,
    }
}

/// Whether `git` could fail like this because of what is on the disk. The server has just answered another question.
fn may_be_damage(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::GitFailed | ErrorKind::Corrupt | ErrorKind::Storage
    )
}

/// Fetches a ref into a repository of the hash that the server has.
fn fetch_either(
    transport: &dyn Transport,
    call: Call<'_>,
    reference: &Ref,
    name: &str,
    folder: impl Fn(gix_hash::Kind) -> PathBuf,
) -> Result<(ObjectId, PathBuf), Error> {
    let known = |hash: &gix_hash::Kind| folder(*hash).join("config").exists();
    let kinds = [gix_hash::Kind::Sha1, gix_hash::Kind::Sha256];
    let first = match reference.as_commit() {
        Some(id) => id.hash(),
        None => kinds.into_iter().find(known).unwrap_or(kinds[0]),
    };
    for hash in [first, other(first)] {
        let git_dir = folder(hash);
        initialize(&git_dir, hash, call)?;
        let into = Destination {
            repository: &git_dir,
            name,
        };
        match transport.fetch(call, reference, &into, Extent::Snapshot)? {
            Fetched::Object(id) => return Ok((id, git_dir)),
            Fetched::OtherHash => {
                fs::remove_dir_all(&git_dir)
                    .map_err(|error| Error::storage("remove a private folder", error))?;
            }
        }
    }
    Err(unknown_hash(call, reference))
}

/// Adds to what was fetched before; and where that may be damaged, begins anew.
fn fetch_more(
    adding: &Adding<'_>,
    current: Generation,
    transport: &dyn Transport,
    call: Call<'_>,
    reference: &Ref,
) -> Result<(ObjectId, Generation), Error> {
    match fetch_kept(&current, transport, call, reference) {
        Ok(id) => Ok((id, current)),
        Err(error) if may_be_damage(&error) => {
            tracing::warn!(%error, "cannot add to the cache");
            fetch_anew(adding, transport, call, reference)
        }
        Err(error) => Err(error),
    }
}

/// Fetches into an empty generation. Only a fetch that succeeds takes the place of what was fetched before.
fn fetch_anew(
    adding: &Adding<'_>,
    transport: &dyn Transport,
    call: Call<'_>,
    reference: &Ref,
) -> Result<(ObjectId, Generation), Error> {
    let generation = adding.begin()?;
    let fetched = fetch_kept(&generation, transport, call, reference)
        .and_then(|id| adding.publish(&generation).map(|()| id));
    match fetched {
        Ok(id) => Ok((id, generation)),
        Err(error) => {
            generation.remove();
            Err(error)
        }
    }
}

fn fetch_kept(
    generation: &Generation,
    transport: &dyn Transport,
    call: Call<'_>,
    reference: &Ref,
) -> Result<ObjectId, Error> {
    let folder = |hash| generation.git_dir(hash);
    let (id, _) = fetch_either(transport, call, reference, INCOMING, folder)?;
    generation.keep(INCOMING, &id)?;
    Ok(id)
}

/// A new repository whose objects are those of a cache, too.
fn borrow_from(generation: &Generation, id: &ObjectId, call: Call<'_>) -> Result<PathBuf, Error> {
    let git_dir = call.folder.path().join(id.hash().to_string());
    initialize(&git_dir, id.hash(), call)?;
    borrow_objects(&git_dir, &generation.git_dir(id.hash()).join("objects"))?;
    Ok(git_dir)
}

/// Lets a repository use objects that stand elsewhere.
pub(crate) fn borrow_objects(git_dir: &Path, objects: &Path) -> Result<(), Error> {
    make_directory(&git_dir.join("objects/info"))?;
    let objects = objects.to_str().ok_or_else(|| {
        let message = format!(
            "the folder of the cache, {}, is not UTF-8; name another",
            objects.parent().unwrap_or(objects).display()
        );
        Error::new(ErrorKind::Storage, message)
    })?;
    write(git_dir, "objects/info/alternates", &format!("{objects}\n"))
}

/// Fetches a commit with all of its files into a repository of its own, and takes over what came.
fn whole(
    transport: &dyn Transport,
    call: Call<'_>,
    commit: &ObjectId,
    git_dir: &Path,
) -> Result<(), Error> {
    let folder = call.folder.subfolder()?;
    let other = folder.path().join("whole");
    initialize(&other, commit.hash(), call)?;
    let into = Destination {
        repository: &other,
        name: BASE,
    };
    transport.fetch(call, &Ref::commit(*commit), &into, Extent::Whole)?;
    take_over(&other.join("objects/pack"), &git_dir.join("objects/pack"))
        .map_err(|error| Error::storage("move what was fetched", error))
}

/// Copies the packs, each before its index, by which it is found. The cache may be on another disk.
fn take_over(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut files: Vec<PathBuf> = fs::read_dir(from)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort_by_key(|file| file.extension().is_some_and(|end| end == "idx"));
    for file in files {
        let name = file.file_name().unwrap_or_default();
        let incoming = to.join(format!("tmp_{}", name.to_string_lossy()));
        fs::copy(&file, &incoming)?;
        fs::rename(incoming, to.join(name))?;
    }
    Ok(())
}

fn unknown_hash(call: Call<'_>, reference: &Ref) -> Error {
    let url = call.remote.location();
    let message = format!(
        "cannot fetch {reference} from {url}: the ids of its objects are neither SHA-1 nor SHA-256"
    );
    Error::new(ErrorKind::GitFailed, message)
        .at(url)
        .on(reference)
}

fn other(hash: gix_hash::Kind) -> gix_hash::Kind {
    match hash {
        gix_hash::Kind::Sha1 => gix_hash::Kind::Sha256,
        _ => gix_hash::Kind::Sha1,
    }
}

/// What `git init --bare` makes, without a process. Hooks, collection and syncing to disk are of no use here. In a cache it
/// mends what another version or a full disk left.
fn initialize(git_dir: &Path, hash: gix_hash::Kind, call: Call<'_>) -> Result<(), Error> {
    let filter = call.remote.blobs_wanted().filter();
    initialize_without(filter.as_deref(), git_dir, hash, call)
}

/// The same, where the server has promised what a filter leaves out.
pub(crate) fn initialize_without(
    filter: Option<&str>,
    git_dir: &Path,
    hash: gix_hash::Kind,
    call: Call<'_>,
) -> Result<(), Error> {
    make_directory(&git_dir.join("objects/pack"))?;
    make_directory(&git_dir.join("refs/tagwright"))?;
    let partial = filter
        .map(|filter| promise(call.remote.location().as_str(), filter))
        .unwrap_or_default();
    let (version, object_format) = match hash {
        gix_hash::Kind::Sha1 => (u8::from(filter.is_some()), ""),
        _ => (1, "[extensions]\n\tobjectFormat = sha256\n"),
    };
    let config = format!(
        "[core]\n\trepositoryFormatVersion = {version}\n\tbare = true\n\thooksPath = /dev/null\n\tfsync = none\n\
         \tlogAllRefUpdates = false\n{object_format}[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n\
         [fetch]\n\tunpackLimit = 1\n[pack]\n\twriteReverseIndex = false\n[push]\n\tfollowTags = false\n{partial}"
    );
    write(git_dir, "HEAD", "ref: refs/heads/none\n")?;
    write(git_dir, "config", &config)
}

/// Leaves a file alone that is as it should be: others may be reading it.
pub(crate) fn write(git_dir: &Path, name: &str, content: &str) -> Result<(), Error> {
    let path = git_dir.join(name);
    if fs::read(&path).is_ok_and(|found| found == content.as_bytes()) {
        return Ok(());
    }
    fs::write(path, content).map_err(|error| Error::storage("write a private file", error))
}

/// The name by which `git` knows the server that has what was left out.
pub(crate) const PROMISOR: &str = "tagwright";

fn promise(url: &str, filter: &str) -> String {
    let url = url.replace('\\', r"\\").replace('"', "\\\"");
    format!(
        "[remote \"{PROMISOR}\"]\n\turl = \"{url}\"\n\tpromisor = true\n\tpartialCloneFilter = {filter}\n\
         [extensions]\n\tpartialClone = {PROMISOR}\n"
    )
}
