use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::json_web_key::JsonWebKeys;
use super::signature::unverified;
use crate::error::Error;

/// What a token says, after its signature was checked.
#[derive(Deserialize)]
pub(super) struct Claims {
    #[serde(default)]
    pub(super) iss: String,
    #[serde(default)]
    pub(super) aud: Audience,
    #[serde(default)]
    pub(super) exp: f64,
    #[serde(default)]
    pub(super) email: String,
    #[serde(default)]
    pub(super) email_verified: bool,
}

/// For whom it is.
#[derive(Deserialize, Default)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Many(Vec<String>),
    #[default]
    Nobody,
}

impl Audience {
    pub(super) fn contains(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
            Self::Nobody => false,
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

/// More than any claims take.
const LENGTH: usize = 16 * 1024;

/// The claims of a token that one of the keys has signed with RS256, and with nothing else.
pub(super) fn verify(token: &str, keys: &JsonWebKeys) -> Result<Claims, Error> {
    let (message, signature) = token.rsplit_once('.').ok_or_else(malformed)?;
    let (header, claims) = message.split_once('.').ok_or_else(malformed)?;
    if token.len() > LENGTH {
        return Err(malformed());
    }
    let header: Header = read(header)?;
    if header.alg != "RS256" {
        return Err(malformed());
    }
    match keys.verify(&header.kid, message.as_bytes(), &decode(signature)?) {
        Some(true) => read(claims),
        Some(false) => Err(unverified(
            "a token whose signature does not fit",
            "let Google's Pub/Sub send it as it is",
        )),
        None => Err(unverified(
            "a token that is signed with an unknown key",
            "fetch the provider's keys again",
        )),
    }
}

fn read<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, Error> {
    serde_json::from_slice(&decode(part)?).map_err(|_| malformed())
}

fn decode(part: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed())
}

fn malformed() -> Error {
    unverified(
        "a token that is no JSON Web Token of RS256",
        "turn on authentication for the push subscription",
    )
}
