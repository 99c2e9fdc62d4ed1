//! What a request does.

use serde_json::json;
use tagwright::{Status, Watching};

use super::{names, reconcile};
use crate::control::{Answer, Request, Step, Thing};
use crate::watch::{Service, Shared};

pub(super) async fn answer(service: &Shared, request: Request) -> Answer {
    tracing::info!("asked by the control socket: {}", told(&request));
    let done = match request {
        Request::Status => return status(service),
        Request::Receivers => return receivers(service),
        Request::Reconcile(thing) => reconcile::reconcile(service, &thing).await,
        Request::Suspend(thing) => rest(service, &thing, true),
        Request::Resume(thing) => rest(service, &thing, false),
    };
    done.map_or_else(Answer::Refused, Answer::Done)
}

fn told(request: &Request) -> String {
    match request {
        Request::Status => "status".to_owned(),
        Request::Receivers => "the paths of receivers".to_owned(),
        Request::Reconcile(thing) => format!("reconcile {}", named(thing)),
        Request::Suspend(thing) => format!("suspend {}", named(thing)),
        Request::Resume(thing) => format!("resume {}", named(thing)),
    }
}

fn named(thing: &Thing) -> String {
    match thing {
        Thing::All => "all".to_owned(),
        Thing::Image(name) => format!("image {name:?}"),
        Thing::Policy(name) => format!("policy {name:?}"),
        Thing::Automation(name) => format!("automation {name:?}"),
    }
}

fn status(service: &Service) -> Answer {
    match serde_json::to_value(service.scheduler.status()) {
        Ok(status) => Answer::Status(status),
        Err(error) => Answer::Refused(format!("the status cannot be told: {error}")),
    }
}

/// Paths are secret: here they are shown to the socket's user, and nowhere else.
fn receivers(service: &Service) -> Answer {
    let receivers = service.receivers();
    let receivers = receivers.all().iter();
    let all = receivers.map(|one| json!({"receiver": one.name(), "path": one.path().as_str()}));
    Answer::Status(all.collect())
}

fn rest(service: &Service, thing: &Thing, is_suspended: bool) -> Result<Vec<Step>, String> {
    let status = service.scheduler.status();
    let scheduler = &service.scheduler;
    let mut steps = Vec::new();
    for (what, subject) in watched(&status, thing)? {
        let is_there = if is_suspended {
            scheduler.suspend(&what)
        } else {
            scheduler.resume(&what)
        };
        steps.push(step(&status, &what, subject, is_there, is_suspended));
    }
    Ok(steps)
}

/// What they are for the scheduler, and for people.
fn watched(status: &Status, thing: &Thing) -> Result<Vec<(Watching, String)>, String> {
    Ok(match thing {
        Thing::All => {
            return Err("everything at once cannot be suspended; stop the watch".to_owned());
        }
        Thing::Image(name) => {
            let image = names::image(status, name)?;
            vec![(Watching::Image(image.clone()), format!("image {image}"))]
        }
        Thing::Automation(name) => {
            let name = names::automation(status, name)?;
            vec![(
                Watching::Automation(name.clone()),
                format!("automation {name}"),
            )]
        }
        Thing::Policy(name) => {
            let (policy, automations) = names::policy(status, name)?;
            let named = automations.into_iter().map(|automation| {
                let subject = format!("policy {policy} of {automation}");
                let policy = policy.clone();
                (Watching::Policy { automation, policy }, subject)
            });
            named.collect()
        }
    })
}

fn step(
    status: &Status,
    what: &Watching,
    subject: String,
    is_there: bool,
    is_suspended: bool,
) -> Step {
    let rests_by_manifest = matches!(what, Watching::Automation(name) if rests(status, name));
    let (message, failed) = match (is_there, is_suspended) {
        (true, true) => (
            "suspended until it is resumed or the watch ends; spec.suspend of its manifest lasts",
            false,
        ),
        (true, false) => ("resumed", false),
        (false, true) if rests_by_manifest => ("its manifest suspends it already", false),
        (false, false) if rests_by_manifest => (
            "its manifest suspends it; take spec.suspend out of it",
            true,
        ),
        (false, _) => ("it went away meanwhile; ask again", true),
    };
    Step {
        subject,
        message: message.to_owned(),
        failed,
    }
}

/// Whether its manifest suspends it: then it says nothing of where it writes.
pub(super) fn rests(status: &Status, automation: &str) -> bool {
    let mut all = status.automations.iter();
    all.any(|one| one.automation == automation && one.suspended && one.target.is_none())
}
