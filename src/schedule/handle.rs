//! What a program holds of a scheduler.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use registry::Repository;
use tagwright_registry as registry;
use tokio::sync::broadcast::{self, Receiver};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio::time::timeout;
use tracing::Instrument as _;

use super::board::{Answered, Before, Board, twins};
use super::builder::SchedulerBuilder;
use super::driver::Driver;
use super::event::{Event, Events, KEPT};
use super::source::{AutomationSource, SourceLoad};
use super::status::Status;
use super::timetable::MOST;
use crate::automation::{Automation, AutomationBuilder, invalid};
use crate::error::{Error, ErrorKind};
#[cfg(feature = "webhook")]
use crate::receivers::Wake;
use crate::state::{self, Shelf};

/// Keeps automations running: lists each image at its interval, lets the policies choose, and runs an automation when a
/// policy chose anew and at the automation's own interval.
///
/// ```no_run
/// use std::{sync::Arc, time::Duration};
/// use tagwright::{Event, MemoryState, Scheduler};
///
/// # async fn example(automation: tagwright::AutomationBuilder) -> Result<(), tagwright::Error> {
/// let scheduler = Scheduler::builder().add(&automation).state(Arc::new(MemoryState::new())).start().await?;
/// let mut events = scheduler.events();
/// while let Some(event) = events.next().await {
///     println!("{event:?}");
///     if let Event::Applied { .. } = event {
///         break;
///     }
/// }
/// scheduler.stop(Duration::from_secs(60)).await;
/// # Ok(())
/// # }
/// ```
///
/// An image that many policies watch with one client is listed once for all, at the shortest of their intervals. No
/// automation runs beside itself, nor beside another that writes to the same branch or directory. A run takes the choices
/// as they are and asks no registry for tags. An automation runs for the first time when all its images have been listed,
/// or could not be. In Fleet's dialect, as in Fleet, a new choice starts no run: the automation's own interval does.
///
/// The last choice stands when an image cannot be listed, but where [all changes or
/// nothing](AutomationBuilder::all_or_nothing).
///
/// Intervals are measured by a clock that nobody sets. With a [state](SchedulerBuilder::state) a scheduler that begins
/// again waits for the rest of each interval, spreads what is overdue over a minute at the most, and is put off by a
/// clock that was set back for no longer than one interval.
///
/// Dropping it ends everything at once, as a deadline of zero does.
pub struct Scheduler {
    shared: Arc<Shared>,
    stopped: watch::Receiver<bool>,
    driver: JoinHandle<()>,
    /// Since before the driver began, for the first that asks.
    early: Mutex<Option<Receiver<Event>>>,
}

/// Between two questions to a source.
const LEAST_ASKED: Duration = Duration::from_millis(10);

/// Something that can be suspended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Watching {
    /// An image is not listed. Its policies keep their choices.
    Image(String),
    /// A policy keeps its choice. Where it has none its markers are withheld.
    Policy {
        /// The automation, with namespace and scope.
        automation: String,
        /// The policy, as markers name it.
        policy: String,
    },
    /// An automation does not run, and nothing is listed for it alone. A run that has begun goes on.
    Automation(String),
}

/// What the scheduler and its driver share.
pub(super) struct Shared {
    board: Mutex<Board>,
    pub(super) changed: Notify,
    pub(super) patience: Duration,
    /// None when it has stopped.
    events: Mutex<Option<broadcast::Sender<Event>>>,
    pub(super) source: Option<Arc<dyn AutomationSource>>,
    state: Shelf,
}

impl Scheduler {
    /// A builder with the defaults.
    pub fn builder() -> SchedulerBuilder {
        SchedulerBuilder::new()
    }

