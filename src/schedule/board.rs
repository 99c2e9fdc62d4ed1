//! All that a scheduler knows: what is due, what is running, what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::builder::SchedulerBuilder;
use super::event::Event;
use super::handle::Watching;
use super::member::Member;
use super::source::SourceLoad;
use super::status::{AutomationStatus, ImageStatus, Status};
use super::timetable::{Done, LEAST, Timetable, first};
use crate::automation::Automation;
use crate::automations::Site;
use crate::error::{Error, ErrorKind};
use crate::image_policy::Watched;
use crate::report::{Applied, Report};
use crate::scan::Answer;
use crate::state::{ImageRecord, Known};

pub(super) struct Board {
    pub(super) images: Timetable<String>,
    pub(super) automations: Timetable<String>,
    /// The one source.
    pub(super) sources: Timetable<()>,
    pub(super) members: BTreeMap<String, Member>,
    pub(super) seen: BTreeMap<String, Seen>,
    held: BTreeSet<(String, String)>,
    pub(super) version: Option<String>,
    /// Whether the source is asked next as if its version was not known.
    asks_anew: bool,
    /// Where what runs writes.
    writing: BTreeMap<String, Site>,
    /// Automations that the source suspends.
    resting: BTreeSet<String>,
    load_error: Option<String>,
    /// What is wrong with what the source had, warnings too.
    load_problems: Vec<String>,
    /// The driver is gone.
    pub(super) has_ended: bool,
    /// When what is running is given up.
    pub(super) stop: Option<Instant>,
    settings: SchedulerBuilder,
}

/// What was seen of an image.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) record: Option<ImageRecord>,
    pub(super) error: Option<String>,
}

/// When things were done by an earlier process.
#[derive(Debug, Default)]
pub(super) struct Before {
    pub(super) images: BTreeMap<String, ImageRecord>,
    pub(super) automations: BTreeMap<String, Known>,
}

/// The answer of one policy of one automation, with the policy as it was then.
pub(super) type Answered = (String, Watched, Answer);

impl Board {
    pub(super) fn new(settings: SchedulerBuilder) -> Self {
        Self {
            images: Timetable::new(settings.jitter),
            automations: Timetable::new(settings.jitter),
            sources: Timetable::new(settings.jitter),
            members: BTreeMap::new(),
            seen: BTreeMap::new(),
            held: BTreeSet::new(),
            version: None,
            asks_anew: false,
            writing: BTreeMap::new(),
            resting: BTreeSet::new(),
            load_error: None,
            load_problems: Vec::new(),
            has_ended: false,
            stop: None,
            settings,
        }
    }

    /// Takes these automations in place of those of their names, and leaves the others out unless they are to stay.
    pub(super) fn replace(
        &mut self,
        automations: Vec<Automation>,
        others_stay: bool,
        before: &Before,
    ) {
        let names: BTreeSet<String> = automations.iter().map(Automation::name).collect();
        let now = Instant::now();
        for automation in automations {
            self.add(automation, before, now);
        }
        let resting = &self.resting;
        self.members
            .retain(|name, _| names.contains(name) || (others_stay && !resting.contains(name)));
        let members = &self.members;
        self.automations
            .keep_only(|name| members.contains_key(name));
        self.held.retain(|(member, _)| members.contains_key(member));
        let watched = self.watched();
        self.images.keep_only(|image| watched.contains_key(image));
        self.seen.retain(|image, _| watched.contains_key(image));
        for (image, interval) in watched {
            self.watch(image, interval, before, now);
        }
    }

    fn add(&mut self, automation: Automation, before: &Before, now: Instant) {
        let name = automation.name();
        let interval = automation.0.interval.unwrap_or(self.settings.run_interval);
        let interval = self.settings.bounded(interval);
        let known = before.automations.get(&name).cloned().unwrap_or_default();
        // One that comes when others are there already is new, or was changed: that counts at once.
        let wait = match self.version {
            None => self.first(known.ran, interval),
            Some(_) => Duration::ZERO,
        };
        let Some(member) = self.members.get_mut(&name) else {
            let member = Member::new(automation, known, &before.images);
            self.members.insert(name.clone(), member);
            self.automations.add(name, interval, now + wait);
            return;
        };
        let is_same = format!("{:?}", member.automation) == format!("{automation:?}");
        member.become_another(automation);
        self.automations.add(name.clone(), interval, now);
        if !is_same {
            self.automations.trigger(&name, now);
        }
    }

    fn first(&self, last: Option<SystemTime>, interval: Duration) -> Duration {
        let done = last.map_or(Done::Never, |last| {
            let ago = SystemTime::now().duration_since(last);
            ago.map_or(Done::InTheFuture, Done::Ago)
        });
        first(done, interval, self.settings.jitter)
    }

