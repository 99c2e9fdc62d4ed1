//! Doing now what is due later, and waiting for it.

use std::collections::BTreeMap;

use tagwright::registry::Repository;
use tagwright::{Event, Events, Status};

use super::answer::rests;
use super::names;
use crate::control::{Step, Thing};
use crate::watch::Service;

/// What is waited for, and how many ends of it.
type Pending = BTreeMap<Key, u8>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Image(String),
    Automation(String),
    Manifests,
}

pub(super) async fn reconcile(service: &Service, thing: &Thing) -> Result<Vec<Step>, String> {
    let mut events = service.scheduler.events();
    let status = service.scheduler.status();
    match thing {
        Thing::Image(name) => {
            let image = names::image(&status, name)?;
            images(service, &status, vec![image], &mut events).await
        }
        Thing::Policy(name) => {
            let (policy, _) = names::policy(&status, name)?;
            let policies = status.automations.iter().flat_map(|one| &one.policies);
            let mut own = policies.filter(|one| one.policy == policy);
            let image = own.next().map(|one| one.image.clone()).unwrap_or_default();
            let image = names::image(&status, &image)?;
            images(service, &status, vec![image], &mut events).await
        }
        Thing::Automation(name) => {
            let name = names::automation(&status, name)?;
            automations(service, &status, vec![name], &mut events).await
        }
        Thing::All => all(service, &mut events).await,
    }
}

/// The manifests, then the images, then the automations.
async fn all(service: &Service, events: &mut Events) -> Result<Vec<Step>, String> {
    service.reload().await;
    let mut steps = wait(Pending::from([(Key::Manifests, 1)]), events).await;
    let status = service.scheduler.status();
    let free = status.images.iter();
    let free = free.filter(|one| is_listed(&status, &one.image));
    let names = free.map(|one| one.image.clone()).collect();
    steps.extend(images(service, &status, names, events).await?);
    let status = service.scheduler.status();
    let free = status.automations.iter().filter(|one| !one.suspended);
    let names = free.map(|one| one.automation.clone()).collect();
    steps.extend(automations(service, &status, names, events).await?);
    Ok(steps)
}

async fn images(
    service: &Service,
    status: &Status,
    names: Vec<String>,
    events: &mut Events,
) -> Result<Vec<Step>, String> {
    let mut pending = Pending::new();
    for name in names {
        if !is_listed(status, &name) {
            return Err(format!(
                "image {name} is suspended, or all that watches it; resume it first"
            ));
        }
        let image: Repository = name.parse().map_err(|error| format!("{error}"))?;
        let is_running = status
            .images
            .iter()
            .any(|one| one.image == name && one.scanning);
        if service.scheduler.trigger(&image) {
            // What has begun may have asked too early.
            pending.insert(Key::Image(name), 1 + u8::from(is_running));
        }
    }
    Ok(wait(pending, events).await)
}

async fn automations(
    service: &Service,
    status: &Status,
    names: Vec<String>,
    events: &mut Events,
) -> Result<Vec<Step>, String> {
    let mut pending = Pending::new();
    for name in names {
        let known = status.automations.iter().find(|one| one.automation == name);
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
        let is_running = known.is_some_and(|one| one.running);
        if service.scheduler.run_now(&name) {
            pending.insert(Key::Automation(name), 1 + u8::from(is_running));
        }
    }
    Ok(wait(pending, events).await)
}

/// Whether it is not suspended, and something that watches it is not.
fn is_listed(status: &Status, image: &str) -> bool {
    let rests = status
        .images
        .iter()
        .any(|one| one.image == image && one.suspended);
    let watches = |own: &str| names::image(status, own).as_deref() == Ok(image);
    let automations = status.automations.iter().filter(|one| !one.suspended);
    let mut policies = automations.flat_map(|one| &one.policies);
    // An image that is listed elsewhere than it is written is not found by its name.
    let is_elsewhere = |own: &str| names::image(status, own).is_err();
    !rests
        && policies.any(|one| !one.suspended && (watches(&one.image) || is_elsewhere(&one.image)))
}

/// Until all of it has ended, or the scheduler has.
async fn wait(mut pending: Pending, events: &mut Events) -> Vec<Step> {
    let mut steps = Vec::new();
    while !pending.is_empty() {
        let Some(event) = events.next().await else {
            let lost = pending.into_keys().map(|key| {
                let message = "the watch stopped before it was done".to_owned();
                Step {
                    subject: subject(&key),
                    message,
                    failed: true,
                }
            });
            steps.extend(lost);
            break;
        };
        let Some((key, message, failed)) = end(event) else {
            continue;
        };
        match pending.get_mut(&key) {
            Some(left @ 2..) => *left -= 1,
            Some(_) => {
                pending.remove(&key);
                steps.push(Step {
                    subject: subject(&key),
                    message,
                    failed,
                });
            }
            None => {}
        }
    }
    steps
}

fn subject(key: &Key) -> String {
    match key {
        Key::Image(name) => format!("image {name}"),
        Key::Automation(name) => format!("automation {name}"),
        Key::Manifests => "manifests".to_owned(),
    }
}

/// What ended by an event, and how.
fn end(event: Event) -> Option<(Key, String, bool)> {
    Some(match event {
        Event::Scanned { image, tags, .. } => (Key::Image(image), format!("{tags} tags"), false),
        Event::ScanFailed { image, error, .. } => (Key::Image(image), error, true),
        Event::Applied {
            automation, commit, ..
        } => {
            let message = commit.map_or("written".to_owned(), |commit| format!("pushed {commit}"));
            (Key::Automation(automation), message, false)
        }
        Event::NothingToDo { automation, .. } => (
            Key::Automation(automation),
            "nothing to do".to_owned(),
            false,
        ),
        Event::RunFailed {
            automation, error, ..
        } => (Key::Automation(automation), error, true),
        Event::Loaded { automations, .. } => {
            (Key::Manifests, format!("{automations} automations"), false)
        }
        Event::LoadFailed { error, .. } => (Key::Manifests, error, true),
        _ => return None,
    })
}
