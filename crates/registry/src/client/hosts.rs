use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The bound on requests that run against one host at the same time.
pub(crate) struct Hosts {
    concurrency: usize,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl Hosts {
    pub(crate) fn new(concurrency: usize) -> Self {
        Self {
            concurrency: concurrency.min(Semaphore::MAX_PERMITS),
            hosts: Mutex::default(),
        }
    }

    /// Waits for a turn. It is held for one exchange only, so that no request waits for a token while it
    /// keeps the token's own request from running.
    pub(crate) async fn turn(&self, origin: &str) -> Option<OwnedSemaphorePermit> {
        self.semaphore(origin).acquire_owned().await.ok()
    }

    fn semaphore(&self, origin: &str) -> Arc<Semaphore> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let semaphore = hosts
            .entry(origin.to_owned())
            .or_insert_with(|| Arc::new(Semaphore::new(self.concurrency)));
        Arc::clone(semaphore)
    }
}
