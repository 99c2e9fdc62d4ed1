//! What to watch and where to write.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use policy::{Dialect, Policy};
use registry::Client;
use tagwright_policy as policy;
use tagwright_registry as registry;

use crate::access::ClientSource;
use crate::error::{Error, ErrorKind};
use crate::guard::{Clock, Guards};
use crate::image_policy::{ImagePolicy, Watched};
use crate::path::Folders;
use crate::place::{BranchSettings, Directory, Place, WantedDirectory};
use crate::state::Shelf;
use crate::trailer::Trailer;

/// Images with policies, and the branch of a Git repository, or the directory, whose marked values follow them.
///
/// Built by [`Automation::builder`] or from Flux's objects by [`Automation::from_flux`]. A clone is cheap and is the
/// same automation.
#[derive(Clone, Debug)]
pub struct Automation(pub(crate) Arc<Spec>);

#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) scope: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) dialect: Dialect,
    pub(crate) policies: Vec<Watched>,
    pub(crate) withheld: BTreeMap<String, Withheld>,
    /// Policies whose markers are written to a branch of their own.
    pub(crate) elsewhere: BTreeSet<String>,
    pub(crate) place: Place,
    /// The folders of it whose files are updated.
    pub(crate) folders: Folders,
    pub(crate) clock: Clock,
    pub(crate) trailers: BTreeSet<Trailer>,
    pub(crate) state: Shelf,
    pub(crate) interval: Option<Duration>,
    pub(crate) all_or_nothing: bool,
}

/// Why a policy's markers keep their values, and whether somebody has to do something about it.
#[derive(Clone, Debug)]
pub(crate) struct Withheld {
    pub(crate) reason: String,
    pub(crate) is_problem: bool,
}

/// Collects what an [`Automation`] needs; [`build`](Self::build) checks it.
///
/// Required: at least one policy; and [`remote`](Self::remote), [`branch`](Self::branch) and [`author`](Self::author),
/// or a [`directory`](Self::directory).
#[derive(Clone, Debug)]
pub struct AutomationBuilder {
    scope: String,
    namespace: String,
    pub(crate) name: String,
    dialect: Dialect,
    pub(crate) policies: Vec<ImagePolicy>,
    withheld: BTreeMap<String, Withheld>,
    pub(crate) elsewhere: BTreeSet<String>,
    client: Option<Client>,
    paths: Vec<String>,
    pub(crate) interval: Option<Duration>,
    pub(crate) all_or_nothing: bool,
    guards: Guards,
    clock: Clock,
    trailers: BTreeSet<Trailer>,
    pub(crate) branch: BranchSettings,
    pub(crate) directory: Option<WantedDirectory>,
    pub(crate) state: Shelf,
}

impl Automation {
    /// A builder with the defaults: Flux's dialect, all files of the repository, Flux's default message, two
    /// minutes for the Git work of an attempt, ten attempts on a branch that others push to.
    pub fn builder() -> AutomationBuilder {
        AutomationBuilder::new()
    }

    /// The name that messages show, as `namespace/name` or `name`, with `scope:` before it where there is one.
    pub fn name(&self) -> String {
        self.0.full_name()
    }
}

impl Spec {
    pub(crate) fn full_name(&self) -> String {
        full_name(&self.scope, &self.namespace, &self.name)
    }
}

pub(crate) fn full_name(scope: &str, namespace: &str, name: &str) -> String {
    let colon = if scope.is_empty() { "" } else { ":" };
    let slash = if namespace.is_empty() { "" } else { "/" };
    format!("{scope}{colon}{namespace}{slash}{name}")
}

impl Default for AutomationBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl AutomationBuilder {
    /// The same as [`Automation::builder`].
    pub fn new() -> Self {
        Self {
            scope: String::new(),
            namespace: String::new(),
            name: "tagwright".to_owned(),
            dialect: Dialect::Flux,
            policies: Vec::new(),
            withheld: BTreeMap::new(),
            elsewhere: BTreeSet::new(),
            client: None,
            paths: Vec::new(),
            interval: None,
            all_or_nothing: false,
            guards: Guards::new(),
            clock: Clock::default(),
            trailers: BTreeSet::new(),
            branch: BranchSettings::default(),
            directory: None,
            state: Shelf::default(),
        }
    }

    /// The automation's namespace (may be empty) and name, for messages.
    pub fn name(&mut self, namespace: &str, name: &str) -> &mut Self {
        namespace.clone_into(&mut self.namespace);
        name.clone_into(&mut self.name);
        self
    }

    /// The automation, for messages.
    pub(crate) fn title(&self) -> String {
        format!("automation {}", self.full_name())
    }

    /// The namespace and the folders that were given; an empty one is everything.
    pub(crate) fn reach(&self) -> (&str, Vec<&str>) {
        let mut folders: Vec<&str> = self.paths.iter().map(String::as_str).collect();
        if folders.is_empty() {
            folders.push("");
        }
        (&self.namespace, folders)
    }

    /// The part of a repository, such as one of several clusters, that the automation's objects are from: names are
    /// unique in a scope, and automations of two may be named alike.
    pub fn scope(&mut self, scope: &str) -> &mut Self {
        scope.clone_into(&mut self.scope);
        self
    }

    pub(crate) fn full_name(&self) -> String {
        full_name(&self.scope, &self.namespace, &self.name)
    }

    /// Which markers are looked for, and what their fields mean.
    pub fn dialect(&mut self, dialect: Dialect) -> &mut Self {
        self.dialect = dialect;
        self
    }

