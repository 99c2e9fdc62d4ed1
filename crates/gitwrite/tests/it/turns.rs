//! Threads that share a snapshot: who waits for a server holds up nobody else.

use std::fs::{self, File, OpenOptions};
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt;
use std::process::Command;
use std::time::Duration;

use tagwright_gitwrite::{Blobs, CancelFlag, Control, Error, ErrorKind, Remote, Snapshot};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::isolated::tempfile;
use crate::partial::{filtering, take};
use crate::support::{commit, path, remote, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("turns::with_files_on_demand", with_files_on_demand),
        test("turns::with_a_cache", with_a_cache),
    ]
}

fn with_files_on_demand() {
    let repository = filtering(&[("a", "1"), ("b", "2")]);
    let remote = remote(&repository).blobs(Blobs::OnDemand);
    assert_holds_up_nobody(&repository, &remote);
}

fn with_a_cache() {
    let (repository, cache) = (filtering(&[("a", "1"), ("b", "2")]), tempfile());
    let remote = remote(&repository).blobs(Blobs::OnDemand);
    assert_holds_up_nobody(&repository, &remote.cache(cache.path()));
}

/// One thread waits for a server that is frozen; the others are served, or stop when they must.
#[track_caller]
fn assert_holds_up_nobody(repository: &BareRepository, remote: &Remote) {
    let snapshot = take(remote);
    read(&snapshot, "a", &Control::new()).unwrap();
    freeze(repository);
    let end = CancelFlag::new();
    std::thread::scope(|scope| {
        // Only so that a thread that is held up fails in the end.
        let patience = Control::new().deadline_in(Duration::from_secs(120));
        let control = patience.cancel_with(end.clone());
        let snapshot = &snapshot;
        let waiting = scope.spawn(move || read(snapshot, "b", &control).unwrap_err().kind());
        let _asked = wait_for_question(repository);

        read(snapshot, "a", &Control::new()).unwrap();
        commit(snapshot, &[write("a", "3")]);
        let url = repository.url();
        let cancelled = CancelFlag::new();
        cancelled.cancel();
        let error = read(snapshot, "b", &Control::new().cancel_with(cancelled)).unwrap_err();
        let text =
            format!("cannot fetch from {url}: it was cancelled; start it again if it is wanted");
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Cancelled, text)
        );
        let hasty = Control::new().deadline_in(Duration::from_millis(50));
        let error = read(snapshot, "b", &hasty).unwrap_err();
        let text = format!(
            "cannot fetch from {url}: the deadline passed; allow more time or check the server"
        );
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Timeout, text)
        );

        assert!(!waiting.is_finished(), "they were served after it");
        end.cancel();
        assert_eq!(waiting.join().unwrap(), ErrorKind::Cancelled);
    });
}

fn read(snapshot: &Snapshot, name: &str, control: &Control) -> Result<(), Error> {
    snapshot.visit_paths(&[path(name)], 9, |_| ControlFlow::Continue(()), control)
}

/// Whoever reads its configuration waits for somebody who writes it.
fn freeze(repository: &BareRepository) {
    let config = repository.path().join("config");
    fs::remove_file(&config).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(config)
            .status()
            .unwrap()
            .success()
    );
}

/// Waits until the configuration is read; the reader waits for as long as this is held.
fn wait_for_question(repository: &BareRepository) -> File {
    let mut options = OpenOptions::new();
    options.write(true).custom_flags(nonblocking());
    loop {
        match options.open(repository.path().join("config")) {
            Ok(writer) => return writer,
            Err(_) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

fn nonblocking() -> i32 {
    i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap()
}
