use std::sync::Arc;

use reqwest::{Method, StatusCode};
use sha2::{Sha256, Sha512};
use tracing::Instrument as _;

use super::exchange::{Answer, Shared, invalid};
use super::visit::Visit;
use crate::digest::Digest;
use crate::error::{Error, RequestKind};
use crate::reference::Reference;

/// Every kind of manifest that a tag can name: without them registries convert, and the digest changes.
const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.docker.distribution.manifest.v2+json, */*";

pub(crate) async fn digest(shared: &Arc<Shared>, reference: &Reference) -> Result<Digest, Error> {
    let span = tracing::debug_span!("digest", reference = %reference.name());
    let repository = reference.as_repository().clone();
    let visit = Visit::new(
        Arc::clone(shared),
        repository,
        RequestKind::Digest,
        reference.name(),
    )?;
    ask(visit, reference).instrument(span).await
}

async fn ask(mut visit: Visit, reference: &Reference) -> Result<Digest, Error> {
    let answer = fetch(&mut visit, reference, Method::HEAD).await?;
    let digest = match announced(&answer) {
        Some(digest) if answer.status.is_success() => digest,
        _ if answer.status.is_success() || is_unsupported(answer.status) => {
            computed(&mut visit, reference).await?
        }
        _ => return Err(visit.refusal(&answer)),
    };
    match reference.digest() {
        Some(wanted) if *wanted != digest => Err(visit.blame(invalid(
            "an answer with another digest than the one that was asked for",
        ))),
        _ => Ok(digest),
    }
}

/// Registries that do not do HEAD say so in one of these ways.
fn is_unsupported(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 405 | 501)
}

async fn fetch(visit: &mut Visit, reference: &Reference, method: Method) -> Result<Answer, Error> {
    let url = visit.endpoint.manifest(reference.identifier());
    let limit = visit.shared.limits.manifest_bytes;
    visit.ask(method, &url, MANIFESTS, limit).await
}

fn announced(answer: &Answer) -> Option<Digest> {
    answer
        .headers
        .get("docker-content-digest")?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// Asks for the manifest itself. A digest that comes with it must fit it.
async fn computed(visit: &mut Visit, reference: &Reference) -> Result<Digest, Error> {
    let answer = fetch(visit, reference, Method::GET).await?;
    if !answer.status.is_success() {
        return Err(visit.refusal(&answer));
    }
    match announced(&answer) {
        Some(digest) if digest != hash(&answer.body, digest.algorithm()) => Err(visit.blame(
            invalid("a manifest that does not fit the digest it came with"),
        )),
        Some(digest) => Ok(digest),
        None => Ok(hash(&answer.body, "sha256")),
    }
}

fn hash(body: &[u8], algorithm: &str) -> Digest {
    match algorithm {
        "sha512" => Digest::from_bytes("sha512", &<Sha512 as sha2::Digest>::digest(body)),
        _ => Digest::from_bytes("sha256", &<Sha256 as sha2::Digest>::digest(body)),
    }
}
