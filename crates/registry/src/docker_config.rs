use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::credential::Credential;
use crate::error::Error;
use crate::helper::Helpers;
use crate::host;
use crate::keychain::{CredentialFuture, Keychain};
use crate::login::{self, Login};
use crate::repository::Repository;

/// The credentials of docker's `config.json` or of podman's `auth.json`: a [`Keychain`].
///
/// An entry is found by the registry's host, `docker.io` and `https://index.docker.io/v1/` being Docker
/// Hub, or by host and path, where the longest path wins (`ghcr.io/team` before `ghcr.io`). As docker does, a
/// registry in `credHelpers` is asked of its helper, all others of the `credsStore` if there is one, and what the
/// helper does not know is looked up in `auths`. A registry that none of them knows is asked anonymously.
///
/// ```
/// use tagwright_registry::DockerConfig;
///
/// let keychain = DockerConfig::from_json(br#"{"auths": {"ghcr.io": {"auth": "cm9ib3Q6dG9rZW4="}}}"#)?;
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
///
/// A helper `NAME` is the program `docker-credential-NAME`, run without a shell, with this process's environment,
/// in a process group of its own. It has 30 seconds and 64 KiB for its answer, which ends a moment after the helper
/// does at the latest; then its children are killed. The answer is kept for 5 minutes, or until it is refused, be it
/// that there are no credentials; many who ask at once wait for one run, and its failure is theirs. Where another
/// answer to a refusal is refused, too, the helper is not run again for a minute.
///
/// The file is read once: for files that change see [`ConfigFiles`](crate::ConfigFiles), and for the pull secrets
/// of Kubernetes, whose keys are patterns, [`PullSecrets`](crate::PullSecrets).
#[derive(Clone)]
pub struct DockerConfig {
    auths: BTreeMap<String, Credential>,
    /// The helpers of registries.
    own: BTreeMap<String, String>,
    store: Option<String>,
    helpers: Helpers,
}

// No `Debug`: it holds secrets.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    auths: Option<BTreeMap<String, Option<Login>>>,
    #[serde(default, rename = "credHelpers")]
    helpers: Option<BTreeMap<String, String>>,
    #[serde(default, rename = "credsStore")]
    store: Option<String>,
}

impl DockerConfig {
    /// Reads the contents of a file.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): text that is no JSON object or has a field of another type,
    /// an `auth` that is not base64 of `user:password`, a file of more than 4 MiB. The error names the
    /// place or the registry, never what stands there.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, Error> {
        let file: File = login::parse(json.as_ref(), "a docker configuration")?;
        let store = file.store.clone().filter(|store| !store.is_empty());
        Ok(Self {
            auths: auths(file.auths.unwrap_or_default())?,
            own: helpers(file.helpers.unwrap_or_default()),
            store,
            helpers: Helpers::default(),
        })
    }

    /// How long a credential helper may take; 30 seconds by default.
    pub fn helper_timeout(mut self, time: Duration) -> Self {
        self.helpers.timeout = time;
        self
    }

    /// Runs the helpers of this folder instead of those on the `PATH`.
    pub fn helpers_in(mut self, folder: impl Into<PathBuf>) -> Self {
        self.helpers.folder = Some(folder.into());
        self
    }

    pub(crate) fn with_helpers(mut self, helpers: &Helpers) -> Self {
        self.helpers = helpers.clone();
        self
    }

    /// The credential for a repository, if the file has one or knows the helper that has, and none of `refused`. A
    /// helper that gave one of those is asked anew.
    pub(crate) async fn find(
        &self,
        repository: &Repository,
        refused: &[Credential],
    ) -> Result<Option<Credential>, Error> {
        let name = repository.to_string();
        let usable = |credential: &Credential| !refused.contains(credential);
        for key in std::iter::successors(Some(name.as_str()), |key| Some(key.rsplit_once('/')?.0)) {
            if let Some(helper) = self.helper(key) {
                let server = server(repository.registry());
                let found = self.helpers.get(helper, server, refused).await?;
                if let Some(credential) = found.filter(usable) {
                    return Ok(Some(credential));
                }
            }
            if let Some(credential) = self.auths.get(key).filter(|known| usable(known)) {
                return Ok(Some(credential.clone()));
            }
        }
        Ok(None)
    }

    /// Before the file's own logins, as docker does: they may be older than those that it gave to the helper.
    fn helper(&self, key: &str) -> Option<&String> {
        let store = self.store.as_ref().filter(|_| !key.contains('/'));
        self.own.get(key).or(store)
    }
}

/// What docker calls the registry when it talks to a helper.
fn server(registry: &str) -> &str {
    if registry == host::DOCKER_HUB {
        "https://index.docker.io/v1/"
    } else {
        registry
    }
}

/// Entries without a credential are left out: docker writes them for what it gave to a helper.
fn auths(logins: BTreeMap<String, Option<Login>>) -> Result<BTreeMap<String, Credential>, Error> {
    let mut auths = BTreeMap::new();
    for (name, login) in logins {
        let name = host::key(&name);
        match login::credential(&name, login.unwrap_or_default())? {
            Credential::Anonymous => {}
            credential => _ = auths.insert(name, credential),
        }
    }
    Ok(auths)
}

fn helpers(helpers: BTreeMap<String, String>) -> BTreeMap<String, String> {
    helpers
        .into_iter()
        .map(|(name, helper)| (host::key(&name), helper))
        .collect()
}

impl Keychain for DockerConfig {
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
        self.after_refusal(repository, &[])
    }

    fn after_refusal<'a>(
        &'a self,
        repository: &'a Repository,
        refused: &'a [Credential],
    ) -> CredentialFuture<'a> {
        Box::pin(async move {
            let found = self.find(repository, refused).await?;
            let found = found.or_else(|| refused.last().cloned());
            Ok(found.unwrap_or(Credential::Anonymous))
        })
    }
}

/// Names the registries only.
impl fmt::Debug for DockerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DockerConfig")
            .field("registries", &self.auths.keys())
            .field("helpers", &self.own.keys())
            .finish_non_exhaustive()
    }
}