    /// The images, each with the interval of the policy that wants it soonest.
    fn watched(&self) -> BTreeMap<String, Duration> {
        let mut watched = BTreeMap::new();
        for (policy, image) in self.members.values().flat_map(Member::watched) {
            let interval = policy.interval.unwrap_or(self.settings.scan_interval);
            let interval = self.settings.bounded(interval);
            let known = watched.entry(image.to_owned()).or_insert(interval);
            *known = interval.min(*known);
        }
        watched
    }

    fn watch(&mut self, image: String, interval: Duration, before: &Before, now: Instant) {
        let record = before.images.get(&image);
        let wait = self.first(record.map(ImageRecord::scanned), interval);
        let seen = self.seen.entry(image.clone()).or_default();
        seen.record = seen.record.take().or_else(|| record.cloned());
        self.images.add(image, interval, now + wait);
    }

    /// The images that are to be listed now, as many as may be.
    pub(super) fn due_images(&self, now: Instant) -> Vec<String> {
        let free = self.settings.scans.saturating_sub(self.images.running());
        self.images.due_first(now, free)
    }

    /// Begins the automations that are to run now. One whose images were not listed yet waits for that; one that writes
    /// where another is writing waits for the other.
    pub(super) fn begin_runs(&mut self, now: Instant) -> Vec<String> {
        let mut free = (self.settings.runs).saturating_sub(self.automations.running());
        let mut begun = Vec::new();
        if free == 0 {
            return begun;
        }
        for name in self.automations.due(now) {
            if free == 0 {
                break;
            }
            if self.is_site_free(&name) && !self.waits(&name, now) {
                self.begin(&name, now);
                begun.push(name);
                free -= 1;
            }
        }
        begun
    }

    /// Whether it has to know of an image first. All that it lacks is asked for at once, and not again while some of that
    /// is at hand.
    fn waits(&mut self, name: &str, now: Instant) -> bool {
        let Some(member) = self.members.get(name) else {
            return true;
        };
        let lacks = |(policy, image): &(&Watched, &str)| {
            let is_open = !member.chosen.contains_key(&policy.name);
            is_open
                && !self.images.is_suspended(&(*image).to_owned())
                && !self.is_held(name, &policy.name)
        };
        let mut lacking = member.watched().filter(lacks);
        let Some((_, first)) = lacking.next() else {
            return false;
        };
        if !self.images.is_at_hand(&first.to_owned(), now) {
            let all: Vec<String> = std::iter::once(first)
                .chain(lacking.map(|(_, image)| image))
                .map(str::to_owned)
                .collect();
            // What is being listed is not to be listed again for that.
            for image in all {
                if !self.images.is_running(&image) {
                    self.images.trigger(&image, now);
                }
            }
        }
        true
    }

    /// Its source had another version when it was to run: it runs now, or a while later where that goes on.
    pub(super) fn changed(&mut self, name: &str, now: Instant) {
        if let Some(member) = self.members.get_mut(name) {
            let wait = if member.changed() {
                LEAST
            } else {
                Duration::ZERO
            };
            self.automations.at(&name.to_owned(), now + wait);
        }
    }

    fn is_site_free(&self, name: &str) -> bool {
        let member = self.members.get(name);
        member.is_some_and(|member| !self.writing.values().any(|site| *site == member.site))
    }

    /// Where it writes is its own until it ends, also when it is another, or gone, by then.
    pub(super) fn begin(&mut self, name: &str, now: Instant) {
        self.automations.start(&name.to_owned(), now);
        if let Some(member) = self.members.get(name) {
            self.writing.insert(name.to_owned(), member.site.clone());
        }
    }

    pub(super) fn end(&mut self, name: &str, now: Instant) {
        self.automations.end(&name.to_owned(), now);
        self.writing.remove(name);
    }

    pub(super) fn is_held(&self, automation: &str, policy: &str) -> bool {
        self.held
            .contains(&(automation.to_owned(), policy.to_owned()))
    }

    /// When there may be something to do, if nothing happens before. What waits for others is due when they end.
    pub(super) fn wake(&self, now: Instant) -> Option<Instant> {
        let soon = [
            self.images.wake(now),
            self.automations.wake(now),
            self.sources.wake(now),
            self.stop,
        ];
        soon.into_iter().flatten().min()
    }

