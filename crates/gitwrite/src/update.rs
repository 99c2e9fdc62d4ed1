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
use crate::rejection::{Rejection, RejectionReason};
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
        /// Other refs of the push that the server refused: see [`PushOutcome::Pushed`]. Nothing is known of them when the
        /// commit was found again in the history.
        refused: Vec<Rejection>,
    },
    /// There was nothing to do: no proposal, changes that change nothing, or a push branch other than the one that is looked
    /// at, which has the same commit already.
    Unchanged,
    /// The server refuses.
    Rejected(Rejection),
}

/// Many times what fifty writers at one branch need; see the row `writers` of the benches.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(100).expect("it is not zero");
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// After this many pushes that broke off, the server is not merely unlucky.
const MAX_BROKEN: usize = 3;
/// After this many pushes in a row that found the branch locked, the lock is one that nobody removes.
const MAX_BUSY: u32 = 10;

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
    /// new tip when others were faster. `None` is nothing to do. On the branch that is looked at, nobody's commit is
    /// overwritten, and none of ours is made twice: where the answer to a push was lost, the history is searched for its
    /// commit before the next attempt. Where another process has pushed the very same commit, `propose` is asked again on
    /// top of it, so that two increments are two; what stands there already is `Unchanged` then.
    ///
    /// Of two processes that make the very same commit (same parent, files, author, message and second), one whose answer
    /// is lost takes the other's commit for its own: with such changes, let the author or the message tell them apart.
    ///
    /// # Errors
    ///
    /// Those of [`Remote::snapshot`], [`Snapshot::commit`], [`Commit::push`] and of `propose`, which end the loop;
    /// `Contended` when the attempts are used up. A push to what is no branch and no tag, such as `refs/for/main`, whose
    /// answer is lost and whose commit the server does not show there, ends the loop with the error of that push: made
    /// again, it could be a second review. After a push whose answer was lost, [`Error::may_have_arrived`] is true of
    /// all of them but those of `propose`.
    pub fn update<E: From<Error>>(
        &self,
        update: &Update,
        control: &Control,
        mut propose: impl FnMut(&Snapshot) -> Result<Option<Proposal>, E>,
    ) -> Result<Updated, E> {
        let mut run = Run::new(self, update, control);
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
            run.pause(begun.elapsed())?;
            snapshot = run.renew(&snapshot)?;
        }
    }
}

/// A loop at work.
struct Run<'a> {
    remote: &'a Remote,
    update: &'a Update,
    control: &'a Control,
    attempt: u32,
    /// Pushes in a row that found the branch locked.
    busy: u32,
    /// Commits that the server may have taken or may yet take.
    unclear: Vec<Commit>,
}

impl<'a> Run<'a> {
    fn new(remote: &'a Remote, update: &'a Update, control: &'a Control) -> Run<'a> {
        Run {
            remote,
            update,
            control,
            attempt: 0,
            busy: 0,
            unclear: Vec::new(),
        }
    }

    /// `None` when it must be tried again.
    fn attempt(
        &mut self,
        snapshot: &Snapshot,
        proposal: &Proposal,
    ) -> Result<Option<UpdateOutcome>, Error> {
        let commit = match snapshot.commit(&proposal.changes, &proposal.spec) {
            Ok(Committed::Commit(commit)) => commit,
            Ok(Committed::Unchanged) => return Ok(Some(UpdateOutcome::Unchanged)),
            Err(error) => return Err(self.mindful(error)),
        };
        match commit.push(&self.update.push, self.control) {
            Ok(outcome) => Ok(self.judge(snapshot, &commit, outcome)),
            Err(error) if self.may_go_on(&error) => {
                tracing::warn!(%error, "looking whether the commit arrived");
                self.unclear.push(commit);
                Ok(None)
            }
            Err(error) => Err(self.mindful(error)),
        }
    }

    fn judge(
        &mut self,
        snapshot: &Snapshot,
        commit: &Commit,
        outcome: PushOutcome,
    ) -> Option<UpdateOutcome> {
        let busy = self.busy;
        self.busy = 0;
        match outcome {
            PushOutcome::Pushed {
                id,
                branch,
                refused,
            } => Some(UpdateOutcome::Pushed {
                id,
                branch,
                refused,
            }),
            PushOutcome::UpToDate if self.unclear.iter().any(|ours| ours.id == commit.id) => {
                Some(self.arrived(commit))
            }
            // Somebody else's: of what it changed, ours is not a part.
            PushOutcome::UpToDate if self.looks_at_target(snapshot) => None,
            PushOutcome::UpToDate => Some(UpdateOutcome::Unchanged),
            PushOutcome::Rejected(rejection)
                if rejection.reason() == RejectionReason::Busy && busy + 1 < MAX_BUSY =>
            {
                self.busy = busy + 1;
                None
            }
            PushOutcome::Rejected(rejection) => Some(UpdateOutcome::Rejected(rejection)),
            PushOutcome::Stale { .. } => None,
        }
    }

    /// Whether the next snapshot shows what stands at the pushed branch.
    fn looks_at_target(&self, snapshot: &Snapshot) -> bool {
        let target = self.update.push.target();
        let mut looked_at = self.update.references.iter().chain([snapshot.reference()]);
        looked_at.any(|reference| reference.full_name() == target)
    }

    /// Where no ref shows whether the first came, a second would be one too many.
    fn may_go_on(&self, error: &Error) -> bool {
        error.may_have_arrived()
            && !self.update.push.is_order()
            && self.control.check().is_ok()
            && self.unclear.len() + 1 < MAX_BROKEN
            && self.attempt < self.update.attempts.get()
    }

    /// A commit of an earlier attempt that has arrived after all. The leases let one of all attempts through at most.
    fn found_again(&self) -> Result<Option<UpdateOutcome>, Error> {
        for commit in &self.unclear {
            let arrived = commit.has_arrived(&self.update.push, self.control);
            if arrived.map_err(|error| self.mindful(error))? {
                return Ok(Some(self.arrived(commit)));
            }
        }
        Ok(None)
    }

    fn arrived(&self, commit: &Commit) -> UpdateOutcome {
        UpdateOutcome::Pushed {
            id: commit.id,
            branch: self.update.push.branch.clone(),
            refused: Vec::new(),
        }
    }

    /// An error after a push whose answer was lost leaves open what became of it.
    fn mindful(&self, error: Error) -> Error {
        if self.unclear.is_empty() {
            error
        } else {
            error.unclear()
        }
    }

    fn renew(&self, snapshot: &Snapshot) -> Result<Snapshot, Error> {
        let renewed = match self.update.references.as_slice() {
            [_] => snapshot.renew(self.control),
            references => self.remote.snapshot_of_first(references, self.control),
        };
        renewed.map_err(|error| self.mindful(error))
    }

    fn pause(&self, took: Duration) -> Result<(), Error> {
        if self.attempt >= self.update.attempts.get() {
            return Err(self.mindful(self.contended()));
        }
        let most = took.saturating_mul(1 << self.attempt.min(4));
        let pause = most.min(self.update.longest_pause).mul_f64(fraction());
        tracing::debug!(remote = %self.remote, attempt = self.attempt, ?pause, "others were faster: trying again");
        self.control.sleep(pause).map_err(|stop| {
            let url = self.remote.location();
            let action = format!("update {} of {url}", self.update.references[0]);
            self.mindful(stop_error(stop, &action).at(url))
        })
    }

    fn contended(&self) -> Error {
        let (reference, times) = (&self.update.references[0], self.attempt);
        let url = self.remote.location();
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
