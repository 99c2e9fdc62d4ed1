//! One loading of objects: what all of them share.

use std::net::IpAddr;
use std::sync::Arc;

use registry::{Keychain, Repository as Image, StaticKeychain};
use tagwright_manifests::Secret;
use tagwright_manifests::flux::SigningKeyType;
use tagwright_registry as registry;

use super::{Given, Loaded, Loader, Repository, registry_key};
use crate::access::{
    ClientSource, GitAccess, GitWish, Place, RegistryAccess, RegistryWish, RemoteSource,
    SecretName, Secrets, SignerSource,
};
use crate::allow::{Identity, normal_url};
use crate::automation::{AutomationBuilder, full_name};
use crate::problem::{Problem, ProblemKind};
use crate::secret_source::SecretMap;

/// Which object asks for something, for problems, and in the name of which namespaces.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) subject: &'a str,
    pub(crate) namespace: &'a str,
    /// That of the object which refers to it. What is asked for has to be on the lists of both.
    pub(crate) referrer: &'a str,
}

impl<'a> Asker<'a> {
    fn all(&self, judge: impl Fn(&'a str) -> Result<(), String>) -> Result<(), String> {
        judge(self.namespace)?;
        if self.referrer == self.namespace {
            return Ok(());
        }
        judge(self.referrer)
    }
}

/// What those who turn objects into builders ask for, and where they leave problems.
pub(crate) struct Loading<'a> {
    loader: &'a Loader,
    secrets: Secrets,
    clients: Vec<(RegistryWish, ClientSource)>,
    pub(crate) problems: Vec<Problem>,
    suspended: Vec<String>,
    /// The repository whose URL was replaced.
    replaced: Option<String>,
}

impl<'a> Loading<'a> {
    pub(crate) fn new(loader: &'a Loader, own: &[Secret]) -> Self {
        let own: SecretMap = own.iter().cloned().collect();
        Self {
            loader,
            secrets: loader.machine.hinted(loader.secrets.clone().then(own)),
            clients: Vec::new(),
            problems: Vec::new(),
            suspended: Vec::new(),
            replaced: None,
        }
    }

    /// An automation that rests. It is told as a warning.
    pub(crate) fn suspend(&mut self, namespace: &str, name: &str, subject: String) {
        self.suspended.push(full_name("", namespace, name));
        let rests = Problem::warning(subject, "suspended");
        self.problems.push(rests.of(ProblemKind::Suspended));
    }

    /// A builder with what the caller gave for all.
    pub(crate) fn builder(&self) -> AutomationBuilder {
        self.loader.beginning.clone()
    }

    /// What may be used of what was made.
    pub(crate) fn end(mut self, automations: Vec<AutomationBuilder>) -> Loaded {
        let mut automations = automations;
        automations.retain_mut(|builder| self.may_write(builder));
        Loaded {
            automations,
            suspended: self.suspended,
            problems: self.problems,
        }
    }

    /// Whether it may be used; what is known only when it runs is checked then.
    fn may_write(&mut self, builder: &mut AutomationBuilder) -> bool {
        builder.limit(&self.loader.allow);
        let refused = self.refusal(builder);
        if let Some(reason) = &refused {
            self.problems.push(Problem::error(builder.title(), reason));
        }
        refused.is_none()
    }

    /// The first of the folders, pushes, their options and directories of an automation that is not on the list.
    fn refusal(&self, builder: &AutomationBuilder) -> Option<String> {
        let allow = &self.loader.allow;
        let (namespace, folders) = builder.reach();
        let branches = destinations(builder);
        let options = builder.branch.push_options().iter();
        let directories = builder.directory.iter();
        let mut judged = (folders.iter().map(|folder| allow.path(namespace, folder)))
            .chain(
                branches
                    .iter()
                    .map(|branch| allow.branch(namespace, branch)),
            )
            .chain(options.map(|option| allow.push_option(namespace, option)))
            .chain(directories.map(|directory| allow.directory(namespace, &directory.path)));
        judged.find_map(Result::err)
    }

