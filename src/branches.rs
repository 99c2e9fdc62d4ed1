//! A branch for each policy, or for each group of policies.

mod expand;
mod lane;
mod template;

use std::sync::Arc;

use lane::{Lane, lanes};
use tagwright_gitwrite::{Control, Snapshot};
pub(crate) use template::Template;
use tracing::Instrument as _;

use crate::apply;
use crate::automation::{Automation, invalid};
use crate::draft::{Sketch, draft_on, snapshot};
use crate::error::Error;
use crate::offload::offload;
use crate::place::{Branch, Place};
use crate::plan::{Plan, Target};
use crate::report::{Applied, Report};
use crate::review::altered;
use crate::scan::{Scan, scan};
use crate::state::Past;

/// An automation that pushes a branch for each of its policies, or for each group of them, as a reviewer wants it who
/// merges one update and not another. Made by [`Automation::branches`].
///
/// Images are listed once and the repository is fetched once for all. Each branch has one commit, with a message of its
/// own, on top of what is read; the markers of all other policies stay as they are there. It is made anew by each push,
/// with a lease on what stood there. A branch with nothing to change is left as it is; one of an older tag (`{tag}`) too.
/// Further refspecs of the automation are not pushed to; its push options are sent with each branch.
///
/// In a group and in a scheduler [`AutomationBuilder::branch_template`](crate::AutomationBuilder::branch_template) does the
/// same, for names without `{tag}`.
///
/// ```no_run
/// # async fn example(automation: tagwright::Automation) -> Result<(), tagwright::Error> {
/// for report in automation.branches("update/{name}-{tag}")?.run().await? {
///     println!("{}", report?);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Branches {
    automation: Automation,
    template: Template,
}

impl Automation {
    /// A branch for each policy, or for each [group](crate::ImagePolicy::in_group), in place of the one branch that is
    /// pushed. The template gives their names:
    ///
    /// | placeholder | what stands there |
    /// |---|---|
    /// | `{name}` | the policy's name, without its namespace |
    /// | `{namespace}` | the policy's namespace; in Fleet's dialect that of the automation |
    /// | `{group}` | the group; of a policy in none, its name |
    /// | `{image}` | the image, as it is written into files |
    /// | `{tag}` | the chosen tag |
    ///
    /// What Git does not allow in the name of a branch is replaced by `-` in what is put in.
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](crate::ErrorKind::Configuration): a placeholder that is not known, or a brace without its
    /// other one; a name that Git takes for no branch (`HEAD`, `-x`, `a..b`); an automation on a directory.
    pub fn branches(&self, template: &str) -> Result<Branches, Error> {
        if let Place::Directory(_) = self.0.place {
            return Err(invalid(
                "a directory has no branches; give the automation a remote",
            ));
        }
        let template = Template::parse(template).map_err(invalid)?;
        let automation = self.clone();
        Ok(Branches {
            automation,
            template,
        })
    }
}

impl Branches {
    /// What would be done, a plan for each branch. Nothing is written.
    ///
    /// Some have an error in place of a plan, and stop no other: a policy that selected no tag; and, of kind
    /// [`Configuration`](crate::ErrorKind::Configuration), branches that get one name or stand in each other's way (`update`
    /// and `update/app`), one whose name is no branch's or is that of the branch that is read, and a group in which a
    /// placeholder has several values.
    ///
    /// # Errors
    ///
    /// As [`Automation::plan`].
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn plan(&self) -> Result<Vec<Result<Plan, Error>>, Error> {
        let span = tracing::info_span!("plan", automation = %self.automation.name());
        async {
            let (past, scan) = self.scan().await?;
            let lanes = lanes(&self.automation, &self.template, &scan);
            let firsts = self.on_one_snapshot(&lanes, draft).await?;
            let mut plans = Vec::with_capacity(lanes.len());
            for (lane, first) in lanes.into_iter().zip(firsts) {
                let mut plan = planned(lane, first).await;
                if let Ok(plan) = &mut plan {
                    past.tell(plan);
                }
                plans.push(plan);
            }
            Ok(plans)
        }
        .instrument(span)
        .await
    }

