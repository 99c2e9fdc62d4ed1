use std::sync::Arc;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use url::Url;

use super::endpoint::{Endpoint, origin};
use super::exchange::{Answer, Ask, Shared};
use super::page::Page;
use super::session::{Pass, Session};
use super::{answer, challenge, digests, referrers, token};
use crate::credential::Credential;
use crate::error::{Error, Kind, RequestKind};
use crate::repository::Repository;

/// Requests about one repository, with the credentials for it, at the place where they are answered.
pub(crate) struct Visit {
    pub(crate) shared: Arc<Shared>,
    pub(crate) endpoint: Endpoint,
    repository: Repository,
    request: RequestKind,
    /// What the requests are about, as errors show it.
    subject: String,
    /// Where the repository is asked about: its mirror, perhaps. Credentials are those for this place.
    place: Repository,
    /// The places that are left, the next one last.
    others: Vec<Repository>,
    /// How many places failed.
    failed: usize,
    /// What began at one place goes on there.
    settled: bool,
    access: Option<Access>,
}

struct Access {
    credential: Credential,
    session: Arc<Session>,
}

/// What became of the credentials during one request.
#[derive(Default)]
struct Tried {
    refused: Vec<Credential>,
    /// Whether the credential in use has been exchanged for what is shown.
    renewed: bool,
}

/// A keychain that gives something else each time does not keep a request going for ever.
const REFUSALS: usize = 8;

impl Visit {
    pub(crate) fn new(
        shared: Arc<Shared>,
        repository: Repository,
        request: RequestKind,
        subject: String,
    ) -> Result<Self, Error> {
        let mut others = shared.places.of(&repository);
        others.reverse();
        let first = others.pop().unwrap_or_else(|| repository.clone());
        let next = next(&shared, first, &mut others);
        let next = next.map_err(|error| error.of(request, &repository, &subject))?;
        Ok(Self {
            shared,
            endpoint: next.endpoint,
            repository,
            request,
            subject,
            place: next.place,
            others,
            failed: next.passed,
            settled: false,
            access: None,
        })
    }

    /// The same error, naming what was asked and of whom.
    pub(crate) fn blame(&self, error: Error) -> Error {
        self.blame_request(error, self.request)
    }

    /// The error for an answer that is no success.
    pub(crate) fn refusal(&self, answer: &Answer) -> Error {
        let from = origin(&answer.url);
        let who = if answer.strayed {
            format!("{from}, where the registry sent us,")
        } else if self.place == self.repository {
            "the registry".to_owned()
        } else {
            format!("{from}, which stands for the registry,")
        };
        self.blame(answer::refusal(answer, &who))
    }

    /// The answer to a request, whatever its status, credentials shown where the registry wants them. Where a mirror
    /// fails, the next place is asked for the same.
    pub(crate) async fn ask(
        &mut self,
        method: Method,
        url: &Url,
        accept: &'static str,
        limit: usize,
    ) -> Result<Answer, Error> {
        let mut url = url.clone();
        loop {
            let outcome = self.ask_here(method.clone(), &url, accept, limit).await;
            if self.settled || self.others.is_empty() || !self.is_failure(&outcome) {
                self.settled |= outcome.as_ref().is_ok_and(|answer| self.begins(answer));
                return outcome;
            }
            let here = self.endpoint.clone();
            if !self.elsewhere(&outcome)? {
                return outcome;
            }
            url = here.moved(&url, &self.endpoint);
        }
    }

    /// Asks the next place from now on; false when this one is the last.
    pub(crate) fn elsewhere(&mut self, outcome: &Result<Answer, Error>) -> Result<bool, Error> {
        let Some(next) = self.others.pop().filter(|_| !self.settled) else {
            return Ok(false);
        };
        self.tell(outcome);
        if is_down(outcome) {
            self.shared.hosts.get(&self.endpoint.origin()).went_down();
        }
        self.move_to(next).map(|()| true)
    }

    /// The same for an answer that is wrong in a way of which [`ask`](Self::ask) knows nothing; its error where this
    /// place is the last.
    pub(crate) fn pass_over(&mut self, wrong: Error) -> Result<(), Error> {
        let outcome = Err(self.blame(wrong));
        if self.elsewhere(&outcome)? {
            return Ok(());
        }
        outcome.map(drop)
    }

    /// How many places failed.
    pub(crate) fn failed(&self) -> usize {
        self.failed
    }

    /// Whether what follows has to come from the same place. A manifest is whole by itself.
    fn begins(&self, answer: &Answer) -> bool {
        let is_list = matches!(self.request, RequestKind::Tags | RequestKind::Referrers);
        is_list && answer.status.is_success()
    }

