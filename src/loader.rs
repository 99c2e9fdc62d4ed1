//! From objects to automations.

mod bound;
mod loading;
mod machine;

use std::collections::BTreeMap;
use std::sync::Arc;

use gitwrite::Remote;
use registry::{Client, Credential};
use tagwright_gitwrite as gitwrite;
use tagwright_manifests::{config, fleet, flux};
use tagwright_registry as registry;

#[cfg(feature = "webhook")]
use crate::access::Secrets;
use crate::allow::{AllowList, normal_url};
use crate::automation::{Automation, AutomationBuilder};
use crate::problem::Problem;
#[cfg(feature = "webhook")]
use crate::receivers::Receivers;
#[cfg(feature = "webhook")]
use crate::secret_source::SecretMap;
use crate::secret_source::{SecretChain, SecretSource};
use crate::state::StateStore;
use crate::{from_config, from_fleet, from_flux};

pub(crate) use loading::{Asker, Loading};
use machine::Machine;

/// Makes automations of objects, with the Secrets that they name, and with what the caller knows better.
///
/// ```no_run
/// use tagwright::gitwrite::{Credentials, Remote};
/// use tagwright::{Loader, MountedSecrets, manifests::flux};
///
/// # async fn example(objects: flux::Objects, token: &str) -> Result<(), Box<dyn std::error::Error>> {
/// // The manifests say SSH, and this pipeline has a token.
/// let remote = Remote::new("https://git.example.com/fleet.git")?.credentials(Credentials::Bearer(token.into()));
/// let loaded = Loader::new()
///     .secrets(MountedSecrets::at("/etc/tagwright/secrets"))
///     .repository("ssh://git@git.example.com/fleet.git", remote)
///     .scan_at("ghcr.io", "http://mirror.example.com:5000/ghcr")
///     .flux(&objects)
///     .await;
/// for problem in loaded.problems() {
///     eprintln!("{problem}");
/// }
/// for automation in loaded.automations() {
///     println!("{}", automation.build()?.run().await?);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Secrets are read when the objects are loaded, so that what is missing is told at once, and again at the beginning of
/// every run and when a server refuses what they gave. Certificates and proxies that changed count from the next run on.
/// Nothing is shared between two credentials.
#[derive(Clone, Debug, Default)]
pub struct Loader {
    secrets: SecretChain,
    repositories: BTreeMap<String, Repository>,
    registries: BTreeMap<String, Given>,
    scan_at: Vec<(String, String)>,
    allow: Arc<AllowList>,
    /// Whether the objects are of others, whose operator has a list.
    is_shared: bool,
    namespace: Option<String>,
    machine: Machine,
    /// What every builder begins with.
    beginning: AutomationBuilder,
}

/// What takes the place of a repository in the objects.
#[derive(Clone, Debug)]
enum Repository {
    Remote(Box<Remote>),
    Url(String),
}

/// What the caller gives for a registry.
#[derive(Clone, Debug)]
enum Given {
    Client(Client),
    Credential(Credential),
}

impl Loader {
    /// A loader that knows the objects' own Secrets alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where Secrets come from, besides the objects. It goes before the objects' own Secrets, and behind sources that were
    /// given before it.
    pub fn secrets(&mut self, source: impl SecretSource + 'static) -> &mut Self {
        self.secrets = std::mem::take(&mut self.secrets).then(source);
        self
    }

    /// Where all automations keep what was seen between runs; [`AutomationBuilder::state`] says more. Objects whose guards
    /// need it are refused without.
    pub fn state(&mut self, store: Arc<dyn StateStore>) -> &mut Self {
        self.beginning.state(store);
        self
    }

    /// What the objects may use: everything that they name, but for the identities of this machine, where nothing is said.
    pub fn allow(&mut self, list: AllowList) -> &mut Self {
        self.allow = Arc::new(list);
        self.is_shared = true;
        self
    }

    /// The namespace of Flux's and Fleet's objects that have none, as `kubectl apply --namespace` takes it. Objects and
    /// Secrets of any other are then refused and told as problems: so each tenant's files are loaded by themselves.
    ///
    /// What they refer to in other namespaces is then not among the objects, and has to come from this tenant's files. The
    /// sources of Secrets stay those of all; an [`AllowList`] says which a namespace may have.
    pub fn namespace(&mut self, namespace: &str) -> &mut Self {
        self.namespace = Some(namespace.to_owned());
        self
    }

