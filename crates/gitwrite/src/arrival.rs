//! Whether the server has a commit.

use crate::attempt::Attempt;
use crate::error::{Error, ErrorKind};
use crate::history::Contained;
use crate::news::News;
use crate::push::PushOutcome;
use crate::reference::Ref;
use crate::transport::Lease;

/// How many commits of the branch are looked at, until it is certain whether ours is among them. The first is what others
/// push while one push is on its way, the last what they may push while a server is away. The first is small, as some
/// servers send the files of all of them.
const DEPTHS: [u32; 4] = [4, 50, 500, 5000];

impl Attempt<'_> {
    /// After a push that broke off.
    pub(crate) fn has_arrived(&self, lease: Lease) -> Result<bool, Error> {
        let found = self.tip()?;
        if found == Some(self.commit.id) || found.is_none() || Lease::Seen(found) == lease {
            Ok(found == Some(self.commit.id))
        } else {
            self.is_below_branch()
        }
    }

    /// Whether the branch has the commit now, or a commit above it.
    pub(crate) fn is_there(&self) -> Result<bool, Error> {
        match self.tip()? {
            Some(found) => Ok(found == self.commit.id || self.is_below_branch()?),
            None => Ok(false),
        }
    }

    /// After a push that the server took.
    pub(crate) fn confirm(&self) -> Result<PushOutcome, Error> {
        match self.tip()? {
            Some(found) if found == self.commit.id || self.is_below_branch()? => Ok(self.pushed()),
            None if self.push.is_order() => Ok(self.pushed()),
            found => Ok(PushOutcome::Stale { found }),
        }
    }

    /// Others push too: between the push and the question, the branch may have gone on from our commit.
    fn is_below_branch(&self) -> Result<bool, Error> {
        let (commit, call) = (self.commit, self.call());
        let (transport, branch) = (commit.remote.transport(), Ref::name(&self.target)?);
        let mut news = News::after(&commit.parent, &commit.repository, call)?;
        for depth in DEPTHS {
            match news.have(&commit.id, &branch, depth, transport, call)? {
                Contained::Yes => return Ok(true),
                Contained::No => return Ok(false),
                Contained::Unclear => {}
            }
        }
        Err(self.too_far())
    }

    fn too_far(&self) -> Error {
        let (commit, url) = (self.commit.id, self.commit.remote.location());
        let message = format!(
            "cannot tell whether {} of {url} has the commit {commit}: it is not among its last {} commits; \
             look for it there",
            self.target,
            DEPTHS[DEPTHS.len() - 1]
        );
        Error::new(ErrorKind::LimitExceeded, message)
            .at(url)
            .unclear()
    }
}
