use std::collections::HashSet;
use std::hash::BuildHasher;
use std::hash::RandomState;
use std::sync::Arc;

use reqwest::{Method, StatusCode};
use url::Url;

use super::endpoint::origin;
use super::exchange::{Answer, Shared, invalid};
use super::link::{self, Next};
use super::page::Page;
use super::visit::{Visit, beyond};
use crate::error::{Error, RequestKind};
use crate::repository::Repository;

/// A tag list that is being read.
pub(crate) struct Listing {
    visit: Visit,
    next: Option<Url>,
    visited: Visited,
    tags: usize,
}

impl Listing {
    pub(crate) fn new(shared: Arc<Shared>, repository: Repository) -> Result<Self, Error> {
        let page_size = shared.page_size;
        let subject = repository.to_string();
        let visit = Visit::new(shared, repository, RequestKind::Tags, subject)?;
        let next = Some(visit.endpoint.tags(Some(page_size)));
        Ok(Self {
            visit,
            next,
            visited: Visited::default(),
            tags: 0,
        })
    }

    /// The next page, or none after the last.
    pub(crate) async fn turn(&mut self) -> Result<Option<Page>, Error> {
        let Some(url) = self.next.take() else {
            return Ok(None);
        };
        let answer = self.fetch(&url).await?;
        let page = self.read(&answer)?;
        self.next = self.follow(&answer)?;
        tracing::debug!(
            page = self.visited.count(),
            tags = page.len(),
            skipped = page.skipped(),
            last = self.next.is_none(),
            "got a page of tags"
        );
        Ok(Some(page))
    }

    async fn fetch(&mut self, url: &Url) -> Result<Answer, Error> {
        let first = self.visited.count() == 0;
        self.visit_once(url)?;
        let answer = self.get(url).await?;
        if first && answer.status == StatusCode::BAD_REQUEST {
            tracing::debug!("the registry refuses the page size, asking for pages of its own");
            let url = self.visit.endpoint.tags(None);
            let answer = self.get(&url).await?;
            return self.accept(answer);
        }
        self.accept(answer)
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

    /// A page that was seen before would come again and again.
    fn visit_once(&mut self, url: &Url) -> Result<(), Error> {
        let most = self.visit.shared.limits.pages;
        if self.visited.count() >= most {
            return Err(self
                .visit
                .blame(beyond(format!("a list of more than {most} pages"))));
        }
        if !self.visited.add(url) {
            return Err(self
                .visit
                .blame(invalid("a page links back to one that was read before")));
        }
        Ok(())
    }

    fn read(&mut self, answer: &Answer) -> Result<Page, Error> {
        let page = Page::parse(&answer.body).map_err(|found| self.visit.blame(invalid(found)))?;
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

    /// The next page by the `Link` of this one, at the same origin.
    fn follow(&self, answer: &Answer) -> Result<Option<Url>, Error> {
        let target = match link::next(&answer.headers) {
            Next::End => return Ok(None),
            Next::At(target) => target,
            Next::Malformed => {
                return Err(self
                    .visit
                    .blame(invalid("a Link to the next page that cannot be read")));
            }
        };
        let url = answer
            .url
            .join(&target)
            .ok()
            .and_then(super::exchange::without_user);
        let url = url.ok_or_else(|| {
            self.visit
                .blame(invalid("a Link to the next page that is no URL"))
        })?;
        if url.origin() != answer.url.origin() {
            let found = format!(
                "{} links to the next page at {}",
                origin(&answer.url),
                origin(&url)
            );
            return Err(self.visit.blame(invalid(found)));
        }
        Ok(Some(url))
    }
}

/// The pages that were asked for, as hashes: ten thousand long URLs would be megabytes.
#[derive(Default)]
struct Visited {
    hasher: RandomState,
    pages: HashSet<u64>,
}

impl Visited {
    fn add(&mut self, url: &Url) -> bool {
        self.pages.insert(self.hasher.hash_one(url))
    }

    fn count(&self) -> usize {
        self.pages.len()
    }
}
