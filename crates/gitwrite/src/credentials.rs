//! Who we are to the server.

use crate::error::{Error, ErrorKind};
use crate::secret::Secret;
use crate::url::{RemoteUrl, Scheme};

/// What is shown to the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
        /// The key in a format of OpenSSH or PEM, without a passphrase.
        private_key: Secret,
        /// Lines of a `known_hosts` file. A server with another key is refused.
        known_hosts: String,
    },
}

impl Credentials {
    /// Fails when `git` would silently not use these credentials for the URL, or could not be told them.
    pub(crate) fn check(&self, url: &RemoteUrl) -> Result<(), Error> {
        match (self, url.scheme()) {
            (Credentials::Ssh { .. }, Scheme::Ssh) => Ok(()),
            (_, Scheme::Ssh) => Err(misfit(
                url,
                "an ssh URL needs a private key and known hosts; use Credentials::Ssh",
            )),
            (Credentials::Ssh { .. }, _) => Err(misfit(
                url,
                "a private key fits ssh URLs only; use Credentials::Basic",
            )),
            (Credentials::None, _) => Ok(()),
            (_, Scheme::File) => Err(misfit(
                url,
                "a repository on disk takes none; use Credentials::None",
            )),
            (_, Scheme::Http | Scheme::Https) => self.check_text(url),
        }
    }

    /// A line break would end the line of the file that tells it to `git`, or add a header to the request.
    fn check_text(&self, url: &RemoteUrl) -> Result<(), Error> {
        let broken = |text: &str| text.contains(char::is_control);
        let found = match self {
            Credentials::Basic { username, password } => {
                broken(username) || broken(password.expose())
            }
            Credentials::Bearer(token) => broken(token.expose()),
            Credentials::None | Credentials::Ssh { .. } => false,
        };
        if found {
            Err(misfit(
                url,
                "a line break or another control character stands in them; remove it",
            ))
        } else {
            Ok(())
        }
    }

    /// The texts that must not stand in any message.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let secret = match self {
            Credentials::None => None,
            Credentials::Basic { password, .. } => Some(password),
            Credentials::Bearer(token) => Some(token),
            Credentials::Ssh { private_key, .. } => Some(private_key),
        };
        secret
            .map(Secret::expose)
            .filter(|text| !text.is_empty())
            .into_iter()
    }
}

fn misfit(url: &RemoteUrl, what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidCredentials,
        format!("unusable credentials for {url}: {what}"),
    )
    .at(url)
}
