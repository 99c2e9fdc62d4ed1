use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

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

/// Through whom requests go, as errors name it: the rules by which the HTTP client chooses, which does not tell.
pub(crate) struct Ways(Option<Matcher>);

impl Ways {
    /// With a given proxy, or else those of the environment if they are obeyed.
    pub(crate) fn new(given: &GivenProxy, environment: bool) -> Self {
        Self(match &given.url {
            Some(url) => {
                let except = given.except.clone();
                Some(Matcher::builder().all(url.clone()).no(except).build())
            }
            None => environment.then(Matcher::from_system),
        })
    }

    /// The proxy before a host, without its login.
    pub(crate) fn before(&self, origin: &str) -> Option<String> {
        let proxy = self.0.as_ref()?.intercept(&origin.parse().ok()?)?;
        let (scheme, host) = (proxy.uri().scheme_str()?, proxy.uri().host()?);
        let port = proxy.uri().port_u16().map(|port| format!(":{port}"));
        Some(format!(
            "the proxy {scheme}://{host}{}",
            port.unwrap_or_default()
        ))
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
