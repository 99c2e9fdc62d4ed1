//! What the objects of one namespace may use.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use tagwright_registry::Repository;

use super::glob::{Branch, Folder, Name};
use super::registry_prefix::RegistryPrefix;
use super::repository_prefix::RepositoryPrefix;
use crate::access::SecretName;
use crate::automation::invalid;
use crate::error::Error;

/// What the objects of a namespace may use, for an [`AllowList`](super::AllowList).
///
/// Each method adds to what may be used already. After [`named`](Self::named) the first of a kind narrows it: of that kind
/// only what is listed may be used then, and of all others still everything.
#[derive(Clone, Debug)]
pub struct Allowed {
    registries: Listed<RegistryPrefix>,
    secrets: Listed<(Name, Name)>,
    identities: Vec<Identity>,
    repositories: Listed<RepositoryPrefix>,
    paths: Listed<Folder>,
    branches: Listed<Branch>,
    options: Listed<Name>,
    directories: Listed<PathBuf>,
}

/// An identity that this machine has of its own, and that objects can ask for without a Secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Identity {
    /// Amazon's, for registries: `provider: aws`.
    Aws,
    /// Microsoft's, for registries: `provider: azure`.
    Azure,
    /// Google's, for registries: `provider: gcp`.
    Gcp,
    /// The logins of docker and podman, for images without a Secret.
    DockerConfig,
    /// The configuration of Git and SSH, for repositories without a Secret.
    GitConfiguration,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aws => "identity at Amazon",
            Self::Azure => "identity at Microsoft",
            Self::Gcp => "identity at Google",
            Self::DockerConfig => "docker login",
            Self::GitConfiguration => "configuration of Git and SSH",
        })
    }
}

/// Everything, or what is listed.
#[derive(Clone, Debug)]
enum Listed<T> {
    /// Everything until something is listed.
    Named,
    All,
    Only(Vec<T>),
}

impl<T> Listed<T> {
    fn add(&mut self, one: T) {
        match self {
            Self::Named => *self = Self::Only(vec![one]),
            Self::All => {}
            Self::Only(list) => list.push(one),
        }
    }

    fn has(&self, is_it: impl Fn(&T) -> bool) -> bool {
        match self {
            Self::Named | Self::All => true,
            Self::Only(list) => list.iter().any(is_it),
        }
    }
}

impl Allowed {
    /// Nothing.
    pub fn nothing() -> Self {
        Self {
            registries: Listed::Only(Vec::new()),
            secrets: Listed::Only(Vec::new()),
            identities: Vec::new(),
            repositories: Listed::Only(Vec::new()),
            paths: Listed::Only(Vec::new()),
            branches: Listed::Only(Vec::new()),
            options: Listed::Only(Vec::new()),
            directories: Listed::Only(Vec::new()),
        }
    }

    /// Everything that objects name, but no identity of this machine.
    pub fn named() -> Self {
        Self {
            registries: Listed::Named,
            secrets: Listed::Named,
            identities: Vec::new(),
            repositories: Listed::Named,
            paths: Listed::Named,
            branches: Listed::Named,
            options: Listed::Named,
            directories: Listed::Named,
        }
    }

    /// A registry (`ghcr.io`, `registry.example.com:5000`), or what lies below a path of one (`ghcr.io/team-a`, which is
    /// not `ghcr.io/team-ab`). `*` is every registry.
    ///
    /// # Errors
    ///
    /// Of kind `Configuration`, for what is no host with a path: a scheme, a user, a tag.
    pub fn registry(mut self, registry: &str) -> Result<Self, Error> {
        match registry {
            "*" => self.registries = Listed::All,
            registry => self
                .registries
                .add(RegistryPrefix::new(registry).map_err(invalid)?),
        }
        Ok(self)
    }

    /// A Secret as `namespace/name`, in each of which `*` stands for any text.
    ///
    /// # Errors
    ///
    /// Of kind `Configuration`, for what is no namespace and a name.
    pub fn secret(mut self, secret: &str) -> Result<Self, Error> {
        let wrong = || {
            invalid(format!(
                "'{secret}' is no Secret; write namespace/name, or namespace/*"
            ))
        };
        let (namespace, name) = secret.split_once('/').ok_or_else(wrong)?;
        if namespace.is_empty() || name.is_empty() || name.contains('/') {
            return Err(wrong());
        }
        self.secrets.add((Name::new(namespace), Name::new(name)));
        Ok(self)
    }

