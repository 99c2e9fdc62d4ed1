//! When to stop waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Says until when a call may wait, and lets another thread end it. A push that is ended midway asks the server, for a few
/// seconds more ([`Control::ask_afterwards`]), what came of it: see [`Commit::push`](crate::Commit::push).
///
/// ```
/// use std::time::Duration;
/// use tagwright_gitwrite::{CancelFlag, Control};
///
/// let flag = CancelFlag::new();
/// let control = Control::new().deadline_in(Duration::from_secs(60)).cancel_with(flag.clone());
/// flag.cancel(); // from any thread
/// assert!(control.is_cancelled());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Control {
    deadline: Option<Instant>,
    cancel: CancelFlag,
    afterwards: Option<Duration>,
}

/// How long the server is asked what came of a push that its deadline ended.
const AFTER_DEADLINE: Duration = Duration::from_secs(5);
/// The same after a cancellation: nobody may be waiting any more.
const AFTER_CANCELLATION: Duration = Duration::from_secs(2);

/// How late a raised flag may be seen.
pub(crate) const TICK: Duration = Duration::from_millis(20);

/// Why a call must stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Deadline,
    Cancelled,
}

impl Control {
    /// Waits as long as it takes.
    pub fn new() -> Self {
        Control::default()
    }

    /// Stops at this time.
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Stops after this time, counted from now. A time too far to be told apart from never is never.
    pub fn deadline_in(mut self, timeout: Duration) -> Self {
        self.deadline = Instant::now().checked_add(timeout);
        self
    }

    /// Stops when this flag is raised.
    pub fn cancel_with(mut self, flag: CancelFlag) -> Self {
        self.cancel = flag;
        self
    }

    /// How long a push that is ended midway may go on asking the server what came of it. If nothing is said, five seconds
    /// after a deadline and two after a cancellation; more for a server that takes longer to answer, zero where nothing may
    /// come after the end.
    pub fn ask_afterwards(mut self, most: Duration) -> Self {
        self.afterwards = Some(most);
        self
    }

    /// Whether the flag was raised.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// For the question what came of a push that was ended so. A deadline leaves the flag in force.
    pub(crate) fn afterwards(&self, stop: Stop) -> Control {
        match stop {
            Stop::Deadline => {
                let most = self.afterwards.unwrap_or(AFTER_DEADLINE);
                self.clone().deadline_in(most)
            }
            Stop::Cancelled => {
                let most = self.afterwards.unwrap_or(AFTER_CANCELLATION);
                Control::new().deadline_in(most)
            }
        }
    }

    pub(crate) fn check(&self) -> Result<(), Stop> {
        if self.cancel.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Stop::Deadline),
            _ => Ok(()),
        }
    }

    /// Waits, and stops waiting when it must.
    pub(crate) fn sleep(&self, time: Duration) -> Result<(), Stop> {
        let until = Instant::now() + time;
        loop {
            self.check()?;
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(self.wait_at_most(left.min(TICK)));
        }
    }

    /// The time until the deadline, or `most` if that is less.
    pub(crate) fn wait_at_most(&self, most: Duration) -> Duration {
        let left = self
            .deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        left.map_or(most, |left| left.min(most))
    }
}

/// A flag that ends a call from another thread. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    /// A flag that is not raised.
    pub fn new() -> Self {
        CancelFlag::default()
    }

    /// Raises the flag, for good.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the flag was raised.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
