//! Snapshots: what is seen, and what is passed by.

use std::ops::ControlFlow;

use tagwright_gitwrite::{Content, ErrorKind, Mode, Ref, Remote};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::support::{branch, commit_files, control, files, remote, repository, snapshot};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "snapshot::every_file_in_the_order_of_the_tree",
            every_file_in_the_order_of_the_tree,
        ),
        test(
            "snapshot::only_what_the_filter_takes",
            only_what_the_filter_takes,
        ),
        test(
            "snapshot::large_files_are_told_and_not_read",
            large_files_are_told_and_not_read,
        ),
        test("snapshot::the_visitor_can_stop", the_visitor_can_stop),
        test(
            "snapshot::links_and_submodules_are_passed_by",
            links_and_submodules_are_passed_by,
        ),
        test("snapshot::modes_and_ids", modes_and_ids),
        test("snapshot::deep_directories", deep_directories),
        test("snapshot::paths_that_are_not_utf8", paths_that_are_not_utf8),
        test("snapshot::reads_one_file", reads_one_file),
        test("snapshot::of_every_kind_of_ref", of_every_kind_of_ref),
        test("snapshot::tips", tips),
        test(
            "snapshot::of_a_repository_by_its_path",
            of_a_repository_by_its_path,
        ),
        test(
            "snapshot::of_a_repository_with_sha256",
            of_a_repository_with_sha256,
        ),
        test("snapshot::has_no_history", has_no_history),
    ]
}

fn every_file_in_the_order_of_the_tree() {
    let repository = repository(&[
        ("a.b", "1"),
        ("a/x", "2"),
        ("a-b", "3"),
        ("a0", ""),
        ("ü ü", "4"),
    ]);
    let found = files(&snapshot(&repository));
    let listed = repository.git(&[
        "-c",
        "core.quotePath=false",
        "ls-tree",
        "-r",
        "--name-only",
        "main",
    ]);
    assert_eq!(
        found
            .iter()
            .map(|(path, _)| path.as_str())
            .collect::<Vec<_>>(),
        listed.lines().collect::<Vec<_>>()
    );
    assert!(found.contains(&("a/x".to_owned(), "2".to_owned())));
    assert!(found.contains(&("a0".to_owned(), String::new())));
}

fn only_what_the_filter_takes() {
    let repository = repository(&[("a.yaml", "1"), ("b.md", "2"), ("c/d.yaml", "3")]);
    let mut found = Vec::new();
    let visitor = |entry: tagwright_gitwrite::Entry<'_>| {
        found.push(entry.path.to_owned());
        ControlFlow::Continue(())
    };
    snapshot(&repository)
        .visit(|path| path != "b.md", 100, visitor, &control())
        .unwrap();
    assert_eq!(found, ["a.yaml", "c/d.yaml"]);
}

fn large_files_are_told_and_not_read() {
    let repository = repository(&[("a", "12345"), ("b", "123456")]);
    let mut found = Vec::new();
    let visitor = |entry: tagwright_gitwrite::Entry<'_>| {
        found.push(match entry.content {
            Content::Bytes(bytes) => Ok(bytes.len()),
            Content::TooLarge(size) => Err(size),
        });
        ControlFlow::Continue(())
    };
    snapshot(&repository)
        .visit(|_| true, 5, visitor, &control())
        .unwrap();
    assert_eq!(found, [Ok(5), Err(6)]);
}

fn the_visitor_can_stop() {
    let repository = repository(&[("a", "1"), ("b", "2")]);
    let mut calls = 0;
    let visitor = |_: tagwright_gitwrite::Entry<'_>| {
        calls += 1;
        ControlFlow::Break(())
    };
    snapshot(&repository)
        .visit(|_| true, 5, visitor, &control())
        .unwrap();
    assert_eq!(calls, 1);
}