    /// An identity of this machine.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identities.push(identity);
        self
    }

    /// A Git repository by its URL, or those below it (`https://git.example.com/team-a`, which is not
    /// `https://git.example.com/team-ab`). The scheme is part of it, and so is the form: `git@host:path` is another place
    /// than `ssh://git@host/path`. `*` is every repository.
    ///
    /// # Errors
    ///
    /// Of kind `Configuration`, for what is no URL, or one with a password, a query or `..`.
    pub fn repository(mut self, url: &str) -> Result<Self, Error> {
        match url {
            "*" => self.repositories = Listed::All,
            url => self
                .repositories
                .add(RepositoryPrefix::new(url).map_err(invalid)?),
        }
        Ok(self)
    }

    /// A folder of a repository and all in it. In its names `*` stands for any text (`clusters/*/apps`); `*` alone is the
    /// whole repository.
    ///
    /// # Errors
    ///
    /// Of kind `Configuration`, for a path that leaves the repository.
    pub fn path(mut self, path: &str) -> Result<Self, Error> {
        match path {
            "*" => self.paths = Listed::All,
            path => self.paths.add(Folder::new(path).map_err(invalid)?),
        }
        Ok(self)
    }

    /// A branch that may be pushed to. `*` stands for any text without a slash, and `**` for any text; a ref that is no
    /// branch is written in full (`refs/for/main`).
    ///
    /// # Errors
    ///
    /// Of kind `Configuration`, for an empty name.
    pub fn branch(mut self, branch: &str) -> Result<Self, Error> {
        self.branches.add(Branch::new(branch).map_err(invalid)?);
        Ok(self)
    }

    /// An option that may be sent beside a push, as `key` or `key=value`; `*` stands for any text. A server may take it for
    /// another branch (`merge_request.target=main`), so where branches are listed, options have to be, too.
    ///
    /// # Errors
    ///
    /// Of kind `Configuration`, for an empty one.
    pub fn push_option(mut self, option: &str) -> Result<Self, Error> {
        match option {
            "" => return Err(invalid("'' is no push option; write key or key=value")),
            "*" => self.options = Listed::All,
            option => self.options.add(Name::new(option)),
        }
        Ok(self)
    }

    /// A directory of this machine that may be edited in place, and all in it, by its absolute path. It may be named by a
    /// symbolic link; below it none is followed.
    ///
    /// # Errors
    ///
    /// Of kind `Configuration`, for a path that is relative or goes up.
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        if !goes_down(&path) {
            let shown = path.display();
            return Err(invalid(format!(
                "'{shown}' is no directory for the list; write its absolute path, without .."
            )));
        }
        self.directories.add(path);
        Ok(self)
    }

    pub(super) fn has_directory(&self, path: &Path) -> bool {
        let takes = |directory: &PathBuf| goes_down(path) && path.starts_with(directory);
        self.directories.has(takes)
    }

    /// The deepest directory on the list that a path is in.
    pub(super) fn directory_above(&self, path: &Path) -> Option<&Path> {
        let Listed::Only(list) = &self.directories else {
            return None;
        };
        let above = list.iter().filter(|directory| path.starts_with(directory));
        above
            .max_by_key(|directory| directory.components().count())
            .map(PathBuf::as_path)
    }

    pub(super) fn has_push_option(&self, option: &str) -> bool {
        match (&self.options, &self.branches) {
            (Listed::Named, Listed::Only(_)) => false,
            (options, _) => options.has(|pattern| pattern.takes(option)),
        }
    }

    pub(super) fn has_registry(&self, image: &Repository) -> bool {
        self.registries.has(|prefix| prefix.takes(image))
    }

    pub(super) fn has_secret(&self, secret: &SecretName) -> bool {
        let is_it = |(namespace, name): &(Name, Name)| {
            namespace.takes(&secret.namespace) && name.takes(&secret.name)
        };
        self.secrets.has(is_it)
    }

    pub(super) fn has_identity(&self, identity: Identity) -> bool {
        self.identities.contains(&identity)
    }

    pub(super) fn has_repository(&self, url: &str) -> bool {
        self.repositories.has(|prefix| prefix.takes(url))
    }

    pub(super) fn has_path(&self, path: &str) -> bool {
        self.paths.has(|folder| folder.takes(path))
    }

    pub(super) fn has_branch(&self, branch: &str) -> bool {
        self.branches.has(|pattern| pattern.takes(branch))
    }
}

/// From the root of this machine, and nowhere up.
fn goes_down(path: &Path) -> bool {
    let up = |part: Component<'_>| part == Component::ParentDir;
    path.is_absolute() && !path.components().any(up)
}
