//! From git's words to an error.

use super::process::Finished;
use super::text::{clean, own_lines, server_lines};
use crate::error::{Error, ErrorKind};
use crate::remote::Remote;
use crate::url::Scheme;

/// What `git`, `ssh` and the servers say in the C locale, in the order in which the first that fits decides: the last
/// words of a failed SSH login, for one, are "Could not read from remote repository", as are those of a lost network.
const PHRASES: &[(&str, ErrorKind)] = &[
    ("host key verification failed", ErrorKind::HostKey),
    ("incorrect passphrase", ErrorKind::InvalidCredentials),
    ("error in libcrypto", ErrorKind::InvalidCredentials),
    ("\": invalid format", ErrorKind::InvalidCredentials),
    ("does not support push options", ErrorKind::InvalidPush),
    ("dubious ownership", ErrorKind::Unauthorized),
    ("no matching host key type", ErrorKind::HostKey),
    ("couldn't find remote ref", ErrorKind::RefNotFound),
    ("not our ref", ErrorKind::RefNotFound),
    ("unadvertised object", ErrorKind::RefNotFound),
    ("authentication failed", ErrorKind::Unauthorized),
    ("could not read username", ErrorKind::Unauthorized),
    ("could not read password", ErrorKind::Unauthorized),
    ("permission denied (", ErrorKind::Unauthorized),
    ("returned error: 401", ErrorKind::Unauthorized),
    ("returned error: 403", ErrorKind::Unauthorized),
    (
        "does not appear to be a git repository",
        ErrorKind::RepositoryNotFound,
    ),
    ("' not found", ErrorKind::RepositoryNotFound),
    ("repository not found", ErrorKind::RepositoryNotFound),
    (
        "could not be found or you don't have permission",
        ErrorKind::RepositoryNotFound,
    ),
    ("no space left on device", ErrorKind::Storage),
    ("disk quota exceeded", ErrorKind::Storage),
    (
        "could not read from remote repository",
        ErrorKind::Unreachable,
    ),
    ("unable to access", ErrorKind::Unreachable),
    ("unable to connect", ErrorKind::Unreachable),
    ("hung up unexpectedly", ErrorKind::Unreachable),
    ("unexpected disconnect", ErrorKind::Unreachable),
    ("early eof", ErrorKind::Unreachable),
    ("rpc failed", ErrorKind::Unreachable),
    (
        "not valid: is this a git repository",
        ErrorKind::Unreachable,
    ),
    ("protocol error", ErrorKind::Unreachable),
    ("expected flush", ErrorKind::Unreachable),
];

/// One line of a message, in characters.
const MAX_WORDS: usize = 300;

/// The error for a command that failed. `action` completes "cannot ...".
pub(super) fn explain(action: &str, remote: &Remote, finished: &Finished) -> Error {
    let stderr = String::from_utf8_lossy(&finished.stderr);
    let kind = classify(&stderr);
    let url = remote.location();
    let words = words(kind, &stderr, remote).unwrap_or_else(|| finished.status.to_string());
    Error::new(
        kind,
        format!(
            "cannot {action} {url}: {}; git says: {words}",
            advice(kind, url.scheme())
        ),
    )
    .at(url)
}

/// Whether the server wants other credentials: not when it knows them well and lets them do less (403).
pub(super) fn is_refused(finished: &Finished) -> bool {
    let stderr = String::from_utf8_lossy(&finished.stderr);
    !finished.status.success()
        && classify(&stderr) == ErrorKind::Unauthorized
        && !own_lines(&stderr).any(|line| line.contains("returned error: 403"))
}

fn classify(stderr: &str) -> ErrorKind {
    let lower: Vec<String> = own_lines(stderr).map(str::to_lowercase).collect();
    let said = |phrase: &str| lower.iter().any(|line| line.contains(phrase));
    PHRASES
        .iter()
        .find(|(phrase, _)| said(phrase))
        .map_or(ErrorKind::GitFailed, |(_, kind)| *kind)
}

/// The line that decided, or the last one, and failing that what the server said.
fn words(kind: ErrorKind, stderr: &str, remote: &Remote) -> Option<String> {
    let decided = |line: &&str| {
        let line = line.to_lowercase();
        PHRASES
            .iter()
            .any(|(phrase, of)| *of == kind && line.contains(phrase))
    };
    let line = own_lines(stderr)
        .find(decided)
        .or_else(|| own_lines(stderr).next_back())
        .map(str::to_owned);
    let line = line.unwrap_or_else(|| server_lines(stderr).replace('\n', " "));
    let line = line
        .trim_start_matches("fatal: ")
        .trim_start_matches("error: ");
    let line = shortened(line, remote);
    (!line.is_empty()).then_some(line)
}

/// The first of a failed command's words, for the log.
pub(super) fn first_line(finished: &Finished, remote: &Remote) -> String {
    let stderr = String::from_utf8_lossy(&finished.stderr);
    let line = stderr.lines().find(|line| !line.trim().is_empty());
    shortened(line.unwrap_or_default(), remote)
}

fn shortened(line: &str, remote: &Remote) -> String {
    let line = clean(line, &remote.secrets());
    line.chars().take(MAX_WORDS).collect()
}

fn advice(kind: ErrorKind, scheme: Scheme) -> &'static str {
    match kind {
        ErrorKind::RepositoryNotFound if scheme == Scheme::File => {
            "there is no git repository at this path; check it"
        }
        ErrorKind::Unauthorized if scheme == Scheme::File => {
            "the repository belongs to another user; run as that user or use a copy"
        }
        ErrorKind::Unreachable if scheme == Scheme::File => {
            "git broke off there; check the repository with git fsck"
        }
        ErrorKind::HostKey => {
            "the host key is not the known one; add the right line of known_hosts"
        }
        ErrorKind::InvalidCredentials => {
            "the private key cannot be used; check it and its passphrase"
        }
        ErrorKind::RefNotFound => "there is no such ref; create it or name another",
        ErrorKind::Unauthorized => {
            "the server refuses the credentials; check them and their rights"
        }
        ErrorKind::RepositoryNotFound => {
            "there is no such repository for these credentials; check the URL"
        }
        ErrorKind::InvalidPush => "the server takes no push options; leave them out",
        ErrorKind::Storage => "the disk is full; free some room",
        ErrorKind::Unreachable => {
            "the server does not answer as a git server; check the URL and the network"
        }
        _ => "git failed",
    }
}
