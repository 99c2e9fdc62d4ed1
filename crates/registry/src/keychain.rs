use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::credential::Credential;
use crate::error::Error;
use crate::host;
use crate::repository::Repository;

/// What [`Keychain::credential`] gives: a boxed future, so that keychains can be trait objects.
pub type CredentialFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Credential, Error>> + Send + 'a>>;

/// Where a client gets its credentials.
///
/// It is asked once for each listing or digest, and again when the registry answers 401 to what it gave,
/// so that a keychain whose credentials change needs no signal.
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
}

impl<K: Keychain + ?Sized> Keychain for Arc<K> {
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
        (**self).credential(repository)
    }
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
    /// Docker Hub. A later one for the same host replaces it.
    pub fn with(mut self, registry: impl AsRef<str>, credential: Credential) -> Self {
        self.hosts
            .insert(host::canonical(registry.as_ref()).to_owned(), credential);
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
