//! Listing each image once, and letting every policy of it select.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::SystemTime;

use registry::{Client, Repository};
use tagwright_policy::Selector;
use tagwright_registry as registry;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::automation::{Spec, Withheld};
use crate::automations::Rivals;
use crate::choices::{Choice, Choices};
use crate::choose::{Chosen, choose};
use crate::error::{Error, ErrorKind};
use crate::facts::{Dates, Fact, Wanted, What};
use crate::image_policy::{DigestPolicy, Watched};
use crate::plan::Selection;
use crate::problem::{Failure, Problem, ProblemKind};
#[cfg(feature = "scheduler")]
use crate::state::ImageRecord;
use crate::state::{Past, Tally};

/// What all policies chose.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    pub(crate) choices: Choices,
    pub(crate) selections: Vec<Selection>,
    pub(crate) problems: Vec<Problem>,
    /// What was seen of the list that a policy selected from, by the policy's name.
    pub(crate) tallies: BTreeMap<String, Tally>,
    pub(crate) rivals: Rivals,
    /// The policies whose values are not decided by the choice alone, by name.
    pub(crate) particular: BTreeMap<String, Watched>,
    pub(crate) dates: Dates,
    /// What a state store knows.
    pub(crate) past: Arc<Past>,
    /// The policies whose digest is the one that they had before.
    pub(crate) kept_digests: BTreeSet<String>,
    /// The time for guards.
    pub(crate) now: SystemTime,
}

/// What became of one policy.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    chosen: Result<Chosen, Failure>,
    /// What a person should know of the list.
    warning: Option<String>,
    /// None where the image could not be listed.
    tally: Option<Tally>,
}

/// Policies of one image and one client: the tags are listed once for all of them.
struct Listing {
    client: Client,
    repository: Repository,
    policies: Vec<(Key, Watched)>,
}

/// A policy's place: which automation, and which policy of it.
pub(crate) type Key = (usize, usize);

/// Lists the tags of each distinct image and selects for every policy of it as the pages come.
///
/// An image that fails withholds the markers of its own policies only; when none could select there is nothing to
/// go on with, and that is an error.
pub(crate) async fn scan(spec: &Spec) -> Result<Scan, Error> {
    let mut answers = answers(&[spec]).await;
    scanned(spec, 0, &mut answers)
}

/// The same for several automations: an image that many of them watch with one client is listed once for all.
pub(crate) async fn scan_all(specs: &[&Spec]) -> Vec<Result<Scan, Error>> {
    let mut answers = answers(specs).await;
    let specs = specs.iter().enumerate();
    specs
        .map(|(index, spec)| scanned(spec, index, &mut answers))
        .collect()
}

pub(crate) fn scanned(
    spec: &Spec,
    automation: usize,
    answers: &mut BTreeMap<Key, Answer>,
) -> Result<Scan, Error> {
    let mut scan = Scan {
        choices: Choices::new(spec.dialect),
        selections: Vec::with_capacity(spec.policies.len()),
        problems: Vec::new(),
        tallies: BTreeMap::new(),
        rivals: Rivals::default(),
        particular: particular(spec),
        dates: Dates::default(),
        past: Arc::default(),
        kept_digests: BTreeSet::new(),
        now: spec.clock.now(),
    };
    for (index, policy) in spec.policies.iter().enumerate() {
        let answer = answers.remove(&(automation, index));
        scan.record(policy, answer.unwrap_or_else(Answer::lost));
    }
    for (name, withheld) in &spec.withheld {
        scan.withhold(name, withheld);
    }
    for name in &spec.elsewhere {
        scan.choices
            .withhold(name, "it is written to a branch of its own");
    }
    scan.stop_if_one_failed(spec);
    scan.require_one()
}

/// Those with guards, and those that keep digests.
fn particular(spec: &Spec) -> BTreeMap<String, Watched> {
    let policies = spec.policies.iter();
    policies
        .filter(|one| one.guards.is_any() || one.digest == DigestPolicy::IfNotPresent)
        .map(|one| (one.name.clone(), one.clone()))
        .collect()
}

