//! The loop around snapshot, changes, commit and push.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use crate::change::Change;
use crate::commit::{Commit, CommitSpec, Committed};
use crate::control::Control;
use crate::error::{Error, ErrorKind};
use crate::git::stop_error;
use crate::object_id::ObjectId;
use crate::push::{Push, PushMode, PushOutcome};
use crate::reference::Ref;
use crate::rejection::Rejection;
use crate::remote::Remote;
use crate::snapshot::Snapshot;

/// An update that is made again on the new tip whenever somebody else was faster.
///
/// ```no_run
/// use tagwright_gitwrite::{Change, CommitSpec, Control, Error, Proposal, Remote, Signature, TreePath, Update};
///
/// # fn main() -> Result<(), Error> {
/// let remote = Remote::new("https://git.example.com/fleet.git")?;
/// let author = Signature::new("Bot", "bot@example.com")?;
/// let updated = remote.update(&Update::of_branch("main")?, &Control::new(), |snapshot| {
///     let mut log = snapshot.read("log.txt")?.unwrap_or_default();
///     log.extend_from_slice(b"one more line\n");
///     let change = Change::write(TreePath::new("log.txt")?, log);
///     Ok::<_, Error>(Some(Proposal::new(vec![change], CommitSpec::new(author.clone(), "Add a line")?)))
/// })?;
/// println!("{:?} after {} attempts", updated.outcome, updated.attempts);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Update {
    /// The first that is there is looked at.
    references: Vec<Ref>,
    push: Push,
    attempts: NonZeroU32,
    longest_pause: Duration,
}

/// What is to become of a snapshot: changes, and the commit that makes them.
#[derive(Debug, Clone)]
pub struct Proposal {
    changes: Vec<Change>,
    spec: CommitSpec,
}

/// What came of an [`Update`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Updated {
    /// How it ended.
    pub outcome: UpdateOutcome,
    /// How many snapshots were looked at, at least one. All but the last were overtaken.
    pub attempts: u32,
}

/// How an [`Update`] ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpdateOutcome {
    /// The server has the commit. A push whose answer was lost is found again in the history, and is not made twice.
    Pushed {
        /// The commit.
        id: ObjectId,
        /// The branch that has it.
        branch: String,
    },
    /// There was nothing to do: no proposal, changes that change nothing, or a branch that has the same commit already.
    Unchanged,
    /// The server refuses.
    Rejected(Rejection),
}

/// Fifty writers at one branch took five attempts each, on average, when it was tried.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(100).expect("it is not zero");
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// After this many pushes in a row that broke off, the server is not merely unlucky.
const MAX_BROKEN: usize = 3;

impl Update {
    /// Of one branch: it is looked at, and pushed to.
    ///
    /// # Errors
    ///
    /// `InvalidRef` as [`Ref::branch`].
    pub fn of_branch(name: &str) -> Result<Update, Error> {
        Ok(Update::new(Ref::branch(name)?, Push::to_branch(name)?))
    }

    /// Of what a ref names, pushed as `push` says.
    pub fn new(reference: Ref, push: Push) -> Update {
        Update {
            references: vec![reference],
            push,
            attempts: ATTEMPTS,
            longest_pause: LONGEST_PAUSE,
        }
    }

    /// Of a push branch that is continued: what stands there is built upon, and where nothing does, it is made from `base`.
    ///
    /// # Errors
    ///
    /// `InvalidRef` as [`Ref::branch`].
    pub fn continuing(branch: &str, base: Ref) -> Result<Update, Error> {
        let mut update = Update::of_branch(branch)?;
        update.push = update.push.mode(PushMode::Create);
        update.references.push(base);
        Ok(update)
    }

    /// How often it is tried at most, 100 times if nothing is said. Each attempt that fails is one in which another
    /// writer came through.
    pub fn attempts(mut self, most: NonZeroU32) -> Update {
        self.attempts = most;
        self
    }

    /// How long is waited at most between two attempts, 5 seconds if nothing is said. Pauses are random, and grow with
    /// the attempts from the time that one takes.
    pub fn longest_pause(mut self, most: Duration) -> Update {
        self.longest_pause = most;
        self
    }
}

impl Proposal {
    /// Changes, and what their commit says.
    pub fn new(changes: Vec<Change>, spec: CommitSpec) -> Proposal {
        Proposal { changes, spec }
    }
}

