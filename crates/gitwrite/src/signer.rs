//! Signing commits with a key in memory.

#[cfg(feature = "sign-openpgp")]
mod openpgp;
#[cfg(feature = "sign-ssh")]
mod openssh;
#[cfg(feature = "sign-ssh")]
mod ssh;

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::secret::Secret;

/// A private key that signs commits, as `git commit -S` does. It is unlocked once, when it is made.
///
/// `Debug` shows the fingerprint. Two signers are equal when their fingerprints are.
#[derive(Clone)]
pub struct Signer {
    key: Arc<dyn SigningKey>,
}

/// A key of one kind. What it makes stands in the header `gpgsig` of a commit.
trait SigningKey: Send + Sync {
    fn fingerprint(&self) -> String;

    /// The armoured signature of these bytes.
    fn sign(&self, payload: &[u8]) -> Result<String, Error>;
}

/// RSA keys below this have been broken, or will be.
const MIN_RSA_BITS: usize = 2048;

impl Signer {
    /// An SSH key in OpenSSH's format: Ed25519, ECDSA on P-256, P-384 or P-521, or RSA from 2048 bits. The signature is
    /// that of `ssh-keygen -Y sign -n git`, which Git verifies from 2.34 on (`gpg.format = ssh`).
    ///
    /// # Errors
    ///
    /// `InvalidSigningKey` for what is no private key in this format (a public key, a key in PEM:
    /// `-----BEGIN RSA PRIVATE KEY-----`), DSA and RSA keys of less than 2048 bits (too weak), keys that live in a
    /// security token (`sk-ssh-ed25519@openssh.com`), an encrypted key with a wrong passphrase or none, and one whose
    /// passphrase takes more than 10,000 rounds to try.
    #[cfg(feature = "sign-ssh")]
    pub fn ssh(private_key: &Secret, passphrase: Option<&Secret>) -> Result<Signer, Error> {
        let key = ssh::Key::unlock(private_key, passphrase)?;
        Ok(Signer { key: Arc::new(key) })
    }

    /// An OpenPGP key as `gpg --armor --export-secret-keys` writes it. Of several the newest subkey for signing is taken,
    /// and the primary key where there is none.
    ///
    /// # Errors
    ///
    /// `InvalidSigningKey` for what is no armoured private key (a public key, several keys), for RSA keys of less than
    /// 2048 bits and DSA keys (too weak), for a key that is revoked, that has expired, or that is not meant for signing,
    /// and for an encrypted key with a wrong passphrase or none.
    #[cfg(feature = "sign-openpgp")]
    pub fn openpgp(armored_key: &Secret, passphrase: Option<&Secret>) -> Result<Signer, Error> {
        let key = openpgp::Key::unlock(armored_key, passphrase)?;
        Ok(Signer { key: Arc::new(key) })
    }

    /// What a server knows the key by: `SHA256:...` of an SSH key, the hexadecimal fingerprint of an OpenPGP key.
    pub fn fingerprint(&self) -> String {
        self.key.fingerprint()
    }

    pub(crate) fn sign(&self, payload: &[u8]) -> Result<String, Error> {
        self.key.sign(payload)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.fingerprint())
    }
}

impl PartialEq for Signer {
    fn eq(&self, other: &Signer) -> bool {
        self.fingerprint() == other.fingerprint()
    }
}

impl Eq for Signer {}

/// A key that cannot be used. `what` says why, and the way out; it never holds the key's text.
fn unusable(what: impl fmt::Display) -> Error {
    Error::new(
        ErrorKind::InvalidSigningKey,
        format!("unusable signing key: {what}"),
    )
}

fn too_short(bits: usize) -> Error {
    unusable(format_args!(
        "RSA of {bits} bits is too weak; make one of {MIN_RSA_BITS} bits or more, or an Ed25519 key"
    ))
}

fn failed(error: impl fmt::Display) -> Error {
    let text: String = error
        .to_string()
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    Error::new(
        ErrorKind::InvalidSigningKey,
        format!("cannot sign the commit: {text}; try the key with git commit -S"),
    )
}
