//! Many writers at one branch: nobody's update is lost.

use tagwright_gitwrite::{Change, PushOutcome};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::support::{commit, path, push, repository, snapshot};

pub(crate) fn tests() -> Vec<Trial> {
    vec![test(
        "writers::ten_at_once_lose_nothing",
        ten_at_once_lose_nothing,
    )]
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
