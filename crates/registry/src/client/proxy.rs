use url::Url;

use super::endpoint::origin;
use crate::error::{Error, Kind};
use crate::secret::Secret;

/// The proxy that the caller gave. No `Debug`: the URL may hold a password.
#[derive(Clone, Default)]
pub(crate) struct GivenProxy {
    pub(crate) url: Option<String>,
    pub(crate) login: Option<(String, Secret)>,
    /// As in `NO_PROXY`.
    pub(crate) except: String,
}

impl GivenProxy {
    pub(crate) fn build(&self) -> Result<Option<reqwest::Proxy>, Error> {
        let Some(url) = &self.url else {
            return Ok(None);
        };
        check(url)?;
        let proxy = reqwest::Proxy::all(url).map_err(|_| no_url())?;
        let proxy = proxy.no_proxy(reqwest::NoProxy::from_string(&self.except));
        Ok(Some(match &self.login {
            Some((user, password)) => proxy.basic_auth(user, password.expose()),
            None => proxy,
        }))
    }
}

/// The proxy that requests go through, as errors name it.
pub(crate) struct Named {
    /// Without its login.
    address: String,
    /// Whether it is asked for all hosts.
    always: bool,
}

impl GivenProxy {
    pub(crate) fn named(&self) -> Option<Named> {
        let url = Url::parse(self.url.as_ref()?).ok()?;
        Some(Named {
            address: origin(&url),
            always: self.except.is_empty(),
        })
    }
}

/// Who stands between: the given proxy, or one of the environment, if it is known that there is one. Over TLS the
/// failure says so.
pub(crate) fn before(given: Option<&Named>, tunnel: bool) -> Option<String> {
    match given {
        Some(given) if tunnel || given.always => Some(format!("the proxy {}", given.address)),
        Some(_) => None,
        None => tunnel.then(|| "the environment's proxy".to_owned()),
    }
}

fn check(url: &str) -> Result<(), Error> {
    let url = Url::parse(url).map_err(|_| no_url())?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(()),
        "socks4" | "socks4a" | "socks5" | "socks5h" => Err(Error::new(
            Kind::Config,
            format!("a proxy that speaks {}", url.scheme()),
            "give one that speaks HTTP",
        )),
        _ => Err(no_url()),
    }
}

fn no_url() -> Error {
    Error::new(
        Kind::Config,
        "a proxy that is no URL of HTTP",
        "write it as http://host:port",
    )
}
