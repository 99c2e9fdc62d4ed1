use url::Url;

use crate::digest::Digest;
use crate::error::{Error, Kind};
use crate::repository::Repository;

/// The `/v2/` URLs of one repository.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    base: Url,
}

impl Endpoint {
    pub(crate) fn new(repository: &Repository, plain_http: bool) -> Result<Self, Error> {
        check_segments(repository)?;
        let scheme = if plain_http { "http" } else { "https" };
        let text = format!(
            "{scheme}://{}/v2/{}/",
            repository.registry(),
            repository.path()
        );
        match Url::parse(&text) {
            Ok(base)
                if base.has_host()
                    && base.path().ends_with(&format!("/{}/", repository.path())) =>
            {
                Ok(Self { base })
            }
            _ => Err(Error::new(
                Kind::Reference,
                "a registry that is no host name or address",
                "write the image as 'registry.example.com/path'",
            )),
        }
    }

    /// The first page of the tag list, `page_size` tags long if the registry agrees.
    pub(crate) fn tags(&self, page_size: Option<usize>) -> Url {
        let mut url = self.base.clone();
        url.set_path(&self.tags_path());
        if let Some(tags) = page_size {
            url.query_pairs_mut().append_pair("n", &tags.to_string());
        }
        url
    }

    pub(crate) fn manifest(&self, identifier: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}manifests/{identifier}", self.base.path()));
        url
    }

    pub(crate) fn blob(&self, digest: &Digest) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}blobs/{digest}", self.base.path()));
        url
    }

    /// What refers to a manifest, of one kind of artifact if the registry can choose.
    pub(crate) fn referrers(&self, digest: &Digest, artifact_type: Option<&str>) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}referrers/{digest}", self.base.path()));
        if let Some(kind) = artifact_type {
            url.query_pairs_mut().append_pair("artifactType", kind);
        }
        url
    }

    /// What `url`, one of these, is among those of `other`.
    pub(crate) fn moved(&self, url: &Url, other: &Self) -> Url {
        let rest = url.path().strip_prefix(self.base.path());
        let mut moved = other.base.clone();
        moved.set_path(&format!(
            "{}{}",
            other.base.path(),
            rest.unwrap_or_default()
        ));
        moved.set_query(url.query());
        moved
    }

    /// The path of the tag list.
    pub(crate) fn tags_path(&self) -> String {
        format!("{}tags/list", self.base.path())
    }

    /// Scheme, host and port: where the repository's credentials may be sent.
    pub(crate) fn origin(&self) -> String {
        origin(&self.base)
    }
}

/// Scheme, host and port of a URL, and nothing of the rest, which may hold signatures.
pub(crate) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Weak validation takes `a//b` and `a/../b`; in a URL they would name something else.
fn check_segments(repository: &Repository) -> Result<(), Error> {
    if repository
        .path()
        .split('/')
        .any(|segment| matches!(segment, "" | "." | ".."))
    {
        let found = "a repository path with an empty, '.' or '..' part";
        return Err(Error::new(
            Kind::Reference,
            found,
            "write the path as the registry spells it",
        ));
    }
    Ok(())
}
