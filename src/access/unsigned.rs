//! What is said where signing is not built, or not with this kind of key: a commit without the signature that was asked
//! for is none that was asked for.

use tagwright_manifests::flux::SigningKeyType;

use super::Lack;

pub(super) fn not_built(kind: SigningKeyType) -> Lack {
    let (name, feature) = match kind {
        SigningKeyType::Ssh => ("SSH", "sign-ssh"),
        _ => ("OpenPGP", "sign-openpgp"),
    };
    Lack::new(
        format!("this program was built without signing by {name} keys"),
        format!("build it with the feature {feature}"),
    )
}

#[cfg(not(any(feature = "sign-ssh", feature = "sign-openpgp")))]
pub(crate) use none::SignerSource;

#[cfg(not(any(feature = "sign-ssh", feature = "sign-openpgp")))]
mod none {
    use std::future::Ready;

    use tagwright_gitwrite::CommitSpec;
    use tagwright_manifests::flux::SigningKeyType;

    use super::super::{Lack, SecretName, Secrets};

    /// There is none.
    #[derive(Clone, Debug)]
    pub(crate) enum SignerSource {}

    impl SignerSource {
        pub(crate) fn asked(
            _: &Secrets,
            _: SecretName,
            kind: SigningKeyType,
        ) -> Result<Self, Lack> {
            Err(super::not_built(kind))
        }

        pub(crate) fn refresh(&self) -> Ready<Result<(), Lack>> {
            match *self {}
        }

        pub(crate) fn sign(&self, _: CommitSpec) -> CommitSpec {
            match *self {}
        }
    }
}
