//! What the machine that a program runs on has, and no object knows of.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gitwrite::Remote;
use tagwright_gitwrite as gitwrite;

use super::{Loader, registry_key};
use crate::access::{GitAccess, GitWish, SecretName, Secrets};
use crate::error::{Error, ErrorKind};

/// Ways of this machine to servers, and its checkout.
#[derive(Clone, Debug, Default)]
pub(super) struct Machine {
    /// Registries without TLS.
    pub(super) plain_http: BTreeSet<String>,
    /// In PEM, for what has none of its own.
    pub(super) authority: Option<String>,
    /// Of the one repository that all objects name.
    pub(super) only_url: Option<String>,
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
    pub fn certificate_authority(&mut self, pem: &str) -> &mut Self {
        self.machine.authority = Some(pem.to_owned());
        self
    }

    /// A repository by the sources of Secrets that were given, to read manifests from: with the Secret of that namespace and
    /// name, which is read again when the server refuses what it gave, or else with this machine's configuration of Git and
    /// SSH.
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
            host_configuration: secret.is_none(),
            ..GitWish::default()
        };
        let access = GitAccess::new(wish, Secrets::new(self.secrets.clone()));
        let access =
            access.map_err(|error| Error::new(ErrorKind::Configuration, error.to_string()))?;
        access
            .refresh()
            .await
            .map_err(|lack| Error::secret(&lack))?;
        Ok(access.current())
    }
}

impl Machine {
    /// Other ways than https know no certificates.
    pub(super) fn authority_of(&self, url: &str) -> Option<String> {
        let is_https = url
            .get(..8)
            .is_some_and(|start| start.eq_ignore_ascii_case("https://"));
        self.authority.clone().filter(|_| is_https)
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
