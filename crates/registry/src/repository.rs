use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Kind};
use crate::host;
use crate::reference::Reference;

/// A repository of images in a registry: `host[:port]/path`.
///
/// Names are completed as Docker does: without a registry they belong to Docker Hub, and a name of one
/// part there to `library`. The first part is a registry when it holds a `.` or a `:`.
///
/// ```
/// use tagwright_registry::Repository;
///
/// let alpine: Repository = "alpine".parse()?;
/// assert_eq!(alpine.to_string(), "index.docker.io/library/alpine");
/// assert_eq!(alpine, "docker.io/library/alpine".parse()?);
///
/// let app: Repository = "localhost:5000/team/app".parse()?;
/// assert_eq!((app.registry(), app.path()), ("localhost:5000", "team/app"));
/// # Ok::<(), tagwright_registry::Error>(())
/// ```
///
/// The rules are go-containerregistry's with weak validation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Repository {
    registry: String,
    path: String,
}

impl Repository {
    /// The registry, `host[:port]`; `index.docker.io` for Docker Hub.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The path in the registry, `library/` included where it was left out.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What `rest`, a path that begins with a slash, is at `location`, a registry or a path in one.
    #[cfg(feature = "client")]
    pub(crate) fn at(location: &str, rest: &str) -> Self {
        let location = location.trim_end_matches('/');
        let (registry, folder) = location.split_at(location.find('/').unwrap_or(location.len()));
        let path = format!("{folder}{rest}");
        Self {
            registry: host::canonical(registry).to_owned(),
            path: path.trim_start_matches('/').to_owned(),
        }
    }

    /// Reads the first `name.len()` bytes of `source`, which `name` is.
    pub(crate) fn parse(source: &str, name: &str) -> Result<Self, Error> {
        let (registry, path) = split_registry(name);
        let offset = name.len() - path.len();
        check_path(source, offset, path)?;
        host::check(source, registry)?;
        let registry = host::canonical(registry);
        Ok(Self {
            registry: registry.to_owned(),
            path: complete(registry, path),
        })
    }
}

/// The registry of a name, empty where it has none, and the rest.
fn split_registry(name: &str) -> (&str, &str) {
    match name.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) => (first, rest),
        _ => ("", name),
    }
}

/// The `library/` of Docker Hub does not count for the length, as in go-containerregistry.
fn complete(registry: &str, path: &str) -> String {
    if registry == host::DOCKER_HUB && !path.contains('/') {
        format!("library/{path}")
    } else {
        path.to_owned()
    }
}

fn check_path(source: &str, offset: usize, path: &str) -> Result<(), Error> {
    if source.is_empty() {
        return Err(Error::new(
            Kind::Reference,
            "an empty image name",
            "write one such as 'alpine:3.20'",
        ));
    }
    if let Some((at, character)) = path.char_indices().find(|(_, c)| !is_path_character(*c)) {
        let found = format!("unexpected character {character:?} in the repository path");
        let hint = "use lower-case letters, digits, '_', '-', '.' and '/'";
        let start = offset + at;
        return Err(Error::new(Kind::Reference, found, hint)
            .at(source, start..start + character.len_utf8()));
    }
    check_length(source, offset, path)
}

fn check_length(source: &str, offset: usize, path: &str) -> Result<(), Error> {
    if (2..=255).contains(&path.len()) {
        return Ok(());
    }
    let found = format!("a repository path of {} characters", path.len());
    Err(Error::new(Kind::Reference, found, "it takes 2 to 255")
        .at(source, offset..offset + path.len()))
}

fn is_path_character(character: char) -> bool {
    matches!(character, 'a'..='z' | '0'..='9' | '_' | '-' | '.' | '/')
}

impl FromStr for Repository {
    type Err = Error;

    /// # Errors
    ///
    /// `Team/app` (upper case), `a` (a path has two characters at least), `app:1.0` (that is a
    /// [`Reference`]), `host.example:port/app` (a port is a number).
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text, text)
    }
}

impl From<&Reference> for Repository {
    fn from(reference: &Reference) -> Self {
        reference.as_repository().clone()
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.path)
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Repository({self})")
    }
}
