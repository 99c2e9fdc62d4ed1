//! One policy by itself: what it chooses, and what it makes of each tag.

use std::fmt;

use policy::{Candidate, Explained, Explanation, Verdict};
use registry::Client;
use tagwright_policy as policy;
use tagwright_registry as registry;
use tracing::Instrument as _;

use crate::access::ClientSource;
use crate::automation::invalid;
use crate::choices::Choice;
use crate::choose::{dates, digest, select};
use crate::error::{Error, ErrorKind};
use crate::guard::Guards;
use crate::image_policy::{DigestPolicy, ImagePolicy, Watched};

/// The dates of more tags are not asked for.
const MOST_DATES: usize = 1000;

/// What a policy chose, and what the tags were.
#[derive(Clone, Debug)]
pub struct Selected {
    choice: Option<Choice>,
    selection: policy::Selection,
}

impl Selected {
    /// The image with its tag; none where no tag could be chosen.
    pub fn choice(&self) -> Option<&Choice> {
        self.choice.as_ref()
    }

    /// The tag with the counts of why the others lost.
    pub fn selection(&self) -> &policy::Selection {
        &self.selection
    }
}

/// A policy by itself, without guards.
impl ImagePolicy {
    /// Lists the tags of the image and selects one, with its digest unless that is never wanted.
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](ErrorKind::Configuration), an image that is no reference;
    /// [`NothingSelected`](ErrorKind::NothingSelected), an image that could not be listed, whose dates or digest could not be
    /// asked for, or whose list the policy refuses. A list with nothing to select is no error.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn select(&self) -> Result<Selected, Error> {
        let (policy, client) = self.watched().await?;
        let span = tracing::info_span!("scan", repository = %policy.repository);
        Self::selected(policy, client).instrument(span).await
    }

    async fn selected(policy: Watched, client: Client) -> Result<Selected, Error> {
        let mut selector = policy.policy.selector();
        let mut pages = client.tags(&policy.repository);
        while let Some(page) = pages.next_page().await.map_err(failed)? {
            page.tags().for_each(|tag| selector.push(tag));
        }
        let selection = select(&policy, &client, selector).await;
        let selection = selection.map_err(|failure| failed(failure.message))?;
        let mut choice = selection.tag().map(|tag| Choice::new(&policy.image, tag));
        if let (Some(chosen), true) = (&choice, policy.digest != DigestPolicy::Never) {
            let digest = digest(&policy, &client, chosen.tag()).await;
            let digest = digest.map_err(failed)?.to_string();
            choice = choice.map(|choice| choice.with_digest(digest));
        }
        Ok(Selected { choice, selection })
    }

    /// Lists the tags of the image and gives each its verdict, in the order of the registry. Dates that decide are asked
    /// for.
    ///
    /// # Errors
    ///
    /// As [`select`](Self::select), and of kind [`NothingSelected`](ErrorKind::NothingSelected) where the dates of more
    /// than 1,000 tags would decide: a filter leaves fewer.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn explain(&self) -> Result<Explanation, Error> {
        let (policy, client) = self.watched().await?;
        let span = tracing::info_span!("scan", repository = %policy.repository);
        Self::explained(policy, client).instrument(span).await
    }

    async fn explained(policy: Watched, client: Client) -> Result<Explanation, Error> {
        let mut tags: Vec<String> = Vec::new();
        let mut pages = client.tags(&policy.repository);
        while let Some(page) = pages.next_page().await.map_err(failed)? {
            tags.extend(page.tags().map(str::to_owned));
        }
        let explanation = policy.policy.explanation(tags.iter().map(String::as_str));
        let explanation = explanation.map_err(failed)?;
        let undated = explanation.tags().iter();
        let undated: Vec<&str> = (undated.filter(|one| one.verdict() == Verdict::NoDate))
            .map(Explained::tag)
            .collect();
        if undated.is_empty() {
            return Ok(explanation);
        }
        if undated.len() > MOST_DATES {
            let many = undated.len();
            return Err(failed(format!(
                "the dates of {many} tags would decide, more than {MOST_DATES} that are asked for; leave some out with a filter"
            )));
        }
        let dates = dates(&policy, &client, undated.into_iter()).await;
        let dates = dates.map_err(|failure| failed(failure.message))?;
        let candidates = tags.iter().map(|tag| match dates.get(tag) {
            Some(date) => Candidate::new(tag.as_str()).built(*date),
            None => Candidate::new(tag.as_str()),
        });
        policy.policy.explanation(candidates).map_err(failed)
    }

    async fn watched(&self) -> Result<(Watched, Client), Error> {
        let anonymous = Client::builder().build().map_err(invalid)?;
        let shared = ClientSource::Given(anonymous);
        let guards = Guards::new();
        let watched = self.check(self.dialect(), Some(&shared), (&guards, true));
        let watched = watched.map_err(invalid)?;
        let client = watched.client.client().await;
        let client = client.map_err(|lack| Error::secret(&lack))?;
        Ok((watched, client))
    }
}

fn failed(error: impl fmt::Display) -> Error {
    Error::new(ErrorKind::NothingSelected, error.to_string())
}