    /// What an image's listing gave.
    pub(super) fn listed(&mut self, image: &str, answers: Vec<Answered>, events: &mut Vec<Event>) {
        let now = Instant::now();
        self.images.end(&image.to_owned(), now);
        let tally = answers.iter().find_map(|(_, _, answer)| answer.tally());
        // None where nobody watches it any more.
        let Some(seen) = self.seen.get_mut(image) else {
            return;
        };
        if let Some(tally) = tally {
            let record = tally.record();
            events.push(Event::Scanned {
                image: image.to_owned(),
                tags: record.tags,
            });
            seen.record = Some(record);
        }
        // Each client has an answer of its own.
        let failed = answers.iter().filter(|(_, _, one)| one.tally().is_none());
        let reasons: BTreeSet<&str> = failed.map(|(_, _, one)| one.reason()).collect();
        seen.error = reasons.first().map(|&reason| reason.to_owned());
        events.extend(reasons.into_iter().map(|reason| Event::ScanFailed {
            image: image.to_owned(),
            error: reason.to_owned(),
        }));
        for (automation, policy, answer) in answers {
            if self.is_still(&automation, &policy) {
                self.chose(&automation, &policy.name, answer, events);
            }
        }
    }

    /// What a policy chose that was changed meanwhile is no choice of the new one.
    fn is_still(&self, name: &str, policy: &Watched) -> bool {
        let member = self.members.get(name);
        member.is_some_and(|member| member.has(policy))
    }

    fn chose(&mut self, name: &str, policy: &str, answer: Answer, events: &mut Vec<Event>) {
        let Some(member) = self.members.get_mut(name) else {
            return;
        };
        let was_known = member.chosen.contains_key(policy);
        let is_new = member.choose(policy, answer);
        let selected = member.selected(policy).filter(|_| is_new);
        // In Fleet images are listed by one clock, and automations run by another.
        let triggers = is_new && was_known && member.runs_for_a_choice();
        if let Some(selected) = selected {
            events.push(Event::Selected {
                automation: name.to_owned(),
                policy: policy.to_owned(),
                selected,
            });
        }
        if triggers {
            self.automations.trigger(&name.to_owned(), Instant::now());
        }
    }

    /// What became of a run.
    pub(super) fn ran(
        &mut self,
        name: &str,
        result: Result<Report, Error>,
        events: &mut Vec<Event>,
    ) {
        let (automation, now) = (name.to_owned(), Instant::now());
        self.end(name, now);
        let member = self.members.get_mut(name);
        let report = match result {
            Ok(report) => report,
            Err(error) if self.settings.source.is_some() && is_moved(&error) => {
                // Where it is gone by now, that is what moved.
                let Some(member) = member else {
                    return;
                };
                if let Some(pause) = member.moved() {
                    tracing::info!(automation, reason = %error, "to be read again");
                    self.automations.at(&automation, now + pause);
                    return;
                }
                return self.failed(automation, error.to_string(), events);
            }
            Err(error) => return self.failed(automation, error.to_string(), events),
        };
        if let Some(member) = member {
            member.end(&report, SystemTime::now());
        }
        let edits = report.plan.edits.len();
        events.push(match report.applied {
            Applied::Pushed(pushed) => Event::Applied {
                automation,
                commit: Some(pushed.commit),
                edits,
            },
            Applied::Written(_) => Event::Applied {
                automation,
                commit: None,
                edits,
            },
            _ => Event::NothingToDo { automation },
        });
    }

    fn failed(&mut self, automation: String, error: String, events: &mut Vec<Event>) {
        if let Some(member) = self.members.get_mut(&automation) {
            member.fail(error.clone(), SystemTime::now());
        }
        events.push(Event::RunFailed { automation, error });
    }

    /// What the source answered. Automations that cannot be built stay as they were.
    pub(super) fn loaded(&mut self, load: SourceLoad, before: &Before, events: &mut Vec<Event>) {
        let (mut built, mut lost) = (Vec::<Automation>::new(), Vec::new());
        let mut names = BTreeSet::new();
        for builder in &load.automations {
            let expanded = builder
                .clone()
                .state_if_none(&self.settings.state)
                .expanded();
            for one in expanded {
                match one.and_then(|one| one.build()) {
                    Ok(one) if !names.insert(one.name()) => lost.push(twins(&one.name())),
                    Ok(one) => built.push(one),
                    Err(error) => lost.push(error.to_string()),
                }
            }
        }
        let problems = load.problems.iter().filter(|problem| problem.is_error());
        let mut errors: Vec<String> = problems.map(ToString::to_string).collect();
        let others_stay = !lost.is_empty() || !load.is_complete && !errors.is_empty();
        errors.extend(lost);
        self.load_problems = load.problems.iter().map(ToString::to_string).collect();
        self.resting = load.suspended.into_iter().collect();
        self.replace(built, others_stay, before);
        self.version = Some(load.version);
        events.push(Event::Loaded {
            automations: self.members.len(),
        });
        self.load_error = None;
        if !errors.is_empty() {
            self.load_failed(errors.join("; "), events);
        }
    }

