//! Disks that are full, servers that lie: a clear error, the repository as it was, nothing left.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use tagwright_gitwrite::{Blobs, ErrorKind, PushOutcome, RejectionReason, Remote};
use tagwright_testkit::Missing;
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, test};

use crate::control::accept;
use crate::isolated::{assert_passes, command, isolated, names};
use crate::support::{branch, commit, control, push, remote, repository, snapshot, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("hostile::a_full_disk", a_full_disk),
        isolated("hostile::on_a_full_disk", on_a_full_disk),
        test("hostile::a_push_that_is_undone", a_push_that_is_undone),
        test("hostile::a_name_that_is_a_folder", a_name_that_is_a_folder),
        isolated("hostile::a_damaged_repository", a_damaged_repository),
        isolated("hostile::a_web_page", a_web_page),
        isolated("hostile::a_list_of_nonsense", a_list_of_nonsense),
        isolated(
            "hostile::a_file_that_the_server_lost",
            a_file_that_the_server_lost,
        ),
    ]
}

/// A disk of 1 MiB, unmounted when it is dropped.
pub(crate) struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    pub(crate) fn mount() -> Result<SmallDisk, Missing> {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("mount");
        command
            .args(["-t", "tmpfs", "-o", "size=1m", "none"])
            .arg(folder.path());
        let mounted = command.output().is_ok_and(|output| output.status.success());
        let remedy = "run the tests as root, who may mount one";
        mounted
            .then(|| SmallDisk(folder))
            .ok_or_else(|| Missing::new("a small disk", remedy))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
    }
}

fn a_full_disk() -> TestResult {
    let disk = SmallDisk::mount()?;
    // Nothing that a pack could compress.
    let mut state = 1_u64;
    let noise: Vec<u8> = (0..2_000_000)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        })
        .collect();
    let repository = BareRepository::new();
    repository.commit("main", &[("large", &noise)], "large");
    let mut child = command("hostile::on_a_full_disk", disk.path());
    assert_passes(child.env("TAGWRIGHT_TEST_URL", repository.url()));
    assert_eq!(names(disk.path()), Vec::<String>::new(), "left behind");
    Ok(())
}

fn on_a_full_disk() {
    let Ok(url) = std::env::var("TAGWRIGHT_TEST_URL") else {
        return;
    };
    let error = Remote::new(&url)
        .unwrap()
        .snapshot(&branch("main"), &control())
        .unwrap_err();
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Storage, "{text}");
    let start = format!(
        "cannot fetch branch 'main' from {url}: the disk is full; free some room; git says: "
    );
    assert!(text.starts_with(&start), "{text}");
}

/// The server says ok and does not keep to it.
fn a_push_that_is_undone() {
    let repository = repository(&[("a", "1")]);
    let before = repository.tip("main").unwrap();
    let script = "#!/bin/sh\nread old new ref\ngit update-ref $ref $old\n";
    repository.hook("post-receive", script);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let found = Some(before.parse().unwrap());
    assert_eq!(push(&commit, "main"), PushOutcome::Stale { found });
}

/// `updates` cannot be made where `updates/x` stands.
fn a_name_that_is_a_folder() {
    use tagwright_gitwrite::{Push, PushMode};
    let repository = repository(&[("a", "1")]);
    repository.git(&["update-ref", "refs/heads/updates/x", "main"]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let anew = Push::to_branch("updates").unwrap().mode(PushMode::Reset);
    let PushOutcome::Rejected(rejection) = commit.push(&anew, &control()).unwrap() else {
        panic!("not rejected")
    };
    assert_eq!(rejection.reason(), RejectionReason::Other, "{rejection}");
    assert_eq!(repository.tip("updates"), None);
}

pub(crate) fn packs(repository: &BareRepository) -> Vec<PathBuf> {
    repository.git(&["repack", "-adq"]);
    let entries = fs::read_dir(repository.path().join("objects/pack")).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    files
        .filter(|file| file.extension().is_some_and(|end| end == "pack"))
        .collect()
}

fn a_damaged_repository() {
    let repository = repository(&[("a", &"text ".repeat(1000)), ("b", "2")]);
    for pack in packs(&repository) {
        let mut bytes = fs::read(&pack).unwrap();
        let middle = bytes.len() / 2;
        bytes[12..middle].fill(0xff);
        fs::remove_file(&pack).unwrap();
        fs::write(&pack, bytes).unwrap();
    }
    let error = remote(&repository)
        .snapshot(&branch("main"), &control())
        .unwrap_err();
    let text = error.to_string();
    let kinds = [
        ErrorKind::Unreachable,
        ErrorKind::RefNotFound,
        ErrorKind::GitFailed,
    ];
    assert!(kinds.contains(&error.kind()), "{text}");
    assert!(
        text.starts_with("cannot fetch branch 'main' from "),
        "{text}"
    );
}

/// Answers every request with this.
#[track_caller]
fn assert_no_git_server(kind: &'static str, body: &'static str, says: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/r.git", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut stream = accept(&listener);
        let lines = BufReader::new(stream.try_clone().unwrap())
            .lines()
            .map_while(Result::ok);
        lines.take_while(|line| !line.is_empty()).for_each(drop);
        let length = body.len();
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all((head + body).as_bytes()).unwrap();
    });
    let error = Remote::new(&url)
        .unwrap()
        .snapshot(&branch("main"), &control())
        .unwrap_err();
    server.join().unwrap();
    let start = format!(
        "cannot fetch branch 'main' from {url}: the server does not answer as a git server; \
         check the URL and the network; git says: "
    );
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{text}");
    assert!(text.starts_with(&start) && text.contains(says), "{text}");
}

fn a_web_page() {
    assert_no_git_server(
        "text/html",
        "<html>\nSign in\n</html>\n",
        "not valid: is this a git repository?",
    );
}

fn a_list_of_nonsense() {
    let kind = "application/x-git-upload-pack-advertisement";
    assert_no_git_server(kind, "001e# service=git-upload-pack\n00000007zzz", "");
}

/// It was there when the directories were read.
fn a_file_that_the_server_lost() {
    let repository = repository(&[("a", "1"), ("b", "2")]);
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    let remote = remote(&repository).blobs(Blobs::OnDemand);
    let snapshot = remote.snapshot(&branch("main"), &control()).unwrap();
    for pack in packs(&repository) {
        fs::remove_file(pack).unwrap();
    }
    let error = snapshot.read("a").unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("cannot fetch ") && !text.contains("panicked"),
        "{text}"
    );
}
