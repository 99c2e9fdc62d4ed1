use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, Response, StatusCode};
use url::Url;

use super::body::{self, BodyFailure};
use super::cache::Cache;
use super::endpoint::origin;
use super::failure::{self, Failure};
use super::hosts::{Alone, Hosts};
use super::limits::Limits;
use super::places::Places;
use super::proxy::Ways;
use super::retry::{self, Retries};
use super::session::Sessions;
use super::usage::Counters;
use crate::error::{Error, Kind};
use crate::image_config::ImageConfig;
use crate::keychain::Keychain;
use crate::manifest::Manifest;

/// What all clones of a client share.
pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    pub(crate) ways: Ways,
    pub(crate) keychain: Arc<dyn Keychain>,
    pub(crate) plain_http: BTreeSet<String>,
    pub(crate) places: Places,
    pub(crate) limits: Limits,
    pub(crate) concurrency: usize,
    pub(crate) page_size: usize,
    pub(crate) hosts: Hosts,
    pub(crate) sessions: Sessions,
    pub(crate) manifests: Cache<Manifest>,
    pub(crate) configs: Cache<ImageConfig>,
    pub(crate) counters: Counters,
}

/// One request.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) accept: &'static str,
    pub(crate) authorization: Option<HeaderValue>,
    /// The body of a POST, `application/x-www-form-urlencoded`.
    pub(crate) form: Option<String>,
    /// Bytes of the answer's body.
    pub(crate) limit: usize,
}

/// What came back, body and all. Of an answer that is no success the body is cut at [`EXPLANATION`].
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Where it came from, redirects followed.
    pub(crate) url: Url,
    /// Whether they led through another host, where the credentials stayed behind.
    pub(crate) strayed: bool,
    pub(crate) attempts: u32,
}

/// Bytes of a body that explains why a request failed.
const EXPLANATION: usize = 64 * 1024;

/// Registries redirect once or twice, to a mirror and to a storage.
const REDIRECTS: usize = 5;

impl Shared {
    /// Sends a request until it is answered with something else than a passing failure, or until there
    /// are no attempts or no time left.
    pub(crate) async fn persist(&self, ask: &Ask) -> Result<Answer, Error> {
        let mut retries = Retries::new(&self.limits);
        loop {
            let outcome = self.exchange(ask).await;
            let wait = match &outcome {
                Ok(answer) if retry::is_transient(answer.status) => {
                    let asked = retry::asked(answer.status, &answer.headers, SystemTime::now());
                    let wait = retries.next(asked);
                    self.leave_alone(answer, asked, wait);
                    wait
                }
                Err(failure) if failure.transient => retries.next(None),
                _ => None,
            };
            let Some(wait) = wait else {
                return settle(outcome, retries.made());
            };
            report(&outcome, wait, retries.made());
            tokio::time::sleep(wait).await;
            self.counters.retry();
        }
    }

    /// A host that had too much is left alone by all requests of this client: for as long as it asked, else until
    /// this one is repeated.
    fn leave_alone(&self, answer: &Answer, asked: Option<Duration>, wait: Option<Duration>) {
        let too_much = answer.status == StatusCode::TOO_MANY_REQUESTS
            || (answer.status == StatusCode::SERVICE_UNAVAILABLE && asked.is_some());
        if let Some(time) = asked.or(wait).filter(|_| too_much) {
            let host = self.hosts.get(&origin(&answer.url));
            host.leave_alone(time.min(self.limits.cool_down));
        }
    }

    /// One request and the redirects that it leads to.
    async fn exchange(&self, ask: &Ask) -> Result<Answer, Failure> {
        let mut url = ask.url.clone();
        let mut strayed = false;
        for _ in 0..=REDIRECTS {
            let authorization = ask.authorization.as_ref().filter(|_| !strayed);
            let mut answer = self.hop(ask, url, authorization).await?;
            answer.strayed = strayed;
            let Some(target) = redirect(ask, &answer) else {
                return Ok(answer);
            };
            url = self.redirected(&answer, target).map_err(Failure::last)?;
            // A redirect to another host leaves the credentials behind, for good: one that leads back was written
            // by the other host, which must not choose what is asked for with them.
            strayed |= origin(&url) != origin(&ask.url);
        }
        Err(Failure::last(invalid(format!(
            "more than {REDIRECTS} redirects from {}",
            origin(&ask.url)
        ))))
    }

    /// One request and its answer, within the time for a page.
    async fn hop(
        &self,
        ask: &Ask,
        url: Url,
        authorization: Option<&HeaderValue>,
    ) -> Result<Answer, Failure> {
        let from = origin(&url);
        let patience = self.limits.retry_time;
        let turn = self.hosts.turn(&from, patience).await;
        let _turn = turn.map_err(|alone| Failure::last(left_alone(&from, &alone)))?;
        let answer =
            tokio::time::timeout(self.limits.page_timeout, self.send(ask, url, authorization))
                .await;
        answer.unwrap_or_else(|_| {
            Err(Failure::last(failure::timeout(format!(
                "no whole answer from {from} in time"
            ))))
        })
    }

