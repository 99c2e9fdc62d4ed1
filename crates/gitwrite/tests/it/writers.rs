//! Many writers at one branch: nobody's update is lost.

use std::sync::Barrier;

use tagwright_gitwrite::{Change, Commit, PushOutcome};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::support::{commit, path, push, repository, snapshot, write};

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
