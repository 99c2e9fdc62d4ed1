//! A repository on a server, and how to get at it.

use std::fmt;
use std::sync::Arc;

use crate::control::Control;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::folder::Folder;
use crate::git::GitProgram;
use crate::object_id::ObjectId;
use crate::reference::Ref;
use crate::repository::Repository;
use crate::snapshot::Snapshot;
use crate::transport::{Call, Transport};
use crate::url::RemoteUrl;

/// A remote repository. It is cheap to make: nothing is asked until a call needs the network.
///
/// `Display` and `Debug` show the URL and no credentials.
#[derive(Clone)]
pub struct Remote {
    url: RemoteUrl,
    credentials: Credentials,
    ca: Option<String>,
    git: GitProgram,
}

impl Remote {
    /// A repository by its URL: `https://`, `http://`, `ssh://`, `file:///`, the form `user@host:path` of SSH, or a path
    /// on this machine.
    ///
    /// # Errors
    ///
    /// `InvalidUrl` for credentials in the URL (`https://user:password@host/r`, `https://token@host/r`: they would end
    /// up in process lists and messages), for a query or a fragment in an http or https URL, where a token could stand
    /// (`https://host/r?private_token=x`), for other schemes (`git://` has no encryption and no login), for
    /// `ext::sh -c id` and other words before `::` (git would run a program), a missing host or path, and control
    /// characters.
    pub fn new(url: &str) -> Result<Remote, Error> {
        let url = RemoteUrl::parse(url)?;
        Ok(Remote {
            url,
            credentials: Credentials::None,
            ca: None,
            git: GitProgram::default(),
        })
    }

    /// What to show to the server. Over plain http a password crosses the network as it is.
    pub fn credentials(mut self, credentials: Credentials) -> Remote {
        self.credentials = credentials;
        self
    }

    /// The certificates that may vouch for an https server, in PEM, instead of the machine's own.
    pub fn ca_certificate_pem(mut self, pem: impl Into<String>) -> Remote {
        self.ca = Some(pem.into());
        self
    }

    /// Where the repository is, for display.
    pub fn url(&self) -> impl fmt::Display + '_ {
        &self.url
    }

    /// The commit that a ref names now, or `None` when there is no such ref. One question to the server; of a commit
    /// nothing is asked, since it names itself.
    ///
    /// # Errors
    ///
    /// `Unreachable`, `Unauthorized`, `HostKey` and `RepositoryNotFound` as the server answers; `Timeout` and
    /// `Cancelled`; `GitNotFound` and `GitTooOld`.
    pub fn tip(&self, reference: &Ref, control: &Control) -> Result<Option<ObjectId>, Error> {
        if let Some(id) = reference.as_commit() {
            return Ok(Some(id));
        }
        let folder = Folder::create()?;
        let name = reference.full_name();
        let names = [name.clone(), format!("{name}^{{}}")];
        let listing = self.transport().list(
            Call {
                remote: self,
                folder: &folder,
                control,
            },
            &names,
        )?;
        Ok(listing.peeled(&name))
    }

    /// The files of a ref as they are now: one commit, no history, in a private folder that goes with the snapshot.
    ///
    /// # Errors
    ///
    /// As [`Remote::tip`]; `RefNotFound` for a branch, tag or commit that is not there, and for the default branch of
    /// an empty repository; `NotACommit` for a tag of a file or a tree.
    pub fn snapshot(&self, reference: &Ref, control: &Control) -> Result<Snapshot, Error> {
        let folder = Folder::create()?;
        let call = Call {
            remote: self,
            folder: &folder,
            control,
        };
        let reference = if reference.is_default_branch() {
            self.default_branch(call)?
        } else {
            reference.clone()
        };
        let (id, git_dir) = Repository::fetch(self.transport(), call, &reference)?;
        let repository = Repository::open(folder, git_dir, id.hash())?;
        Snapshot::new(Arc::new(self.clone()), Arc::new(repository), reference, id)
    }

    fn default_branch(&self, call: Call<'_>) -> Result<Ref, Error> {
        let listing = self.transport().list(call, &["HEAD".to_owned()])?;
        let head = listing.head.filter(|_| !listing.refs.is_empty());
        let name = head
            .as_deref()
            .and_then(|name| name.strip_prefix("refs/heads/"));
        name.map_or_else(|| Err(self.no_default_branch()), Ref::branch)
    }

    fn no_default_branch(&self) -> Error {
        let message = format!(
            "the repository {} has no default branch with a commit; push one or name a branch",
            self.url
        );
        Error::new(ErrorKind::RefNotFound, message)
            .at(&self.url)
            .on(&Ref::default_branch())
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &self.git
    }
}

// What the modules of the transport read.
impl Remote {
    pub(crate) fn location(&self) -> &RemoteUrl {
        &self.url
    }

    pub(crate) fn shown(&self) -> &Credentials {
        &self.credentials
    }

    pub(crate) fn ca(&self) -> Option<&str> {
        self.ca.as_deref()
    }
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("url", &self.url.to_string())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
