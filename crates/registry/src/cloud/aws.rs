//! Amazon's registries: ECR, private and public.

mod place;
mod sdk;
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

/// Logins to Amazon's registries, by Amazon's SDK. A [`Keychain`].
///
/// It is for the hosts `<account>.dkr.ecr[-fips].<region>.amazonaws.com`, their names in China and Europe and with
/// IPv6 (`dkr-ecr.<region>.on.aws`), and for `public.ecr.aws`, and knows nothing for others: give it with others in a
/// [`KeychainChain`](crate::KeychainChain). Who one is, the SDK finds as it does for every program: the environment
/// (`AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, `AWS_REGION`), a web identity (IRSA), the files in `~/.aws` with roles, SSO
/// and programs, pod identity and containers, the machine's metadata. Where there is nothing, or nothing that may log
/// in there (`ecr-public:GetAuthorizationToken`), `public.ecr.aws` is asked anonymously.
///
/// A login is good for all registries of a region, is kept until shortly before it expires (12 hours, as a rule), and
/// is fetched once for all who wait. When a registry refuses one, all is read and fetched anew; one that is refused
/// again within a minute leaves it to the keychains behind this.
///
/// ```no_run
/// use tagwright_registry::{AwsKeychain, Client, ConfigFiles, KeychainChain};
///
/// let keychain = KeychainChain::new()
///     .then(AwsKeychain::new())
///     .then(ConfigFiles::from_environment());
/// let client = Client::builder().keychain(keychain).build()?;
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
///
/// The SDK sends its requests with this crate's own TLS and through the proxies of the environment; what stands on
/// the machine itself, its metadata, is asked without proxy.
///
/// # Errors
///
/// A request fails with [`Keychain`](crate::ErrorKind::Keychain) when no credentials are found for a private
/// registry, when those that are found cannot be read, when Amazon refuses them (to `public.ecr.aws` for another reason
/// than a missing right), and when there is no answer in time. The error names the registry and Amazon's code, and never
/// what a file, a program or a server said.
pub struct AwsKeychain {
    profile: Option<String>,
    timeout: Duration,
    http: OnceLock<Http>,
    logins: Logins<Place>,
}

impl AwsKeychain {
    /// The credentials that the SDK finds.
    pub fn new() -> Self {
        Self {
            profile: None,
            timeout: TIMEOUT,
            http: OnceLock::new(),
            logins: Logins::default(),
        }
    }

    /// Takes this profile of the files in `~/.aws` instead of the one that `AWS_PROFILE` names. As everywhere with
    /// the SDK, credentials in the environment come before it.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
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
        let login = login.map_err(|failure| failure.at(host, "AWS"))?;
        Ok(next(login, refused))
    }

    async fn fetch(&self, place: Place, http: Http) -> Result<Login, Failure> {
        // The SDK's futures are many kilobytes.
        let login = Box::pin(sdk::log_in(&place, self.profile.as_deref(), http));
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

impl Default for AwsKeychain {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for AwsKeychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsKeychain")
            .field("profile", &self.profile)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Keychain for AwsKeychain {
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