/// `main` with a link to a file, a link to a directory, a submodule, an executable and a plain file.
pub(crate) fn mixed() -> BareRepository {
    let repository = BareRepository::new();
    repository.fast_import(
        b"commit refs/heads/main\ncommitter x <x@x> 1700000000 +0000\ndata 1\nx\n\
          M 120000 inline link\ndata 5\nplain\n\
          M 120000 inline outside\ndata 11\n/etc/passwd\n\
          M 120000 inline way\ndata 3\ndir\n\
          M 160000 d670460b4b4aece5915caf5c68d12f560a9fe3e4 module\n\
          M 100755 inline run\ndata 2\n#!\n\
          M 100644 inline dir/in\ndata 2\nin\n\
          M 100644 inline plain\ndata 5\nplain\n",
    );
    repository
}

fn links_and_submodules_are_passed_by() {
    let repository = mixed();
    let snapshot = snapshot(&repository);
    let paths: Vec<String> = files(&snapshot).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["dir/in", "plain", "run"]);
    for path in [
        "link", "outside", "way", "way/in", "module", "module/x", "dir", "plain/x", "absent",
    ] {
        assert_eq!(snapshot.read(path).unwrap(), None, "{path}");
    }
}

fn modes_and_ids() {
    let repository = mixed();
    let mut found = Vec::new();
    let visitor = |entry: tagwright_gitwrite::Entry<'_>| {
        found.push((entry.path.to_owned(), entry.mode, entry.id.to_string()));
        ControlFlow::Continue(())
    };
    snapshot(&repository)
        .visit(|path| path != "dir/in", 100, visitor, &control())
        .unwrap();
    let id = |path: &str| {
        repository
            .git(&["rev-parse", &format!("main:{path}")])
            .trim()
            .to_owned()
    };
    let expected = [("plain", Mode::File), ("run", Mode::Executable)];
    assert_eq!(
        found,
        expected.map(|(path, mode)| (path.to_owned(), mode, id(path)))
    );
}

fn deep_directories() {
    let path = format!("{}file", "d/".repeat(200));
    let repository = repository(&[(&path, "deep")]);
    assert_eq!(
        files(&snapshot(&repository)),
        [(path.clone(), "deep".to_owned())]
    );
    assert_eq!(
        snapshot(&repository).read(&path).unwrap(),
        Some(b"deep".to_vec())
    );
}

fn paths_that_are_not_utf8() {
    let repository = repository(&[("a", "1")]);
    repository.fast_import(
        b"commit refs/heads/main\ncommitter x <x@x> 1700000000 +0000\ndata 1\nx\n\
          from refs/heads/main^0\nM 100644 inline \"b\\377\"\ndata 1\nb\n",
    );
    assert_eq!(
        files(&snapshot(&repository)),
        [("a".to_owned(), "1".to_owned())]
    );
}

fn reads_one_file() {
    let repository = repository(&[("a/b", "1"), ("a/c", "\r\n\0\u{feff}")]);
    let snapshot = snapshot(&repository);
    assert_eq!(
        snapshot.read("a/c").unwrap(),
        Some("\r\n\0\u{feff}".as_bytes().to_vec())
    );
    assert_eq!(
        snapshot.read("../a").unwrap_err().kind(),
        ErrorKind::InvalidPath
    );
}

