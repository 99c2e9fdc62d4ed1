//! What is kept between runs: who may have it, and what becomes of it when it is damaged.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tagwright_gitwrite::{Blobs, Credentials, ErrorKind, Ref, Remote, Secret};
use tagwright_testkit::Missing;
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, test};
use tagwright_testkit::servers::HttpGit;

use crate::control::wait_until;
use crate::hostile::{SmallDisk, packs};
use crate::isolated::{command, isolated, names, tempfile};
use crate::partial::{asked, filtering, take, visited};
use crate::support::{branch, commit_files, control, files, remote, repository};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "cache::no_reader_loses_what_it_reads",
            no_reader_loses_what_it_reads,
        ),
        isolated("cache::another_reader", another_reader),
        test("cache::changed_bytes_of_objects", changed_bytes_of_objects),
        test("cache::changed_bytes_of_indices", changed_bytes_of_indices),
        test(
            "cache::changed_bytes_of_the_rest",
            changed_bytes_of_the_rest,
        ),
        test("cache::files_that_are_empty", files_that_are_empty),
        test("cache::files_on_demand_heal", files_on_demand_heal),
        test("cache::a_server_that_breaks_off", a_server_that_breaks_off),
        test(
            "cache::nothing_new_waits_for_nobody",
            nothing_new_waits_for_nobody,
        ),
        test(
            "cache::a_tree_that_is_bad_on_the_server",
            a_tree_that_is_bad_on_the_server,
        ),
        test(
            "cache::an_unreachable_server_is_asked_once",
            an_unreachable_server_is_asked_once,
        ),
        test("cache::a_full_disk", a_full_disk),
        test(
            "cache::nothing_without_the_server",
            nothing_without_the_server,
        ),
        test("cache::a_folder_for_each_login", a_folder_for_each_login),
        test("cache::a_folder_of_another_user", a_folder_of_another_user),
    ]
}

/// The one repository in a cache.
#[track_caller]
pub(crate) fn kept(cache: &Path) -> PathBuf {
    let folder = only(cache, |_| true);
    only(&folder, |name| name.starts_with("generation-")).join("sha1")
}

#[track_caller]
fn only(folder: &Path, is_meant: impl Fn(&str) -> bool) -> PathBuf {
    let mut found = names(folder);
    found.retain(|name| is_meant(name));
    assert_eq!(found.len(), 1, "{found:?}");
    folder.join(&found[0])
}

/// Makes the cache look so full that the next run begins it anew.
fn fill(cache: &Path) {
    let packs = kept(cache).join("objects/pack");
    for number in 0..65 {
        fs::write(packs.join(format!("pack-{number}.pack")), "").unwrap();
    }
}

/// A process that finds the cache full while another reads must not lose its own share in it.
fn no_reader_loses_what_it_reads() {
    let (repository, cache) = (repository(&[("a", "1"), ("b", "1")]), tempfile());
    let remote = remote(&repository).cache(cache.path());
    // In a pack of its own, which is not opened before the file is read.
    take(&remote);
    commit_files(&repository, "main", &[("a", "2")]);
    let meeting = tempfile();
    let mut child = command("cache::another_reader", meeting.path())
        .env("TAGWRIGHT_TEST_URL", repository.url())
        .env("TAGWRIGHT_TEST_CACHE", cache.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let reads = meeting.path().join("reads");
    wait_until(|| reads.exists() || child.try_wait().unwrap().is_some());
    assert!(reads.exists(), "it ended too early");
    fill(cache.path());
    let snapshot = take(&remote);
    // What the other fetches then has not what this one reads.
    repository.fast_import(
        b"commit refs/heads/main\ncommitter x <x@x> 1700000000 +0000\ndata 1\nx\n\
          M 100644 inline a\ndata 1\n2\n",
    );
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let (text, commands) = asked(|| snapshot.read("b").unwrap());
    assert_eq!((text, commands.len()), (Some(b"1".to_vec()), 0));
}

/// Reads until the other has taken its snapshot, and then finds the cache full as well.
fn another_reader() {
    let (Ok(url), Some(cache)) = (
        std::env::var("TAGWRIGHT_TEST_URL"),
        std::env::var_os("TAGWRIGHT_TEST_CACHE"),
    ) else {
        return;
    };
    let remote = Remote::new(&url).unwrap().cache(&cache);
    let snapshot = take(&remote);
    let reads = std::env::temp_dir().join("reads");
    fs::write(&reads, "").unwrap();
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
    fs::remove_file(&reads).unwrap();
    assert_eq!(snapshot.read("b").unwrap(), Some(b"1".to_vec()));
    drop(snapshot);
    for generation in fs::read_dir(only(Path::new(&cache), |_| true)).unwrap() {
        let packs = generation.unwrap().path().join("sha1/objects/pack");
        for number in (0..65).filter(|_| packs.exists()) {
            fs::write(packs.join(format!("pack-{number}.pack")), "").unwrap();
        }
    }
    assert_eq!(take(&remote).read("a").unwrap(), Some(b"2".to_vec()));
}

/// The files below a folder whose path holds this.
fn files_below(folder: &Path, part: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, part));
        } else if path.to_string_lossy().contains(part) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

