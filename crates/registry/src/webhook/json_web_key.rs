use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::Deserialize;

use crate::error::{Error, Kind};

/// Public keys of an identity provider, as its `jwks_uri` gives them (RFC 7517). Those of RSA are used.
///
/// Google's are at <https://www.googleapis.com/oauth2/v3/certs>. They change every few weeks: fetch them again when
/// their answer's `Cache-Control` says so, and make a new [`Receiver`](super::Receiver).
#[derive(Clone)]
pub struct JsonWebKeys(Vec<RsaKey>);

#[derive(Clone)]
struct RsaKey {
    id: String,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// No provider has so many at a time.
const MOST: usize = 100;

impl JsonWebKeys {
    /// Reads a key set, `{"keys": [...]}`.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config) for broken JSON, for a set without a key of RSA, or with more than 100
    /// keys.
    pub fn from_json(text: &[u8]) -> Result<Self, Error> {
        let set: Set = serde_json::from_slice(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            unusable(format!(
                "a key set that cannot be read at line {line}, column {column}"
            ))
        })?;
        if set.keys.len() > MOST {
            return Err(unusable(format!("a key set of more than {MOST} keys")));
        }
        let keys: Vec<_> = set.keys.into_iter().filter_map(Written::rsa).collect();
        if keys.is_empty() {
            return Err(unusable("a key set without a key of RSA"));
        }
        Ok(Self(keys))
    }

    /// Whether the key of this id made the signature; none where there is no such key.
    pub(super) fn verify(&self, id: &str, message: &[u8], signature: &[u8]) -> Option<bool> {
        let key = self.0.iter().find(|key| key.id == id)?;
        let components = RsaPublicKeyComponents {
            n: &key.modulus,
            e: &key.exponent,
        };
        let verified = components.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature);
        Some(verified.is_ok())
    }
}

fn unusable(found: impl Into<String>) -> Error {
    Error::new(
        Kind::Config,
        found,
        "give the JSON of the provider's 'jwks_uri'",
    )
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Written>,
}

#[derive(Deserialize)]
struct Written {
    kty: String,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl Written {
    fn rsa(self) -> Option<RsaKey> {
        let number = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?).ok();
        Some(RsaKey {
            id: (self.kty == "RSA").then_some(self.kid)??,
            modulus: number(self.n)?,
            exponent: number(self.e)?,
        })
    }
}

impl fmt::Debug for JsonWebKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = self.0.iter().map(|key| &key.id);
        f.debug_list().entries(ids).finish()
    }
}
