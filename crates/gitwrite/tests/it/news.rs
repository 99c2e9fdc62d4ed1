//! What is asked of the server when a push is read back.

use std::fs;

use tagwright_gitwrite::PushOutcome;
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::support::{commit, commit_files, push, repository, snapshot, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("news::no_old_file_is_fetched", no_old_file_is_fetched),
        test("news::few_commits_at_first", few_commits_at_first),
        test(
            "news::a_server_without_this_filter",
            a_server_without_this_filter,
        ),
        test("news::many_newer_commits", many_newer_commits),
    ]
}

/// A server that can no longer send a file of this many commits before the last, and on which another writer builds upon
/// each push at once.
#[track_caller]
fn built_upon(age: usize, newer: usize) -> BareRepository {
    let repository = repository(&[("a", "1"), ("old", "lost")]);
    let lost = repository.git(&["rev-parse", "main:old"]);
    for number in 0..age {
        let text = number.to_string();
        commit_files(&repository, "main", &[("a", "1"), ("old", &text)]);
    }
    let (folder, file) = lost.trim().split_at(2);
    fs::remove_file(repository.path().join("objects").join(folder).join(file)).unwrap();
    let script = format!(
        "#!/bin/sh\n\
         export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x\n\
         for number in $(seq {newer}); do\n\
         git update-ref refs/heads/main $(git commit-tree -p main -m $number main^{{tree}})\n\
         done\n"
    );
    repository.hook("post-receive", &script);
    repository
}

#[track_caller]
fn assert_arrives(repository: &BareRepository) {
    let commit = commit(&snapshot(repository), &[write("a", "2")]);
    let pushed = PushOutcome::Pushed {
        id: *commit.id(),
        branch: "main".to_owned(),
        refused: Vec::new(),
    };
    assert_eq!(push(&commit, "main"), pushed);
}

fn no_old_file_is_fetched() {
    let repository = built_upon(1, 1);
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    assert_arrives(&repository);
}

/// This one has no filters and would send all files of all of them.
fn few_commits_at_first() {
    assert_arrives(&built_upon(4, 1));
}

fn a_server_without_this_filter() {
    let repository = built_upon(4, 1);
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    repository.git(&["config", "uploadpackfilter.tree.allow", "false"]);
    assert_arrives(&repository);
}

fn many_newer_commits() {
    let repository = built_upon(1, 60);
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    assert_arrives(&repository);
}
