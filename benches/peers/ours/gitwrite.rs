//! Changing one file of a remote repository.

use std::{env, fs};

use tagwright_gitwrite::{Blobs, Control, Credentials, Ref, Remote, Secret};

use crate::{Result, common::repository, report::Stopwatch};

/// Reads every file in search of markers before it changes the one.
pub(crate) fn search(url: &str, file: &str, content: &str) -> Result {
    let (content, remote) = (fs::read(content)?, remote(url)?);
    let watch = Stopwatch::start();
    let snapshot = remote.snapshot(&Ref::branch("main")?, &Control::new())?;
    let marked = repository::marked_files(&snapshot)?;
    repository::change(&snapshot, file, content)?;
    watch.print(marked);
    Ok(())
}

/// The same where large binaries stand beside the manifests: they stay on the server.
pub(crate) fn search_small(url: &str, file: &str, content: &str) -> Result {
    let (content, remote) = (fs::read(content)?, remote(url)?);
    let remote = remote.blobs(Blobs::UpTo(repository::MAX_BYTES));
    let watch = Stopwatch::start();
    let snapshot = remote.snapshot(&Ref::branch("main")?, &Control::new())?;
    let marked = repository::marked_files(&snapshot)?;
    repository::change(&snapshot, file, content)?;
    watch.print(marked);
    Ok(())
}

/// Changes a file whose path is known.
pub(crate) fn known(url: &str, file: &str, content: &str) -> Result {
    let (content, remote) = (fs::read(content)?, remote(url)?.blobs(Blobs::OnDemand));
    let watch = Stopwatch::start();
    let snapshot = remote.snapshot(&Ref::branch("main")?, &Control::new())?;
    let before = snapshot.read(file)?.ok_or("the file is not there")?;
    repository::change(&snapshot, file, content)?;
    watch.print(before.len());
    Ok(())
}

fn remote(url: &str) -> Result<Remote> {
    let remote = Remote::new(url)?;
    let Ok(username) = env::var("PEER_USER") else {
        return Ok(remote);
    };
    let password = Secret::new(env::var("PEER_PASSWORD")?);
    Ok(remote.credentials(Credentials::Basic { username, password }))
}
