//! Whether a source is still what it was.

use std::path::Path;

use gitwrite::Control;
use sha2::{Digest as _, Sha256};
use tagwright_gitwrite as gitwrite;

use super::read::file_bytes;
use super::scopes::Scopes;
use super::{Place, Source, Wanted};
use crate::automation::AutomationBuilder;
use crate::directory::{Root, Walk, walk_failed};
use crate::draft::MAX_FILE_BYTES;
use crate::error::Error;
use crate::offload::{cancelled, offload};

impl Source {
    /// What is the same for as long as the manifests are: the commit of a repository, by one question to the server, none
    /// where it has no such ref; a fingerprint of a file or of those of a folder; of a text always the same.
    pub(crate) async fn version(&self, wanted: Wanted) -> Result<Option<String>, Error> {
        let source = self.clone();
        offload(self.timeout(), move |control| match &source.place {
            Place::Directory(path) => {
                let print = fingerprint(path, &source.scopes, wanted, control)?;
                Ok(Some(print))
            }
            Place::Repository {
                remote, reference, ..
            } => {
                let tip = remote.tip(reference, control);
                let tip = tip.map_err(Error::repository)?;
                Ok(tip.map(|commit| commit.to_string()))
            }
            Place::File(path) => {
                let print = Sha256::digest(file_bytes(path)?);
                Ok(Some(format!("{print:x}")))
            }
            Place::Text { .. } => Ok(Some("text".to_owned())),
        })
        .await
    }

    /// Whether an automation reads what these manifests are read from.
    pub(crate) fn is_read_by(&self, automation: &AutomationBuilder) -> bool {
        match &self.place {
            Place::Repository {
                remote, reference, ..
            } => automation.directory.is_none() && automation.branch.reads(remote, reference),
            Place::Directory(_) | Place::File(_) | Place::Text { .. } => false,
        }
    }
}

/// Of the names and the bytes of all files that may hold manifests, and of what is wrong with others.
fn fingerprint(
    path: &Path,
    scopes: &Scopes,
    wanted: Wanted,
    control: &Control,
) -> Result<String, Error> {
    let root = Root::open(path)?;
    let folders = scopes.folders()?;
    let walked = Walk {
        root: &root,
        folders: &folders.visit(),
        most_bytes: MAX_FILE_BYTES,
        // A temporary file does not end in `.yaml`.
        leftover: "/",
        is_cancelled: &|| control.is_cancelled(),
        see: |name: &str, bytes: &[u8]| wanted.takes(name).then(|| Sha256::digest(bytes)),
    };
    let walked = walked.run().map_err(|error| walk_failed(&root, &error))?;
    if control.is_cancelled() {
        return Err(cancelled());
    }
    let mut hash = Sha256::new();
    for (name, digest) in &walked.found {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update(digest);
    }
    for problem in &walked.problems {
        hash.update(problem.to_string());
    }
    Ok(format!("{:x}", hash.finalize()))
}
