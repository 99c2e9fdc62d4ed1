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

/// How long a renewed login that is refused again is not renewed: it does not do, and others may.
const SPENT: Duration = Duration::from_secs(60);

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
        /// When it took the place of one that was refused, if it did.
        renewed: Option<Instant>,
    },
    Failed(Failure),
}

impl<K> Default for Logins<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Logins<K> {
    /// The login for a place that is none of `refused`; none where one was just renewed and refused again. Who waited
    /// for one that failed gets the same failure.
    pub(super) async fn get<F>(
        &self,
        place: K,
        refused: &[Credential],
        fetch: F,
    ) -> Result<Option<Credential>, Failure>
    where
        F: Future<Output = Result<Login, Failure>>,
    {
        let slot = self.slot(place);
        let before = slot.fetches.load(Ordering::Acquire);
        let mut state = slot.state.lock().await;
        if let Some(credential) = state.good(refused) {
            return Ok(Some(credential));
        }
        if state.is_spent(refused) {
            return Ok(None);
        }
        match &*state {
            State::Failed(failure) if slot.fetches.load(Ordering::Acquire) != before => {
                return Err(failure.clone());
            }
            _ => {}
        }
        let outcome = fetch.await;
        slot.fetches.fetch_add(1, Ordering::Release);
        state.keep(outcome, refused)
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
            Self::Known {
                credential, until, ..
            } if Instant::now() < *until && !refused.contains(credential) => {
                Some(credential.clone())
            }
            _ => None,
        }
    }

    /// Whether it was renewed a moment ago, and refused nevertheless.
    fn is_spent(&self, refused: &[Credential]) -> bool {
        match self {
            Self::Known {
                credential,
                renewed: Some(renewed),
                ..
            } => renewed.elapsed() < SPENT && refused.contains(credential),
            _ => false,
        }
    }

    fn keep(
        &mut self,
        outcome: Result<Login, Failure>,
        refused: &[Credential],
    ) -> Result<Option<Credential>, Failure> {
        match outcome {
            Ok(Login {
                credential,
                lifetime,
            }) => {
                *self = Self::Known {
                    credential: credential.clone(),
                    until: Instant::now() + kept(lifetime),
                    renewed: self.renewed(&credential, refused),
                };
                Ok(Some(credential).filter(|credential| !refused.contains(credential)))
            }
            Err(failure) => {
                *self = Self::Failed(failure.clone());
                Err(failure)
            }
        }
    }

    /// When `next`, which takes the place of this, was renewed: now if this was refused. One that is given again, since
    /// it is not kept here, is as old as it is.
    fn renewed(&self, next: &Credential, refused: &[Credential]) -> Option<Instant> {
        match self {
            Self::Known { credential, .. } if refused.contains(credential) => Some(Instant::now()),
            Self::Known {
                credential,
                renewed,
                ..
            } if credential == next => *renewed,
            _ => None,
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
        let first = login("first").credential;
        now(logins.get("a", &[], given("first"))).expect("a login");
        let second = now(logins.get("a", &[first], given("second")));
        assert_eq!(second, Ok(Some(login("second").credential)));
        assert_eq!(now(logins.get("a", &[], never())), second);
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewed_login_that_is_refused_again_is_not_renewed_for_a_while() {
        let logins = Logins::default();
        let [first, second] = ["first", "second"].map(|name| login(name).credential);
        let refused = [first.clone(), second.clone()];
        logins.get("a", &[], given("first")).await.expect("a login");
        let renewed = logins.get("a", &refused[..1], given("second")).await;
        assert_eq!(renewed, Ok(Some(second.clone())));
        assert_eq!(logins.get("a", &refused, never()).await, Ok(None));
        // Another request, which saw the second one only.
        assert_eq!(logins.get("a", &refused[1..], never()).await, Ok(None));
        // One that saw the first one.
        let known = logins.get("a", &refused[..1], never()).await;
        assert_eq!(known, Ok(Some(second)));
        tokio::time::advance(SPENT / 2).await;
        assert_eq!(logins.get("a", &refused, never()).await, Ok(None));
        tokio::time::advance(SPENT / 2).await;
        let third = logins.get("a", &refused, given("third")).await;
        assert_eq!(third, Ok(Some(login("third").credential)));
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_kept_elsewhere_is_renewed_once_too() {
        // As Google's, whose SDK is asked each time.
        let passing = |name| {
            let lifetime = Duration::ZERO;
            std::future::ready(Ok(Login {
                lifetime,
                ..login(name)
            }))
        };
        let logins = Logins::default();
        let [first, second] = ["first", "second"].map(|name| login(name).credential);
        logins
            .get("a", &[], passing("first"))
            .await
            .expect("a login");
        let renewed = logins.get("a", &[first], passing("second")).await;
        assert_eq!(renewed, Ok(Some(second.clone())));
        let again = logins.get("a", &[], passing("second")).await;
        assert_eq!(again, Ok(Some(second.clone())));
        assert_eq!(logins.get("a", &[second], never()).await, Ok(None));
    }

    #[test]
    fn what_others_refused_is_no_renewal() {
        let logins = Logins::default();
        let other = login("of another keychain").credential;
        let [first, second] = ["first", "second"].map(|name| login(name).credential);
        let found = now(logins.get("a", std::slice::from_ref(&other), given("first")));
        assert_eq!(found, Ok(Some(first.clone())));
        let renewed = now(logins.get("a", &[other, first], given("second")));
        assert_eq!(renewed, Ok(Some(second)));
    }

    #[test]
    fn one_that_comes_again_is_no_other() {
        let logins = Logins::default();
        now(logins.get("a", &[], given("first"))).expect("a login");
        let refused = [login("first").credential];
        assert_eq!(now(logins.get("a", &refused, given("first"))), Ok(None));
        assert_eq!(now(logins.get("a", &refused, never())), Ok(None));
    }

    #[test]
    fn an_expired_login_is_fetched_anew() {
        let mut state = State::default();
        let credential = login("first").credential;
        state.keep(Ok(login("first")), &[]).expect("a login");
        assert_eq!(state.good(&[]), Some(credential.clone()));
        let expired = State::Known {
            credential,
            until: Instant::now(),
            renewed: None,
        };
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
            Ok(Some(login("third").credential))
        );
    }
}
