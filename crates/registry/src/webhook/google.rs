use std::time::{SystemTime, UNIX_EPOCH};

use super::envelope::Envelope;
use super::json_web_key::JsonWebKeys;
use super::json_web_token::{self, Claims};
use super::signature::unverified;
use crate::error::Error;

/// What the token of a Pub/Sub push subscription must say, and the keys that it must be signed with.
///
/// This checks what Google's `idtoken` package and Flux check: RS256 by one of the keys, that it has not expired, the
/// issuer `accounts.google.com`, the audience, and the verified email of the subscription's service account.
#[derive(Clone, Debug)]
pub struct GoogleToken {
    audience: String,
    email: String,
    keys: JsonWebKeys,
}

const ISSUERS: [&str; 2] = ["accounts.google.com", "https://accounts.google.com"];

impl GoogleToken {
    /// A token for this audience, of the service account of this email.
    pub fn new(audience: impl Into<String>, email: impl Into<String>, keys: JsonWebKeys) -> Self {
        Self {
            audience: audience.into(),
            email: email.into(),
            keys,
        }
    }

    /// Whether it says for whom it must be, and whose.
    pub(super) fn is_whole(&self) -> bool {
        !self.audience.is_empty() && !self.email.is_empty()
    }

    pub(super) fn verify(&self, request: &Envelope<'_>) -> Result<(), Error> {
        let authorization = request.text("Authorization").unwrap_or_default();
        let token = authorization.strip_prefix("Bearer ").ok_or_else(|| {
            unverified(
                "a webhook of GCR without a bearer token",
                "turn on authentication for the push subscription",
            )
        })?;
        let claims = json_web_token::verify(token, &self.keys)?;
        match self.fault(&claims, request.now) {
            None => Ok(()),
            Some((found, hint)) => Err(unverified(found, hint)),
        }
    }

    fn fault(&self, claims: &Claims, now: SystemTime) -> Option<(&'static str, &'static str)> {
        let now = now
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs_f64();
        if claims.exp <= now {
            return Some((
                "a token that has expired",
                "check the clock of this machine",
            ));
        }
        if !ISSUERS.contains(&claims.iss.as_str()) {
            return Some((
                "a token of another issuer than Google",
                "send with a push subscription of Pub/Sub",
            ));
        }
        if !claims.aud.contains(&self.audience) {
            return Some((
                "a token for another audience",
                "give the audience of the push subscription",
            ));
        }
        if claims.email != self.email || !claims.email_verified {
            return Some((
                "a token of another service account",
                "give the email of the push subscription's service account",
            ));
        }
        None
    }
}
