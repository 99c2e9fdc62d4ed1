//! Files on demand, a cache between runs, and tags.

use std::fs;
use std::ops::ControlFlow;

use tagwright_gitwrite::{Blobs, Content, Credentials, ErrorKind, Ref, Remote, Secret, Snapshot};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, test};
use tagwright_testkit::servers::{HttpGit, Sshd};

use crate::cache::kept;
use crate::isolated::{isolated, tempfile};
use crate::logging::logged;
use crate::support::{
    branch, commit, commit_files, control, files, path, push, remote, repository, write,
};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("partial::only_what_is_asked_for", only_what_is_asked_for),
        test("partial::a_list_of_files", a_list_of_files),
        test("partial::large_files_stay_away", large_files_stay_away),
        test(
            "partial::a_server_without_filters",
            a_server_without_filters,
        ),
        test(
            "partial::a_server_without_single_files",
            a_server_without_single_files,
        ),
        test("partial::over_http", over_http),
        test(
            "partial::a_push_branch_that_stands",
            a_push_branch_that_stands,
        ),
        isolated("partial::nothing_is_left", nothing_is_left),
        test(
            "partial::a_cache_asks_for_one_ref",
            a_cache_asks_for_one_ref,
        ),
        test(
            "partial::a_cache_of_files_on_demand",
            a_cache_of_files_on_demand,
        ),
        test(
            "partial::a_cache_for_many_at_once",
            a_cache_for_many_at_once,
        ),
        test(
            "partial::a_cache_after_a_killed_fetch",
            a_cache_after_a_killed_fetch,
        ),
        test("partial::a_cache_that_is_damaged", a_cache_that_is_damaged),
        test(
            "partial::a_cache_that_grows_is_emptied",
            a_cache_that_grows_is_emptied,
        ),
        test(
            "partial::a_cache_that_cannot_be_made",
            a_cache_that_cannot_be_made,
        ),
        test("partial::tags_and_the_best", tags_and_the_best),
    ]
}

pub(crate) fn filtering(files: &[(&str, &str)]) -> BareRepository {
    let repository = repository(files);
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    repository
}

#[track_caller]
pub(crate) fn take(remote: &Remote) -> Snapshot {
    remote.snapshot(&branch("main"), &control()).unwrap()
}

/// Which commands of `git` ran, and how many blobs were fetched.
pub(crate) fn asked<T>(run: impl FnOnce() -> T) -> (T, Vec<String>) {
    let (result, lines) = logged(run);
    let words = |line: &str| {
        let word = |key: &str| Some(line.split(key).nth(1)?.split([' ', '"']).next()?.to_owned());
        word(" command=\"").or_else(|| word(" count="))
    };
    let asked = lines.iter().filter_map(|line| words(line)).collect();
    (result, asked)
}

#[track_caller]
pub(crate) fn visited(snapshot: &Snapshot, end: &str, max_bytes: u64) -> Vec<String> {
    let mut found = Vec::new();
    let visitor = |entry: tagwright_gitwrite::Entry<'_>| {
        let content = match entry.content {
            Content::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Content::TooLarge(size) => format!("{size} bytes"),
        };
        found.push(format!("{} {content}", entry.path));
        ControlFlow::Continue(())
    };
    let filter = |path: &str| path.ends_with(end);
    snapshot
        .visit(filter, max_bytes, visitor, &control())
        .unwrap();
    found
}

