use crate::webhook::percent;
use crate::webhook::trigger::Trigger;

/// The image of a package URL: `pkg:oci/app@sha256%3A...?repository_url=registry.example/team/app&tag=1.2`, or
/// `pkg:docker/team/app@1.2?repository_url=registry.example`.
pub(super) fn image(text: &str) -> Option<Trigger> {
    let (kind, rest) = text.strip_prefix("pkg:")?.split_once('/')?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (name, version) = path.rsplit_once('@').unwrap_or((path, ""));
    let (name, version) = (percent::decode(name)?, percent::decode(version)?);
    let repository = match (kind, qualifier(query, "repository_url")) {
        ("oci", Some(repository)) => repository,
        ("docker", Some(registry)) => format!("{registry}/{name}"),
        ("docker", None) => format!("index.docker.io/{name}"),
        _ => return None,
    };
    let (tag, digest) = match version.split_once(':') {
        Some(_) => (qualifier(query, "tag"), Some(version)),
        None if kind == "docker" => (Some(version), None),
        None => (qualifier(query, "tag"), None),
    };
    Some(Trigger::image(
        &repository,
        tag.as_deref(),
        digest.as_deref(),
    ))
}

fn qualifier(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| *key == name)?;
    percent::decode(value)
}

#[cfg(test)]
mod tests {
    use super::image;
    use crate::webhook::trigger::Trigger;

    #[test]
    fn package_urls_of_images() {
        let digest = format!("sha256:{}", "0".repeat(64));
        let written = digest.replace(':', "%3A");
        for (text, repository, tag, digest) in [
            (
                format!("pkg:oci/app@{written}?repository_url=r.example/team/app&tag=1.2"),
                "r.example/team/app",
                Some("1.2"),
                Some(&*digest),
            ),
            (
                format!("pkg:oci/app@{digest}?arch=amd64&repository_url=r.example%2Fteam%2Fapp"),
                "r.example/team/app",
                None,
                Some(&*digest),
            ),
            (
                "pkg:docker/team/app@1.2?repository_url=r.example".to_owned(),
                "r.example/team/app",
                Some("1.2"),
                None,
            ),
            (
                "pkg:docker/alpine@3.20#sub".to_owned(),
                "alpine",
                Some("3.20"),
                None,
            ),
        ] {
            assert_eq!(
                image(&text),
                Some(Trigger::image(repository, tag, digest)),
                "{text}"
            );
            assert_ne!(image(&text), Some(Trigger::Any), "{text}");
        }
    }

    #[test]
    fn package_urls_of_something_else() {
        for text in [
            "",
            "app",
            "pkg:oci",
            "pkg:oci/app@1",
            "pkg:npm/app@1",
            "pkg:oci/%ff?repository_url=a/b",
        ] {
            assert_eq!(image(text), None, "{text}");
        }
    }
}
