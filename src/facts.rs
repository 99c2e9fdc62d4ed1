//! What only the registry knows, and is asked for when an edit needs it: dates of images, digests of tags.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::choose::{date, digest};
use crate::image_policy::Watched;
use crate::problem::{Failure, ProblemKind};
use crate::scan::Scan;

/// Dates of one policy's tags: those of the files come from a repository, which may hold any number.
const MAX_DATES: usize = 50;

/// What a decision cannot do without.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wanted {
    pub(crate) policy: String,
    pub(crate) tag: String,
    pub(crate) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Digest,
    Date,
}

/// An answer of the registry.
#[derive(Clone, Debug)]
pub(crate) enum Fact {
    Digest(String),
    /// None where the image is gone, or gives no date.
    Date(Option<SystemTime>),
}

/// When images were built, as far as it was asked for: by policy and tag.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dates(BTreeMap<String, BTreeMap<String, Date>>);

type Date = Result<Option<SystemTime>, Failure>;

impl Dates {
    pub(crate) fn get(&self, policy: &str, tag: &str) -> Option<&Date> {
        self.0.get(policy)?.get(tag)
    }

    pub(crate) fn insert(&mut self, policy: String, tag: String, date: Date) {
        self.0.entry(policy).or_default().insert(tag, date);
    }

    fn has_room(&self, policy: &str, more: usize) -> bool {
        self.0.get(policy).map_or(0, BTreeMap::len) + more <= MAX_DATES
    }
}

/// Asks for all of it at once; the client bounds what reaches a host. Each has an answer.
pub(crate) async fn ask(
    scan: &Scan,
    wanted: BTreeSet<Wanted>,
) -> Vec<(Wanted, Result<Fact, Failure>)> {
    let mut answers = Vec::with_capacity(wanted.len());
    let mut tasks = JoinSet::new();
    let mut more: BTreeMap<String, usize> = BTreeMap::new();
    for one in wanted {
        let asked = more.entry(one.policy.clone()).or_default();
        *asked += usize::from(!is_chosen(scan, &one));
        match scan.particular.get(&one.policy) {
            Some(policy) if is_chosen(scan, &one) || scan.dates.has_room(&one.policy, *asked) => {
                let (policy, span) = (policy.clone(), tracing::Span::current());
                tasks.spawn(async move { (fact(&policy, &one).await, one) }.instrument(span));
            }
            _ => answers.push((one, Err(too_many()))),
        }
    }
    while let Some(joined) = tasks.join_next().await {
        // A task that panicked leaves its question open; the plan then fails, and is never wrong.
        answers.extend(joined.into_iter().map(|(answer, one)| (one, answer)));
    }
    answers
}

/// Of what a policy chose there is one tag.
fn is_chosen(scan: &Scan, wanted: &Wanted) -> bool {
    let chosen = scan.choices.chosen(&wanted.policy);
    chosen.is_some_and(|chosen| chosen.tag() == wanted.tag)
}

async fn fact(policy: &Watched, wanted: &Wanted) -> Result<Fact, Failure> {
    let client = policy.client.client().await?;
    match wanted.what {
        What::Digest => {
            let digest = digest(policy, &client, &wanted.tag).await?;
            Ok(Fact::Digest(digest.to_string()))
        }
        What::Date => Ok(Fact::Date(date(policy, &client, &wanted.tag).await?)),
    }
}

fn too_many() -> Failure {
    let message = format!(
        "more than {MAX_DATES} tags of it stand in the files; their dates are not asked for"
    );
    Failure::new(ProblemKind::Configuration, message)
}
