//! Deadlines, cancellation, death: nothing is left behind.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tagwright_gitwrite::{
    CancelFlag, Commit, Control, Error, ErrorKind, Push, PushOutcome, Remote,
};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, test};

use crate::isolated::{assert_passes, command, isolated, names, processes_with, tempfile};
use crate::support::{PATIENCE, branch, commit, control, repository, snapshot, write};

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
            "control::a_push_that_arrived_before_its_deadline",
            a_push_that_arrived_before_its_deadline,
        ),
        isolated(
            "control::a_push_that_arrived_before_it_was_cancelled",
            a_push_that_arrived_before_it_was_cancelled,
        ),
        isolated(
            "control::a_push_that_was_built_upon_before_it_was_cancelled",
            a_push_that_was_built_upon_before_it_was_cancelled,
        ),
        isolated(
            "control::a_push_whose_server_dies",
            a_push_whose_server_dies,
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

/// The next connection, or a failure where none comes.
#[track_caller]
pub(crate) fn accept(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).unwrap();
    let mut connection = None;
    wait_until(|| {
        connection = listener.accept().ok();
        connection.is_some()
    });
    let (stream, _) = connection.unwrap();
    stream.set_nonblocking(false).unwrap();
    stream
}

/// The error of a call that its deadline ends when it has begun, however late this machine begins it.
fn ended_by_deadline(call: impl Fn(&Control) -> Error) -> Error {
    let mut time = Duration::from_millis(300);
    loop {
        let error = call(&Control::new().deadline_in(time));
        if time > PATIENCE || !error.to_string().contains("before it began") {
            return error;
        }
        time *= 2;
    }
}

fn a_deadline_ends_everything() {
    let (_listener, url) = silent();
    let remote = Remote::new(&url).unwrap();
    let error = ended_by_deadline(|control| remote.snapshot(&branch("main"), control).unwrap_err());
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
    let mark = sleep_mark();
    repository.hook("pre-receive", &format!("#!/bin/sh\nsleep {mark}\n"));
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let push = Push::to_branch("main").unwrap();
    let error = ended_by_deadline(|control| commit.push(&push, control).unwrap_err());
    let text = format!(
        "cannot push to {}: the deadline passed; allow more time or check the server; \
         the commit may have arrived all the same, which a new snapshot shows",
        repository.url()
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Timeout, text)
    );
    assert!(error.may_have_arrived());
    assert_eq!(processes_with(&mark), Vec::<String>::new());
    assert_eq!(repository.tip("main"), before);
    // Since 2.39 git leaves the objects of a killed push in a folder of their own, for gc; nothing else.
    assert!(!repository.path().join("refs/heads/main.lock").exists());
    repository.git(&["fsck", "--full", "--strict"]);
}

/// The hook runs when the branch has moved, and keeps the client waiting.
fn a_push_that_arrived_before_its_deadline() {
    let mut time = Duration::from_secs(2);
    while !arrives_before_its_deadline(time) {
        assert!(time < PATIENCE, "no push comes as far as the hook");
        time *= 4;
    }
}

/// Whether it had arrived by then, which depends on the machine.
fn arrives_before_its_deadline(time: Duration) -> bool {
    let (repository, mark) = (repository(&[("a", "1")]), sleep_mark());
    let script = format!("#!/bin/sh\n: > reached\nsleep {mark}\n");
    repository.hook("post-receive", &script);
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let control = Control::new().deadline_in(time).ask_afterwards(PATIENCE);
    let outcome = commit.push(&Push::to_branch("main").unwrap(), &control);
    if !repository.path().join("reached").exists() {
        return false;
    }
    assert_pushed(&commit, outcome);
    assert_eq!(repository.tip("main"), Some(commit.id().to_string()));
    assert_eq!(processes_with(&mark), Vec::<String>::new());
    true
}

fn sleep_mark() -> String {
    format!("3000.{}", std::process::id())
}

#[track_caller]
fn assert_pushed(commit: &Commit, outcome: Result<PushOutcome, Error>) {
    let pushed = PushOutcome::Pushed {
        id: *commit.id(),
        branch: "main".to_owned(),
        refused: Vec::new(),
    };
    assert_eq!(outcome.unwrap(), pushed);
}

fn a_push_that_arrived_before_it_was_cancelled() {
    let repository = repository(&[("a", "1")]);
    let id = assert_arrives_when_cancelled(&repository, "");
    assert_eq!(repository.tip("main"), Some(id));
}

/// Another writer was faster than we could look.
fn a_push_that_was_built_upon_before_it_was_cancelled() {
    let repository = repository(&[("a", "1")]);
    let script = "export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x\n\
         git update-ref refs/heads/main $(git commit-tree -p main -m next main^{tree})\n";
    let id = assert_arrives_when_cancelled(&repository, script);
    assert_eq!(repository.git(&["rev-parse", "main^"]).trim(), id);
}

/// Cancels the push when its hook has done this.
#[track_caller]
fn assert_arrives_when_cancelled(repository: &BareRepository, script: &str) -> String {
    let (reached, mark) = (repository.path().join("reached"), sleep_mark());
    let script = format!("#!/bin/sh\n{script}: > reached\nsleep {mark}\n");
    repository.hook("post-receive", &script);
    let commit = commit(&snapshot(repository), &[write("a", "2")]);
    let flag = CancelFlag::new();
    let control = control().cancel_with(flag.clone());
    let control = control.ask_afterwards(PATIENCE);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            wait_until(|| reached.exists());
            flag.cancel();
        });
        let outcome = commit.push(&Push::to_branch("main").unwrap(), &control);
        assert_pushed(&commit, outcome);
    });
    assert_eq!(processes_with(&mark), Vec::<String>::new());
    commit.id().to_string()
}

/// Nobody knows how far it came.
fn a_push_whose_server_dies() {
    let repository = repository(&[("a", "1")]);
    repository.hook("pre-receive", "#!/bin/sh\nkill -9 $PPID\n");
    let commit = commit(&snapshot(&repository), &[write("a", "2")]);
    let push = Push::to_branch("main").unwrap();
    let error = commit.push(&push, &control()).unwrap_err();
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{text}");
    assert!(error.may_have_arrived(), "{text}");
    let end = "; the commit may have arrived all the same, which a new snapshot shows";
    assert!(text.ends_with(end), "{text}");
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
    let connection = accept(&listener);
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
    wait_until(|| processes_with(url).is_empty());
    assert_eq!(processes_with(url), Vec::<String>::new());
}

/// Fails when it has not happened for so long that it never will.
#[track_caller]
pub(crate) fn wait_until(mut happened: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !happened() {
        assert!(Instant::now() < until, "it never happened");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A list of refs without end is cut off, and the processes with it. The flag is raised in the midst of the list.
fn a_server_that_talks_without_end() {
    let (listener, url) = silent();
    let flag = CancelFlag::new();
    let raise = flag.clone();
    let server = std::thread::spawn(move || {
        let mut stream = accept(&listener);
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n\
                    001e# service=git-upload-pack\n0000";
        stream.write_all(head.as_bytes()).unwrap();
        let line = "003dd670460b4b4aece5915caf5c68d12f560a9fe3e4 refs/heads/main\n";
        for _ in 0..100 {
            stream.write_all(line.repeat(1000).as_bytes()).unwrap();
        }
        raise.cancel();
        while stream.write_all(line.as_bytes()).is_ok() {}
    });
    let control = control().cancel_with(flag);
    let error = Remote::new(&url)
        .unwrap()
        .tip(&branch("main"), &control)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    server.join().unwrap();
    assert_eq!(processes_with(&url), Vec::<String>::new());
}
