use std::sync::Arc;

use reqwest::{Method, StatusCode};
use url::Url;

use super::endpoint::{Endpoint, origin};
use super::exchange::{Answer, Ask, Shared};
use super::session::{Pass, Session};
use super::{answer, challenge, token};
use crate::credential::Credential;
use crate::error::{Error, Kind, RequestKind};
use crate::repository::Repository;

/// Requests about one repository, with the credentials for it.
pub(crate) struct Visit {
    pub(crate) shared: Arc<Shared>,
    pub(crate) endpoint: Endpoint,
    repository: Repository,
    request: RequestKind,
    /// What the requests are about, as errors show it.
    subject: String,
    access: Option<Access>,
}

struct Access {
    credential: Credential,
    session: Arc<Session>,
}

/// A keychain that gives something else each time does not keep a request going for ever.
const REFUSALS: u32 = 3;

impl Visit {
    pub(crate) fn new(
        shared: Arc<Shared>,
        repository: Repository,
        request: RequestKind,
        subject: String,
    ) -> Result<Self, Error> {
        let plain = shared.is_plain(repository.registry());
        let endpoint = Endpoint::new(&repository, plain)
            .map_err(|error| error.of(request, &repository, &subject))?;
        Ok(Self {
            shared,
            endpoint,
            repository,
            request,
            subject,
            access: None,
        })
    }

    /// The same error, naming what was asked and of whom.
    pub(crate) fn blame(&self, error: Error) -> Error {
        self.blame_request(error, self.request)
    }

    /// The error for an answer that is no success.
    pub(crate) fn refusal(&self, answer: &Answer) -> Error {
        if self.is_own(&answer.url) {
            return self.blame(answer::refusal(answer, "the registry"));
        }
        let who = format!("{}, where the registry sent us,", origin(&answer.url));
        self.blame(answer::refusal(answer, &who))
    }

    /// The answer to a request, whatever its status, credentials shown where the registry wants them.
    pub(crate) async fn ask(
        &mut self,
        method: Method,
        url: &Url,
        accept: &'static str,
        limit: usize,
    ) -> Result<Answer, Error> {
        let mut refusals = 0;
        loop {
            let pass = self.pass(url).await?;
            let authorization = pass.as_ref().map(|pass| pass.header.clone());
            let (method, url) = (method.clone(), url.clone());
            let ask = Ask {
                method,
                url,
                accept,
                authorization,
                form: None,
                limit,
            };
            let answer = self
                .shared
                .persist(&ask)
                .await
                .map_err(|error| self.blame(error))?;
            let refused = answer.status == StatusCode::UNAUTHORIZED && self.is_own(&answer.url);
            if !refused || !self.authorize(&answer, pass, refusals).await? {
                return Ok(answer);
            }
            refusals += 1;
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
            self.access = Some(self.open().await?);
        }
        match &self.access {
            Some(access) => Ok(access.session.pass().await),
            None => Ok(None),
        }
    }

    async fn open(&self) -> Result<Access, Error> {
        let credential = self.shared.keychain.credential(&self.repository).await;
        let credential = credential.map_err(|error| self.blame(error))?;
        let session =
            self.shared
                .sessions
                .open(&self.endpoint.origin(), self.repository.path(), &credential);
        Ok(Access {
            credential,
            session,
        })
    }

    /// Gets what the registry wants to see after it refused `shown`; false when there is nothing new to
    /// show: something fresh was refused, too, and the keychain, asked again, gives the same credential.
    async fn authorize(
        &mut self,
        answer: &Answer,
        shown: Option<Pass>,
        refusals: u32,
    ) -> Result<bool, Error> {
        let access = self.open().await?;
        let changed = self
            .access
            .as_ref()
            .is_none_or(|old| old.credential != access.credential);
        if refusals >= REFUSALS || (refusals > 0 && !changed) {
            return Ok(false);
        }
        let seen = shown.filter(|_| !changed);
        let challenges = challenge::all(&answer.headers);
        let fetches = challenges.iter().any(|challenge| challenge.is("Bearer"))
            && !matches!(access.credential, Credential::Bearer(_));
        if seen.is_some() && !fetches {
            return Ok(false);
        }
        let fetch = token::authorize(
            &self.shared,
            &self.repository,
            &challenges,
            &access.credential,
        );
        let renewed = access.session.renew(seen.as_ref(), async {
            fetch
                .await
                .map_err(|error| self.blame_request(error, RequestKind::Token))
        });
        renewed.await?;
        self.access = Some(access);
        Ok(true)
    }

    fn blame_request(&self, error: Error, request: RequestKind) -> Error {
        if error.request().is_some() {
            return error;
        }
        error.of(request, &self.repository, &self.subject)
    }
}

/// The error for a limit that an answer goes beyond.
pub(crate) fn beyond(found: String) -> Error {
    Error::new(
        Kind::LimitExceeded,
        found,
        "raise the limit if the registry can be trusted",
    )
}
