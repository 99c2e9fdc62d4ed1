//! The loop: again when others were faster, never twice, never without end.

use std::num::NonZeroU32;
use std::time::Duration;

use tagwright_gitwrite::{
    CancelFlag, Change, Control, Error, ErrorKind, Proposal, Push, RejectionReason, Snapshot,
    Update, UpdateOutcome, Updated,
};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::support::{branch, commit_files, control, path, remote, repository, spec};

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
        test(
            "updates::of_an_order_whose_answer_is_lost",
            of_an_order_whose_answer_is_lost,
        ),
        test(
            "updates::whose_server_is_gone_after_it_died",
            whose_server_is_gone_after_it_died,
        ),
        test(
            "updates::that_make_the_very_same_commit",
            that_make_the_very_same_commit,
        ),
        test(
            "updates::that_make_their_own_commit_again",
            that_make_their_own_commit_again,
        ),
        test(
            "updates::whose_commit_is_below_many",
            whose_commit_is_below_many,
        ),
        test(
            "updates::whose_commit_is_not_among_many",
            whose_commit_is_not_among_many,
        ),
        test(
            "updates::whose_commit_is_below_too_many",
            whose_commit_is_below_too_many,
        ),
        test(
            "updates::that_find_the_branch_locked",
            that_find_the_branch_locked,
        ),
        test(
            "updates::that_find_the_branch_locked_for_good",
            that_find_the_branch_locked_for_good,
        ),
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
         setsid sh -c ': > begun; sleep 0.2; git update-ref \"$@\"; : > done' sh $ref $new $old >/dev/null 2>&1 </dev/null &\n\
         while [ ! -e begun ]; do sleep 0.01; done\nkill -9 $PPID\n";
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

/// A server that makes a review of what it takes shows no ref, so nobody can tell whether the first came.
fn of_an_order_whose_answer_is_lost() {
    let repository = repository(&[("log", "")]);
    let script = "#!/bin/sh\nread old new ref\necho $new >> orders\ngit update-ref -d $ref\n\
         [ -e died ] && exit 0\n: > died\nkill -9 $PPID\n";
    repository.hook("post-receive", script);
    let push = Push::to_refspec("HEAD:refs/for/main").unwrap();
    let order = Update::new(branch("main"), push);
    let error = remote(&repository).update(&order, &control(), |s| line(s, "ours"));
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    assert!(error.may_have_arrived(), "{error}");
    let orders = std::fs::read_to_string(repository.path().join("orders")).unwrap();
    assert_eq!(orders.lines().count(), 1, "{orders}");
}

/// What became of the first push is open, also when the server cannot be asked.
fn whose_server_is_gone_after_it_died() {
    let repository = repository(&[("log", "")]);
    let script = "#!/bin/sh\nmv ../repository.git ../gone.git\nkill -9 $PPID\n";
    repository.hook("pre-receive", script);
    let error = remote(&repository).update(&main_branch(), &control(), |s| line(s, "ours"));
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RepositoryNotFound, "{error}");
    assert!(error.may_have_arrived(), "{error}");
}

/// Adds one, at a fixed second.
fn increment(snapshot: &Snapshot) -> Result<Option<Proposal>, Error> {
    let count = String::from_utf8(snapshot.read("log")?.unwrap()).unwrap();
    let next = count.parse::<u32>().unwrap() + 1;
    let change = Change::write(path("log"), next.to_string());
    Ok(Some(Proposal::new(vec![change], spec("Count"))))
}

/// Two programs of the same name add one in the same second: both count.
fn that_make_the_very_same_commit() {
    let repository = repository(&[("log", "0")]);
    let mut first = true;
    let updated = remote(&repository).update(&main_branch(), &control(), |snapshot| {
        if std::mem::take(&mut first) {
            let theirs = remote(&repository).update(&main_branch(), &control(), increment);
            assert_pushed(&theirs.unwrap(), 1);
        }
        increment(snapshot)
    });
    assert_pushed(&updated.unwrap(), 2);
    assert_eq!(repository.read("main", "log"), b"2");
    assert_eq!(repository.git(&["rev-list", "--count", "main"]).trim(), "3");
}

