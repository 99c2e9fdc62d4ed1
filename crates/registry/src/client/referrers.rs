//! The referrers API of the OCI distribution specification 1.1, and the tags that stand in for it.

use std::sync::Arc;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use url::Url;

use super::endpoint::origin;
use super::exchange::{self, Answer, Shared, invalid};
use super::link::{self, Next};
use super::visit::{Visit, beyond};
use crate::digest::Digest;
use crate::error::{Error, RequestKind};
use crate::manifest::{Descriptor, Manifest};
use crate::repository::Repository;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Nobody attaches so many; a registry that goes on is not believed.
const REFERRERS: usize = 10_000;

pub(crate) async fn find(
    shared: &Arc<Shared>,
    repository: &Repository,
    digest: &Digest,
    artifact_type: Option<&str>,
) -> Result<Vec<Descriptor>, Error> {
    let subject = format!("{repository}@{digest}");
    let visit = Visit::new(
        Arc::clone(shared),
        repository.clone(),
        RequestKind::Referrers,
        subject,
    )?;
    let mut search = Search {
        visit,
        artifact_type,
        found: Vec::new(),
    };
    search.run(digest).await?;
    Ok(search.found)
}

struct Search<'a> {
    visit: Visit,
    artifact_type: Option<&'a str>,
    found: Vec<Descriptor>,
}

impl Search<'_> {
    async fn run(&mut self, digest: &Digest) -> Result<(), Error> {
        let url = self.visit.endpoint.referrers(digest, self.artifact_type);
        let answer = self.get(&url).await?;
        if has_api(&answer) {
            self.follow(answer).await
        } else {
            self.fall_back(digest).await
        }
    }

    async fn follow(&mut self, mut answer: Answer) -> Result<(), Error> {
        for _ in 0..self.visit.shared.limits.pages {
            self.take(&answer)?;
            let Some(url) = self.next(&answer)? else {
                return Ok(());
            };
            answer = self.get(&url).await?;
        }
        let most = self.visit.shared.limits.pages;
        Err(self
            .visit
            .blame(beyond(format!("a list of more than {most} pages"))))
    }

    /// The tag whose index a client keeps where the registry keeps none. No tag, no referrers.
    async fn fall_back(&mut self, digest: &Digest) -> Result<(), Error> {
        let tag = format!("{}-{:.64}", digest.algorithm(), digest.hex());
        let url = self.visit.endpoint.manifest(&tag);
        let answer = self.get(&url).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(());
        }
        self.take(&answer)
    }

    async fn get(&mut self, url: &Url) -> Result<Answer, Error> {
        let limit = self.visit.shared.limits.manifest_bytes;
        self.visit.ask(Method::GET, url, INDEX, limit).await
    }

    /// Keeps what is wanted of a page. Registries need not choose by the artifact type.
    fn take(&mut self, answer: &Answer) -> Result<(), Error> {
        if !answer.status.is_success() {
            return Err(self.visit.refusal(answer));
        }
        let page =
            Manifest::from_bytes(&answer.body[..]).map_err(|error| self.visit.blame(error))?;
        if !page.is_index() {
            return Err(self
                .visit
                .blame(invalid("an image where an index of referrers is due")));
        }
        let wanted = page.manifests().iter().filter(|referrer| {
            self.artifact_type.is_none() || referrer.artifact_type() == self.artifact_type
        });
        self.found.extend(wanted.cloned());
        if self.found.len() > REFERRERS {
            return Err(self
                .visit
                .blame(beyond(format!("a list of more than {REFERRERS} referrers"))));
        }
        Ok(())
    }

    fn next(&self, answer: &Answer) -> Result<Option<Url>, Error> {
        let target = match link::next(&answer.headers) {
            Next::End => return Ok(None),
            Next::At(target) => target,
            Next::Malformed => return Err(self.unreadable()),
        };
        let url = answer
            .url
            .join(&target)
            .ok()
            .and_then(exchange::without_user);
        let url = url.ok_or_else(|| self.unreadable())?;
        if url.origin() == answer.url.origin() {
            return Ok(Some(url));
        }
        let (from, to) = (origin(&answer.url), origin(&url));
        Err(self
            .visit
            .blame(invalid(format!("{from} links to the next page at {to}"))))
    }

    fn unreadable(&self) -> Error {
        self.visit
            .blame(invalid("a Link to the next page that cannot be read"))
    }
}

/// Registries without the API say so with one of these statuses, or answer with a page of their own.
fn has_api(answer: &Answer) -> bool {
    if answer.status.is_success() {
        let kind = answer.headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        return kind
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim() == INDEX);
    }
    !matches!(answer.status.as_u16(), 400 | 404 | 405 | 406 | 501)
}
