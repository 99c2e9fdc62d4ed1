use std::sync::Arc;

use reqwest::{Method, StatusCode};

use super::exchange::{Answer, Shared, invalid};
use super::task::Task;
use super::visit::Visit;
use crate::digest::Digest;
use crate::error::{Error, Kind, RequestKind};
use crate::manifest::Manifest;
use crate::reference::Reference;

/// Every kind of manifest that a tag can name: without them registries convert, and the digest changes.
pub(crate) const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.docker.distribution.manifest.v2+json, */*";

pub(crate) async fn digest(shared: &Arc<Shared>, reference: &Reference) -> Result<Digest, Error> {
    let span = tracing::debug_span!("digest", reference = %reference.name());
    let (repository, subject) = (reference.as_repository().clone(), reference.name());
    let visit = Visit::new(Arc::clone(shared), repository, RequestKind::Digest, subject)?;
    let asked = reference.clone();
    let asking = Task::begin(span, async move { ask(visit, &asked).await });
    asking.of(RequestKind::Digest, reference).await
}

async fn ask(mut visit: Visit, reference: &Reference) -> Result<Digest, Error> {
    loop {
        let digest = match head(&mut visit, reference).await? {
            Some(digest) => digest,
            None => get(&mut visit, reference).await?.0,
        };
        if reference.digest().is_none_or(|wanted| *wanted == digest) {
            return Ok(digest);
        }
        visit.pass_over(invalid(
            "an answer with another digest than the one that was asked for",
        ))?;
    }
}

/// What the registry says the digest is; none when it does not say so without the manifest.
pub(crate) async fn head(
    visit: &mut Visit,
    reference: &Reference,
) -> Result<Option<Digest>, Error> {
    let answer = fetch(visit, reference.identifier(), Method::HEAD).await?;
    match announced(&answer) {
        Some(digest) if answer.status.is_success() => Ok(Some(digest)),
        _ if answer.status.is_success() || is_unsupported(answer.status) => Ok(None),
        _ => Err(visit.refusal(&answer)),
    }
}

/// The manifest itself, and its digest. One that comes with it must fit it.
pub(crate) async fn get(
    visit: &mut Visit,
    reference: &Reference,
) -> Result<(Digest, Vec<u8>), Error> {
    loop {
        let answer = fetch(visit, reference.identifier(), Method::GET).await?;
        if !answer.status.is_success() {
            return Err(visit.refusal(&answer));
        }
        match named(answer) {
            Ok(found) => return Ok(found),
            Err(error) => visit.pass_over(error)?,
        }
    }
}

fn named(answer: Answer) -> Result<(Digest, Vec<u8>), Error> {
    let announced = announced(&answer);
    let algorithm = announced.as_ref().map_or("sha256", Digest::algorithm);
    let digest = Digest::of(algorithm, &answer.body);
    match announced {
        Some(announced) if announced != digest => Err(invalid(
            "a manifest that does not fit the digest it came with",
        )),
        Some(_) => Ok((digest, answer.body)),
        // Nothing else says that it is no web page, and no error in an answer without one.
        None => match manifest_error(&answer.body) {
            Some(error) => Err(error),
            None => Ok((digest, answer.body)),
        },
    }
}

/// Why something is no manifest, be it one that is not read here.
pub(crate) fn manifest_error(body: &[u8]) -> Option<Error> {
    let read = Manifest::from_bytes(body);
    read.err().filter(|error| error.kind() != Kind::Unsupported)
}

/// Registries that do not do HEAD say so in one of these ways.
fn is_unsupported(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 405 | 501)
}

async fn fetch(visit: &mut Visit, identifier: &str, method: Method) -> Result<Answer, Error> {
    let url = visit.endpoint.manifest(identifier);
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
