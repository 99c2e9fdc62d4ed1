//! Secrets mounted as directories.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use tagwright_manifests::{Secret, SecretKey};

use super::name::are_names;
use super::{SecretError, SecretFuture, SecretSource};

/// The longest value: Kubernetes takes no longer Secret.
pub(super) const LONGEST: u64 = 1 << 20;

/// The link that Kubernetes turns to a new directory when a Secret changes.
const DATA: &str = "..data";

/// Secrets in a directory, as Kubernetes mounts them: the value of a key is the file `namespace/name/key` below it.
///
/// The files are read each time, so that a change counts at once. Of symbolic links the ones of Kubernetes are followed,
/// from `key` to `..data/key` and from `..data` to a directory beside it, and no others. The keys of a Secret are those of
/// one directory: none of an old one beside one of a new one. A value has 1 MiB at most. A line break at its end stays, but
/// of a user name, a password and a token one that an editor added is left out.
#[derive(Clone, Debug)]
pub struct MountedSecrets {
    root: PathBuf,
}

impl MountedSecrets {
    /// The directory that holds one for each namespace.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl SecretSource for MountedSecrets {
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
        Box::pin(async move {
            if !are_names(namespace, name) {
                return Ok(None);
            }
            let (root, (namespace, name)) = (self.root.clone(), owned(namespace, name));
            let read = tokio::task::spawn_blocking(move || read(&root, &namespace, &name));
            let gone = || SecretError::new("the reading of a mounted Secret was interrupted");
            read.await.map_err(|_| gone())?
        })
    }
}

fn owned(namespace: &str, name: &str) -> (String, String) {
    (namespace.to_owned(), name.to_owned())
}

fn read(root: &Path, namespace: &str, name: &str) -> Result<Option<Secret>, SecretError> {
    let own = root.join(namespace);
    let directory = own.join(name);
    for path in [&own, &directory] {
        match looked(path)? {
            None => return Ok(None),
            Some(metadata) if metadata.is_dir() => {}
            Some(_) => return Err(unreadable(path, "it is no directory")),
        }
    }
    read_directory(&directory, namespace, name).map(Some)
}

/// The Secret whose keys are files of a directory.
pub(super) fn read_directory(
    directory: &Path,
    namespace: &str,
    name: &str,
) -> Result<Secret, SecretError> {
    let current = current(directory)?;
    let mut secret = Secret::new(namespace, name);
    for key in SecretKey::ALL {
        if let Some(value) = value(directory, current.as_deref(), *key)? {
            secret = secret.with(*key, value);
        }
    }
    Ok(secret)
}

/// The directory that `..data` leads to now.
fn current(directory: &Path) -> Result<Option<PathBuf>, SecretError> {
    let link = directory.join(DATA);
    let Some(metadata) = looked(&link)? else {
        return Ok(None);
    };
    let is_beside = |target: &Path| {
        let name = target.to_str().unwrap_or_default();
        name.starts_with("..") && name.len() > 2 && !name.contains(['/', '\\'])
    };
    if !metadata.is_symlink() {
        return Err(unreadable(&link, "it is no link of Kubernetes"));
    }
    let target = fs::read_link(&link).map_err(|error| failed(&link, &error))?;
    let current = directory.join(&target);
    match looked(&current)? {
        Some(metadata) if metadata.is_dir() && is_beside(&target) => Ok(Some(current)),
        _ => Err(unreadable(
            &link,
            "it leads to something else than a directory beside it",
        )),
    }
}

fn value(
    directory: &Path,
    current: Option<&Path>,
    key: SecretKey,
) -> Result<Option<Vec<u8>>, SecretError> {
    let path = directory.join(key.as_str());
    let Some(metadata) = looked(&path)? else {
        return Ok(None);
    };
    if metadata.is_file() {
        return contents(&path, key);
    }
    let is_of_kubernetes = |target: PathBuf| target == Path::new(DATA).join(key.as_str());
    match current {
        Some(current)
            if metadata.is_symlink() && fs::read_link(&path).is_ok_and(is_of_kubernetes) =>
        {
            contents(&current.join(key.as_str()), key)
        }
        _ => Err(unreadable(
            &path,
            "it is neither a file nor a link of Kubernetes",
        )),
    }
}

fn contents(path: &Path, key: SecretKey) -> Result<Option<Vec<u8>>, SecretError> {
    match looked(path)? {
        None => return Ok(None),
        Some(metadata) if metadata.is_file() => {}
        // What is no file, a pipe perhaps, would hold up who opens it.
        Some(_) => return Err(unreadable(path, "it is no file")),
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| failed(path, &error))?;
    let read = file.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| failed(path, &error))?;
    if bytes.len() as u64 > LONGEST {
        return Err(unreadable(path, "it is longer than 1 MiB"));
    }
    Ok(Some(without_line_end(bytes, key)))
}

/// No login ends with a line break, and every editor adds one.
pub(super) fn without_line_end(mut bytes: Vec<u8>, key: SecretKey) -> Vec<u8> {
    use SecretKey as Key;
    let one_line = [
        Key::Username,
        Key::Password,
        Key::BearerToken,
        Key::Passphrase,
        Key::Address,
        Key::Token,
    ];
    if one_line.contains(&key) && bytes.last() == Some(&b'\n') {
        bytes.pop();
        bytes.pop_if(|last| *last == b'\r');
    }
    bytes
}

/// What stands at a path itself, no link followed.
fn looked(path: &Path) -> Result<Option<Metadata>, SecretError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, &error)),
    }
}

fn failed(path: &Path, error: &io::Error) -> SecretError {
    unreadable(path, &error.kind().to_string())
}

fn unreadable(path: &Path, why: &str) -> SecretError {
    SecretError::new(format!(
        "{} cannot be read: {why}; correct the mount",
        path.display()
    ))
}
