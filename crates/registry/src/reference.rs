use std::fmt;
use std::str::FromStr;

use crate::digest::{self, Digest};
use crate::error::{Error, Kind};
use crate::repository::Repository;

/// A reference to an image: a [`Repository`] and a tag or a digest.
///
/// What is left out is filled in: Docker Hub, `library`, `latest`. With both a tag and a digest the
/// digest counts and the tag is dropped.
///
/// ```
/// use tagwright_registry::Reference;
///
/// let image: Reference = "alpine:3.20".parse()?;
/// assert_eq!(image.name(), "index.docker.io/library/alpine:3.20");
/// assert_eq!(image.to_string(), "alpine:3.20");
/// assert_eq!(image.tag(), Some("3.20"));
///
/// let latest: Reference = "ghcr.io/stefanprodan/podinfo".parse()?;
/// assert_eq!((latest.tag(), latest.identifier()), (None, "latest"));
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
///
/// The rules are go-containerregistry's with weak validation: a tag has 1 to 128 letters, digits, `_`,
/// `-` and `.`, a digest is sha256.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    repository: Repository,
    version: Version,
    original: String,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Version {
    Latest,
    Tag(String),
    Digest(Digest),
}

impl Reference {
    /// The registry, `host[:port]`; `index.docker.io` for Docker Hub.
    pub fn registry(&self) -> &str {
        self.repository.registry()
    }

    /// The repository's path in the registry, `library/` included where it was left out.
    pub fn repository(&self) -> &str {
        self.repository.path()
    }

    /// The registry and the path as one value; `Repository::from(&reference)` is a copy of it.
    pub fn as_repository(&self) -> &Repository {
        &self.repository
    }

    /// The tag that was written.
    pub fn tag(&self) -> Option<&str> {
        match &self.version {
            Version::Tag(tag) => Some(tag),
            Version::Latest | Version::Digest(_) => None,
        }
    }

    /// The digest that was written.
    pub fn digest(&self) -> Option<&Digest> {
        match &self.version {
            Version::Digest(digest) => Some(digest),
            Version::Latest | Version::Tag(_) => None,
        }
    }

    /// What a registry is asked for: the digest, else the tag, else `latest`.
    pub fn identifier(&self) -> &str {
        match &self.version {
            Version::Latest => "latest",
            Version::Tag(tag) => tag,
            Version::Digest(digest) => digest.as_str(),
        }
    }

    /// The canonical name, nothing left out: `registry/path:tag` or `registry/path@digest`.
    pub fn name(&self) -> String {
        let separator = if self.digest().is_some() { '@' } else { ':' };
        format!("{}{separator}{}", self.repository, self.identifier())
    }
}

impl FromStr for Reference {
    type Err = Error;

    /// # Errors
    ///
    /// The empty text, `example.com/Foo` (upper case in the path), `app:1:2`, `app:v 1` (a space),
    /// `app@sha256:123` (too short), `app@md5:...`, `127.0.0.1:5000/a` (a path has two characters at
    /// least), `[::1/app` (no closing bracket).
    fn from_str(text: &str) -> Result<Self, Error> {
        let (repository, version) = match text.split_once('@') {
            Some((base, digest)) => with_digest(text, base, digest)?,
            None => with_tag(text, text)?,
        };
        Ok(Self {
            repository,
            version,
            original: text.to_owned(),
        })
    }
}

fn with_digest(source: &str, base: &str, text: &str) -> Result<(Repository, Version), Error> {
    let offset = base.len() + 1;
    digest::check(source, offset, text).map_err(as_reference)?;
    let digest: Digest = text.parse()?;
    if digest.algorithm() != "sha256" {
        let error = Error::new(
            Kind::Reference,
            "a digest other than sha256",
            "refer to it by its sha256 digest",
        );
        return Err(error.at(source, offset..source.len()));
    }
    let (repository, _) = with_tag(source, base)?;
    // go-containerregistry reads the completed name once more here, and counts what it completed.
    if repository.path().len() > 255 {
        let found = "a repository path that is too long with 'library/'";
        return Err(
            Error::new(Kind::Reference, found, "it takes 2 to 255").at(source, 0..base.len())
        );
    }
    Ok((repository, Version::Digest(digest)))
}

/// The place stays, the kind becomes the one that a reader of references expects.
fn as_reference(error: Error) -> Error {
    error.into_kind(Kind::Reference)
}

fn with_tag(source: &str, base: &str) -> Result<(Repository, Version), Error> {
    match base.rsplit_once(':') {
        // A colon before a slash belongs to the registry's port.
        Some((name, tag)) if !tag.contains('/') => {
            check_tag(source, name.len() + 1, tag)?;
            Ok((
                Repository::parse(source, name)?,
                Version::Tag(tag.to_owned()),
            ))
        }
        _ => Ok((Repository::parse(source, base)?, Version::Latest)),
    }
}

fn check_tag(source: &str, offset: usize, tag: &str) -> Result<(), Error> {
    if let Some((at, character)) = tag.char_indices().find(|(_, c)| !is_tag_character(*c)) {
        let found = format!("unexpected character {character:?} in the tag");
        let start = offset + at;
        let error = Error::new(
            Kind::Reference,
            found,
            "use letters, digits, '_', '-' and '.'",
        );
        return Err(error.at(source, start..start + character.len_utf8()));
    }
    if !(1..=128).contains(&tag.len()) {
        let found = format!("a tag of {} characters", tag.len());
        let error = Error::new(Kind::Reference, found, "it takes 1 to 128");
        return Err(error.at(source, offset..offset + tag.len()));
    }
    Ok(())
}

fn is_tag_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.')
}

/// The text as it was written; [`Reference::name`] is the canonical one.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.original)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reference({})", self.name())
    }
}