    /// A policy, the image whose tags it selects from, and the name that markers call it by: `namespace:name` in
    /// Flux's dialect, the `tagName` in Fleet's.
    pub fn policy(&mut self, name: &str, image: &str, policy: Policy) -> &mut Self {
        self.image_policy(ImagePolicy::new(name, image, policy))
    }

    /// A policy with more to say: a digest, a client of its own.
    pub fn image_policy(&mut self, policy: ImagePolicy) -> &mut Self {
        self.policies.push(policy);
        self
    }

    /// A policy that is to choose nothing for now: its markers keep their values, with this reason.
    pub fn withhold(&mut self, name: &str, reason: &str) -> &mut Self {
        self.keep(name, reason, false)
    }

    /// A policy that cannot be used as it is: its markers keep their values, and every plan has it as a problem.
    pub fn refuse(&mut self, name: &str, reason: &str) -> &mut Self {
        self.keep(name, reason, true)
    }

    fn keep(&mut self, name: &str, reason: &str, is_problem: bool) -> &mut Self {
        let reason = reason.to_owned();
        self.withheld
            .insert(name.to_owned(), Withheld { reason, is_problem });
        self
    }

    /// What holds back edits of all policies; a policy's [own guards](ImagePolicy::with_guards) go first.
    pub fn guards(&mut self, guards: Guards) -> &mut Self {
        self.guards = guards;
        self
    }

    /// Trailers of the commits, in place of those given before; none when absent. They stand in the plan.
    pub fn trailers(&mut self, trailers: impl IntoIterator<Item = Trailer>) -> &mut Self {
        self.trailers = trailers.into_iter().collect();
        self
    }

    /// What the guards take for the time; the system's clock when absent.
    pub fn clock(&mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> &mut Self {
        self.clock = Clock::new(now);
        self
    }

    /// The registry client, with its credentials, for all policies that bring none of their own; an anonymous one when
    /// absent.
    pub fn client(&mut self, client: Client) -> &mut Self {
        self.client = Some(client);
        self
    }

    /// The folder, or the file, that is updated, such as `./apps`; all files when empty.
    pub fn path(&mut self, path: &str) -> &mut Self {
        self.paths([path])
    }

    /// Several folders or files that are updated; all files when there is none.
    pub fn paths<P: Into<String>>(&mut self, paths: impl IntoIterator<Item = P>) -> &mut Self {
        self.paths = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Checks everything that was given.
    ///
    /// # Errors
    ///
    /// Of kind [`ErrorKind::Configuration`]: no policy; two policies of one name; an image that is no reference
    /// or starts with a scheme (`https://ghcr.io/org/app`); a policy of another dialect; a guard that holds at what is no
    /// tag, or that needs a state store; no remote, branch or author;
    /// a branch that Git does not allow (`a b`); an author with a line break; in Fleet's dialect a path that leaves the
    /// repository (in Flux's it is kept inside, and a plan says so).
    pub fn build(&self) -> Result<Automation, Error> {
        if self.policies.is_empty() && self.withheld.is_empty() {
            return Err(invalid("an automation needs at least one policy; add one"));
        }
        Ok(Automation(Arc::new(Spec {
            scope: self.scope.clone(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
            dialect: self.dialect,
            policies: self.checked_policies()?,
            withheld: self.withheld.clone(),
            elsewhere: self.elsewhere.clone(),
            place: self.checked_place()?,
            folders: Folders::new(&self.paths, self.dialect)?,
            clock: self.clock.clone(),
            trailers: self.trailers.clone(),
            state: self.state.clone(),
            interval: self.interval,
            all_or_nothing: self.all_or_nothing,
        })))
    }

    fn checked_place(&self) -> Result<Place, Error> {
        Ok(match &self.directory {
            Some(wanted) => Place::Directory(Directory {
                wanted: wanted.clone(),
                attempts: self.branch.attempts(),
            }),
            None => Place::Branch(Arc::new(self.branch.check()?)),
        })
    }

    fn checked_policies(&self) -> Result<Vec<Watched>, Error> {
        let shared = self.shared_client()?;
        let mut names: HashSet<&str> = self.withheld.keys().map(String::as_str).collect();
        let guards = (&self.guards, self.state.is_there());
        let check = |policy: &ImagePolicy| policy.check(self.dialect, shared.as_ref(), guards);
        self.policies
            .iter()
            .map(|policy| {
                let name = policy.name();
                if !names.insert(name) {
                    return Err(invalid(format!(
                        "two policies are named '{name}'; names are unique"
                    )));
                }
                check(policy).map_err(|reason| invalid(format!("policy '{name}': {reason}")))
            })
            .collect()
    }

    /// Whether a policy is left to an anonymous client.
    pub(crate) fn wants_client(&self) -> bool {
        self.client.is_none() && self.policies.iter().any(ImagePolicy::needs_client)
    }

    /// The client of the policies that bring none.
    fn shared_client(&self) -> Result<Option<ClientSource>, Error> {
        let client = match &self.client {
            Some(client) => client.clone(),
            None if self.policies.iter().any(ImagePolicy::needs_client) => {
                Client::builder().build().map_err(invalid)?
            }
            None => return Ok(None),
        };
        Ok(Some(ClientSource::Given(client)))
    }
}

pub(crate) fn missing(what: &str) -> Error {
    invalid(format!("an automation needs {what}; give one"))
}

pub(crate) fn invalid(message: impl fmt::Display) -> Error {
    Error::new(ErrorKind::Configuration, message.to_string())
}
