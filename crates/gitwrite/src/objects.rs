//! Objects read and written in process.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gix_object::{Exists, Find, Kind, Write};
use gix_odb::Header;

use crate::error::{Error, ErrorKind};
use crate::object_id::ObjectId;

/// The largest object that is taken into memory. Hostile packs announce more than they hold.
pub(crate) const MAX_OBJECT: u64 = 256 << 20;
/// Bases of deltas are kept while a tree is walked: files that resemble each other are deltas of each other.
const CACHE: usize = 16 << 20;

/// The object store of a repository; threads make a reader each.
pub(crate) struct Objects {
    path: PathBuf,
    hash: gix_hash::Kind,
    opened: Mutex<Opened>,
}

#[derive(Clone)]
struct Opened {
    store: Arc<gix_odb::Store>,
    /// What `git` has just written, it has checked. What has lain on a disk since the last run, nobody has.
    checked: bool,
}

impl Objects {
    /// `checked` says whether all that is there has just been fetched.
    pub(crate) fn open(path: &Path, hash: gix_hash::Kind, checked: bool) -> Result<Objects, Error> {
        let store = open_store(path, hash)?;
        Ok(Objects {
            path: path.to_owned(),
            hash,
            opened: Mutex::new(Opened { store, checked }),
        })
    }

    /// Looks at the folder anew, when all that is there has just been fetched. Readers that were made before go on with
    /// what they saw.
    pub(crate) fn reopen(&self) -> Result<(), Error> {
        let store = open_store(&self.path, self.hash)?;
        *self.opened() = Opened {
            store,
            checked: true,
        };
        Ok(())
    }

    fn opened(&self) -> std::sync::MutexGuard<'_, Opened> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn hash(&self) -> gix_hash::Kind {
        self.hash
    }

    pub(crate) fn reader(&self) -> Reader {
        let cache = || -> Box<gix_odb::cache::PackCache> {
            Box::new(gix_pack::cache::lru::MemoryCappedHashmap::new(CACHE))
        };
        let Opened { store, checked } = self.opened().clone();
        Reader {
            handle: store.to_cache_arc().with_pack_cache(cache),
            checked,
        }
    }
}

fn open_store(path: &Path, hash: gix_hash::Kind) -> Result<Arc<gix_odb::Store>, Error> {
    let options = gix_odb::store::init::Options {
        alloc_limit_bytes: usize::try_from(MAX_OBJECT).ok(),
        use_multi_pack_index: false,
        ..Default::default()
    };
    let store = gix_odb::Store::at_opts(path.to_owned(), hash, &mut std::iter::empty(), options);
    store
        .map(Arc::new)
        .map_err(|error| Error::storage("open the fetched objects", error))
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Objects")
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

/// Reads and writes objects on one thread.
pub(crate) struct Reader {
    handle: gix_odb::HandleArc,
    checked: bool,
}

impl Reader {
    /// The content of an object of this kind.
    pub(crate) fn find<'a>(
        &self,
        id: &ObjectId,
        kind: Kind,
        buffer: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], Error> {
        let found = self.any(id, buffer)?;
        if found.kind == kind {
            Ok(found.data)
        } else {
            Err(malformed(
                id,
                &format!("it is a {}, not a {kind}", found.kind),
            ))
        }
    }

    /// The content of an object and what it is.
    pub(crate) fn any<'a>(
        &self,
        id: &ObjectId,
        buffer: &'a mut Vec<u8>,
    ) -> Result<gix_object::Data<'a>, Error> {
        let found = self
            .handle
            .try_find(id.raw(), buffer)
            .map_err(|error| corrupt(id, &error.to_string()))?;
        let found = found.ok_or_else(|| corrupt(id, "it is missing"))?;
        if self.checked || is_of(&found, id) {
            Ok(found)
        } else {
            Err(corrupt(id, "its content has changed on the disk"))
        }
    }

    pub(crate) fn has(&self, id: &ObjectId) -> bool {
        self.handle.exists(id.raw())
    }

    /// The size of an object, without its content.
    pub(crate) fn size(&self, id: &ObjectId) -> Result<u64, Error> {
        let header = self
            .handle
            .try_header(id.raw())
            .map_err(|error| corrupt(id, &error.to_string()))?;
        header
            .map(|header| header.size())
            .ok_or_else(|| corrupt(id, "it is missing"))
    }

    pub(crate) fn write(&self, kind: Kind, content: &[u8]) -> Result<ObjectId, Error> {
        let written = self.handle.write_buf(kind, content);
        let failed =
            |error| Error::storage("write an object", std::io::Error::other(format!("{error}")));
        written.map(ObjectId::from).map_err(failed)
    }
}

/// Whether this is the object of that id.
fn is_of(found: &gix_object::Data<'_>, id: &ObjectId) -> bool {
    gix_object::compute_hash(id.hash(), found.kind, found.data).is_ok_and(|hash| *hash == *id.raw())
}

/// The error for an object that has the content that its id says, and is of no use with it.
pub(crate) fn malformed(id: &ObjectId, what: &str) -> Error {
    corrupt(id, what).of_server()
}

fn corrupt(id: &ObjectId, what: &str) -> Error {
    let what: String = what.chars().filter(|c| !c.is_control()).take(200).collect();
    Error::new(
        ErrorKind::Corrupt,
        format!("cannot read object {id}: {what}; check the repository with git fsck"),
    )
}