impl Answer {
    fn failed(failure: Failure) -> Self {
        Self {
            chosen: Err(failure),
            warning: None,
            tally: None,
        }
    }

    /// Of a scan that panicked or was cancelled.
    pub(crate) fn lost() -> Self {
        let reason = "the scan stopped before it had an answer";
        Self::failed(Failure::new(ProblemKind::Cancelled, reason))
    }
}

#[cfg(feature = "scheduler")]
impl Answer {
    /// Of a policy that rests and has chosen nothing yet.
    pub(crate) fn suspended() -> Self {
        let reason = "it is suspended and has chosen nothing yet; resume it";
        Self::failed(Failure::new(ProblemKind::Configuration, reason))
    }

    /// What an earlier process chose from a list that it kept.
    pub(crate) fn restored(choice: Choice, list: &ImageRecord) -> Self {
        let reason = "chosen before the program began again".to_owned();
        Self {
            chosen: Ok(Chosen { choice, reason }),
            warning: None,
            tally: Some(Tally::of(list)),
        }
    }

    /// The image with the chosen tag.
    pub(crate) fn chosen(&self) -> Option<String> {
        let chosen = self.chosen.as_ref().ok();
        chosen.map(|chosen| chosen.choice.to_string())
    }

    /// Why this tag, or why none.
    pub(crate) fn reason(&self) -> &str {
        match &self.chosen {
            Ok(chosen) => &chosen.reason,
            Err(failure) => &failure.message,
        }
    }

    /// None where the image could not be listed.
    pub(crate) fn tally(&self) -> Option<&Tally> {
        self.tally.as_ref()
    }
}

impl Scan {
    fn record(&mut self, policy: &Watched, answer: Answer) {
        let chosen = answer.chosen.as_ref();
        let choice = chosen.ok().map(|chosen| &chosen.choice);
        let reason = chosen.map_or_else(|failure| &failure.message, |chosen| &chosen.reason);
        self.selections.push(Selection {
            policy: policy.name.clone(),
            image: policy.image.clone(),
            tag: choice.map(|choice| choice.tag().to_owned()),
            digest: choice.and_then(Choice::digest).map(str::to_owned),
            reason: reason.clone(),
            tags: answer.tally.as_ref().map(Tally::tags),
        });
        if let Some(tally) = answer.tally {
            self.tallies.insert(policy.name.clone(), tally);
        }
        if let Some(warning) = answer.warning {
            let warning = Problem::warning(&policy.name, warning);
            self.problems.push(warning.of(ProblemKind::Registry));
        }
        match answer.chosen {
            Ok(chosen) => {
                self.choices.choose(&policy.name, chosen.choice);
            }
            Err(failure) => self.fail(&policy.name, &failure),
        }
    }

    fn fail(&mut self, policy: &str, failure: &Failure) {
        self.problems.push(Problem::failed(policy, failure));
        self.choices.withhold(policy, &failure.message);
    }

    /// Takes up what is known from before.
    pub(crate) fn recall(&mut self, past: &Arc<Past>) {
        self.past = Arc::clone(past);
        let policies = self.particular.values();
        let keeps = policies.filter(|one| one.digest == DigestPolicy::IfNotPresent);
        let digest = |policy: &Watched| {
            let tag = self.choices.chosen(&policy.name)?.tag();
            let digest = past.digest(policy, tag)?;
            Some((policy.name.clone(), digest.to_owned()))
        };
        let kept: Vec<(String, String)> = keeps.filter_map(digest).collect();
        for (policy, digest) in kept {
            self.pin(&policy, digest);
            self.kept_digests.insert(policy);
        }
    }

