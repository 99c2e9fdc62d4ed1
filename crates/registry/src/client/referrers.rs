//! The referrers API of the OCI distribution specification 1.1, and the tags that stand in for it.

use std::sync::Arc;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use url::Url;

use super::exchange::{Answer, Shared, invalid};
use super::listing::late;
use super::trail::{self, Trail};
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
        trail: Trail::default(),
        bytes: 0,
        found: Vec::new(),
    };
    let time = shared.limits.listing_timeout;
    let outcome = tokio::time::timeout(time, search.run(digest)).await;
    outcome.unwrap_or_else(|_| Err(search.visit.blame(late(&shared.limits))))?;
    Ok(search.found)
}

struct Search<'a> {
    visit: Visit,
    artifact_type: Option<&'a str>,
    trail: Trail,
    /// Of the pages so far.
    bytes: usize,
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
        loop {
            self.take(&answer)?;
            let next = trail::next(&answer).map_err(|error| self.visit.blame(error))?;
            let Some(url) = next else {
                return Ok(());
            };
            answer = self.get(&url).await?;
        }
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
        let (pages, limit) = {
            let limits = &self.visit.shared.limits;
            (limits.pages, limits.manifest_bytes)
        };
        let visited = self.trail.visit(url, pages);
        visited.map_err(|error| self.visit.blame(error))?;
        self.visit.ask(Method::GET, url, INDEX, limit).await
    }

    /// Annotations have no bound of their own: so many pages of a size that is allowed would fill the memory.
    fn weigh(&mut self, bytes: usize) -> Result<(), Error> {
        let most = self.visit.shared.limits.page_bytes;
        self.bytes += bytes;
        if self.bytes <= most {
            return Ok(());
        }
        let found = format!("a list of referrers of more than {most} bytes");
        Err(self.visit.blame(beyond(found)))
    }

    /// Keeps what is wanted of a page. Registries need not choose by the artifact type.
    fn take(&mut self, answer: &Answer) -> Result<(), Error> {
        if !answer.status.is_success() {
            return Err(self.visit.refusal(answer));
        }
        self.weigh(answer.body.len())?;
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
}

/// Whether a successful answer is a page of referrers.
pub(crate) fn is_list(answer: &Answer) -> bool {
    let page = Manifest::from_bytes(&answer.body[..]);
    has_api(answer) && page.is_ok_and(|page| page.is_index())
}

/// Registries without the API say so with one of these statuses, or answer with a page of their own.
pub(crate) fn has_api(answer: &Answer) -> bool {
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
