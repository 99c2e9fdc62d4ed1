use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::{Method, StatusCode};
use tokio::time::Instant;
use url::Url;

use super::exchange::{Answer, Shared, invalid};
use super::limits::Limits;
use super::page::Page;
use super::trail::{self, Trail};
use super::visit::{Visit, beyond};
use super::{answer, failure, rate_limit};
use crate::error::{Error, RequestKind};
use crate::repository::Repository;

/// A tag list that is being read.
pub(crate) struct Listing {
    visit: Visit,
    next: Option<Url>,
    trail: Trail,
    tags: usize,
    time: Duration,
}

impl Listing {
    pub(crate) fn new(shared: Arc<Shared>, repository: Repository) -> Result<Self, Error> {
        let time = shared.limits.listing_timeout;
        let subject = repository.to_string();
        let visit = Visit::new(shared, repository, RequestKind::Tags, subject)?;
        let next = Some(visit.endpoint.tags(Some(visit.page_size())));
        Ok(Self {
            visit,
            next,
            trail: Trail::default(),
            tags: 0,
            time,
        })
    }

    /// The next page, or none after the last, within what is left of the time for all of them.
    pub(crate) async fn turn(&mut self) -> Result<Option<Page>, Error> {
        let start = Instant::now();
        let turned = tokio::time::timeout(self.time, self.page()).await;
        self.time = self.time.saturating_sub(start.elapsed());
        turned.unwrap_or_else(|_| Err(self.visit.blame(late(&self.visit.shared.limits))))
    }

    async fn page(&mut self) -> Result<Option<Page>, Error> {
        let Some(url) = self.next.take() else {
            return Ok(None);
        };
        let answer = self.fetch(&url).await?;
        let page = self.read(&answer)?;
        self.next = self.follow(&answer)?;
        tracing::debug!(
            page = self.trail.count(),
            tags = page.len(),
            skipped = page.skipped(),
            last = self.next.is_none(),
            rate_limit = page.rate_limit().and_then(|limit| limit.limit()),
            rate_remaining = page.rate_limit().and_then(|limit| limit.remaining()),
            "got a page of tags"
        );
        Ok(Some(page))
    }

    async fn fetch(&mut self, url: &Url) -> Result<Answer, Error> {
        let first = self.trail.count() == 0;
        let most = self.visit.shared.limits.pages;
        let visited = self.trail.visit(url, most);
        visited.map_err(|error| self.visit.blame(error))?;
        let mut url = url.clone();
        loop {
            let mut answer = self.get(&url).await?;
            if first && refuses_size(&answer) {
                answer = self.fetch_smaller().await?;
            }
            if answer.status != StatusCode::BAD_REQUEST {
                return self.accept(answer);
            }
            // A mirror that takes no size of a page.
            let outcome = Ok(answer);
            if !self.visit.elsewhere(&outcome)? {
                return outcome.and_then(|answer| self.accept(answer));
            }
            url = self.visit.endpoint.tags(Some(self.visit.page_size()));
        }
    }

    /// The first page in half the size, and again, and in the end in the size that the registry likes.
    async fn fetch_smaller(&mut self) -> Result<Answer, Error> {
        let mut size = self.visit.page_size() / 2;
        while size > 0 {
            tracing::debug!(size, "the registry refuses the page size, asking for less");
            let answer = self.get(&self.visit.endpoint.tags(Some(size))).await?;
            if !refuses_size(&answer) {
                if answer.status.is_success() {
                    self.visit.takes_pages_of(size);
                }
                return Ok(answer);
            }
            size /= 2;
        }
        self.get(&self.visit.endpoint.tags(None)).await
    }

    async fn get(&mut self, url: &Url) -> Result<Answer, Error> {
        let limit = self.visit.shared.limits.page_bytes;
        self.visit
            .ask(Method::GET, url, "application/json", limit)
            .await
    }

    fn accept(&self, answer: Answer) -> Result<Answer, Error> {
        if answer.status.is_success() {
            Ok(answer)
        } else {
            Err(self.visit.refusal(&answer))
        }
    }

    fn read(&mut self, answer: &Answer) -> Result<Page, Error> {
        let page = Page::parse(&answer.body).map_err(|found| self.visit.blame(invalid(found)))?;
        let page = page
            .with_rate_limit(rate_limit::read(&answer.headers, SystemTime::now()))
            .with_date(answer::date(answer));
        if page.skipped() > 0 {
            tracing::warn!(
                skipped = page.skipped(),
                "the registry lists names that are no tags"
            );
        }
        self.tags += page.len() + page.skipped();
        let most = self.visit.shared.limits.tags;
        if self.tags > most {
            return Err(self
                .visit
                .blame(beyond(format!("a list of more than {most} tags"))));
        }
        Ok(page)
    }

    fn follow(&self, answer: &Answer) -> Result<Option<Url>, Error> {
        let next = trail::next(answer).map_err(|error| self.visit.blame(error))?;
        Ok(next.map(|mut url| {
            if is_cut(url.path(), answer.url.path()) {
                url.set_path(answer.url.path());
            }
            url
        }))
    }
}

/// The error for a list that takes more than the time for one.
pub(crate) fn late(limits: &Limits) -> Error {
    let allowed = limits.listing_timeout.as_secs_f64();
    failure::timeout(format!("no whole list within {allowed} s"))
}

/// Whether the registry does not want to give so many tags at once: it says so, or says 400 for a reason that has
/// nothing to do with the name.
fn refuses_size(answer: &Answer) -> bool {
    let code = answer::code(&answer.body);
    match code.as_deref() {
        Some("PAGINATION_NUMBER_INVALID" | "TOO_MANY_TAGS_REQUESTED") => {
            answer.status.is_client_error()
        }
        Some("NAME_INVALID" | "NAME_UNKNOWN" | "UNAUTHORIZED" | "DENIED") => false,
        _ => answer.status == StatusCode::BAD_REQUEST,
    }
}

/// Whether `linked` is the path of this tag list without the beginning of the repository's name, as Artifactory
/// links when its repository is a part of the image's path.
fn is_cut(linked: &str, own: &str) -> bool {
    let name = |path: &str| {
        let name = path.strip_prefix("/v2/")?.strip_suffix("/tags/list")?;
        Some(name.to_owned())
    };
    match (name(linked), name(own)) {
        (Some(linked), Some(own)) => own.ends_with(&format!("/{linked}")),
        _ => false,
    }
}
