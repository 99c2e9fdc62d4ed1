use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// More than anyone asks in one run. Beyond it those are forgotten of whom there is nothing to know.
const HOSTS: usize = 10_000;

/// How late a sleep may end. The starts after it are no later for that, or a pace of hundreds a second were half of it.
const LATE: Duration = Duration::from_millis(3);

/// How long a mirror is not asked that failed.
const DOWN: Duration = Duration::from_secs(60);

/// What all requests to one host share: the bounds on them, and the time for which it is to be left alone.
pub(crate) struct Hosts {
    concurrency: usize,
    /// Between the starts of two requests.
    interval: Duration,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    hosts: HashMap<String, Arc<Host>>,
    /// How many stayed when the others were forgotten last: there may be many that have to.
    stayed: usize,
}

pub(crate) struct Host {
    running: Arc<Semaphore>,
    /// When the next request may start. The lock is held while one waits for that, so that they start in the order in
    /// which they came, and one that is given up takes no start from the others.
    next: tokio::sync::Mutex<Instant>,
    /// Until when the host asked to be left alone.
    alone: Mutex<Instant>,
    /// When it failed last, as a mirror.
    failed: Mutex<Option<Instant>>,
    /// The size of a page that it took, 0 when none was refused yet.
    page_size: AtomicUsize,
}

/// The host asked to be left alone for longer than can be waited.
pub(crate) struct Alone(pub(crate) Duration);

impl Hosts {
    pub(crate) fn new(concurrency: usize, per_second: Option<u32>) -> Self {
        Self {
            concurrency: concurrency.min(Semaphore::MAX_PERMITS),
            interval: per_second.map_or(Duration::ZERO, |n| Duration::from_secs(1) / n.max(1)),
            known: Mutex::default(),
        }
    }

    pub(crate) fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// Waits for a turn, for `patience` at most when the host asked to be left alone. The turn is held for one
    /// exchange only, so that no request waits for a token while it keeps the token's own request from running.
    pub(crate) async fn turn(
        &self,
        origin: &str,
        patience: Duration,
    ) -> Result<Option<OwnedSemaphorePermit>, Alone> {
        let host = self.get(origin);
        loop {
            host.silence(patience).await?;
            let turn = Arc::clone(&host.running).acquire_owned().await.ok();
            if host.start(self.interval).await {
                return Ok(turn);
            }
        }
    }

    pub(crate) fn get(&self, origin: &str) -> Arc<Host> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = known.hosts.get(origin) {
            return Arc::clone(host);
        }
        known.make_room();
        let host = Arc::new(Host::new(self.concurrency));
        known.hosts.insert(origin.to_owned(), Arc::clone(&host));
        host
    }
}

impl Known {
    /// Each time there are twice as many as have to stay, so that many of those cost no more than they are.
    fn make_room(&mut self) {
        if self.hosts.len() >= HOSTS.max(2 * self.stayed) {
            let now = Instant::now();
            self.hosts
                .retain(|_, host| Arc::strong_count(host) > 1 || host.is_bound(now));
            self.stayed = self.hosts.len();
        }
    }
}

impl Host {
    fn new(concurrency: usize) -> Self {
        let now = Instant::now();
        Self {
            running: Arc::new(Semaphore::new(concurrency)),
            next: tokio::sync::Mutex::new(now),
            alone: Mutex::new(now),
            failed: Mutex::default(),
            page_size: AtomicUsize::new(0),
        }
    }

    /// Whether it is being asked, or not to be asked yet: who forgets it asks it too much.
    fn is_bound(&self, now: Instant) -> bool {
        // A turn holds the semaphore, and nothing else of this.
        let runs = Arc::strong_count(&self.running) > 1;
        let is_paced = self.next.try_lock().map_or(true, |next| *next > now);
        runs || is_paced || self.alone_until() > now || self.is_down()
    }

    /// Nobody asks it for this long.
    pub(crate) fn leave_alone(&self, time: Duration) {
        let mut alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = Instant::now().checked_add(time) {
            *alone = alone.max(until);
        }
    }

