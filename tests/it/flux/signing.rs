//! Signing keys in Secrets, with `git verify-commit` as the judge.

use tagwright_testkit::harness::Trial;

#[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
mod keys;
#[cfg(not(feature = "sign-openpgp"))]
mod not_built;
#[cfg(feature = "sign-openpgp")]
mod openpgp;
#[cfg(feature = "sign-ssh")]
mod ssh;

pub(super) fn tests() -> Vec<Trial> {
    vec![
        #[cfg(not(feature = "sign-openpgp"))]
        not_built::test(),
        #[cfg(feature = "sign-openpgp")]
        openpgp::test(),
        #[cfg(feature = "sign-ssh")]
        ssh::test(),
    ]
}

/// The manifests with a signing key that is named.
fn source(kind: &str) -> String {
    super::SOURCE.replace(
        "commit: {author:",
        &format!("commit: {{signingKey: {{secretRef: {{name: key}}, type: {kind}}}, author:"),
    )
}