    /// The remote for a repository, by the URL that the objects have for it: none of the Secrets is then used that they
    /// name for it. An [`AllowList`] is asked for the objects' URL.
    pub fn repository(&mut self, url: &str, remote: Remote) -> &mut Self {
        let remote = Repository::Remote(Box::new(remote));
        self.repositories.insert(normal_url(url), remote);
        self
    }

    /// Another URL for a repository, by the one that the objects have. The Secrets stay those of the objects.
    pub fn repository_url(&mut self, url: &str, other: &str) -> &mut Self {
        let other = Repository::Url(other.to_owned());
        self.repositories.insert(normal_url(url), other);
        self
    }

    /// The client for all images of a registry, `host[:port]` as in references. What the objects say of its credentials,
    /// certificates, proxy and time limit is then not used. An [`AllowList`] is asked for their images all the same.
    pub fn client(&mut self, registry: &str, client: Client) -> &mut Self {
        self.registries
            .insert(registry_key(registry), Given::Client(client));
        self
    }

    /// The credential for all images of a registry, `host[:port]` as in references, in place of the Secrets that the
    /// objects name for it. Images of it with certificates or a proxy of their own are refused, and those with
    /// `insecure: true` unless it is on this machine: for these there is [`client`](Self::client). For a place that [`scan_at`](Self::scan_at) names, its own is given with that host.
    pub fn credential(&mut self, registry: &str, credential: Credential) -> &mut Self {
        let credential = Given::Credential(credential);
        self.registries.insert(registry_key(registry), credential);
        self
    }

    /// Asks another place for the tags of a registry's images, or of those below a path of it; what is written stays. The
    /// place is `host[:port][/path]`, with `http://` before it for plain HTTP.
    ///
    /// It is asked with the login that the image's Secret or [`credential`](Self::credential) has for that place, and never
    /// with those of the registry.
    pub fn scan_at(&mut self, registry: &str, place: &str) -> &mut Self {
        self.scan_at.push((registry.to_owned(), place.to_owned()));
        self
    }

    /// Automations from Flux's objects, with their policies, registries and repositories.
    ///
    /// As in Flux an automation takes the ImagePolicies of its own namespace, or those of them that its
    /// `policySelector` matches. A policy that cannot be honoured withholds its own markers, and is told as a problem; so is
    /// an automation that cannot be, which is left out. What is wrong with a Secret is told, too, and tried again by each
    /// run.
    ///
    /// As in Flux, too, a message template has the names of files as they are below `spec.update.path`.
    ///
    /// An object without a namespace is taken to be in that of the automation, and `default` where that has none, unless
    /// there is a [`namespace`](Self::namespace) or an [`AllowList`].
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, where a source of Secrets needs one.
    pub async fn flux(&self, objects: &flux::Objects) -> Loaded {
        let (objects, problems) = self.bound_flux(objects);
        let mut loading = Loading::new(self, &objects.secrets);
        loading.problems = problems;
        let automations = from_flux::load(&objects, &mut loading).await;
        loading.end(automations)
    }

    /// The webhooks that Flux's `Receiver` objects take, with the tokens in their Secrets.
    ///
    /// A receiver that cannot be honoured is left out and told as a warning among [`Receivers::problems`]: images are listed
    /// at their intervals all the same. One that is suspended is left out, too.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, where a source of Secrets needs one.
    #[cfg(feature = "webhook")]
    pub async fn receivers(&self, objects: &flux::Objects) -> Receivers {
        let (objects, _) = self.bound_flux(objects);
        let own: SecretMap = objects.secrets.iter().cloned().collect();
        let secrets = Secrets::new(self.secrets.clone().then(own));
        let is_bound = !self.leaves_be();
        Receivers::load(&objects, &secrets, &self.allow, is_bound).await
    }

