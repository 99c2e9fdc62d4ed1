//! Commits: what changes, what stays, what is refused.

use tagwright_gitwrite::{Change, Committed, ErrorKind, Mode, Signature};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::snapshot::mixed;
use crate::support::{commit, path, push, repository, snapshot, spec, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "commit::the_same_bytes_are_no_commit",
            the_same_bytes_are_no_commit,
        ),
        test("commit::modes_stay", modes_stay),
        test("commit::files_come_and_go", files_come_and_go),
        test("commit::the_last_file_goes", the_last_file_goes),
        test(
            "commit::old_modes_and_odd_entries_stay",
            old_modes_and_odd_entries_stay,
        ),
        test(
            "commit::what_does_not_fit_is_refused",
            what_does_not_fit_is_refused,
        ),
        test("commit::two_people_and_a_message", two_people_and_a_message),
        test(
            "commit::trailers_as_git_reads_them",
            trailers_as_git_reads_them,
        ),
        test(
            "commit::trailers_that_are_refused",
            trailers_that_are_refused,
        ),
        test(
            "commit::ten_commits_on_one_snapshot",
            ten_commits_on_one_snapshot,
        ),
    ]
}

fn the_same_bytes_are_no_commit() {
    let repository = repository(&[("a", "1"), ("b/c", "2")]);
    let snapshot = snapshot(&repository);
    let same = snapshot
        .commit(&[write("a", "1"), write("b/c", "2")], &spec("Nothing"))
        .unwrap();
    assert!(matches!(same, Committed::Unchanged));
    assert!(matches!(
        snapshot.commit(&[], &spec("Nothing")).unwrap(),
        Committed::Unchanged
    ));
}

fn modes_stay() {
    let repository = mixed();
    let changes = [
        write("run", "#!new"),
        Change::write(path("dir/in"), [0xff, 0]),
        write("plain", "new"),
    ];
    push(&commit(&snapshot(&repository), &changes), "main");
    let raw = repository.git(&["diff", "--raw", "--no-abbrev", "main^", "main"]);
    let modes: Vec<&str> = raw.lines().map(|line| &line[..14]).collect();
    assert_eq!(
        modes,
        [":100644 100644", ":100644 100644", ":100755 100755"]
    );
    assert_eq!(repository.read("main", "dir/in"), [0xff, 0]);
    repository.git(&["fsck", "--full", "--strict"]);
}

fn files_come_and_go() {
    let repository = repository(&[("a", "1"), ("b/c/d", "2"), ("b/e", "3"), ("f", "4")]);
    let executable = Change::Create {
        path: path("x/y/z"),
        content: b"#!".to_vec(),
        mode: Mode::Executable,
    };
    let changes = [
        Change::delete(path("b/c/d")),
        Change::delete(path("f")),
        executable,
        Change::create(path("b/new"), "n"),
        Change::create(path("a.b"), "order"),
    ];
    push(&commit(&snapshot(&repository), &changes), "main");
    let listed = repository.git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", "main"]);
    assert_eq!(
        listed,
        "100644 a\n100644 a.b\n100644 b/e\n100644 b/new\n100755 x/y/z\n"
    );
    repository.git(&["fsck", "--full", "--strict"]);
}

fn the_last_file_goes() {
    let repository = repository(&[("a/b", "1")]);
    push(
        &commit(&snapshot(&repository), &[Change::delete(path("a/b"))]),
        "main",
    );
    assert_eq!(repository.git(&["ls-tree", "main"]), "");
}

