use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::Client;
use super::cache::Cache;
use super::exchange::Shared;
use super::hosts::Hosts;
use super::limits::Limits;
use super::places::Places;
use super::proxy::{GivenProxy, Ways};
use super::session::Sessions;
use super::tls::{Identity, Tls};
use super::usage::Counters;
use crate::error::{Error, Kind};
use crate::host;
use crate::keychain::{Anonymous, Keychain};
use crate::login;
use crate::secret::Secret;

/// Configures a [`Client`].
#[derive(Clone)]
pub struct ClientBuilder {
    keychain: Arc<dyn Keychain>,
    plain_http: BTreeSet<String>,
    tls: Tls,
    proxy: GivenProxy,
    places: Places,
    user_agent: String,
    limits: Limits,
    page_size: usize,
    concurrency: usize,
    concurrency_per_host: usize,
    requests_per_second: Option<u32>,
    proxies: bool,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            keychain: Arc::new(Anonymous),
            plain_http: BTreeSet::new(),
            tls: Tls::default(),
            proxy: GivenProxy::default(),
            places: Places::default(),
            user_agent: concat!("tagwright-registry/", env!("CARGO_PKG_VERSION")).to_owned(),
            limits: Limits::default(),
            page_size: 1000,
            concurrency: 64,
            concurrency_per_host: 8,
            requests_per_second: None,
            proxies: true,
        }
    }

    /// Where credentials come from; nowhere by default.
    pub fn keychain(&mut self, keychain: impl Keychain + 'static) -> &mut Self {
        self.keychain = Arc::new(keychain);
        self
    }

    /// Speaks plain HTTP to this `host[:port]`, spelled as in references, without a scheme. All others get HTTPS,
    /// loopback too. May be called for several hosts.
    pub fn plain_http(&mut self, host: impl AsRef<str>) -> &mut Self {
        self.plain_http
            .insert(host::canonical(host.as_ref()).to_owned());
        self
    }

    /// Trusts the certificates of a PEM file besides the system's roots. May be called several times.
    pub fn root_certificate_pem(&mut self, pem: impl AsRef<[u8]>) -> &mut Self {
        self.tls.roots.push(pem.as_ref().to_vec());
        self
    }

    /// Whether the certificates of the system are trusted; they are by default. Without them those given by
    /// [`root_certificate_pem`](Self::root_certificate_pem) are all that is.
    pub fn system_roots(&mut self, trust: bool) -> &mut Self {
        self.tls.system_roots = trust;
        self
    }

    /// Shows this certificate to servers that ask for one: PEM files of the certificate, with those of the
    /// authorities between it and the root behind it, and of its private key, which is not encrypted. Both may be
    /// one file.
    ///
    /// It is shown to every host that asks, token servers and mirrors too; it gives nothing away but the name in it.
    pub fn client_certificate_pem(
        &mut self,
        certificate: impl AsRef<[u8]>,
        key: impl AsRef<[u8]>,
    ) -> &mut Self {
        self.tls.identity = Some(Identity {
            certificate: certificate.as_ref().to_vec(),
            key: key.as_ref().to_vec(),
        });
        self
    }

    /// Asks `location` about the repositories of `registry` first: a mirror. May be called several times: mirrors
    /// are asked in order, and the registry itself in the end.
    ///
    /// `registry` is a host as in references, or a host and the beginning of a path, of which the longest counts.
    /// `location` takes its place: `host[:port]`, or `host[:port]/path`, as in podman's `registries.conf`. The
    /// keychain is asked for the mirror's own credentials, for `location` and what follows; those of the registry
    /// never go there.
    ///
    /// The next place is asked when a mirror cannot be reached, refuses (400, 401, 403, 404, 407, 408, 429), fails
    /// (5xx), has no API for referrers or answers with something else than was asked for, after the usual repetitions.
    /// One that cannot be reached, fails (but for 501) or answers 200 with a web page is not asked again for a minute.
    /// A listing that has begun at one place ends there: if it breaks half way, that is an error. So is an answer
    /// beyond the [`Limits`]. What a mirror leaves out of a list of tags or referrers is asked of no other place.
    ///
    /// ```
    /// # use tagwright_registry::Client;
    /// let client = Client::builder()
    ///     .mirror("docker.io", "mirror.gcr.io")
    ///     .mirror("docker.io", "harbor.example.com/docker-hub")
    ///     .build()?;
    /// # Ok::<(), tagwright_registry::Error>(())
    /// ```
    pub fn mirror(&mut self, registry: impl AsRef<str>, location: impl AsRef<str>) -> &mut Self {
        self.places.mirror(registry.as_ref(), location.as_ref());
        self
    }

    /// Asks `location` about the repositories of `registry`, and never the registry itself: where the names that are
    /// written lead somewhere that cannot be reached from here. Both as for [`mirror`](Self::mirror), whose mirrors
    /// are asked before it.
    ///
    /// ```
    /// # use tagwright_registry::Client;
    /// // The cluster pulls from a registry of an isolated site, which is filled from this one.
    /// let client = Client::builder()
    ///     .scan_at("registry.isolated.example/apps", "registry.example.com/apps")
    ///     .build()?;
    /// # Ok::<(), tagwright_registry::Error>(())
    /// ```
    pub fn scan_at(&mut self, registry: impl AsRef<str>, location: impl AsRef<str>) -> &mut Self {
        self.places.instead(registry.as_ref(), location.as_ref());
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

    /// How many tags are asked for at a time; 1000 by default, what go-containerregistry asks for. Where a
    /// registry refuses the number it is halved until it is taken, and in the end left to the registry.
    pub fn page_size(&mut self, tags: usize) -> &mut Self {
        self.page_size = tags;
        self
    }

    /// How many requests run against one host at the same time; 8 by default.
    pub fn concurrency_per_host(&mut self, requests: usize) -> &mut Self {
        self.concurrency_per_host = requests;
        self
    }

    /// How many repositories a [`scan`](Client::scan) lists at the same time; 64 by default.
    pub fn concurrency(&mut self, repositories: usize) -> &mut Self {
        self.concurrency = repositories;
        self
    }

    /// How many requests a second go to one host at most, evenly spaced; as many as it takes by default.
    pub fn requests_per_second(&mut self, requests: u32) -> &mut Self {
        self.requests_per_second = Some(requests);
        self
    }

    /// Whether `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (or the system's settings, on
    /// Windows and macOS) are obeyed; they are by default.
    pub fn environment_proxies(&mut self, obey: bool) -> &mut Self {
        self.proxies = obey;
        self
    }

    /// Goes through this proxy, `http://[user:password@]host:port`, instead of those of the environment. For HTTPS
    /// it opens a tunnel (CONNECT).
    pub fn proxy(&mut self, url: impl Into<String>) -> &mut Self {
        self.proxy.url = Some(url.into());
        self
    }

    /// What the proxy given by [`proxy`](Self::proxy) is shown.
    pub fn proxy_login(
        &mut self,
        username: impl Into<String>,
        password: impl Into<Secret>,
    ) -> &mut Self {
        self.proxy.login = Some((username.into(), password.into()));
        self
    }

    /// Whom the proxy given by [`proxy`](Self::proxy) is not for, as `NO_PROXY` is written: names, which are for their
    /// subdomains too, addresses and networks (`10.0.0.0/8`), with commas between.
    pub fn no_proxy(&mut self, hosts: impl Into<String>) -> &mut Self {
        self.proxy.except = hosts.into();
        self
    }

    /// Checks the configuration and makes the client.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config): a certificate file that holds no certificate, a client certificate that
    /// does not belong to its key, a key that is encrypted, a user agent with a line break, a proxy, a plain HTTP host
    /// or the place of a mirror that cannot be read, a page size, a number of attempts, a concurrency or a number of
    /// requests a second of zero.
    pub fn build(&self) -> Result<Client, Error> {
        self.check_numbers()?;
        self.plain_http.iter().try_for_each(|host| is_host(host))?;
        self.places.check()?;
        Ok(Client(Arc::new(Shared {
            http: self.http()?,
            ways: Ways::new(&self.proxy, self.proxies),
            keychain: Arc::clone(&self.keychain),
            plain_http: self.plain_http.clone(),
            limits: self.limits.clone(),
            page_size: self.page_size,
            places: self.places.clone(),
            concurrency: self.concurrency,
            hosts: Hosts::new(self.concurrency_per_host, self.requests_per_second),
            sessions: Sessions::default(),
            // An index leads to several manifests, a manifest to one config.
            manifests: Cache::new(self.limits.cache_bytes / 2),
            configs: Cache::new(self.limits.cache_bytes / 2),
            counters: Counters::default(),
        })))
    }

    fn check_numbers(&self) -> Result<(), Error> {
        let numbers = [
            ("page size", self.page_size),
            ("concurrency", self.concurrency),
            ("concurrency per host", self.concurrency_per_host),
            (
                "number of requests a second",
                self.requests_per_second.map_or(1, |n| n as usize),
            ),
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
            .tls_backend_preconfigured(self.tls.config()?)
            .user_agent(self.header()?)
            .connect_timeout(self.limits.connect_timeout)
            // Redirects are followed by `exchange`, which knows what may go where.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        let builder = match self.proxy.build()? {
            Some(proxy) => builder.proxy(proxy),
            None if self.proxies => builder,
            None => builder.no_proxy(),
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

fn is_host(name: &str) -> Result<(), Error> {
    host::check(name, name).map_err(|_| {
        Error::new(
            Kind::Config,
            format!("a plain HTTP host '{}' that is none", login::shown(name)),
            "write it as host[:port], without a scheme",
        )
    })
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("keychain", &self.keychain)
            .field("plain_http", &Shown(&self.plain_http))
            .field("places", &self.places)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Not yet checked, so that a URL with a password may stand among them.
struct Shown<'a>(&'a BTreeSet<String>);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|name| login::shown(name));
        f.debug_set().entries(names).finish()
    }
}
