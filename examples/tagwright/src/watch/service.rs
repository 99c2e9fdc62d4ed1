//! What all parts of the service share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use tagwright::{Event, ManifestSource, Receivers, Scheduler};

use super::Metrics;
use super::diary::Diary;

pub(crate) type Shared = Arc<Service>;

pub(crate) struct Service {
    pub(crate) scheduler: Scheduler,
    pub(crate) metrics: Metrics,
    source: ManifestSource,
    receivers: RwLock<Arc<Receivers>>,
    diary: Mutex<Diary>,
    is_stopping: AtomicBool,
}

/// As often as Flux looks at the token of a Receiver.
const TOKENS: Duration = Duration::from_secs(10 * 60);

impl Service {
    pub(crate) fn new(scheduler: Scheduler, source: ManifestSource, metrics: Metrics) -> Shared {
        Arc::new(Self {
            scheduler,
            metrics,
            source,
            receivers: RwLock::default(),
            diary: Mutex::default(),
            is_stopping: AtomicBool::new(false),
        })
    }

    /// Reads manifests and Secrets again.
    pub(crate) async fn reload(&self) {
        self.source.forget();
        self.scheduler.reload();
        self.refresh_receivers().await;
    }

    pub(crate) fn receivers(&self) -> Arc<Receivers> {
        let receivers = self.receivers.read();
        Arc::clone(&receivers.unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the tokens of receivers again.
    pub(crate) async fn refresh_receivers(&self) {
        let new = self.source.receivers().await;
        let mut receivers = (self.receivers.write()).unwrap_or_else(PoisonError::into_inner);
        let told: Vec<String> = texts(&receivers);
        for problem in texts(&new).iter().filter(|new| !told.contains(new)) {
            tracing::warn!("{problem}");
        }
        *receivers = Arc::new(new);
    }

    /// The same now and then, for tokens that change.
    pub(crate) async fn keep_receivers(&self) {
        loop {
            tokio::time::sleep(TOKENS).await;
            self.refresh_receivers().await;
        }
    }

    pub(crate) fn diary(&self) -> MutexGuard<'_, Diary> {
        self.diary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until the scheduler ends.
    pub(crate) async fn follow_events(&self) {
        let mut events = self.scheduler.events();
        while let Some(event) = events.next().await {
            tell(&event);
            if matches!(event, Event::Loaded { .. }) {
                self.refresh_receivers().await;
            }
            self.diary().add(event);
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    /// It is not ready for anything any more.
    pub(crate) fn begin_stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    /// Waits for runs that have begun until the deadline.
    pub(crate) async fn stop(&self, deadline: Duration) {
        self.scheduler.stop(deadline).await;
    }
}

fn texts(receivers: &Receivers) -> Vec<String> {
    let problems = receivers.problems().iter();
    problems.map(ToString::to_string).collect()
}

/// In the log, each as urgent as it is.
fn tell(event: &Event) {
    match event {
        Event::Scanned { image, tags, .. } => tracing::debug!(image, tags, "listed"),
        Event::ScanFailed { image, error, .. } => tracing::warn!(image, "{error}"),
        Event::Selected {
            automation,
            policy,
            selected,
            ..
        } => tracing::info!(automation, policy, "selected {selected}"),
        Event::Applied {
            automation,
            commit,
            edits,
            ..
        } => {
            let commit = commit.as_deref();
            let done = commit.map_or("written".to_owned(), |commit| format!("pushed {commit}"));
            tracing::info!(automation, edits, "{done}");
        }
        Event::NothingToDo { automation, .. } => tracing::debug!(automation, "nothing to do"),
        Event::RunFailed {
            automation, error, ..
        } => tracing::error!(automation, "{error}"),
        Event::Loaded { automations, .. } => tracing::info!(automations, "read the manifests"),
        Event::LoadFailed { error, .. } | Event::StateFailed { error, .. } => {
            tracing::error!("{error}");
        }
        Event::Missed { events, .. } => tracing::warn!(events, "events were missed"),
        other => tracing::info!(?other),
    }
}
