//! Google's registries: Artifact Registry and Container Registry.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use google_cloud_auth::build_errors;
use google_cloud_auth::credentials::{AccessTokenCredentials, Builder};
use google_cloud_auth::errors::CredentialsError;
use rustls::crypto::CryptoProvider;
use tokio::runtime::{Handle, Id};

use super::failure::{Failure, TIMEOUT};
use super::logins::{Login, Logins};
use crate::credential::Credential;
use crate::error::Error;
use crate::keychain::{CredentialFuture, Keychain, next};
use crate::repository::Repository;

/// Logins to Google's registries, by Google's SDK. A [`Keychain`].
///
/// It is for the hosts `gcr.io`, `*.gcr.io` and `*.pkg.dev`, and knows nothing for others: give it with others in a
/// [`KeychainChain`](crate::KeychainChain). Who one is, the SDK finds as "application default credentials": the file
/// that `GOOGLE_APPLICATION_CREDENTIALS` names (a service account, workload identity federation, impersonation), the
/// one that `gcloud auth application-default login` writes, or the metadata server of a machine or pod.
///
/// A token is good for all registries, and the SDK keeps it until shortly before it expires. When a registry refuses
/// one, all is read and fetched anew; one that is refused again within a minute leaves it to the keychains behind this.
///
/// ```no_run
/// use tagwright_registry::{Client, ConfigFiles, GcpKeychain, KeychainChain};
///
/// let keychain = KeychainChain::new()
///     .then(GcpKeychain::new())
///     .then(ConfigFiles::from_environment());
/// let client = Client::builder().keychain(keychain).build()?;
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
///
/// The SDK has an HTTP client of its own, which takes the TLS provider of the process: where the program has set none,
/// the keychain sets ring when it is first asked. Nothing else in this crate does.
///
/// # Errors
///
/// A request fails with [`Keychain`](crate::ErrorKind::Keychain) when there is no token, and where there are no
/// credentials at all: then put a keychain that has a login for the registry before it in the chain, or leave it out.
/// The error names the registry, and never what a file or a server said.
pub struct GcpKeychain {
    timeout: Duration,
    sdk: Mutex<Option<Sdk>>,
    logins: Logins<()>,
}

/// The SDK's credentials, which renew their token in a task of the runtime that they were made on.
#[derive(Clone)]
struct Sdk {
    runtime: Id,
    credentials: AccessTokenCredentials,
}

/// The user name with which these registries take a token for a password.
const USER: &str = "oauth2accesstoken";

impl GcpKeychain {
    /// The credentials that the SDK finds.
    pub fn new() -> Self {
        Self {
            timeout: TIMEOUT,
            sdk: Mutex::default(),
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
        if !is_google(host) {
            return Ok(Credential::Anonymous);
        }
        let login = self.logins.get((), refused, self.fetch(refused)).await;
        let login = login.map_err(|failure| failure.at(host, "Google Cloud"))?;
        Ok(next(login, refused))
    }

    async fn fetch(&self, refused: &[Credential]) -> Result<Login, Failure> {
        let login = tokio::time::timeout(self.timeout, self.log_in(refused)).await;
        let login = login.unwrap_or_else(|_| Err(Failure::late(self.timeout)));
        if login.is_err() {
            // The SDK gives what it failed with for ever.
            *self.sdk() = None;
        }
        login
    }

    async fn log_in(&self, refused: &[Credential]) -> Result<Login, Failure> {
        let login = token(&self.credentials()?).await?;
        if !refused.contains(&login.credential) {
            return Ok(login);
        }
        *self.sdk() = None;
        token(&self.credentials()?).await
    }

    /// Those of this runtime: with another one the task of theirs has ended, perhaps.
    fn credentials(&self) -> Result<AccessTokenCredentials, Failure> {
        let runtime = Handle::current().id();
        let mut sdk = self.sdk();
        if let Some(sdk) = sdk.as_ref().filter(|sdk| sdk.runtime == runtime) {
            return Ok(sdk.credentials.clone());
        }
        provide_tls();
        let credentials = Builder::default().build_access_token_credentials();
        let credentials = credentials.map_err(|error| unusable(&error))?;
        *sdk = Some(Sdk {
            runtime,
            credentials: credentials.clone(),
        });
        Ok(credentials)
    }

    fn sdk(&self) -> std::sync::MutexGuard<'_, Option<Sdk>> {
        self.sdk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The registries that take a token of Google's. Both domains are Google's alone.
fn is_google(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "gcr.io" || host.ends_with(".gcr.io") || host.ends_with(".pkg.dev")
}

/// The SDK's HTTP client panics without one.
fn provide_tls() {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have been faster, which is as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

async fn token(credentials: &AccessTokenCredentials) -> Result<Login, Failure> {
    let token = credentials.access_token().await;
    let token = token.map_err(|error| refused(&error))?.token;
    Ok(Login {
        credential: Credential::basic(USER, token),
        // The SDK is asked each time, and keeps it as long as it is good.
        lifetime: Duration::ZERO,
    })
}

fn unusable(error: &build_errors::Error) -> Failure {
    let found = if error.is_loading() {
        "the credentials' file cannot be read"
    } else if error.is_unknown_type() || error.is_not_supported() {
        "the credentials' file is of a kind that the SDK does not take"
    } else {
        "the credentials' file is broken"
    };
    Failure::new(
        found,
        "check GOOGLE_APPLICATION_CREDENTIALS, or log in with 'gcloud auth application-default login'",
    )
}

fn refused(error: &CredentialsError) -> Failure {
    let found = if error.is_transient() {
        "Google cannot be reached for a token, or failed"
    } else {
        "Google gave no token"
    };
    Failure::new(
        found,
        "check the service account, or set GOOGLE_APPLICATION_CREDENTIALS where there is no metadata server",
    )
}

impl Default for GcpKeychain {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for GcpKeychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GcpKeychain")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Keychain for GcpKeychain {
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

#[cfg(test)]
mod tests {
    use super::is_google;

    #[test]
    fn registries_of_google() {
        for host in ["gcr.io", "eu.gcr.io", "europe-docker.pkg.dev", "US.gcr.io"] {
            assert!(is_google(host), "{host}");
        }
        for host in [
            "pkg.dev",
            "gcr.io.evil.example",
            "evilgcr.io",
            "gcr.io:5000",
            "ghcr.io",
        ] {
            assert!(!is_google(host), "{host}");
        }
    }
}