    pub(super) async fn start(settings: &SchedulerBuilder) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&settings.jitter) {
            let jitter = settings.jitter;
            return Err(invalid(format!(
                "the jitter is {jitter}; give a part from 0 to 1"
            )));
        }
        let events = broadcast::Sender::new(KEPT);
        let early = Mutex::new(Some(events.subscribe()));
        let shared = Arc::new(Shared {
            board: Mutex::new(Board::new(settings.clone())),
            changed: Notify::new(),
            events: Mutex::new(Some(events)),
            source: settings.source.clone(),
            patience: settings.patience,
            state: settings.state.clone(),
        });
        shared.add(settings).await?;
        let (ended, stopped) = watch::channel(false);
        let driver = Driver::new(Arc::clone(&shared));
        let ending = Ending {
            shared: Arc::clone(&shared),
            ended,
        };
        let drive = async move {
            let _ending = ending;
            driver.drive().await;
        };
        let span = tracing::info_span!(parent: None, "scheduler");
        let driver = tokio::spawn(drive.instrument(span));
        Ok(Self {
            shared,
            stopped,
            driver,
            early,
        })
    }

    /// How everything stands.
    pub fn status(&self) -> Status {
        self.shared.board().status()
    }

    /// The events: who asks first has them from the beginning, the others from now on.
    pub fn events(&self) -> Events {
        let early = self
            .early
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(early) = early {
            return Events::new(early);
        }
        let sender = self.shared.sender().clone();
        let sender = sender.unwrap_or_else(|| broadcast::Sender::new(1));
        Events::new(sender.subscribe())
    }

    /// Lists an image now, at the latest a second after it was listed before. It does nothing else: what is written is
    /// what the policies then choose. Any number of triggers while it is listed are one. False where no policy watches the
    /// image.
    pub fn trigger(&self, image: &Repository) -> bool {
        let image = image.to_string();
        self.change(|board| board.images.trigger(&image, Instant::now()))
    }

    /// The same for all images.
    pub fn trigger_all(&self) {
        self.change(Board::trigger_all);
    }

    /// Runs an automation now, at the latest a second after it last began, without listing its images anew. Any number of
    /// calls while it runs are one more run. False where there is no such automation.
    pub fn run_now(&self, automation: &str) -> bool {
        let name = automation.to_owned();
        self.change(|board| board.automations.trigger(&name, Instant::now()))
    }

    /// Asks the source now, as if no version of it was known; without a source it does nothing. A
    /// [`ManifestSource`](crate::ManifestSource) reads again what it was told to
    /// [`forget`](crate::ManifestSource::forget).
    pub fn reload(&self) {
        self.change(Board::reload);
    }

    /// Starts what a webhook wakes: [`trigger`](Self::trigger), [`run_now`](Self::run_now) or [`reload`](Self::reload). False
    /// where there is no such thing.
    #[cfg(feature = "webhook")]
    pub fn wake(&self, wake: &Wake) -> bool {
        match wake {
            Wake::Image(image) => self.trigger(image),
            Wake::Automation(name) => self.run_now(name),
            Wake::Manifests => {
                self.reload();
                true
            }
        }
    }

    /// What a webhook asks for: [`trigger`](Self::trigger) or [`trigger_all`](Self::trigger_all). The tag and the digest
    /// that it names are not taken from it. False where no policy watches the image.
    #[cfg(feature = "webhook")]
    pub fn webhook(&self, trigger: &registry::webhook::Trigger) -> bool {
        match trigger {
            registry::webhook::Trigger::Image { repository, .. } => self.trigger(repository),
            registry::webhook::Trigger::Any => {
                self.trigger_all();
                true
            }
        }
    }

    /// Lets something rest until it is [resumed](Self::resume) or this scheduler ends. False where there is no such thing.
    pub fn suspend(&self, what: &Watching) -> bool {
        self.change(|board| board.suspend(what, true))
    }

    /// Lets it go on, at once: what came meanwhile counts, as images are listed anew. An automation runs, too. False where
    /// there is no such thing.
    pub fn resume(&self, what: &Watching) -> bool {
        self.change(|board| board.suspend(what, false))
    }

    /// Starts nothing more and waits for runs that have begun, and so for their pushes, until the deadline; what runs then
    /// is ended. A push that is ended arrives whole or not at all, and the next run finds out.
    pub async fn stop(&self, deadline: Duration) {
        let now = Instant::now();
        let limit = now.checked_add(deadline);
        let limit = limit.unwrap_or_else(|| now + Duration::from_secs(365 * 86_400));
        self.change(|board| board.stop = Some(board.stop.map_or(limit, |old| old.min(limit))));
        let mut stopped = self.stopped.clone();
        // An error says that the driver is gone.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }

    fn change<T>(&self, change: impl FnOnce(&mut Board) -> T) -> T {
        let changed = change(&mut self.shared.board());
        self.shared.changed.notify_one();
        changed
    }
}

