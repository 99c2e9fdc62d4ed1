use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::failure::Failure;
use crate::credential::Credential;

/// More than a cloud has regions, or a company registries; beyond it all is forgotten and fetched again.
const PLACES: usize = 10_000;

/// What a cloud gave, and for how long it is good.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) credential: Credential,
    pub(super) lifetime: Duration,
}

/// The logins of a keychain: kept until shortly before they expire or until they are refused, and fetched once for
/// all who wait.
pub(super) struct Logins<K>(Mutex<HashMap<K, Arc<Slot>>>);

/// The lock is held while a login is fetched.
#[derive(Default)]
struct Slot {
    state: tokio::sync::Mutex<State>,
    /// How often a login was fetched, successfully or not.
    fetches: AtomicU64,
}

#[derive(Default)]
enum State {
    #[default]
    Unknown,
    Known {
        credential: Credential,
        until: Instant,
    },
    Failed(Failure),
}

impl<K> Default for Logins<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Logins<K> {
    /// The login for a place, unless it is one of `refused`. Who waited for one that failed gets the same failure.
    pub(super) async fn get<F>(
        &self,
        place: K,
        refused: &[Credential],
        fetch: F,
    ) -> Result<Credential, Failure>
    where
        F: Future<Output = Result<Login, Failure>>,
    {
        let slot = self.slot(place);
        let before = slot.fetches.load(Ordering::Acquire);
        let mut state = slot.state.lock().await;
        if let Some(credential) = state.good(refused) {
            return Ok(credential);
        }
        match &*state {
            State::Failed(failure) if slot.fetches.load(Ordering::Acquire) != before => {
                return Err(failure.clone());
            }
            _ => {}
        }
        let outcome = fetch.await;
        slot.fetches.fetch_add(1, Ordering::Release);
        state.keep(outcome)
    }

    fn slot(&self, place: K) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= PLACES && !slots.contains_key(&place) {
            slots.clear();
        }
        Arc::clone(slots.entry(place).or_default())
    }
}

impl State {
    fn good(&self, refused: &[Credential]) -> Option<Credential> {
        match self {
            Self::Known { credential, until }
                if Instant::now() < *until && !refused.contains(credential) =>
            {
                Some(credential.clone())
            }
            _ => None,
        }
    }

    fn keep(&mut self, outcome: Result<Login, Failure>) -> Result<Credential, Failure> {
        match outcome {
            Ok(Login {
                credential,
                lifetime,
            }) => {
                *self = Self::Known {
                    credential: credential.clone(),
                    until: Instant::now() + kept(lifetime),
                };
                Ok(credential)
            }
            Err(failure) => {
                *self = Self::Failed(failure.clone());
                Err(failure)
            }
        }
    }
}

/// A tenth of its life is left for the way of the requests, and for clocks that differ. No login lives for a year.
fn kept(lifetime: Duration) -> Duration {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    lifetime.min(YEAR) * 9 / 10
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn login(name: &str) -> Login {
        Login {
            credential: Credential::basic(name, "pw"),
            lifetime: Duration::from_secs(3600),
        }
    }

    /// What comes of a future that has nothing to wait for.
    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => panic!("it waits"),
        }
    }

    fn given(name: &str) -> std::future::Ready<Result<Login, Failure>> {
        std::future::ready(Ok(login(name)))
    }

    fn never() -> impl Future<Output = Result<Login, Failure>> {
        std::future::poll_fn(|_| panic!("fetched again"))
    }

    #[test]
    fn a_login_is_kept_for_its_place() {
        let logins = Logins::default();
        let first = now(logins.get("a", &[], given("first")));
        assert_eq!(now(logins.get("a", &[], never())), first);
        assert_ne!(now(logins.get("b", &[], given("second"))), first);
    }

    #[test]
    fn a_refused_login_is_fetched_anew() {
        let logins = Logins::default();
        let first = now(logins.get("a", &[], given("first"))).expect("a login");
        let second = now(logins.get("a", &[first], given("second")));
        assert_eq!(second, Ok(login("second").credential));
        assert_eq!(now(logins.get("a", &[], never())), second);
    }

    #[test]
    fn an_expired_login_is_fetched_anew() {
        let mut state = State::default();
        let credential = login("first").credential;
        state.keep(Ok(login("first"))).expect("a login");
        assert_eq!(state.good(&[]), Some(credential.clone()));
        let until = Instant::now();
        let expired = State::Known { credential, until };
        assert_eq!(expired.good(&[]), None);
    }

    #[test]
    fn it_is_kept_until_shortly_before_it_expires() {
        assert_eq!(kept(Duration::from_secs(1000)), Duration::from_secs(900));
        assert_eq!(kept(Duration::ZERO), Duration::ZERO);
        assert!(kept(Duration::MAX) < Duration::from_secs(365 * 24 * 3600));
    }

    #[test]
    fn who_waits_shares_the_outcome() {
        let failure = Failure::new("nothing", "do something");
        let logins = Logins::default();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let mut first = pin!(logins.get("a", &[], async { receiver.await.expect("an outcome") }));
        let mut second = pin!(logins.get("a", &[], never()));
        let mut context = Context::from_waker(Waker::noop());
        assert!(first.as_mut().poll(&mut context).is_pending());
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(sender.send(Err(failure.clone())).is_ok());
        assert_eq!(now(first), Err(failure.clone()));
        assert_eq!(now(second), Err(failure));
        // Who comes later has it tried again.
        assert_eq!(
            now(logins.get("a", &[], given("third"))),
            Ok(login("third").credential)
        );
    }
}