fn of_every_kind_of_ref() {
    let repository = repository(&[("a", "1")]);
    let first = repository.tip("main").unwrap();
    repository.git(&[
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@x",
        "tag",
        "-a",
        "-m",
        "x",
        "v1",
        "main",
    ]);
    repository.git(&[
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@x",
        "tag",
        "-a",
        "-m",
        "x",
        "v1-again",
        "v1",
    ]);
    repository.git(&["update-ref", "refs/pull/7/head", "main"]);
    commit_files(&repository, "main", &[("a", "2")]);
    let id = first.parse().unwrap();
    let refs = [
        Ref::tag("v1").unwrap(),
        Ref::tag("v1-again").unwrap(),
        Ref::name("refs/pull/7/head").unwrap(),
        Ref::commit(id),
    ];
    for reference in refs {
        let snapshot = remote(&repository)
            .snapshot(&reference, &control())
            .unwrap();
        assert_eq!(
            (snapshot.commit_id(), snapshot.reference()),
            (&id, &reference)
        );
        assert_eq!(
            snapshot.read("a").unwrap(),
            Some(b"1".to_vec()),
            "{reference}"
        );
        assert_eq!(
            remote(&repository).tip(&reference, &control()).unwrap(),
            Some(id),
            "{reference}"
        );
    }
    let default = remote(&repository)
        .snapshot(&Ref::default_branch(), &control())
        .unwrap();
    assert_eq!(default.reference(), &branch("main"));
    assert_eq!(
        default.commit_id().to_string(),
        repository.tip("main").unwrap()
    );
}

fn tips() {
    let repository = repository(&[("a", "1")]);
    repository.git(&["update-ref", "refs/other/refs/heads/branch", "main"]);
    let main = repository.tip("main").map(|id| id.parse().unwrap());
    let tip = |reference: &Ref| remote(&repository).tip(reference, &control()).unwrap();
    assert_eq!(tip(&branch("main")), main);
    assert_eq!(tip(&Ref::default_branch()), main);
    assert_eq!(tip(&branch("branch")), None);
}

fn of_a_repository_by_its_path() {
    let repository = repository(&[("a", "1")]);
    let remote = Remote::new(repository.path().to_str().unwrap()).unwrap();
    assert_eq!(
        files(&remote.snapshot(&branch("main"), &control()).unwrap()).len(),
        1
    );
}

fn of_a_repository_with_sha256() {
    let folder = crate::isolated::tempfile();
    let repository = BareRepository::new();
    let path = folder.path().join("r.git");
    let path = path.to_str().unwrap();
    repository.git(&[
        "init",
        "--quiet",
        "--bare",
        "--object-format=sha256",
        "--initial-branch=main",
        path,
    ]);
    let git = |args: &[&str]| repository.git(&[&["--git-dir", path], args].concat());
    let tree = git(&["hash-object", "-w", "-t", "tree", "/dev/null"]);
    let identity = ["-c", "user.name=x", "-c", "user.email=x@x"];
    let first = git(&[&identity[..], &["commit-tree", "-m", "x", tree.trim()]].concat());
    git(&["update-ref", "refs/heads/main", first.trim()]);

    let remote = Remote::new(path).unwrap();
    let snapshot = remote.snapshot(&branch("main"), &control()).unwrap();
    assert_eq!(snapshot.commit_id().to_string(), first.trim());
    assert_eq!(remote.try_push(&control()).unwrap(), None);
    let change = tagwright_gitwrite::Change::create(crate::support::path("a/b"), "new");
    let commit = crate::support::commit(&snapshot, &[change]);
    crate::support::push(&commit, "main");
    assert_eq!(git(&["rev-parse", "main"]).trim(), commit.id().to_string());
    assert_eq!(git(&["cat-file", "blob", "main:a/b"]), "new");
    git(&["fsck", "--full", "--strict"]);
    let again = remote
        .snapshot(&Ref::commit(*commit.id()), &control())
        .unwrap();
    assert_eq!(again.read("a/b").unwrap(), Some(b"new".to_vec()));
}

/// The parent of the fetched commit is known by its id only; a push from there must not cut the server's history.
fn has_no_history() {
    let repository = repository(&[("a", "1")]);
    for text in ["2", "3", "4"] {
        commit_files(&repository, "main", &[("a", text)]);
    }
    let commit = crate::support::commit(&snapshot(&repository), &[crate::support::write("a", "5")]);
    crate::support::push(&commit, "main");
    assert_eq!(repository.git(&["rev-list", "--count", "main"]).trim(), "5");
    assert!(!repository.path().join("shallow").exists());
    repository.git(&["fsck", "--full", "--strict"]);
}