    /// Whether another place may do better.
    fn is_failure(&self, outcome: &Result<Answer, Error>) -> bool {
        match outcome {
            // The listing asks for smaller pages first.
            Ok(answer) if answer.status == StatusCode::BAD_REQUEST => {
                self.request != RequestKind::Tags
            }
            Ok(answer) if answer.status.is_success() => is_page(answer) || self.is_strange(answer),
            Ok(answer) => {
                let status = answer.status.as_u16();
                matches!(status, 401 | 403 | 404 | 407 | 408 | 429 | 500..)
                    || is_page(answer)
                    || self.lacks_referrers(answer)
            }
            Err(error) => error.kind() != Kind::LimitExceeded,
        }
    }

    /// Whether the place has no API for what was asked for. The next one's is asked before any tag that stands for it.
    fn lacks_referrers(&self, answer: &Answer) -> bool {
        self.request == RequestKind::Referrers && !referrers::has_api(answer)
    }

    /// Whether an answer is not what was asked for. One to HEAD has no body.
    fn is_strange(&self, answer: &Answer) -> bool {
        match self.request {
            RequestKind::Tags => Page::parse(&answer.body).is_err(),
            RequestKind::Digest | RequestKind::Manifest if !answer.body.is_empty() => {
                digests::manifest_error(&answer.body).is_some()
            }
            RequestKind::Referrers => !referrers::is_list(answer),
            _ => false,
        }
    }

    /// How many tags to ask for: fewer where the registry refused the number before.
    pub(crate) fn page_size(&self) -> usize {
        let most = self.shared.page_size;
        let host = self.shared.hosts.get(&self.endpoint.origin());
        host.page_size().map_or(most, |size| size.min(most))
    }

    pub(crate) fn takes_pages_of(&self, size: usize) {
        let host = self.shared.hosts.get(&self.endpoint.origin());
        host.takes_pages_of(size);
    }

    async fn ask_here(
        &mut self,
        method: Method,
        url: &Url,
        accept: &'static str,
        limit: usize,
    ) -> Result<Answer, Error> {
        let mut tried = Tried::default();
        loop {
            let pass = self.pass(url).await?;
            let ask = Ask {
                method: method.clone(),
                url: url.clone(),
                accept,
                authorization: pass.as_ref().map(|pass| pass.header.clone()),
                form: None,
                limit,
            };
            let answer = self.shared.persist(&ask).await;
            let answer = answer.map_err(|error| self.blame(error))?;
            let refused = matches!(
                answer.status,
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
            );
            if !refused
                || answer.strayed
                || !self.authorize(&answer, pass.as_ref(), &mut tried).await?
            {
                return Ok(answer);
            }
        }
    }

    fn is_own(&self, url: &Url) -> bool {
        origin(url) == self.endpoint.origin()
    }

    /// What is shown to the registry, and to no other host.
    async fn pass(&mut self, url: &Url) -> Result<Option<Pass>, Error> {
        if !self.is_own(url) {
            return Ok(None);
        }
        if self.access.is_none() {
            let credential = self.shared.keychain.credential(&self.place).await;
            self.access = Some(self.open(credential.map_err(|error| self.blame(error))?));
        }
        match &self.access {
            Some(access) => Ok(access.session.pass().await),
            None => Ok(None),
        }
    }

    fn open(&self, credential: Credential) -> Access {
        let origin = self.endpoint.origin();
        let session = self
            .shared
            .sessions
            .open(&origin, self.place.path(), &credential);
        Access {
            credential,
            session,
        }
    }

    /// Gets what the registry may take after it refused `shown`: the same credential exchanged anew, or another
    /// one. False when there is neither.
    async fn authorize(
        &mut self,
        answer: &Answer,
        shown: Option<&Pass>,
        tried: &mut Tried,
    ) -> Result<bool, Error> {
        let mut failure = None;
        if answer.status == StatusCode::UNAUTHORIZED && !tried.renewed {
            match self.renew(answer, shown).await {
                Ok(true) => {
                    tried.renewed = true;
                    return Ok(true);
                }
                Ok(false) => {}
                Err(error) if is_refusal(&error) => failure = Some(error),
                Err(error) => return Err(error),
            }
        }
        match (self.change(tried).await?, failure) {
            (true, _) => Ok(true),
            (false, Some(error)) => Err(error),
            (false, None) => Ok(false),
        }
    }

