//! Records in a store, and what went wrong with it.

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::error::{StateError, StateErrorKind};
use super::record::{self, Record};
use super::store::StateStore;
use crate::automation::AutomationBuilder;
use crate::problem::Problem;

/// How long the store has for one call.
const DEADLINE: Duration = Duration::from_secs(10);

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
    /// A call had no answer in time: no further one is made.
    hangs: bool,
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
        if trouble.hangs {
            trouble.unread.insert(key);
            return None;
        }
        let (own, at) = (Arc::clone(store), key.clone());
        let read = match trouble.call(async move { own.load(&at).await }).await {
            Ok(None) => return None,
            Ok(Some(bytes)) => record::from_bytes(&key, &bytes),
            Err(error) => Err(error),
        };
        match read {
            Ok(record) => Some(record),
            Err(error) => {
                if error.kind() == StateErrorKind::Broken {
                    let store = Arc::clone(store);
                    let done = trouble.call(async move { store.set_aside(&key).await });
                    if let Err(error) = done.await {
                        trouble.add(&error);
                    }
                } else {
                    trouble.unread.insert(key);
                }
                trouble.add(&error);
                None
            }
        }
    }

    pub(crate) async fn store<T: Record>(&self, name: &str, record: &T, trouble: &mut Trouble) {
        let key = record::key::<T>(name);
        let Some(store) = self.0.clone().filter(|_| trouble.may_write(&key)) else {
            return;
        };
        let bytes = record::to_bytes(record);
        let done = trouble.call(async move { store.store(&key, &bytes).await });
        if let Err(error) = done.await {
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
        self.hangs |= other.hangs;
    }

    pub(crate) fn hangs(&self) -> bool {
        self.hangs
    }

    /// A call of the store, which may be a program's own: it may take its time, and panic.
    async fn call<T: Send + 'static>(
        &mut self,
        call: impl Future<Output = Result<T, StateError>> + Send + 'static,
    ) -> Result<T, StateError> {
        if let Some(done) = within(DEADLINE, call).await {
            return done;
        }
        self.hangs = true;
        let waited = DEADLINE.as_secs();
        Err(StateError::new(format!(
            "the store did not answer within {waited} s and is left alone for now; see what keeps it"
        )))
    }

    fn may_write(&self, key: &str) -> bool {
        !self.hangs && !self.unread.contains(key)
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

/// What comes of a call, on a task of its own that ends with its deadline.
async fn within<T: Send + 'static>(
    deadline: Duration,
    call: impl Future<Output = Result<T, StateError>> + Send + 'static,
) -> Option<Result<T, StateError>> {
    let mut task = JoinSet::new();
    task.spawn(call);
    let joined = tokio::time::timeout(deadline, task.join_next())
        .await
        .ok()?;
    let ended = |error| StateError::new(format!("the store did not do its work: {error}"));
    joined.map(|joined| joined.unwrap_or_else(|error| Err(ended(error))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_store_may_hang() {
        let never = std::future::pending::<Result<(), StateError>>();
        assert_eq!(within(Duration::ZERO, never).await, None);
        let mut trouble = Trouble::default();
        assert!(trouble.may_write("a"));
        trouble.hangs = true;
        assert!(!trouble.may_write("a"));
    }
}
