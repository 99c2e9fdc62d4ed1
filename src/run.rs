//! List, plan, apply; and plan again when somebody else pushed first.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tagwright_gitwrite::Control;
use tracing::Instrument as _;

use crate::apply;
use crate::automation::{Automation, Spec};
use crate::directory;
use crate::draft::{Draft, draft};
use crate::error::{Error, ErrorKind};
use crate::facts::{self, Wanted};
use crate::offload::offload;
use crate::place::{Branch, Directory, Place};
use crate::plan::Plan;
use crate::report::{Applied, Report, Stale};
use crate::scan::{Scan, scan};
use crate::state::{Past, unchanged_report};

/// What was done, or what has to be known before.
type Known<T> = Result<T, BTreeSet<Wanted>>;

impl Automation {
    /// Lists, selects and reads the branch, and says what a run would do. Nothing is written.
    ///
    /// An image that cannot be listed, or a file that does not parse, is a [problem](Plan::problems) of the plan: its
    /// markers keep their values and the rest goes on.
    ///
    /// # Errors
    ///
    /// When there is nothing to go on with: [`ErrorKind::NothingSelected`], no policy could select (an unreachable
    /// registry, a wrong password, a missing image, no tag that matches); [`ErrorKind::Repository`], the branch could
    /// not be read; [`ErrorKind::Message`], the template could not be rendered; [`ErrorKind::Configuration`], the automation
    /// has a [branch for each policy](crate::AutomationBuilder::branch_template).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime; [`blocking`](crate::blocking) brings its own.
    pub async fn plan(&self) -> Result<Plan, Error> {
        let span = tracing::info_span!("plan", automation = %self.name());
        async {
            self.0.place.check_is_one()?;
            self.drafted(scan(&self.0).await?).await
        }
        .instrument(span)
        .await
    }

