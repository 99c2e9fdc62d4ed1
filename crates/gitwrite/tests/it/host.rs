//! What the host provides, or not: the program, the disk, its configuration; and what others on it can see.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tagwright_gitwrite::{CancelFlag, Credentials, Error, ErrorKind, InstalledGit, Remote, Secret};
use tagwright_testkit::harness::{Trial, test};

use crate::control::accept;
use crate::isolated::{assert_passes, command, isolated, tempfile};
use crate::support::{branch, control, push, repository, snapshot, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("host::has_no_git", has_no_git),
        test("host::has_an_old_git", has_an_old_git),
        test("host::has_a_git_that_fails", has_a_git_that_fails),
        test(
            "host::has_no_folder_for_temporary_files",
            has_no_folder_for_temporary_files,
        ),
        isolated("host::child", child),
        test("host::configuration_is_shut_out", configuration_is_shut_out),
        isolated("host::configured_child", configured_child),
        isolated(
            "host::secrets_are_in_no_process_list",
            secrets_are_in_no_process_list,
        ),
    ]
}

const OLD: &str = "#!/bin/sh\necho git version 2.20.1\n";
const FAILING: &str = "#!/bin/sh\ncase \"$*\" in version) echo git version 2.99;; *) echo 'fatal: a new\tfault' >&2; exit 3;; esac\n";

fn has_no_git() {
    in_path_of_its_own("no git");
}

fn has_an_old_git() {
    in_path_of_its_own("old git");
}

fn has_a_git_that_fails() {
    in_path_of_its_own("failing git");
}

/// Runs a case in a child with a `PATH` of one empty folder.
fn in_path_of_its_own(case: &str) {
    let (folder, bin) = (tempfile(), tempfile());
    let mut child = command("host::child", folder.path());
    child.env("PATH", bin.path());
    assert_passes(child.env("TAGWRIGHT_TEST_CASE", case));
}

/// Puts a `git` into the child's `PATH`. The child runs one test: were this done where other threads start processes,
/// one of these could hold the script open for writing, and it could not be run ("text file busy").
fn put_git(text: &str) {
    let file = PathBuf::from(std::env::var_os("PATH").unwrap()).join("git");
    fs::write(&file, text).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

fn has_no_folder_for_temporary_files() {
    let folder = tempfile();
    let mut child = command("host::child", &folder.path().join("absent"));
    assert_passes(child.env("TAGWRIGHT_TEST_CASE", "no folder"));
}

fn child() {
    let Ok(case) = std::env::var("TAGWRIGHT_TEST_CASE") else {
        return;
    };
    match case.as_str() {
        "old git" => put_git(OLD),
        "failing git" => put_git(FAILING),
        _ => {}
    }
    let error = Remote::new("/r")
        .unwrap()
        .tip(&branch("main"), &control())
        .unwrap_err();
    let (kind, text) = match case.as_str() {
        "no git" => (
            ErrorKind::GitNotFound,
            "the program git was not found in PATH; install git 2.32 or newer",
        ),
        "old git" => (
            ErrorKind::GitTooOld,
            "git 2.20.1 is too old; install git 2.32 or newer",
        ),
        "failing git" => (
            ErrorKind::GitFailed,
            "cannot list the refs of /r: git failed; git says: a new fault",
        ),
        _ => return assert_no_folder(&error),
    };
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, text));
    let found = InstalledGit::find(&control()).map(|git| git.version().to_owned());
    match case.as_str() {
        "failing git" => assert_eq!(found.as_deref().ok(), Some("2.99")),
        _ => assert_eq!(found.unwrap_err().to_string(), text),
    }
}

fn assert_no_folder(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Storage);
    let text = error.to_string();
    assert!(
        text.starts_with("cannot make a private folder: No such file or directory"),
        "{text}"
    );
    assert!(
        text.ends_with("; the folder for temporary files needs room and write access"),
        "{text}"
    );
}

/// A host whose configuration, environment and hooks would each break the run.
fn configuration_is_shut_out() {
    let (folder, home) = (tempfile(), tempfile());
    let hooks = home.path().join("hooks");
    fs::create_dir(&hooks).unwrap();
    fs::write(hooks.join("pre-push"), "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(hooks.join("pre-push"), fs::Permissions::from_mode(0o755)).unwrap();
    let settings = format!(
        "[core]\n\thooksPath = {:?}\n[url \"file:///nonexistent\"]\n\tinsteadOf = file:///\n[commit]\n\tgpgSign = true\n",
        hooks.display().to_string()
    );
    fs::write(home.path().join(".gitconfig"), settings).unwrap();
    let mut child = command("host::configured_child", folder.path());
    child
        .env("HOME", home.path())
        .env("GIT_DIR", "/nonexistent")
        .env("GIT_CONFIG_COUNT", "1");
    child
        .env("GIT_CONFIG_KEY_0", "protocol.allow")
        .env("GIT_CONFIG_VALUE_0", "never");
    child
        .env("GIT_SSH_COMMAND", "false")
        .env("GIT_TRACE", "1")
        .env("GIT_OBJECT_DIRECTORY", "/nonexistent");
    assert_passes(&mut child);
}

fn configured_child() {
    let repository = repository(&[("a", "1")]);
    let commit = crate::support::commit(&snapshot(&repository), &[write("a", "2")]);
    push(&commit, "main");
    assert_eq!(repository.read("main", "a"), b"2");
}

/// While `git` waits for a server, nobody on the host can read the secret from a process.
fn secrets_are_in_no_process_list() {
    let canary = format!("canary{}", std::process::id());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/r.git", listener.local_addr().unwrap());
    // What git gets as an argument cannot be hidden, so such a URL never comes as far as git.
    let refused = Remote::new(&format!("{url}?private_token={canary}")).unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains(&canary));
    let basic = Credentials::Basic {
        username: "u".to_owned(),
        password: Secret::new(canary.as_str()),
    };
    for credentials in [basic, Credentials::Bearer(Secret::new(canary.as_str()))] {
        let remote = Remote::new(&url).unwrap().credentials(credentials);
        let flag = CancelFlag::new();
        let control = control().cancel_with(flag.clone());
        let asked = std::thread::spawn(move || remote.tip(&branch("main"), &control).unwrap_err());
        let connection = accept(&listener);
        assert_eq!(processes_that_show(&canary), Vec::<String>::new());
        assert_ne!(processes_that_show(&url), Vec::<String>::new());
        flag.cancel();
        drop(connection);
        let error = asked.join().unwrap();
        assert!(!format!("{error} {error:?}").contains(&canary));
    }
}

/// The processes with a text in their arguments or environment, where the host tells these.
fn processes_that_show(text: &str) -> Vec<String> {
    let shows = |file: &Path| {
        fs::read(file).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text))
    };
    let processes = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let found = processes
        .filter(|process| shows(&process.join("cmdline")) || shows(&process.join("environ")));
    found
        .map(|process| process.display().to_string())
        .chain(crate::isolated::processes_with(text))
        .collect()
}
