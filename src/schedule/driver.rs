//! The one task that starts everything and takes what comes of it.

use std::collections::HashMap;
use std::future::pending;
use std::sync::Arc;

use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, sleep_until};
use tracing::Instrument as _;

use super::board::{Answered, Before, Board};
use super::event::Event;
use super::handle::Shared;
use super::member::Member;
use super::source::{AutomationSource, SourceLoad};
use super::work::{Listing, Run};
use crate::error::{Error, ErrorKind};
use crate::report::Report;

pub(super) struct Driver {
    shared: Arc<Shared>,
    tasks: JoinSet<Outcome>,
    /// What each task is, for one that panics.
    jobs: HashMap<Id, Job>,
}

#[derive(Clone, Debug)]
enum Job {
    Scan(String),
    Run(String),
    Load,
}

enum Outcome {
    Listed(String, Vec<Answered>),
    Ran(String, Box<Result<Report, Error>>),
    /// Read before a run, which was then not begun.
    Changed(String, Box<SourceLoad>, Before),
    Loaded(Box<Result<Option<(SourceLoad, Before)>, Error>>),
}

impl Driver {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            tasks: JoinSet::new(),
            jobs: HashMap::new(),
        }
    }

    /// Until it is stopped and nothing runs any more, or what runs is given up.
    pub(super) async fn drive(mut self) {
        while let Next::Wait(wake) = self.begin() {
            let sleep = async {
                match wake {
                    Some(at) => sleep_until(at).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                () = self.shared.changed.notified() => {}
                () = sleep => {}
                Some(done) = self.tasks.join_next_with_id() => self.take(done),
            }
        }
        // Dropping a run that was given up ends its Git process: a push arrives whole or not at all.
        self.tasks.shutdown().await;
    }

    /// Starts what is due and may be.
    fn begin(&mut self) -> Next {
        let now = Instant::now();
        let shared = Arc::clone(&self.shared);
        let mut board = shared.board();
        if let Some(limit) = board.stop {
            let is_over = board.automations.running() == 0 || now >= limit;
            return if is_over {
                Next::End
            } else {
                Next::Wait(Some(limit))
            };
        }
        if !board.sources.due(now).is_empty() {
            board.sources.start(&(), now);
            let known = board.known_version();
            self.load(known);
        }
        for image in board.due_images(now) {
            board.images.start(&image, now);
            let listing = Listing::of(&board, &image);
            if listing.is_empty() {
                board.images.end(&image, now);
            } else {
                self.list(image, listing);
            }
        }
        for name in board.begin_runs(now) {
            let version = board.version.clone();
            let asks = board.members.get(&name).is_some_and(Member::asks);
            match Run::of(&board, &name) {
                Some(run) => self.run(name, run, version, asks),
                None => board.end(&name, now),
            }
        }
        // A run that lacks a listing has just asked for it.
        match &board.due_images(now)[..] {
            [] => Next::Wait(board.wake(now)),
            _ => Next::Wait(Some(now)),
        }
    }

    fn list(&mut self, image: String, listing: Listing) {
        let (shared, job) = (Arc::clone(&self.shared), Job::Scan(image.clone()));
        self.spawn(job, async move {
            let answers = listing.list().await;
            shared.keep_image(&image, &answers).await;
            Outcome::Listed(image, answers)
        });
    }

    fn run(&mut self, name: String, run: Run, version: Option<String>, asks: bool) {
        let (shared, job) = (Arc::clone(&self.shared), Job::Run(name.clone()));
        self.spawn(job, async move {
            if let Some(source) = shared.source.as_ref().filter(|_| asks) {
                // What cannot be read is told when it is next asked for by itself.
                if let Ok(Some(load)) = shared.ask(&**source, version.as_deref()).await {
                    let before = shared.before(&load.automations).await;
                    return Outcome::Changed(name, Box::new(load), before);
                }
            }
            let result = run.run().await;
            Outcome::Ran(name, Box::new(result))
        });
    }

    fn load(&mut self, version: Option<String>) {
        let Some(source) = self.shared.source.clone() else {
            return;
        };
        let shared = Arc::clone(&self.shared);
        self.spawn(Job::Load, async move {
            Outcome::Loaded(Box::new(load(&shared, &*source, version.as_deref()).await))
        });
    }

    fn spawn(&mut self, job: Job, work: impl Future<Output = Outcome> + Send + 'static) {
        let task = self.tasks.spawn(work.in_current_span());
        self.jobs.insert(task.id(), job);
    }

    fn take(&mut self, done: Result<(Id, Outcome), tokio::task::JoinError>) {
        let mut events = Vec::new();
        {
            let mut board = self.shared.board();
            match done {
                Ok((id, outcome)) => {
                    self.jobs.remove(&id);
                    take(&mut board, outcome, &mut events);
                }
                Err(error) => {
                    if let Some(job) = self.jobs.remove(&error.id()) {
                        lose(&mut board, job, &mut events);
                    }
                }
            }
        }
        for event in events {
            self.shared.tell(event);
        }
    }
}

enum Next {
    Wait(Option<Instant>),
    End,
}

async fn load(
    shared: &Shared,
    source: &dyn AutomationSource,
    version: Option<&str>,
) -> Result<Option<(SourceLoad, Before)>, Error> {
    let Some(load) = shared.ask(source, version).await? else {
        return Ok(None);
    };
    let before = shared.before(&load.automations).await;
    Ok(Some((load, before)))
}

fn take(board: &mut Board, outcome: Outcome, events: &mut Vec<Event>) {
    match outcome {
        Outcome::Listed(image, answers) => board.listed(&image, answers, events),
        Outcome::Ran(name, result) => board.ran(&name, *result, events),
        Outcome::Changed(name, load, before) => {
            let now = Instant::now();
            board.end(&name, now);
            board.loaded(*load, &before, events);
            board.changed(&name, now);
        }
        Outcome::Loaded(loaded) => {
            board.sources.end(&(), Instant::now());
            match *loaded {
                Ok(None) => {}
                Ok(Some((load, before))) => board.loaded(load, &before, events),
                Err(error) => board.load_failed(error.to_string(), events),
            }
        }
    }
}

/// What panicked is tried again at its interval.
fn lose(board: &mut Board, job: Job, events: &mut Vec<Event>) {
    let panicked = || Error::new(ErrorKind::Cancelled, "the work panicked");
    match job {
        Job::Scan(image) => {
            let answers = Listing::of(board, &image).failed();
            board.listed(&image, answers, events);
        }
        Job::Run(name) => board.ran(&name, Err(panicked()), events),
        Job::Load => {
            board.sources.end(&(), Instant::now());
            board.load_failed(panicked().to_string(), events);
        }
    }
}
