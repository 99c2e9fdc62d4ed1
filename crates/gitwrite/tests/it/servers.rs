//! Real servers: `git http-backend` behind Apache, `sshd`.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;

use tagwright_gitwrite::{
    CancelFlag, Credentials, ErrorKind, Push, PushOutcome, RejectionReason, Remote, Secret,
};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, test};
use tagwright_testkit::servers::{GitDaemon, HttpGit, Sshd};

use crate::control::{accept, wait_until};
use crate::support::{PATIENCE, branch, commit, control, push, repository, write};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("servers::http_that_is_read_only", http_that_is_read_only),
        test("servers::http_with_a_token", http_with_a_token),
        test("servers::http_with_a_password", http_with_a_password),
        test(
            "servers::http_with_a_wrong_password",
            http_with_a_wrong_password,
        ),
        test(
            "servers::http_that_works_on_after_a_cancellation",
            http_that_works_on_after_a_cancellation,
        ),
        test(
            "servers::http_without_the_repository",
            http_without_the_repository,
        ),
        test(
            "servers::https_with_its_own_authority",
            https_with_its_own_authority,
        ),
        test("servers::a_git_daemon", a_git_daemon),
        test("servers::ssh_with_a_key", ssh_with_a_key),
        test(
            "servers::ssh_with_an_unknown_host",
            ssh_with_an_unknown_host,
        ),
        test("servers::ssh_with_a_wrong_key", ssh_with_a_wrong_key),
        test(
            "servers::ssh_without_the_repository",
            ssh_without_the_repository,
        ),
    ]
}

/// The whole way, and again: an update, then nothing to do.
#[track_caller]
pub(crate) fn assert_works(remote: &Remote, repository: &BareRepository) {
    let snapshot = remote.snapshot(&branch("main"), &control()).unwrap();
    let mut seen = Vec::new();
    let visitor = |entry: tagwright_gitwrite::Entry<'_>| {
        seen.push(entry.path.to_owned());
        ControlFlow::Continue(())
    };
    snapshot.visit(|_| true, 100, visitor, &control()).unwrap();
    assert_eq!(seen, ["a", "b/c"]);
    let first = commit(&snapshot, &[write("b/c", "new")]);
    let pushed = PushOutcome::Pushed {
        id: *first.id(),
        branch: "main".to_owned(),
        refused: Vec::new(),
    };
    assert_eq!(push(&first, "main"), pushed);
    assert_eq!(push(&first, "main"), PushOutcome::UpToDate);
    assert_eq!(repository.tip("main"), Some(first.id().to_string()));
    let late = commit(&snapshot, &[write("b/c", "late")]);
    assert_eq!(
        push(&late, "main"),
        PushOutcome::Stale {
            found: Some(*first.id())
        }
    );
    assert_eq!(
        remote.tip(&branch("main"), &control()).unwrap(),
        Some(*first.id())
    );
    repository.git(&["fsck", "--full", "--strict"]);
}

fn basic(username: &str, password: &str) -> Credentials {
    Credentials::Basic {
        username: username.to_owned(),
        password: Secret::new(password),
    }
}

fn two_files() -> BareRepository {
    repository(&[("a", "1"), ("b/c", "2")])
}

fn http_with_a_password() -> TestResult {
    let repository = two_files();
    let server = HttpGit::start(&repository)?;
    let remote = Remote::new(&server.url())?.credentials(basic(server.user(), server.password()));
    assert_works(&remote, &repository);
    Ok(())
}

/// Unlike a repository on this disk, a server cannot be ended with the push: its hooks go on, before the branch moves and
/// after.
fn http_that_works_on_after_a_cancellation() -> TestResult {
    for (hook, arrived) in [("pre-receive", false), ("post-receive", true)] {
        let repository = two_files();
        let server = HttpGit::start(&repository)?;
        let remote =
            Remote::new(&server.url())?.credentials(basic(server.user(), server.password()));
        let wait = "i=0; while [ ! -e go ] && [ $i -lt 3000 ]; do sleep 0.1; i=$((i+1)); done";
        repository.hook(hook, &format!("#!/bin/sh\n: > reached\n{wait}\n"));
        let snapshot = remote.snapshot(&branch("main"), &control())?;
        let commit = commit(&snapshot, &[write("a", "new")]);
        let flag = CancelFlag::new();
        let pushed = std::thread::scope(|scope| {
            scope.spawn(|| {
                wait_until(|| repository.path().join("reached").exists());
                flag.cancel();
            });
            let control = control().cancel_with(flag.clone());
            let control = control.ask_afterwards(PATIENCE);
            commit.push(&Push::to_branch("main").unwrap(), &control)
        });
        match pushed {
            Ok(outcome) => assert!(arrived, "{hook}: {outcome:?}"),
            Err(error) => assert!(!arrived && error.may_have_arrived(), "{hook}: {error}"),
        }
        std::fs::write(repository.path().join("go"), "")?;
        let id = Some(commit.id().to_string());
        wait_until(|| repository.tip("main") == id);
        assert_eq!(repository.tip("main"), id, "{hook}");
    }
    Ok(())
}

