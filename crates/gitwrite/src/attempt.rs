//! One push: what was seen, what is asked, what came of it.

use std::time::Duration;

use crate::commit::Commit;
use crate::control::Control;
use crate::error::{Error, ErrorKind};
use crate::history;
use crate::object_id::ObjectId;
use crate::push::{Push, PushMode, PushOutcome, Target};
use crate::reference::Ref;
use crate::rejection::{Rejection, RejectionReason};
use crate::transport::{Call, Extent, Lease, Listing, Move, MoveReport, PushReport, PushRequest};

/// How long the server is asked what came of a push that its deadline ended.
const AFTER_DEADLINE: Duration = Duration::from_secs(5);
/// The same after a cancellation: nobody may be waiting any more.
const AFTER_CANCELLATION: Duration = Duration::from_secs(2);

/// One push at work.
pub(crate) struct Attempt<'a> {
    commit: &'a Commit,
    push: &'a Push,
    control: &'a Control,
    target: String,
}

impl<'a> Attempt<'a> {
    pub(crate) fn new(commit: &'a Commit, push: &'a Push, control: &'a Control) -> Self {
        Attempt {
            commit,
            push,
            control,
            target: push.target(),
        }
    }

    pub(crate) fn run(&self) -> Result<PushOutcome, Error> {
        let seen = self.look()?;
        let lease = self.lease(&seen);
        if let Lease::Seen(Some(standing)) = lease
            && self.has_same(standing)?
        {
            return Ok(PushOutcome::UpToDate);
        }
        let request = self.request(lease, &seen)?;
        let pushed = self.commit.remote.transport().push(
            self.call(),
            &self.commit.repository.git_dir,
            &request,
        );
        match pushed {
            Ok(report) => self.judge(&report, lease),
            Err(error) => self.recover(error, lease),
        }
    }