    /// The client for an image: one for all equal wishes. What is wrong with its Secrets is a problem, and is tried again by
    /// each scan.
    ///
    /// # Errors
    ///
    /// What is not on the operator's list.
    pub(crate) async fn client(
        &mut self,
        asker: &Asker<'_>,
        image: &Image,
        wish: RegistryWish,
    ) -> Result<ClientSource, String> {
        let allow = &self.loader.allow;
        asker.all(|namespace| allow.registry(namespace, image))?;
        let given = match self.loader.registries.get(&registry_key(image.registry())) {
            Some(Given::Client(client)) => return Ok(ClientSource::Given(client.clone())),
            Some(Given::Credential(_)) => true,
            None => false,
        };
        let wish = self.allowed(asker, image, wish, given)?;
        if let Some((_, client)) = self.clients.iter().find(|(known, _)| *known == wish) {
            return Ok(client.clone());
        }
        let keychain = self.keychain();
        let access = RegistryAccess::new(wish.clone(), keychain, self.secrets.clone());
        let client = ClientSource::Asked(Arc::new(access));
        if let Err(lack) = client.client().await {
            self.problems.push(Problem::error(asker.subject, lack));
        }
        self.clients.push((wish, client.clone()));
        Ok(client)
    }

    /// The wish as it may be granted; of its login nothing is left where the caller gives one.
    fn allowed(
        &self,
        asker: &Asker<'_>,
        image: &Image,
        mut wish: RegistryWish,
        given: bool,
    ) -> Result<RegistryWish, String> {
        let allow = &self.loader.allow;
        if given {
            (wish.secret, wish.identity) = (None, None);
        }
        let secrets = [&wish.secret, &wish.certificate, &wish.proxy];
        for secret in secrets.into_iter().flatten() {
            asker.all(|namespace| allow.secret(namespace, secret))?;
        }
        image.registry().clone_into(&mut wish.host);
        let machine = &self.loader.machine;
        let has_docker = asker.all(|namespace| allow.identity(namespace, Identity::DockerConfig));
        match (wish.identity, &wish.secret) {
            // As in Flux a Secret goes before an identity.
            (_, Some(_)) => wish.identity = None,
            (_, None) if !given && machine.lends_logins => {
                wish.identity = machine.identity_for(&wish);
            }
            (Some(identity), None) => asker.all(|namespace| allow.identity(namespace, identity))?,
            (None, None) if !given && has_docker.is_ok() => {
                wish.identity = Some(Identity::DockerConfig);
            }
            (None, None) => {}
        }
        wish.places = self.places();
        self.keep_to_ourselves(&wish, given)?;
        wish.plain_http |= machine.plain_http.contains(&registry_key(&wish.host));
        wish.authority.clone_from(&machine.authority);
        Ok(wish)
    }

    /// Refuses a way of the object's own for a login that is not the object's: whoever writes it would see the login.
    fn keep_to_ourselves(&self, wish: &RegistryWish, given: bool) -> Result<(), String> {
        let whose = match wish.identity {
            Some(identity) => format!("this machine's {identity} logs in"),
            None if given || self.has_login_elsewhere(wish) => {
                "the caller's credential logs in".to_owned()
            }
            None => return Ok(()),
        };
        let logs_in_here = given || wish.identity.is_some();
        let what = match wish {
            RegistryWish { proxy: Some(_), .. } => "a proxy of its own",
            RegistryWish {
                certificate: Some(_),
                ..
            } => "a certificate of its own",
            _ if wish.plain_http && logs_in_here && !is_loopback(&wish.host) => "insecure: true",
            _ => return Ok(()),
        };
        Err(format!(
            "{whose}, and the image has {what}, which would show the login to others; remove it, or have a client given for {}",
            wish.host
        ))
    }

    /// Whether the caller gave a login for a place that is asked instead.
    fn has_login_elsewhere(&self, wish: &RegistryWish) -> bool {
        let has_login = |place: &Place| {
            let host = place.location.split('/').next().unwrap_or_default();
            let given = self.loader.registries.get(&registry_key(host));
            matches!(given, Some(Given::Credential(_)))
        };
        let key = registry_key(&wish.host);
        let is_asked = |place: &&Place| {
            let registry = registry_key(&place.registry);
            let host = registry.split('/').next().unwrap_or_default();
            registry_key(host) == key
        };
        wish.places.iter().filter(is_asked).any(has_login)
    }