/// Trees that no current Git writes, but that old histories hold: group-writable files, directories as `040000`.
fn old_modes_and_odd_entries_stay() {
    let repository = BareRepository::new();
    let blob = write_object(&repository, "blob", b"x");
    let inner = write_object(
        &repository,
        "tree",
        &[entry("100664", "old", &blob), entry("100644", "z", &blob)].concat(),
    );
    let root = [
        entry("040000", "dir", &inner),
        entry("40000", "same", &inner),
        entry("100664", "top", &blob),
    ]
    .concat();
    let root = write_object(&repository, "tree", &root);
    let text = format!("tree {root}\nauthor x <x@x> 1 +0000\ncommitter x <x@x> 1 +0000\n\nx\n");
    let first = write_object(&repository, "commit", text.as_bytes());
    repository.git(&["update-ref", "refs/heads/main", &first]);

    push(
        &commit(
            &snapshot(&repository),
            &[write("dir/z", "new"), write("top", "new")],
        ),
        "main",
    );
    let (inner, top) = (
        repository.git(&["rev-parse", "main:dir"]),
        repository.git(&["rev-parse", "main:top"]),
    );
    let expected = [
        entry("040000", "dir", inner.trim()),
        entry(
            "40000",
            "same",
            &repository.git(&["rev-parse", "main:same"]),
        ),
        entry("100664", "top", top.trim()),
    ];
    let mut command = repository.command();
    let written = command
        .args(["cat-file", "tree", "main^{tree}"])
        .output()
        .unwrap()
        .stdout;
    assert_eq!(written, expected.concat());
    assert_eq!(repository.read("main", "dir/old"), b"x");
}

fn entry(mode: &str, name: &str, id: &str) -> Vec<u8> {
    let digits = id.trim().as_bytes().chunks(2);
    let id: Vec<u8> = digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &id].concat()
}

fn write_object(repository: &BareRepository, kind: &str, content: &[u8]) -> String {
    let file = repository.path().join("object");
    std::fs::write(&file, content).unwrap();
    let id = repository.git(&[
        "hash-object",
        "-w",
        "-t",
        kind,
        "--literally",
        file.to_str().unwrap(),
    ]);
    id.trim().to_owned()
}

fn what_does_not_fit_is_refused() {
    let repository = mixed();
    let snapshot = snapshot(&repository);
    let create = |at: &str| Change::create(path(at), "x");
    let delete = |at: &str| Change::delete(path(at));
    let not_found = "there is no such file in the snapshot; create it or take a new snapshot";
    let cases: &[(&[Change], ErrorKind, String)] = &[
        (
            &[write("absent", "x")],
            ErrorKind::PathNotFound,
            format!("cannot write absent: {not_found}"),
        ),
        (
            &[delete("dir/absent")],
            ErrorKind::PathNotFound,
            format!("cannot delete dir/absent: {not_found}"),
        ),
        (
            &[delete("no/such/dir")],
            ErrorKind::PathNotFound,
            format!("cannot delete no/such/dir: {not_found}"),
        ),
        (
            &[create("plain")],
            ErrorKind::PathConflict,
            conflict("create plain", "a file stands there already"),
        ),
        (
            &[create("dir")],
            ErrorKind::PathConflict,
            conflict("create dir", "a directory stands there already"),
        ),
        (
            &[write("dir", "x")],
            ErrorKind::PathConflict,
            conflict("write dir", "a directory stands there already"),
        ),
        (
            &[write("link", "x")],
            ErrorKind::PathConflict,
            conflict("write link", "a symbolic link stands there already"),
        ),
        (
            &[delete("module")],
            ErrorKind::PathConflict,
            conflict("delete module", "a submodule stands there already"),
        ),
        (
            &[write("way/in", "x")],
            ErrorKind::PathConflict,
            conflict("write way/in", "\"way\" on its way is a symbolic link"),
        ),
        (
            &[create("outside/x")],
            ErrorKind::PathConflict,
            conflict(
                "create outside/x",
                "\"outside\" on its way is a symbolic link",
            ),
        ),
        (
            &[create("module/x")],
            ErrorKind::PathConflict,
            conflict("create module/x", "\"module\" on its way is a submodule"),
        ),
        (
            &[create("plain/x")],
            ErrorKind::PathConflict,
            conflict("create plain/x", "\"plain\" on its way is a file"),
        ),
        (
            &[write("plain", "1"), write("plain", "2")],
            ErrorKind::PathConflict,
            twice("write plain"),
        ),
        (
            &[create("n"), create("n/x")],
            ErrorKind::PathConflict,
            twice("create n"),
        ),
    ];
    for (changes, kind, text) in cases {
        let error = snapshot.commit(changes, &spec("Refused")).unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (*kind, text.clone()));
    }
}

