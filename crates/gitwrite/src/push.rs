//! Handing a commit to the server.

use crate::attempt::Attempt;
use crate::commit::Commit;
use crate::control::Control;
use crate::error::{Error, ErrorKind};
use crate::object_id::ObjectId;
use crate::reference::Ref;
use crate::rejection::Rejection;

/// Where a commit is to go, and on which condition.
///
/// ```
/// use tagwright_gitwrite::{Push, PushMode};
///
/// let push = Push::to_branch("image-updates")?.mode(PushMode::Reset).option("merge_request.create")?;
/// # Ok::<(), tagwright_gitwrite::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// The short name of a branch, or the full name of another ref.
    pub(crate) branch: String,
    pub(crate) target: Target,
    pub(crate) mode: PushMode,
    pub(crate) refspecs: Vec<Refspec>,
    pub(crate) options: Vec<String>,
}

/// What is moved first, and read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Branch,
    /// The destination of a refspec.
    Ref {
        force: bool,
    },
}

/// What may stand at the pushed branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PushMode {
    /// The commit of the snapshot, and nothing else: the branch moves one commit forward.
    #[default]
    FastForward,
    /// Anything or nothing: the branch is made anew from the snapshot, as Flux does with a push branch. Whatever stands
    /// there when the push begins is replaced, commits of others too, which are then on no branch; what comes there while
    /// the push is on its way is not, and the push is `Stale`. The branch of the snapshot itself is only ever moved forward.
    Reset,
    /// Nothing: the branch is made, and is `Stale` when it is there already. The branch of the snapshot itself is moved
    /// forward; so with [`Remote::snapshot_of_first`](crate::Remote::snapshot_of_first) a push branch is continued where
    /// it is there, and made where it is not.
    Create,
}

/// `[+]source:destination`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refspec {
    pub(crate) source: String,
    pub(crate) destination: String,
    pub(crate) force: bool,
}

/// The server's answer to a push.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushOutcome {
    /// The server has the commit at the branch, or below a newer one: it was asked again after the push.
    Pushed {
        /// The commit.
        id: ObjectId,
        /// The branch that has it.
        branch: String,
        /// Other refs of the push ([`Push::refspec`]) that the server refused, or of which it could not be heard what it
        /// did. Empty where the server moves all refs or none: there a ref that is refused is `Rejected`.
        refused: Vec<Rejection>,
    },
    /// The branch had the commit before this push, or with [`PushMode::Reset`] one that differs in its time only. With
    /// `Reset`, other refs ([`Push::refspec`]) are left as they are where that was seen before the push, also those that an
    /// earlier one could not move; else this push may have moved them. An earlier push put it there, or another process that
    /// made the very same commit: same parent, files, author, message and second. Of processes that push it at the same
    /// time, one is told `Pushed` and the others this. The branch is as it should be when the change is one that several may
    /// decide alike, such as a version; one that counts, such as an increment, is in it once for all of them, and has to be
    /// made again on a new snapshot, as [`Remote::update`](crate::Remote::update) does.
    UpToDate,
    /// Something else stands at the branch than what was seen, and the commit is not below it; take a new snapshot. This
    /// push changed nothing there, or what it changed is gone: somebody has forced or deleted the branch before the commit
    /// could be read back.
    Stale {
        /// The commit that stands there, if the branch exists.
        found: Option<ObjectId>,
    },
    /// The server refuses.
    Rejected(Rejection),
}

impl Push {
    /// To a branch by its short name, forward.
    ///
    /// # Errors
    ///
    /// `InvalidRef` as [`Ref::branch`].
    pub fn to_branch(name: &str) -> Result<Push, Error> {
        Ref::branch(name)?;
        Ok(Push {
            branch: name.to_owned(),
            target: Target::Branch,
            mode: PushMode::default(),
            refspecs: Vec::new(),
            options: Vec::new(),
        })
    }

    /// To the destination of a refspec and to no branch, such as `HEAD:refs/for/main` of Gerrit. What is no branch and no
    /// tag cannot be read back where the server takes it for an order and not for a name: there its word is taken, and where
    /// its answer is lost, the error says that the commit may have arrived; [`Remote::update`](crate::Remote::update) makes
    /// no second one then.
    ///
    /// # Errors
    ///
    /// As [`Push::refspec`].
    pub fn to_refspec(text: &str) -> Result<Push, Error> {
        let refspec = parse(text)?;
        Ok(Push {
            branch: refspec.destination,
            target: Target::Ref {
                force: refspec.force,
            },
            mode: PushMode::default(),
            refspecs: Vec::new(),
            options: Vec::new(),
        })
    }

    /// What may stand at the branch.
    pub fn mode(mut self, mode: PushMode) -> Push {
        self.mode = mode;
        self
    }

