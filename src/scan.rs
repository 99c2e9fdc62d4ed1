//! Listing each image once, and letting every policy of it select.

use std::collections::BTreeMap;

use registry::{Client, Reference, Repository};
use tagwright_policy::Selector;
use tagwright_registry as registry;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::automation::{ImagePolicy, Spec};
use crate::choices::{Choice, Choices};
use crate::error::{Error, ErrorKind};
use crate::plan::Selection;
use crate::problem::Problem;

/// What all policies chose.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    pub(crate) choices: Choices,
    pub(crate) selections: Vec<Selection>,
    pub(crate) problems: Vec<Problem>,
}

/// A chosen tag and why, or why none.
type Answer = Result<Selected, String>;

struct Selected {
    choice: Choice,
    reason: String,
}

/// Lists the tags of each distinct image and selects for every policy of it as the pages come.
///
/// An image that fails withholds the markers of its own policies only; when none could select there is nothing to
/// go on with, and that is an error.
pub(crate) async fn scan(spec: &Spec) -> Result<Scan, Error> {
    let mut answers = answers(spec).await;
    let mut scan = Scan {
        choices: Choices::new(spec.dialect),
        selections: Vec::with_capacity(spec.policies.len()),
        problems: Vec::new(),
    };
    for (policy, reason) in &spec.withheld {
        scan.choices.withhold(policy, reason);
    }
    for (index, policy) in spec.policies.iter().enumerate() {
        let stopped = || Err("the scan stopped before it had an answer".to_owned());
        scan.record(policy, answers.remove(&index).unwrap_or_else(stopped));
    }
    scan.require_one()
}

impl Scan {
    fn record(&mut self, policy: &ImagePolicy, answer: Answer) {
        let (choice, reason) = match answer {
            Ok(selected) => (Some(selected.choice), selected.reason),
            Err(reason) => (None, reason),
        };
        self.selections.push(Selection {
            policy: policy.name.clone(),
            image: policy.image.clone(),
            tag: choice.as_ref().map(|choice| choice.tag().to_owned()),
            digest: choice.as_ref().and_then(Choice::digest).map(str::to_owned),
            reason: reason.clone(),
        });
        if let Some(choice) = choice {
            self.choices.choose(&policy.name, choice);
        } else {
            self.problems.push(Problem::error(&policy.name, &reason));
            self.choices.withhold(&policy.name, reason);
        }
    }

    fn require_one(self) -> Result<Self, Error> {
        if self
            .selections
            .iter()
            .any(|selection| selection.tag.is_some())
        {
            return Ok(self);
        }
        let first = self
            .problems
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        let message = match self.problems.len() {
            1 => format!("no tag was selected: {first}"),
            many => format!("none of {many} policies selected a tag; the first: {first}"),
        };
        Err(Error::new(ErrorKind::NothingSelected, message).with_problems(self.problems))
    }
}

/// The answer of each policy by its index; one task a repository. The client bounds what reaches a host at once.
async fn answers(spec: &Spec) -> BTreeMap<usize, Answer> {
    let mut repositories: BTreeMap<Repository, Vec<(usize, ImagePolicy)>> = BTreeMap::new();
    for (index, policy) in spec.policies.iter().enumerate() {
        repositories
            .entry(policy.repository.clone())
            .or_default()
            .push((index, policy.clone()));
    }
    let mut tasks = JoinSet::new();
    for (repository, policies) in repositories {
        let span = tracing::info_span!("scan", %repository);
        tasks.spawn(select(spec.client.clone(), repository, policies).instrument(span));
    }
    let mut answers = BTreeMap::new();
    while let Some(joined) = tasks.join_next().await {
        answers.extend(joined.into_iter().flatten());
    }
    answers
}

async fn select(
    client: Client,
    repository: Repository,
    policies: Vec<(usize, ImagePolicy)>,
) -> Vec<(usize, Answer)> {
    let selectors = policies
        .iter()
        .map(|(_, policy)| policy.policy.selector())
        .collect();
    let selectors = match push_pages(&client, &repository, selectors).await {
        Ok(selectors) => selectors,
        Err(error) => {
            tracing::warn!(%error, "listing failed");
            return policies
                .iter()
                .map(|(index, _)| (*index, Err(error.to_string())))
                .collect();
        }
    };
    let mut answers = Vec::with_capacity(policies.len());
    for ((index, policy), selector) in policies.iter().zip(selectors) {
        answers.push((*index, answer(&client, policy, selector).await));
    }
    answers
}

/// Streams the pages into the selectors; no list of tags is kept.
async fn push_pages(
    client: &Client,
    repository: &Repository,
    mut selectors: Vec<Selector>,
) -> Result<Vec<Selector>, registry::Error> {
    let mut pages = client.tags(repository);
    while let Some(page) = pages.next_page().await? {
        for tag in page.tags() {
            for selector in &mut selectors {
                selector.push(tag);
            }
        }
    }
    Ok(selectors)
}

async fn answer(client: &Client, policy: &ImagePolicy, selector: Selector) -> Answer {
    let finish = selector.finish().map_err(|error| error.to_string())?;
    let selection = finish
        .into_selection()
        .ok_or("the policy wants dates, which are not asked for")?;
    let reason = selection.reason();
    let tag = selection
        .tag()
        .ok_or_else(|| format!("no tag of {} matches: {reason}", policy.image))?;
    tracing::info!(policy = %policy.name, tag, "selected");
    let choice = Choice::new(&policy.image, tag);
    if !policy.digest {
        return Ok(Selected { choice, reason });
    }
    let reference: Reference = choice
        .to_string()
        .parse()
        .map_err(|error: registry::Error| error.to_string())?;
    let digest = client
        .digest(&reference)
        .await
        .map_err(|error| error.to_string())?;
    Ok(Selected {
        choice: choice.with_digest(digest.to_string()),
        reason,
    })
}
