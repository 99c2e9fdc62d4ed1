//! Secrets beside each other.

use super::{Found, Index};
use crate::quote::shown;
use crate::{Encryption, Secret, Severity};

/// Two Secrets of one name. One that is sealed may stand beside the Secret that
/// it becomes, which was given so that it can be read.
pub(super) fn check_secrets(found: &mut Found, secrets: &[Secret]) {
    let sealed = |secret: &&Secret| secret.encryption == Some(Encryption::Sealed);
    check_names(found, secrets.iter().filter(sealed));
    check_names(found, secrets.iter().filter(|secret| !sealed(secret)));
}

fn check_names<'a>(found: &mut Found, secrets: impl Iterator<Item = &'a Secret>) {
    let mut index = Index::new();
    for secret in secrets {
        let meta = &secret.meta;
        let Some(first) = index.add(meta.namespace.as_deref(), &meta.name, secret) else {
            continue;
        };
        let first = &first.meta.location;
        let message = format!(
            "the Secret in {}, line {}, has the same name; rename or remove one, \
             or read the folders of two clusters apart",
            shown(&first.file),
            first.line,
        );
        let at = &meta.location;
        let title = title(secret);
        found.at_object(Severity::Warning, at, title, "metadata.name", message);
    }
}

fn title(secret: &Secret) -> String {
    let name = shown(&secret.meta.name);
    match &secret.meta.namespace {
        Some(namespace) => format!("Secret {}/{name}", shown(namespace)),
        None => format!("Secret {name}"),
    }
}
