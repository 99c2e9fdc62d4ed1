//! OpenPGP signatures (RFC 9580 and, of keys as GnuPG makes them, RFC 4880).

use pgp::composed::{ArmorOptions, Deserializable, DetachedSignature, SignedSecretKey};
use pgp::packet::{self, SignatureType};
use pgp::types::{KeyDetails, Password, PublicParams, SecretParams, Timestamp};
use rsa::traits::PublicKeyParts;

use super::{MIN_RSA_BITS, SigningKey, failed, too_short, unusable};
use crate::error::Error;
use crate::secret::Secret;

/// Longer than every real key with its certifications.
const MAX_BYTES: usize = 1 << 20;

pub(super) struct Key {
    part: Part,
    password: Password,
}

/// The part of a key that signs.
enum Part {
    Primary(packet::SecretKey),
    Subkey(packet::SecretSubkey),
}

impl Key {
    pub(super) fn unlock(text: &Secret, passphrase: Option<&Secret>) -> Result<Key, Error> {
        let part = choose(parse(text.expose())?, Timestamp::now())?;
        part.check_strength()?;
        let password = passphrase.map_or_else(Password::empty, |secret| secret.expose().into());
        part.try_password(&password, passphrase.is_some())?;
        Ok(Key { part, password })
    }
}

impl SigningKey for Key {
    fn fingerprint(&self) -> String {
        match &self.part {
            Part::Primary(key) => key.fingerprint().to_string(),
            Part::Subkey(key) => key.fingerprint().to_string(),
        }
    }

    fn sign(&self, payload: &[u8]) -> Result<String, Error> {
        let hash = pgp::crypto::hash::HashAlgorithm::Sha512;
        let (rng, password) = (rand_core::OsRng, &self.password);
        let signature = match &self.part {
            Part::Primary(key) => {
                DetachedSignature::sign_binary_data(rng, key, password, hash, payload)
            }
            Part::Subkey(key) => {
                DetachedSignature::sign_binary_data(rng, key, password, hash, payload)
            }
        };
        let armored = signature.and_then(|one| one.to_armored_string(ArmorOptions::default()));
        armored.map_err(failed)
    }
}

fn parse(text: &str) -> Result<SignedSecretKey, Error> {
    if text.len() > MAX_BYTES {
        return Err(unusable("it is longer than 1 MiB; export one key alone"));
    }
    if text.contains("-----BEGIN PGP PUBLIC KEY") {
        return Err(unusable("it is a public key; hand over the private one"));
    }
    let read = SignedSecretKey::from_string_many(text);
    let keys: Result<Vec<_>, _> = read.and_then(|(keys, _)| keys.take(2).collect());
    match keys.unwrap_or_default().as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(unusable(
            "it is no private key of OpenPGP; write one with gpg --armor --export-secret-keys ID",
        )),
        _ => Err(unusable("there are several keys in it; export one alone")),
    }
}

/// The newest subkey for signing, as GnuPG chooses, or the primary key.
fn choose(key: SignedSecretKey, now: Timestamp) -> Result<Part, Error> {
    if !key.details.revocation_signatures.is_empty() {
        return Err(unusable("it is revoked; make a new one"));
    }
    let certifications = key.details.users.iter().flat_map(|user| &user.signatures);
    let primary = Rights::of(certifications.chain(&key.details.direct_signatures));
    if primary.has_expired(key.primary_key.created_at(), now) {
        return Err(unusable("it has expired; make a new one or prolong it"));
    }
    let usable = key.secret_subkeys.into_iter().filter_map(|subkey| {
        let rights = Rights::of(&subkey.signatures);
        let created = subkey.key.created_at();
        let usable = rights.sign && !rights.revoked && !rights.has_expired(created, now);
        usable.then_some(subkey.key)
    });
    match usable.max_by_key(KeyDetails::created_at) {
        Some(subkey) => Ok(Part::Subkey(subkey)),
        None if primary.sign => Ok(Part::Primary(key.primary_key)),
        None => Err(unusable(
            "no part of it may sign now; add a subkey for signing",
        )),
    }
}

/// What the newest binding of a key says.
#[derive(Default)]
struct Rights {
    sign: bool,
    revoked: bool,
    lifetime: Option<u32>,
}

impl Rights {
    fn of<'a>(signatures: impl IntoIterator<Item = &'a packet::Signature> + Clone) -> Rights {
        let is_revocation = |one: &&packet::Signature| {
            matches!(
                one.typ(),
                Some(SignatureType::KeyRevocation | SignatureType::SubkeyRevocation)
            )
        };
        let revoked = signatures
            .clone()
            .into_iter()
            .any(|one| is_revocation(&one));
        // What others certify says nothing of what a key may do.
        let newest = signatures
            .into_iter()
            .filter(|one| !is_revocation(one) && says_anything(one))
            .max_by_key(|one| one.created());
        Rights {
            sign: newest.is_some_and(|one| one.key_flags().sign()),
            revoked,
            lifetime: newest
                .and_then(|one| one.key_expiration_time().map(pgp::types::Duration::as_secs)),
        }
    }

    fn has_expired(&self, created: Timestamp, now: Timestamp) -> bool {
        let end = |seconds: u32| created.as_secs().saturating_add(seconds);
        self.lifetime
            .is_some_and(|seconds| seconds > 0 && end(seconds) <= now.as_secs())
    }
}

fn says_anything(binding: &packet::Signature) -> bool {
    let flags = binding.key_flags();
    flags.sign() || flags.certify() || flags.encrypt_comms() || flags.authentication()
}

impl Part {
    fn public(&self) -> &PublicParams {
        match self {
            Part::Primary(key) => key.public_params(),
            Part::Subkey(key) => key.public_params(),
        }
    }

    fn check_strength(&self) -> Result<(), Error> {
        match self.public() {
            PublicParams::RSA(rsa) if rsa.key.n().bits() < MIN_RSA_BITS => {
                Err(too_short(rsa.key.n().bits()))
            }
            PublicParams::DSA(_) => Err(unusable("DSA is too weak; make an Ed25519 key")),
            PublicParams::RSA(_)
            | PublicParams::ECDSA(_)
            | PublicParams::EdDSALegacy(_)
            | PublicParams::Ed25519(_)
            | PublicParams::Ed448(_) => Ok(()),
            _ => Err(unusable("its type is unknown; make an Ed25519 key")),
        }
    }

    fn try_password(&self, password: &Password, given: bool) -> Result<(), Error> {
        let (secret, opened) = match self {
            Part::Primary(key) => (key.secret_params(), key.unlock(password, |_, _| Ok(()))),
            Part::Subkey(key) => (key.secret_params(), key.unlock(password, |_, _| Ok(()))),
        };
        if matches!(opened, Ok(Ok(()))) {
            return Ok(());
        }
        Err(match secret {
            SecretParams::Encrypted(_) if given => {
                unusable("the passphrase does not open it; check both")
            }
            SecretParams::Encrypted(_) => {
                unusable("it is encrypted, and there is no passphrase; hand it over")
            }
            SecretParams::Plain(_) => unusable("its numbers do not fit together; make a new one"),
        })
    }
}