/// A repository with deltas, with more on the branch `news`, and what a cache holds after `main` was read.
fn alike() -> (BareRepository, tempfile::TempDir) {
    let lines = |number: usize| {
        let line = move |line: usize| format!("{} {}\n", line * 7919, line % number);
        (0..60).map(line).collect::<String>()
    };
    let files: Vec<(String, String)> = (2..8)
        .map(|number| (format!("d/{number}"), lines(number)))
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let (repository, cache) = (repository(&files), tempfile());
    repository.git(&["branch", "news", "main"]);
    commit_files(&repository, "news", &[("d/2", &(lines(2) + "new\n"))]);
    take(&remote(&repository).cache(cache.path()));
    (repository, cache)
}

/// Damages a cache in one way after the other. A run that finds nothing new and one that does both see the files as they
/// are, and leave a cache of which the next run has to fetch nothing.
#[track_caller]
fn assert_heals(part: &str, damages: usize, damage: impl Fn(&mut Vec<u8>, usize)) {
    let (repository, whole) = alike();
    let damaged = files_below(whole.path(), part);
    assert!(!damaged.is_empty(), "{part}");
    for name in ["main", "news"] {
        let read = |remote: &Remote| files(&remote.snapshot(&branch(name), &control()).unwrap());
        let expected = read(&remote(&repository));
        for file in &damaged {
            for number in 0..damages {
                let trial = tempfile();
                copy_folder(whole.path(), trial.path());
                let file = trial.path().join(file.strip_prefix(whole.path()).unwrap());
                let mut bytes = fs::read(&file).unwrap();
                let at = number * bytes.len() / damages;
                damage(&mut bytes, at);
                fs::remove_file(&file).unwrap();
                fs::write(&file, bytes).unwrap();
                let text = format!("damage {number} in {}, {name}", file.display());
                let remote = remote(&repository).cache(trial.path());
                assert!(read(&remote) == expected, "{text}");
                let (seen, commands) = asked(|| read(&remote));
                assert!(seen == expected, "{text}, again");
                // What was healed by a visit is fetched by the run after it.
                let (seen, commands) = match commands.len() {
                    1 => (seen, commands),
                    _ => asked(|| read(&remote)),
                };
                assert!(
                    seen == expected && commands == ["ls-remote"],
                    "{text}: {commands:?}"
                );
            }
        }
    }
}

fn flip(bytes: &mut [u8], at: usize) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 0x11;
    }
}

fn changed_bytes_of_objects() {
    assert_heals(".pack", 8, |bytes, at| flip(bytes, at));
}

fn changed_bytes_of_indices() {
    assert_heals(".idx", 4, |bytes, at| flip(bytes, at));
}

fn changed_bytes_of_the_rest() {
    for part in [
        "HEAD",
        "config",
        "shallow",
        "current",
        "refs/tagwright/kept-",
    ] {
        assert_heals(part, 2, |bytes, at| flip(bytes, at));
    }
}

/// As a full disk or a lost power supply leaves them.
fn files_that_are_empty() {
    for end in ["HEAD", "config", "shallow", "current", ".pack", ".idx"] {
        assert_heals(end, 1, |bytes, _| bytes.clear());
    }
    assert_heals(".pack", 1, |bytes, _| bytes.fill(0));
}

/// What is damaged is found when single files are fetched, too.
fn files_on_demand_heal() {
    let (repository, cache) = (filtering(&[("a", "1"), ("b", "2")]), tempfile());
    let remote = remote(&repository)
        .blobs(Blobs::OnDemand)
        .cache(cache.path());
    for name in ["config", "shallow", "HEAD"] {
        let snapshot = take(&remote);
        fs::write(kept(cache.path()).join(name), "no line of Git's").unwrap();
        assert_eq!(visited(&snapshot, "", 9), ["a 1", "b 2"], "{name}");
    }
}

