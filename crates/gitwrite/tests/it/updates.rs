//! The loop: again when others were faster, never twice, never without end.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tagwright_gitwrite::{
    CancelFlag, Change, Control, Error, ErrorKind, Proposal, Snapshot, Update, UpdateOutcome,
    Updated,
};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::support::{commit_files, control, path, remote, repository, spec};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("updates::come_through_at_once", come_through_at_once),
        test("updates::with_nothing_to_do", with_nothing_to_do),
        test("updates::again_on_the_new_tip", again_on_the_new_tip),
        test("updates::end_at_their_bound", end_at_their_bound),
        test(
            "updates::end_when_they_are_cancelled",
            end_when_they_are_cancelled,
        ),
        test("updates::that_are_refused", that_are_refused),
        test(
            "updates::with_an_error_of_the_caller",
            with_an_error_of_the_caller,
        ),
        test("updates::whose_server_dies_once", whose_server_dies_once),
        test(
            "updates::whose_server_dies_and_goes_on",
            whose_server_dies_and_goes_on,
        ),
        test(
            "updates::whose_server_always_dies",
            whose_server_always_dies,
        ),
        test("updates::of_ten_writers", || of_writers(10)),
        test("updates::of_fifty_writers", || of_writers(50)),
    ]
}

fn main_branch() -> Update {
    Update::of_branch("main").unwrap()
}

/// Adds a line to a file: done twice, it shows.
fn line(snapshot: &Snapshot, text: &str) -> Result<Option<Proposal>, Error> {
    let mut log = snapshot.read("log")?.unwrap_or_default();
    log.extend_from_slice(format!("{text}\n").as_bytes());
    let change = Change::write(path("log"), log);
    Ok(Some(Proposal::new(vec![change], spec(text))))
}

#[track_caller]
fn update(repository: &BareRepository, text: &str) -> Updated {
    let result = remote(repository).update(&main_branch(), &control(), |s| line(s, text));
    result.unwrap()
}

#[track_caller]
fn assert_pushed(updated: &Updated, attempts: u32) {
    assert!(
        matches!(updated.outcome, UpdateOutcome::Pushed { .. }),
        "{updated:?}"
    );
    assert_eq!(updated.attempts, attempts);
}

fn come_through_at_once() {
    let repository = repository(&[("log", "")]);
    assert_pushed(&update(&repository, "a"), 1);
    assert_eq!(repository.read("main", "log"), b"a\n");
}

fn with_nothing_to_do() {
    let repository = repository(&[("log", "x")]);
    let nothing = |_: &Snapshot| Ok::<_, Error>(None);
    let same = |_: &Snapshot| {
        let change = Change::write(path("log"), "x");
        Ok::<_, Error>(Some(Proposal::new(vec![change], spec("S"))))
    };
    let expected = Updated {
        outcome: UpdateOutcome::Unchanged,
        attempts: 1,
    };
    let remote = remote(&repository);
    assert_eq!(
        remote.update(&main_branch(), &control(), nothing).unwrap(),
        expected
    );
    assert_eq!(
        remote.update(&main_branch(), &control(), same).unwrap(),
        expected
    );
}

/// Somebody else is faster, twice, and changes the very same file.
fn again_on_the_new_tip() {
    let repository = repository(&[("log", "")]);
    let mut seen = Vec::new();
    let updated = remote(&repository).update(&main_branch(), &control(), |snapshot| {
        let log = snapshot.read("log")?.unwrap();
        seen.push(String::from_utf8(log.clone()).unwrap());
        if seen.len() < 3 {
            let theirs = format!("{}theirs\n", seen.last().unwrap());
            commit_files(&repository, "main", &[("log", &theirs)]);
        }
        line(snapshot, "ours")
    });
    assert_pushed(&updated.unwrap(), 3);
    assert_eq!(seen, ["", "theirs\n", "theirs\ntheirs\n"]);
    assert_eq!(repository.read("main", "log"), b"theirs\ntheirs\nours\n");
    repository.git(&["fsck", "--full", "--strict"]);
}

fn end_at_their_bound() {
    let repository = repository(&[("log", "")]);
    let mut count = 0;
    let twice = main_branch().attempts(NonZeroU32::new(2).unwrap());
    let error = remote(&repository).update(&twice, &control(), |snapshot| {
        count += 1;
        commit_files(&repository, "main", &[("theirs", &count.to_string())]);
        line(snapshot, "ours")
    });
    let error = error.unwrap_err();
    let text = format!(
        "cannot update branch 'main' of {}: others were faster 2 times; allow more attempts or try again later",
        repository.url()
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Contended, text)
    );
    assert_eq!(count, 2);
}

fn end_when_they_are_cancelled() {
    let repository = repository(&[("log", "")]);
    let flag = CancelFlag::new();
    let control = Control::new().cancel_with(flag.clone());
    let error = remote(&repository).update(&main_branch(), &control, |snapshot| {
        flag.cancel();
        line(snapshot, "ours")
    });
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!(repository.read("main", "log"), b"");
}

