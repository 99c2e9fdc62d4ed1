//! What is asked for by its digest: checked against it, and kept.

use std::sync::Arc;

use reqwest::Method;

use super::digests::{self, MANIFESTS};
use super::exchange::{Shared, invalid};
use super::visit::{Visit, beyond};
use crate::digest::Digest;
use crate::error::{Error, RequestKind};
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
    // A manifest that is known needs no second request, and a registry that counts pulls does not count a HEAD.
    let digest = match reference.digest() {
        Some(digest) => Some(digest.clone()),
        None => digests::head(&mut visit, reference).await?,
    };
    if let Some(digest) = digest {
        return by_digest(&mut visit, reference.as_repository(), &digest).await;
    }
    let (digest, body) = digests::get(&mut visit, reference).await?;
    Manifest::named(digest, body).map_err(|error| visit.blame(error))
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
    let url = visit.endpoint.blob(digest);
    let body = verified(&mut visit, &url, "*/*", digest).await?;
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
    let url = visit.endpoint.manifest(digest.as_str());
    let body = verified(visit, &url, MANIFESTS, digest).await?;
    let weight = 2 * body.len() + OVERHEAD;
    let manifest = Manifest::named(digest.clone(), body).map_err(|error| visit.blame(error))?;
    visit.shared.manifests.put(&key, manifest.clone(), weight);
    Ok(manifest)
}

/// The contents of a digest, whatever the server calls them.
async fn verified(
    visit: &mut Visit,
    url: &url::Url,
    accept: &'static str,
    digest: &Digest,
) -> Result<Vec<u8>, Error> {
    let limit = visit.shared.limits.manifest_bytes;
    let mut url = url.clone();
    loop {
        let answer = visit.ask(Method::GET, &url, accept, limit).await?;
        if !answer.status.is_success() {
            return Err(visit.refusal(&answer));
        }
        if Digest::of(digest.algorithm(), &answer.body) == *digest {
            return Ok(answer.body);
        }
        let error = visit.blame(invalid(
            "contents that do not fit the digest they were asked for by",
        ));
        // A mirror's: the next place may have them.
        match visit.elsewhere(&Err(error.clone()), &url)? {
            Some(there) => url = there,
            None => return Err(error),
        }
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
