//! The law of trees: what we write is what `git` writes for the same files.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tagwright_gitwrite::{Change, Committed};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::support::{files, path, push, snapshot, spec};

pub(crate) fn tests() -> Vec<Trial> {
    vec![test(
        "trees::changes_make_the_tree_that_git_makes",
        changes_make_the_tree_that_git_makes,
    )]
}

type Files = BTreeMap<String, String>;

/// Names whose order differs as files and as directories.
fn a_path() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec!["a", "a-", "a.b", "a0", "b", "ü"]),
        1..4,
    )
    .prop_map(|parts| parts.join("/"))
}

/// Files of which none stands where another has a directory.
fn some_files() -> impl Strategy<Value = Files> {
    prop::collection::btree_map(a_path(), "[xyz]{0,2}", 1..12).prop_map(|all| {
        let below = |path: &str| {
            all.keys()
                .any(|other| other.starts_with(&format!("{path}/")))
        };
        all.iter()
            .filter(|(path, _)| !below(path))
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect()
    })
}

fn changes_make_the_tree_that_git_makes() {
    let mut runner = TestRunner::new(Config {
        cases: 16,
        failure_persistence: None,
        ..Config::default()
    });
    let cases = (some_files(), some_files());
    runner
        .run(&cases, |(before, after)| check(&before, &after))
        .unwrap();
}

fn check(before: &Files, after: &Files) -> Result<(), TestCaseError> {
    let repository = BareRepository::new();
    import(&repository, "main", before);
    import(&repository, "judge", after);
    let snapshot = snapshot(&repository);
    let changes = changes(before, after);
    match snapshot.commit(&changes, &spec("Update")) {
        Ok(Committed::Unchanged) => prop_assert_eq!(before, after),
        Ok(Committed::Commit(commit)) => {
            push(&commit, "main");
            let tree = |branch: &str| repository.git(&["rev-parse", &format!("{branch}^{{tree}}")]);
            prop_assert_eq!(tree("main"), tree("judge"));
            let seen: Files = files(&crate::support::snapshot(&repository))
                .into_iter()
                .collect();
            prop_assert_eq!(&seen, after);
        }
        // A file that became a directory, or the other way round, takes two commits.
        Err(error) => prop_assert!(turns(before, after), "{}", error),
    }
    Ok(())
}

fn import(repository: &BareRepository, branch: &str, files: &Files) {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_bytes()))
        .collect();
    repository.commit(branch, &files, "x");
}

fn changes(before: &Files, after: &Files) -> Vec<Change> {
    let gone = before
        .keys()
        .filter(|name| !after.contains_key(*name))
        .map(|name| Change::delete(path(name)));
    let set = after.iter().map(|(name, text)| {
        if before.contains_key(name) {
            Change::write(path(name), text.as_str())
        } else {
            Change::create(path(name), text.as_str())
        }
    });
    gone.chain(set).collect()
}

fn turns(before: &Files, after: &Files) -> bool {
    let below = |one: &Files, other: &Files| {
        one.keys().any(|path| {
            other
                .keys()
                .any(|longer| longer.starts_with(&format!("{path}/")))
        })
    };
    below(before, after) || below(after, before)
}
