use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderValue;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use crate::credential::Credential;
use crate::error::Error;

/// More than the repositories of one run; beyond it all is forgotten and learned again.
const SESSIONS: usize = 10_000;

/// What registries gave us to show them, for each origin, repository and credential: nothing is shared
/// between two credentials.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<Key, Arc<Session>>>);

/// A hash, so that secrets stand in one place less.
type Key = [u8; 32];

impl Sessions {
    pub(crate) fn open(&self, origin: &str, path: &str, credential: &Credential) -> Arc<Session> {
        let key = key(origin, path, credential);
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= SESSIONS && !sessions.contains_key(&key) {
            sessions.clear();
        }
        Arc::clone(sessions.entry(key).or_default())
    }
}

fn key(origin: &str, path: &str, credential: &Credential) -> Key {
    let parts = match credential {
        Credential::Anonymous => ["", "", ""],
        Credential::Basic { username, password } => ["basic", username, password.expose()],
        Credential::Bearer(token) => ["bearer", token.expose(), ""],
        Credential::IdentityToken(token) => ["identity", token.expose(), ""],
    };
    let mut hash = Sha256::new();
    for part in [origin, path].into_iter().chain(parts) {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The authorization for one repository and credential.
#[derive(Default)]
pub(crate) struct Session {
    state: tokio::sync::Mutex<State>,
    /// How often it was renewed, successfully or not.
    renewals: AtomicU64,
}

#[derive(Default)]
struct State {
    pass: Option<Pass>,
    expires: Option<Instant>,
    failed: Option<Error>,
}

/// What to send, and which renewal it came from.
#[derive(Clone)]
pub(crate) struct Pass {
    pub(crate) header: HeaderValue,
    renewal: u64,
}

impl Session {
    /// What to send now. Waits while it is being renewed.
    pub(crate) async fn pass(&self) -> Option<Pass> {
        self.state.lock().await.valid()
    }

    /// Renews what `seen` was refused with, unless another request has just done so: then its outcome
    /// counts for this one, too, be it a token or a failure.
    pub(crate) async fn renew<F>(&self, seen: Option<&Pass>, fetch: F) -> Result<(), Error>
    where
        F: Future<Output = Result<(HeaderValue, Option<Duration>), Error>>,
    {
        let before = self.renewals.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if state
            .valid()
            .is_some_and(|pass| seen.is_none_or(|seen| seen.renewal != pass.renewal))
        {
            return Ok(());
        }
        let renewals = self.renewals.load(Ordering::Acquire);
        if let Some(error) = state.failed.as_ref().filter(|_| renewals != before) {
            return Err(error.clone());
        }
        let outcome = fetch.await;
        self.renewals.store(renewals + 1, Ordering::Release);
        state.keep(outcome, renewals + 1)
    }
}

impl State {
    fn valid(&self) -> Option<Pass> {
        let alive = self.expires.is_none_or(|expires| Instant::now() < expires);
        self.pass.clone().filter(|_| alive)
    }

    fn keep(
        &mut self,
        outcome: Result<(HeaderValue, Option<Duration>), Error>,
        renewal: u64,
    ) -> Result<(), Error> {
        match outcome {
            Ok((header, lifetime)) => {
                self.pass = Some(Pass { header, renewal });
                self.expires = lifetime.and_then(|lifetime| Instant::now().checked_add(lifetime));
                self.failed = None;
                Ok(())
            }
            Err(error) => {
                self.pass = None;
                self.failed = Some(error.clone());
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_of_one_origin_repository_and_credential() {
        let sessions = Sessions::default();
        let login = Credential::basic("ada", "pw");
        let session = sessions.open("https://a", "app", &login);
        assert!(Arc::ptr_eq(
            &session,
            &sessions.open("https://a", "app", &login)
        ));
        for (origin, path, credential) in [
            ("https://b", "app", login.clone()),
            ("http://a", "app", login.clone()),
            ("https://a", "other", login),
            ("https://a", "app", Credential::basic("ada", "other")),
            ("https://a", "app", Credential::basic("bob", "pw")),
            ("https://a", "app", Credential::Bearer("pw".into())),
            ("https://a", "app", Credential::Anonymous),
        ] {
            let other = sessions.open(origin, path, &credential);
            assert!(!Arc::ptr_eq(&session, &other), "{origin} {path}");
        }
    }

    #[test]
    fn sessions_are_bounded() {
        let sessions = Sessions::default();
        for number in 0..=SESSIONS {
            sessions.open("https://a", &number.to_string(), &Credential::Anonymous);
        }
        assert_eq!(sessions.0.lock().unwrap().len(), 1);
    }
}
