use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;

use crate::credential::Credential;
use crate::error::Error;
use crate::glob;
use crate::host;
use crate::keychain::{self, CredentialFuture, Keychain};
use crate::login::{self, Login};
use crate::repository::Repository;
use crate::watched::Watched;

/// The image pull secrets of Kubernetes, matched as the kubelet does: a [`Keychain`].
///
/// A key is `host[:port][/path]`, with or without a scheme. The parts of the host between its dots may be patterns
/// (`*.example.com` takes one part in place of the `*`), the port must be the same, the path is the beginning of the
/// image's. Of the keys that match, the one that sorts last comes first, so `r.example/team` before `r.example`, and
/// for the same key the secret that was added first. Docker Hub is `docker.io`, and `index.docker.io` when that
/// does not match. When the registry refuses a credential, the next one that matches is tried.
///
/// ```
/// use tagwright_registry::PullSecrets;
///
/// let keychain = PullSecrets::new()
///     .docker_config_json(br#"{"auths": {"*.example.com": {"auth": "cm9ib3Q6dG9rZW4="}}}"#)?
///     .docker_cfg_file("/etc/secrets/old/.dockercfg");
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
///
/// Files, secrets mounted as volumes, are read when they are first needed, again when they change, and again when the
/// registry refuses what they gave. A secret that is broken fails the requests that need one, with an error that
/// names the file.
#[derive(Default)]
pub struct PullSecrets {
    secrets: Vec<Source>,
}

enum Source {
    Given(Arc<Secret>),
    File(Watched<Secret>),
}

type Secret = Vec<Entry>;

struct Entry {
    key: Key,
    credential: Credential,
}

/// `host[:port][/path]`, apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    text: String,
    host_end: usize,
}

#[derive(Deserialize)]
struct DockerConfigJson {
    #[serde(default)]
    auths: Option<Logins>,
}

type Logins = BTreeMap<String, Option<Login>>;

impl PullSecrets {
    /// No secrets: every registry is asked anonymously.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the `.dockerconfigjson` of a secret of type `kubernetes.io/dockerconfigjson`, decoded from base64.
    ///
    /// # Errors
    ///
    /// As for [`DockerConfig::from_json`](crate::DockerConfig::from_json).
    pub fn docker_config_json(self, json: impl AsRef<[u8]>) -> Result<Self, Error> {
        let secret = docker_config_json(json.as_ref())?;
        Ok(self.with(Source::Given(Arc::new(secret))))
    }

    /// Adds the `.dockercfg` of a secret of type `kubernetes.io/dockercfg`, decoded from base64.
    ///
    /// # Errors
    ///
    /// As for [`DockerConfig::from_json`](crate::DockerConfig::from_json).
    pub fn docker_cfg(self, json: impl AsRef<[u8]>) -> Result<Self, Error> {
        let secret = docker_cfg(json.as_ref())?;
        Ok(self.with(Source::Given(Arc::new(secret))))
    }

    /// Adds a mounted `.dockerconfigjson`.
    pub fn docker_config_json_file(self, path: impl Into<PathBuf>) -> Self {
        self.with(Source::File(Watched::new(
            path.into(),
            true,
            docker_config_json,
        )))
    }

    /// Adds a mounted `.dockercfg`.
    pub fn docker_cfg_file(self, path: impl Into<PathBuf>) -> Self {
        self.with(Source::File(Watched::new(path.into(), true, docker_cfg)))
    }

    fn with(mut self, source: Source) -> Self {
        self.secrets.push(source);
        self
    }

    async fn find(
        &self,
        repository: &Repository,
        refused: &[Credential],
    ) -> Result<Credential, Error> {
        let mut secrets = Vec::new();
        for source in &self.secrets {
            secrets.extend(source.get(!refused.is_empty()).await?);
        }
        Ok(keychain::next(candidates(&secrets, repository), refused))
    }
}

impl Source {
    async fn get(&self, anew: bool) -> Result<Option<Arc<Secret>>, Error> {
        match self {
            Self::Given(secret) => Ok(Some(Arc::clone(secret))),
            Self::File(file) => file.get(anew).await,
        }
    }
}

