use std::{
    env,
    path::{Path, PathBuf},
};

use crate::Missing;

/// Where servers live that are not on the `PATH` of an ordinary user.
const FOLDERS: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

/// The first of these programs that is found.
pub(super) fn find(names: &[&str], remedy: &str) -> Result<PathBuf, Missing> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path)
        .chain(FOLDERS.map(PathBuf::from))
        .collect();
    let candidates = names
        .iter()
        .flat_map(|name| folders.iter().map(move |f| f.join(name)));
    let found = candidates.into_iter().find(|candidate| candidate.is_file());
    found.ok_or_else(|| Missing::new(names[0], remedy))
}

/// The first of these folders or files that exists.
pub(super) fn first_existing(paths: &[&str], what: &str, remedy: &str) -> Result<PathBuf, Missing> {
    let found = paths.iter().map(Path::new).find(|path| path.exists());
    found
        .map(Path::to_path_buf)
        .ok_or_else(|| Missing::new(what, remedy))
}
