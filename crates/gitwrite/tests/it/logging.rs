//! What is told to the log: what happened, at the right level, and no secret.

use std::fmt::Write;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use tagwright_gitwrite::{Credentials, PushOutcome, Remote, Secret};
use tagwright_testkit::harness::{Trial, test};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{branch, commit, commit_files, control, push, repository, snapshot, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("logging::of_every_outcome", of_every_outcome),
        test("logging::of_a_git_that_fails", of_a_git_that_fails),
        test("logging::holds_no_secret", holds_no_secret),
    ]
}

/// Keeps every event and span as a line.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn keep(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        let mut line = Line(metadata.level().to_string());
        record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.keep(span.metadata(), |line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.keep(event.metadata(), |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Is told everything by the threads that keep no log. Without it `tracing` takes an event for unwanted for good when the
/// first to come to it, on another thread, does so in the moment in which a log begins.
struct Nobody;

impl Subscriber for Nobody {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Before the first test.
pub(crate) fn begin() {
    tracing::subscriber::set_global_default(Nobody).unwrap();
}

pub(crate) fn logged<T>(run: impl FnOnce() -> T) -> (T, Vec<String>) {
    let log = Log::default();
    let result = tracing::subscriber::with_default(log.clone(), run);
    let lines = std::mem::take(&mut *log.0.lock().unwrap());
    (result, lines)
}

fn of_every_outcome() {
    let repository = repository(&[("a", "1")]);
    let url = repository.url();
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let last = |expected: &str| {
        let (outcome, lines) = logged(|| push(&commit, "main"));
        assert_eq!(lines.last().map(String::as_str), Some(expected));
        outcome
    };
    let about = format!("remote={url} branch=\"main\" commit={}", commit.id());
    repository.hook("pre-receive", "#!/bin/sh\necho no >&2\nexit 1\n");
    last(&format!(
        "WARN message=the push was refused {about} reason=HookDeclined \
         rejection=refs/heads/main was refused: [remote rejected] (pre-receive hook declined): no"
    ));
    repository.hook("pre-receive", "#!/bin/sh\n");
    last(&format!("INFO message=pushed {about}"));
    last(&format!("INFO message=the branch is up to date {about}"));
    let theirs = commit_files(&repository, "main", &[("b", "theirs")]);
    let outcome = last(&format!(
        "INFO message=stale: the branch has moved {about} found={theirs}"
    ));
    assert!(matches!(outcome, PushOutcome::Stale { .. }));
}

fn of_a_git_that_fails() {
    let repository = repository(&[("a", "1")]);
    let remote = Remote::new(&repository.url()).unwrap();
    let (result, lines) = logged(|| remote.snapshot(&branch("x"), &control()));
    assert!(result.is_err());
    let expected = "DEBUG message=git failed status=exit status: 128 \
                    said=\"fatal: couldn't find remote ref refs/heads/x\"";
    assert!(lines.iter().any(|line| line == expected), "{lines:?}");
}

/// A token that git's own words hold.
fn holds_no_secret() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let credentials = Credentials::Bearer(Secret::new("Failed to connect"));
    let remote = Remote::new(&format!("http://{address}/r.git"))
        .unwrap()
        .credentials(credentials);
    let (result, lines) = logged(|| remote.tip(&branch("main"), &control()));
    assert!(result.is_err());
    let failed = lines.iter().find(|line| line.contains("git failed"));
    let failed = failed.unwrap_or_else(|| panic!("{lines:?}"));
    assert!(failed.contains("***"), "{failed}");
    assert!(!lines.concat().contains("Failed to connect"), "{lines:?}");
}
