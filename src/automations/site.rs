//! What automations must be the same in to get into each other's way: a repository and the branch that is pushed, or a
//! directory.

use std::fs;
use std::path::{Path, PathBuf};

use crate::allow::repository_place;
use crate::place::Place;

/// Where an automation writes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Site {
    Branch { repository: String, branch: String },
    Directory(PathBuf),
}

/// From a path in one site to the path of the same file in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Same,
    /// Into a directory around: with this folder before.
    Out(String),
    /// Into a directory inside: without this folder.
    In(String),
}

impl Site {
    pub(crate) fn of(place: &Place) -> Self {
        match place {
            Place::Branch(branch) => Self::Branch {
                repository: identity(&branch.remote.to_string()),
                branch: branch.push_to.trim_start_matches("refs/heads/").to_owned(),
            },
            Place::Directory(directory) => {
                let path = &directory.wanted.path;
                Self::Directory(fs::canonicalize(path).unwrap_or_else(|_| path.clone()))
            }
        }
    }

    pub(crate) fn push_branch(&self) -> Option<&str> {
        match self {
            Self::Branch { branch, .. } => Some(branch),
            Self::Directory(_) => None,
        }
    }

    /// The repository, whichever branch of it, or the directory.
    pub(crate) fn root(&self) -> &Path {
        match self {
            Self::Branch { repository, .. } => Path::new(repository),
            Self::Directory(path) => path,
        }
    }

    /// None where no file of one is a file of the other.
    pub(crate) fn way_to(&self, other: &Self) -> Option<Way> {
        match (self, other) {
            _ if self == other => Some(Way::Same),
            (Self::Directory(own), Self::Directory(other)) => own
                .strip_prefix(other)
                .map(|folder| Way::Out(slashed(folder)))
                .or_else(|_| {
                    other
                        .strip_prefix(own)
                        .map(|folder| Way::In(slashed(folder)))
                })
                .ok(),
            _ => None,
        }
    }
}

impl Way {
    /// None where the file stands outside.
    pub(crate) fn of(&self, file: &str) -> Option<String> {
        match self {
            Self::Same => Some(file.to_owned()),
            Self::Out(folder) => Some(format!("{folder}/{file}")),
            Self::In(folder) => Some(file.strip_prefix(folder)?.strip_prefix('/')?.to_owned()),
        }
    }
}

fn slashed(folder: &Path) -> String {
    let parts: Vec<_> = folder.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Whether two URLs are of one repository.
pub(crate) fn is_same_repository(one: &str, other: &str) -> bool {
    identity(one) == identity(other)
}

/// A repository however its URL is written: by whatever scheme and user, with `.git` or a slash behind it or without, and
/// with the port that the scheme has anyway.
fn identity(url: &str) -> String {
    repository_place(&without_login(url)).unwrap_or_else(|| odd_identity(url))
}

/// Whoever logs in, it is one repository.
fn without_login(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    format!("{scheme}://{host}{path}")
}

/// The same of what is no plain URL.
fn odd_identity(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (host, path) = match rest.split_once('/') {
        _ if scheme == "file" => ("", rest),
        // As Git reads it: a host ends at a colon before the first slash.
        Some((host, _)) if scheme.is_empty() && !host.contains(':') => ("", rest),
        None if scheme.is_empty() && !rest.contains(':') => ("", rest),
        _ if scheme.is_empty() => rest.split_once(':').unwrap_or(("", rest)),
        Some(parts) => parts,
        None => (rest, ""),
    };
    let host = host.rsplit('@').next().unwrap_or(host).to_ascii_lowercase();
    let path = path.trim_end_matches('/').trim_end_matches(".git");
    match host.as_str() {
        "" => path.trim_end_matches('/').to_owned(),
        host => format!("{host}/{}", path.trim_matches('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_many_urls() {
        for url in [
            "https://example.com/org/app",
            "https://example.com/org/app.git",
            "https://token@Example.com/org/app/",
            "ssh://git@example.com/org/app.git",
            "git@example.com:org/app.git",
            "git@example.com:/org/app",
            "https://example.com:443/org/app",
            "https://me:secret@example.com:443/org/app",
            "http://example.com:80/org/app",
            "ssh://git@example.com:22/org/app.git",
            "git+ssh://git@Example.com/org/app",
        ] {
            assert_eq!(identity(url), "example.com/org/app", "{url}");
        }
        for url in [
            "/srv/git/app",
            "/srv/git/app.git/",
            "file:///srv/git/app.git",
        ] {
            assert_eq!(identity(url), "/srv/git/app", "{url}");
        }
        for url in [
            "https://example.com:8443/org/app",
            "../org/app",
            "https://example.com",
        ] {
            assert_ne!(identity(url), "example.com/org/app", "{url}");
        }
    }

    #[test]
    fn directories_reach_into_each_other() {
        let site = |path: &str| Site::Directory(path.into());
        let way = |one: &str, other: &str| site(one).way_to(&site(other));
        assert_eq!(way("/a", "/a"), Some(Way::Same));
        assert_eq!(way("/a/b/c", "/a"), Some(Way::Out("b/c".to_owned())));
        assert_eq!(way("/a", "/a/b"), Some(Way::In("b".to_owned())));
        assert_eq!(way("/a", "/ab"), None);
        assert_eq!(
            Way::Out("b/c".to_owned()).of("x.yaml").as_deref(),
            Some("b/c/x.yaml")
        );
        assert_eq!(
            Way::In("b".to_owned()).of("b/x.yaml").as_deref(),
            Some("x.yaml")
        );
        assert_eq!(Way::In("b".to_owned()).of("bc/x.yaml"), None);
    }
}
