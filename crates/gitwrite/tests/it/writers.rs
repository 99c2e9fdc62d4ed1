//! Many writers at one branch: nobody's update is lost.

use std::num::NonZeroU32;
use std::sync::Barrier;

use tagwright_gitwrite::{
    Change, Commit, Control, Credentials, Error, Proposal, PushOutcome, Remote, Secret, Snapshot,
    Update, UpdateOutcome,
};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, test};
use tagwright_testkit::servers::HttpGit;

use crate::support::{PATIENCE, commit, path, push, remote, repository, snapshot, spec, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "writers::ten_at_once_lose_nothing",
            ten_at_once_lose_nothing,
        ),
        test(
            "writers::of_six_with_one_commit_one_pushes",
            of_six_with_one_commit_one_pushes,
        ),
        test(
            "writers::ten_count_to_ten_over_http",
            ten_count_to_ten_over_http,
        ),
        test("writers::fifty_count_to_fifty", fifty_count_to_fifty),
    ]
}

fn ten_at_once_lose_nothing() {
    let repository = repository(&[("count", "0")]);
    std::thread::scope(|scope| {
        for writer in 0..10 {
            let repository = &repository;
            scope.spawn(move || add_file(repository, writer));
        }
    });
    let listed = repository.git(&["ls-tree", "--name-only", "main"]);
    assert_eq!(listed.lines().count(), 11, "{listed}");
    assert_eq!(
        repository.git(&["rev-list", "--count", "main"]).trim(),
        "11"
    );
    assert_eq!(repository.git(&["rev-list", "--merges", "main"]), "");
    repository.git(&["fsck", "--full", "--strict"]);
}

/// Adds a file of its own, again on the new tip as long as others were faster.
fn add_file(repository: &BareRepository, writer: usize) {
    for _ in 0..100 {
        let snapshot = snapshot(repository);
        let change = Change::create(path(&format!("file-{writer}")), "x");
        match push(&commit(&snapshot, &[change]), "main") {
            PushOutcome::Pushed { .. } => return,
            PushOutcome::Stale { .. } => {}
            outcome => panic!("{outcome:?}"),
        }
    }
    panic!("writer {writer} never came through");
}

/// Six programs that decide the same at the same second make the same commit.
fn of_six_with_one_commit_one_pushes() {
    let repository = repository(&[("a", "1")]);
    let commits: Vec<Commit> = (0..6)
        .map(|_| commit(&snapshot(&repository), &[write("a", "2")]))
        .collect();
    let start = Barrier::new(commits.len());
    let push_at_once = |commit: &Commit| {
        start.wait();
        push(commit, "main")
    };
    let outcomes: Vec<PushOutcome> = std::thread::scope(|scope| {
        let started: Vec<_> = commits
            .iter()
            .map(|commit| scope.spawn(|| push_at_once(commit)))
            .collect();
        started.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let pushed = |outcome: &&PushOutcome| matches!(outcome, PushOutcome::Pushed { .. });
    assert_eq!(outcomes.iter().filter(pushed).count(), 1, "{outcomes:?}");
    let others = outcomes.iter().filter(|outcome| !pushed(outcome));
    assert!(
        others
            .clone()
            .all(|outcome| *outcome == PushOutcome::UpToDate),
        "{outcomes:?}"
    );
}

fn ten_count_to_ten_over_http() -> TestResult {
    let repository = repository(&[("count", "0")]);
    let server = HttpGit::start(&repository)?;
    let remote = Remote::new(&server.url())?.credentials(Credentials::Basic {
        username: server.user().to_owned(),
        password: Secret::new(server.password()),
    });
    count_to(10, &remote, &repository);
    Ok(())
}

fn fifty_count_to_fifty() {
    let repository = repository(&[("count", "0")]);
    count_to(50, &remote(&repository), &repository);
}

/// All add one to one file of one branch, with the same name and message at the same second, so that those at one tip make
/// the very same commit: every one counts, in one line of history.
fn count_to(writers: u32, remote: &Remote, repository: &BareRepository) {
    let update = Update::of_branch("main").unwrap().attempts(NonZeroU32::MAX);
    // They stand in line, so that the last takes many times as long as one alone.
    let control = Control::new().deadline_in(PATIENCE * writers);
    std::thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(|| {
                let updated = remote.update(&update, &control, increment).unwrap();
                let pushed = matches!(updated.outcome, UpdateOutcome::Pushed { .. });
                assert!(pushed, "{updated:?}");
            });
        }
    });
    let count = repository.read("main", "count");
    assert_eq!(String::from_utf8(count).unwrap(), writers.to_string());
    let commits = repository.git(&["rev-list", "--count", "main"]);
    assert_eq!(commits.trim(), (writers + 1).to_string());
    assert_eq!(repository.git(&["rev-list", "--merges", "main"]), "");
    repository.git(&["fsck", "--full", "--strict"]);
}

fn increment(snapshot: &Snapshot) -> Result<Option<Proposal>, Error> {
    let count = String::from_utf8(snapshot.read("count")?.unwrap()).unwrap();
    let next = count.parse::<u32>().unwrap() + 1;
    let changes = vec![write("count", &next.to_string())];
    Ok(Some(Proposal::new(changes, spec("Count"))))
}
