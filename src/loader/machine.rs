//! What the machine that a program runs on has, and no object knows of.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gitwrite::Remote;
use registry::Client;
use tagwright_gitwrite as gitwrite;
use tagwright_registry as registry;

use super::loading::is_loopback;
use super::{Asker, Loader, Loading, registry_key};
use crate::access::{GitAccess, GitWish, RegistryWish, SecretName, Secrets};
use crate::allow::Identity;
use crate::automation::invalid;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use crate::image_policy::repository;
use crate::secret_source::SecretSource;

/// Ways of this machine to servers, and its checkout.
#[derive(Clone, Debug, Default)]
pub(super) struct Machine {
    /// Registries without TLS.
    pub(super) plain_http: BTreeSet<String>,
    /// In PEM, for what has none of its own.
    pub(super) authority: Option<String>,
    /// Of the one repository that all objects name.
    pub(super) only_url: Option<String>,
    /// Whether its own logins are used where no Secret is named.
    pub(super) lends_logins: bool,
    /// What to do about a Secret that is missing.
    hint: Option<String>,
}

impl Loader {
    /// A checkout that is edited in place, without a commit, instead of every repository that the objects name. Neither
    /// their repositories nor the Secrets for them and for signatures are then needed; a directory that a `tagwright.yaml`
    /// names stays what it is. An [`AllowList`](crate::AllowList) is asked for it.
    pub fn directory(&mut self, path: impl Into<PathBuf>) -> &mut Self {
        self.beginning.directory(path);
        self
    }

    /// Another URL for the one repository of all objects, whatever theirs is. The Secrets stay those of the objects. Objects
    /// that name several repositories are refused: there is [`repository_url`](Self::repository_url) for each.
    pub fn only_repository_url(&mut self, other: &str) -> &mut Self {
        self.machine.only_url = Some(other.to_owned());
        self
    }

    /// A registry, `host[:port]` as in references, that speaks plain HTTP. May be called for several.
    pub fn plain_http(&mut self, registry: &str) -> &mut Self {
        self.machine.plain_http.insert(registry_key(registry));
        self
    }

    /// The certificates in PEM that vouch for servers whose objects bring none: for registries besides those of the system,
    /// for Git servers in place of them.
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](ErrorKind::Configuration), a text without a certificate, and a damaged one.
    pub fn certificate_authority(&mut self, pem: &str) -> Result<&mut Self, Error> {
        let checked =
            Remote::new("https://localhost/any").and_then(|any| any.ca_certificate_pem(pem));
        checked.map_err(invalid)?;
        self.machine.authority = Some(pem.to_owned());
        Ok(self)
    }

    /// What a user of this program does about a Secret that is missing, such as "give it with --secret". It stands in the
    /// messages of those that are.
    pub fn missing_secret_hint(&mut self, hint: &str) -> &mut Self {
        self.machine.hint = Some(hint.to_owned());
        self
    }

    /// Lets the logins of this machine in where the objects name no Secret, as a program of a single user does: those of
    /// `docker login`, the configuration of Git and SSH, and the identities that `provider` asks for. An image or a
    /// repository that chooses a way of its own (`insecure`, certificates, a proxy) is asked without them, as whoever writes
    /// the object would see the login; [`plain_http`](Self::plain_http) is the caller's own choice.
    ///
    /// For objects of others there is an [`AllowList`](crate::AllowList).
    pub fn own_logins(&mut self) -> &mut Self {
        self.machine.lends_logins = true;
        self
    }

    /// A repository by the sources of Secrets that were given, to read manifests from: with the Secret of that namespace and
    /// name, which is read again when the server refuses what it gave, or else with what
    /// [`own_logins`](Self::own_logins) lets in.
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](ErrorKind::Configuration), a URL that is none; [`Secret`](ErrorKind::Secret), one that is
    /// missing, lacks a key or cannot be used.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, where a source of Secrets needs one.
    pub async fn remote(&self, url: &str, secret: Option<(&str, &str)>) -> Result<Remote, Error> {
        let wish = GitWish {
            url: url.to_owned(),
            secret: secret.map(|(namespace, name)| SecretName::new(namespace, name)),
            authority: self.machine.authority_of(url),
            host_configuration: secret.is_none() && self.machine.lends_logins,
            ..GitWish::default()
        };
        let access = GitAccess::new(wish, self.machine.hinted(self.secrets.clone()));
        let access = access.map_err(invalid)?;
        access
            .refresh()
            .await
            .map_err(|lack| Error::secret(&lack))?;
        Ok(access.current())
    }

    /// The client for an image that no object names, by what was given: with the Secret of that namespace and name, or else
    /// with what [`own_logins`](Self::own_logins) lets in.
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](ErrorKind::Configuration), an image that is no reference; [`Secret`](ErrorKind::Secret), one
    /// that is missing, lacks a key or cannot be used.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, where a source of Secrets needs one.
    pub async fn image_client(
        &self,
        image: &str,
        secret: Option<(&str, &str)>,
    ) -> Result<Client, Error> {
        let named = repository(image).map_err(invalid)?;
        let wish = RegistryWish {
            secret: secret.map(|(namespace, name)| SecretName::new(namespace, name)),
            ..RegistryWish::default()
        };
        let asker = Asker {
            subject: image,
            namespace: "",
            referrer: "",
        };
        let source = Loading::new(self, &[]).client(&asker, &named, wish).await;
        let client = source.map_err(invalid)?.client().await;
        client.map_err(|lack| Error::secret(&lack))
    }
}

impl Machine {
    pub(super) fn hinted(&self, source: impl SecretSource + 'static) -> Secrets {
        Secrets::new(source).with_hint(self.hint.as_deref())
    }

    /// Other ways than https know no certificates.
    pub(super) fn authority_of(&self, url: &str) -> Option<String> {
        let is_https = url
            .get(..8)
            .is_some_and(|start| start.eq_ignore_ascii_case("https://"));
        self.authority.clone().filter(|_| is_https)
    }

    /// The identity for an image without a Secret, unless the image chooses who sees the login.
    pub(super) fn identity_for(&self, wish: &RegistryWish) -> Option<Identity> {
        let is_plain = wish.plain_http
            && !is_loopback(&wish.host)
            && !self.plain_http.contains(&registry_key(&wish.host));
        let is_own_way = is_plain || wish.proxy.is_some() || wish.certificate.is_some();
        (self.lends_logins && !is_own_way).then(|| wish.identity.unwrap_or(Identity::DockerConfig))
    }

    /// The URL that takes the place of another; `known` is the one that it took the place of before.
    pub(super) fn replace(
        &self,
        url: &mut String,
        known: &mut Option<String>,
    ) -> Result<(), String> {
        let Some(other) = &self.only_url else {
            return Ok(());
        };
        match known {
            Some(known) if known != url => {
                return Err(format!(
                    "one URL was given for all repositories, and the objects name both {known} and {url}; give one for each"
                ));
            }
            _ => *known = Some(url.clone()),
        }
        url.clone_from(other);
        Ok(())
    }
}