    /// Takes up what the registry was asked beside the tags.
    pub(crate) fn learn(&mut self, answers: Vec<(Wanted, Result<Fact, Failure>)>) {
        for (wanted, answer) in answers {
            match answer {
                Ok(Fact::Digest(digest)) => self.pin(&wanted.policy, digest),
                Ok(Fact::Date(date)) => self.dates.insert(wanted.policy, wanted.tag, Ok(date)),
                Err(failure) if wanted.what == What::Date => {
                    let warning = Problem::warning(&wanted.policy, &failure.message);
                    let warning = warning.of(failure.kind);
                    // One sentence may be about many tags.
                    if !self.problems.contains(&warning) {
                        self.problems.push(warning);
                    }
                    self.dates.insert(wanted.policy, wanted.tag, Err(failure));
                }
                Err(failure) => self.unselect(&wanted.policy, &failure),
            }
        }
    }

    fn pin(&mut self, policy: &str, digest: String) {
        let Some(choice) = self.choices.chosen(policy).cloned() else {
            return;
        };
        let mut selections = self.selections.iter_mut();
        if let Some(selection) = selections.find(|one| one.policy == policy) {
            selection.digest = Some(digest.clone());
        }
        self.choices.choose(policy, choice.with_digest(digest));
    }

    /// Without its digest a tag is not written, as where the digest is always asked for.
    fn unselect(&mut self, policy: &str, failure: &Failure) {
        let mut selections = self.selections.iter_mut();
        if let Some(selection) = selections.find(|one| one.policy == policy) {
            selection.tag = None;
            selection.reason.clone_from(&failure.message);
        }
        self.fail(policy, failure);
    }

    fn withhold(&mut self, policy: &str, withheld: &Withheld) {
        self.choices.withhold(policy, &withheld.reason);
        self.selections.push(Selection {
            policy: policy.to_owned(),
            image: String::new(),
            tag: None,
            digest: None,
            reason: withheld.reason.clone(),
            tags: None,
        });
        if withheld.is_problem {
            self.problems.push(Problem::error(policy, &withheld.reason));
        }
    }

    fn require_one(self) -> Result<Self, Error> {
        let selected = self
            .selections
            .iter()
            .any(|selection| selection.tag.is_some());
        let errors: Vec<&Problem> = self.problems.iter().filter(|one| one.is_error()).collect();
        let message = match errors[..] {
            // All suspended: that is how somebody wants it.
            _ if selected => return Ok(self),
            [] => return Ok(self),
            [only] => format!("no tag was selected: {only}"),
            [first, ..] => {
                let many = errors.len();
                format!("none of {many} policies selected a tag; the first: {first}")
            }
        };
        Err(Error::new(ErrorKind::NothingSelected, message).with_problems(self.problems))
    }
}

/// The answer of each policy by its place; one task a listing. The client bounds what reaches a host at once.
async fn answers(specs: &[&Spec]) -> BTreeMap<Key, Answer> {
    let policies = policies(specs).map(|(key, policy)| (key, policy.clone()));
    answers_of(policies.collect()).await
}

/// The answer of each of these policies, of whatever automations.
pub(crate) async fn answers_of(policies: Vec<(Key, Watched)>) -> BTreeMap<Key, Answer> {
    let mut tasks = JoinSet::new();
    let (listings, mut answers) = listings(policies).await;
    for listing in listings {
        let span = tracing::info_span!("scan", repository = %listing.repository);
        tasks.spawn(select(listing).instrument(span));
    }
    while let Some(joined) = tasks.join_next().await {
        answers.extend(joined.into_iter().flatten());
    }
    answers
}

