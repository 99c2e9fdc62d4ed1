//! The law of trees: what we write is what `git` writes for the same files.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tagwright_gitwrite::{Change, Committed, ErrorKind};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::support::{control, files, path, push, snapshot, spec, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "trees::changes_make_the_tree_that_git_makes",
            changes_make_the_tree_that_git_makes,
        ),
        test(
            "trees::files_turn_into_directories",
            files_turn_into_directories,
        ),
        test("trees::what_stays_in_the_way", what_stays_in_the_way),
        test("trees::names_that_are_repeated", names_that_are_repeated),
        test("trees::names_in_no_order", names_in_no_order),
    ]
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
        Err(error) => prop_assert!(false, "{}", error),
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

/// A file that becomes a directory, and the other way round, whichever change is named first.
fn files_turn_into_directories() {
    let before = [
        ("a", "1"),
        ("a-", "2"),
        ("a0", "3"),
        ("d/x", "4"),
        ("d/y/z", "5"),
    ];
    let after = [("a/b/c", "new"), ("a-", "2"), ("a0", "3"), ("d", "file")];
    let owned = |files: &[(&str, &str)]| -> Files {
        let files = files.iter().map(|(name, text)| (*name, *text));
        files
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect()
    };
    let (before, after) = (owned(&before), owned(&after));
    check(&before, &after).unwrap();
    check(&after, &before).unwrap();
    let repository = BareRepository::new();
    import(&repository, "main", &before);
    let snapshot = snapshot(&repository);
    let tree = |changes: &[Change]| match snapshot.commit(changes, &spec("Turn")).unwrap() {
        Committed::Commit(commit) => commit.id().to_string(),
        Committed::Unchanged => panic!("nothing changed"),
    };
    let mut turned = changes(&before, &after);
    let first = tree(&turned);
    turned.reverse();
    assert_eq!(tree(&turned), first);
}

fn what_stays_in_the_way() {
    let files = [("a", "1"), ("d/x", "4"), ("d/y", "5")];
    let repository = crate::support::repository(&files);
    let create = |at: &str| Change::create(path(at), "new");
    let delete = |at: &str| Change::delete(path(at));
    let twice = "another change is at or below it";
    let cases = [
        (
            vec![delete("d/x"), create("d")],
            "create d: a directory stands there already",
        ),
        (
            vec![create("a"), create("a/b")],
            &format!("create a: {twice}"),
        ),
        (
            vec![write("a", "2"), create("a/b")],
            &format!("write a: {twice}"),
        ),
        (
            vec![delete("a"), delete("a"), create("a/b")],
            &format!("delete a: {twice}"),
        ),
        (
            vec![delete("d"), create("d/z")],
            &format!("delete d: {twice}"),
        ),
    ];
    for (changes, why) in cases {
        let error = snapshot(&repository)
            .commit(&changes, &spec("Refused"))
            .unwrap_err();
        let text = format!("cannot {why}; change another path");
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::PathConflict, text)
        );
    }
    let changes = [delete("a"), write("a/b", "2")];
    let error = snapshot(&repository)
        .commit(&changes, &spec("Refused"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PathNotFound, "{error}");
}

/// A branch whose root is of these entries, written as they are.
pub(crate) fn hostile(repository: &BareRepository, entries: &[(&str, &str, &str)]) {
    let mut tree = Vec::new();
    for (mode, name, object) in entries {
        let id = repository.git(&["rev-parse", object]);
        let digits = id.trim().as_bytes().chunks(2);
        let bytes = digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16));
        tree.extend(format!("{mode} {name}\0").bytes());
        tree.extend(bytes.map(Result::unwrap));
    }
    let file = repository.path().join("object");
    std::fs::write(&file, tree).unwrap();
    let file = file.to_str().unwrap();
    let tree = repository.git(&["hash-object", "-w", "-t", "tree", "--literally", file]);
    let identity = ["-c", "user.name=x", "-c", "user.email=x@x"];
    let commit =
        repository.git(&[&identity[..], &["commit-tree", "-m", "x", tree.trim()]].concat());
    repository.git(&["update-ref", "refs/heads/main", commit.trim()]);
}

/// A path that names two things is read from neither, and not written.
fn names_that_are_repeated() {
    let (file, twin) = (("100644", "a", "base:a"), ("100644", "a", "base:b"));
    let (other, folder) = (("100644", "a.b", "base:b"), ("40000", "a", "base:d"));
    for entries in [vec![file, twin], vec![file, other, folder]] {
        let repository = crate::support::repository(&[("a", "1"), ("b", "2"), ("d/x", "3")]);
        repository.git(&["branch", "base", "main"]);
        hostile(&repository, &entries);
        let id = repository.git(&["rev-parse", "main^{tree}"]);
        let (snapshot, fsck) = (snapshot(&repository), "check the repository with git fsck");
        let object = format!(
            "cannot read object {}: a name is repeated in it; {fsck}",
            id.trim()
        );
        let visited = snapshot.visit(|_| true, 9, |_| panic!("handed out"), &control());
        let errors = [
            visited.unwrap_err(),
            snapshot.read("a").unwrap_err(),
            snapshot
                .commit(&[write("a", "3")], &spec("Refused"))
                .unwrap_err(),
        ];
        let texts = [
            format!("cannot read the directory \"\": a name is repeated in it; {fsck}"),
            object.clone(),
            object,
        ];
        for (error, text) in errors.into_iter().zip(texts) {
            assert_eq!(
                (error.kind(), error.to_string()),
                (ErrorKind::Corrupt, text)
            );
        }
    }
}

/// Some old tools wrote such trees. They can be read; `git` would not find what is written into one.
fn names_in_no_order() {
    let repository = crate::support::repository(&[("a", "1"), ("b", "2")]);
    repository.git(&["branch", "base", "main"]);
    hostile(
        &repository,
        &[("100644", "b", "base:b"), ("100644", "a", "base:a")],
    );
    let snapshot = snapshot(&repository);
    let expected = [("b", "2"), ("a", "1")].map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(files(&snapshot), expected);
    assert_eq!(snapshot.read("a").unwrap(), Some(b"1".to_vec()));
    let error = snapshot
        .commit(&[write("a", "3")], &spec("Refused"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(
        error
            .to_string()
            .contains(": its entries are in no order; "),
        "{error}"
    );
}