fn only_what_is_asked_for() {
    let repository = filtering(&[("a.yaml", "1"), ("b.md", "2"), ("c/d.yaml", "3")]);
    let remote = remote(&repository).blobs(Blobs::OnDemand);
    let (snapshot, first) = asked(|| take(&remote));
    assert_eq!(first, ["fetch"]);
    let (found, second) = asked(|| visited(&snapshot, ".yaml", 100));
    assert_eq!(found, ["a.yaml 1", "c/d.yaml 3"]);
    assert_eq!(second, ["2", "fetch"]);
    let (found, third) = asked(|| visited(&snapshot, ".yaml", 100));
    assert_eq!((found.len(), third.len()), (2, 0));
    let (text, fourth) = asked(|| snapshot.read("b.md").unwrap());
    assert_eq!(
        (text, fourth),
        (
            Some(b"2".to_vec()),
            vec!["1".to_owned(), "fetch".to_owned()]
        )
    );
    // A commit needs no file that it does not change.
    let other = take(&remote);
    push(&commit(&other, &[write("c/d.yaml", "new")]), "main");
    assert_eq!(repository.read("main", "c/d.yaml"), b"new");
    repository.git(&["fsck", "--full", "--strict"]);
}

fn a_list_of_files() {
    let repository = filtering(&[("a", "1"), ("b", "2"), ("c/d", "3")]);
    let snapshot = take(&remote(&repository).blobs(Blobs::OnDemand));
    let paths = ["c/d", "absent", "c", "a"].map(path);
    let mut found = Vec::new();
    let ((), asked) = asked(|| {
        let visitor = |entry: tagwright_gitwrite::Entry<'_>| {
            found.push((entry.path.to_owned(), entry.content == Content::TooLarge(1)));
            ControlFlow::Continue(())
        };
        snapshot
            .visit_paths(&paths, 0, visitor, &control())
            .unwrap();
    });
    assert_eq!(found, [("c/d".to_owned(), true), ("a".to_owned(), true)]);
    assert_eq!(asked, ["2", "fetch"]);
}

fn large_files_stay_away() {
    let large = "x".repeat(1001);
    let repository = filtering(&[("a", "1"), ("b", &large[..1000]), ("c", &large)]);
    let (snapshot, first) = asked(|| take(&remote(&repository).blobs(Blobs::UpTo(1000))));
    let (found, second) = asked(|| visited(&snapshot, "", 1000));
    assert_eq!((first.len(), second.len()), (1, 0));
    assert_eq!(found[2], "c 1001 bytes");
    assert_eq!(found[1].len(), 1002);
    let (found, third) = asked(|| visited(&snapshot, "", 5000));
    assert_eq!(
        (found[2].len(), third),
        (1003, vec!["1".to_owned(), "fetch".to_owned()])
    );
}

/// It sends everything, with a warning.
fn a_server_without_filters() {
    let repository = repository(&[("a", "1"), ("b", "2")]);
    let (snapshot, first) = asked(|| take(&remote(&repository).blobs(Blobs::OnDemand)));
    let (found, second) = asked(|| files(&snapshot));
    assert_eq!((found.len(), first.len(), second.len()), (2, 1, 0));
    push(&commit(&snapshot, &[write("a", "2")]), "main");
    repository.git(&["fsck", "--full", "--strict"]);
}

/// `sshd` passes no version of the protocol on, and the first version names refs only.
fn a_server_without_single_files() -> TestResult {
    let repository = filtering(&[("a", "1"), ("b", "2")]);
    let server = Sshd::start()?;
    let credentials = Credentials::Ssh {
        private_key: Secret::new(server.private_key()),
        passphrase: None,
        known_hosts: server.known_hosts(),
    };
    let remote = Remote::new(&server.url(repository.path()))?.credentials(credentials);
    let snapshot = take(&remote.blobs(Blobs::OnDemand));
    let (found, commands) = asked(|| visited(&snapshot, "b", 100));
    assert_eq!(found, ["b 2"]);
    assert_eq!(commands, ["1", "fetch", "fetch"]);
    assert_eq!(files(&snapshot).len(), 2);
    Ok(())
}

fn over_http() -> TestResult {
    let repository = filtering(&[("a", "1"), ("b/c", "2")]);
    let server = HttpGit::start(&repository)?;
    let remote = Remote::new(&server.url())?.credentials(Credentials::Basic {
        username: server.user().to_owned(),
        password: Secret::new(server.password()),
    });
    crate::servers::assert_works(&remote.blobs(Blobs::OnDemand), &repository);
    Ok(())
}

