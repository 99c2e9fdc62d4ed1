//! Secrets in manifests.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tagwright_manifests::{Problem, Secret, Severity, flux};

use super::{SecretError, SecretFuture, SecretMap, SecretSource};

/// The longest file that is read, and how many there may be.
const LONGEST: u64 = 16 << 20;
const MOST_FILES: usize = 100_000;

/// How deep folders may lie in each other.
const DEEPEST: usize = 64;

/// How long a file that was just written is looked at again, though it looks as before: clocks of file systems tick
/// slowly, and an equally long value may be written within one tick.
const UNSETTLED: Duration = Duration::from_secs(2);

/// The Secrets among the manifests of a folder and the folders in it: files ending in `.yaml`, `.yml` and `.json`.
///
/// A file is read when a Secret is first asked for, and again when it has changed. No symbolic link is followed, and a
/// folder whose name begins with a dot is left out. A Secret that is broken is an error for who asks for it. Of two with
/// one name the one in the first file by its path counts.
#[derive(Clone, Debug)]
pub struct SecretFolder {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    files: Mutex<BTreeMap<PathBuf, Held>>,
}

/// What was read of one file.
#[derive(Debug)]
struct Held {
    mark: Mark,
    secrets: SecretMap,
    /// The Secrets in it that are broken by their titles, and how.
    broken: BTreeMap<String, String>,
}

/// What of a file changes when its contents do, and whether that can be told already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    modified: Option<SystemTime>,
    length: u64,
    file: (u64, u64),
    settled: bool,
}

impl SecretFolder {
    /// The folder of this path.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self {
            shared: Arc::new(Shared {
                root: root.into(),
                files: Mutex::default(),
            }),
        }
    }
}

impl SecretSource for SecretFolder {
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
        Box::pin(async move {
            let (shared, namespace, name) = (
                Arc::clone(&self.shared),
                namespace.to_owned(),
                name.to_owned(),
            );
            let find = tokio::task::spawn_blocking(move || shared.find(&namespace, &name));
            let gone = || SecretError::new("the reading of a folder of Secrets was interrupted");
            find.await.map_err(|_| gone())?
        })
    }
}

impl Shared {
    fn find(&self, namespace: &str, name: &str) -> Result<Option<Secret>, SecretError> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(secret) = unchanged(&files, namespace, name) {
            return Ok(Some(secret));
        }
        self.read(&mut files)?;
        let found = files
            .values()
            .find_map(|held| held.secrets.find(namespace, name));
        if let Some(secret) = found {
            return Ok(Some(secret.clone()));
        }
        let titles = [
            format!("Secret {namespace}/{name}"),
            format!("Secret {name}"),
        ];
        let broken = |held: &Held| {
            titles
                .iter()
                .find_map(|title| held.broken.get(title).cloned())
        };
        match files.values().find_map(broken) {
            Some(problem) => Err(SecretError::new(problem)),
            None => Ok(None),
        }
    }

    /// Reads what is new or has changed.
    fn read(&self, files: &mut BTreeMap<PathBuf, Held>) -> Result<(), SecretError> {
        let mut paths = Vec::new();
        walk(&self.root, DEEPEST, &mut paths)?;
        let mut before = std::mem::take(files);
        for path in paths {
            let known = before.remove(&path);
            if let Some(held) = renewed(&path, known)? {
                files.insert(path, held);
            }
        }
        Ok(())
    }
}

/// The Secret, where the file that had it is as it was.
fn unchanged(files: &BTreeMap<PathBuf, Held>, namespace: &str, name: &str) -> Option<Secret> {
    let has = |held: &Held| held.secrets.find(namespace, name).cloned();
    let (path, held, secret) = files
        .iter()
        .find_map(|(path, held)| Some((path, held, has(held)?)))?;
    let mark = Mark::of(path).ok()??;
    (held.mark.settled && held.mark == mark).then_some(secret)
}

fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), SecretError> {
    let failed = |error: io::Error| unreadable(folder, &error.kind().to_string());
    if depth == 0 {
        return Err(unreadable(folder, "it lies too deep"));
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (kind, path) = (entry.file_type().map_err(failed)?, entry.path());
        if kind.is_dir() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
            walk(&path, depth - 1, paths)?;
        } else if kind.is_file() && is_manifest(&path) {
            paths.push(path);
        }
        if paths.len() > MOST_FILES {
            return Err(unreadable(folder, "there are more than 100000 manifests"));
        }
    }
    Ok(())
}

fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
}

/// What the file holds now; nothing when it has gone meanwhile.
fn renewed(path: &Path, known: Option<Held>) -> Result<Option<Held>, SecretError> {
    let failed = |error: io::Error| unreadable(path, &error.kind().to_string());
    let Some(mark) = Mark::of(path).map_err(failed)? else {
        return Ok(None);
    };
    if let Some(held) = known.filter(|held| held.mark.settled && held.mark == mark) {
        return Ok(Some(held));
    }
    if mark.length > LONGEST {
        return Err(unreadable(path, "it is longer than 16 MiB"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(LONGEST).read_to_end(&mut bytes).map_err(failed)?;
    Ok(Some(held(path, mark, &bytes)))
}

fn held(path: &Path, mark: Mark, bytes: &[u8]) -> Held {
    let read = flux::read(&path.to_string_lossy(), bytes);
    let broken = |problem: Problem| {
        let text = problem.to_string();
        let object = problem
            .object
            .filter(|_| problem.severity == Severity::Error)?;
        object.starts_with("Secret ").then_some((object, text))
    };
    Held {
        mark,
        broken: read.problems.into_iter().filter_map(broken).collect(),
        secrets: read.objects.secrets.into_iter().collect(),
    }
}

impl Mark {
    fn of(path: &Path) -> io::Result<Option<Self>> {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() => metadata,
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        #[cfg(unix)]
        let file = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let file = (0, 0);
        let modified = metadata.modified().ok();
        let age = modified.and_then(|time| SystemTime::now().duration_since(time).ok());
        Ok(Some(Self {
            modified,
            length: metadata.len(),
            file,
            settled: age.is_some_and(|age| age > UNSETTLED),
        }))
    }
}

fn unreadable(path: &Path, why: &str) -> SecretError {
    SecretError::new(format!(
        "{} cannot be read: {why}; correct the folder of Secrets",
        path.display()
    ))
}