    pub(super) fn load_failed(&mut self, error: String, events: &mut Vec<Event>) {
        if self.load_error.as_ref() != Some(&error) {
            events.push(Event::LoadFailed {
                error: error.clone(),
            });
        }
        self.load_error = Some(error);
    }

    /// False where there is no such thing.
    pub(super) fn suspend(&mut self, what: &Watching, is_suspended: bool) -> bool {
        let now = Instant::now();
        match what {
            Watching::Image(image) => {
                let goes_on = self.images.is_suspended(image) && !is_suspended;
                if goes_on {
                    self.run_who_lack(image, now);
                }
                self.images.suspend(image, is_suspended, now)
            }
            Watching::Automation(name) => {
                let goes_on = self.automations.is_suspended(name) && !is_suspended;
                // What was told of its images meanwhile was for nobody.
                let own = self.members.get(name).filter(|_| goes_on);
                for (_, image) in own.into_iter().flat_map(Member::watched) {
                    self.images.trigger(&image.to_owned(), now);
                }
                self.automations.suspend(name, is_suspended, now)
            }
            Watching::Policy { automation, policy } => {
                let member = self.members.get(automation);
                let mut policies = member.into_iter().flat_map(Member::policies);
                let Some(known) = policies.find(|one| one.name == *policy) else {
                    return false;
                };
                let (key, image) = (
                    (automation.clone(), policy.clone()),
                    known.repository.to_string(),
                );
                if is_suspended {
                    self.held.insert(key);
                } else if self.held.remove(&key) {
                    self.images.trigger(&image, now);
                    self.run_who_lack(&image, now);
                }
                true
            }
        }
    }

    /// A first choice starts no run: those who ran without one of an image run when it is listed.
    fn run_who_lack(&mut self, image: &str, now: Instant) {
        for (name, member) in &self.members {
            let mut own = member.watched().filter(|(_, listed)| *listed == image);
            if own.any(|(policy, _)| !member.chosen.contains_key(&policy.name)) {
                self.automations.trigger(name, now);
            }
        }
    }

    pub(super) fn reload(&mut self) {
        self.asks_anew = true;
        self.sources.trigger(&(), Instant::now());
    }

    /// The version that the source is told now; none where it is to answer in any case.
    pub(super) fn known_version(&mut self) -> Option<String> {
        let version = self.version.clone();
        version.filter(|_| !std::mem::take(&mut self.asks_anew))
    }

    pub(super) fn trigger_all(&mut self) {
        let now = Instant::now();
        for image in self.seen.keys().cloned().collect::<Vec<_>>() {
            self.images.trigger(&image, now);
        }
    }

    pub(super) fn status(&self) -> Status {
        let (now, clock) = (Instant::now(), SystemTime::now());
        let at = |at: Instant| clock + at.saturating_duration_since(now);
        let images = self.seen.iter().map(|(image, seen)| ImageStatus {
            image: image.clone(),
            suspended: self.images.is_suspended(image),
            scanning: self.images.is_running(image),
            turns: self.images.turns(image),
            last_scan: seen.record.as_ref().map(ImageRecord::scanned),
            next_scan: self.images.next(image).map(at),
            tags: seen.record.as_ref().map(|record| record.tags),
            latest_tags: seen
                .record
                .iter()
                .flat_map(|record| record.latest.clone())
                .collect(),
            last_error: seen.error.clone(),
        });
        let automations = self.members.iter().map(|(name, member)| {
            let mut status = member.status(|policy| self.is_held(name, policy));
            status.suspended = self.automations.is_suspended(name);
            status.running = self.automations.is_running(name);
            status.turns = self.automations.turns(name);
            status.next_run = self.automations.next(name).map(at);
            status
        });
        let resting = self.resting.iter();
        let resting = resting.filter(|name| !self.members.contains_key(*name));
        let resting = resting.map(|name| AutomationStatus {
            automation: name.clone(),
            suspended: true,
            ..AutomationStatus::default()
        });
        let mut automations: Vec<AutomationStatus> = automations.chain(resting).collect();
        automations.sort_by(|one, other| one.automation.cmp(&other.automation));
        Status {
            images: images.collect(),
            automations,
            load_error: self.load_error.clone(),
            load_problems: self.load_problems.clone(),
            stopped: self.has_ended,
            load_turns: self.sources.turns(&()),
        }
    }
}

fn is_moved(error: &Error) -> bool {
    error.kind() == ErrorKind::Moved
}

pub(super) fn twins(name: &str) -> String {
    format!("two automations are named {name}; give each a name or a scope of its own")
}

#[cfg(test)]
mod tests;
