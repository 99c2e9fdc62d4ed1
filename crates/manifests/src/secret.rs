//! Kubernetes Secrets, as far as Flux and Fleet give their keys a meaning.

mod check;
mod json;
mod key;
mod kind;
mod odd;

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fields::Fields;
use crate::meta::metadata;
use crate::report::Report;
use crate::yaml::Node;
use crate::{Metadata, SecretText, Severity};

pub use key::SecretKey;
pub use kind::{GithubApp, SecretKind};
pub(crate) use odd::is_of_sops;

/// The API group of `SealedSecret`.
pub(crate) const SEALED_GROUP: &str = "bitnami.com";

/// A Secret and the values of those of its keys that Flux or Fleet know.
///
/// `stringData` goes before `data`, whose base64 is decoded. Other keys are not
/// kept, nor is kubectl's annotation with the object as it was last applied, which
/// repeats the values. `Debug` shows which keys and annotations there are, never a
/// value.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Secret {
    /// Name, namespace, labels and place.
    pub meta: Metadata,
    /// `type`, as `kubernetes.io/dockerconfigjson`; `None` is `Opaque`.
    pub secret_type: Option<String>,
    /// How the values are encrypted, if they are: then there are none here.
    pub encryption: Option<Encryption>,
    values: BTreeMap<SecretKey, SecretText>,
}

/// Who can read the values of an encrypted [`Secret`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encryption {
    /// SOPS: whoever has the key, with `sops -d`.
    Sops,
    /// A `SealedSecret`: only the controller in its cluster.
    Sealed,
}

impl Secret {
    /// A Secret without keys yet, for programs that keep their secrets elsewhere.
    ///
    /// ```
    /// use tagwright_manifests::{Secret, SecretKey};
    ///
    /// let secret = Secret::new("flux-system", "deploy")
    ///     .with(SecretKey::Username, "git")
    ///     .with(SecretKey::Password, "hunter2");
    /// assert_eq!(secret.get(SecretKey::Username).and_then(|value| value.expose_str()), Some("git"));
    /// assert!(!format!("{secret:?}").contains("hunter2"));
    /// ```
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        let meta = Metadata {
            name: name.into(),
            namespace: Some(namespace.into()),
            ..Metadata::default()
        };
        Self {
            meta,
            ..Self::default()
        }
    }

    /// The Secret with a value under a key, in place of the one that was there.
    pub fn with(mut self, key: SecretKey, value: impl Into<Vec<u8>>) -> Self {
        self.values.insert(key, SecretText::new(value.into()));
        self
    }

    /// The value of a key; an empty one counts as absent, as in Flux.
    pub fn get(&self, key: SecretKey) -> Option<&SecretText> {
        let value = self.values.get(&key)?;
        (!value.expose().is_empty()).then_some(value)
    }

    /// The known keys that have a value, in the order of [`SecretKey`].
    pub fn keys(&self) -> impl Iterator<Item = SecretKey> {
        let keys = self.values.keys().copied();
        keys.filter(|key| self.get(*key).is_some())
    }

    /// The keys that are there and their values, empty ones too: the types of
    /// Kubernetes demand no more than the key.
    pub(crate) fn values(&self) -> impl Iterator<Item = (SecretKey, &SecretText)> {
        self.values.iter().map(|(key, value)| (*key, value))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |name: &String| (name.clone(), "hidden".to_owned());
        let meta = Metadata {
            annotations: self.meta.annotations.keys().map(hidden).collect(),
            ..self.meta.clone()
        };
        f.debug_struct("Secret")
            .field("meta", &meta)
            .field("secret_type", &self.secret_type)
            .field("encryption", &self.encryption)
            .field("values", &self.values)
            .finish()
    }
}

/// What `kubectl apply` notes down: the whole object, values included.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The metadata, without a copy of the values.
fn secret_metadata(object: &mut Fields<'_>, kind: &str) -> Metadata {
    let mut meta = metadata(object, kind);
    meta.annotations.remove(LAST_APPLIED);
    meta
}

/// Reads a Secret; the report must already know that it is one.
pub(crate) fn secret(report: &Report<'_>, path: String, node: &Node) -> Option<Secret> {
    let mut object = Fields::new(report, path, node)?;
    let meta = secret_metadata(&mut object, "Secret");
    let secret_type = object.text("type");
    let encryption = encryption(&mut object);
    let mut values = BTreeMap::new();
    odd::check_version(&mut object);
    odd::check_names(&object, node);
    if encryption.is_none() && !odd::is_stripped(&object, node) {
        values = decoded(object.fields("data"));
        values.extend(plain(object.fields("stringData")));
    }
    // Not finished: the name of an unknown field could be a secret that was
    // indented wrongly.
    let secret = Secret {
        meta,
        secret_type,
        encryption,
        values,
    };
    check::report(&mut object, &secret);
    Some(secret)
}

/// Repositories hold many of these, and few are needed here: a note will do.
fn encryption(object: &mut Fields<'_>) -> Option<Encryption> {
    let sops = object.get("sops")?;
    let message = "encrypted with SOPS, its values are not read; \
                   where they are needed, decrypt it first, for example with `sops -d`";
    object.add(Severity::Note, sops.at, "sops", message.to_owned());
    Some(Encryption::Sops)
}

/// Reads a `SealedSecret` as the Secret that it becomes in its cluster.
pub(crate) fn sealed_secret(report: &Report<'_>, path: String, node: &Node) -> Option<Secret> {
    let mut object = Fields::new(report, path, node)?;
    let meta = secret_metadata(&mut object, "SealedSecret");
    let mut template = object
        .fields("spec")
        .and_then(|mut spec| spec.fields("template"));
    let secret_type = template.as_mut().and_then(|template| template.text("type"));
    let message = "sealed for its cluster, its values cannot be read here; where they are \
                   needed, give the Secret itself: `kubectl get secret NAME -o yaml` prints it";
    object.add(Severity::Note, object.at(), "", message.to_owned());
    Some(Secret {
        meta,
        secret_type,
        encryption: Some(Encryption::Sealed),
        values: BTreeMap::new(),
    })
}

fn plain(fields: Option<Fields<'_>>) -> BTreeMap<SecretKey, SecretText> {
    let Some(fields) = fields else {
        return BTreeMap::new();
    };
    let take = |key: &SecretKey| {
        let (text, _) = fields.secret_at(key.as_str())?;
        Some((*key, SecretText::new(text.as_bytes().to_vec())))
    };
    SecretKey::ALL.iter().filter_map(take).collect()
}

fn decoded(fields: Option<Fields<'_>>) -> BTreeMap<SecretKey, SecretText> {
    let Some(fields) = fields else {
        return BTreeMap::new();
    };
    let take = |key: &SecretKey| {
        let (text, at) = fields.secret_at(key.as_str())?;
        let bytes = base64(text);
        if bytes.is_none() {
            let message = "no base64; encode the value, or write it under stringData";
            fields.add(Severity::Error, at, key.as_str(), message.to_owned());
        }
        Some((*key, SecretText::new(bytes?)))
    };
    SecretKey::ALL.iter().filter_map(take).collect()
}

/// Go's decoder passes over line breaks.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let joined: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    STANDARD.decode(joined).ok()
}

/// Whether a value is a Kubernetes Secret, sealed or not, by its kind.
pub(crate) fn is_secret(node: &Node) -> bool {
    let kind = node.get("kind").and_then(Node::as_text);
    matches!(kind, Some("Secret" | "SealedSecret"))
}
