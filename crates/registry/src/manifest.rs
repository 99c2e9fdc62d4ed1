mod descriptor;
mod head;
pub(crate) mod json;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

pub use descriptor::Descriptor;

use crate::digest::Digest;
use crate::error::Error;
use crate::platform::Platform;
use head::Head;

/// What a tag or a digest of a repository names: an image, or an index of images for several platforms.
///
/// OCI's image manifests and indexes, and Docker's of schema 2. Cheap to clone.
///
/// ```
/// use tagwright_registry::Manifest;
///
/// let digest = format!("sha256:{}", "0".repeat(64));
/// let child = format!(
///     r#"{{"digest":"{digest}","size":7,"platform":{{"os":"linux","architecture":"arm64","variant":"v8"}}}}"#
/// );
/// let index = Manifest::from_bytes(format!(r#"{{"schemaVersion":2,"manifests":[{child}]}}"#))?;
/// assert!(index.is_index());
/// assert_eq!(index.for_platform(&"linux/arm64".parse()?).map(|child| child.digest().as_str()), Some(&*digest));
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
#[derive(Clone)]
pub struct Manifest(Arc<Inner>);

struct Inner {
    digest: Digest,
    bytes: Vec<u8>,
    media_type: String,
    artifact_type: Option<String>,
    annotations: BTreeMap<String, String>,
    subject: Option<Descriptor>,
    content: Content,
}

enum Content {
    Index(Vec<Descriptor>),
    Image {
        config: Descriptor,
        layers: Vec<Descriptor>,
    },
}

impl Manifest {
    /// Reads a manifest; its digest is the sha256 of the bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidResponse`](crate::ErrorKind::InvalidResponse) for what is no manifest: broken JSON, a digest that
    /// cannot be read, something that is an index and an image at once;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for Docker's schema 1 and for media types that are neither an
    /// image nor an index.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let bytes = bytes.into();
        let digest = Digest::of("sha256", &bytes);
        Self::named(digest, bytes)
    }

    /// Reads the manifest that has this digest.
    pub(crate) fn named(digest: Digest, bytes: Vec<u8>) -> Result<Self, Error> {
        let media_type = Head::read(&bytes)?.media_type()?;
        let mut written: Written = json::read(&bytes, "a manifest")?;
        let content = written.content(&media_type)?;
        Ok(Self(Arc::new(Inner {
            digest,
            bytes,
            media_type,
            artifact_type: written.artifact_type.filter(|kind| !kind.is_empty()),
            annotations: written.annotations.unwrap_or_default(),
            subject: written.subject,
            content,
        })))
    }

    /// The digest.
    pub fn digest(&self) -> &Digest {
        &self.0.digest
    }

    /// The bytes, which have the [digest](Self::digest).
    pub fn as_bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The media type.
    pub fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// The kind of artifact, where it is not an image: a chart, a signature, a bill of materials.
    pub fn artifact_type(&self) -> Option<&str> {
        self.0.artifact_type.as_deref()
    }

    /// The annotations.
    pub fn annotations(&self) -> &BTreeMap<String, String> {
        &self.0.annotations
    }

    /// The manifest that this one is about, where it is a referrer.
    pub fn subject(&self) -> Option<&Descriptor> {
        self.0.subject.as_ref()
    }

    /// Whether it is an index of manifests.
    pub fn is_index(&self) -> bool {
        matches!(self.0.content, Content::Index(_))
    }

    /// The entries of an index, attestations included; none of an image.
    pub fn manifests(&self) -> &[Descriptor] {
        match &self.0.content {
            Content::Index(manifests) => manifests,
            Content::Image { .. } => &[],
        }
    }

    /// The entries of an index that are [no attestations](Descriptor::is_attestation).
    pub fn images(&self) -> impl Iterator<Item = &Descriptor> {
        let manifests = self.manifests().iter();
        manifests.filter(|manifest| !manifest.is_attestation())
    }

    /// The entry of an index whose image runs best on `platform`: the first that is for the platform itself, else
    /// for the nearest older variant of it.
    pub fn for_platform(&self, platform: &Platform) -> Option<&Descriptor> {
        let distance =
            |image: &&Descriptor| image.platform().and_then(|own| platform.distance(own));
        self.images()
            .filter(|image| distance(image).is_some())
            .min_by_key(distance)
    }

    /// The config of an image.
    pub fn config(&self) -> Option<&Descriptor> {
        match &self.0.content {
            Content::Index(_) => None,
            Content::Image { config, .. } => Some(config),
        }
    }

    /// The layers of an image.
    pub fn layers(&self) -> &[Descriptor] {
        match &self.0.content {
            Content::Index(_) => &[],
            Content::Image { layers, .. } => layers,
        }
    }
}

impl PartialEq for Manifest {
    fn eq(&self, other: &Self) -> bool {
        (self.digest(), self.as_bytes()) == (other.digest(), other.as_bytes())
    }
}

impl Eq for Manifest {}

impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manifest")
            .field("digest", self.digest())
            .field("media_type", &self.media_type())
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    artifact_type: Option<String>,
    annotations: Option<BTreeMap<String, String>>,
    subject: Option<Descriptor>,
    manifests: Option<Vec<Descriptor>>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
}

impl Written {
    fn content(&mut self, media_type: &str) -> Result<Content, Error> {
        if head::index_type(media_type) == Some(true) {
            return Ok(Content::Index(self.manifests.take().unwrap_or_default()));
        }
        Ok(Content::Image {
            config: self.config.take().ok_or_else(head::no_manifest)?,
            layers: self.layers.take().unwrap_or_default(),
        })
    }
}
