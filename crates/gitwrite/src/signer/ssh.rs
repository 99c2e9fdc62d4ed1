//! SSH signatures, as OpenSSH's PROTOCOL.sshsig describes them.

use rsa::pkcs1v15;
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use ssh_key::private::{KeypairData, RsaKeypair};
use ssh_key::{Algorithm, HashAlg, Kdf, LineEnding, PrivateKey, Signature, SshSig};

use super::openssh::Container;
use super::{MIN_RSA_BITS, SigningKey, failed, too_short, unusable};
use crate::error::Error;
use crate::secret::Secret;

/// What a signature is good for: `ssh-keygen` refuses one that was made for something else.
const NAMESPACE: &str = "git";
/// `ssh-keygen` uses 16, and the careful 100 to 1000; a hostile key can ask for years.
const MAX_ROUNDS: u32 = 10_000;

pub(super) struct Key {
    key: PrivateKey,
    /// Made here: `ssh-key` 0.6 hands the first prime over twice, and its RSA signatures fail.
    rsa: Option<rsa::RsaPrivateKey>,
}

impl Key {
    pub(super) fn unlock(text: &Secret, passphrase: Option<&Secret>) -> Result<Key, Error> {
        // Secrets come with the line ends of whoever wrote them.
        let text = format!("{}\n", text.expose().replace("\r\n", "\n").trim());
        let malformed = || unusable(fault(&text));
        let mut container = Container::parse(&text).ok_or_else(malformed)?;
        let mut passphrase_fits = true;
        // Of an unencrypted key this may fail over a zero that is not there.
        if let Ok(key) = PrivateKey::from_openssh(&text)
            && key.is_encrypted()
        {
            passphrase_fits = decrypt(&mut container, &key, passphrase)?;
        }
        let opened = container.open().filter(|_| passphrase_fits);
        let bytes = opened.ok_or_else(|| match passphrase {
            Some(_) => unusable("the passphrase does not open it; check both"),
            None => malformed(),
        })?;
        let key = PrivateKey::from_bytes(&bytes).map_err(|_| malformed())?;
        refuse_unknown(&key.algorithm())?;
        let rsa = match key.key_data() {
            KeypairData::Rsa(pair) => Some(rsa_key(pair)?),
            _ => None,
        };
        Ok(Key { key, rsa })
    }

    fn signature(&self, payload: &[u8]) -> Result<SshSig, ssh_key::Error> {
        let Some(rsa) = &self.rsa else {
            return self.key.sign(NAMESPACE, HashAlg::Sha512, payload);
        };
        let signed = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, payload)?;
        let signer = pkcs1v15::SigningKey::<rsa::sha2::Sha512>::new(rsa.clone());
        // Blinded, so that the time that it takes tells nothing of the key.
        let bytes = signer
            .try_sign_with_rng(&mut rand_core::OsRng, &signed)
            .map_err(ssh_key::Error::from)?;
        let algorithm = Algorithm::Rsa {
            hash: Some(HashAlg::Sha512),
        };
        let signature = Signature::new(algorithm, bytes.to_vec())?;
        let public = self.key.public_key().key_data().clone();
        SshSig::new(public, NAMESPACE, HashAlg::Sha512, signature)
    }
}

impl SigningKey for Key {
    fn fingerprint(&self) -> String {
        self.key.fingerprint(HashAlg::Sha256).to_string()
    }

    fn sign(&self, payload: &[u8]) -> Result<String, Error> {
        let signature = self.signature(payload).map_err(failed)?;
        signature.to_pem(LineEnding::LF).map_err(failed)
    }
}

/// Why this is no private key, as far as its first line tells.
fn fault(text: &str) -> &'static str {
    let first = text.lines().next().unwrap_or_default();
    match first {
        "-----BEGIN OPENSSH PRIVATE KEY-----" => {
            "it is malformed or of an unknown type; make an Ed25519 key with ssh-keygen -t ed25519"
        }
        _ if first.starts_with("-----BEGIN ") && first.contains("PRIVATE KEY") => {
            "it is in PEM; convert it with ssh-keygen -p -f FILE"
        }
        _ if first.starts_with("ssh-") || first.starts_with("ecdsa-") => {
            "it is a public key; hand over the private one"
        }
        _ => "it is no private key in OpenSSH's format; make one with ssh-keygen -t ed25519",
    }
}

fn refuse_unknown(algorithm: &Algorithm) -> Result<(), Error> {
    match algorithm {
        Algorithm::Ed25519 | Algorithm::Ecdsa { .. } | Algorithm::Rsa { .. } => Ok(()),
        Algorithm::Dsa => Err(unusable("DSA is too weak; make an Ed25519 key")),
        Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256 => Err(unusable(
            "it lives in a security token, which a program cannot touch; make an Ed25519 key",
        )),
        other => Err(unusable(format_args!(
            "its type {other} is unknown; make an Ed25519 key"
        ))),
    }
}

/// Whether it could be tried; a wrong passphrase may show later.
fn decrypt(
    container: &mut Container,
    key: &PrivateKey,
    passphrase: Option<&Secret>,
) -> Result<bool, Error> {
    if matches!(key.kdf(), Kdf::Bcrypt { rounds, .. } if *rounds > MAX_ROUNDS) {
        return Err(unusable(format_args!(
            "its passphrase takes more than {MAX_ROUNDS} rounds to try; set it anew with ssh-keygen -p"
        )));
    }
    let passphrase = passphrase
        .ok_or_else(|| unusable("it is encrypted, and there is no passphrase; hand it over"))?;
    let opened = container.decrypt(key.cipher(), key.kdf(), passphrase.expose());
    Ok(opened.is_some())
}

fn rsa_key(pair: &RsaKeypair) -> Result<rsa::RsaPrivateKey, Error> {
    let number = |bytes: &ssh_key::Mpint| rsa::BigUint::try_from(bytes).map_err(failed);
    let modulus = number(&pair.public.n)?;
    if modulus.bits() < MIN_RSA_BITS {
        return Err(too_short(modulus.bits()));
    }
    let primes = vec![number(&pair.private.p)?, number(&pair.private.q)?];
    let (exponent, secret) = (number(&pair.public.e)?, number(&pair.private.d)?);
    rsa::RsaPrivateKey::from_components(modulus, exponent, secret, primes)
        .map_err(|_| unusable("its numbers do not fit together; make a new one"))
}
