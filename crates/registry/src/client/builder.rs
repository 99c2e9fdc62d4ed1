use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::cache::Cache;
use super::exchange::Shared;
use super::hosts::Hosts;
use super::limits::Limits;
use super::session::Sessions;
use super::{Client, tls};
use crate::error::{Error, Kind};
use crate::host;
use crate::keychain::{Anonymous, Keychain};

/// Configures a [`Client`].
#[derive(Clone)]
pub struct ClientBuilder {
    keychain: Arc<dyn Keychain>,
    plain_http: BTreeSet<String>,
    roots: Vec<Vec<u8>>,
    user_agent: String,
    limits: Limits,
    page_size: usize,
    concurrency: usize,
    proxies: bool,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            keychain: Arc::new(Anonymous),
            plain_http: BTreeSet::new(),
            roots: Vec::new(),
            user_agent: concat!("tagwright-registry/", env!("CARGO_PKG_VERSION")).to_owned(),
            limits: Limits::default(),
            page_size: 1000,
            concurrency: 8,
            proxies: true,
        }
    }

    /// Where credentials come from; nowhere by default.
    pub fn keychain(&mut self, keychain: impl Keychain + 'static) -> &mut Self {
        self.keychain = Arc::new(keychain);
        self
    }

    /// Speaks plain HTTP to this `host[:port]`, spelled as in references. All others get HTTPS, loopback
    /// too. May be called for several hosts.
    pub fn plain_http(&mut self, host: impl AsRef<str>) -> &mut Self {
        self.plain_http
            .insert(host::canonical(host.as_ref()).to_owned());
        self
    }

    /// Trusts the certificates of a PEM file besides the system's roots. May be called several times.
    pub fn root_certificate_pem(&mut self, pem: impl AsRef<[u8]>) -> &mut Self {
        self.roots.push(pem.as_ref().to_vec());
        self
    }

    /// The `User-Agent` of every request.
    pub fn user_agent(&mut self, user_agent: &str) -> &mut Self {
        user_agent.clone_into(&mut self.user_agent);
        self
    }

    /// How much is taken from a registry and how long it is waited for.
    pub fn limits(&mut self, limits: Limits) -> &mut Self {
        self.limits = limits;
        self
    }

    /// How many tags are asked for at a time; 1000 by default, what go-containerregistry asks for. A
    /// registry that refuses the number is asked for pages of its own size.
    pub fn page_size(&mut self, tags: usize) -> &mut Self {
        self.page_size = tags;
        self
    }

    /// How many requests run against one host at the same time; 8 by default.
    pub fn concurrency_per_host(&mut self, requests: usize) -> &mut Self {
        self.concurrency = requests;
        self
    }

    /// Whether `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (or the system's settings, on
    /// Windows and macOS) are obeyed; they are by default.
    pub fn environment_proxies(&mut self, obey: bool) -> &mut Self {
        self.proxies = obey;
        self
    }

    /// Checks the configuration and makes the client.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): a certificate file that holds no certificate, a user agent
    /// with a line break, a page size, a number of attempts or a concurrency of zero.
    pub fn build(&self) -> Result<Client, Error> {
        self.check_numbers()?;
        Ok(Client(Arc::new(Shared {
            http: self.http()?,
            keychain: Arc::clone(&self.keychain),
            plain_http: self.plain_http.clone(),
            limits: self.limits.clone(),
            page_size: self.page_size,
            hosts: Hosts::new(self.concurrency),
            sessions: Sessions::default(),
            // An index leads to several manifests, a manifest to one config.
            manifests: Cache::new(self.limits.cache_bytes / 2),
            configs: Cache::new(self.limits.cache_bytes / 2),
        })))
    }

    fn check_numbers(&self) -> Result<(), Error> {
        let numbers = [
            ("page size", self.page_size),
            ("concurrency per host", self.concurrency),
            ("number of attempts", self.limits.attempts),
        ];
        match numbers.into_iter().find(|(_, number)| *number == 0) {
            Some((name, _)) => Err(Error::new(
                Kind::Config,
                format!("a {name} of 0"),
                "give 1 or more",
            )),
            None => Ok(()),
        }
    }

    fn http(&self) -> Result<reqwest::Client, Error> {
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(&self.roots)?)
            .user_agent(self.header()?)
            .connect_timeout(self.limits.connect_timeout)
            // Redirects are followed by `exchange`, which knows what may go where.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        let builder = if self.proxies {
            builder
        } else {
            builder.no_proxy()
        };
        builder.build().map_err(|_| {
            Error::new(
                Kind::Config,
                "the HTTP client cannot be set up",
                "check the proxy settings",
            )
        })
    }

    fn header(&self) -> Result<reqwest::header::HeaderValue, Error> {
        self.user_agent.parse().map_err(|_| {
            let found = "a user agent that is no header value";
            Error::new(Kind::Config, found, "use printable characters on one line")
        })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("keychain", &self.keychain)
            .field("plain_http", &self.plain_http)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