    async fn send(
        &self,
        ask: &Ask,
        url: Url,
        authorization: Option<&HeaderValue>,
    ) -> Result<Answer, Failure> {
        let from = origin(&url);
        self.counters.request();
        let mut request = self
            .http
            .request(ask.method.clone(), url.clone())
            .header(ACCEPT, ask.accept);
        if let Some(form) = &ask.form {
            request = request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.clone());
        }
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        let response = request
            .send()
            .await
            .map_err(|error| Failure::from_http(&error, &from, &self.ways))?;
        self.receive(response, url, ask.limit).await
    }

    async fn receive(&self, response: Response, url: Url, limit: usize) -> Result<Answer, Failure> {
        let (status, headers) = (response.status(), response.headers().clone());
        if status == StatusCode::TOO_MANY_REQUESTS {
            self.counters.too_many();
        }
        let body = if status.is_success() {
            body::read(response, limit)
                .await
                .map_err(|failure| self.unread(&failure, &url, limit))?
        } else {
            body::read_beginning(response, EXPLANATION).await
        };
        Ok(Answer {
            status,
            headers,
            body,
            url,
            strayed: false,
            attempts: 1,
        })
    }

    fn unread(&self, failure: &BodyFailure, url: &Url, limit: usize) -> Failure {
        match failure {
            BodyFailure::Broken(error) => Failure::from_http(error, &origin(url), &self.ways),
            BodyFailure::TooLarge => {
                let found = format!(
                    "{} sends more than {limit} bytes for one answer",
                    origin(url)
                );
                let hint = "raise the limit of bytes if the registry can be trusted";
                Failure::last(Error::new(Kind::LimitExceeded, found, hint))
            }
        }
    }

    /// Where a redirect leads, if a client may go there.
    fn redirected(&self, answer: &Answer, target: &str) -> Result<Url, Error> {
        let from = origin(&answer.url);
        let url = answer.url.join(target).ok().and_then(without_user);
        let url =
            url.ok_or_else(|| invalid(format!("{from} redirects to something that is no URL")))?;
        if self.may_visit(&url) {
            return Ok(url);
        }
        let found = format!("{from} redirects to {}, which is not HTTPS", origin(&url));
        Err(Error::new(
            Kind::InvalidResponse,
            found,
            "name that host as a plain HTTP one if this is meant",
        ))
    }

    /// HTTPS, or plain HTTP to a host that was named.
    pub(crate) fn may_visit(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => url.has_host(),
            "http" => self.is_plain(&host(url)) || self.is_plain(&host_and_port(url)),
            _ => false,
        }
    }

    pub(crate) fn is_plain(&self, host: &str) -> bool {
        self.plain_http
            .iter()
            .any(|known| known.eq_ignore_ascii_case(host))
    }
}

/// `host`, with the port if it is not the scheme's own.
fn host(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}"));
    format!(
        "{}{}",
        url.host_str().unwrap_or_default(),
        port.unwrap_or_default()
    )
}

fn host_and_port(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{}:{port}", url.host_str().unwrap_or_default())
}

/// User information in a URL would become an `Authorization` that we did not choose.
pub(crate) fn without_user(mut url: Url) -> Option<Url> {
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    Some(url)
}

fn redirect<'a>(ask: &Ask, answer: &'a Answer) -> Option<&'a str> {
    let is_redirect = matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let repeatable = is_redirect && ask.form.is_none();
    repeatable.then(|| answer.headers.get(LOCATION)?.to_str().ok())?
}

fn settle(outcome: Result<Answer, Failure>, attempts: u32) -> Result<Answer, Error> {
    match outcome {
        Ok(answer) => Ok(Answer { attempts, ..answer }),
        Err(failure) => Err(failure.error.after(attempts)),
    }
}

fn left_alone(from: &str, Alone(left): &Alone) -> Error {
    let found = format!(
        "{from} asked to be left alone for {} s more",
        left.as_secs().max(1)
    );
    let hint = "ask less often, or with credentials that may ask more";
    Error::new(Kind::RateLimited, found, hint).with_retry_after(Some(*left))
}

fn report(outcome: &Result<Answer, Failure>, wait: Duration, attempt: u32) {
    let wait = wait.as_secs_f64();
    match outcome {
        Ok(answer) => tracing::warn!(
            status = answer.status.as_u16(),
            wait,
            attempt,
            "asking again"
        ),
        Err(failure) => tracing::warn!(reason = %failure.error, wait, attempt, "asking again"),
    }
}

pub(crate) fn invalid(found: impl Into<String>) -> Error {
    Error::new(
        Kind::InvalidResponse,
        found,
        "check that this is the address of a registry",
    )
}