/// What is to be listed, and the answers of policies whose Secrets are not at hand.
async fn listings(policies: Vec<(Key, Watched)>) -> (Vec<Listing>, BTreeMap<Key, Answer>) {
    let (mut listings, mut answers): (Vec<Listing>, _) = (Vec::new(), BTreeMap::new());
    let mut of: HashMap<Repository, Vec<usize>> = HashMap::new();
    #[cfg(feature = "metrics")]
    let mut refused = BTreeSet::new();
    for (index, policy) in policies {
        let client = match policy.client.client().await {
            Ok(client) => client,
            Err(lack) => {
                #[cfg(feature = "metrics")]
                refused.insert(policy.repository.to_string());
                answers.insert(index, Answer::failed(lack.into()));
                continue;
            }
        };
        let known = of.entry(policy.repository.clone()).or_default();
        let same = known
            .iter()
            .find(|one| listings[**one].client.is_same(&client));
        if let Some(same) = same {
            listings[*same].policies.push((index, policy));
            continue;
        }
        known.push(listings.len());
        listings.push(Listing {
            client,
            repository: policy.repository.clone(),
            policies: vec![(index, policy)],
        });
    }
    #[cfg(feature = "metrics")]
    refused.into_iter().for_each(crate::metrics::refused);
    (listings, answers)
}

fn policies<'s>(specs: &[&'s Spec]) -> impl Iterator<Item = (Key, &'s Watched)> {
    specs.iter().enumerate().flat_map(|(automation, spec)| {
        let policies = spec.policies.iter().enumerate();
        policies.map(move |(policy, watched)| ((automation, policy), watched))
    })
}

#[cfg(feature = "metrics")]
async fn select(listing: Listing) -> Vec<(Key, Answer)> {
    let scan = crate::metrics::Scan::begin(&listing.repository, &listing.client);
    let answers = answered(listing).await;
    let mut tallies = answers.iter().map(|(_, answer)| answer.tally.as_ref());
    scan.end(tallies.next().flatten());
    answers
}

#[cfg(not(feature = "metrics"))]
async fn select(listing: Listing) -> Vec<(Key, Answer)> {
    answered(listing).await
}

async fn answered(listing: Listing) -> Vec<(Key, Answer)> {
    let (selectors, tally, skipped) = match push_pages(&listing).await {
        Ok(listed) => listed,
        Err(error) => {
            tracing::warn!(%error, "listing failed");
            let failure = Failure::from(error);
            let failed = |(index, _): &(Key, _)| (*index, Answer::failed(failure.clone()));
            return listing.policies.iter().map(failed).collect();
        }
    };
    let mut answers = Vec::with_capacity(selectors.len());
    for ((index, policy), selector) in listing.policies.iter().zip(selectors) {
        let answer = Answer {
            warning: warning(skipped),
            tally: Some(tally.clone()),
            ..answer(policy, &listing.client, selector).await
        };
        answers.push((*index, answer));
    }
    answers
}

fn warning(skipped: usize) -> Option<String> {
    let one = if skipped == 1 { "" } else { "s" };
    (skipped > 0).then(|| {
        format!("the registry lists {skipped} name{one} outside of the tag grammar; left out")
    })
}

/// Streams the pages into the selectors; no list of tags is kept. With the selectors comes the number of names that are
/// no tags.
async fn push_pages(listing: &Listing) -> Result<(Vec<Selector>, Tally, usize), registry::Error> {
    let policies = listing.policies.iter();
    let mut selectors: Vec<Selector> = policies.map(|(_, one)| one.policy.selector()).collect();
    let mut pages = listing.client.tags(&listing.repository);
    let (mut tally, mut skipped) = (Tally::default(), 0);
    while let Some(page) = pages.next_page().await? {
        skipped += page.skipped();
        for tag in page.tags() {
            tally.add(tag);
            for selector in &mut selectors {
                selector.push(tag);
            }
        }
    }
    tally.end(SystemTime::now());
    Ok((selectors, tally, skipped))
}

async fn answer(policy: &Watched, client: &Client, selector: Selector) -> Answer {
    let chosen = choose(policy, client, selector).await;
    match &chosen {
        Ok(chosen) => {
            tracing::info!(policy = %policy.name, tag = chosen.choice.tag(), "selected");
        }
        Err(failure) => {
            tracing::warn!(policy = %policy.name, reason = failure.message, "nothing selected");
        }
    }
    Answer {
        chosen,
        warning: None,
        tally: None,
    }
}
