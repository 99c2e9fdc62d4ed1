//! Finding Secrets among the objects.

use tagwright_manifests::flux::Objects;
use tagwright_manifests::{Secret, SecretKey};

use crate::objects::{Refusal, is_named};

pub(super) fn find<'o>(
    objects: &'o Objects,
    namespace: &str,
    name: &str,
) -> Result<&'o Secret, Refusal> {
    objects
        .secrets
        .iter()
        .find(|secret| is_named(&secret.meta, namespace, name))
        .ok_or_else(|| {
            format!("there is no Secret {namespace}/{name} among the objects; read its file too")
        })
}

/// The text under a key.
pub(super) fn text(secret: &Secret, key: SecretKey) -> Result<&str, Refusal> {
    let value = secret.get(key).ok_or_else(|| missing(secret, key))?;
    value.expose_str().ok_or_else(|| {
        format!(
            "Secret {}: the value of {} is no text",
            secret.meta.name,
            key.as_str()
        )
    })
}

/// The text under a key that may be absent.
pub(super) fn optional_text(secret: &Secret, key: SecretKey) -> Result<Option<&str>, Refusal> {
    secret.get(key).map(|_| text(secret, key)).transpose()
}

fn missing(secret: &Secret, key: SecretKey) -> Refusal {
    format!("Secret {} has no key {}", secret.meta.name, key.as_str())
}
