//! A manifest keeps its bytes and is an index or an image; the image for a platform is one of its images.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright_registry::{ImageConfig, Manifest, Platform};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(manifest) = Manifest::from_bytes(bytes) {
        check(bytes, &manifest);
    }
    if let Ok(config) = ImageConfig::from_bytes(bytes) {
        check_platform(config.platform());
    }
    if let Ok(text) = str::from_utf8(bytes)
        && let Ok(platform) = text.parse::<Platform>()
    {
        check_platform(Some(&platform));
    }
});

fn check(bytes: &[u8], manifest: &Manifest) {
    assert_eq!(manifest.as_bytes(), bytes);
    assert_eq!(Manifest::from_bytes(bytes).as_ref().ok(), Some(manifest));
    assert_eq!(manifest.is_index(), manifest.config().is_none());
    assert!(manifest.is_index() || manifest.manifests().is_empty());
    for image in manifest.images() {
        assert!(!image.is_attestation());
        check_platform(image.platform());
        if let Some(platform) = image.platform() {
            let best = manifest
                .for_platform(platform)
                .expect("the image itself will do");
            assert_eq!(best.platform(), Some(platform));
        }
    }
}

fn check_platform(platform: Option<&Platform>) {
    if let Some(platform) = platform {
        assert_eq!(
            platform.to_string().parse::<Platform>().ok().as_ref(),
            Some(platform)
        );
    }
}