    /// One more ref to move, `source:destination`. The source is `HEAD`, the pushed branch or the snapshot's branch: all of
    /// them mean the new commit. The destination is a full name, which must be absent or at a commit that the new one
    /// descends from. With `+` before the source it may be anything, as in [`PushMode::Reset`].
    ///
    /// The server moves all refs of a push or none. Where it cannot (atomic pushes are off), the branch is pushed first, and
    /// the others only when it was accepted; those that are refused then stand beside the answer ([`PushOutcome::Pushed`]).
    /// Where the branch had the commit already, the first that is refused is the answer, `Rejected`; with
    /// [`PushMode::Reset`] they are not pushed then ([`PushOutcome::UpToDate`]).
    ///
    /// # Errors
    ///
    /// `InvalidPush` for text without a colon, an empty source (which would delete), a destination such as `main` that
    /// is no full name, and names that Git does not allow.
    pub fn refspec(mut self, text: &str) -> Result<Push, Error> {
        self.refspecs.push(parse(text)?);
        Ok(self)
    }

    /// One more option for the server, such as `merge_request.create` or `ci.skip`.
    ///
    /// # Errors
    ///
    /// `InvalidPush` for an empty option, and for a line break or another control character in it.
    pub fn option(mut self, option: &str) -> Result<Push, Error> {
        if option.is_empty() || option.len() > 4096 || option.contains(char::is_control) {
            let message = format!("invalid push option {option:?}: expected one line of text");
            return Err(Error::new(ErrorKind::InvalidPush, message));
        }
        self.options.push(option.to_owned());
        Ok(self)
    }

    /// Whether its target is no branch and no tag: `refs/for/main` and the like make a review on the server, and no ref of
    /// that name.
    pub(crate) fn is_order(&self) -> bool {
        is_order(&self.target())
    }

    /// The full name of what is moved first.
    pub(crate) fn target(&self) -> String {
        match self.target {
            Target::Branch => format!("refs/heads/{}", self.branch),
            Target::Ref { .. } => self.branch.clone(),
        }
    }
}

fn is_order(name: &str) -> bool {
    !name.starts_with("refs/heads/") && !name.starts_with("refs/tags/")
}

fn parse(text: &str) -> Result<Refspec, Error> {
    Refspec::parse(text).ok_or_else(|| {
        let message = format!(
            "invalid refspec {text:?}: expected 'source:refs/...', as in 'HEAD:refs/heads/main'"
        );
        Error::new(ErrorKind::InvalidPush, message)
    })
}

impl Refspec {
    fn parse(text: &str) -> Option<Refspec> {
        let (force, names) = text
            .strip_prefix('+')
            .map_or((false, text), |rest| (true, rest));
        let (source, destination) = names.split_once(':')?;
        let is_source =
            source == "HEAD" || Ref::branch(source).is_ok() || Ref::name(source).is_ok();
        let checked = Refspec {
            source: source.to_owned(),
            destination: destination.to_owned(),
            force,
        };
        (is_source && Ref::name(destination).is_ok()).then_some(checked)
    }
}

impl Commit {
    /// Pushes the commit, once. A lease is always held, on the snapshot's commit where the branch is moved forward: nobody's
    /// commit is lost there. Only [`PushMode::Reset`] and refspecs with `+` replace what stands at another ref, and hold a
    /// lease on what the server showed when the push began.
    ///
    /// # Errors
    ///
    /// `InvalidPush` for a refspec whose source is not the new commit, and for options that the server does not take.
    /// `Unreachable`, `Unauthorized`, `HostKey`, `Certificate` and `RepositoryNotFound` as the server answers; `Timeout` and
    /// `Cancelled`. When the push itself is broken off by one of these, the server may have the commit already, so it is
    /// asked once more: for at most five seconds after the deadline, two after a cancellation, or as long as
    /// [`Control::ask_afterwards`] says. Only if it does not show the commit there is an error, whose
    /// [`Error::may_have_arrived`] is true. `LimitExceeded`, of which that is true as well, when the branch has moved on from
    /// the commit by more than 5000 others before it could be seen there. What the server says of the branch is an outcome
    /// and no error.
    pub fn push(&self, push: &Push, control: &Control) -> Result<PushOutcome, Error> {
        let attempt = Attempt::new(self, push, control);
        let outcome = attempt
            .run()
            .map_err(|error| error.at(self.remote.location()))?;
        self.log(&push.branch, &outcome);
        Ok(outcome)
    }

    /// Whether the server has it by now, after a push whose answer was lost.
    pub(crate) fn has_arrived(&self, push: &Push, control: &Control) -> Result<bool, Error> {
        let there = Attempt::new(self, push, control).is_there();
        there.map_err(|error| error.at(self.remote.location()))
    }

    fn log(&self, branch: &str, outcome: &PushOutcome) {
        let (remote, commit) = (&self.remote, self.id);
        match outcome {
            PushOutcome::Pushed { .. } => tracing::info!(%remote, branch, %commit, "pushed"),
            PushOutcome::UpToDate => {
                tracing::info!(%remote, branch, %commit, "the branch is up to date");
            }
            PushOutcome::Stale { found } => {
                let found = found.map(tracing::field::display);
                tracing::info!(%remote, branch, %commit, found, "stale: the branch has moved");
            }
            PushOutcome::Rejected(rejection) => {
                let reason = rejection.reason();
                tracing::warn!(%remote, branch, %commit, ?reason, %rejection, "the push was refused");
            }
        }
    }
}
