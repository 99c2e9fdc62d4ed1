//! Signatures over a body, and tokens in a header.

use ring::hmac;

use super::compare;
use super::envelope::Envelope;
use super::sender::Sender;
use crate::error::{Error, Kind};
use crate::secret::Secret;

/// Checks that a request is its sender's, as far as this one can show it.
pub(super) fn verify(sender: &Sender, request: &Envelope<'_>) -> Result<(), Error> {
    match sender {
        Sender::GenericHmac(secret) => signed(sender, secret, request, "X-Signature"),
        Sender::GitHub(secret) if request.header("X-Hub-Signature-256").is_some() => {
            signed(sender, secret, request, "X-Hub-Signature-256")
        }
        Sender::GitHub(secret) | Sender::Bitbucket(secret) => {
            signed(sender, secret, request, "X-Hub-Signature")
        }
        Sender::Nexus(secret) => {
            let header = "X-Nexus-Webhook-Signature";
            let digits = given(sender, request, header)?;
            let algorithm = hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
            fits(sender, header, algorithm, secret, digits, request.body)
        }
        Sender::GitLab(secret) => shown(sender, secret, request, "X-Gitlab-Token"),
        Sender::Harbor(secret) => shown(sender, secret, request, "Authorization"),
        Sender::Gcr(token) => token.verify(request),
        Sender::Generic
        | Sender::DockerHub
        | Sender::Quay
        | Sender::Acr
        | Sender::Ecr
        | Sender::CdEvents => Ok(()),
    }
}

/// Checks that a header is the secret.
pub(super) fn shown(
    sender: &Sender,
    secret: &Secret,
    request: &Envelope<'_>,
    header: &str,
) -> Result<(), Error> {
    let given = given(sender, request, header)?;
    if compare::is_same(given, secret.expose().as_bytes()) {
        Ok(())
    } else {
        Err(wrong(sender, header))
    }
}

/// Checks a header of the form `sha256=<hex>`.
fn signed(
    sender: &Sender,
    secret: &Secret,
    request: &Envelope<'_>,
    header: &str,
) -> Result<(), Error> {
    let value = given(sender, request, header)?;
    let equals = value.iter().position(|byte| *byte == b'=').unwrap_or(0);
    let (name, digits) = value.split_at(equals);
    let algorithm = match name {
        b"sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        b"sha256" => hmac::HMAC_SHA256,
        b"sha512" => hmac::HMAC_SHA512,
        _ => return Err(malformed(sender, header)),
    };
    fits(
        sender,
        header,
        algorithm,
        secret,
        &digits[1..],
        request.body,
    )
}

fn fits(
    sender: &Sender,
    header: &str,
    algorithm: hmac::Algorithm,
    secret: &Secret,
    digits: &[u8],
    body: &[u8],
) -> Result<(), Error> {
    let signature = decode(digits).ok_or_else(|| malformed(sender, header))?;
    let key = hmac::Key::new(algorithm, secret.expose().as_bytes());
    hmac::verify(&key, body, &signature).map_err(|_| wrong(sender, header))
}

/// The bytes of hexadecimal digits, of as many as the longest signature has.
fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    if digits.is_empty() || digits.len() > 128 || !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |pair: &[u8]| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok();
    digits.chunks_exact(2).map(byte).collect()
}

fn given<'a>(sender: &Sender, request: &Envelope<'a>, header: &str) -> Result<&'a [u8], Error> {
    request.header(header).ok_or_else(|| {
        let found = format!(
            "a webhook of {} without the header '{header}'",
            sender.name()
        );
        unverified(found, "give the sender the secret of this receiver")
    })
}

fn malformed(sender: &Sender, header: &str) -> Error {
    let name = sender.name();
    let found = format!("a webhook of {name} whose header '{header}' is no signature");
    unverified(
        found,
        "send the HMAC of the body in hexadecimal digits, its algorithm as the sender has it",
    )
}

fn wrong(sender: &Sender, header: &str) -> Error {
    let name = sender.name();
    let found = format!("a webhook of {name} whose header '{header}' does not fit");
    unverified(found, "give the sender the secret of this receiver")
}

pub(super) fn unverified(found: impl Into<String>, hint: &str) -> Error {
    Error::new(Kind::Unverified, found, hint)
}
