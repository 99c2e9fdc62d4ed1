//! Who we are to the server.

use std::fmt;
use std::path::PathBuf;

use crate::error::{Error, ErrorKind};
use crate::secret::Secret;
use crate::url::{RemoteUrl, Scheme};

/// What is shown to the server.
///
/// `Debug` shows no user name, since tokens are handed over as one, too.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// Nothing.
    #[default]
    None,
    /// A user name and a password or access token, for http and https.
    Basic {
        /// The user name.
        username: String,
        /// The password or access token.
        password: Secret,
    },
    /// A token that is sent as `Authorization: Bearer`, for http and https.
    Bearer(Secret),
    /// A private key, for ssh.
    Ssh {
        /// The key in a format of OpenSSH or PEM. [`Secret::read`] takes it from a file.
        private_key: Secret,
        /// What opens the key, if it is encrypted. With a wrong one, the server is said to refuse the key. OpenSSH 8.4 or
        /// newer is needed then, and a folder for temporary files whose programs may be run.
        passphrase: Option<Secret>,
        /// Lines of a `known_hosts` file. A server with another key is refused.
        known_hosts: String,
    },
    /// The keys of an SSH agent, for ssh.
    SshAgent {
        /// The agent's socket; `None` is the one that `SSH_AUTH_SOCK` names when a command is run.
        socket: Option<PathBuf>,
        /// Lines of a `known_hosts` file. A server with another key is refused.
        known_hosts: String,
    },
}

impl Credentials {
    /// Fails when `git` would silently not use these credentials for the URL, or could not be told them.
    pub(crate) fn check(&self, url: &RemoteUrl) -> Result<(), Error> {
        match (self, url.scheme()) {
            (
                Credentials::Ssh {
                    private_key,
                    passphrase: None,
                    ..
                },
                Scheme::Ssh,
            ) if is_encrypted(private_key.expose()) => Err(misfit(
                url,
                "the private key is encrypted, and there is no passphrase; hand it over",
            )),
            (Credentials::Ssh { .. } | Credentials::SshAgent { .. }, Scheme::Ssh) => Ok(()),
            (_, Scheme::Ssh) => Err(misfit(
                url,
                "an ssh URL needs a private key and known hosts; hand them over",
            )),
            (Credentials::Ssh { .. } | Credentials::SshAgent { .. }, _) => Err(misfit(
                url,
                "a private key fits ssh URLs only; hand over a user name and a password, or a token",
            )),
            (Credentials::None, _) => Ok(()),
            (_, Scheme::File) => Err(misfit(
                url,
                "a repository on disk takes none; leave them out",
            )),
            (_, Scheme::Git) => Err(misfit(url, "a git URL takes none; leave them out")),
            (Credentials::Basic { username, password }, _)
                if username.is_empty() && password.expose().is_empty() =>
            {
                Err(misfit(
                    url,
                    "the user name and the password are empty; hand one over, or no credentials",
                ))
            }
            (Credentials::Bearer(token), _) if token.expose().trim().is_empty() => Err(misfit(
                url,
                "the token is empty; hand one over, or no credentials",
            )),
            (Credentials::Basic { username, password }, _) => {
                check_line(url.as_str(), &[username, password.expose()])
                    .map_err(|error| error.at(url))
            }
            (Credentials::Bearer(token), _) => {
                check_line(url.as_str(), &[token.expose()]).map_err(|error| error.at(url))
            }
        }
    }

    /// The texts that must not stand in any message.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self {
            Credentials::None | Credentials::SshAgent { .. } => (None, None),
            Credentials::Basic { username, password } => {
                let token = is_token(username, password.expose()).then_some(username.as_str());
                (Some(password.expose()), token)
            }
            Credentials::Bearer(token) => (Some(token.expose()), None),
            Credentials::Ssh {
                private_key,
                passphrase,
                ..
            } => (
                Some(private_key.expose()),
                passphrase.as_ref().map(Secret::expose),
            ),
        };
        let secrets = first.into_iter().chain(second);
        secrets.filter(|text| !text.is_empty())
    }
}

/// Forges take a token as the user name, with no password or one that says so. A name as short as `git` is none.
pub(crate) fn is_token(username: &str, password: &str) -> bool {
    username.len() >= 8 && ["", "x-oauth-basic", "oauth2"].contains(&password)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named =
            |f: &mut fmt::Formatter<'_>, name: &str| f.debug_struct(name).finish_non_exhaustive();
        match self {
            Credentials::None => f.write_str("None"),
            Credentials::Basic { .. } => named(f, "Basic"),
            Credentials::Bearer(_) => named(f, "Bearer"),
            Credentials::Ssh { .. } => named(f, "Ssh"),
            Credentials::SshAgent { .. } => named(f, "SshAgent"),
        }
    }
}

/// Without its passphrase `ssh` passes such a key by, and the server is said to have refused it.
fn is_encrypted(private_key: &str) -> bool {
    /// `openssh-key-v1`, and the cipher's name: `none`.
    const OPEN: &str = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU";
    let body = private_key.split_once("-----BEGIN OPENSSH PRIVATE KEY-----");
    body.map_or_else(
        || private_key.contains("ENCRYPTED"),
        |(_, body)| {
            body.trim_start().starts_with("b3BlbnNzaC1") && !body.trim_start().starts_with(OPEN)
        },
    )
}

/// A line break would end the line of the file that tells it to `git`, or add a header to the request.
pub(crate) fn check_line(server: &str, texts: &[&str]) -> Result<(), Error> {
    if texts.iter().any(|text| text.contains(char::is_control)) {
        let what = "a line break or another control character stands in them; remove it";
        Err(unusable(server, what))
    } else {
        Ok(())
    }
}

pub(crate) fn misfit(url: &RemoteUrl, what: &str) -> Error {
    unusable(url.as_str(), what).at(url)
}

fn unusable(server: &str, what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidCredentials,
        format!("unusable credentials for {server}: {what}"),
    )
}