    /// Automations from Fleet's objects: one for each `GitRepo` that has image scans.
    ///
    /// A scan belongs to the `GitRepo` that it names, an entry of a `fleet.yaml` to the one in whose repository the file
    /// stands: the only one with `imageScanCommit`, or those of them under whose `paths` the file stands by its name. A scan
    /// that cannot be honoured withholds its own markers, and is told as a problem; so is a `GitRepo` that cannot be, which
    /// is left out. (Fleet itself writes nothing as long as one scan of a `GitRepo` fails: for that there is
    /// [`AutomationBuilder::all_or_nothing`].)
    ///
    /// Images are read from and written to `spec.branch`, in the folders of `spec.paths`. Each builder brings the
    /// [interval](Automation::interval) of `imageScanInterval` and of each scan, which are 15 minutes where nothing is said.
    ///
    /// An object without a namespace is taken to be in that of the `GitRepo`, and `default` where that has none, unless
    /// there is a [`namespace`](Self::namespace) or an [`AllowList`].
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, where a source of Secrets needs one.
    pub async fn fleet(&self, objects: &fleet::Objects) -> Loaded {
        let (objects, problems) = self.bound_fleet(objects);
        let mut loading = Loading::new(self, &objects.secrets);
        loading.problems = problems;
        let automations = from_fleet::load(&objects, &mut loading).await;
        loading.end(automations)
    }

    /// Automations from a `tagwright.yaml`, one for each of its targets, in its order.
    ///
    /// The file holds no Secrets: they come from the sources that were given, a name without a namespace from the
    /// namespace `default`. A policy that cannot be honoured withholds its own markers, and is told as a problem; so is a
    /// target that cannot be, which is left out.
    ///
    /// ```
    /// use tagwright::{Loader, manifests::config};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let read = config::read("tagwright.yaml", b"
    /// images:
    ///   podinfo: {image: ghcr.io/stefanprodan/podinfo}
    /// policies:
    ///   flux-system:podinfo: {image: podinfo, semver: 5.0.x}
    /// targets:
    ///   checkout: {directory: .}
    /// ");
    /// let loaded = Loader::new().config(&read.config).await;
    /// assert!(read.problems.is_empty() && loaded.problems().is_empty());
    /// assert_eq!(loaded.automations().len(), 1);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// As for [`flux`](Self::flux).
    pub async fn config(&self, config: &config::Config) -> Loaded {
        let mut loading = Loading::new(self, &[]);
        let automations = from_config::load(config, &mut loading).await;
        loading.end(automations)
    }
}

/// What a [`Loader`] made of objects.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    pub(crate) automations: Vec<AutomationBuilder>,
    pub(crate) suspended: Vec<String>,
    pub(crate) problems: Vec<Problem>,
}

impl Loaded {
    /// A builder for each automation that is not suspended and can be honoured, in the order of the objects. A caller may
    /// override parts before building.
    pub fn automations(&self) -> &[AutomationBuilder] {
        &self.automations
    }

    /// The names of the automations that their objects suspend, as [`Automation::name`] has them.
    pub fn suspended(&self) -> &[String] {
        &self.suspended
    }

    /// What could not be honoured, and where it stands.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Automation {
    /// Automations from Flux's objects and the Secrets among them: [`Loader::flux`].
    pub async fn from_flux(objects: &flux::Objects) -> Loaded {
        Loader::new().flux(objects).await
    }

    /// Automations from Fleet's objects and the Secrets among them: [`Loader::fleet`].
    pub async fn from_fleet(objects: &fleet::Objects) -> Loaded {
        Loader::new().fleet(objects).await
    }

    /// Automations from a `tagwright.yaml` that names no Secrets: [`Loader::config`].
    pub async fn from_config(config: &config::Config) -> Loaded {
        Loader::new().config(config).await
    }
}

/// A registry as a keychain knows it: without scheme, user and docker's `/v1/`. Docker Hub has two names.
fn registry_key(registry: &str) -> String {
    let registry = registry.to_ascii_lowercase();
    let bare = registry.rsplit("://").next().unwrap_or_default();
    let bare = bare.rsplit('@').next().unwrap_or_default();
    let bare = bare.trim_end_matches('/');
    let host = match bare.split_once('/') {
        Some((host, "v1" | "v2")) => host,
        _ => bare,
    };
    match host {
        "" | "docker.io" => "index.docker.io".to_owned(),
        host => host.to_owned(),
    }
}
