//! Doing now what is due later, and waiting for it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tagwright::registry::Repository;
use tagwright::{AutomationStatus, ImageStatus, Status, Target, Turns};
use tokio::time::sleep;

use super::answer::rests;
use super::names;
use crate::control::{MANIFESTS, Step, Thing};
use crate::watch::Service;

/// Between two looks at how things stand: events may be missed, what stands may not.
const LOOK: Duration = Duration::from_millis(50);

/// What is waited for, and how it stood before.
type Pending = BTreeMap<Key, Before>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Manifests,
    Image(String),
    Automation(String),
}

#[derive(Debug)]
struct Before {
    turns: Turns,
    commit: Option<String>,
}

pub(super) async fn reconcile(service: &Service, thing: &Thing) -> Result<Vec<Step>, String> {
    let status = service.scheduler.status();
    match thing {
        Thing::Image(name) => {
            let image = names::image(&status, name)?;
            images(service, &status, vec![image]).await
        }
        Thing::Policy(name) => {
            let (policy, _) = names::policy(&status, name)?;
            let policies = status.automations.iter().flat_map(|one| &one.policies);
            let mut own = policies.filter(|one| one.policy == policy);
            let image = own.next().map(|one| one.image.clone()).unwrap_or_default();
            let image = names::image(&status, &image)?;
            images(service, &status, vec![image]).await
        }
        Thing::Automation(name) => {
            let name = names::automation(&status, name)?;
            automations(service, &status, &status, vec![name]).await
        }
        Thing::All => all(service, &status).await,
    }
}

/// The manifests, then the images, then the automations.
async fn all(service: &Service, before: &Status) -> Result<Vec<Step>, String> {
    let begun = Before {
        turns: before.load_turns,
        commit: None,
    };
    service.reload().await;
    let mut steps = wait(service, Pending::from([(Key::Manifests, begun)])).await;
    let status = service.scheduler.status();
    let names = listed(&status).into_iter().map(str::to_owned).collect();
    steps.extend(images(service, &status, names).await?);
    let status = service.scheduler.status();
    let free = status.automations.iter().filter(|one| !one.suspended);
    let names = free.map(|one| one.automation.clone()).collect();
    steps.extend(automations(service, &status, before, names).await?);
    Ok(steps)
}

async fn images(
    service: &Service,
    status: &Status,
    names: Vec<String>,
) -> Result<Vec<Step>, String> {
    let listed = listed(status);
    let mut pending = Pending::new();
    for name in names {
        if !listed.contains(&*name) {
            return Err(format!(
                "image {name} is suspended, or all that watches it; resume it first"
            ));
        }
        let image: Repository = name.parse().map_err(|error| format!("{error}"))?;
        let turns = image_of(status, &name)
            .map(|one| one.turns)
            .unwrap_or_default();
        // One that is gone by now is told to be.
        service.scheduler.trigger(&image);
        pending.insert(
            Key::Image(name),
            Before {
                turns,
                commit: None,
            },
        );
    }
    Ok(wait(service, pending).await)
}

/// What was pushed since `before` counts.
async fn automations(
    service: &Service,
    status: &Status,
    before: &Status,
    names: Vec<String>,
) -> Result<Vec<Step>, String> {
    let mut pending = Pending::new();
    for name in names {
        let known = automation_of(status, &name);
        if known.is_some_and(|one| one.suspended) {
            let whose = if rests(status, &name) {
                " by its manifest"
            } else {
                ""
            };
            return Err(format!(
                "automation {name} is suspended{whose}; resume it first"
            ));
        }
        let turns = known.map(|one| one.turns).unwrap_or_default();
        let first = automation_of(before, &name).or(known);
        let commit = first.and_then(|one| one.last_commit.clone());
        service.scheduler.run_now(&name);
        pending.insert(Key::Automation(name), Before { turns, commit });
    }
    Ok(wait(service, pending).await)
}

