//! The client of one registry, as the objects and the caller want it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use registry::{Client, ClientBuilder, Keychain, KeychainChain, Limits};
use tagwright_registry as registry;

use super::find::Found;
use super::keychain::SecretKeychain;
use super::proxy::ProxyLogin;
use super::tls::Certificates;
use super::{Lack, SecretName, Secrets, identity};
use crate::allow::Identity;

/// How a registry is to be asked. Equal ones share one client, and nothing is shared between others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RegistryWish {
    /// `host[:port]` as in references.
    pub(crate) host: String,
    pub(crate) secret: Option<SecretName>,
    pub(crate) certificate: Option<SecretName>,
    pub(crate) proxy: Option<SecretName>,
    /// Whose identity of this machine logs in, where no Secret is named.
    pub(crate) identity: Option<Identity>,
    pub(crate) plain_http: bool,
    /// Trusted authorities in PEM, where the Secrets have none.
    pub(crate) authority: Option<String>,
    /// For a whole listing.
    pub(crate) timeout: Option<Duration>,
    /// Where it is asked instead, and whether over plain HTTP: registries and locations as for
    /// [`ClientBuilder::scan_at`].
    pub(crate) places: Vec<Place>,
}

/// A place that is asked instead of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) registry: String,
    pub(crate) location: String,
    pub(crate) plain_http: bool,
}

/// A client that was given, or one whose Secrets are read at each scan.
#[derive(Clone, Debug)]
pub(crate) enum ClientSource {
    Given(Client),
    Asked(Arc<RegistryAccess>),
}

impl ClientSource {
    /// The client for the scan that begins.
    pub(crate) async fn client(&self) -> Result<Client, Lack> {
        match self {
            Self::Given(client) => Ok(client.clone()),
            Self::Asked(access) => access.client().await,
        }
    }
}

/// The way to a registry through Secrets that may change.
pub(crate) struct RegistryAccess {
    wish: RegistryWish,
    /// Credentials that the caller gave, each for its own registry.
    given: Option<Arc<dyn Keychain>>,
    secrets: Secrets,
    held: Mutex<Option<Held>>,
}

/// The client of the last scan, and what it was made with.
struct Held {
    material: Material,
    keychain: Option<Arc<SecretKeychain>>,
    client: Client,
}

/// What a client cannot change once it is made.
#[derive(Default, PartialEq, Eq)]
struct Material {
    certificates: Certificates,
    proxy: Option<ProxyLogin>,
}

impl RegistryAccess {
    pub(crate) fn new(
        wish: RegistryWish,
        given: Option<Arc<dyn Keychain>>,
        secrets: Secrets,
    ) -> Self {
        Self {
            wish,
            given,
            secrets,
            held: Mutex::new(None),
        }
    }

    /// The client with what the Secrets hold now: the one of the last scan, unless certificates or the proxy changed.
    async fn client(&self) -> Result<Client, Lack> {
        let login = self.secrets.find_named(self.wish.secret.as_ref()).await?;
        let material = self.material().await?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = held.as_ref().filter(|held| held.material == material) {
            if let (Some(keychain), Some(login)) = (&held.keychain, &login) {
                keychain.take(login)?;
            }
            return Ok(held.client.clone());
        }
        let new = self.made(material, login.as_ref())?;
        let client = new.client.clone();
        *held = Some(new);
        Ok(client)
    }

    async fn material(&self) -> Result<Material, Lack> {
        let certificate = self.wish.certificate.as_ref();
        let certificates = match self.secrets.find_named(certificate).await? {
            Some(found) => Certificates::required(&found)?,
            None => Certificates::default(),
        };
        let proxy = self.secrets.find_named(self.wish.proxy.as_ref()).await?;
        let proxy = proxy.as_ref().map(ProxyLogin::of).transpose()?;
        Ok(Material {
            certificates,
            proxy,
        })
    }

    fn made(&self, material: Material, login: Option<&Found>) -> Result<Held, Lack> {
        let mut builder = Client::builder();
        let keychain = self.log_in(&mut builder, login)?;
        configure(&mut builder, &self.wish, &material);
        let unusable = |error: registry::Error| {
            let found = format!("no client for {}: {error}", self.wish.host);
            Lack::new(found, "correct the Secrets of the image")
        };
        Ok(Held {
            client: builder.build().map_err(unusable)?,
            material,
            keychain,
        })
    }

    /// What the caller gave goes before the Secret, and that before an identity.
    fn log_in(
        &self,
        builder: &mut ClientBuilder,
        login: Option<&Found>,
    ) -> Result<Option<Arc<SecretKeychain>>, Lack> {
        let mut chain = KeychainChain::new();
        let mut kept = None;
        if let Some(given) = &self.given {
            chain = chain.then(Arc::clone(given));
        }
        if let (Some(name), Some(found)) = (&self.wish.secret, login) {
            let keychain = SecretKeychain::new(&self.secrets, name, &self.wish.host, found)?;
            let keychain = Arc::new(keychain);
            chain = chain.then(Arc::clone(&keychain));
            kept = Some(keychain);
        }
        if let Some(identity) = self.wish.identity {
            chain = chain.then(identity::keychain(identity)?);
        }
        builder.keychain(chain);
        Ok(kept)
    }
}

fn configure(builder: &mut ClientBuilder, wish: &RegistryWish, material: &Material) {
    if wish.plain_http {
        builder.plain_http(&wish.host);
    }
    for place in &wish.places {
        builder.scan_at(&place.registry, &place.location);
        if place.plain_http {
            let host = place.location.split('/').next().unwrap_or_default();
            builder.plain_http(host);
        }
    }
    let authority = material.certificates.authority.as_ref();
    if let Some(authority) = authority.or(wish.authority.as_ref()) {
        builder.root_certificate_pem(authority);
    }
    if let Some((certificate, key)) = &material.certificates.own {
        builder.client_certificate_pem(certificate, key);
    }
    if let Some(proxy) = &material.proxy {
        builder.proxy(&proxy.address);
        if let Some((username, password)) = &proxy.login {
            builder.proxy_login(username, password.as_str());
        }
    }
    if let Some(timeout) = wish.timeout {
        let page = timeout.min(Duration::from_secs(60));
        builder.limits(
            Limits::default()
                .listing_timeout(timeout)
                .page_timeout(page),
        );
    }
}

impl fmt::Debug for RegistryAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryAccess")
            .field("wish", &self.wish)
            .finish_non_exhaustive()
    }
}