fn conflict(what: &str, why: &str) -> String {
    format!("cannot {what}: {why}; change another path")
}

fn twice(what: &str) -> String {
    conflict(what, "another change is at or below it")
}

fn two_people_and_a_message() {
    let repository = repository(&[("a", "1")]);
    let committer = Signature::new(" Zoë ", "").unwrap();
    let spec = spec("Subject\n\n  body\n\n\nTrailer: x\n\n").committer(committer);
    let Committed::Commit(commit) = snapshot(&repository)
        .commit(&[write("a", "2")], &spec)
        .unwrap()
    else {
        panic!("nothing changed")
    };
    push(&commit, "main");
    let raw = repository.git(&["cat-file", "commit", "main"]);
    let (_, people) = raw.split_once("author ").unwrap();
    let expected = "Tag Wright <bot@example.com> 1700000000 +0000\ncommitter Zoë <> 1700000000 +0000\n\n\
                    Subject\n\n  body\n\n\nTrailer: x\n\n";
    assert_eq!(people, expected);
}

/// One snapshot is shared by threads, and its commits outlive it.
fn ten_commits_on_one_snapshot() {
    let repository = repository(&[("a", "1")]);
    let snapshot = snapshot(&repository);
    let make = |number: usize| commit(&snapshot, &[write("a", &format!("new {number}"))]);
    let commits: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..10)
            .map(|number| scope.spawn(move || make(number)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    drop(snapshot);
    push(&commits[7], "main");
    assert_eq!(repository.read("main", "a"), b"new 7");
}

fn trailers_as_git_reads_them() {
    let cases = [
        (
            "fix: typo",
            "Signed-off-by: Bot <bot@example.com>\nImage: a/b:1\n",
        ),
        (
            "Subject\n\nCo-authored-by: x <x@x>",
            "Co-authored-by: x <x@x>\nSigned-off-by: Bot <bot@example.com>\nImage: a/b:1\n",
        ),
        (
            "Subject\n\nNote: this\nis prose",
            "Signed-off-by: Bot <bot@example.com>\nImage: a/b:1\n",
        ),
    ];
    for (message, expected) in cases {
        let repository = repository(&[("a", "1")]);
        let spec = spec(message).trailer("Signed-off-by", "Bot <bot@example.com>");
        let spec = spec.unwrap().trailer("Image", " a/b:1 ").unwrap();
        let made = snapshot(&repository).commit(&[write("a", "2")], &spec);
        let Committed::Commit(commit) = made.unwrap() else {
            panic!("nothing changed")
        };
        push(&commit, "main");
        let trailers = repository.git(&["log", "-1", "--format=%(trailers:only)", "main"]);
        assert_eq!(trailers.trim_end(), expected.trim_end(), "{message}");
        let body = repository.git(&["log", "-1", "--format=%B", "main"]);
        assert!(body.starts_with(&format!("{message}\n")), "{body}");
    }
}

fn trailers_that_are_refused() {
    let cases = [
        (
            "",
            "x",
            "its key holds more than letters, digits and '-', as in 'Signed-off-by'",
        ),
        (
            "a b",
            "x",
            "its key holds more than letters, digits and '-', as in 'Signed-off-by'",
        ),
        ("A", " ", "its value is empty"),
        (
            "A",
            "x\nB: y",
            "its value holds a line break or another control character",
        ),
    ];
    for (key, value, why) in cases {
        let error = spec("S").trailer(key, value).unwrap_err();
        let text = format!("invalid trailer {key:?}: {why}; write one line 'Key: value'");
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::InvalidMessage, text)
        );
    }
}
