//! What to look at in a repository.

use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::object_id::ObjectId;

/// A branch, a tag, any ref by its full name, a commit, or the default branch.
///
/// ```
/// use tagwright_gitwrite::Ref;
///
/// assert_eq!(Ref::branch("main")?.to_string(), "branch 'main'");
/// assert!(Ref::branch("--upload-pack=x").is_err());
/// # Ok::<(), tagwright_gitwrite::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ref(Kind);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    Branch(String),
    Tag(String),
    Name(String),
    Commit(ObjectId),
    Default,
}

const BRANCHES: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";
/// A file system's limit on a name, which is where most servers keep refs.
const MAX_LENGTH: usize = 255;

impl Ref {
    /// A branch by its short name, `main`.
    ///
    /// # Errors
    ///
    /// `InvalidRef` for what `git check-ref-format --branch` refuses: an empty name, `a..b`, `a b`, `a~1`, `-x`,
    /// `x.lock`, `HEAD`; for a full name such as `refs/heads/main`; and for more than 255 bytes.
    pub fn branch(name: &str) -> Result<Ref, Error> {
        check("branch", name, BRANCHES)?;
        Ok(Ref(Kind::Branch(name.to_owned())))
    }

    /// A tag by its short name, `v1.2.0`. The commit is looked at that it names in the end.
    ///
    /// # Errors
    ///
    /// As [`Ref::branch`].
    pub fn tag(name: &str) -> Result<Ref, Error> {
        check("tag", name, TAGS)?;
        Ok(Ref(Kind::Tag(name.to_owned())))
    }

    /// Any ref by its full name, `refs/pull/7/head`.
    ///
    /// # Errors
    ///
    /// `InvalidRef` for a name that does not begin with `refs/` or that Git does not allow.
    pub fn name(name: &str) -> Result<Ref, Error> {
        match name.strip_prefix("refs/") {
            Some(rest) if is_allowed(name) && !rest.is_empty() => {
                Ok(Ref(Kind::Name(name.to_owned())))
            }
            _ => Err(invalid(
                "ref",
                name,
                "expected a full name such as 'refs/heads/main'",
            )),
        }
    }

    /// A commit by its id. Not every server hands out a commit that no ref names.
    pub fn commit(id: ObjectId) -> Ref {
        Ref(Kind::Commit(id))
    }

    /// The branch that the server's `HEAD` names; a `HEAD` that names a commit is none.
    pub fn default_branch() -> Ref {
        Ref(Kind::Default)
    }

    /// The short name, if this is a branch.
    pub fn branch_name(&self) -> Option<&str> {
        match &self.0 {
            Kind::Branch(name) => Some(name),
            Kind::Name(name) => name.strip_prefix(BRANCHES),
            Kind::Tag(_) | Kind::Commit(_) | Kind::Default => None,
        }
    }

    pub(crate) fn is_default_branch(&self) -> bool {
        matches!(self.0, Kind::Default)
    }

    pub(crate) fn as_commit(&self) -> Option<ObjectId> {
        match self.0 {
            Kind::Commit(id) => Some(id),
            _ => None,
        }
    }

    /// What stands on the left of a refspec: a full name, `HEAD`, or an id.
    pub(crate) fn full_name(&self) -> String {
        match &self.0 {
            Kind::Branch(name) => format!("{BRANCHES}{name}"),
            Kind::Tag(name) => format!("{TAGS}{name}"),
            Kind::Name(name) => name.clone(),
            Kind::Commit(id) => id.to_string(),
            Kind::Default => "HEAD".to_owned(),
        }
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Branch(name) => write!(f, "branch '{name}'"),
            Kind::Tag(name) => write!(f, "tag '{name}'"),
            Kind::Name(name) => write!(f, "ref '{name}'"),
            Kind::Commit(id) => write!(f, "commit {id}"),
            Kind::Default => f.write_str("the default branch"),
        }
    }
}

fn check(what: &str, name: &str, prefix: &str) -> Result<(), Error> {
    if name.starts_with("refs/") {
        return Err(invalid(
            what,
            name,
            &format!("expected a short name, which stands below '{prefix}'"),
        ));
    }
    if name.is_empty()
        || name.starts_with('-')
        || name == "HEAD"
        || !is_allowed(&format!("{prefix}{name}"))
    {
        return Err(invalid(
            what,
            name,
            "git does not allow it; see git-check-ref-format(1)",
        ));
    }
    Ok(())
}

fn is_allowed(full_name: &str) -> bool {
    full_name.len() <= MAX_LENGTH && gix_validate::reference::name(full_name.into()).is_ok()
}

fn invalid(what: &str, name: &str, why: &str) -> Error {
    let shown: String = name.chars().take(MAX_LENGTH).collect();
    Error::new(
        ErrorKind::InvalidRef,
        format!("invalid name of a {what} {shown:?}: {why}"),
    )
}
