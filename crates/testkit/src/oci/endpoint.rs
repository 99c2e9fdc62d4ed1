/// What a path asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Endpoint<'a> {
    Base,
    Token,
    Tags { name: &'a str },
    Manifest { name: &'a str, reference: &'a str },
    Blob { name: &'a str, digest: &'a str },
}

impl<'a> Endpoint<'a> {
    /// None for a path that no registry has.
    pub(super) fn of(path: &'a str) -> Option<Self> {
        match path {
            "/v2" | "/v2/" => return Some(Self::Base),
            "/token" => return Some(Self::Token),
            _ => {}
        }
        let path = path.strip_prefix("/v2/")?;
        if let Some(name) = path.strip_suffix("/tags/list") {
            return Some(Self::Tags { name });
        }
        if let Some((name, reference)) = path.rsplit_once("/manifests/") {
            return Some(Self::Manifest { name, reference });
        }
        let (name, digest) = path.rsplit_once("/blobs/")?;
        Some(Self::Blob { name, digest })
    }

    /// The scope that a token has to cover.
    pub(super) fn scope(&self) -> Option<String> {
        match self {
            Self::Base | Self::Token => None,
            Self::Tags { name } | Self::Manifest { name, .. } | Self::Blob { name, .. } => {
                Some(format!("repository:{name}:pull"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn paths() {
        assert_eq!(Endpoint::of("/v2/"), Some(Endpoint::Base));
        assert_eq!(
            Endpoint::of("/v2/a/b/tags/list"),
            Some(Endpoint::Tags { name: "a/b" })
        );
        let (name, reference) = ("a/manifests", "1.0");
        let manifest = Endpoint::of("/v2/a/manifests/manifests/1.0");
        assert_eq!(manifest, Some(Endpoint::Manifest { name, reference }));
        let (name, digest) = ("a", "sha256:00");
        assert_eq!(
            Endpoint::of("/v2/a/blobs/sha256:00"),
            Some(Endpoint::Blob { name, digest })
        );
        assert_eq!(Endpoint::of("/v1/a"), None);
        assert_eq!(Endpoint::of("/v2/a"), None);
    }
}
