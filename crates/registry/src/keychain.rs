use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::credential::Credential;
use crate::error::Error;
use crate::host;
use crate::repository::Repository;

/// What a [`Keychain`] gives: a boxed future, so that keychains can be trait objects.
pub type CredentialFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Credential, Error>> + Send + 'a>>;

/// Where a client gets its credentials.
///
/// It is asked once for each listing or digest, and again when a credential of it was refused (401, or 403), so
/// that credentials may change beside a running client without a signal. What is costly to get, a token of a cloud
/// or a program's answer, is kept by the keychain until it expires or is refused; many requests may ask at once.
///
/// ```
/// use tagwright_registry::{Credential, CredentialFuture, Keychain, Repository};
///
/// #[derive(Debug)]
/// struct OnlyGhcr;
///
/// impl Keychain for OnlyGhcr {
///     fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
///         Box::pin(async move {
///             Ok(match repository.registry() {
///                 "ghcr.io" => Credential::basic("robot", "token"),
///                 _ => Credential::Anonymous,
///             })
///         })
///     }
/// }
/// ```
pub trait Keychain: Send + Sync + Debug {
    /// The credential for a repository; [`Credential::Anonymous`] where there is none.
    ///
    /// # Errors
    ///
    /// Whatever keeps the keychain from knowing: the request fails with this error.
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a>;

    /// The credential to go on with after the registry refused all of `refused`, the last of which just now: a
    /// fresh one or the next of several. One of `refused` says that there is no other.
    ///
    /// A keychain that remembers forgets here what was refused. Without this method [`credential`](Self::credential)
    /// is asked once more.
    ///
    /// # Errors
    ///
    /// As for [`credential`](Self::credential).
    fn after_refusal<'a>(
        &'a self,
        repository: &'a Repository,
        refused: &'a [Credential],
    ) -> CredentialFuture<'a> {
        let _ = refused;
        self.credential(repository)
    }
}

impl<K: Keychain + ?Sized> Keychain for Arc<K> {
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
        (**self).credential(repository)
    }

    fn after_refusal<'a>(
        &'a self,
        repository: &'a Repository,
        refused: &'a [Credential],
    ) -> CredentialFuture<'a> {
        (**self).after_refusal(repository, refused)
    }
}

/// The first of several credentials that was not refused; when all were, the last that was.
#[cfg(feature = "client")]
pub(crate) fn next(
    candidates: impl IntoIterator<Item = Credential>,
    refused: &[Credential],
) -> Credential {
    let fresh = candidates
        .into_iter()
        .find(|candidate| !refused.contains(candidate));
    fresh
        .or_else(|| refused.last().cloned())
        .unwrap_or(Credential::Anonymous)
}

/// No credentials for anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anonymous;

impl Keychain for Anonymous {
    fn credential<'a>(&'a self, _: &'a Repository) -> CredentialFuture<'a> {
        Box::pin(std::future::ready(Ok(Credential::Anonymous)))
    }
}

/// One credential for each registry host; anonymous for all others.
///
/// ```
/// use tagwright_registry::{Credential, StaticKeychain};
///
/// let keychain = StaticKeychain::new()
///     .with("ghcr.io", Credential::basic("robot", "token"))
///     .with("docker.io", Credential::basic("me", "password"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct StaticKeychain {
    hosts: BTreeMap<String, Credential>,
}

impl StaticKeychain {
    /// A keychain without credentials.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the credential for a registry, `host[:port]` as it stands in references; `docker.io` is
    /// Docker Hub. A scheme before it, user information and what docker writes behind it (`https://ghcr.io/v2/`) are
    /// left out. A later one for the same host replaces it.
    pub fn with(mut self, registry: impl AsRef<str>, credential: Credential) -> Self {
        self.hosts.insert(host::key(registry.as_ref()), credential);
        self
    }

    fn find(&self, registry: &str) -> Credential {
        self.hosts
            .get(registry)
            .cloned()
            .unwrap_or(Credential::Anonymous)
    }
}

impl Keychain for StaticKeychain {
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
        Box::pin(std::future::ready(Ok(self.find(repository.registry()))))
    }
}

/// Several keychains, of which the first that has a credential for a repository gives it.
///
/// When what it gave is refused, it is asked for another one, and then those after it.
///
/// ```
/// use tagwright_registry::{Credential, KeychainChain, StaticKeychain};
///
/// let given = StaticKeychain::new().with("ghcr.io", Credential::basic("robot", "token"));
/// let others = StaticKeychain::new().with("quay.io", Credential::basic("robot", "token"));
/// let keychain = KeychainChain::new().then(given).then(others);
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeychainChain {
    links: Vec<Arc<dyn Keychain>>,
}

impl KeychainChain {
    /// A chain of none, which knows no credentials.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a keychain, which is asked after those before it.
    pub fn then(mut self, keychain: impl Keychain + 'static) -> Self {
        self.links.push(Arc::new(keychain));
        self
    }
}

impl Keychain for KeychainChain {
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
        Box::pin(async move {
            for link in &self.links {
                match link.credential(repository).await? {
                    Credential::Anonymous => {}
                    credential => return Ok(credential),
                }
            }
            Ok(Credential::Anonymous)
        })
    }

    fn after_refusal<'a>(
        &'a self,
        repository: &'a Repository,
        refused: &'a [Credential],
    ) -> CredentialFuture<'a> {
        Box::pin(async move {
            for link in &self.links {
                match link.after_refusal(repository, refused).await? {
                    Credential::Anonymous => {}
                    credential if refused.contains(&credential) => {}
                    credential => return Ok(credential),
                }
            }
            Ok(refused.last().cloned().unwrap_or(Credential::Anonymous))
        })
    }
}
