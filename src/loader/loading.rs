//! One loading of objects: what all of them share.

use std::sync::Arc;

use registry::{Keychain, StaticKeychain};
use tagwright_manifests::Secret;
use tagwright_manifests::flux::SigningKeyType;
use tagwright_registry as registry;

use super::{Given, Loaded, Loader, Repository, key, registry_key};
use crate::access::{
    ClientSource, GitAccess, GitWish, Place, RegistryAccess, RegistryWish, RemoteSource,
    SecretName, Secrets, SignerSource,
};
use crate::automation::AutomationBuilder;
use crate::problem::Problem;
use crate::secret_source::SecretMap;

/// What those who turn objects into builders ask for, and where they leave problems.
pub(crate) struct Loading<'a> {
    loader: &'a Loader,
    secrets: Secrets,
    clients: Vec<(RegistryWish, ClientSource)>,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Loading<'a> {
    pub(crate) fn new(loader: &'a Loader, own: &[Secret]) -> Self {
        let own: SecretMap = own.iter().cloned().collect();
        Self {
            loader,
            secrets: Secrets::new(loader.secrets.clone().then(own)),
            clients: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub(crate) fn end(self, automations: Vec<AutomationBuilder>) -> Loaded {
        Loaded {
            automations,
            problems: self.problems,
        }
    }

    /// The client of a registry: one for all equal wishes. What is wrong with its Secrets is a problem of `subject`, and is
    /// tried again by each scan.
    pub(crate) async fn client(&mut self, subject: &str, wish: RegistryWish) -> ClientSource {
        if let Some((_, client)) = self.clients.iter().find(|(known, _)| *known == wish) {
            return client.clone();
        }
        let client = self.source(&wish);
        if let Err(lack) = client.client().await {
            self.problems.push(Problem::error(subject, lack));
        }
        self.clients.push((wish, client.clone()));
        client
    }

    fn source(&self, wish: &RegistryWish) -> ClientSource {
        let given = match self.loader.registries.get(&registry_key(&wish.host)) {
            Some(Given::Client(client)) => return ClientSource::Given(client.clone()),
            Some(Given::Credential(_)) => Some(self.keychain()),
            None => None,
        };
        let wish = RegistryWish {
            places: self.places(),
            ..wish.clone()
        };
        let access = RegistryAccess::new(wish, given, self.secrets.clone());
        ClientSource::Asked(Arc::new(access))
    }

    /// The caller's credentials, each for its own registry alone.
    fn keychain(&self) -> Arc<dyn Keychain> {
        let keychain = StaticKeychain::new();
        let registries = self.loader.registries.iter();
        Arc::new(
            registries.fold(keychain, |keychain, (host, given)| match given {
                Given::Credential(credential) => keychain.with(host, credential.clone()),
                Given::Client(_) => keychain,
            }),
        )
    }

    fn places(&self) -> Vec<Place> {
        let place = |(registry, location): &(String, String)| {
            let plain = location.strip_prefix("http://");
            let bare = location.strip_prefix("https://").unwrap_or(location);
            Place {
                registry: registry.clone(),
                location: plain.unwrap_or(bare).trim_end_matches('/').to_owned(),
                plain_http: plain.is_some(),
            }
        };
        self.loader.scan_at.iter().map(place).collect()
    }

    /// The remote of a repository. What is wrong with its Secrets is a problem of `subject`, and is tried again by each run.
    ///
    /// # Errors
    ///
    /// A URL that is none.
    pub(crate) async fn remote(
        &mut self,
        subject: &str,
        wish: GitWish,
    ) -> Result<RemoteSource, String> {
        let wish = match self.loader.repositories.get(&key(&wish.url)) {
            Some(Repository::Remote(remote)) => {
                return Ok(RemoteSource::Given(remote.clone()));
            }
            Some(Repository::Url(url)) => GitWish {
                url: url.clone(),
                ..wish
            },
            None => wish,
        };
        let access = GitAccess::new(wish, self.secrets.clone());
        let remote = RemoteSource::Asked(Arc::new(access.map_err(|error| error.to_string())?));
        if let Err(lack) = remote.refresh().await {
            self.problems.push(Problem::error(subject, lack));
        }
        Ok(remote)
    }

    /// The key that signs commits. What is wrong with its Secret is a problem of `subject`, and is tried again by each run.
    ///
    /// # Errors
    ///
    /// A kind of key for which signing is not built.
    pub(crate) async fn signer(
        &mut self,
        subject: &str,
        name: SecretName,
        kind: SigningKeyType,
    ) -> Result<SignerSource, String> {
        let signer = SignerSource::asked(&self.secrets, name, kind)?;
        if let Err(lack) = signer.refresh().await {
            self.problems.push(Problem::error(subject, lack));
        }
        Ok(signer)
    }
}
