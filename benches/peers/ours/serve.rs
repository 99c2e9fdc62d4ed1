//! Servers that all programs of a row ask.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use tagwright_testkit::{git::BareRepository, servers::HttpGit};

use crate::{
    Result,
    common::{folder, repository, rng::Rng, tree::File},
    pages, relay,
};

/// Serves a repository of a folder's files and of so many binaries of 10 MB, and prints URL, user and password with tabs
/// between: over HTTP when Apache is installed, with what it sends counted in a file; else the repository's folder.
pub(crate) fn git(root: &Path, count: &Path, binaries: u64) -> Result {
    let repository = repository(root, binaries)?;
    let server = HttpGit::start(&repository).ok();
    println!("{}", login(&repository, server.as_ref(), count)?);
    wait()
}

/// The same repository, and in front of it the address of a registry whose answers are counted in a file of their own.
pub(crate) fn whole(root: &Path, count: &Path, listed: &Path) -> Result {
    let repository = repository(root, 0)?;
    let server = HttpGit::start(&repository).ok();
    let registry = relay::start(&pages::versions()?.to_string(), listed)?;
    println!(
        "{registry}\t{}",
        login(&repository, server.as_ref(), count)?
    );
    wait()
}

fn repository(root: &Path, binaries: u64) -> Result<BareRepository> {
    let mut files = Vec::new();
    for path in folder::files(root)? {
        files.push(File {
            path: path
                .strip_prefix(root)?
                .to_str()
                .ok_or("a path is no UTF-8")?
                .to_owned(),
            text: fs::read_to_string(&path)?,
        });
    }
    let repository = repository::bare(files.into_iter());
    // Without it the server looks for likenesses among the binaries, for minutes.
    repository.git(&["config", "core.bigFileThreshold", "1m"]);
    // In packs they are sent as they lie there; as single files they would be compressed anew for each fetch.
    repository.git(&["config", "fastimport.unpackLimit", "1"]);
    for number in 0..binaries {
        let path = format!("assets/{number}.bin");
        repository.commit("main", &[(&path, &noise(number))], "add a binary");
    }
    if binaries > 0 {
        repository.git(&["repack", "-adq"]);
    }
    Ok(repository)
}

/// URL, user and password of the server's relay; the folder where there is no server.
fn login(repository: &BareRepository, server: Option<&HttpGit>, count: &Path) -> Result<String> {
    let Some(server) = server else {
        fs::write(count, "0 0\n")?;
        return Ok(repository.url());
    };
    let url = server.url();
    let (_, rest) = url.split_once("://").ok_or("no URL")?;
    let (host, path) = rest.split_once('/').ok_or("no path")?;
    let relay = relay::start(host, count)?;
    Ok(format!(
        "http://{relay}/{path}\t{}\t{}",
        server.user(),
        server.password()
    ))
}

/// 10 MB that nobody can compress.
fn noise(seed: u64) -> Vec<u8> {
    let mut rng = Rng::new(seed + 1);
    let words = (0..10_000_000 / 8).map(|_| rng.next());
    words.flat_map(u64::to_le_bytes).collect()
}

/// Until standard input ends: the servers stop with the process that started them.
pub(crate) fn wait() -> Result {
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