/// The first push arrives after all, between the question whether it did and the second.
fn that_make_their_own_commit_again() {
    let repository = repository(&[("log", "0")]);
    let script = "#!/bin/sh\nread old new ref\ncp -r \"$GIT_QUARANTINE_PATH\"/* objects/ 2>/dev/null\n\
         echo $new > sent\nkill -9 $PPID\n";
    repository.hook("pre-receive", script);
    let mut times = 0;
    let updated = remote(&repository).update(&main_branch(), &control(), |snapshot| {
        times += 1;
        if times == 2 {
            let sent = std::fs::read_to_string(repository.path().join("sent")).unwrap();
            repository.git(&["update-ref", "refs/heads/main", sent.trim()]);
        }
        increment(snapshot)
    });
    assert_pushed(&updated.unwrap(), 2);
    assert_eq!(repository.read("main", "log"), b"1");
    assert_eq!(repository.git(&["rev-list", "--count", "main"]).trim(), "2");
}

/// The first push dies in this hook, after so many commits of others.
fn dies_after(repository: &BareRepository, hook: &str, count: u32) {
    let commit = "commit refs/heads/main\\ncommitter x <x@x> 1700000000 +0000\\ndata 1\\nx";
    let script = format!(
        "#!/bin/sh\n[ -e died ] && exit 0\n: > died\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY\n\
         awk 'BEGIN {{ for (i = 0; i < {count}; i++) {{ print \"{commit}\"; if (!i) print \"from refs/heads/main^0\" }} }}' |\n\
         git fast-import --quiet\nkill -9 $PPID\n"
    );
    repository.hook(hook, &script);
}

#[track_caller]
fn assert_once(repository: &BareRepository, commits: &str) {
    assert_eq!(repository.read("main", "log"), b"ours\n");
    let count = repository.git(&["rev-list", "--count", "main"]);
    assert_eq!(count.trim(), commits);
}

fn whose_commit_is_below_many() {
    let repository = repository(&[("log", "")]);
    dies_after(&repository, "post-receive", 60);
    assert_pushed(&update(&repository, "ours"), 1);
    assert_once(&repository, "62");
}

/// The commit on which ours would stand is among them, and ours is not: that is certain.
fn whose_commit_is_not_among_many() {
    let repository = repository(&[("log", "")]);
    dies_after(&repository, "pre-receive", 60);
    assert_pushed(&update(&repository, "ours"), 2);
    assert_once(&repository, "62");
}

/// An error says that it may be there, and nothing is made twice.
fn whose_commit_is_below_too_many() {
    let repository = repository(&[("log", "")]);
    dies_after(&repository, "post-receive", 5001);
    let error = remote(&repository).update(&main_branch(), &control(), |s| line(s, "ours"));
    let error = error.unwrap_err();
    let ours = repository.git(&["rev-list", "--reverse", "main"]);
    let text = format!(
        "cannot tell whether refs/heads/main of {} has the commit {}: it is not among its last 5000 commits; \
         look for it there; the commit may have arrived all the same, which a new snapshot shows",
        repository.url(),
        ours.lines().nth(1).unwrap()
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::LimitExceeded, text)
    );
    assert!(error.may_have_arrived());
    assert_once(&repository, "5003");
}

/// Another push holds the lock while ours comes in.
fn that_find_the_branch_locked() {
    let repository = repository(&[("log", "")]);
    let lock = "refs/heads/main.lock";
    repository.hook(
        "pre-receive",
        &format!("#!/bin/sh\nif [ -e {lock} ]; then rm {lock}; else : > {lock}; fi\n"),
    );
    assert_pushed(&update(&repository, "ours"), 2);
    assert_once(&repository, "2");
}

/// A process that died has left its lock: that does not pass.
fn that_find_the_branch_locked_for_good() {
    let repository = repository(&[("log", "")]);
    let lock = repository.path().join("refs/heads/main.lock");
    std::fs::write(lock, "").unwrap();
    let patient = main_branch().longest_pause(Duration::from_millis(1));
    let updated = remote(&repository).update(&patient, &control(), |s| line(s, "ours"));
    let updated = updated.unwrap();
    let UpdateOutcome::Rejected(rejection) = &updated.outcome else {
        panic!("{updated:?}")
    };
    assert_eq!(rejection.reason(), RejectionReason::Busy);
    assert_eq!(updated.attempts, 10);
    assert_eq!(repository.read("main", "log"), b"");
}
