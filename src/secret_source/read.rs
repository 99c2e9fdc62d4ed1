//! One Secret as a manifest, from where there is nothing else.

use tagwright_manifests::{Problem, Secret, Severity, flux};

use super::SecretError;

/// The longest manifest of one Secret: Kubernetes takes values of 1 MiB, base64 adds a third.
pub(super) const LONGEST: usize = 2 << 20;

/// The Secret in a manifest that is to hold just that one. Its own name counts for nothing where it has none.
pub(super) fn one(
    bytes: &[u8],
    place: &str,
    namespace: &str,
    name: &str,
) -> Result<Option<Secret>, SecretError> {
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    let read = flux::read(place, bytes);
    let is_error = |problem: &&Problem| problem.severity == Severity::Error;
    if let Some(problem) = read.problems.iter().find(is_error) {
        return Err(SecretError::new(problem.to_string()));
    }
    match <[Secret; 1]>::try_from(read.objects.secrets) {
        Ok([secret]) if is_of(&secret, namespace, name) => Ok(Some(secret)),
        Ok(_) => Err(SecretError::new(format!(
            "{place}: a Secret of another name; give {namespace}/{name}"
        ))),
        Err(several) => Err(SecretError::new(format!(
            "{place}: {} Secrets instead of one; give {namespace}/{name} as YAML or JSON, as `kubectl get secret -o yaml` \
             prints it",
            several.len()
        ))),
    }
}

fn is_of(secret: &Secret, namespace: &str, name: &str) -> bool {
    let own = secret.meta.namespace.as_deref();
    secret.meta.name == name && own.is_none_or(|own| own == namespace)
}
