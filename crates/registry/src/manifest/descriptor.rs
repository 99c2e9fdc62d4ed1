use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::digest::Digest;
use crate::platform::Platform;

/// Where the contents of a digest are said to be what they are: one entry of an index, the config or a layer of an
/// image, something that refers to an image.
#[derive(Clone, PartialEq, Eq)]
pub struct Descriptor {
    media_type: String,
    digest: Digest,
    size: u64,
    artifact_type: Option<String>,
    platform: Option<Platform>,
    annotations: BTreeMap<String, String>,
}

/// What buildkit writes on the attestations that it keeps beside the images of an index.
const ATTESTATION: &str = "vnd.docker.reference.type";

impl Descriptor {
    /// The media type of the contents.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The digest of the contents.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The size of the contents in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The kind of artifact, where the contents are a manifest that says so: a signature, a bill of materials.
    pub fn artifact_type(&self) -> Option<&str> {
        self.artifact_type.as_deref()
    }

    /// What the image runs on; none where nothing is said, or nothing that is a platform.
    pub fn platform(&self) -> Option<&Platform> {
        self.platform.as_ref()
    }

    /// The annotations.
    pub fn annotations(&self) -> &BTreeMap<String, String> {
        &self.annotations
    }

    /// Whether it stands in an index beside the images without being one: the attestations of buildkit, which have
    /// the platform `unknown/unknown`.
    pub fn is_attestation(&self) -> bool {
        let unknown = self.platform.as_ref().is_some_and(|platform| {
            (platform.os(), platform.architecture()) == ("unknown", "unknown")
        });
        unknown || self.annotations.contains_key(ATTESTATION)
    }
}

impl fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Descriptor")
            .field("media_type", &self.media_type)
            .field("digest", &self.digest)
            .field("platform", &self.platform)
            .finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for Descriptor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let digest = written.digest.parse();
        let digest =
            digest.map_err(|_| serde::de::Error::custom("a digest that cannot be read"))?;
        Ok(Self {
            media_type: written.media_type.unwrap_or_default(),
            digest,
            size: written.size,
            artifact_type: written.artifact_type.filter(|kind| !kind.is_empty()),
            platform: written.platform.and_then(WrittenPlatform::stated),
            annotations: written.annotations.unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    media_type: Option<String>,
    digest: String,
    size: u64,
    artifact_type: Option<String>,
    platform: Option<WrittenPlatform>,
    annotations: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct WrittenPlatform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
}

impl WrittenPlatform {
    fn stated(self) -> Option<Platform> {
        let variant = self.variant.unwrap_or_default();
        Platform::stated(&self.os?, &self.architecture?, &variant)
    }
}