    /// It is not asked as a mirror for some time.
    pub(crate) fn is_down(&self) -> bool {
        let failed = *self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.is_some_and(|failed| failed.elapsed() < DOWN)
    }

    pub(crate) fn went_down(&self) {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(crate) fn page_size(&self) -> Option<usize> {
        Some(self.page_size.load(Ordering::Relaxed)).filter(|size| *size > 0)
    }

    pub(crate) fn takes_pages_of(&self, size: usize) {
        self.page_size.store(size, Ordering::Relaxed);
    }

    async fn silence(&self, patience: Duration) -> Result<(), Alone> {
        let until = self.alone_until();
        let left = until.saturating_duration_since(Instant::now());
        if left > patience {
            return Err(Alone(left));
        }
        wait(until).await;
        Ok(())
    }

    /// Waits until a request may start; false when the host asked to be left alone meanwhile.
    async fn start(&self, interval: Duration) -> bool {
        let mut next = self.next.lock().await;
        wait(*next).await;
        let now = Instant::now();
        if self.alone_until() > now {
            return false;
        }
        let in_time = now.saturating_duration_since(*next) < LATE;
        *next = if in_time { *next } else { now } + interval;
        true
    }

    fn alone_until(&self) -> Instant {
        *self.alone.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sleep until now would take a millisecond, which is most of the time of a page.
async fn wait(until: Instant) {
    if until > Instant::now() {
        tokio::time::sleep_until(until).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(3600);

    fn fill(hosts: &Hosts) {
        for number in 0..2 * HOSTS {
            hosts.get(&format!("https://r{number}.example"));
        }
    }

    fn known(hosts: &Hosts) -> usize {
        let known = hosts.known.lock();
        known.expect("no panic").hosts.len()
    }

    #[test]
    fn hosts_of_whom_there_is_nothing_to_know_are_forgotten() {
        let hosts = Hosts::new(1, None);
        let asked = hosts.get("https://asked.example");
        asked.takes_pages_of(7);
        fill(&hosts);
        assert!(known(&hosts) <= HOSTS, "{}", known(&hosts));
        assert_eq!(hosts.get("https://asked.example").page_size(), Some(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_is_being_asked_is_not_forgotten() {
        let hosts = Hosts::new(1, None);
        let turn = hosts.turn("https://asked.example", PATIENCE).await;
        fill(&hosts);
        let other = hosts.turn("https://asked.example", PATIENCE);
        let mut other = std::pin::pin!(other);
        let waits = tokio::time::timeout(PATIENCE, &mut other).await;
        assert!(waits.is_err());
        drop(turn);
        assert!(other.await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_is_left_alone_is_not_forgotten() {
        let hosts = Hosts::new(1, None);
        let start = Instant::now();
        hosts.get("https://busy.example").leave_alone(PATIENCE / 2);
        hosts.get("https://down.example").went_down();
        fill(&hosts);
        assert!(hosts.get("https://down.example").is_down());
        let turn = hosts.turn("https://busy.example", PATIENCE).await;
        assert!(turn.is_ok() && start.elapsed() >= PATIENCE / 2);
        // Now there is nothing to know of either.
        drop(turn);
        fill(&hosts);
        fill(&hosts);
        assert!(known(&hosts) <= HOSTS, "{}", known(&hosts));
    }

    #[tokio::test(start_paused = true)]
    async fn the_pace_of_a_host_is_not_forgotten() {
        let hosts = Hosts::new(9, Some(1));
        let start = Instant::now();
        for _ in 0..3 {
            drop(hosts.turn("https://paced.example", PATIENCE).await);
            fill(&hosts);
        }
        assert!(start.elapsed() >= Duration::from_secs(2));
    }

    #[test]
    fn many_that_have_to_stay_are_looked_at_seldom() {
        let hosts = Hosts::new(1, None);
        for number in 0..5 * HOSTS {
            let host = hosts.get(&format!("https://r{number}.example"));
            host.leave_alone(PATIENCE);
        }
        assert_eq!(known(&hosts), 5 * HOSTS);
        let stayed = hosts.known.lock().expect("no panic").stayed;
        assert_eq!(stayed, 4 * HOSTS);
    }
}
