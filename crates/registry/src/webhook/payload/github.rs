use serde::Deserialize;

use super::Body;
use crate::error::Error;
use crate::webhook::trigger::Trigger;

/// `registry_package` and `package` are events of those names; a push has neither.
#[derive(Deserialize)]
struct Payload {
    registry_package: Option<Package>,
    package: Option<Package>,
}

#[derive(Deserialize)]
struct Package {
    package_version: Option<Version>,
}

#[derive(Deserialize)]
struct Version {
    package_url: Option<String>,
    container_metadata: Option<Container>,
}

#[derive(Deserialize)]
struct Container {
    tag: Option<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    name: Option<String>,
    digest: Option<String>,
}

pub(super) fn read(body: &Body<'_>) -> Result<Vec<Trigger>, Error> {
    let payload: Payload = body.parse()?;
    let version = payload
        .registry_package
        .or(payload.package)
        .and_then(|package| package.package_version);
    Ok(Trigger::all(version.and_then(|version| version.image())))
}

impl Version {
    /// Packages of other ecosystems have no such metadata.
    fn image(&self) -> Option<Trigger> {
        let container = self.container_metadata.as_ref()?;
        let (name, url_tag) = split(self.package_url.as_deref()?);
        let tag = container.tag.as_ref();
        let digest = tag.and_then(|tag| tag.digest.as_deref());
        let named = tag
            .and_then(|tag| tag.name.as_deref())
            .filter(|name| !name.is_empty());
        // An owner's name may have capitals, a repository's in the registry has none.
        Some(Trigger::image(
            &name.to_ascii_lowercase(),
            named.or(url_tag),
            digest,
        ))
    }
}

/// `ghcr.io/owner/name:tag`, the tag empty for a version without one.
fn split(url: &str) -> (&str, Option<&str>) {
    match url.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (url, None),
    }
}
