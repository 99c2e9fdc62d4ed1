//! A proxy in a Secret.

use gitwrite::Proxy;
use tagwright_gitwrite as gitwrite;
use tagwright_manifests::SecretKey;

use super::Lack;
use super::find::Found;

/// `address`, `username` and `password` of a proxy.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct ProxyLogin {
    pub(super) address: String,
    pub(super) login: Option<(String, String)>,
}

impl ProxyLogin {
    pub(super) fn of(found: &Found) -> Result<Self, Lack> {
        let username = found.optional(SecretKey::Username)?;
        let login = match username {
            Some(username) => {
                let password = found.optional(SecretKey::Password)?.unwrap_or_default();
                Some((username.to_owned(), password.to_owned()))
            }
            None => None,
        };
        Ok(Self {
            address: found.text(SecretKey::Address)?.to_owned(),
            login,
        })
    }

    pub(super) fn for_git(&self) -> Result<Proxy, gitwrite::Error> {
        let proxy = Proxy::new(&self.address)?;
        match &self.login {
            Some((username, password)) => proxy.basic(username, password.as_str()),
            None => Ok(proxy),
        }
    }
}
