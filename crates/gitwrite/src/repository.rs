//! The bare repository in the private folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, ErrorKind};
use crate::folder::{Folder, make_directory};
use crate::object_id::ObjectId;
use crate::objects::Objects;
use crate::reference::Ref;
use crate::transport::{Call, Destination, Fetched, Transport};

/// The ref that holds what was fetched first.
const BASE: &str = "refs/tagwright/base";

/// One commit of a server, and what is made on top of it. It goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Repository {
    pub(crate) folder: Folder,
    pub(crate) git_dir: PathBuf,
    pub(crate) objects: Objects,
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
        let first = reference
            .as_commit()
            .map_or(gix_hash::Kind::Sha1, |id| id.hash());
        for hash in [first, other(first)] {
            let git_dir = call.folder.path().join(hash.to_string());
            initialize(&git_dir, hash)?;
            let into = Destination {
                repository: &git_dir,
                name: BASE,
            };
            if let Fetched::Object(id) = transport.fetch(call, reference, &into)? {
                return Ok((id, git_dir));
            }
        }
        Err(unknown_hash(call, reference))
    }

    pub(crate) fn open(
        folder: Folder,
        git_dir: PathBuf,
        hash: gix_hash::Kind,
    ) -> Result<Repository, Error> {
        let objects = Objects::open(&git_dir.join("objects"), hash)?;
        Ok(Repository {
            folder,
            git_dir,
            objects,
            fetching: Mutex::new(()),
        })
    }

    /// Fetches a ref once more: of what is here already, nothing is sent again.
    pub(crate) fn renew(
        &self,
        transport: &dyn Transport,
        call: Call<'_>,
        reference: &Ref,
    ) -> Result<ObjectId, Error> {
        self.fetch_as(BASE, |into| transport.fetch(call, reference, into))?
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
fn initialize(git_dir: &Path, hash: gix_hash::Kind) -> Result<(), Error> {
    make_directory(&git_dir.join("objects/pack"))?;
    make_directory(&git_dir.join("refs"))?;
    let (version, extension) = match hash {
        gix_hash::Kind::Sha1 => (0, ""),
        _ => (1, "[extensions]\n\tobjectFormat = sha256\n"),
    };
    let config = format!(
        "[core]\n\trepositoryFormatVersion = {version}\n\tbare = true\n\thooksPath = /dev/null\n\tfsync = none\n\
         \tlogAllRefUpdates = false\n{extension}[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n\
         [fetch]\n\tunpackLimit = 1\n[pack]\n\twriteReverseIndex = false\n[push]\n\tfollowTags = false\n"
    );
    let write = |name: &str, content: &str| {
        fs::write(git_dir.join(name), content)
            .map_err(|error| Error::storage("write a private file", error))
    };
    write("config", &config)?;
    write("HEAD", "ref: refs/heads/none\n")
}
