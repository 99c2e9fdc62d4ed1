//! One push: what was seen, what is asked, what came of it.

use crate::commit::Commit;
use crate::control::{Control, Stop};
use crate::error::{Error, ErrorKind};
use crate::history;
use crate::object_id::ObjectId;
use crate::push::{Push, PushMode, PushOutcome, Target};
use crate::reference::Ref;
use crate::rejection::{Rejection, RejectionReason};
use crate::transport::{Call, Extent, Lease, Listing, Move, MoveReport, PushReport, PushRequest};

/// One push at work.
pub(crate) struct Attempt<'a> {
    pub(crate) commit: &'a Commit,
    pub(crate) push: &'a Push,
    control: &'a Control,
    pub(crate) target: String,
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
        self.hand_over(self.request(lease, &seen)?, lease)
    }

    fn hand_over(&self, request: PushRequest, lease: Lease) -> Result<PushOutcome, Error> {
        match self.send(&request) {
            Ok(report) if report.lacks_atomic => self.hand_over_in_turn(request, lease),
            Ok(report) => self.judge(&report, lease),
            Err(error) => self.recover(error, lease),
        }
    }

    fn send(&self, request: &PushRequest) -> Result<PushReport, Error> {
        let (remote, repository) = (&self.commit.remote, &self.commit.repository);
        let transport = remote.transport();
        transport.push(self.call(), &repository.git_dir, request)
    }

    /// The branch first: no other ref may move while it does not.
    fn hand_over_in_turn(
        &self,
        mut request: PushRequest,
        lease: Lease,
    ) -> Result<PushOutcome, Error> {
        let others = PushRequest {
            moves: request.moves.split_off(1),
            options: request.options.clone(),
            atomic: false,
            dry_run: false,
        };
        request.atomic = false;
        match self.hand_over(request, lease)? {
            PushOutcome::Pushed { id, branch, .. } => Ok(PushOutcome::Pushed {
                id,
                branch,
                refused: self.send_others(&others),
            }),
            PushOutcome::UpToDate => {
                let refused = self.send_others(&others).into_iter().next();
                Ok(refused.map_or(PushOutcome::UpToDate, PushOutcome::Rejected))
            }
            outcome => Ok(outcome),
        }
    }

    /// The branch has moved by now, so what goes wrong here is no error of the whole.
    fn send_others(&self, request: &PushRequest) -> Vec<Rejection> {
        match self.send(request) {
            Ok(report) => {
                let refused = |one: &MoveReport| {
                    let status = one.refused.as_deref()?;
                    Some(Rejection::new(&one.to, status, &report.message))
                };
                report.moves.iter().filter_map(refused).collect()
            }
            Err(error) => {
                let status = error.to_string();
                let moves = request.moves.iter();
                moves
                    .map(|one| Rejection::new(&one.to, &status, ""))
                    .collect()
            }
        }
    }

    pub(crate) fn call(&self) -> Call<'_> {
        Call {
            remote: &self.commit.remote,
            folder: &self.commit.repository.folder,
            control: self.control,
        }
    }

    fn list(&self, names: &[String]) -> Result<Listing, Error> {
        self.commit.remote.transport().list(self.call(), names)
    }

    pub(crate) fn tip(&self) -> Result<Option<ObjectId>, Error> {
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
        let fetched = repository.fetch_as(self.call(), "refs/tagwright/standing", |into| {
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
            atomic: moves.len() > 1,
            moves,
            options: self.push.options.clone(),
            dry_run: false,
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
            // Said of what the server showed before the push, and so of another push.
            None if report.moves.iter().any(|one| ours(&one) && one.unchanged) => {
                Ok(PushOutcome::UpToDate)
            }
            None => self
                .confirm()
                .or_else(|error| self.recover(error.unclear(), lease)),
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
        match arrived {
            true if error.may_have_arrived() => Ok(self.pushed()),
            // This push came nowhere, so another one did it.
            true => Ok(PushOutcome::UpToDate),
            false => Err(error),
        }
    }

    /// The caller's own time is over after a deadline or a cancellation; a short one of its own is enough to ask.
    fn time_to_ask(&self, error: &Error) -> Option<Control> {
        let begun = error.may_have_arrived();
        match error.kind() {
            ErrorKind::Timeout if begun => Some(self.control.afterwards(Stop::Deadline)),
            ErrorKind::Cancelled if begun => Some(self.control.afterwards(Stop::Cancelled)),
            ErrorKind::Unreachable | ErrorKind::GitFailed => Some(self.control.clone()),
            _ => None,
        }
    }

    pub(crate) fn pushed(&self) -> PushOutcome {
        PushOutcome::Pushed {
            id: self.commit.id,
            branch: self.push.branch.clone(),
            refused: Vec::new(),
        }
    }
}

fn is_consequence(one: &MoveReport) -> bool {
    one.refused
        .as_deref()
        .is_some_and(|text| text.contains("atomic"))
}