    /// The caller's credentials, each for its own registry alone.
    fn keychain(&self) -> Option<Arc<dyn Keychain>> {
        let registries = &self.loader.registries;
        let with = |keychain: StaticKeychain, (host, given): (&String, &Given)| match given {
            Given::Credential(credential) => keychain.with(host, credential.clone()),
            Given::Client(_) => keychain,
        };
        let keychain = registries.iter().fold(StaticKeychain::new(), with);
        (!registries.is_empty()).then(|| Arc::new(keychain) as Arc<dyn Keychain>)
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

    /// The remote of a repository. What is wrong with its Secrets is a problem, and is tried again by each run.
    ///
    /// # Errors
    ///
    /// A URL that is none, and what is not on the operator's list.
    pub(crate) async fn remote(
        &mut self,
        asker: &Asker<'_>,
        mut wish: GitWish,
    ) -> Result<RemoteSource, String> {
        let allow = &self.loader.allow;
        asker.all(|namespace| allow.repository(namespace, &wish.url))?;
        match self.loader.repositories.get(&normal_url(&wish.url)) {
            Some(Repository::Remote(remote)) => return Ok(RemoteSource::Given(remote.clone())),
            Some(Repository::Url(url)) => wish.url.clone_from(url),
            None => self
                .loader
                .machine
                .replace(&mut wish.url, &mut self.replaced)?,
        }
        for secret in [&wish.secret, &wish.proxy].into_iter().flatten() {
            asker.all(|namespace| allow.secret(namespace, secret))?;
        }
        let identity = Identity::GitConfiguration;
        let has_configuration = asker.all(|namespace| allow.identity(namespace, identity));
        wish.host_configuration = wish.secret.is_none() && has_configuration.is_ok();
        let has_own_way = wish.proxy.is_some() || wish.authority.is_some();
        if self.loader.machine.lends_logins && !has_own_way {
            wish.host_configuration = wish.secret.is_none();
        }
        if wish.host_configuration && (wish.proxy.is_some() || wish.authority.is_some()) {
            return Err(format!(
                "this machine's {identity} logs in, and the repository has a proxy or a certificate of its own, which would show the login to others; remove it, or name a Secret"
            ));
        }
        wish.authority = (wish.authority).or_else(|| self.loader.machine.authority_of(&wish.url));
        let access = GitAccess::new(wish, self.secrets.clone());
        let remote = RemoteSource::Asked(Arc::new(access.map_err(|error| error.to_string())?));
        if let Err(lack) = remote.refresh().await {
            self.problems.push(Problem::error(asker.subject, lack));
        }
        Ok(remote)
    }

    /// The key that signs commits. What is wrong with its Secret is a problem of `subject`, and is tried again by each run.
    ///
    /// # Errors
    ///
    /// A kind of key for which signing is not built, and what is not on the operator's list.
    pub(crate) async fn signer(
        &mut self,
        asker: &Asker<'_>,
        name: SecretName,
        kind: SigningKeyType,
    ) -> Result<SignerSource, String> {
        let allow = &self.loader.allow;
        asker.all(|namespace| allow.secret(namespace, &name))?;
        let signer = SignerSource::asked(&self.secrets, name, kind)?;
        if let Err(lack) = signer.refresh().await {
            self.problems.push(Problem::error(asker.subject, lack));
        }
        Ok(signer)
    }
}

/// Whether a registry is on this machine, so that nobody stands between.
pub(super) fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let address: Result<IpAddr, _> = name.parse();
    address.map_or(name.eq_ignore_ascii_case("localhost"), |address| {
        address.is_loopback()
    })
}

/// Every ref that is pushed to, of each branch where there are many. One that cannot be is not pushed to.
fn destinations(builder: &AutomationBuilder) -> Vec<String> {
    let expanded = builder.expanded().into_iter().flatten();
    expanded.flat_map(|one| one.branch.destinations()).collect()
}
