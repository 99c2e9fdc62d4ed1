//! The key that signs commits, as the objects want it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use gitwrite::{CommitSpec, Signer};
use tagwright_gitwrite as gitwrite;
use tagwright_manifests::SecretKey;
use tagwright_manifests::flux::SigningKeyType;

use super::find::Found;
use super::{Lack, SecretName, Secrets};

/// A key that was given, or one whose Secret is read before each run.
#[derive(Clone, Debug)]
pub(crate) enum SignerSource {
    Given(Signer),
    Asked(Arc<SignerAccess>),
}

impl SignerSource {
    pub(crate) fn asked(
        secrets: &Secrets,
        name: SecretName,
        kind: SigningKeyType,
    ) -> Result<Self, Lack> {
        Ok(Self::Asked(Arc::new(SignerAccess {
            secrets: secrets.clone(),
            name,
            unlock: unlock(kind)?,
            held: Mutex::default(),
        })))
    }

    /// Reads the Secret again.
    pub(crate) async fn refresh(&self) -> Result<(), Lack> {
        match self {
            Self::Given(_) => Ok(()),
            Self::Asked(access) => access.refresh().await,
        }
    }

    /// The commit with the key as of the last [`refresh`](Self::refresh).
    pub(crate) fn sign(&self, commit: CommitSpec) -> CommitSpec {
        match self {
            Self::Given(signer) => commit.signer(signer.clone()),
            Self::Asked(access) => match access.current() {
                Some(signer) => commit.signer(signer),
                None => commit,
            },
        }
    }
}

/// The way to a signing key through a Secret that may change.
pub(crate) struct SignerAccess {
    secrets: Secrets,
    name: SecretName,
    unlock: Unlock,
    held: Mutex<Option<Signer>>,
}

type Unlock = fn(&Found) -> Result<Signer, Lack>;

impl SignerAccess {
    async fn refresh(&self) -> Result<(), Lack> {
        let found = self.secrets.find(&self.name).await?;
        let signer = (self.unlock)(&found)?;
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(signer);
        Ok(())
    }

    fn current(&self) -> Option<Signer> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }
}

impl fmt::Debug for SignerAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerAccess({})", self.name)
    }
}

fn unlock(kind: SigningKeyType) -> Result<Unlock, Lack> {
    match kind {
        #[cfg(feature = "sign-ssh")]
        SigningKeyType::Ssh => Ok(ssh),
        #[cfg(feature = "sign-openpgp")]
        SigningKeyType::Gpg => Ok(openpgp),
        #[cfg(not(all(feature = "sign-ssh", feature = "sign-openpgp")))]
        _ => Err(super::unsigned::not_built(kind)),
        #[cfg(all(feature = "sign-ssh", feature = "sign-openpgp"))]
        _ => Err(Lack::new(
            "a signing key of an unknown kind",
            "write gpg or ssh",
        )),
    }
}

#[cfg(feature = "sign-ssh")]
fn ssh(found: &Found) -> Result<Signer, Lack> {
    let key = found.secret.ssh_private_key();
    let key = key.ok_or_else(|| found.lacks("identity"))?;
    let key = found.as_text(key, "identity")?.into();
    let passphrase = found.optional(SecretKey::Password)?.map(Into::into);
    Signer::ssh(&key, passphrase.as_ref()).map_err(|error| found.is_wrong(error))
}

#[cfg(feature = "sign-openpgp")]
fn openpgp(found: &Found) -> Result<Signer, Lack> {
    let key = found.text(SecretKey::GitAsc)?.into();
    let passphrase = found.optional(SecretKey::Passphrase)?.map(Into::into);
    Signer::openpgp(&key, passphrase.as_ref()).map_err(|error| found.is_wrong(error))
}
