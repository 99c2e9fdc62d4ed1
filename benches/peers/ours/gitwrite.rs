//! Changing one file of a remote repository.

use std::{env, fs, thread};

use tagwright_gitwrite::{
    Blobs, Change, CommitSpec, Control, Credentials, Error, Proposal, Ref, Remote, Secret,
    Signature, Snapshot, TreePath, Update,
};

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

/// So many writers at once, of the same name, each adding one to a number: the answer is the attempts of all of them.
pub(crate) fn writers(url: &str, count: u32) -> Result {
    let (remote, update) = (remote(url)?, Update::of_branch("main")?);
    let before = number(&remote.snapshot(&Ref::branch("main")?, &Control::new())?)?;
    let watch = Stopwatch::start();
    let add = || remote.update(&update, &Control::new(), add_one);
    let attempts = thread::scope(|scope| {
        let writers: Vec<_> = (0..count).map(|_| scope.spawn(add)).collect();
        let updated = writers
            .into_iter()
            .map(|writer| writer.join().expect("no panic"));
        updated
            .map(|updated| Ok(updated?.attempts))
            .sum::<Result<u32>>()
    })?;
    watch.print(attempts);
    let after = number(&remote.snapshot(&Ref::branch("main")?, &Control::new())?)?;
    assert_eq!(after, before + count, "an update was lost");
    Ok(())
}

fn add_one(snapshot: &Snapshot) -> std::result::Result<Option<Proposal>, Error> {
    let next = number(snapshot)? + 1;
    let change = Change::write(TreePath::new("count")?, format!("{next}\n"));
    let author = Signature::new("bench", "bench@example.com")?;
    let spec = CommitSpec::new(author, "Add one")?;
    Ok(Some(Proposal::new(vec![change], spec)))
}

fn number(snapshot: &Snapshot) -> std::result::Result<u32, Error> {
    let text = snapshot.read("count")?.expect("it is there");
    let text = String::from_utf8(text).expect("a number");
    Ok(text.trim().parse().expect("a number"))
}

/// With the login of the row's server, where it has one.
pub(crate) fn remote(url: &str) -> Result<Remote> {
    let remote = Remote::new(url)?;
    let Ok(username) = env::var("PEER_USER") else {
        return Ok(remote);
    };
    let password = Secret::new(env::var("PEER_PASSWORD")?);
    Ok(remote.credentials(Credentials::Basic { username, password }))
}
