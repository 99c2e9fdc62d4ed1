//! What the page shows.

use std::time::SystemTime;

use serde::Serialize;
use tagwright::{AutomationStatus, Event, ImageStatus, Status, Target, commit_link};

use super::age;
use crate::watch::Service;

#[derive(Debug, Serialize)]
pub(super) struct Page {
    stopping: bool,
    problems: Vec<Problem>,
    images: Vec<Image>,
    policies: Vec<Policy>,
    automations: Vec<Automation>,
    happenings: Vec<Happening>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Problem {
    subject: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct Image {
    name: String,
    state: State,
    tags: Option<u64>,
    latest: Vec<String>,
    last: Option<String>,
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct Policy {
    name: String,
    automation: String,
    state: State,
    image: String,
    /// Behind the image's name.
    tag: Option<String>,
    previous: Option<String>,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Automation {
    name: String,
    state: State,
    target: Option<String>,
    commit: Option<Commit>,
    last: Option<String>,
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct Commit {
    id: String,
    link: Option<String>,
}

#[derive(Debug, Serialize)]
struct Happening {
    when: String,
    kind: &'static str,
    subject: String,
    text: String,
    commit: Option<Commit>,
}

/// As a word, and the class of its badge.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ready,
    Running,
    Waiting,
    Suspended,
    Failing,
}

impl Page {
    pub(super) fn of(service: &Service, now: SystemTime) -> Self {
        let status = service.scheduler.status();
        let diary = service.diary();
        let happenings = diary.entries().take(20);
        let happenings = happenings.map(|(then, event)| happening(&status, age(*then, now), event));
        Self {
            stopping: service.is_stopping() || status.stopped,
            problems: problems(&status),
            images: status.images.iter().map(|one| image(one, now)).collect(),
            policies: status.automations.iter().flat_map(policies).collect(),
            automations: status
                .automations
                .iter()
                .map(|one| automation(one, now))
                .collect(),
            happenings: happenings.collect(),
        }
    }
}

/// All that somebody should look at, each once.
fn problems(status: &Status) -> Vec<Problem> {
    let mut all = Vec::new();
    let mut add = |subject: &str, text: &str| {
        let (subject, text) = (subject.to_owned(), text.to_owned());
        if !all
            .iter()
            .any(|known: &Problem| text.ends_with(&known.text))
        {
            all.push(Problem { subject, text });
        }
    };
    for problem in &status.load_problems {
        add("manifests", problem);
    }
    if let Some(error) = status
        .load_error
        .as_deref()
        .filter(|_| status.load_problems.is_empty())
    {
        add("manifests", error);
    }
    for image in &status.images {
        image
            .last_error
            .iter()
            .for_each(|error| add(&image.image, error));
    }
    for one in &status.automations {
        one.last_error
            .iter()
            .for_each(|error| add(&one.automation, error));
        let parts = one.problems.iter();
        parts.for_each(|problem| add(&one.automation, problem));
    }
    all
}

fn image(one: &ImageStatus, now: SystemTime) -> Image {
    Image {
        name: one.image.clone(),
        state: state([
            one.suspended,
            one.scanning,
            one.last_error.is_some(),
            one.last_scan.is_some(),
        ]),
        tags: one.tags,
        latest: one.latest_tags.iter().take(5).cloned().collect(),
        last: one.last_scan.map(|then| age(then, now)),
        next: one.next_scan.map(|then| age(then, now)),
    }
}

fn policies(automation: &AutomationStatus) -> impl Iterator<Item = Policy> {
    automation.policies.iter().map(|one| {
        let is_chosen = one.selected.is_some();
        let failed = one.last_error.is_some() || !is_chosen && one.reason.is_some();
        Policy {
            name: one.policy.clone(),
            automation: automation.automation.clone(),
            state: state([one.suspended, false, failed, is_chosen]),
            image: one.image.clone(),
            tag: one
                .selected
                .as_ref()
                .map(|selected| behind(selected, &one.image)),
            previous: one
                .previous
                .as_ref()
                .map(|previous| behind(previous, &one.image)),
            reason: one.reason.clone(),
        }
    })
}

/// The tag and the digest of a reference to the image; the whole where it is of another.
fn behind(selected: &str, image: &str) -> String {
    let tag = selected.strip_prefix(image);
    let tag = tag.and_then(|tag| tag.strip_prefix(':'));
    tag.unwrap_or(selected).to_owned()
}

fn automation(one: &AutomationStatus, now: SystemTime) -> Automation {
    let commit = one.last_commit.as_ref().map(|id| Commit {
        id: short(id),
        link: one.last_commit_link.clone(),
    });
    Automation {
        name: one.automation.clone(),
        state: state([
            one.suspended,
            one.running,
            one.last_error.is_some(),
            one.last_run.is_some(),
        ]),
        target: one.target.as_ref().map(ToString::to_string),
        commit,
        last: one.last_run.map(|then| age(then, now)),
        next: one.next_run.map(|then| age(then, now)),
    }
}

/// From whether it is suspended, is running, failed, and was done at all.
fn state(is: [bool; 4]) -> State {
    match is {
        [true, ..] => State::Suspended,
        [_, true, ..] => State::Running,
        [_, _, true, _] => State::Failing,
        [_, _, _, true] => State::Ready,
        _ => State::Waiting,
    }
}

fn short(commit: &str) -> String {
    commit.chars().take(10).collect()
}

fn happening(status: &Status, when: String, event: &Event) -> Happening {
    let (kind, subject, text, commit) = match event {
        Event::Applied {
            automation,
            commit,
            edits,
            ..
        } => {
            let s = if *edits == 1 { "" } else { "s" };
            let text = format!("{edits} value{s} changed");
            (
                "done",
                automation.clone(),
                text,
                commit.as_deref().map(|id| linked(status, automation, id)),
            )
        }
        Event::Selected {
            policy, selected, ..
        } => ("new", policy.clone(), format!("selected {selected}"), None),
        Event::ScanFailed { image, error, .. } => ("bad", image.clone(), error.clone(), None),
        Event::RunFailed {
            automation, error, ..
        } => ("bad", automation.clone(), error.clone(), None),
        Event::LoadFailed { error, .. } => ("bad", "manifests".to_owned(), error.clone(), None),
        Event::StateFailed { error, .. } => ("bad", "state".to_owned(), error.clone(), None),
        other => ("new", "scheduler".to_owned(), format!("{other:?}"), None),
    };
    Happening {
        when,
        kind,
        subject,
        text,
        commit,
    }
}

fn linked(status: &Status, automation: &str, id: &str) -> Commit {
    let mut automations = status.automations.iter();
    let own = automations.find(|one| one.automation == automation);
    let link = match own.and_then(|one| one.target.as_ref()) {
        Some(Target::Branch(branch)) => commit_link(branch.repository(), id),
        _ => None,
    };
    Commit {
        id: short(id),
        link,
    }
}
