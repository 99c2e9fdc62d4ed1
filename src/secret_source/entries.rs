//! Secrets each in a place of its own.

use std::env;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use tagwright_manifests::{Secret, SecretKey};

use super::entry::{Place, SecretEntry};
use super::mounted::{LONGEST, read_directory, without_line_end};
use super::{SecretError, SecretFuture, SecretSource, read};

/// Secrets each in a place of its own, as a command line names them: a variable, a file, a directory.
///
/// They are read each time. Of several entries for one Secret each adds its keys, and of two for one key the last counts.
/// A `password` without a `username` beside it gets `git`, which forges take with a token.
///
/// ```
/// use tagwright::{Loader, SecretEntries};
///
/// let secrets: SecretEntries = ["flux-system/pull=file:/run/secrets/config.json", "flux-system/deploy:password=env:GIT_TOKEN"]
///     .into_iter()
///     .map(str::parse)
///     .collect::<Result<_, _>>()?;
/// let mut loader = Loader::new();
/// loader.secrets(secrets);
/// # Ok::<(), tagwright::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct SecretEntries {
    entries: Vec<SecretEntry>,
}

impl FromIterator<SecretEntry> for SecretEntries {
    fn from_iter<I: IntoIterator<Item = SecretEntry>>(entries: I) -> Self {
        Self {
            entries: entries.into_iter().collect(),
        }
    }
}

impl SecretSource for SecretEntries {
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
        let is_of = |entry: &&SecretEntry| entry.namespace == namespace && entry.name == name;
        let own: Vec<SecretEntry> = self.entries.iter().filter(is_of).cloned().collect();
        Box::pin(async move {
            if own.is_empty() {
                return Ok(None);
            }
            let (namespace, name) = (namespace.to_owned(), name.to_owned());
            let read = tokio::task::spawn_blocking(move || joined(&own, &namespace, &name));
            let gone = || SecretError::new("the reading of a Secret was interrupted");
            read.await.map_err(|_| gone())?.map(Some)
        })
    }
}

fn joined(entries: &[SecretEntry], namespace: &str, name: &str) -> Result<Secret, SecretError> {
    let mut secret: Option<Secret> = None;
    for entry in entries {
        let read = read_entry(entry, namespace, name)?;
        secret = Some(match secret {
            None => read,
            Some(before) => add(before, &read),
        });
    }
    let secret = secret.unwrap_or_else(|| Secret::new(namespace, name));
    Ok(with_user(secret))
}

/// What is encrypted stays so, whichever of the two it is.
fn add(before: Secret, read: &Secret) -> Secret {
    let encryption = before.encryption.or(read.encryption);
    let keys = SecretKey::ALL.iter();
    let values = keys.filter_map(|key| Some((*key, read.get(*key)?)));
    let mut secret = values.fold(before, |secret, (key, value)| {
        secret.with(key, value.expose())
    });
    secret.encryption = encryption;
    secret
}

/// The passphrase of a key has no user.
fn with_user(secret: Secret) -> Secret {
    let has = |key| secret.get(key).is_some();
    let is_login = has(SecretKey::Password) && !has(SecretKey::Username);
    if is_login && secret.ssh_private_key().is_none() {
        return secret.with(SecretKey::Username, "git");
    }
    secret
}

fn read_entry(entry: &SecretEntry, namespace: &str, name: &str) -> Result<Secret, SecretError> {
    let bytes = match &entry.place {
        Place::Directory(path) => return directory(path, namespace, name),
        Place::File(path) => file(path)?,
        Place::Variable(name) => variable(name)?,
    };
    if let Some(key) = entry.key {
        return Ok(Secret::new(namespace, name).with(key, without_line_end(bytes, key)));
    }
    let place = entry.place.to_string();
    if is_docker_config(&bytes) {
        return Ok(Secret::new(namespace, name).with(SecretKey::DockerConfigJson, bytes));
    }
    if !is_manifest(&bytes) {
        return Err(SecretError::new(format!(
            "{place} holds neither the manifest of a Secret nor docker's config.json; name the key that it is the value of, \
             as in {namespace}/{name}:password={place}"
        )));
    }
    let secret = read::one(&bytes, &place, namespace, name)?;
    secret.ok_or_else(|| SecretError::new(format!("{place} is empty")))
}

fn directory(path: &Path, namespace: &str, name: &str) -> Result<Secret, SecretError> {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(unreadable(path, "it is no directory")),
        Err(error) => return Err(unreadable(path, &error.kind().to_string())),
    }
    let secret = read_directory(path, namespace, name)?;
    if SecretKey::ALL.iter().all(|key| secret.get(*key).is_none()) {
        return Err(unreadable(
            path,
            "it has no file that is named as a key of Secrets",
        ));
    }
    Ok(secret)
}

fn file(path: &Path) -> Result<Vec<u8>, SecretError> {
    let failed = |error: io::Error| unreadable(path, &error.kind().to_string());
    // What is no file, a pipe perhaps, would hold up who opens it; the link of a mount is followed.
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(unreadable(path, "it is no file")),
        Err(error) => return Err(failed(error)),
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(2 * LONGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > 2 * LONGEST {
        return Err(unreadable(path, "it is longer than 2 MiB"));
    }
    Ok(bytes)
}

fn variable(name: &str) -> Result<Vec<u8>, SecretError> {
    match env::var(name) {
        Ok(value) if !value.is_empty() => Ok(value.into_bytes()),
        Err(env::VarError::NotUnicode(_)) => {
            Err(SecretError::new(format!("the variable {name} is no text")))
        }
        _ => Err(SecretError::new(format!("the variable {name} is not set"))),
    }
}

fn is_docker_config(bytes: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Config {
        kind: Option<String>,
        auths: Option<serde::de::IgnoredAny>,
        #[serde(rename = "credHelpers")]
        helpers: Option<serde::de::IgnoredAny>,
        #[serde(rename = "credsStore")]
        store: Option<serde::de::IgnoredAny>,
    }
    let config: Result<Config, _> = serde_json::from_slice(bytes);
    let is = |config: Config| {
        let has = config.auths.is_some() || config.helpers.is_some() || config.store.is_some();
        config.kind.is_none() && has
    };
    config.is_ok_and(is)
}

/// Whether it says of itself that it is one, in YAML or JSON.
fn is_manifest(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.contains("kind") && text.contains("Secret")
}

fn unreadable(path: &Path, why: &str) -> SecretError {
    SecretError::new(format!("{} cannot be read: {why}", path.display()))
}
