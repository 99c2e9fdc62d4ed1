//! A push that is tried without pushing.

use tagwright_gitwrite::{
    Credentials, ErrorKind, InstalledGit, Rejection, RejectionReason, Remote, Secret,
};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, test};
use tagwright_testkit::servers::{HttpGit, Sshd};

use crate::support::{control, repository};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("trial::nothing_is_pushed", nothing_is_pushed),
        test("trial::of_an_empty_repository", of_an_empty_repository),
        test("trial::over_http", over_http),
        test("trial::over_http_that_is_read_only", read_only),
        test("trial::over_ssh", over_ssh),
        test("trial::of_what_is_not_there", not_there),
        test("trial::git_says_its_version", version),
    ]
}

/// A hook that would tell of a push by refusing it.
fn watched() -> BareRepository {
    let repository = repository(&[("a", "1")]);
    repository.hook("pre-receive", "#!/bin/sh\ntouch pushed\nexit 1\n");
    repository
}

#[track_caller]
fn tries(repository: &BareRepository, remote: &Remote) -> Option<Rejection> {
    let refs = || repository.git(&["for-each-ref"]);
    let objects = || repository.git(&["count-objects", "-v"]);
    let before = (refs(), objects());
    let answer = remote.try_push(&control()).unwrap();
    assert_eq!((refs(), objects()), before);
    assert!(!repository.path().join("pushed").exists());
    answer
}

fn nothing_is_pushed() {
    let repository = watched();
    let remote = Remote::new(&repository.url()).unwrap();
    assert_eq!(tries(&repository, &remote), None);
}

fn of_an_empty_repository() {
    let repository = BareRepository::new();
    let remote = Remote::new(&repository.url()).unwrap();
    assert_eq!(tries(&repository, &remote), None);
}

fn basic(server: &HttpGit, password: &str) -> Credentials {
    Credentials::Basic {
        username: server.user().to_owned(),
        password: Secret::new(password),
    }
}

fn over_http() -> TestResult {
    let repository = watched();
    let server = HttpGit::start(&repository)?;
    let remote = Remote::new(&server.url())?;
    let known = remote
        .clone()
        .credentials(basic(&server, server.password()));
    assert_eq!(tries(&repository, &known), None);
    let unknown = remote.credentials(basic(&server, "c4n4ry"));
    let error = unknown.try_push(&control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    assert!(!error.to_string().contains("c4n4ry"), "{error}");
    Ok(())
}

fn read_only() -> TestResult {
    let repository = watched();
    repository.git(&["config", "http.receivepack", "false"]);
    let server = HttpGit::start(&repository)?;
    let remote = Remote::new(&server.url())?.credentials(basic(&server, server.password()));
    let rejection = tries(&repository, &remote).expect("a refusal");
    assert_eq!(rejection.reason(), RejectionReason::Unauthorized);
    assert_eq!(rejection.reference(), "every push");
    let text = rejection.to_string();
    assert!(text.starts_with("every push was refused: "), "{text}");
    assert!(
        text.ends_with("The requested URL returned error: 403"),
        "{text}"
    );
    Ok(())
}

fn over_ssh() -> TestResult {
    let repository = watched();
    let server = Sshd::start()?;
    let credentials = Credentials::Ssh {
        private_key: Secret::new(server.private_key()),
        passphrase: None,
        known_hosts: server.known_hosts(),
    };
    let remote = Remote::new(&server.url(repository.path()))?.credentials(credentials);
    assert_eq!(tries(&repository, &remote), None);
    Ok(())
}

fn not_there() {
    let remote = Remote::new("/nonexistent/r.git").unwrap();
    let error = remote.try_push(&control()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RepositoryNotFound, "{error}");
}

fn version() {
    let git = InstalledGit::find(&control()).unwrap();
    assert!(git.path().is_absolute());
    let major = git.version().split('.').next().unwrap();
    assert!(major.parse::<u32>().unwrap() >= 2, "{git}");
    assert_eq!(
        git.to_string(),
        format!("git {} ({})", git.version(), git.path().display())
    );
}