    fn call(&self) -> Call<'_> {
        Call {
            remote: &self.commit.remote,
            folder: &self.commit.repository.folder,
            control: self.control,
        }
    }

    fn list(&self, names: &[String]) -> Result<Listing, Error> {
        self.commit.remote.transport().list(self.call(), names)
    }

    fn tip(&self) -> Result<Option<ObjectId>, Error> {
        Ok(self
            .list(std::slice::from_ref(&self.target))?
            .get(&self.target))
    }

    /// Asks for what is to be replaced, if anything is.
    fn look(&self) -> Result<Listing, Error> {
        let forced = self.push.refspecs.iter().filter(|refspec| refspec.force);
        let mut names: Vec<String> = forced.map(|refspec| refspec.destination.clone()).collect();
        names.extend(self.replaces().then(|| self.target.clone()));
        if names.is_empty() {
            Ok(Listing::default())
        } else {
            self.list(&names)
        }
    }

    /// A push to the snapshot's own branch must stand on the snapshot: others push there too.
    fn replaces(&self) -> bool {
        match self.push.target {
            Target::Branch => self.push.mode == PushMode::Reset && !self.is_own_branch(),
            Target::Ref { force } => force,
        }
    }

    fn is_own_branch(&self) -> bool {
        let own = self.commit.base.branch_name();
        own.is_some_and(|own| self.target.strip_prefix("refs/heads/") == Some(own))
    }

    fn lease(&self, seen: &Listing) -> Lease {
        match self.push.target {
            _ if self.replaces() => Lease::Seen(seen.get(&self.target)),
            Target::Ref { .. } => Lease::FastForward,
            Target::Branch if self.push.mode == PushMode::Create && !self.is_own_branch() => {
                Lease::Seen(None)
            }
            Target::Branch => Lease::Seen(Some(self.commit.parent)),
        }
    }

    /// Whether the branch that is to be made anew holds the same commit already, from an earlier run.
    fn has_same(&self, standing: ObjectId) -> Result<bool, Error> {
        if !self.replaces() || standing == self.commit.id {
            return Ok(standing == self.commit.id);
        }
        let (repository, branch) = (&self.commit.repository, Ref::name(&self.target)?);
        let transport = self.commit.remote.transport();
        let fetched = repository.fetch_as("refs/tagwright/standing", |into| {
            transport.fetch(self.call(), &branch, into, Extent::Snapshot)
        });
        match fetched {
            Ok(Some(id)) => history::same_but_for_time(&repository.objects, &id, &self.commit.id),
            Ok(None) => Ok(false),
            // It went away in the meantime; the lease will tell.
            Err(error) if error.kind() == ErrorKind::RefNotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn request(&self, lease: Lease, seen: &Listing) -> Result<PushRequest, Error> {
        let mut moves = vec![Move {
            id: self.commit.id,
            to: self.target.clone(),
            lease,
        }];
        for refspec in &self.push.refspecs {
            self.check_source(&refspec.source)?;
            let lease = if refspec.force {
                Lease::Seen(seen.get(&refspec.destination))
            } else {
                Lease::FastForward
            };
            moves.push(Move {
                id: self.commit.id,
                to: refspec.destination.clone(),
                lease,
            });
        }
        Ok(PushRequest {
            moves,
            options: self.push.options.clone(),
        })
    }

    fn check_source(&self, source: &str) -> Result<(), Error> {
        let short = source.strip_prefix("refs/heads/").unwrap_or(source);
        if source == "HEAD"
            || short == self.push.branch
            || Some(short) == self.commit.base.branch_name()
        {
            return Ok(());
        }
        let message = format!(
            "the source {source:?} of a refspec is not the new commit; write HEAD or the pushed branch"
        );
        Err(Error::new(ErrorKind::InvalidPush, message))
    }

    fn judge(&self, report: &PushReport, lease: Lease) -> Result<PushOutcome, Error> {
        let ours = |one: &&MoveReport| one.to == self.target;
        // With an atomic push the branch is refused because of another ref, and the other one says why.
        let refused = report.moves.iter().filter(|one| one.refused.is_some());
        let blamed = refused
            .clone()
            .find(|one| !is_consequence(one))
            .or_else(|| refused.clone().next());
        match blamed {
            None => {
                let ours = report.moves.iter().find(ours);
                self.confirm(ours.is_some_and(|one| one.unchanged))
                    .or_else(|error| self.recover(error.unclear(), lease))
            }
            Some(one) => self.refused(one, &report.message, lease),
        }
    }

    /// A server that refuses because the branch moved says so in many ways; the branch itself says it in one.
    fn refused(&self, one: &MoveReport, message: &str, lease: Lease) -> Result<PushOutcome, Error> {
        let rejection =
            Rejection::new(&one.to, one.refused.as_deref().unwrap_or_default(), message);
        if one.to == self.target && !rejection.is_policy() {
            let found = self.tip()?;
            // Our move was refused, so another process made the very same one first.
            if found == Some(self.commit.id) {
                return Ok(PushOutcome::UpToDate);
            }
            let moved = match lease {
                Lease::Seen(_) => Lease::Seen(found) != lease,
                Lease::FastForward => rejection.reason() == RejectionReason::NotFastForward,
            };
            if moved {
                return Ok(PushOutcome::Stale { found });
            }
        }
        Ok(PushOutcome::Rejected(rejection))
    }

    /// A push that broke off may have done so after the server took the commit, so the server is asked once more.
    fn recover(&self, error: Error, lease: Lease) -> Result<PushOutcome, Error> {
        let arrived = self.time_to_ask(&error).is_some_and(|control| {
            let again = Attempt::new(self.commit, self.push, &control);
            again.has_arrived(lease).unwrap_or(false)
        });
        if arrived {
            Ok(self.pushed())
        } else {
            Err(error)
        }
    }

    /// The caller's own time is over after a deadline or a cancellation; a short one of its own is enough to ask.
    fn time_to_ask(&self, error: &Error) -> Option<Control> {
        let begun = error.may_have_arrived();
        match error.kind() {
            ErrorKind::Timeout if begun => Some(self.control.clone().deadline_in(AFTER_DEADLINE)),
            ErrorKind::Cancelled if begun => Some(Control::new().deadline_in(AFTER_CANCELLATION)),
            ErrorKind::Unreachable | ErrorKind::GitFailed => Some(self.control.clone()),
            _ => None,
        }
    }

    fn has_arrived(&self, lease: Lease) -> Result<bool, Error> {
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

    fn confirm(&self, unchanged: bool) -> Result<PushOutcome, Error> {
        match self.tip()? {
            Some(found) if found == self.commit.id && unchanged => Ok(PushOutcome::UpToDate),
            Some(found) if found == self.commit.id || self.is_below_branch()? => Ok(self.pushed()),
            None if self.is_order() => Ok(self.pushed()),
            found => Ok(PushOutcome::Stale { found }),
        }
    }

    /// `refs/for/main` and the like make a review on the server, and no ref of that name.
    fn is_order(&self) -> bool {
        let is_name = |kind: &str| self.target.starts_with(kind);
        !is_name("refs/heads/") && !is_name("refs/tags/")
    }

    /// Others push too: between the push and the question, the branch may have gone on from our commit.
    fn is_below_branch(&self) -> Result<bool, Error> {
        let (repository, branch) = (&self.commit.repository, Ref::name(&self.target)?);
        let transport = self.commit.remote.transport();
        let fetched = repository.fetch_as("refs/tagwright/news", |into| {
            transport.fetch(self.call(), &branch, into, Extent::News)
        });
        match fetched {
            Ok(Some(tip)) => history::contains(&repository.objects, &tip, &self.commit.id),
            Ok(None) => Ok(false),
            Err(error) if error.kind() == ErrorKind::RefNotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn pushed(&self) -> PushOutcome {
        PushOutcome::Pushed {
            id: self.commit.id,
            branch: self.push.branch.clone(),
        }
    }
}

fn is_consequence(one: &MoveReport) -> bool {
    one.refused
        .as_deref()
        .is_some_and(|text| text.contains("atomic"))
}
