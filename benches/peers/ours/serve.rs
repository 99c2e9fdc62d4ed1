//! Servers that all programs of a row ask.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use tagwright_testkit::{oci::Registry, servers::HttpGit};

use crate::{
    Result,
    common::{folder, repository, tree::File},
};

/// Serves the tags of a file as those of `bench/tags`, and prints the address.
pub(crate) fn registry(tags: &str) -> Result {
    let registry = Registry::start();
    registry.push_tags("bench/tags", fs::read_to_string(tags)?.lines());
    println!("{}", registry.address());
    wait()
}

/// Serves a repository of a folder's files, and prints URL, user and password with tabs between: over HTTP when Apache is installed, else
/// the repository's folder.
pub(crate) fn git(root: &Path) -> Result {
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
    match HttpGit::start(&repository) {
        Ok(server) => {
            println!("{}\t{}\t{}", server.url(), server.user(), server.password());
            wait()
        }
        Err(_missing) => {
            println!("{}", repository.url());
            wait()
        }
    }
}

/// Until standard input ends: the servers stop with the process that started them.
fn wait() -> Result {
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
