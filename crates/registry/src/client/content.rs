//! What is asked for by its digest: checked against it, and kept.

use std::sync::Arc;

use reqwest::Method;
use url::Url;

use super::digests::{self, MANIFESTS};
use super::endpoint::Endpoint;
use super::exchange::{Shared, invalid};
use super::visit::{Visit, beyond};
use crate::digest::Digest;
use crate::error::{Error, Kind, RequestKind};
use crate::image_config::ImageConfig;
use crate::manifest::{Descriptor, Manifest};
use crate::reference::Reference;
use crate::repository::Repository;

/// What a value weighs in the memory beside the text that it was read from.
const OVERHEAD: usize = 1024;

/// The manifest that a reference names.
pub(crate) async fn named(shared: &Arc<Shared>, reference: &Reference) -> Result<Manifest, Error> {
    let mut visit = visit(
        shared,
        reference.as_repository(),
        RequestKind::Manifest,
        reference.name(),
    )?;
    if let Some(digest) = reference.digest() {
        return by_digest(&mut visit, reference.as_repository(), digest).await;
    }
    // A manifest that is known needs no second request, and a registry that counts pulls does not count a HEAD.
    while let Some(digest) = digests::head(&mut visit, reference).await? {
        let failed = visit.failed();
        match by_digest(&mut visit, reference.as_repository(), &digest).await {
            // What was asked of this place was another one's word.
            Err(error) if visit.failed() > failed && is_unknown(&error) => {}
            outcome => return outcome,
        }
    }
    let (digest, body) = digests::get(&mut visit, reference).await?;
    Manifest::named(digest, body).map_err(|error| visit.blame(error))
}

/// Whether a place knows nothing of what a digest names.
fn is_unknown(error: &Error) -> bool {
    matches!(error.kind(), Kind::NotFound | Kind::InvalidResponse)
}

/// An entry of an index.
pub(crate) async fn child(
    shared: &Arc<Shared>,
    repository: &Repository,
    digest: &Digest,
) -> Result<Manifest, Error> {
    let subject = format!("{repository}@{digest}");
    let mut visit = visit(shared, repository, RequestKind::Manifest, subject)?;
    by_digest(&mut visit, repository, digest).await
}

/// The config that an image names.
pub(crate) async fn config(
    shared: &Arc<Shared>,
    repository: &Repository,
    descriptor: &Descriptor,
) -> Result<ImageConfig, Error> {
    let (digest, key) = (descriptor.digest(), key(repository, descriptor.digest()));
    if let Some(config) = shared.configs.get(&key) {
        return Ok(config);
    }
    let mut visit = visit(shared, repository, RequestKind::Config, key.clone())?;
    let limit = shared.limits.manifest_bytes;
    if descriptor.size() > limit as u64 {
        return Err(visit.blame(beyond(format!(
            "an image config of {} bytes",
            descriptor.size()
        ))));
    }
    let body = verified(&mut visit, |place| place.blob(digest), "*/*", digest).await?;
    let config = ImageConfig::named(digest.clone(), &body).map_err(|error| visit.blame(error))?;
    shared
        .configs
        .put(&key, config.clone(), body.len() + OVERHEAD);
    Ok(config)
}

async fn by_digest(
    visit: &mut Visit,
    repository: &Repository,
    digest: &Digest,
) -> Result<Manifest, Error> {
    let key = key(repository, digest);
    if let Some(manifest) = visit.shared.manifests.get(&key) {
        return Ok(manifest);
    }
    let at = |place: &Endpoint| place.manifest(digest.as_str());
    let body = verified(visit, at, MANIFESTS, digest).await?;
    let weight = 2 * body.len() + OVERHEAD;
    let manifest = Manifest::named(digest.clone(), body).map_err(|error| visit.blame(error))?;
    visit.shared.manifests.put(&key, manifest.clone(), weight);
    Ok(manifest)
}

/// The contents of a digest, whatever the server calls them.
async fn verified(
    visit: &mut Visit,
    at: impl Fn(&Endpoint) -> Url,
    accept: &'static str,
    digest: &Digest,
) -> Result<Vec<u8>, Error> {
    let limit = visit.shared.limits.manifest_bytes;
    loop {
        let url = at(&visit.endpoint);
        let answer = visit.ask(Method::GET, &url, accept, limit).await?;
        if !answer.status.is_success() {
            return Err(visit.refusal(&answer));
        }
        if Digest::of(digest.algorithm(), &answer.body) == *digest {
            return Ok(answer.body);
        }
        // A mirror's: the next place may have them.
        visit.pass_over(invalid(
            "contents that do not fit the digest they were asked for by",
        ))?;
    }
}

/// Not the digest alone: who may read a repository may not read the next one.
fn key(repository: &Repository, digest: &Digest) -> String {
    format!("{repository}@{digest}")
}

fn visit(
    shared: &Arc<Shared>,
    repository: &Repository,
    request: RequestKind,
    subject: String,
) -> Result<Visit, Error> {
    Visit::new(Arc::clone(shared), repository.clone(), request, subject)
}
