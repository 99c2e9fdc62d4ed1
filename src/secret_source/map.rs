//! Secrets at hand.

use std::collections::BTreeMap;

use tagwright_manifests::Secret;

use super::{SecretFuture, SecretSource};

/// Secrets in memory: those that were read with the other manifests, or that a program has.
///
/// A Secret without a namespace stands for its name in every namespace that has none of its own, as `kubectl apply`
/// would put it where it is told to. Of two with one name the first counts.
///
/// ```
/// use tagwright::SecretMap;
/// use tagwright::manifests::{Secret, SecretKey};
///
/// let secrets = SecretMap::new()
///     .with(Secret::new("flux-system", "deploy").with(SecretKey::BearerToken, "a token"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct SecretMap {
    secrets: BTreeMap<(Option<String>, String), Secret>,
}

impl SecretMap {
    /// No Secrets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a Secret, unless there is one of its name.
    pub fn with(mut self, secret: Secret) -> Self {
        let key = (secret.meta.namespace.clone(), secret.meta.name.clone());
        self.secrets.entry(key).or_insert(secret);
        self
    }

    pub(super) fn find(&self, namespace: &str, name: &str) -> Option<&Secret> {
        let at = |namespace| self.secrets.get(&(namespace, name.to_owned()));
        at(Some(namespace.to_owned())).or_else(|| at(None))
    }
}

impl FromIterator<Secret> for SecretMap {
    fn from_iter<I: IntoIterator<Item = Secret>>(secrets: I) -> Self {
        secrets.into_iter().fold(Self::new(), Self::with)
    }
}

impl SecretSource for SecretMap {
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
        let found = self.find(namespace, name).cloned();
        Box::pin(std::future::ready(Ok(found)))
    }
}