/// Tells that nothing comes any more, however the driver ends.
struct Ending {
    shared: Arc<Shared>,
    ended: watch::Sender<bool>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.shared.board().has_ended = true;
        self.shared.close();
        // Nobody may wait for it.
        let _ = self.ended.send(true);
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let automations = self.shared.board().members.len();
        f.debug_struct("Scheduler")
            .field("automations", &automations)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, event: Event) {
        tracing::info!(?event, "scheduler");
        if let Some(sender) = &*self.sender() {
            // Nobody may listen.
            let _ = sender.send(event);
        }
    }

    fn sender(&self) -> MutexGuard<'_, Option<broadcast::Sender<Event>>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No event comes any more.
    fn close(&self) {
        self.sender().take();
    }

    async fn add(&self, settings: &SchedulerBuilder) -> Result<(), Error> {
        let (mut names, mut built) = (BTreeSet::new(), Vec::new());
        for builder in &settings.automations {
            for one in builder.clone().state_if_none(&settings.state).expanded() {
                let automation = one?.build()?;
                if !names.insert(automation.name()) {
                    return Err(invalid(twins(&automation.name())));
                }
                built.push(automation);
            }
        }
        let before = self.before_of(&built).await;
        let mut board = self.board();
        board.replace(built, false, &before);
        if self.source.is_some() {
            board.sources.add(
                (),
                settings.source_interval.clamp(LEAST_ASKED, MOST),
                Instant::now(),
            );
        }
        Ok(())
    }

    /// What an earlier process kept of them.
    pub(super) async fn before(&self, builders: &[AutomationBuilder]) -> Before {
        let expanded = builders.iter().flat_map(|builder| {
            let mut builder = builder.clone();
            builder.state_if_none(&self.state).expanded()
        });
        let built = expanded.filter_map(|one| one.ok()?.build().ok());
        self.before_of(&built.collect::<Vec<_>>()).await
    }

    async fn before_of(&self, automations: &[Automation]) -> Before {
        let mut images = BTreeMap::new();
        let mut known = BTreeMap::new();
        for automation in automations {
            let spec = &automation.0;
            let Ok(past) = timeout(self.patience, state::known(spec)).await else {
                self.lose_state();
                break;
            };
            known.insert(automation.name(), past);
            let policies = spec.policies.iter();
            let named = policies.map(|policy| policy.repository.to_string());
            let read = async {
                for image in named {
                    if let Entry::Vacant(entry) = images.entry(image) {
                        let record = state::image(&spec.state, entry.key()).await;
                        record.map(|record| entry.insert(record));
                    }
                }
            };
            if timeout(self.patience, read).await.is_err() {
                self.lose_state();
                break;
            }
        }
        Before {
            images,
            automations: known,
        }
    }

    /// So that the next process knows when it was listed.
    pub(super) async fn keep_image(&self, image: &str, answers: &[Answered]) {
        if let Some(tally) = answers.iter().find_map(|(_, _, answer)| answer.tally()) {
            let keep = state::keep_image(self.state.clone(), image.to_owned(), tally.record());
            if timeout(self.patience, keep).await.is_err() {
                self.lose_state();
            }
        }
    }

    fn lose_state(&self) {
        let (wait, error) = (self.patience, "the state did not answer; see to its store");
        self.tell(Event::StateFailed {
            error: format!("{error} (waited {wait:?})"),
        });
    }

    /// What the source has, if that is another version.
    pub(super) async fn ask(
        &self,
        source: &dyn AutomationSource,
        known: Option<&str>,
    ) -> Result<Option<SourceLoad>, Error> {
        let wait = self.patience;
        let Ok(answer) = timeout(wait, source.load(known)).await else {
            return Err(Error::new(
                ErrorKind::Cancelled,
                format!("the source did not answer in {wait:?}; it is asked again at its interval"),
            ));
        };
        Ok(answer?.filter(|load| Some(&*load.version) != known))
    }
}
