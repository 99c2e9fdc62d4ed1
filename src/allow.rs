//! What objects may use: the operator of a shared service says so.

mod allowed;
mod glob;
mod registry_prefix;
mod repository_prefix;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tagwright_registry::Repository;

use crate::access::SecretName;
use crate::printable::Printable;

pub use allowed::{Allowed, Identity};
pub(crate) use repository_prefix::{normal_url, repository_place};

/// What the objects of each namespace may use: registries, Secrets, identities of this machine, Git repositories, paths and
/// branches.
///
/// The operator of a service that others feed with objects owns it. What is not on it is refused when the objects are
/// loaded, with a [`Problem`](crate::Problem) that names the object and what it asked for. Without one, as in a program of
/// a single user, everything may be used that the objects name, but for the identities of this machine:
/// [`named`](Self::named).
///
/// ```
/// use tagwright::{AllowList, Allowed, Identity, Loader};
///
/// # fn f() -> Result<(), tagwright::Error> {
/// let team = Allowed::nothing()
///     .registry("ghcr.io/team-a")?
///     .secret("team-a/*")?
///     .repository("https://git.example.com/team-a")?
///     .path("apps/team-a")?
///     .branch("image-updates/*")?;
/// let platform = Allowed::named().identity(Identity::Aws);
/// let mut loader = Loader::new();
/// loader.allow(AllowList::nothing().namespace("team-a", team).namespace("platform", platform));
/// # Ok(())
/// # }
/// ```
///
/// An object asks in the name of its own namespace: an `ImageRepository` for its registry and its Secrets, a `GitRepository`
/// for its URL, an automation for its path, the branch that it pushes to (a [template](crate::Automation::branches)'s too) and
/// its push options. Where an object of another namespace refers to
/// it, the list of that one counts, too: what is used has to be on both. `tagwright.yaml` is of the namespace `""`. The URLs
/// and images of the objects are checked also where the caller gave the [`Loader`](crate::Loader) a remote or a client for
/// them.
///
/// Whoever writes manifests can write any `metadata.namespace` into them, so a list says nothing before somebody has checked
/// that: load the files of each tenant by themselves, with [`Loader::namespace`](crate::Loader::namespace), which refuses
/// objects of other namespaces. With a list, and without that, Flux's and Fleet's objects that have no namespace are refused,
/// entries of `fleet.yaml` among them.
///
/// An object may not choose how a login travels that is not its own: where a credential of the caller or an identity of this
/// machine logs in, an image with `insecure: true` (unless its registry is on this machine), certificates or a proxy is
/// refused, and so is a repository with a proxy or an authority.
#[derive(Clone, Debug)]
pub struct AllowList {
    namespaces: BTreeMap<String, Allowed>,
    others: Allowed,
}

impl AllowList {
    /// Nothing, in no namespace.
    pub fn nothing() -> Self {
        Self::of_all(Allowed::nothing())
    }

    /// Everything that objects name, in every namespace, but no identity of this machine.
    pub fn named() -> Self {
        Self::of_all(Allowed::named())
    }

    /// The same for every namespace that has none of its own.
    pub fn of_all(allowed: Allowed) -> Self {
        Self {
            namespaces: BTreeMap::new(),
            others: allowed,
        }
    }

    /// What the objects of a namespace may use, in place of what all may.
    pub fn namespace(mut self, namespace: impl Into<String>, allowed: Allowed) -> Self {
        self.namespaces.insert(namespace.into(), allowed);
        self
    }

    fn of(&self, namespace: &str) -> &Allowed {
        self.namespaces.get(namespace).unwrap_or(&self.others)
    }

    pub(crate) fn registry(&self, namespace: &str, image: &Repository) -> Result<(), String> {
        let allowed = self.of(namespace).has_registry(image);
        judged(allowed, namespace, &format!("the image {image}"))
    }

    pub(crate) fn secret(&self, namespace: &str, secret: &SecretName) -> Result<(), String> {
        let allowed = self.of(namespace).has_secret(secret);
        judged(allowed, namespace, &format!("the Secret {secret}"))
    }

    pub(crate) fn identity(&self, namespace: &str, identity: Identity) -> Result<(), String> {
        let allowed = self.of(namespace).has_identity(identity);
        judged(allowed, namespace, &format!("this machine's {identity}"))
    }

    pub(crate) fn repository(&self, namespace: &str, url: &str) -> Result<(), String> {
        let allowed = self.of(namespace).has_repository(url);
        judged(
            allowed,
            namespace,
            &format!("the repository {}", shown(url)),
        )
    }

    pub(crate) fn path(&self, namespace: &str, path: &str) -> Result<(), String> {
        let allowed = self.of(namespace).has_path(path);
        let path = match path {
            "" => "the whole repository".to_owned(),
            path => format!("the path '{}'", Printable(path)),
        };
        judged(allowed, namespace, &path)
    }

    pub(crate) fn directory(&self, namespace: &str, path: &Path) -> Result<(), String> {
        let allowed = self.of(namespace).has_directory(path);
        let shown = path.to_string_lossy();
        judged(
            allowed,
            namespace,
            &format!("the directory {}", Printable(&shown)),
        )
    }

    /// From where on no link is followed to a directory.
    pub(crate) fn directory_above(&self, namespace: &str, path: &Path) -> Option<PathBuf> {
        self.of(namespace).directory_above(path).map(Path::to_owned)
    }

    pub(crate) fn push_option(&self, namespace: &str, option: &str) -> Result<(), String> {
        let allowed = self.of(namespace).has_push_option(option);
        let option = Printable(option);
        judged(allowed, namespace, &format!("the push option '{option}'"))
    }

    pub(crate) fn branch(&self, namespace: &str, branch: &str) -> Result<(), String> {
        let allowed = self.of(namespace).has_branch(branch);
        judged(
            allowed,
            namespace,
            &format!("a push to '{}'", Printable(branch)),
        )
    }
}

/// The branches that a namespace may push to, for names that are known only later.
#[derive(Clone, Debug)]
pub(crate) struct PushLimit {
    pub(crate) list: Arc<AllowList>,
    pub(crate) namespace: String,
}

impl PushLimit {
    pub(crate) fn check(&self, branch: &str) -> Result<(), String> {
        self.list.branch(&self.namespace, branch)
    }
}

/// [`named`](Self::named).
impl Default for AllowList {
    fn default() -> Self {
        Self::named()
    }
}

fn judged(allowed: bool, namespace: &str, asked: &str) -> Result<(), String> {
    let whose = match namespace {
        "" => "objects without a namespace".to_owned(),
        namespace => format!("the namespace {}", Printable(namespace)),
    };
    let refused =
        || format!("{asked} is not on the operator's list for {whose}; have it added there");
    if allowed { Ok(()) } else { Err(refused()) }
}

/// A URL that was not read yet may hold a password.
fn shown(url: &str) -> String {
    let is_odd = |text: &str| text.contains(['@', '?', '#', '\\']) && !text.starts_with("git@");
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let is_ssh = scheme.to_ascii_lowercase().contains("ssh");
    let rest_is_odd = if is_ssh {
        is_odd(rest.strip_prefix("git@").unwrap_or(rest))
    } else {
        is_odd(rest)
    };
    if rest_is_odd {
        return "(a URL with more than a host and a path)".to_owned();
    }
    Printable(url).to_string()
}
