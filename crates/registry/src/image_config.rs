use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde::Deserialize;

use crate::digest::Digest;
use crate::error::Error;
use crate::manifest::json;
use crate::platform::Platform;
use crate::timestamp;

/// What an image says of itself: when it was made, for what, by whom, and its labels.
///
/// Cheap to clone.
#[derive(Clone)]
pub struct ImageConfig(Arc<Inner>);

struct Inner {
    digest: Digest,
    platform: Option<Platform>,
    created: Option<SystemTime>,
    author: Option<String>,
    labels: BTreeMap<String, String>,
}

impl ImageConfig {
    /// Reads a config; its digest is the sha256 of the bytes.
    ///
    /// ```
    /// use tagwright_registry::ImageConfig;
    ///
    /// let json = br#"{"os": "linux", "architecture": "amd64", "config": {"Labels": {"a": "b"}}}"#;
    /// let config = ImageConfig::from_bytes(json)?;
    /// assert_eq!(config.labels()["a"], "b");
    /// assert_eq!(config.created(), None);
    /// # Ok::<(), tagwright_registry::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidResponse`](crate::ErrorKind::InvalidResponse) for broken JSON and for a creation date such as
    /// `yesterday`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        Self::named(Digest::of("sha256", bytes), bytes)
    }

    /// The digest of the config, which is also the image's id in Docker.
    pub fn digest(&self) -> &Digest {
        &self.0.digest
    }

    /// What the image runs on.
    pub fn platform(&self) -> Option<&Platform> {
        self.0.platform.as_ref()
    }

    /// When the image was made, as its builder says. None where it says nothing, or the year 1, which is how Go
    /// writes nothing. Reproducible builds say 1970 or 1980.
    pub fn created(&self) -> Option<SystemTime> {
        self.0.created
    }

    /// Who made it.
    pub fn author(&self) -> Option<&str> {
        self.0.author.as_deref()
    }

    /// The labels.
    pub fn labels(&self) -> &BTreeMap<String, String> {
        &self.0.labels
    }

    /// Reads the config that has this digest.
    pub(crate) fn named(digest: Digest, bytes: &[u8]) -> Result<Self, Error> {
        let written: Written = json::read(bytes, "an image config")?;
        let platform = written.platform();
        let created = written.created.as_deref().map(created).transpose()?;
        let author = written.author.filter(|author| !author.is_empty());
        let labels = written.config.and_then(|run| run.labels);
        Ok(Self(Arc::new(Inner {
            digest,
            platform,
            created: created.flatten(),
            author,
            labels: labels.unwrap_or_default(),
        })))
    }
}

/// The time that a text gives; none for the year 1.
pub(crate) fn created(text: &str) -> Result<Option<SystemTime>, Error> {
    if text.starts_with("0001-01-01T00:00:00") {
        return Ok(None);
    }
    match timestamp::parse(text) {
        Some(time) => Ok(Some(time)),
        None => Err(json::malformed(
            "a creation date that is no date of RFC 3339",
        )),
    }
}

impl fmt::Debug for ImageConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageConfig")
            .field("digest", &self.0.digest)
            .field("platform", &self.0.platform)
            .field("created", &self.0.created)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Written {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    created: Option<String>,
    author: Option<String>,
    config: Option<Run>,
}

#[derive(Deserialize)]
struct Run {
    #[serde(rename = "Labels")]
    labels: Option<BTreeMap<String, String>>,
}

impl Written {
    fn platform(&self) -> Option<Platform> {
        let variant = self.variant.as_deref().unwrap_or_default();
        Platform::stated(self.os.as_deref()?, self.architecture.as_deref()?, variant)
    }
}
