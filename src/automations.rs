//! Several automations that are scanned as one.

mod builder;
mod rivals;
mod site;

use std::collections::BTreeMap;

use tokio::task::JoinSet;
use tracing::Instrument as _;

pub use builder::AutomationsBuilder;
pub(crate) use rivals::Rivals;
pub(crate) use rivals::find_rivals;
pub(crate) use site::{Site, is_same_repository};

use crate::automation::{Automation, Spec};
use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::report::{Applied, Report};
use crate::scan::{Scan, scan_all};

/// How many repositories and directories are worked on at a time.
const MOST_AT_ONCE: usize = 8;

/// Several automations, of one repository or of many.
///
/// An image that many of them watch with one client is listed once for all. Each answers for itself: what goes wrong
/// with one stops no other. Those of one branch, or of one directory, run one after another, so that none makes another
/// one stale; different ones run at once.
///
/// Where two of them reach one file of one branch or directory, and their policies of one name chose differently, each
/// would undo what the other did. Neither writes that file: its markers are withheld, and the plans of both have a
/// problem that names the two, the file and the marker. A marker that one does not know and another one of its repository
/// or directory does, in a file that this one reaches, is told in the plans of that one alone.
///
/// ```no_run
/// # async fn example(staging: tagwright::AutomationBuilder, production: tagwright::AutomationBuilder) {
/// let group = tagwright::Automations::builder().add("staging", &staging).add("production", &production).build();
/// for problem in group.problems() {
///     eprintln!("{problem}");
/// }
/// for (automation, report) in group.automations().iter().zip(group.run().await) {
///     match report {
///         Ok(report) => println!("{}: {report}", automation.name()),
///         Err(error) => eprintln!("{}: {error}", automation.name()),
///     }
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "automations that could not be built are told by problems() only"]
pub struct Automations {
    members: Vec<Automation>,
    sites: Vec<Site>,
    problems: Vec<Problem>,
}

impl Automations {
    /// A group with no automation.
    pub fn builder() -> AutomationsBuilder {
        AutomationsBuilder::new()
    }

    /// The automations, in the order in which they were added. Plans are applied by each one's own
    /// [`apply`](Automation::apply).
    pub fn automations(&self) -> &[Automation] {
        &self.members
    }

    /// The automations that were left out, and why.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What each would do, in the order of [`automations`](Self::automations). Nothing is written.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn plan(&self) -> Vec<Result<Plan, Error>> {
        let chains = (0..self.members.len()).map(|one| vec![one]).collect();
        let work = |automation: Automation, scan| async move { automation.plan_of(scan).await };
        self.each(chains, work).await
    }

    /// Does what a plan of one of them says: [`Automation::apply`] of the one whose name and target it has.
    ///
    /// # Errors
    ///
    /// As [`Automation::apply`], and of kind [`Plan`](ErrorKind::Plan) for the plan of none of them.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn apply(&self, plan: &Plan) -> Result<Applied, Error> {
        let mut own = (self.members.iter()).filter(|one| one.name() == plan.automation());
        match (
            own.next(),
            own.find(|one| one.0.place.target() == *plan.target()),
        ) {
            (Some(first), None) => first.apply(plan).await,
            (_, Some(same)) => same.apply(plan).await,
            (None, None) => Err(self.of_none(plan)),
        }
    }

    fn of_none(&self, plan: &Plan) -> Error {
        let names: Vec<String> = self.members.iter().map(Automation::name).collect();
        let known = match &names[..] {
            [] => "there is none".to_owned(),
            names => format!("there are {}", names.join(", ")),
        };
        let message = format!(
            "the plan is for the automation {}, and {known}; apply it with the manifests that it was made of",
            plan.automation()
        );
        Error::new(ErrorKind::Plan, message)
    }

    /// What each did, in the order of [`automations`](Self::automations).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn run(&self) -> Vec<Result<Report, Error>> {
        self.run_only(&vec![true; self.members.len()]).await
    }

    /// Of those that are not wanted nothing is done, and what they chose is known. They answer with an error.
    pub(crate) async fn run_only(&self, wanted: &[bool]) -> Vec<Result<Report, Error>> {
        let mut chains: BTreeMap<&Site, Vec<usize>> = BTreeMap::new();
        for (index, site) in self
            .sites
            .iter()
            .enumerate()
            .filter(|(one, _)| wanted[*one])
        {
            chains.entry(site).or_default().push(index);
        }
        let work = |automation: Automation, scan| async move { automation.run_of(scan).await };
        self.each(chains.into_values().collect(), work).await
    }

    /// Scans, and does the work for each automation: one chain beside another, one automation of a chain after another.
    async fn each<T, F>(
        &self,
        chains: Vec<Vec<usize>>,
        work: impl Fn(Automation, Result<Scan, Error>) -> F + Clone + Send + 'static,
    ) -> Vec<Result<T, Error>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let mut scans: Vec<Option<Result<Scan, Error>>> = self.scan().await;
        let mut chains = chains.into_iter().map(|chain| {
            let link = |one: usize| Some((one, self.members[one].clone(), scans[one].take()?));
            chain.into_iter().filter_map(link).collect::<Vec<_>>()
        });
        let mut answers: Vec<Option<Result<T, Error>>> = Vec::new();
        answers.resize_with(self.members.len(), || None);
        let mut tasks = JoinSet::new();
        let spawn = |tasks: &mut JoinSet<_>, chain| {
            let span = tracing::Span::current();
            tasks.spawn(one_by_one(chain, work.clone()).instrument(span));
        };
        for chain in chains.by_ref().take(MOST_AT_ONCE) {
            spawn(&mut tasks, chain);
        }
        while let Some(joined) = tasks.join_next().await {
            for (one, answer) in joined.into_iter().flatten() {
                answers[one] = Some(answer);
            }
            if let Some(chain) = chains.next() {
                spawn(&mut tasks, chain);
            }
        }
        let lost = || Err(Error::new(ErrorKind::Cancelled, "the work did not end"));
        let answers = answers.into_iter();
        answers.map(|answer| answer.unwrap_or_else(lost)).collect()
    }

    /// What every policy of all chose, each with those that chose otherwise.
    async fn scan(&self) -> Vec<Option<Result<Scan, Error>>> {
        let specs: Vec<&Spec> = self.members.iter().map(|one| &*one.0).collect();
        let mut scans = scan_all(&specs).await;
        find_rivals(&specs, &self.sites, &mut scans);
        scans.into_iter().map(Some).collect()
    }
}

type Link = (usize, Automation, Result<Scan, Error>);

async fn one_by_one<T, F>(
    chain: Vec<Link>,
    work: impl Fn(Automation, Result<Scan, Error>) -> F,
) -> Vec<(usize, Result<T, Error>)>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut answers = Vec::with_capacity(chain.len());
    for (one, automation, scan) in chain {
        answers.push((one, work(automation, scan).await));
    }
    answers
}