fn a_push_branch_that_stands() {
    use tagwright_gitwrite::{Push, PushMode, PushOutcome};
    let repository = filtering(&[("a", "1"), ("b", "2")]);
    let remote = remote(&repository).blobs(Blobs::OnDemand);
    let anew = Push::to_branch("updates").unwrap().mode(PushMode::Reset);
    let push = |text: &str| {
        let commit = commit(&take(&remote), &[write("a", text)]);
        commit.push(&anew, &control()).unwrap()
    };
    assert!(matches!(push("2"), PushOutcome::Pushed { .. }));
    assert_eq!(push("2"), PushOutcome::UpToDate);
    assert!(matches!(push("3"), PushOutcome::Pushed { .. }));
    repository.git(&["fsck", "--full", "--strict"]);
}

fn nothing_is_left() {
    let repository = filtering(&[("a", "1"), ("b", "2")]);
    let cache = tempfile();
    let remote = remote(&repository).blobs(Blobs::OnDemand);
    for remote in [remote.clone(), remote.cache(cache.path())] {
        let snapshot = take(&remote);
        assert_eq!(files(&snapshot).len(), 2);
    }
}

fn a_cache_asks_for_one_ref() {
    let (repository, cache) = (repository(&[("a", "1"), ("b", "2")]), tempfile());
    let remote = remote(&repository).cache(cache.path().join("not there yet"));
    let (_, first) = asked(|| take(&remote));
    assert_eq!(first, ["ls-remote", "fetch"]);
    let (snapshot, second) = asked(|| take(&remote));
    assert_eq!(second, ["ls-remote"]);
    assert_eq!(files(&snapshot).len(), 2);
    let (by_id, third) = asked(|| remote.snapshot(&Ref::commit(*snapshot.commit_id()), &control()));
    assert_eq!(by_id.unwrap().commit_id(), snapshot.commit_id());
    // Whether the server hands it out to us, a fetch tells, in which hardly anything comes.
    assert_eq!(third, ["fetch"]);

    let theirs = commit_files(&repository, "main", &[("a", "new")]);
    let (newer, fourth) = asked(|| snapshot.renew(&control()).unwrap());
    assert_eq!(fourth, ["ls-remote", "fetch"]);
    assert_eq!(newer.commit_id().to_string(), theirs);
    assert_eq!(snapshot.read("a").unwrap(), Some(b"1".to_vec()));
    push(&commit(&newer, &[write("b", "ours")]), "main");
    assert_eq!(repository.read("main", "b"), b"ours");
    assert_eq!(take(&remote).read("b").unwrap(), Some(b"ours".to_vec()));
    repository.git(&["fsck", "--full", "--strict"]);
    let gone = remote.snapshot(&branch("gone"), &control()).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::RefNotFound);
}

fn a_cache_of_files_on_demand() {
    let (repository, cache) = (filtering(&[("a", "1"), ("b", "2")]), tempfile());
    let remote = remote(&repository)
        .blobs(Blobs::OnDemand)
        .cache(cache.path());
    let (_, first) = asked(|| visited(&take(&remote), "a", 9));
    assert_eq!(first, ["ls-remote", "fetch", "1", "fetch"]);
    let (_, second) = asked(|| visited(&take(&remote), "a", 9));
    assert_eq!(second, ["ls-remote"]);
    commit_files(&repository, "main", &[("b", "new")]);
    let (found, third) = asked(|| visited(&take(&remote), "", 9));
    assert_eq!(found, ["a 1", "b new"]);
    assert_eq!(third, ["ls-remote", "fetch", "1", "fetch"]);
}

