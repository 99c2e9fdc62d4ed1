//! Microsoft's registries: Azure Container Registry.

mod exchange;
mod identity;
mod place;
mod transport;

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use place::Place;
use transport::Http;

use super::failure::{Failure, TIMEOUT};
use super::logins::{Login, Logins};
use super::transport::Transport;
use crate::credential::Credential;
use crate::error::Error;
use crate::keychain::{CredentialFuture, Keychain, next};
use crate::repository::Repository;

/// Logins to Microsoft's registries, by Microsoft's SDK. A [`Keychain`].
///
/// It is for the hosts `*.azurecr.io`, `*.azurecr.cn` and `*.azurecr.us`, and knows nothing for others: give it with
/// others in a [`KeychainChain`](crate::KeychainChain). Who one is, the environment says, and the first that it tells
/// of is taken:
///
/// 1. a client secret: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`;
/// 2. a workload identity of Kubernetes: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_FEDERATED_TOKEN_FILE`, as its
///    webhook sets them;
/// 3. the managed identity of an App Service or a virtual machine, the one of `AZURE_CLIENT_ID` where that is set.
///
/// One that fails is an error and is not passed over, so that nobody logs in as somebody else. Microsoft Entra is
/// asked in the cloud of the registry (public, China, US government), or where `AZURE_AUTHORITY_HOST` says. Its token
/// is exchanged at the registry for a refresh token, which is the login:
/// [`IdentityToken`](crate::Credential::IdentityToken).
///
/// A login is good for one registry, is kept until shortly before it expires (3 hours, as a rule), and is fetched once
/// for all who wait. When a registry refuses one, all is read and fetched anew; one that is refused again within a
/// minute leaves it to the keychains behind this.
///
/// ```no_run
/// use tagwright_registry::{AzureKeychain, Client, ConfigFiles, KeychainChain};
///
/// let keychain = KeychainChain::new()
///     .then(AzureKeychain::new())
///     .then(ConfigFiles::from_environment());
/// let client = Client::builder().keychain(keychain).build()?;
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
///
/// The SDK sends its requests with this crate's own TLS and through the proxies of the environment; what stands on
/// the machine itself, its metadata, is asked without proxy. Who is logged in with `az acr login` needs no keychain of
/// Azure's: [`ConfigFiles`](crate::ConfigFiles) finds that.
///
/// # Errors
///
/// A request fails with [`Keychain`](crate::ErrorKind::Keychain) when the variables are not whole, when Microsoft or
/// the registry refuses who one is, when there is no managed identity, and when there is no answer in time. The error
/// names the registry and Microsoft's code (`AADSTS...`), and never what a file or a server said. A registry that lets
/// everyone read wants a login here, too: put a keychain that has one before it in the chain, or leave it out.
pub struct AzureKeychain {
    timeout: Duration,
    http: OnceLock<Http>,
    logins: Logins<Place>,
}

impl AzureKeychain {
    /// The identity that the environment tells of.
    pub fn new() -> Self {
        Self {
            timeout: TIMEOUT,
            http: OnceLock::new(),
            logins: Logins::default(),
        }
    }

    /// How long a login may take, with all that is asked for it; 30 seconds by default.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time;
        self
    }

    async fn find(
        &self,
        repository: &Repository,
        refused: &[Credential],
    ) -> Result<Credential, Error> {
        let host = repository.registry();
        let Some(place) = Place::of(host) else {
            return Ok(Credential::Anonymous);
        };
        let http = self.http()?;
        let fetch = self.fetch(place.clone(), http);
        let login = self.logins.get(place, refused, fetch).await;
        let login = login.map_err(|failure| failure.at(host, "Azure"))?;
        Ok(next(login, refused))
    }

    async fn fetch(&self, place: Place, http: Http) -> Result<Login, Failure> {
        // The SDK's futures are many kilobytes.
        let login = Box::pin(log_in(&place, http));
        let login = tokio::time::timeout(self.timeout, login).await;
        login.unwrap_or_else(|_| Err(Failure::late(self.timeout)))
    }

    /// Made when it is first needed: the roots of the system are many.
    fn http(&self) -> Result<Http, Error> {
        if let Some(http) = self.http.get() {
            return Ok(http.clone());
        }
        let http = Http(Transport::new()?);
        Ok(self.http.get_or_init(|| http).clone())
    }
}

/// With the identity as it is found now: files and environment are read anew.
async fn log_in(place: &Place, http: Http) -> Result<Login, Failure> {
    let token = identity::token(place, &http).await?;
    exchange::login(place, &http, &token).await
}

impl Default for AzureKeychain {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for AzureKeychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AzureKeychain")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Keychain for AzureKeychain {
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
