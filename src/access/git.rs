//! A Git repository, as the objects want it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use gitwrite::{
    CredentialError, CredentialProvider, CredentialRequest, Credentials, Issued, Remote,
};
use tagwright_gitwrite as gitwrite;
use tokio::runtime;

use super::find::Found;
use super::proxy::ProxyLogin;
use super::tls::Certificates;
use super::{Lack, SecretName, Secrets, login};

/// How a repository is to be reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GitWish {
    pub(crate) url: String,
    pub(crate) secret: Option<SecretName>,
    pub(crate) proxy: Option<SecretName>,
    /// Trusted authorities in PEM, where the object itself has them.
    pub(crate) authority: Option<String>,
    /// Whether this machine's configuration of Git and SSH may be used.
    pub(crate) host_configuration: bool,
}

/// A remote that was given, or one whose Secrets are read before each run.
#[derive(Clone, Debug)]
pub(crate) enum RemoteSource {
    Given(Box<Remote>),
    Asked(Arc<GitAccess>),
}

impl RemoteSource {
    /// Reads the Secrets again.
    pub(crate) async fn refresh(&self) -> Result<(), Lack> {
        match self {
            Self::Given(_) => Ok(()),
            Self::Asked(access) => access.refresh().await,
        }
    }

    /// Whether it is the same repository, asked in the same way.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Asked(one), Self::Asked(other)) => one.wish == other.wish,
            (Self::Given(one), Self::Given(other)) => {
                one.url().to_string() == other.url().to_string()
            }
            _ => false,
        }
    }

    /// The remote as of the last [`refresh`](Self::refresh).
    pub(crate) fn current(&self) -> Remote {
        match self {
            Self::Given(remote) => Remote::clone(remote),
            Self::Asked(access) => access.current(),
        }
    }
}

/// The URL.
impl fmt::Display for RemoteSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(remote) => remote.fmt(f),
            Self::Asked(access) => access.bare.fmt(f),
        }
    }
}

/// The way to a repository through Secrets that may change.
pub(crate) struct GitAccess {
    wish: GitWish,
    secrets: Secrets,
    /// The URL alone.
    bare: Remote,
    held: Mutex<Option<Held>>,
}

/// The remote of the last run, and what it was made with.
struct Held {
    material: Material,
    credentials: Option<Arc<Mutex<Credentials>>>,
    remote: Remote,
}

/// What a remote cannot change once it is made.
#[derive(PartialEq, Eq)]
struct Material {
    certificates: Certificates,
    proxy: Option<ProxyLogin>,
}

impl GitAccess {
    pub(crate) fn new(wish: GitWish, secrets: Secrets) -> Result<Self, gitwrite::Error> {
        Ok(Self {
            bare: Remote::new(&wish.url)?,
            wish,
            secrets,
            held: Mutex::new(None),
        })
    }

    pub(crate) fn current(&self) -> Remote {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref()
            .map_or(&self.bare, |held| &held.remote)
            .clone()
    }

    pub(crate) async fn refresh(&self) -> Result<(), Lack> {
        let found = self.secrets.find_named(self.wish.secret.as_ref()).await?;
        let proxy = self.secrets.find_named(self.wish.proxy.as_ref()).await?;
        let material = self.material(found.as_ref(), proxy.as_ref())?;
        let credentials = self.credentials(found.as_ref())?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match held.as_mut().filter(|held| held.material == material) {
            Some(held) => held.take(credentials),
            None => *held = Some(self.made(material, credentials)?),
        }
        Ok(())
    }

    fn material(&self, found: Option<&Found>, proxy: Option<&Found>) -> Result<Material, Lack> {
        let certificates = found.map(Certificates::of).transpose()?.unwrap_or_default();
        let given = self.wish.authority.clone();
        Ok(Material {
            certificates: Certificates {
                authority: given.or(certificates.authority),
                own: certificates.own,
            },
            proxy: proxy.map(ProxyLogin::of).transpose()?,
        })
    }

    fn credentials(&self, found: Option<&Found>) -> Result<Option<Credentials>, Lack> {
        let url = &self.wish.url;
        if found.is_none() && login::is_ssh(url) && !self.wish.host_configuration {
            return Err(Lack::new(
                format!("{} wants a key, and no Secret is named", self.bare),
                "name one with identity and known_hosts",
            ));
        }
        found.map(|found| login::of_git(found, url)).transpose()
    }

    fn made(&self, material: Material, credentials: Option<Credentials>) -> Result<Held, Lack> {
        let unusable = |error: gitwrite::Error| {
            let found = format!("no way to {}: {error}", self.bare);
            Lack::new(found, "correct the Secrets of the repository")
        };
        let credentials = credentials.map(|credentials| Arc::new(Mutex::new(credentials)));
        let remote = self
            .remote(&material, credentials.as_ref())
            .map_err(unusable)?;
        Ok(Held {
            material,
            credentials,
            remote,
        })
    }

    fn remote(
        &self,
        material: &Material,
        credentials: Option<&Arc<Mutex<Credentials>>>,
    ) -> Result<Remote, gitwrite::Error> {
        let mut remote = self.bare.clone();
        if self.wish.host_configuration {
            remote = remote.use_host_configuration();
        }
        if let (Some(name), Some(current)) = (&self.wish.secret, credentials) {
            remote = remote.credential_provider(Provider {
                secrets: self.secrets.clone(),
                name: name.clone(),
                url: self.wish.url.clone(),
                current: Arc::clone(current),
            });
        }
        if let Some(authority) = &material.certificates.authority {
            remote = remote.ca_certificate_pem(authority)?;
        }
        if let Some((certificate, key)) = &material.certificates.own {
            remote = remote.client_certificate_pem(certificate, key.as_str())?;
        }
        match &material.proxy {
            Some(proxy) => Ok(remote.proxy(proxy.for_git()?)),
            None => Ok(remote),
        }
    }
}

impl Held {
    fn take(&mut self, credentials: Option<Credentials>) {
        if let (Some(current), Some(new)) = (&self.credentials, credentials) {
            *current.lock().unwrap_or_else(PoisonError::into_inner) = new;
        }
    }
}

impl fmt::Debug for GitAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitAccess")
            .field("url", &self.bare.to_string())
            .field("secret", &self.wish.secret)
            .field("proxy", &self.wish.proxy)
            .field("host_configuration", &self.wish.host_configuration)
            .finish_non_exhaustive()
    }
}

/// Issues what the last run read, and reads the Secret again when the server refuses that.
struct Provider {
    secrets: Secrets,
    name: SecretName,
    url: String,
    current: Arc<Mutex<Credentials>>,
}

impl Provider {
    /// Provider are asked on threads without a runtime.
    fn read_again(&self) -> Result<Credentials, CredentialError> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let found = runtime.block_on(self.secrets.find(&self.name));
        runtime.shutdown_background();
        Ok(login::of_git(&found?, &self.url)?)
    }
}

impl CredentialProvider for Provider {
    fn issue(&self, request: &CredentialRequest<'_>) -> Result<Issued, CredentialError> {
        if request.refused() {
            tracing::debug!(secret = %self.name, "refused, reading the Secret again");
            let new = self.read_again()?;
            *self.current.lock().unwrap_or_else(PoisonError::into_inner) = new;
        }
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        // Good for one command: the next may belong to a run that has read the Secret again.
        Ok(Issued::new(current.clone()).expires_at(SystemTime::now()))
    }
}
