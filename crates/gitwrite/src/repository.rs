//! The bare repository in the private folder, and the one that it borrows from.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::blobs::Blobs;
use crate::cache::Cache;
use crate::error::{Error, ErrorKind};
use crate::folder::{Folder, make_directory};
use crate::object_id::ObjectId;
use crate::objects::Objects;
use crate::reference::Ref;
use crate::transport::{Call, Destination, Extent, Fetched, Transport};

/// The ref that holds what was fetched first.
const BASE: &str = "refs/tagwright/base";
/// The ref of a cache that holds what is on its way.
const INCOMING: &str = "refs/tagwright/incoming";

/// One commit of a server, and what is made on top of it. It goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Repository {
    pub(crate) folder: Folder,
    pub(crate) git_dir: PathBuf,
    pub(crate) objects: Objects,
    cache: Option<Cache>,
    /// Two fetches at a time would both write the list of commits without parents.
    fetching: Mutex<()>,
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

    /// The same by way of a cache: one question, and a fetch only when its answer is new.
    pub(crate) fn fetch_into(
        cache: &Cache,
        transport: &dyn Transport,
        call: Call<'_>,
        reference: &Ref,
    ) -> Result<(ObjectId, PathBuf), Error> {
        let id = match reference.as_commit() {
            Some(id) => Some(id),
            None => transport
                .list(call, &[reference.full_name()])?
                .get(&reference.full_name()),
        };
        let adding = cache.add(call.remote, call.control)?;
        let (id, from) = match id.and_then(|id| Some((id, cache.find(&id)?))) {
            Some(found) => found,
            None => fetch_kept(cache, transport, call, reference)?,
        };
        let git_dir = call.folder.path().join(id.hash().to_string());
        borrow(&git_dir, &from, id.hash(), call)?;
        drop(adding);
        Ok((id, git_dir))
    }

    pub(crate) fn open(
        folder: Folder,
        git_dir: PathBuf,
        hash: gix_hash::Kind,
        cache: Option<Cache>,
    ) -> Result<Repository, Error> {
        let objects = Objects::open(&git_dir.join("objects"), hash)?;
        Ok(Repository {
            folder,
            git_dir,
            objects,
            cache,
            fetching: Mutex::new(()),
        })
    }

    pub(crate) fn is_cached(&self) -> bool {
        self.cache.is_some()
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
        self.fetch_as(BASE, fetch)?
            .ok_or_else(|| unknown_hash(call, reference))
    }

    /// Runs a fetch into a ref of this repository, one at a time. `None` when the server's ids are of the other hash.
    pub(crate) fn fetch_as(
        &self,
        name: &str,
        fetch: impl FnOnce(&Destination<'_>) -> Result<Fetched, Error>,
    ) -> Result<Option<ObjectId>, Error> {
        let _one = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
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
        let _one = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
        let adding = self
            .cache
            .as_ref()
            .map(|cache| cache.add(call.remote, call.control))
            .transpose()?;
        let cached = self
            .cache
            .as_ref()
            .map(|cache| cache.git_dir(self.objects.hash()));
        let git_dir = cached.as_deref().unwrap_or(&self.git_dir);
        tracing::debug!(remote = %call.remote, count = ids.len(), "fetching blobs");
        let brought = match transport.fetch_blobs(call, git_dir, &ids) {
            Err(error) if error.kind() == ErrorKind::RefNotFound => {
                whole(transport, call, commit, git_dir)
            }
            brought => brought,
        };
        drop(adding);
        brought
    }
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
        if !git_dir.join("config").exists() {
            initialize(&git_dir, hash, call)?;
        }
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

fn fetch_kept(
    cache: &Cache,
    transport: &dyn Transport,
    call: Call<'_>,
    reference: &Ref,
) -> Result<(ObjectId, PathBuf), Error> {
    let folder = |hash| cache.git_dir(hash);
    let (id, git_dir) = fetch_either(transport, call, reference, INCOMING, folder)?;
    Cache::keep(&git_dir, INCOMING, &id)?;
    Ok((id, git_dir))
}

/// A new repository whose objects are those of another, too.
fn borrow(git_dir: &Path, from: &Path, hash: gix_hash::Kind, call: Call<'_>) -> Result<(), Error> {
    initialize(git_dir, hash, call)?;
    make_directory(&git_dir.join("objects/info"))?;
    let objects = from.join("objects");
    let objects = objects.to_str().ok_or_else(|| {
        let message = format!(
            "the folder of the cache, {}, is not UTF-8; name another",
            from.display()
        );
        Error::new(ErrorKind::Storage, message)
    })?;
    let write = |name: &str, content: &[u8]| {
        fs::write(git_dir.join(name), content)
            .map_err(|error| Error::storage("write a private file", error))
    };
    write("objects/info/alternates", format!("{objects}\n").as_bytes())?;
    match fs::read(from.join("shallow")) {
        Ok(shallow) => write("shallow", &shallow),
        // Every commit has its parents.
        Err(_) => Ok(()),
    }
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

/// What `git init --bare` makes, without a process. Hooks, collection and syncing to disk are of no use here.
fn initialize(git_dir: &Path, hash: gix_hash::Kind, call: Call<'_>) -> Result<(), Error> {
    make_directory(&git_dir.join("objects/pack"))?;
    make_directory(&git_dir.join("refs/tagwright"))?;
    let blobs = call.remote.blobs_wanted();
    let partial = blobs
        .filter()
        .map(|filter| promise(call.remote.location().as_str(), &filter))
        .unwrap_or_default();
    let (version, object_format) = match hash {
        gix_hash::Kind::Sha1 => (u8::from(blobs != Blobs::All), ""),
        _ => (1, "[extensions]\n\tobjectFormat = sha256\n"),
    };
    let config = format!(
        "[core]\n\trepositoryFormatVersion = {version}\n\tbare = true\n\thooksPath = /dev/null\n\tfsync = none\n\
         \tlogAllRefUpdates = false\n{object_format}[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n\
         [fetch]\n\tunpackLimit = 1\n[pack]\n\twriteReverseIndex = false\n[push]\n\tfollowTags = false\n{partial}"
    );
    let write = |name: &str, content: &str| {
        fs::write(git_dir.join(name), content)
            .map_err(|error| Error::storage("write a private file", error))
    };
    write("HEAD", "ref: refs/heads/none\n")?;
    write("config", &config)
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