    /// Does what was reviewed: one commit, one push.
    ///
    /// A plan applies to its base, and to a newer tip on which every planned value still stands; the edits are found
    /// again by their markers, nothing is selected again, and what else the newer tip holds stays. Otherwise the
    /// answer is [`Applied::Stale`], and nothing has happened. A [state store](crate::StateStore) keeps what the plan saw; one
    /// that fails is told in the log alone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Plan`], the plan is another automation's, or was changed by hand; [`ErrorKind::Rejected`], the server
    /// refused the push; [`ErrorKind::Repository`], the repository could not be reached. The repository is then as it
    /// was, with one exception: a push that ran into its time limit, or whose future was dropped, may have arrived. It
    /// is then found in place by the next run; `may_have_arrived()` of [`Error::git`] tells.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn apply(&self, plan: &Plan) -> Result<Applied, Error> {
        self.apply_and_keep(plan, &self.0).await
    }

    /// The same, kept under the name of `kept`: this automation, or the one that it is a branch of.
    pub(crate) async fn apply_and_keep(&self, plan: &Plan, kept: &Spec) -> Result<Applied, Error> {
        let span = tracing::info_span!("apply", automation = %self.name());
        async {
            self.0.place.check_is_one()?;
            #[cfg(feature = "metrics")]
            let begun = std::time::Instant::now();
            let applied = self.applied(plan.clone()).await;
            #[cfg(feature = "metrics")]
            crate::metrics::applied(&self.name(), plan, &applied, begun.elapsed());
            if !matches!(applied, Err(_) | Ok(Applied::Stale(_))) {
                Past::of(kept).await.keep_applied(kept, plan).await;
            }
            applied
        }
        .instrument(span)
        .await
    }

    async fn applied(&self, plan: Plan) -> Result<Applied, Error> {
        self.0.place.refresh().await?;
        match &self.0.place {
            Place::Branch(branch) => {
                let work = move |spec: &Spec, branch: &Branch, control: &Control| {
                    apply::apply(spec, branch, &plan, control)
                };
                self.git(branch, work).await
            }
            Place::Directory(place) => {
                let work = move |spec: &Spec, place: &Directory, control: &Control| {
                    directory::apply(spec, place, &plan, control)
                };
                self.disk(place, work).await
            }
        }
    }

    /// Plans and applies, and plans again on the new tip when somebody else pushed first.
    ///
    /// # Errors
    ///
    /// As [`plan`](Self::plan) and [`apply`](Self::apply), and [`ErrorKind::Contended`] when others pushed first each
    /// time.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn run(&self) -> Result<Report, Error> {
        let span = tracing::info_span!("run", automation = %self.name());
        async {
            self.0.place.check_is_one()?;
            self.run_scanned(scan(&self.0).await).await
        }
        .instrument(span)
        .await
    }

    /// The same as [`plan`](Self::plan), of a scan that is made.
    pub(crate) async fn plan_of(&self, scan: Result<Scan, Error>) -> Result<Plan, Error> {
        let span = tracing::info_span!("plan", automation = %self.name());
        self.drafted(scan?).instrument(span).await
    }

    /// The same as [`run`](Self::run), of a scan that is made.
    pub(crate) async fn run_of(&self, scan: Result<Scan, Error>) -> Result<Report, Error> {
        let span = tracing::info_span!("run", automation = %self.name());
        self.run_scanned(scan).instrument(span).await
    }

    async fn drafted(&self, mut scan: Scan) -> Result<Plan, Error> {
        let past = Arc::new(Past::of(&self.0).await);
        scan.recall(&past);
        self.0.place.refresh().await?;
        let mut plan = self.planned(&mut Arc::new(scan)).await?;
        past.tell(&mut plan);
        Ok(plan)
    }

    pub(crate) async fn planned(&self, scan: &mut Arc<Scan>) -> Result<Plan, Error> {
        loop {
            match self.plan_once(Arc::clone(scan)).await? {
                Ok(plan) => return Ok(plan),
                Err(wanted) => self.learn(scan, wanted).await?,
            }
        }
    }

    async fn run_scanned(&self, scan: Result<Scan, Error>) -> Result<Report, Error> {
        let past = Arc::new(Past::of(&self.0).await);
        let mut scan = match scan {
            Ok(scan) => scan,
            Err(error) => {
                #[cfg(feature = "metrics")]
                crate::metrics::failed(&self.name());
                return Err(past.forget_run(error).await);
            }
        };
        scan.recall(&past);
        let mut scan = Arc::new(scan);
        #[cfg(feature = "metrics")]
        let begun = std::time::Instant::now();
        let mut result = match self.0.place.refresh().await {
            Ok(()) => self.attempt_once_changed(&mut scan, &past).await,
            Err(error) => Err(error),
        };
        #[cfg(feature = "metrics")]
        crate::metrics::ran(&self.name(), &result, begun.elapsed());
        past.keep(&self.0, &scan, result.as_mut().ok()).await;
        result
    }

    /// Fetches nothing where nothing has changed since the last run. One with rivals looks: they may be new.
    async fn attempt_once_changed(
        &self,
        scan: &mut Arc<Scan>,
        past: &Arc<Past>,
    ) -> Result<Report, Error> {
        if let (Place::Branch(branch), true) = (&self.0.place, scan.rivals.is_empty()) {
            let (scan, past) = (Arc::clone(scan), Arc::clone(past));
            let look = move |spec: &Spec, branch: &Branch, control: &Control| {
                unchanged_report(spec, branch, &scan, &past, control)
            };
            if let Some(report) = self.git(branch, look).await? {
                return Ok(report);
            }
        }
        self.attempt_until_applied(scan).await
    }

    pub(crate) async fn attempt_until_applied(
        &self,
        scan: &mut Arc<Scan>,
    ) -> Result<Report, Error> {
        let mut attempt = 1;
        loop {
            let (plan, applied) = match self.attempt_once(Arc::clone(scan)).await? {
                Ok(done) => done,
                Err(wanted) => {
                    self.learn(scan, wanted).await?;
                    continue;
                }
            };
            let Applied::Stale(stale) = applied else {
                return Ok(Report {
                    plan,
                    applied,
                    attempts: attempt,
                });
            };
            if attempt >= self.0.place.attempts() {
                return Err(contended(attempt, &stale));
            }
            tracing::info!(attempt, reason = %stale.reason, "stale, planning again");
            #[cfg(feature = "metrics")]
            crate::metrics::stale(&self.name());
            tokio::time::sleep(pause(attempt)).await;
            attempt += 1;
        }
    }

    async fn plan_once(&self, scan: Arc<Scan>) -> Result<Known<Plan>, Error> {
        match &self.0.place {
            Place::Branch(branch) => {
                let work = move |spec: &Spec, branch: &Branch, control: &Control| {
                    let draft = draft(spec, branch, &scan, control)?;
                    Ok(known(draft.plan, draft.wanted))
                };
                self.git(branch, work).await
            }
            Place::Directory(place) => {
                let work = move |spec: &Spec, place: &Directory, control: &Control| {
                    let draft = directory::draft(spec, place, &scan, control)?;
                    Ok(known(draft.plan, draft.wanted))
                };
                self.disk(place, work).await
            }
        }
    }

    async fn attempt_once(&self, scan: Arc<Scan>) -> Result<Known<(Plan, Applied)>, Error> {
        match &self.0.place {
            Place::Branch(branch) => {
                let work = move |spec: &Spec, branch: &Branch, control: &Control| {
                    attempt_push(spec, branch, &scan, control)
                };
                self.git(branch, work).await
            }
            Place::Directory(place) => {
                let work = move |spec: &Spec, place: &Directory, control: &Control| {
                    let draft = directory::draft(spec, place, &scan, control)?;
                    if !draft.wanted.is_empty() {
                        return Ok(Err(draft.wanted));
                    }
                    let applied = directory::finish(&draft, control)?;
                    Ok(Ok((draft.plan, applied)))
                };
                self.disk(place, work).await
            }
        }
    }

    /// Asks the registry for what a draft could not do without.
    async fn learn(&self, scan: &mut Arc<Scan>, wanted: BTreeSet<Wanted>) -> Result<(), Error> {
        let many = wanted.len();
        tracing::debug!(many, "asking for dates and digests");
        let answers = facts::ask(scan, wanted).await;
        if answers.len() < many {
            let stopped = "the look-up of dates and digests stopped before it had all answers";
            return Err(Error::new(ErrorKind::Cancelled, stopped));
        }
        Arc::make_mut(scan).learn(answers);
        Ok(())
    }

    /// The same in a directory, for as long as it takes.
    async fn disk<T: Send + 'static>(
        &self,
        place: &Directory,
        work: impl FnOnce(&Spec, &Directory, &Control) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (spec, place) = (Arc::clone(&self.0), place.clone());
        offload(Duration::MAX, move |control| work(&spec, &place, control)).await
    }

    /// Blocking Git work on the automation, on a thread of its own.
    async fn git<T: Send + 'static>(
        &self,
        branch: &Arc<Branch>,
        work: impl FnOnce(&Spec, &Branch, &Control) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (spec, branch) = (Arc::clone(&self.0), Arc::clone(branch));
        offload(branch.git_timeout, move |control| {
            work(&spec, &branch, control)
        })
        .await
    }
}