fn http_with_a_wrong_password() -> TestResult {
    let repository = two_files();
    let server = HttpGit::start(&repository)?;
    for credentials in [
        Credentials::None,
        basic(server.user(), "hunter2"),
        Credentials::Bearer(Secret::new("hunter2")),
    ] {
        let remote = Remote::new(&server.url())?.credentials(credentials);
        let error = remote.snapshot(&branch("main"), &control()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
        let start = format!(
            "cannot fetch branch 'main' from {}: the server refuses the credentials; check them and their rights; git says: ",
            server.url()
        );
        assert!(error.to_string().starts_with(&start), "{error}");
        assert!(!error.to_string().contains("hunter2"));
    }
    Ok(())
}

fn http_without_the_repository() -> TestResult {
    let repository = two_files();
    let server = HttpGit::start(&repository)?;
    let remote = Remote::new(&format!("{}x", server.url()))?
        .credentials(basic(server.user(), server.password()));
    let error = remote.tip(&branch("main"), &control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RepositoryNotFound, "{error}");
    Ok(())
}

fn https_with_its_own_authority() -> TestResult {
    let repository = two_files();
    let server = HttpGit::start_tls(&repository)?;
    let remote = Remote::new(&server.url())?.credentials(basic(server.user(), server.password()));
    let error = remote.tip(&branch("main"), &control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
    let start = format!(
        "cannot list the refs of {}: the server's certificate is not one to trust, or it wants another of ours; \
         check its authority, name and dates, and the client certificate; git says: unable to access ",
        server.url()
    );
    assert!(error.to_string().starts_with(&start), "{error}");
    let authority = server.ca_certificate().expect("it serves over TLS");
    // The same address by another name than that in the certificate.
    let other = server.url().replace("127.0.0.1", "0.0.0.0");
    let other = Remote::new(&other)?.ca_certificate_pem(authority)?;
    let error = other.tip(&branch("main"), &control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
    assert_works(&remote.ca_certificate_pem(authority)?, &repository);
    Ok(())
}

fn ssh(server: &Sshd) -> Credentials {
    Credentials::Ssh {
        private_key: Secret::new(server.private_key()),
        passphrase: None,
        known_hosts: server.known_hosts(),
    }
}

/// A login costs more than all else here, so this is the shortest way through.
fn ssh_with_a_key() -> TestResult {
    let repository = two_files();
    let server = Sshd::start()?;
    let remote = Remote::new(&server.url(repository.path()))?.credentials(ssh(&server));
    let snapshot = remote.snapshot(&branch("main"), &control())?;
    let commit = commit(&snapshot, &[write("b/c", "new")]);
    let expected = PushOutcome::Pushed {
        id: *commit.id(),
        branch: "main".to_owned(),
        refused: Vec::new(),
    };
    assert_eq!(push(&commit, "main"), expected);
    assert_eq!(repository.read("main", "b/c"), b"new");
    Ok(())
}

fn ssh_with_an_unknown_host() -> TestResult {
    let repository = two_files();
    let server = Sshd::start()?;
    let other = Sshd::start()?;
    for known_hosts in [String::new(), other.known_hosts()] {
        let credentials = Credentials::Ssh {
            private_key: Secret::new(server.private_key()),
            passphrase: None,
            known_hosts,
        };
        let remote = Remote::new(&server.url(repository.path()))?.credentials(credentials);
        let error = remote.tip(&branch("main"), &control()).unwrap_err();
        let text = format!(
            "cannot list the refs of {}: the host key is not the known one; add the right line of known_hosts; \
             git says: Host key verification failed.",
            server.url(repository.path())
        );
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::HostKey, text)
        );
    }
    Ok(())
}

fn ssh_with_a_wrong_key() -> TestResult {
    let repository = two_files();
    let server = Sshd::start()?;
    let other = Sshd::start()?;
    for (key, kind) in [
        (other.private_key(), ErrorKind::Unauthorized),
        ("no key at all".to_owned(), ErrorKind::InvalidCredentials),
    ] {
        let credentials = Credentials::Ssh {
            private_key: Secret::new(key),
            passphrase: None,
            known_hosts: server.known_hosts(),
        };
        let remote = Remote::new(&server.url(repository.path()))?.credentials(credentials);
        let error = remote.tip(&branch("main"), &control()).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
    Ok(())
}

fn ssh_without_the_repository() -> TestResult {
    let server = Sshd::start()?;
    let remote = Remote::new(&server.url("/nonexistent/r.git"))?.credentials(ssh(&server));
    let error = remote.tip(&branch("main"), &control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RepositoryNotFound, "{error}");
    Ok(())
}

fn http_that_is_read_only() -> TestResult {
    let repository = two_files();
    repository.git(&["config", "http.receivepack", "false"]);
    let before = repository.tip("main");
    let server = HttpGit::start(&repository)?;
    let remote = Remote::new(&server.url())?.credentials(basic(server.user(), server.password()));
    let snapshot = remote.snapshot(&branch("main"), &control())?;
    let PushOutcome::Rejected(rejection) = push(&commit(&snapshot, &[write("a", "2")]), "main")
    else {
        panic!("not rejected")
    };
    assert_eq!(
        rejection.reason(),
        RejectionReason::Unauthorized,
        "{rejection}"
    );
    assert_eq!(rejection.reference(), "refs/heads/main");
    assert_eq!(repository.tip("main"), before);
    Ok(())
}

/// A server of one answer, which tells what it was asked with.
fn http_with_a_token() -> TestResult {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/r.git", listener.local_addr()?);
    let server = std::thread::spawn(move || {
        let mut stream = accept(&listener);
        let lines = BufReader::new(stream.try_clone().unwrap())
            .lines()
            .map_while(Result::ok);
        let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        stream
            .write_all(
                b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            )
            .unwrap();
        head
    });
    let token = "a\"b\\c #;d";
    let remote = Remote::new(&url)?.credentials(Credentials::Bearer(Secret::new(token)));
    let error = remote.tip(&branch("main"), &control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    let head = server.join().unwrap();
    assert!(
        head.contains(&format!("Authorization: Bearer {token}")),
        "{head:?}"
    );
    Ok(())
}

fn a_git_daemon() -> TestResult {
    let repository = two_files();
    let server = GitDaemon::start(&repository)?;
    assert_works(&Remote::new(&server.url())?, &repository);
    Ok(())
}
