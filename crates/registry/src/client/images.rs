use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use tracing::Span;

use super::task::Task;
use super::{Client, content, referrers};
use crate::digest::Digest;
use crate::error::{Error, Kind, RequestKind};
use crate::image_config::{self, ImageConfig};
use crate::manifest::{Descriptor, Manifest};
use crate::platform::Platform;
use crate::reference::Reference;

/// The media types of configs that are an image's, and not a chart's or another artifact's.
const IMAGE_CONFIGS: [&str; 2] = [
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
];

/// Where a manifest says when it was made, if its config does not.
const CREATED: &str = "org.opencontainers.image.created";

/// Manifests, and what they lead to. What was read by its digest is kept and not asked for again, within
/// [`Limits::cache_bytes`](crate::Limits::cache_bytes). As everywhere, dropping a future ends its request.
impl Client {
    /// The manifest of what a reference names; the index where it names an index.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) for a tag that does not exist,
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for Docker's schema 1,
    /// [`InvalidResponse`](crate::ErrorKind::InvalidResponse) for what is no manifest or has not its digest,
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) for one of more bytes than the limit, and the errors of
    /// every request, as for [`TagPages::next_page`](crate::TagPages::next_page).
    pub async fn manifest(&self, reference: &Reference) -> Result<Manifest, Error> {
        let span = tracing::debug_span!("manifest", reference = %reference.name());
        let (shared, asked) = (Arc::clone(&self.0), reference.clone());
        let named = async move { content::named(&shared, &asked).await };
        let named = Task::begin(span, named);
        named.of(RequestKind::Manifest, reference).await
    }

    /// The platforms of what a reference names, in the order of its index, each with the digest of its image.
    /// Attestations are left out, and what states no platform; an artifact that is no image has none.
    ///
    /// # Errors
    ///
    /// As for [`manifest`](Self::manifest). For a single image its config is asked for, too.
    pub async fn platforms(&self, reference: &Reference) -> Result<Vec<(Platform, Digest)>, Error> {
        let manifest = self.manifest(reference).await?;
        if manifest.is_index() {
            let images = manifest.images();
            let named = images
                .filter_map(|image| Some((image.platform()?.clone(), image.digest().clone())));
            return Ok(named.collect());
        }
        let config = self.config_of(reference, &manifest).await?;
        let platform = config.as_ref().and_then(ImageConfig::platform).cloned();
        let only = platform.map(|platform| (platform, manifest.digest().clone()));
        Ok(only.into_iter().collect())
    }

    /// The digest of the image for a platform, where a reference names an index. A single image is taken for what
    /// it is asked for, as container engines do.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) for an index without an image for the platform, and as for
    /// [`manifest`](Self::manifest).
    pub async fn platform_digest(
        &self,
        reference: &Reference,
        platform: &Platform,
    ) -> Result<Digest, Error> {
        let manifest = self.manifest(reference).await?;
        let image = child(reference, &manifest, platform)?;
        Ok(image.map_or_else(|| manifest.digest().clone(), |image| image.digest().clone()))
    }

    /// What the image for a platform says of itself; none for an artifact that is no image.
    ///
    /// # Errors
    ///
    /// [`InvalidResponse`](crate::ErrorKind::InvalidResponse) for a config that cannot be read or has not its
    /// digest, and as for [`platform_digest`](Self::platform_digest).
    pub async fn image_config(
        &self,
        reference: &Reference,
        platform: &Platform,
    ) -> Result<Option<ImageConfig>, Error> {
        let manifest = self.manifest(reference).await?;
        let image = child(reference, &manifest, platform)?;
        let manifest = self.descend(reference, manifest, image).await?;
        self.config_of(reference, &manifest).await
    }

    /// When what a reference names was made, as its builder says; see [`ImageConfig::created`]. Of an index it is
    /// the image for `linux/amd64`, or else the first one. What has no such date in its config is asked for the
    /// annotation `org.opencontainers.image.created`.
    ///
    /// # Errors
    ///
    /// As for [`image_config`](Self::image_config).
    pub async fn created(&self, reference: &Reference) -> Result<Option<SystemTime>, Error> {
        let manifest = self.usual(reference).await?;
        let config = self.config_of(reference, &manifest).await?;
        if let Some(created) = config.as_ref().and_then(ImageConfig::created) {
            return Ok(Some(created));
        }
        let Some(text) = manifest.annotations().get(CREATED) else {
            return Ok(None);
        };
        image_config::created(text).map_err(|error| blame(error, reference))
    }

    /// The labels of what a reference names. Of an index it is the image for `linux/amd64`, or else the first one.
    ///
    /// # Errors
    ///
    /// As for [`image_config`](Self::image_config).
    pub async fn labels(&self, reference: &Reference) -> Result<BTreeMap<String, String>, Error> {
        let manifest = self.usual(reference).await?;
        let config = self.config_of(reference, &manifest).await?;
        Ok(config.map_or_else(BTreeMap::new, |config| config.labels().clone()))
    }

    /// What refers to what a reference names, such as signatures and bills of materials, those of one artifact
    /// type only if one is given.
    ///
    /// A registry without the referrers API is asked for the tag that takes its place, `sha256-<hex>`.
    ///
    /// # Errors
    ///
    /// As for [`digest`](Self::digest), [`InvalidResponse`](crate::ErrorKind::InvalidResponse) for an answer that
    /// is no index and for a `Link` to another origin or in a circle,
    /// [`LimitExceeded`](crate::ErrorKind::LimitExceeded) for more pages or bytes than the limits or more than 10,000
    /// referrers, [`Timeout`](crate::ErrorKind::Timeout) for a list that takes longer than the time for a listing.
    pub async fn referrers(
        &self,
        reference: &Reference,
        artifact_type: Option<&str>,
    ) -> Result<Vec<Descriptor>, Error> {
        let digest = match reference.digest() {
            Some(digest) => digest.clone(),
            None => self.digest(reference).await?,
        };
        let span = tracing::debug_span!("referrers", reference = %reference.name());
        let (shared, repository) = (Arc::clone(&self.0), reference.as_repository().clone());
        let kind = artifact_type.map(str::to_owned);
        let found =
            async move { referrers::find(&shared, &repository, &digest, kind.as_deref()).await };
        let found = Task::begin(span, found);
        found.of(RequestKind::Referrers, reference).await
    }

    /// The image whose dates and labels stand for all.
    async fn usual(&self, reference: &Reference) -> Result<Manifest, Error> {
        let manifest = self.manifest(reference).await?;
        let usual = manifest.for_platform(&Platform::linux_amd64());
        let image = usual.or_else(|| manifest.images().next()).cloned();
        if manifest.is_index() && image.is_none() {
            return Err(blame(without_images(), reference));
        }
        self.descend(reference, manifest, image).await
    }

    /// The manifest of an index's image; the manifest itself where there is none.
    async fn descend(
        &self,
        reference: &Reference,
        manifest: Manifest,
        image: Option<Descriptor>,
    ) -> Result<Manifest, Error> {
        let Some(image) = image else {
            return Ok(manifest);
        };
        let (shared, repository) = (Arc::clone(&self.0), reference.as_repository().clone());
        let child = async move { content::child(&shared, &repository, image.digest()).await };
        let child = Task::begin(Span::current(), child);
        let child = child.of(RequestKind::Manifest, reference).await?;
        if child.is_index() {
            let error = Error::new(
                Kind::Unsupported,
                "an index inside an index",
                "refer to the inner one by its digest",
            );
            return Err(blame(error, reference));
        }
        Ok(child)
    }

    async fn config_of(
        &self,
        reference: &Reference,
        manifest: &Manifest,
    ) -> Result<Option<ImageConfig>, Error> {
        let is_image = |config: &&Descriptor| IMAGE_CONFIGS.contains(&config.media_type());
        let Some(config) = manifest.config().filter(is_image).cloned() else {
            return Ok(None);
        };
        let (shared, repository) = (Arc::clone(&self.0), reference.as_repository().clone());
        let config = async move { content::config(&shared, &repository, &config).await };
        let config = Task::begin(Span::current(), config);
        config.of(RequestKind::Config, reference).await.map(Some)
    }
}

/// The entry for a platform; none where the manifest is no index.
fn child(
    reference: &Reference,
    manifest: &Manifest,
    platform: &Platform,
) -> Result<Option<Descriptor>, Error> {
    let image = manifest.for_platform(platform).cloned();
    if image.is_some() || !manifest.is_index() {
        return Ok(image);
    }
    Err(blame(without(manifest, platform), reference))
}

fn without(manifest: &Manifest, platform: &Platform) -> Error {
    let known: Vec<_> = manifest.images().filter_map(Descriptor::platform).collect();
    if known.is_empty() {
        return without_images();
    }
    let shown: Vec<_> = known.iter().take(10).map(ToString::to_string).collect();
    let more = if known.len() > shown.len() {
        ", ..."
    } else {
        ""
    };
    Error::new(
        Kind::NotFound,
        format!("an index without an image for {platform}"),
        format!("ask for one of {}{more}", shown.join(", ")),
    )
}

fn without_images() -> Error {
    Error::new(
        Kind::NotFound,
        "an index without images",
        "push the image again, or name another tag",
    )
}

fn blame(error: Error, reference: &Reference) -> Error {
    error.of(
        RequestKind::Manifest,
        reference.as_repository(),
        &reference.name(),
    )
}
