//! The way to a server through another.

use std::fmt;

use crate::error::Error;
use crate::secret::Secret;
use crate::url::check_proxy;

/// A proxy for http and https URLs. What the environment says of proxies is then left aside.
///
/// ```
/// use tagwright_gitwrite::{Proxy, Remote};
///
/// let proxy = Proxy::new("http://proxy.example.com:3128")?.basic("bot", "password")?;
/// let remote = Remote::new("https://git.example.com/fleet.git")?.proxy(proxy);
/// # Ok::<(), tagwright_gitwrite::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    scheme: String,
    authority: String,
    login: Option<(String, Secret)>,
}

impl Proxy {
    /// `http://`, `https://`, `socks5://` (names are looked up here) or `socks5h://` (names are looked up there), a host,
    /// and mostly a port.
    ///
    /// # Errors
    ///
    /// `InvalidUrl` for other schemes, for credentials in the URL, for a path, and for a host that is none.
    pub fn new(url: &str) -> Result<Proxy, Error> {
        let (scheme, authority) = check_proxy(url)?;
        Ok(Proxy {
            scheme,
            authority,
            login: None,
        })
    }

    /// A user name and a password for the proxy.
    ///
    /// # Errors
    ///
    /// `InvalidCredentials` for a control character in either.
    pub fn basic(mut self, username: &str, password: impl Into<Secret>) -> Result<Proxy, Error> {
        let password = password.into();
        crate::credentials::check_line(&self.to_string(), &[username, password.expose()])?;
        self.login = Some((username.to_owned(), password));
        Ok(self)
    }

    pub(crate) fn scheme(&self) -> &str {
        &self.scheme
    }

    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) fn login(&self) -> Option<(&str, &str)> {
        let login = self.login.as_ref();
        login.map(|(user, password)| (user.as_str(), password.expose()))
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}