/// What was fetched before is kept for when the server is well again.
fn a_server_that_breaks_off() {
    let (repository, cache) = (repository(&[("a", "1")]), tempfile());
    let remote = remote(&repository).cache(cache.path());
    take(&remote);
    commit_files(&repository, "main", &[("a", "2")]);
    let damaged = packs(&repository);
    for pack in &damaged {
        let whole = fs::read(pack).unwrap();
        fs::write(pack.with_extension("whole"), &whole).unwrap();
        fs::remove_file(pack).unwrap();
        fs::write(pack, &whole[..20]).unwrap();
    }
    assert!(remote.snapshot(&branch("main"), &control()).is_err());
    for pack in &damaged {
        fs::rename(pack.with_extension("whole"), pack).unwrap();
    }
    let before = kept(cache.path());
    assert_eq!(take(&remote).read("a").unwrap(), Some(b"2".to_vec()));
    assert_eq!(kept(cache.path()), before, "it was thrown away");
}

/// Another process waits for a server that hangs, to add to the cache.
fn nothing_new_waits_for_nobody() {
    use rustix::fs::{FlockOperation, flock};
    let (repository, cache) = (repository(&[("a", "1")]), tempfile());
    let remote = remote(&repository).cache(cache.path());
    take(&remote);
    let lock = only(cache.path(), |_| true).join("fetching");
    let other = fs::File::open(lock).unwrap();
    flock(&other, FlockOperation::NonBlockingLockExclusive).unwrap();
    let snapshot = take(&remote);
    assert_eq!(snapshot.read("a").unwrap(), Some(b"1".to_vec()));
    commit_files(&repository, "main", &[("a", "2")]);
    drop(other);
    assert_eq!(take(&remote).read("a").unwrap(), Some(b"2".to_vec()));
}

/// Fetching it again is of no use: it would come as it is.
fn a_tree_that_is_bad_on_the_server() {
    let (repository, cache) = (repository(&[("a", "1"), ("b", "2")]), tempfile());
    repository.git(&["branch", "base", "main"]);
    let twins = [("100644", "a", "base:a"), ("100644", "a", "base:b")];
    crate::trees::hostile(&repository, &twins);
    let remote = remote(&repository).cache(cache.path());
    let snapshot = take(&remote);
    let before = kept(cache.path());
    let (errors, commands) = asked(|| {
        let visited = snapshot.visit(|_| true, 9, |_| panic!("handed out"), &control());
        [visited.unwrap_err(), snapshot.read("a").unwrap_err()]
    });
    assert_eq!(errors.map(|error| error.kind()), [ErrorKind::Corrupt; 2]);
    assert_eq!(commands, Vec::<String>::new());
    let (_, commands) = asked(|| take(&remote));
    assert_eq!(commands, ["ls-remote"]);
    assert_eq!(kept(cache.path()), before);
}

fn an_unreachable_server_is_asked_once() -> TestResult {
    let (repository, cache) = (repository(&[("a", "1")]), tempfile());
    let server = HttpGit::start(&repository)?;
    let remote = Remote::new(&server.url())?
        .cache(cache.path())
        .credentials(Credentials::Basic {
            username: server.user().to_owned(),
            password: Secret::new(server.password()),
        });
    let by_id = Ref::commit(*take(&remote).commit_id());
    drop(server);
    let (answer, commands) = asked(|| remote.snapshot(&by_id, &control()));
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unreachable);
    assert_eq!(commands, ["fetch"]);
    Ok(())
}

/// The first run finds no room, the second does.
fn a_full_disk() -> TestResult {
    let disk = SmallDisk::mount()?;
    let repository = filtering(&[("a", "1")]);
    let remote = remote(&repository)
        .blobs(Blobs::OnDemand)
        .cache(disk.path().join("cache"));
    let filler = disk.path().join("filler");
    for room in [0, 1, 2, 3, 4, 5, 6, 8] {
        let _ = fs::remove_dir_all(disk.path().join("cache"));
        let mut file = fs::File::create(&filler).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        file.set_len(file.metadata().unwrap().len().saturating_sub(room * 4096))
            .unwrap();
        drop(file);
        let full = remote.snapshot(&branch("main"), &control());
        let text = full.as_ref().err().map(ToString::to_string);
        let kind = full.err().map(|error| error.kind());
        // What indexes a pack for `git` says nothing when it finds no room for the index.
        let fits = matches!(kind, None | Some(ErrorKind::Storage | ErrorKind::GitFailed));
        assert!(fits, "{room}: {text:?}");
        fs::remove_file(&filler).unwrap();
        assert_eq!(
            take(&remote).read("a").unwrap(),
            Some(b"1".to_vec()),
            "{room}"
        );
        let (_, commands) = asked(|| take(&remote));
        assert_eq!(commands, ["ls-remote"], "{room}");
    }
    Ok(())
}

