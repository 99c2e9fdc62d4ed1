//! A registry's login from a Secret that may change.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use registry::{Credential, CredentialFuture, Error, Keychain, Repository};
use tagwright_registry as registry;

use super::find::Found;
use super::{Lack, SecretName, Secrets, login};

/// The logins of one Secret: kept from the beginning of a scan, and read again when the registry refuses them.
pub(super) struct SecretKeychain {
    secrets: Secrets,
    name: SecretName,
    /// The registry that `username` and `password` are for.
    host: String,
    current: Mutex<Arc<dyn Keychain>>,
}

impl SecretKeychain {
    pub(super) fn new(
        secrets: &Secrets,
        name: &SecretName,
        host: &str,
        found: &Found,
    ) -> Result<Self, Lack> {
        Ok(Self {
            secrets: secrets.clone(),
            name: name.clone(),
            host: host.to_owned(),
            current: Mutex::new(login::of_registry(found, host)?),
        })
    }

    /// Takes the logins that the Secret has now.
    pub(super) fn take(&self, found: &Found) -> Result<Arc<dyn Keychain>, Lack> {
        let login = login::of_registry(found, &self.host)?;
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&login);
        Ok(login)
    }

    fn current(&self) -> Arc<dyn Keychain> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn read_again(
        &self,
        repository: &Repository,
        refused: &[Credential],
    ) -> Result<Credential, Error> {
        tracing::debug!(secret = %self.name, %repository, "refused, reading the Secret again");
        let found = self.secrets.find(&self.name).await;
        let login = found.and_then(|found| self.take(&found));
        let login = login.map_err(Lack::into_registry_error)?;
        login.after_refusal(repository, refused).await
    }
}

impl Keychain for SecretKeychain {
    fn credential<'a>(&'a self, repository: &'a Repository) -> CredentialFuture<'a> {
        let login = self.current();
        Box::pin(async move { login.credential(repository).await })
    }

    fn after_refusal<'a>(
        &'a self,
        repository: &'a Repository,
        refused: &'a [Credential],
    ) -> CredentialFuture<'a> {
        Box::pin(self.read_again(repository, refused))
    }
}

impl fmt::Debug for SecretKeychain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKeychain({})", self.name)
    }
}
