use std::sync::atomic::{AtomicU64, Ordering};

/// How often registries, mirrors and token servers were asked, by [`Client::take_usage`](crate::Client::take_usage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Usage {
    /// Requests that were sent, redirects and repetitions among them.
    pub requests: u64,
    /// Answers that there were too many requests (429).
    pub too_many: u64,
    /// Requests that were repeated after a failure that may pass.
    pub retries: u64,
}

/// What is counted for all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    requests: AtomicU64,
    too_many: AtomicU64,
    retries: AtomicU64,
}

impl Counters {
    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn too_many(&self) {
        self.too_many.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn take(&self) -> Usage {
        let take = |counter: &AtomicU64| counter.swap(0, Ordering::Relaxed);
        Usage {
            requests: take(&self.requests),
            too_many: take(&self.too_many),
            retries: take(&self.retries),
        }
    }
}