    /// Does what was reviewed, as [`Automation::apply`] does, on the plan's branch.
    ///
    /// # Errors
    ///
    /// As [`Automation::apply`]; a branch that the template does not give for the plan's selections is a plan that was
    /// changed by hand.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn apply(&self, plan: &Plan) -> Result<Applied, Error> {
        let wanted = lane::branch_of(&self.automation.0, &self.template, plan.selections());
        let Target::Branch(target) = plan.target() else {
            return Err(altered("it is for a directory"));
        };
        if wanted.as_deref() != Ok(target.push_branch()) {
            return Err(altered(format!(
                "'{}' is not the branch of its selections",
                target.push_branch()
            )));
        }
        let automation = lane::on_branch(&self.automation, target.push_branch())?;
        automation.apply_and_keep(plan, &self.automation.0).await
    }

    /// Plans and applies, branch by branch, and plans one again when what it pushes to was moved by somebody else.
    ///
    /// What goes wrong with one branch stops no other. A state store remembers what was seen for the guards; the repository
    /// is fetched each time.
    ///
    /// # Errors
    ///
    /// As [`plan`](Self::plan).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn run(&self) -> Result<Vec<Result<Report, Error>>, Error> {
        let span = tracing::info_span!("run", automation = %self.automation.name());
        async {
            let done = self.run_each().await;
            #[cfg(feature = "metrics")]
            if done.is_err() {
                crate::metrics::failed(&self.automation.name());
            }
            done
        }
        .instrument(span)
        .await
    }

    async fn run_each(&self) -> Result<Vec<Result<Report, Error>>, Error> {
        let (past, scan) = self.scan().await?;
        #[cfg(feature = "metrics")]
        let begun = std::time::Instant::now();
        let lanes = lanes(&self.automation, &self.template, &scan);
        let firsts = self.on_one_snapshot(&lanes, attempt).await?;
        let mut reports = Vec::with_capacity(lanes.len());
        for (lane, first) in lanes.into_iter().zip(firsts) {
            reports.push(finish(lane, first).await);
        }
        #[cfg(feature = "metrics")]
        crate::metrics::ran_each(&self.automation.name(), &reports, begun.elapsed());
        let done = reports.iter_mut().flatten().collect();
        past.keep_each(&self.automation.0, &scan, done).await;
        Ok(reports)
    }

    /// What the policies chose, with what is known of the last run.
    async fn scan(&self) -> Result<(Arc<Past>, Scan), Error> {
        let spec = &self.automation.0;
        let past = Arc::new(Past::of(spec).await);
        let mut scan = scan(spec).await?;
        scan.recall(&past);
        spec.place.refresh().await?;
        Ok((past, scan))
    }

    /// One fetch for all branches, and the work of each on it. Each has as much time as an automation with one.
    async fn on_one_snapshot<T: Send + 'static>(
        &self,
        lanes: &[Result<Lane, Error>],
        work: impl Fn(&Lane, &Branch, &Snapshot, &Control) -> Result<T, Error> + Send + 'static,
    ) -> Result<Vec<Option<Result<T, Error>>>, Error> {
        let Place::Branch(place) = &self.automation.0.place else {
            return Ok(Vec::new());
        };
        let lanes: Vec<Option<Lane>> = lanes.iter().map(|one| one.as_ref().ok().cloned()).collect();
        let times = u32::try_from(lanes.len()).unwrap_or(u32::MAX);
        let timeout = place.git_timeout.saturating_mul(times.saturating_add(1));
        let place = Arc::clone(place);
        offload(timeout, move |control| {
            let snapshot = snapshot(&place, control)?;
            let one = |lane: &Lane| work(lane, lane.branch()?, &snapshot, control);
            Ok(lanes.iter().map(|lane| lane.as_ref().map(one)).collect())
        })
        .await
    }
}

/// None where something has to be asked of a registry before.
fn draft(
    lane: &Lane,
    branch: &Branch,
    snapshot: &Snapshot,
    control: &Control,
) -> Result<Option<Plan>, Error> {
    let sketch = draft_on(&lane.automation.0, branch, &lane.scan, snapshot, control)?;
    Ok(sketch.wanted.is_empty().then_some(sketch.plan))
}

/// None where something has to be asked of a registry before.
fn attempt(
    lane: &Lane,
    branch: &Branch,
    snapshot: &Snapshot,
    control: &Control,
) -> Result<Option<(Plan, Applied)>, Error> {
    let Sketch {
        plan,
        changes,
        wanted,
    } = draft_on(&lane.automation.0, branch, &lane.scan, snapshot, control)?;
    if !wanted.is_empty() {
        return Ok(None);
    }
    let applied = match plan.message() {
        Some(message) => {
            let text = (message, plan.trailers());
            apply::push(branch, snapshot, &changes, text, control)?
        }
        None => Applied::NothingToDo,
    };
    Ok(Some((plan, applied)))
}

async fn planned(
    lane: Result<Lane, Error>,
    first: Option<Result<Option<Plan>, Error>>,
) -> Result<Plan, Error> {
    let lane = lane?;
    match first.transpose()?.flatten() {
        Some(plan) => Ok(plan),
        None => lane.automation.planned(&mut Arc::clone(&lane.scan)).await,
    }
}

/// The report of what was done. What was stale, or has to know more first, is done alone.
async fn finish(
    lane: Result<Lane, Error>,
    first: Option<Result<Option<(Plan, Applied)>, Error>>,
) -> Result<Report, Error> {
    let mut lane = lane?;
    match first.transpose()?.flatten() {
        None | Some((_, Applied::Stale(_))) => {
            lane.automation.attempt_until_applied(&mut lane.scan).await
        }
        Some((plan, applied)) => Ok(Report {
            plan,
            applied,
            attempts: 1,
        }),
    }
}