/// One fetches, the others wait for it.
fn a_cache_for_many_at_once() {
    let (repository, cache) = (repository(&[("a", "1")]), tempfile());
    let remote = remote(&repository).cache(cache.path());
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let (remote, repository) = (&remote, &repository);
            scope.spawn(move || {
                if writer % 4 == 3 {
                    commit_files(repository, &format!("other-{writer}"), &[("a", "3")]);
                }
                assert_eq!(files(&take(remote)).len(), 1);
            });
        }
    });
}

fn a_cache_after_a_killed_fetch() {
    let (repository, cache) = (repository(&[("a", "1")]), tempfile());
    let remote = remote(&repository).cache(cache.path());
    take(&remote);
    let at = kept(cache.path());
    let left = [
        "shallow.lock",
        "config.lock",
        "objects/pack/tmp_pack_x",
        "refs/tagwright/incoming.lock",
    ];
    for name in left {
        fs::write(at.join(name), "half").unwrap();
    }
    commit_files(&repository, "main", &[("a", "2")]);
    assert_eq!(take(&remote).read("a").unwrap(), Some(b"2".to_vec()));
    for name in left {
        assert!(!at.join(name).exists(), "{name}");
    }
}

fn a_cache_that_is_damaged() {
    let (repository, cache) = (repository(&[("a", "1")]), tempfile());
    let remote = remote(&repository).cache(cache.path());
    take(&remote);
    let packs = kept(cache.path()).join("objects/pack");
    for entry in fs::read_dir(packs).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    assert_eq!(take(&remote).read("a").unwrap(), Some(b"1".to_vec()));
}

fn a_cache_that_grows_is_emptied() {
    let (repository, cache) = (repository(&[("a", "1")]), tempfile());
    let remote = remote(&repository).cache(cache.path());
    take(&remote);
    let packs = kept(cache.path()).join("objects/pack");
    for number in 0..64 {
        fs::write(packs.join(format!("pack-{number}.pack")), "").unwrap();
    }
    let next = take(&remote);
    assert!(kept(cache.path()) != packs.parent().unwrap().parent().unwrap());
    assert_eq!(files(&next).len(), 1);
    let (_, commands) = asked(|| take(&remote));
    assert_eq!(commands, ["ls-remote"]);
}

fn a_cache_that_cannot_be_made() {
    let repository = repository(&[("a", "1")]);
    let remote = remote(&repository).cache("/dev/null/x");
    let error = remote.snapshot(&branch("main"), &control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage, "{error}");
}

fn tags_and_the_best() {
    let repository = repository(&[("a", "1")]);
    let first = repository.tip("main").unwrap();
    repository.git(&["tag", "v1.2"]);
    let identity = ["-c", "user.name=x", "-c", "user.email=x@x"];
    repository.git(&[&identity[..], &["tag", "-a", "-m", "x", "v1.10"]].concat());
    commit_files(&repository, "main", &[("a", "2")]);
    repository.git(&["tag", "nightly", "main"]);
    let remote = remote(&repository);
    let tags = remote.tags(&control()).unwrap();
    let names: Vec<&str> = tags.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["nightly", "v1.10", "v1.2"]);
    assert_eq!(tags[1].1.to_string(), first);
    let version = |tag: &str| {
        let numbers = tag
            .strip_prefix('v')?
            .split('.')
            .map(|part| part.parse::<u32>().ok());
        numbers.collect::<Option<Vec<_>>>()
    };
    let best = remote.best_tag(version, &control()).unwrap().unwrap();
    assert_eq!(best, Ref::tag("v1.10").unwrap());
    assert_eq!(
        remote
            .snapshot(&best, &control())
            .unwrap()
            .commit_id()
            .to_string(),
        first
    );
    assert_eq!(remote.best_tag(|_| None::<u8>, &control()).unwrap(), None);
    let longest = remote
        .best_tag(|tag| Some(tag.len() > 2), &control())
        .unwrap();
    assert_eq!(longest, Some(Ref::tag("v1.2").unwrap()));
}