impl Remote {
    /// Takes a snapshot, asks `propose` what is to become of it, commits that and pushes it; and all of it again on the
    /// new tip when others were faster. `None` is nothing to do. Nobody's commit is overwritten, and none of ours is
    /// made twice: where the answer to a push was lost, the history is searched for its commit before the next attempt.
    ///
    /// # Errors
    ///
    /// Those of [`Remote::snapshot`], [`Snapshot::commit`], [`Commit::push`] and of `propose`, which end the loop;
    /// `Contended` when the attempts are used up.
    pub fn update<E: From<Error>>(
        &self,
        update: &Update,
        control: &Control,
        mut propose: impl FnMut(&Snapshot) -> Result<Option<Proposal>, E>,
    ) -> Result<Updated, E> {
        let mut run = Run::new(update, control);
        let mut snapshot = self.snapshot_of_first(&update.references, control)?;
        loop {
            run.attempt += 1;
            let begun = Instant::now();
            let outcome = match run.found_again()? {
                Some(outcome) => Some(outcome),
                None => match propose(&snapshot)? {
                    Some(proposal) => run.attempt(&snapshot, &proposal)?,
                    None => Some(UpdateOutcome::Unchanged),
                },
            };
            if let Some(outcome) = outcome {
                let attempts = run.attempt;
                return Ok(Updated { outcome, attempts });
            }
            run.pause(self, begun.elapsed())?;
            snapshot = match update.references.as_slice() {
                [_] => snapshot.renew(control)?,
                references => self.snapshot_of_first(references, control)?,
            };
        }
    }
}

/// A loop at work.
struct Run<'a> {
    update: &'a Update,
    control: &'a Control,
    attempt: u32,
    /// Commits that the server may have taken or may yet take.
    unclear: Vec<Commit>,
}

impl<'a> Run<'a> {
    fn new(update: &'a Update, control: &'a Control) -> Run<'a> {
        Run {
            update,
            control,
            attempt: 0,
            unclear: Vec::new(),
        }
    }

    /// `None` when it must be tried again.
    fn attempt(
        &mut self,
        snapshot: &Snapshot,
        proposal: &Proposal,
    ) -> Result<Option<UpdateOutcome>, Error> {
        let commit = match snapshot.commit(&proposal.changes, &proposal.spec)? {
            Committed::Commit(commit) => commit,
            Committed::Unchanged => return Ok(Some(UpdateOutcome::Unchanged)),
        };
        match commit.push(&self.update.push, self.control) {
            Ok(PushOutcome::Pushed { id, branch }) => {
                Ok(Some(UpdateOutcome::Pushed { id, branch }))
            }
            Ok(PushOutcome::UpToDate) => Ok(Some(UpdateOutcome::Unchanged)),
            Ok(PushOutcome::Rejected(rejection)) => Ok(Some(UpdateOutcome::Rejected(rejection))),
            Ok(PushOutcome::Stale { .. }) => Ok(None),
            Err(error) if self.may_go_on(&error) => {
                tracing::warn!(%error, "looking whether the commit arrived");
                self.unclear.push(commit);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn may_go_on(&self, error: &Error) -> bool {
        error.may_have_arrived()
            && self.control.check().is_ok()
            && self.unclear.len() + 1 < MAX_BROKEN
            && self.attempt < self.update.attempts.get()
    }

    /// A commit of an earlier attempt that has arrived after all. The leases let one of all attempts through at most.
    fn found_again(&self) -> Result<Option<UpdateOutcome>, Error> {
        for commit in &self.unclear {
            if commit.has_arrived(&self.update.push, self.control)? {
                return Ok(Some(UpdateOutcome::Pushed {
                    id: commit.id,
                    branch: self.update.push.branch.clone(),
                }));
            }
        }
        Ok(None)
    }

    fn pause(&self, remote: &Remote, took: Duration) -> Result<(), Error> {
        if self.attempt >= self.update.attempts.get() {
            return Err(self.contended(remote));
        }
        let most = took.saturating_mul(1 << self.attempt.min(4));
        let pause = most.min(self.update.longest_pause).mul_f64(fraction());
        tracing::debug!(%remote, attempt = self.attempt, ?pause, "others were faster: trying again");
        self.control.sleep(pause).map_err(|stop| {
            let url = remote.location();
            stop_error(
                stop,
                &format!("update {} of {url}", self.update.references[0]),
            )
            .at(url)
        })
    }

    fn contended(&self, remote: &Remote) -> Error {
        let (reference, times) = (&self.update.references[0], self.attempt);
        let url = remote.location();
        let message = format!(
            "cannot update {reference} of {url}: others were faster {times} times; allow more attempts or try again later"
        );
        Error::new(ErrorKind::Contended, message)
            .at(url)
            .on(reference)
    }
}

/// From 0 to 1, of the randomness with which every hash map is seeded.
fn fraction() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}
