//! A Secret by its name, and the text under its keys.

use std::fmt;
use std::sync::Arc;

use tagwright_manifests::{Encryption, Secret, SecretKey, SecretText};

use super::Lack;
use crate::printable::Printable;
use crate::secret_source::SecretSource;

/// Namespace and name of a Secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SecretName {
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl SecretName {
    pub(crate) fn new(namespace: &str, name: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (namespace, name) = (Printable(&self.namespace), Printable(&self.name));
        write!(f, "{namespace}/{name}")
    }
}

/// Where all Secrets of an automation come from.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    source: Arc<dyn SecretSource>,
    /// What to do about one that is missing.
    hint: Arc<str>,
}

impl Secrets {
    pub(crate) fn new(source: impl SecretSource + 'static) -> Self {
        Self {
            source: Arc::new(source),
            hint: "add it to the manifests, or to another source of Secrets".into(),
        }
    }

    pub(crate) fn with_hint(self, hint: Option<&str>) -> Self {
        match hint {
            Some(hint) => Self {
                hint: hint.into(),
                ..self
            },
            None => self,
        }
    }

    pub(crate) async fn find(&self, name: &SecretName) -> Result<Found, Lack> {
        let failed = |error| {
            let found = format!("the Secret {name} cannot be read: {error}");
            Lack::new(found, "correct its source")
        };
        let secret = self
            .source
            .get(&name.namespace, &name.name)
            .await
            .map_err(failed)?;
        let secret = secret.ok_or_else(|| {
            let found = format!("there is no Secret {name}");
            Lack::new(found, &*self.hint)
        })?;
        let found = Found {
            name: name.clone(),
            secret,
        };
        found.require_clear()
    }

    /// The same of a Secret that may not be named.
    pub(crate) async fn find_named(
        &self,
        name: Option<&SecretName>,
    ) -> Result<Option<Found>, Lack> {
        match name {
            Some(name) => self.find(name).await.map(Some),
            None => Ok(None),
        }
    }
}

/// A Secret that was found.
#[derive(Debug)]
pub(crate) struct Found {
    name: SecretName,
    pub(super) secret: Secret,
}

impl Found {
    fn require_clear(self) -> Result<Self, Lack> {
        let name = &self.name;
        match self.secret.encryption {
            None => Ok(self),
            Some(Encryption::Sealed) => Err(Lack::new(
                format!("the Secret {name} is sealed for its cluster"),
                "give the Secret itself by another source",
            )),
            Some(_) => Err(Lack::new(
                format!("the Secret {name} is encrypted"),
                "decrypt it first, for example with `sops -d`, or give it by another source",
            )),
        }
    }

    /// The text under a key.
    pub(crate) fn text(&self, key: SecretKey) -> Result<&str, Lack> {
        self.optional(key)?.ok_or_else(|| self.lacks(key.as_str()))
    }

    /// The text under a key that may be absent.
    pub(super) fn optional(&self, key: SecretKey) -> Result<Option<&str>, Lack> {
        let value = self.secret.get(key);
        value
            .map(|value| self.as_text(value, key.as_str()))
            .transpose()
    }

    /// A value that stands under one of several keys, as text.
    pub(super) fn as_text<'a>(&self, value: &'a SecretText, key: &str) -> Result<&'a str, Lack> {
        value.expose_str().ok_or_else(|| {
            let found = format!(
                "the value of the key {key} in the Secret {} is no text",
                self.name
            );
            Lack::new(found, "write it as UTF-8")
        })
    }

    /// That it has none of the keys that are wanted.
    pub(super) fn lacks(&self, keys: &str) -> Lack {
        Lack::new(
            format!("the Secret {} has no key {keys}", self.name),
            "add it there",
        )
    }

    /// What is wrong with what it holds, as somebody says who prints nothing of it.
    pub(super) fn is_wrong(&self, error: impl fmt::Display) -> Lack {
        Lack::new(
            format!("the Secret {}: {error}", self.name),
            "correct it there",
        )
    }
}
