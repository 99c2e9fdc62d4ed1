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
    // curl with GnuTLS, then with OpenSSL; alerts are the server's word on the certificate of the client.
    ("certificate verification failed", ErrorKind::Certificate),
    ("expiration date has passed", ErrorKind::Certificate),
    ("does not match target host name", ErrorKind::Certificate),
    ("tls fatal alert has been received", ErrorKind::Certificate),
    ("reading x.509 key or certificate", ErrorKind::Certificate),
    ("ssl certificate problem", ErrorKind::Certificate),
    ("certificate subject name", ErrorKind::Certificate),
    ("alert certificate", ErrorKind::Certificate),
    ("alert bad certificate", ErrorKind::Certificate),
    ("alert unknown ca", ErrorKind::Certificate),
    ("alert handshake failure", ErrorKind::Certificate),
    ("set private key file", ErrorKind::Certificate),
    ("load pem client certificate", ErrorKind::Certificate),
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

/// What git says of a connection by ssh that broke, whatever the reason.
const WHATEVER_SSH_SAID: &str = "Could not read from remote repository";

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
    let line = own_lines(stderr).find(decided);
    let line = line
        .filter(|line| !line.contains(WHATEVER_SSH_SAID))
        .or_else(|| before_git(stderr))
        .or_else(|| own_lines(stderr).next_back())
        .map(str::to_owned);
    let line = line.unwrap_or_else(|| server_lines(stderr).replace('\n', " "));
    let line = line
        .trim_start_matches("fatal: ")
        .trim_start_matches("error: ");
    let line = shortened(line, remote);
    (!line.is_empty()).then_some(line)
}

/// What stands right before git's last word on a broken connection: `ssh` says there what it was.
fn before_git(stderr: &str) -> Option<&str> {
    let lines: Vec<&str> = own_lines(stderr).collect();
    let last = lines
        .iter()
        .position(|line| line.contains(WHATEVER_SSH_SAID))?;
    Some(lines[last.checked_sub(1).unwrap_or(last)])
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
        ErrorKind::Certificate => {
            "the server's certificate is not one to trust, or it wants another of ours; \
             check its authority, name and dates, and the client certificate"
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

#[cfg(test)]
mod tests {
    use super::{before_git, classify};
    use crate::error::ErrorKind;

    #[test]
    fn what_ssh_says_stands_before_what_git_says() {
        let git = "fatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n";
        let refused = "ssh: connect to host 127.0.0.1 port 1: Connection refused";
        assert_eq!(before_git(&format!("{refused}\r\n{git}")), Some(refused));
        assert_eq!(before_git(git), git.lines().next(), "ssh may say nothing");
        assert_eq!(before_git("fatal: early EOF\n"), None);
    }

    #[test]
    fn words_of_tls_libraries() {
        let words = [
            "server certificate verification failed. CAfile: none CRLfile: none",
            "server certificate expiration date has passed.",
            "SSL: certificate subject name (127.0.0.1) does not match target host name '0.0.0.0'",
            "GnuTLS recv error (-12): A TLS fatal alert has been received.",
            "gnutls_handshake() failed: A TLS fatal alert has been received.",
            "error reading X.509 key or certificate file",
            "SSL certificate problem: unable to get local issuer certificate",
            "SSL certificate problem: self-signed certificate in certificate chain",
            "SSL certificate problem: certificate has expired",
            "SSL: no alternative certificate subject name matches target host name 'h'",
            "OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0",
            "error:0A000412:SSL routines::sslv3 alert bad certificate",
            "error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca",
            "unable to set private key file: 'k' type PEM",
            "could not load PEM client certificate from c, OpenSSL error error:05800074",
        ];
        for words in words {
            let text = format!("fatal: unable to access 'https://h/r/': {words}\n");
            assert_eq!(classify(&text), ErrorKind::Certificate, "{words}");
        }
        let other = "fatal: unable to access 'https://h/r/': gnutls_handshake() failed: An unexpected TLS packet was received.\n";
        assert_eq!(classify(other), ErrorKind::Unreachable);
    }
}
