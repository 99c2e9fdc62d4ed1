//! Records in a store, and what went wrong with it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::error::{StateError, StateErrorKind};
use super::record::{self, Record};
use super::store::StateStore;
use crate::automation::AutomationBuilder;
use crate::problem::Problem;

/// A store that may be absent: then nothing is known, and nothing is kept.
#[derive(Clone, Default)]
pub(crate) struct Shelf(Option<Arc<dyn StateStore>>);

/// What is kept between runs.
impl AutomationBuilder {
    /// Where to keep what was seen: scans, choices, and whether there was nothing left to do. With it
    /// [`Automation::run`](crate::Automation::run) asks for one ref and the tag listings when nothing is new, and fetches
    /// nothing. A store that fails never fails a run; it is a [problem](crate::Plan::problems) of it.
    pub fn state(&mut self, store: Arc<dyn StateStore>) -> &mut Self {
        self.state = Shelf(Some(store));
        self
    }

    /// A store for one that has none.
    #[cfg(feature = "scheduler")]
    pub(crate) fn state_if_none(&mut self, shelf: &Shelf) -> &mut Self {
        if !self.state.is_there() {
            self.state = shelf.clone();
        }
        self
    }
}

/// What went wrong with the store during one run, and what must not be written for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trouble {
    failures: BTreeSet<String>,
    unread: BTreeSet<String>,
}

impl Shelf {
    #[cfg(feature = "scheduler")]
    pub(crate) fn new(store: Arc<dyn StateStore>) -> Self {
        Self(Some(store))
    }

    pub(crate) fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// A record, if there is one that can be read. What cannot be is set aside where it is broken, and else kept from
    /// being written over.
    pub(crate) async fn load<T: Record>(&self, name: &str, trouble: &mut Trouble) -> Option<T> {
        let store = self.0.as_ref()?;
        let key = record::key::<T>(name);
        let read = match store.load(&key).await {
            Ok(None) => return None,
            Ok(Some(bytes)) => record::from_bytes(&key, &bytes),
            Err(error) => Err(error),
        };
        match read {
            Ok(record) => Some(record),
            Err(error) => {
                if error.kind() != StateErrorKind::Broken {
                    trouble.unread.insert(key.clone());
                } else if let Err(error) = store.set_aside(&key).await {
                    trouble.add(&error);
                }
                trouble.add(&error);
                None
            }
        }
    }

    pub(crate) async fn store<T: Record>(&self, name: &str, record: &T, trouble: &mut Trouble) {
        let key = record::key::<T>(name);
        let Some(store) = self.0.as_ref().filter(|_| trouble.may_write(&key)) else {
            return;
        };
        if let Err(error) = store.store(&key, &record::to_bytes(record)).await {
            trouble.add(&error);
        }
    }
}

/// Nothing of the store: what is kept must not change what an automation is.
impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_there() { "Shelf" } else { "None" })
    }
}

impl Trouble {
    fn add(&mut self, error: &StateError) {
        let message = error.to_string();
        tracing::warn!(%error, "state");
        self.failures.insert(message);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.failures.extend(other.failures);
        self.unread.extend(other.unread);
    }

    fn may_write(&self, key: &str) -> bool {
        !self.unread.contains(key)
    }

    /// Whether a record could not be read that may be there.
    pub(crate) fn is_unread<T: Record>(&self, name: &str) -> bool {
        self.unread.contains(&record::key::<T>(name))
    }

    /// A line for each different failure: a full disk is one, whatever was to be written.
    pub(crate) fn problems(&self) -> impl Iterator<Item = Problem> + '_ {
        self.failures
            .iter()
            .map(|message| Problem::warning("state", message))
    }
}
