//! What kind of manifest a text is, which is settled before the rest of it is read.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::json;
use crate::error::{Error, Kind};

const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    schema_version: Option<u64>,
    media_type: Option<String>,
    manifests: Option<IgnoredAny>,
    config: Option<IgnoredAny>,
    layers: Option<IgnoredAny>,
    fs_layers: Option<IgnoredAny>,
}

impl Head {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        json::read(bytes, "a manifest")
    }

    /// The media type that the manifest states, or else that of its form.
    pub(super) fn media_type(self) -> Result<String, Error> {
        if self.schema_version == Some(1) || self.fs_layers.is_some() {
            return Err(unsupported(
                "a manifest of Docker's schema 1",
                "push the image again with a tool of this decade",
            ));
        }
        let is_index = self.is_index()?;
        let stated = self.media_type.filter(|stated| !stated.is_empty());
        let usual = if is_index { OCI_INDEX } else { OCI_MANIFEST };
        let stated = stated.unwrap_or_else(|| usual.to_owned());
        match index_type(&stated) {
            Some(index) if index == is_index => Ok(stated),
            Some(_) => Err(json::malformed(
                "a manifest whose media type is not that of its form",
            )),
            None => Err(unsupported(
                "a manifest of an unknown media type",
                "refer to an image or an index, of OCI or of Docker's schema 2",
            )),
        }
    }

    /// A text that is both would be one thing to one reader and another to the next.
    fn is_index(&self) -> Result<bool, Error> {
        let is_image = self.config.is_some() || self.layers.is_some();
        match (self.manifests.is_some(), is_image) {
            (true, true) => Err(json::malformed(
                "a manifest that is an index and an image at once",
            )),
            // Go writes an empty list as null.
            (false, false) => match self.media_type.as_deref().map(index_type) {
                Some(index) => Ok(index.unwrap_or_default()),
                None => Err(no_manifest()),
            },
            (is_index, _) => Ok(is_index),
        }
    }
}

/// Whether a media type is an index's, if it is one that is read here.
pub(super) fn index_type(media_type: &str) -> Option<bool> {
    match media_type {
        OCI_INDEX | DOCKER_LIST => Some(true),
        OCI_MANIFEST | DOCKER_MANIFEST => Some(false),
        _ => None,
    }
}

/// The error for an object that has not what a manifest has.
pub(super) fn no_manifest() -> Error {
    json::malformed("an answer that is neither an image nor an index")
}

fn unsupported(found: &str, hint: &str) -> Error {
    Error::new(Kind::Unsupported, found, hint)
}
