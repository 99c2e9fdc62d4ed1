//! Deadlines, cancellation, death: nothing is left behind.

use std::io::Write;
use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tagwright_gitwrite::{CancelFlag, Control, ErrorKind, Push, Remote};
use tagwright_testkit::harness::{Trial, test};

use crate::isolated::{assert_passes, command, isolated, names, processes_with, tempfile};
use crate::support::{branch, commit, control, repository, snapshot, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        isolated(
            "control::a_deadline_ends_everything",
            a_deadline_ends_everything,
        ),
        isolated("control::a_flag_ends_everything", a_flag_ends_everything),
        isolated(
            "control::a_deadline_that_has_passed_already",
            a_deadline_that_has_passed_already,
        ),
        isolated(
            "control::a_push_that_hangs_in_a_hook",
            a_push_that_hangs_in_a_hook,
        ),
        isolated(
            "control::nothing_is_left_by_a_whole_run",
            nothing_is_left_by_a_whole_run,
        ),
        test("control::a_visit_can_be_stopped", a_visit_can_be_stopped),
        test(
            "control::a_dead_process_is_swept_by_the_next",
            a_dead_process_is_swept_by_the_next,
        ),
        isolated("control::dies", dies),
        isolated(
            "control::a_server_that_talks_without_end",
            a_server_that_talks_without_end,
        ),
    ]
}

/// A server that takes connections and never answers.
fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/r.git", listener.local_addr().unwrap());
    (listener, url)
}

fn a_deadline_ends_everything() {
    let (_listener, url) = silent();
    let remote = Remote::new(&url).unwrap();
    let control = Control::new().deadline_in(Duration::from_millis(300));
    let error = remote.snapshot(&branch("main"), &control).unwrap_err();
    let text = format!(
        "cannot fetch branch 'main' from {url}: the deadline passed; allow more time or check the server"
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Timeout, text)
    );
    assert_eq!(processes_with(&url), Vec::<String>::new());
}

fn a_flag_ends_everything() {
    let (_listener, url) = silent();
    let remote = Remote::new(&url).unwrap();
    let flag = CancelFlag::new();
    let control = Control::new().cancel_with(flag.clone());
    let raise = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        flag.cancel();
    });
    let error = remote.tip(&branch("main"), &control).unwrap_err();
    let text =
        format!("cannot list the refs of {url}: it was cancelled; start it again if it is wanted");
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Cancelled, text)
    );
    assert_eq!(processes_with(&url), Vec::<String>::new());
    raise.join().unwrap();
    assert_eq!(
        remote.tip(&branch("main"), &control).unwrap_err().kind(),
        ErrorKind::Cancelled
    );
}

/// Nothing is asked, whether the program was found before or not.
fn a_deadline_that_has_passed_already() {
    let repository = repository(&[("a", "1")]);
    let url = repository.url();
    let remote = Remote::new(&url).unwrap();
    let late = Control::new().deadline(Instant::now());
    let expected = format!(
        "cannot fetch branch 'main' from {url}: the deadline passed before it began; allow more time"
    );
    for _ in 0..2 {
        let error = remote.snapshot(&branch("main"), &late).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string(), error.repository()),
            (ErrorKind::Timeout, expected.clone(), Some(url.as_str()))
        );
        remote.tip(&branch("main"), &control()).unwrap();
    }
}

/// The server is a child of ours here, and its hook a grandchild; the repository must be as it was.
fn a_push_that_hangs_in_a_hook() {
    let repository = repository(&[("a", "1")]);
    let before = repository.tip("main");
    let mark = format!("3000.{}", std::process::id());
    repository.hook("pre-receive", &format!("#!/bin/sh\nsleep {mark}\n"));
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let control = Control::new().deadline_in(Duration::from_millis(500));
    let error = commit
        .push(&Push::to_branch("main").unwrap(), &control)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(processes_with(&mark), Vec::<String>::new());
    assert_eq!(repository.tip("main"), before);
    // Since 2.39 git leaves the objects of a killed push in a folder of their own, for gc; nothing else.
    assert!(!repository.path().join("refs/heads/main.lock").exists());
    repository.git(&["fsck", "--full", "--strict"]);
}

fn nothing_is_left_by_a_whole_run() {
    let repository = repository(&[("a", "1")]);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    crate::support::push(&commit, "main");
    assert!(
        Remote::new("/nonexistent/r")
            .unwrap()
            .tip(&branch("main"), &control())
            .is_err()
    );
}

fn a_visit_can_be_stopped() {
    let repository = repository(&[("a", "1")]);
    let flag = CancelFlag::new();
    flag.cancel();
    let control = Control::new().cancel_with(flag);
    let visitor = |_: tagwright_gitwrite::Entry<'_>| std::ops::ControlFlow::Continue(());
    let error = snapshot(&repository)
        .visit(|_| true, 10, visitor, &control)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

/// In the child of `a_dead_process_is_swept_by_the_next`: waits for a server that is silent until it is killed.
fn dies() {
    if let Ok(url) = std::env::var("TAGWRIGHT_TEST_URL") {
        let _ = Remote::new(&url)
            .unwrap()
            .snapshot(&branch("main"), &Control::new());
    }
}

fn a_dead_process_is_swept_by_the_next() {
    let folder = tempfile();
    let (listener, url) = silent();
    let mut child = command("control::dies", folder.path())
        .env("TAGWRIGHT_TEST_URL", &url)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The connection shows that git runs, so the private folder is there.
    let connection = listener.accept().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(names(folder.path()).len(), 1);
    assert_passes(&mut command(
        "control::nothing_is_left_by_a_whole_run",
        folder.path(),
    ));
    assert_eq!(names(folder.path()), Vec::<String>::new());
    drop(connection);
    wait_until_gone(&url);
}

fn wait_until_gone(url: &str) {
    let until = Instant::now() + Duration::from_secs(20);
    while !processes_with(url).is_empty() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(processes_with(url), Vec::<String>::new());
}

/// A list of refs without end is cut off, and the processes with it.
fn a_server_that_talks_without_end() {
    let (listener, url) = silent();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n\
                    001e# service=git-upload-pack\n0000";
        stream.write_all(head.as_bytes()).unwrap();
        let line = "003dd670460b4b4aece5915caf5c68d12f560a9fe3e4 refs/heads/main\n";
        while stream.write_all(line.as_bytes()).is_ok() {}
    });
    let control = Control::new().deadline_in(Duration::from_secs(1));
    let error = Remote::new(&url)
        .unwrap()
        .tip(&branch("main"), &control)
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Unreachable),
        "{error}"
    );
    server.join().unwrap();
    assert_eq!(processes_with(&url), Vec::<String>::new());
}
