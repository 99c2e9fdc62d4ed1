use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::credential::Credential;
use crate::error::{Error, Kind};
use crate::host;
use crate::keychain::{CredentialFuture, Keychain};
use crate::repository::Repository;
use crate::secret::Secret;

/// The credentials of docker's `config.json`, of podman's `auth.json`, or of a Kubernetes secret of type
/// `kubernetes.io/dockerconfigjson`: a [`Keychain`].
///
/// An entry is found by the registry's host, `docker.io` and `https://index.docker.io/v1/` being Docker
/// Hub, or by host and path, where the longest path wins (`ghcr.io/team` before `ghcr.io`). A registry
/// without an entry is asked anonymously.
///
/// ```
/// use tagwright_registry::DockerConfig;
///
/// let keychain = DockerConfig::from_json(br#"{"auths": {"ghcr.io": {"auth": "cm9ib3Q6dG9rZW4="}}}"#)?;
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
///
/// Credential helpers are not run: for a registry whose credentials a helper keeps, the keychain answers
/// with an error that names the helper.
#[derive(Clone)]
pub struct DockerConfig {
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone)]
enum Entry {
    Credential(Credential),
    Helper(String),
}

// No `Debug` on these: they are secrets.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    auths: Option<BTreeMap<String, Option<Login>>>,
    #[serde(default, rename = "credHelpers")]
    helpers: Option<BTreeMap<String, String>>,
    #[serde(default, rename = "credsStore")]
    store: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Login {
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
    registrytoken: Option<String>,
}

/// More than any file that is really one.
const FILE_BYTES: usize = 4 * 1024 * 1024;

impl DockerConfig {
    /// Reads the contents of a file.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): text that is no JSON object or has a field of another type,
    /// an `auth` that is not base64 of `user:password`, a file of more than 4 MiB. The error names the
    /// place or the registry, never what stands there.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, Error> {
        let json = json.as_ref();
        if json.len() > FILE_BYTES {
            return Err(broken("a docker configuration of more than 4 MiB"));
        }
        let file: File = serde_json::from_slice(json).map_err(|error| unreadable(json, &error))?;
        Ok(Self {
            entries: entries(file)?,
        })
    }

    fn find(&self, repository: &Repository) -> Result<Credential, Error> {
        let name = repository.to_string();
        let prefixes =
            std::iter::successors(Some(name.as_str()), |name| Some(name.rsplit_once('/')?.0));
        for prefix in prefixes {
            match self.entries.get(prefix) {
                Some(Entry::Credential(credential)) => return Ok(credential.clone()),
                Some(Entry::Helper(helper)) => return Err(kept_by(helper)),
                None => {}
            }
        }
        Ok(Credential::Anonymous)
    }
}

/// Where reading stopped; not why, since that may quote the file.
fn unreadable(json: &[u8], error: &serde_json::Error) -> Error {
    let error_line = error.line().saturating_sub(1);
    let Ok(text) = std::str::from_utf8(json) else {
        return broken("a docker configuration that is not UTF-8");
    };
    let start: usize = text
        .split_inclusive('\n')
        .take(error_line)
        .map(str::len)
        .sum();
    let mut at = (start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    broken("a docker configuration that is not what docker writes").at(text, at..at)
}

fn entries(file: File) -> Result<BTreeMap<String, Entry>, Error> {
    let mut entries = BTreeMap::new();
    for (name, login) in file.auths.unwrap_or_default() {
        let credential = credential(&name, login.unwrap_or_default())?;
        let entry = match (credential, &file.store) {
            // What docker leaves in the file when it gave the secret to a helper.
            (Credential::Anonymous, Some(store)) => Entry::Helper(store.clone()),
            (credential, _) => Entry::Credential(credential),
        };
        entries.insert(canonical(&name), entry);
    }
    for (name, helper) in file.helpers.unwrap_or_default() {
        entries.insert(canonical(&name), Entry::Helper(helper));
    }
    Ok(entries)
}

/// The key of an entry without its scheme and the `/v1/` or `/v2/` that docker writes after hosts.
fn canonical(name: &str) -> String {
    let name = name
        .strip_prefix("https://")
        .or_else(|| name.strip_prefix("http://"))
        .unwrap_or(name);
    let name = name.trim_end_matches('/');
    let name = name
        .strip_suffix("/v1")
        .or_else(|| name.strip_suffix("/v2"))
        .unwrap_or(name);
    match name.split_once('/') {
        Some((registry, path)) => format!("{}/{path}", host::canonical(registry)),
        None => host::canonical(name).to_owned(),
    }
}

fn credential(name: &str, login: Login) -> Result<Credential, Error> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    if let Some(token) = given(login.registrytoken) {
        return Ok(Credential::Bearer(Secret::new(token)));
    }
    if let Some(token) = given(login.identitytoken) {
        return Ok(Credential::IdentityToken(Secret::new(token)));
    }
    if let Some(encoded) = given(login.auth) {
        return decode(&encoded).ok_or_else(|| {
            broken(format!(
                "an 'auth' for '{}' that is not base64 of user and password",
                shown(name)
            ))
        });
    }
    Ok(match (given(login.username), given(login.password)) {
        (Some(username), Some(password)) => Credential::basic(username, password),
        _ => Credential::Anonymous,
    })
}

fn decode(encoded: &str) -> Option<Credential> {
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (username, password) = text.split_once(':')?;
    // Docker itself wrote a trailing NUL at a time, and still takes it off.
    Some(Credential::basic(username, password.trim_end_matches('\0')))
}

/// The registry of a key as an error may show it: no user information, no control characters, short.
fn shown(name: &str) -> String {
    let name = canonical(name);
    let name = name.rsplit('@').next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(100).collect()
}

fn broken(found: impl Into<String>) -> Error {
    Error::new(
        Kind::Config,
        found,
        "log in again with docker, or repair the file",
    )
}

fn kept_by(helper: &str) -> Error {
    let helper: String = helper
        .chars()
        .filter(|c| !c.is_control())
        .take(100)
        .collect();
    let found = format!("credentials that the helper 'docker-credential-{helper}' keeps");
    Error::new(
        Kind::Keychain,
        found,
        "helpers are not run, give the credentials in another way",
    )
}

impl Keychain for DockerConfig {
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
        Box::pin(std::future::ready(self.find(repository)))
    }
}

/// Names the registries only.
impl fmt::Debug for DockerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DockerConfig")
            .field("registries", &self.entries.keys())
            .finish()
    }
}