fn docker_config_json(json: &[u8]) -> Result<Secret, Error> {
    let file: DockerConfigJson = login::parse(json, "a pull secret")?;
    entries(file.auths.unwrap_or_default())
}

fn docker_cfg(json: &[u8]) -> Result<Secret, Error> {
    entries(login::parse(json, "a pull secret")?)
}

fn entries(logins: Logins) -> Result<Secret, Error> {
    let mut entries = Vec::new();
    for (name, login) in logins {
        let key = Key::new(&name);
        match login::credential(&key.text, login.unwrap_or_default())? {
            Credential::Anonymous => {}
            credential => entries.push(Entry { key, credential }),
        }
    }
    Ok(entries)
}

/// All that match, in the kubelet's order.
fn candidates(secrets: &[Arc<Secret>], repository: &Repository) -> Vec<Credential> {
    let image = Key::of(repository);
    let all = || secrets.iter().flat_map(|secret| secret.iter());
    let mut found: Vec<&Entry> = all().filter(|entry| entry.key.takes(&image)).collect();
    if found.is_empty() && repository.registry() == host::DOCKER_HUB {
        found = all()
            .filter(|entry| entry.key.text == host::DOCKER_HUB)
            .collect();
    }
    // The sort keeps the order of the secrets for the same key.
    found.sort_by(|a, b| b.key.text.cmp(&a.key.text));
    found
        .into_iter()
        .map(|entry| entry.credential.clone())
        .collect()
}

impl Key {
    /// A key without its scheme, user information and the API's version, which docker writes after hosts.
    fn new(name: &str) -> Self {
        let name = name
            .strip_prefix("https://")
            .or_else(|| name.strip_prefix("http://"))
            .unwrap_or(name);
        let name = name.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = name.split_at(name.find('/').unwrap_or(name.len()));
        let host = authority.rsplit('@').next().unwrap_or_default();
        let is_version = path.starts_with("/v1/") || path.starts_with("/v2/");
        let path = if is_version { &path[3..] } else { path };
        let path = if path == "/" { "" } else { path };
        Self {
            text: format!("{host}{path}"),
            host_end: host.len(),
        }
    }

    /// An image as the kubelet writes it.
    fn of(repository: &Repository) -> Self {
        let registry = match repository.registry() {
            host::DOCKER_HUB => host::DOCKER_HUB_ALIAS,
            registry => registry,
        };
        Self {
            text: format!("{registry}/{}", repository.path()),
            host_end: registry.len(),
        }
    }

    fn host_and_path(&self) -> (&str, &str) {
        self.text.split_at(self.host_end)
    }

    /// Whether this key is for that image.
    fn takes(&self, image: &Self) -> bool {
        let ((pattern, prefix), (host, path)) = (self.host_and_path(), image.host_and_path());
        let ((pattern, pattern_port), (host, port)) = (split_port(pattern), split_port(host));
        // The beginning of the text, not of the parts: `/team` takes `/teams/app`, as with the kubelet.
        pattern_port == port
            && path.starts_with(prefix)
            && pattern.split('.').count() == host.split('.').count()
            && pattern
                .split('.')
                .zip(host.split('.'))
                .all(|(pattern, part)| glob::matches(pattern, part))
    }
}

/// Host and port. The brackets of an address would be a pattern.
fn split_port(host: &str) -> (&str, &str) {
    match host.rsplit_once(':') {
        Some((name, port)) if name.ends_with(']') => (name.trim_matches(['[', ']']), port),
        Some((name, port)) if !name.contains(':') => (name, port),
        _ => (host, ""),
    }
}

impl Keychain for PullSecrets {
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
        Box::pin(self.find(repository, &[]))
    }

    fn after_refusal<'a>(
        &'a self,
        repository: &'a Repository,
        refused: &'a [Credential],
    ) -> CredentialFuture<'a> {
        Box::pin(self.find(repository, refused))
    }
}

/// Names the keys of given secrets and the paths of the others.
impl fmt::Debug for PullSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PullSecrets")
            .field("secrets", &self.secrets)
            .finish()
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(secret) => f
                .debug_list()
                .entries(secret.iter().map(|entry| &entry.key.text))
                .finish(),
            Self::File(file) => file.path().fmt(f),
        }
    }
}
