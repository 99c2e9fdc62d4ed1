//! The smallest images that registries accept, each with contents of its own.

use serde_json::json;
use sha2::{Digest, Sha256};

pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";

/// When images were made, unless they say otherwise.
const CREATED: &str = "2023-11-14T22:13:20Z";

/// The platforms of an index, in this order.
const PLATFORMS: [&str; 2] = ["amd64", "arm64"];

/// An image for one platform: a config and the manifest that names it. It has no layers.
pub(crate) struct Image {
    pub(crate) config: Vec<u8>,
    pub(crate) manifest: Vec<u8>,
}

impl Image {
    /// `label` tells one image from another: equal labels give equal digests.
    pub(crate) fn new(label: &str, architecture: &str) -> Self {
        Self::created(label, architecture, CREATED)
    }

    /// An image that was made at `created`.
    pub(crate) fn created(label: &str, architecture: &str, created: &str) -> Self {
        let config = json!({
            "architecture": architecture,
            "os": "linux",
            "created": created,
            "config": { "Labels": { "org.opencontainers.image.title": label } },
            "rootfs": { "type": "layers", "diff_ids": [] },
        });
        let config = config.to_string().into_bytes();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": { "mediaType": CONFIG, "digest": digest(&config), "size": config.len() },
            "layers": [],
        });
        let manifest = manifest.to_string().into_bytes();
        Self { config, manifest }
    }
}

/// An image for several platforms.
pub(crate) struct Index {
    pub(crate) images: Vec<Image>,
    pub(crate) manifest: Vec<u8>,
}

impl Index {
    pub(crate) fn new(label: &str) -> Self {
        let images: Vec<_> = PLATFORMS
            .iter()
            .map(|arch| Image::new(label, arch))
            .collect();
        let manifests: Vec<_> = images.iter().zip(PLATFORMS).map(descriptor).collect();
        let manifest = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests });
        let manifest = manifest.to_string().into_bytes();
        Self { images, manifest }
    }
}

fn descriptor((image, architecture): (&Image, &str)) -> serde_json::Value {
    json!({
        "mediaType": MANIFEST,
        "digest": digest(&image.manifest),
        "size": image.manifest.len(),
        "platform": { "architecture": architecture, "os": "linux" },
    })
}

/// `sha256:` and the hash in lower-case hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(bytes))
}