fn that_are_refused() {
    let repository = repository(&[("log", "")]);
    repository.hook("pre-receive", "#!/bin/sh\necho no >&2\nexit 1\n");
    let updated = update(&repository, "a");
    assert!(
        matches!(updated.outcome, UpdateOutcome::Rejected(_)),
        "{updated:?}"
    );
    assert_eq!(updated.attempts, 1);
}

fn with_an_error_of_the_caller() {
    #[derive(Debug)]
    enum Own {
        Git(Error),
        Mine,
    }
    impl From<Error> for Own {
        fn from(error: Error) -> Own {
            Own::Git(error)
        }
    }
    let repository = repository(&[("log", "")]);
    let mine = remote(&repository).update(&main_branch(), &control(), |_| Err(Own::Mine));
    assert!(matches!(mine, Err(Own::Mine)));
    let git = remote(&repository).update(&Update::of_branch("no").unwrap(), &control(), |_| {
        Err(Own::Mine)
    });
    assert!(matches!(git, Err(Own::Git(error)) if error.kind() == ErrorKind::RefNotFound));
}

/// Before the branch moved: the second attempt does it.
fn whose_server_dies_once() {
    let repository = repository(&[("log", "")]);
    let script = "#!/bin/sh\nif [ ! -e died ]; then : > died; kill -9 $PPID; fi\n";
    repository.hook("pre-receive", script);
    assert_pushed(&update(&repository, "ours"), 2);
    assert_eq!(repository.read("main", "log"), b"ours\n");
}

/// The branch moves after the client has been told of the end and has looked for itself: what a server behind a proxy
/// does. Whichever comes first, the line stands there once.
fn whose_server_dies_and_goes_on() {
    let repository = repository(&[("log", "")]);
    let script = "#!/bin/sh\nread old new ref\n[ -e died ] && exit 0\n: > died\n\
         cp -r \"$GIT_QUARANTINE_PATH\"/* objects/ 2>/dev/null\n\
         unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n\
         (sleep 0.2; git update-ref $ref $new $old; : > done) >/dev/null 2>&1 </dev/null &\n\
         kill -9 $PPID\n";
    repository.hook("pre-receive", script);
    let updated = update(&repository, "ours");
    assert!(
        matches!(updated.outcome, UpdateOutcome::Pushed { .. }),
        "{updated:?}"
    );
    crate::control::wait_until(|| repository.path().join("done").exists());
    assert_eq!(repository.read("main", "log"), b"ours\n");
    assert_eq!(repository.git(&["rev-list", "--count", "main"]).trim(), "2");
}

fn whose_server_always_dies() {
    let repository = repository(&[("log", "")]);
    repository.hook("pre-receive", "#!/bin/sh\necho x >> died\nkill -9 $PPID\n");
    let error = remote(&repository).update(&main_branch(), &control(), |s| line(s, "ours"));
    assert!(error.unwrap_err().may_have_arrived());
    let died = std::fs::read_to_string(repository.path().join("died")).unwrap();
    assert_eq!(died, "x\nx\nx\n");
}

/// All at one file of one branch: every line arrives, one commit each, in one line of history.
fn of_writers(count: u32) {
    let repository = repository(&[("log", "")]);
    let attempts = AtomicU32::new(0);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for writer in 0..count {
            let (repository, attempts) = (&repository, &attempts);
            scope.spawn(move || {
                let control = Control::new().deadline_in(Duration::from_secs(300));
                let text = format!("writer {writer}");
                let updated =
                    remote(repository).update(&main_branch(), &control, |s| line(s, &text));
                attempts.fetch_add(updated.unwrap().attempts, Ordering::Relaxed);
            });
        }
    });
    let (took, attempts) = (begun.elapsed().as_secs_f64(), attempts.into_inner());
    #[allow(clippy::print_stderr)] // Figures to look at with --nocapture.
    {
        eprintln!(
            "{count} writers: {:.1} pushes a second, {:.1} attempts each",
            f64::from(count) / took,
            f64::from(attempts) / f64::from(count)
        );
    }
    let log = String::from_utf8(repository.read("main", "log")).unwrap();
    let mut lines: Vec<&str> = log.lines().collect();
    lines.sort_unstable();
    let mut expected: Vec<String> = (0..count)
        .map(|writer| format!("writer {writer}"))
        .collect();
    expected.sort_unstable();
    assert_eq!(lines, expected);
    assert_eq!(
        repository.git(&["rev-list", "--count", "main"]).trim(),
        (count + 1).to_string()
    );
    assert_eq!(repository.git(&["rev-list", "--merges", "main"]), "");
    repository.git(&["fsck", "--full", "--strict"]);
}