/// Who may not have it from the server, does not get it from the cache: not by the name of a branch, and not by an id.
fn nothing_without_the_server() -> TestResult {
    let repository = filtering(&[("secret", "1")]);
    let server = HttpGit::start(&repository)?;
    let cache = tempfile();
    let remote = Remote::new(&server.url())?.cache(cache.path());
    let user = server.user().to_owned();
    let login = |password: &str| {
        let (username, password) = (user.clone(), Secret::new(password));
        let remote = remote.clone().blobs(Blobs::OnDemand);
        remote.credentials(Credentials::Basic { username, password })
    };
    let snapshot = take(&login(server.password()));
    assert_eq!(snapshot.read("secret")?, Some(b"1".to_vec()));
    let by_id = Ref::commit(*snapshot.commit_id());
    for reference in [branch("main"), by_id.clone()] {
        for remote in [login("wrong"), remote.clone().blobs(Blobs::OnDemand)] {
            let error = remote.snapshot(&reference, &control()).unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::Unauthorized,
                "{reference}: {error}"
            );
        }
    }
    let again = login(server.password()).snapshot(&by_id, &control())?;
    assert_eq!(again.read("secret")?, Some(b"1".to_vec()));
    drop(server);
    assert!(login("any").snapshot(&by_id, &control()).is_err());
    Ok(())
}

fn a_folder_for_each_login() {
    let (repository, cache) = (repository(&[("a", "1")]), tempfile());
    let remote = remote(&repository).cache(cache.path());
    take(&remote);
    let name = names(cache.path()).remove(0);
    let (start, digest) = name.rsplit_once('-').unwrap();
    assert!(
        digest.len() == 64 && digest.chars().all(|c| c.is_ascii_hexdigit()),
        "{name}"
    );
    assert!(
        start
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)),
        "{name}"
    );
    let mode = fs::metadata(cache.path().join(&name))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
    // The request fails, as there is no such server; the folder is made before.
    let elsewhere = Remote::new("http://127.0.0.1:1/r.git").unwrap();
    let basic = |username: &str, password: &str| Credentials::Basic {
        username: username.to_owned(),
        password: Secret::new(password),
    };
    let count = |credentials: Credentials| {
        let cache = cache.path().join("logins");
        let remote = elsewhere.clone().cache(&cache).credentials(credentials);
        remote.snapshot(&branch("main"), &control()).unwrap_err();
        let names = names(&cache);
        assert!(
            !names.iter().any(|name| name.contains("token")),
            "{names:?}"
        );
        names.len()
    };
    let logins = [
        (Credentials::None, 1),
        (basic("user", "token-1"), 2),
        (basic("user", "token-2"), 2),
        (basic("other", "token-2"), 3),
        (Credentials::Bearer(Secret::new("token-1")), 4),
        (Credentials::Bearer(Secret::new("token-2")), 4),
        (basic("token-of-1", "x-oauth-basic"), 5),
        (basic("token-of-2", ""), 5),
        (basic("token-of-3", "oauth2"), 5),
    ];
    for (credentials, expected) in logins {
        assert_eq!(count(credentials.clone()), expected, "{credentials:?}");
    }
}

/// Who can write there could have `git` run anything.
fn a_folder_of_another_user() -> TestResult {
    let (repository, cache) = (repository(&[("a", "1")]), tempfile());
    let remote = remote(&repository).cache(cache.path());
    take(&remote);
    let folder = cache.path().join(names(cache.path()).remove(0));
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    take(&remote);
    assert_eq!(
        fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
        0o700
    );
    chown(&folder, Some(65_534), None).map_err(|_| {
        Missing::new(
            "another user",
            "run the tests as root, who may give files away",
        )
    })?;
    let error = remote.snapshot(&branch("main"), &control()).unwrap_err();
    let text = format!(
        "cannot use the cache: {} is no folder of this user; name another cache",
        folder.display()
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Storage, text)
    );
    Ok(())
}
