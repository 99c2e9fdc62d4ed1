//! The last commits of a branch, without their files.

use tempfile::TempDir;

use crate::error::{Error, ErrorKind};
use crate::history::{self, Contained};
use crate::object_id::ObjectId;
use crate::objects::Objects;
use crate::reference::Ref;
use crate::repository::{BASE, Repository, borrow_objects, initialize_without, write};
use crate::transport::{Call, Destination, Extent, Fetched, Transport};

/// What leaves out all but commits.
pub(crate) const COMMITS: &str = "tree:0";

/// A repository of its own, for in the one that is pushed from no tree may be missing. It is removed when it is dropped.
pub(crate) struct News {
    directory: TempDir,
    objects: Objects,
    base: ObjectId,
    commits_only: bool,
}

impl News {
    /// `base` is a commit of the other repository. The server is told of it: one that leaves nothing out sends only what
    /// differs from it.
    pub(crate) fn after(
        base: &ObjectId,
        repository: &Repository,
        call: Call<'_>,
    ) -> Result<News, Error> {
        let directory = call.folder.subfolder()?;
        let git_dir = directory.path();
        initialize_without(Some(COMMITS), git_dir, base.hash(), call)?;
        borrow_objects(git_dir, &repository.git_dir.join("objects"))?;
        write(git_dir, BASE, &format!("{base}\n"))?;
        write(git_dir, "shallow", &format!("{base}\n"))?;
        let checked = !repository.borrows();
        let objects = Objects::open(&git_dir.join("objects"), base.hash(), checked)?;
        Ok(News {
            directory,
            objects,
            base: *base,
            commits_only: true,
        })
    }

    /// Whether a commit, a child of the base, is among the last so many of a branch.
    pub(crate) fn have(
        &mut self,
        commit: &ObjectId,
        branch: &Ref,
        depth: u32,
        transport: &dyn Transport,
        call: Call<'_>,
    ) -> Result<Contained, Error> {
        match self.fetch(branch, depth, transport, call) {
            Ok(Fetched::Object(tip)) => history::contains(&self.objects, &tip, commit, &self.base),
            Ok(Fetched::OtherHash) => Ok(Contained::No),
            Err(error) if error.kind() == ErrorKind::RefNotFound => Ok(Contained::No),
            Err(error) => Err(error),
        }
    }

    fn fetch(
        &mut self,
        branch: &Ref,
        depth: u32,
        transport: &dyn Transport,
        call: Call<'_>,
    ) -> Result<Fetched, Error> {
        let into = Destination {
            repository: self.directory.path(),
            name: "refs/tagwright/news",
        };
        let fetch = |commits_only| {
            let extent = Extent::News {
                depth,
                commits_only,
            };
            transport.fetch(call, branch, &into, extent)
        };
        match fetch(self.commits_only) {
            Err(error) if self.commits_only && may_be_refusal(&error) => {
                tracing::debug!(%error, "fetching commits with their files");
                self.commits_only = false;
                fetch(false)
            }
            fetched => fetched,
        }
    }
}

/// Whether a server could answer like this to a filter that it knows and does not take. Some just hang up.
fn may_be_refusal(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::GitFailed | ErrorKind::Unreachable)
}