fn attempt_push(
    spec: &Spec,
    branch: &Branch,
    scan: &Scan,
    control: &Control,
) -> Result<Known<(Plan, Applied)>, Error> {
    let Draft {
        plan,
        snapshot,
        changes,
        wanted,
    } = draft(spec, branch, scan, control)?;
    if !wanted.is_empty() {
        return Ok(Err(wanted));
    }
    let applied = match plan.message() {
        Some(message) => {
            let text = (message, plan.trailers());
            apply::push(branch, &snapshot, &changes, text, control)?
        }
        None => Applied::NothingToDo,
    };
    Ok(Ok((plan, applied)))
}

fn known<T>(done: T, wanted: BTreeSet<Wanted>) -> Known<T> {
    if wanted.is_empty() {
        Ok(done)
    } else {
        Err(wanted)
    }
}

fn contended(attempts: u32, stale: &Stale) -> Error {
    let reason = &stale.reason;
    let message = format!("gave up after {attempts} attempts: {reason}; run again later");
    Error::new(ErrorKind::Contended, message)
}

/// Up to 50 ms after the first attempt and twice as long after each further one, up to two seconds; by chance, so
/// that many writers do not meet again.
pub(crate) fn pause(attempt: u32) -> Duration {
    let most = (25 << attempt.min(7)).min(2000);
    Duration::from_millis(fastrand::u64(0..=most))
}
