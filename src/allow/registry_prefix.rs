//! Registries, and paths of them.

use tagwright_registry::Repository;

/// A registry's host, and the beginning of a path on it.
#[derive(Clone, Debug)]
pub(super) struct RegistryPrefix {
    host: String,
    path: Vec<String>,
}

impl RegistryPrefix {
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let (host, path) = text.split_once('/').unwrap_or((text, ""));
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        // A host alone is asked for an image below it, so that its grammar is that of references.
        let whole = format!(
            "{host}/{}",
            if parts.is_empty() {
                "aa".to_owned()
            } else {
                parts.join("/")
            }
        );
        let is_host = is_host(host);
        match whole.parse::<Repository>() {
            Ok(read) if is_host && goes_down(&read) && read.registry() == canonical(host) => {
                Ok(Self {
                    host: read.registry().to_ascii_lowercase(),
                    path: parts.into_iter().map(str::to_owned).collect(),
                })
            }
            _ => Err(format!(
                "'{}' is no registry; write its host, and a path behind it where only that may be used",
                crate::printable::Printable(text)
            )),
        }
    }

    /// Whether an image lies there.
    pub(super) fn takes(&self, image: &Repository) -> bool {
        let mut parts = image.path().split('/');
        let path = || self.path.iter().map(Some);
        goes_down(image)
            && image.registry().eq_ignore_ascii_case(&self.host)
            && path().all(|wanted| parts.next() == wanted.map(String::as_str))
    }
}

/// The grammar of references has no objection to names of dots, but URLs read them as ways up.
fn goes_down(image: &Repository) -> bool {
    !image
        .path()
        .split('/')
        .any(|name| matches!(name, "." | ".."))
}

/// What a reference takes for a host and not for a part of the path.
fn is_host(text: &str) -> bool {
    let named = text.contains(['.', ':']) || text == "localhost";
    named && !text.ends_with(':') && !text.contains('@')
}

/// Docker Hub has two names.
fn canonical(host: &str) -> &str {
    match host {
        "docker.io" => "index.docker.io",
        host => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(prefix: &str, image: &str) -> bool {
        let image: Repository = image.parse().expect("the image is one");
        RegistryPrefix::new(prefix)
            .expect("the prefix is one")
            .takes(&image)
    }

    #[test]
    fn a_prefix_ends_between_names() {
        for (prefix, image, taken) in [
            ("ghcr.io", "ghcr.io/org/app", true),
            ("ghcr.io/org", "ghcr.io/org/app", true),
            ("ghcr.io/org/", "ghcr.io/org/app", true),
            ("ghcr.io/org/app", "ghcr.io/org/app", true),
            ("GHCR.io", "ghcr.io/org/app", true),
            ("ghcr.io/org", "ghcr.io/organ/app", false),
            ("ghcr.io/org", "ghcr.io/app", false),
            ("ghcr.io", "ghcr.io.evil.com/org/app", false),
            ("ghcr.io", "evil.com/ghcr.io/app", false),
            ("ghcr.io", "ghcr.io:8443/org/app", false),
            ("localhost:5000", "localhost:5000/app", true),
            ("docker.io/library", "busybox", true),
            ("docker.io", "index.docker.io/org/app", true),
            ("docker.io/org", "docker.io/library/app", false),
            ("ghcr.io/org", "ghcr.io/org/../evil/app", false),
            ("ghcr.io/org", "ghcr.io/./org/app", false),
        ] {
            assert_eq!(takes(prefix, image), taken, "{prefix} {image}");
        }
    }

    #[test]
    fn what_is_no_registry_is_refused() {
        for bad in [
            "",
            "org",
            "https://ghcr.io",
            "bot@ghcr.io",
            "ghcr.io/Org",
            "ghcr.io/../x",
            "ghcr.io/org:tag",
            "gh cr.io",
        ] {
            assert!(RegistryPrefix::new(bad).is_err(), "{bad}");
        }
    }
}
