//! Records for as long as the program runs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::store::{StateFuture, StateStore};

/// Keeps records in memory: for programs that run on, and for tests. A new process begins with nothing.
#[derive(Default)]
pub struct MemoryState(Mutex<BTreeMap<String, Vec<u8>>>);

impl MemoryState {
    /// A store with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for MemoryState {
    fn load<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move { Ok(self.records().get(key).cloned()) })
    }

    fn store<'a>(&'a self, key: &'a str, bytes: &'a [u8]) -> StateFuture<'a, ()> {
        Box::pin(async move {
            self.records().insert(key.to_owned(), bytes.to_vec());
            Ok(())
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StateFuture<'a, ()> {
        Box::pin(async move {
            self.records().remove(key);
            Ok(())
        })
    }
}

impl fmt::Debug for MemoryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryState")
    }
}