    /// Exchanges the credential for what is shown; false when that would be the same again.
    async fn renew(&self, answer: &Answer, shown: Option<&Pass>) -> Result<bool, Error> {
        let Some(access) = &self.access else {
            return Ok(false);
        };
        let challenges = challenge::all(&answer.headers);
        let fetches = challenges.iter().any(|challenge| challenge.is("Bearer"))
            && !matches!(access.credential, Credential::Bearer(_));
        if shown.is_some() && !fetches {
            return Ok(false);
        }
        let fetch = token::authorize(&self.shared, &self.place, &challenges, &access.credential);
        let renewed = access.session.renew(shown, async {
            fetch
                .await
                .map_err(|error| self.blame_request(error, RequestKind::Token))
        });
        renewed.await.map(|()| true)
    }

    /// Goes on with another credential, if the keychain has one.
    async fn change(&mut self, tried: &mut Tried) -> Result<bool, Error> {
        let Some(access) = &self.access else {
            return Ok(false);
        };
        tried.refused.push(access.credential.clone());
        if tried.refused.len() > REFUSALS {
            return Ok(false);
        }
        let keychain = &self.shared.keychain;
        let other = keychain.after_refusal(&self.place, &tried.refused).await;
        let other = other.map_err(|error| self.blame(error))?;
        if tried.refused.contains(&other) {
            return Ok(false);
        }
        tracing::debug!("a credential was refused, trying another one");
        self.access = Some(self.open(other));
        tried.renewed = false;
        Ok(true)
    }

    /// Asks another place from now on.
    fn move_to(&mut self, place: Repository) -> Result<(), Error> {
        self.failed += 1;
        let next = next(&self.shared, place, &mut self.others);
        let next = next.map_err(|error| self.blame(error))?;
        self.failed += next.passed;
        self.endpoint = next.endpoint;
        self.place = next.place;
        self.access = None;
        Ok(())
    }

    fn tell(&self, outcome: &Result<Answer, Error>) {
        let mirror = self.endpoint.origin();
        match outcome {
            Ok(answer) => {
                let status = answer.status.as_u16();
                tracing::warn!(%mirror, status, "a mirror failed, asking the next place");
            }
            Err(reason) => {
                tracing::warn!(%mirror, %reason, "a mirror failed, asking the next place");
            }
        }
    }

    fn blame_request(&self, error: Error, request: RequestKind) -> Error {
        if error.request().is_some() {
            return error;
        }
        let error = error.of(request, &self.repository, &self.subject);
        match self.failed {
            0 => error,
            1 => error.also("after a mirror failed"),
            failed => error.also(&format!("after {failed} mirrors failed")),
        }
    }
}

/// Where it goes on.
struct Next {
    place: Repository,
    endpoint: Endpoint,
    /// How many places were passed over.
    passed: usize,
}

/// `place`, or the first of `others`, the next one last, that is not known to be down; the last one in any case.
fn next(
    shared: &Shared,
    mut place: Repository,
    others: &mut Vec<Repository>,
) -> Result<Next, Error> {
    let mut passed = 0;
    loop {
        let endpoint = Endpoint::new(&place, shared.is_plain(place.registry()))?;
        match others.pop() {
            Some(other) if shared.hosts.get(&endpoint.origin()).is_down() => place = other,
            other => {
                others.extend(other);
                return Ok(Next {
                    place,
                    endpoint,
                    passed,
                });
            }
        }
        passed += 1;
    }
}

/// Whether a place does not answer at all, whatever it is asked about. Not all know every request (501).
fn is_down(outcome: &Result<Answer, Error>) -> bool {
    match outcome {
        Ok(answer) => {
            (answer.status.is_server_error() && answer.status != StatusCode::NOT_IMPLEMENTED)
                || (answer.status.is_success() && is_page(answer))
        }
        Err(error) => matches!(error.kind(), Kind::Unreachable | Kind::Timeout),
    }
}

/// Whether somebody else answers, with a page for people: the login of a network, say.
fn is_page(answer: &Answer) -> bool {
    let kind = answer.headers.get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
        || answer.body.trim_ascii_start().first() == Some(&b'<')
}

/// Whether a token server refused the credential. Some answer 400 to an identity token that they do not know.
fn is_refusal(error: &Error) -> bool {
    matches!(error.kind(), Kind::Unauthorized | Kind::Forbidden) || error.status() == Some(400)
}

/// The error for a limit that an answer goes beyond.
pub(crate) fn beyond(found: String) -> Error {
    Error::new(
        Kind::LimitExceeded,
        found,
        "raise the limit if the registry can be trusted",
    )
}
