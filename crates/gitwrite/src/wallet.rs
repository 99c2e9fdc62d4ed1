//! What a provider of credentials issued, and the threads on which it is asked.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::control::{Control, Stop, TICK};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::git::stop_error;
use crate::provider::{CredentialError, CredentialProvider, CredentialRequest, Issued};
use crate::url::RemoteUrl;

/// So many threads may hang in a provider before nobody asks it any more.
const MAX_ABANDONED: usize = 4;

/// A provider, and what it issued last.
pub(crate) struct Wallet {
    provider: Arc<dyn CredentialProvider>,
    shared: Arc<Shared>,
}

/// What the threads that ask, and those that wait, have in common.
#[derive(Default)]
struct Shared {
    kept: Mutex<Kept>,
    changed: Condvar,
}

#[derive(Default)]
struct Kept {
    current: Option<Issued>,
    /// A command that began with these may still have them in its words.
    previous: Option<Credentials>,
    /// The question that somebody waits for.
    asking: Option<u64>,
    /// Questions that nobody waits for any more.
    abandoned: usize,
    asked: u64,
    /// Which question brought `current`.
    answered: u64,
    /// Of the questions that somebody waited for, until each takes its own: by then another may be asked.
    answers: BTreeMap<u64, Result<Credentials, CredentialError>>,
}

impl Wallet {
    pub(crate) fn new(provider: impl CredentialProvider + 'static) -> Wallet {
        Wallet {
            provider: Arc::new(provider),
            shared: Arc::default(),
        }
    }

    /// What to show now. Waits while another thread asks.
    pub(crate) fn present(&self, url: &RemoteUrl, control: &Control) -> Result<Credentials, Error> {
        let kept = self.turn(url, control, Kept::fresh)?;
        match kept.fresh() {
            Some(credentials) => Ok(credentials),
            None => self.ask(kept, url, false, control),
        }
    }

    /// What to show instead of what was refused; `None` when there is nothing else.
    pub(crate) fn replace(
        &self,
        url: &RemoteUrl,
        refused: &Credentials,
        control: &Control,
    ) -> Result<Option<Credentials>, Error> {
        // Another thread was refused as well, and has asked already.
        let newer = |kept: &Kept| kept.other_than(refused);
        let kept = self.turn(url, control, newer)?;
        let next = match newer(&kept) {
            Some(credentials) => credentials,
            None => self.ask(kept, url, true, control)?,
        };
        Ok((next != *refused).then_some(next))
    }

    /// Waits until nobody else asks, and until one more may be asked unless that is not needed.
    fn turn(
        &self,
        url: &RemoteUrl,
        control: &Control,
        known: impl Fn(&Kept) -> Option<Credentials>,
    ) -> Result<MutexGuard<'_, Kept>, Error> {
        let is_ready = |kept: &Kept| {
            kept.asking.is_none() && (kept.abandoned < MAX_ABANDONED || known(kept).is_some())
        };
        let (kept, stop) = self.shared.wait(self.shared.lock(), control, is_ready);
        stop.map_or(Ok(kept), |stop| Err(stopped(stop, url)))
    }

    fn ask(
        &self,
        mut kept: MutexGuard<'_, Kept>,
        url: &RemoteUrl,
        refused: bool,
        control: &Control,
    ) -> Result<Credentials, Error> {
        control.check().map_err(|stop| stopped(stop, url))?;
        tracing::debug!(%url, refused, "asking for credentials");
        let question = kept.begin();
        if let Err(error) = self.start(question, url, refused) {
            kept.asking = None;
            return Err(failed(url, error.into()));
        }
        let is_answered = |kept: &Kept| kept.answers.contains_key(&question);
        let (mut kept, stop) = self.shared.wait(kept, control, is_answered);
        if let Some(stop) = stop {
            kept.asking = None;
            kept.abandoned += 1;
            self.shared.changed.notify_all();
            return Err(stopped(stop, url));
        }
        let answer = kept.answers.remove(&question).expect("it was waited for");
        answer.map_err(|failure| failed(url, failure))
    }

    fn start(&self, question: u64, url: &RemoteUrl, refused: bool) -> std::io::Result<()> {
        let (provider, shared) = (Arc::clone(&self.provider), Arc::clone(&self.shared));
        let url = url.to_string();
        let ask = move || {
            let request = CredentialRequest { url: &url, refused };
            let issued = catch_unwind(AssertUnwindSafe(|| provider.issue(&request)));
            let issued = issued.unwrap_or_else(|_| Err("the provider panicked".into()));
            shared.lock().finish(question, issued);
            shared.changed.notify_all();
        };
        let thread = thread::Builder::new().name("credentials".to_owned());
        thread.spawn(ask).map(drop)
    }

    pub(crate) fn secrets(&self) -> Vec<String> {
        let kept = self.shared.lock();
        let current = kept.current.as_ref().map(|issued| &issued.credentials);
        let shown = current.into_iter().chain(&kept.previous);
        shown
            .flat_map(Credentials::secrets)
            .map(str::to_owned)
            .collect()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is ready, or until the caller must stop.
    fn wait<'a>(
        &'a self,
        mut kept: MutexGuard<'a, Kept>,
        control: &Control,
        is_ready: impl Fn(&Kept) -> bool,
    ) -> (MutexGuard<'a, Kept>, Option<Stop>) {
        while !is_ready(&kept) {
            if let Err(stop) = control.check() {
                return (kept, Some(stop));
            }
            let waited = self.changed.wait_timeout(kept, control.wait_at_most(TICK));
            kept = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        (kept, None)
    }
}

impl Kept {
    fn fresh(&self) -> Option<Credentials> {
        let fresh = self.current.as_ref().filter(|issued| issued.is_fresh());
        fresh.map(|issued| issued.credentials.clone())
    }

    fn other_than(&self, refused: &Credentials) -> Option<Credentials> {
        let current = self.current.as_ref().map(|issued| &issued.credentials);
        current.filter(|current| *current != refused).cloned()
    }

    fn begin(&mut self) -> u64 {
        self.asked += 1;
        self.asking = Some(self.asked);
        self.asked
    }

    /// What comes late is kept unless a later question was answered sooner.
    fn finish(&mut self, question: u64, issued: Result<Issued, CredentialError>) {
        let answer = issued.map(|issued| self.keep(question, issued));
        if self.asking == Some(question) {
            self.asking = None;
            self.answers.insert(question, answer);
        } else {
            self.abandoned -= 1;
        }
    }

    fn keep(&mut self, question: u64, issued: Issued) -> Credentials {
        let credentials = issued.credentials.clone();
        if question > self.answered {
            self.previous = self.current.take().map(|issued| issued.credentials);
            self.current = Some(issued);
            self.answered = question;
        }
        credentials
    }
}

fn failed(url: &RemoteUrl, source: CredentialError) -> Error {
    let message = format!(
        "cannot get credentials for {url}: their provider failed; the source of this error says why"
    );
    Error::new(ErrorKind::InvalidCredentials, message)
        .at(url)
        .caused_by(source)
}

fn stopped(stop: Stop, url: &RemoteUrl) -> Error {
    let action = format!("get credentials for {url}");
    let error = match stop {
        Stop::Deadline => Error::new(
            ErrorKind::Timeout,
            format!(
                "cannot {action}: their provider did not answer before the deadline; allow more time or check the provider"
            ),
        ),
        Stop::Cancelled => stop_error(stop, &action),
    };
    error.at(url)
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider(..)")
    }
}