/// The images that are not suspended, and something that watches them is not.
fn listed(status: &Status) -> BTreeSet<&str> {
    let all = status.images.iter();
    let free = all.filter(|one| !one.suspended).map(|one| &*one.image);
    let automations = status.automations.iter().filter(|one| !one.suspended);
    let policies = automations.flat_map(|one| &one.policies);
    let mut watched = BTreeSet::new();
    for policy in policies.filter(|one| !one.suspended) {
        let image = policy.image.parse().ok();
        let image = image.map(|image: Repository| image.to_string());
        match image.filter(|image| image_of(status, image).is_some()) {
            Some(image) => watched.insert(image),
            // It is listed elsewhere than it is written, under a name that nobody tells: that may be any.
            None => return free.collect(),
        };
    }
    free.filter(|image| watched.contains(*image)).collect()
}

/// Until all of it has been done since, or never will be.
async fn wait(service: &Service, mut pending: Pending) -> Vec<Step> {
    let mut steps = Vec::new();
    loop {
        let status = service.scheduler.status();
        pending.retain(|key, before| {
            let end = end(key, before, &status);
            steps.extend(end.clone().map(|end| step(key, end)));
            end.is_none()
        });
        if pending.is_empty() {
            return steps;
        }
        sleep(LOOK).await;
    }
}

fn step(key: &Key, end: Result<String, String>) -> Step {
    let failed = end.is_err();
    Step {
        subject: match key {
            Key::Manifests => MANIFESTS.to_owned(),
            Key::Image(name) => format!("image {name}"),
            Key::Automation(name) => format!("automation {name}"),
        },
        message: end.unwrap_or_else(|error| error),
        failed,
    }
}

/// What came of it, if it is over.
fn end(key: &Key, before: &Before, status: &Status) -> Option<Result<String, String>> {
    let gone = || Some(Err("it went away meanwhile".to_owned()));
    let end = match key {
        Key::Manifests => {
            let is_over = status.load_turns.is_over_since(before.turns);
            is_over.then(|| manifests(status))
        }
        Key::Image(name) => match image_of(status, name) {
            Some(one) if one.turns.is_over_since(before.turns) => Some(image(one)),
            Some(one) => rested(one.suspended && !one.scanning),
            None => gone(),
        },
        Key::Automation(name) => match automation_of(status, name) {
            Some(one) if one.turns.is_over_since(before.turns) => Some(automation(one, before)),
            Some(one) => rested(one.suspended && !one.running),
            None => gone(),
        },
    };
    let lost = || Err("the watch stopped before it was done".to_owned());
    end.or_else(|| status.stopped.then(lost))
}

fn rested(is_so: bool) -> Option<Result<String, String>> {
    is_so.then(|| Err("it was suspended meanwhile".to_owned()))
}

fn manifests(status: &Status) -> Result<String, String> {
    if let Some(error) = &status.load_error {
        return Err(error.clone());
    }
    let there = status.automations.iter().filter(|one| one.target.is_some());
    Ok(many(there.count() as u64, "automation"))
}

fn image(one: &ImageStatus) -> Result<String, String> {
    match (&one.last_error, one.tags) {
        (Some(error), _) => Err(error.clone()),
        (None, Some(tags)) => Ok(many(tags, "tag")),
        (None, None) => Err("nothing watches it any more".to_owned()),
    }
}

fn automation(one: &AutomationStatus, before: &Before) -> Result<String, String> {
    if let Some(error) = &one.last_error {
        return Err(error.clone());
    }
    Ok(match (&one.last_commit, &one.target) {
        (_, Some(Target::Directory(_))) => "done".to_owned(),
        (Some(commit), _) if before.commit.as_ref() != Some(commit) => format!("pushed {commit}"),
        _ => "nothing to do".to_owned(),
    })
}

fn many(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// They are in order.
fn image_of<'a>(status: &'a Status, name: &str) -> Option<&'a ImageStatus> {
    let all = &status.images;
    let found = all.binary_search_by(|one| (*one.image).cmp(name)).ok()?;
    all.get(found)
}

fn automation_of<'a>(status: &'a Status, name: &str) -> Option<&'a AutomationStatus> {
    let all = &status.automations;
    let found = all
        .binary_search_by(|one| (*one.automation).cmp(name))
        .ok()?;
    all.get(found)
}
