//! Several sources, one after the other.

use std::sync::Arc;

use super::{SecretFuture, SecretSource};

/// Several sources, of which the first that has a Secret gives it.
///
/// One that is encrypted is passed over where a source behind has it in the clear: manifests often hold a Secret
/// encrypted that a mounted directory holds as it is. A source that fails ends the search, since a Secret of one behind
/// may be another's.
///
/// ```
/// use tagwright::{MountedSecrets, SecretChain, SecretVariables};
///
/// let secrets = SecretChain::new()
///     .then(SecretVariables::from_environment())
///     .then(MountedSecrets::at("/etc/tagwright/secrets"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct SecretChain {
    links: Vec<Arc<dyn SecretSource>>,
}

impl SecretChain {
    /// A chain of none, which knows no Secrets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source, which is asked after those before it.
    pub fn then(mut self, source: impl SecretSource + 'static) -> Self {
        self.links.push(Arc::new(source));
        self
    }
}

impl SecretSource for SecretChain {
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
        Box::pin(async move {
            let mut encrypted = None;
            for link in &self.links {
                match link.get(namespace, name).await? {
                    Some(secret) if secret.encryption.is_none() => return Ok(Some(secret)),
                    other => encrypted = encrypted.or(other),
                }
            }
            Ok(encrypted)
        })
    }
}
