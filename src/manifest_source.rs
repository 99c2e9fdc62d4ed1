//! Manifests that become automations, again and again.

mod keep;
mod plan;
#[cfg(feature = "webhook")]
mod receivers;
mod run;
#[cfg(feature = "scheduler")]
mod scheduled;
mod suspend;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use plan::{ManifestApplied, ManifestPlans};
pub use run::ManifestRun;

#[cfg(feature = "webhook")]
use tagwright_manifests::flux;

use crate::automation::full_name;
use crate::error::Error;
use crate::loader::{Loaded, Loader};
use crate::problem::Problem;
use crate::source::{CONFIG, Manifests, Source, Wanted};

/// Automations of the manifests in a [`Source`], read again whenever they change: a program [runs](Self::run) them once,
/// a `Scheduler` keeps them running.
///
/// ```no_run
/// use tagwright::{Loader, ManifestSource, Source, gitwrite::{Ref, Remote}};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let fleet = Source::repository(Remote::new("https://git.example.com/fleet.git")?, Ref::branch("main")?);
/// for (automation, report) in ManifestSource::flux(fleet, &Loader::new()).run().await?.reports() {
///     match report {
///         Ok(report) => println!("{automation}: {report}"),
///         Err(error) => eprintln!("{automation}: {error}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// With the feature `scheduler` it is an `AutomationSource`, and a repository is asked for one ref to learn that nothing
/// changed:
///
/// ```no_run
/// # #[cfg(feature = "scheduler")]
/// # async fn example(fleet: tagwright::Source) -> Result<(), tagwright::Error> {
/// use tagwright::{Loader, ManifestSource, Scheduler};
///
/// let scheduler = Scheduler::builder().source(ManifestSource::flux(fleet, &Loader::new())).start().await?;
/// # Ok(())
/// # }
/// ```
///
/// Scopes of the source are those of the automations. An automation that reads the very branch that its manifests are read
/// from, by whatever URL, acts on [no newer commit](crate::AutomationBuilder::only_at) than they are of: what somebody
/// pushes to the manifests counts before the next commit is made. For that the source names the branch.
///
/// What was loaded once stays as it was where it is missing later beside an error in the same scope; without an error it
/// is gone. What its manifest [suspends](Loaded::suspended) never stays. A clone knows what the first one knows.
#[derive(Clone, Debug)]
pub struct ManifestSource {
    source: Source,
    loader: Loader,
    kind: Kind,
    last: Arc<Mutex<Option<Reading>>>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Flux,
    Fleet,
    Config,
}

/// What was made of the manifests of one version, by scope.
#[derive(Clone, Debug)]
struct Reading {
    version: String,
    scopes: Vec<(String, Loaded)>,
    /// What Receivers are made of, by scope.
    #[cfg(feature = "webhook")]
    receiving: Vec<(String, flux::Objects)>,
}

impl ManifestSource {
    /// Flux's objects: [`Loader::flux`].
    pub fn flux(source: Source, loader: &Loader) -> Self {
        Self::of(Kind::Flux, source, loader)
    }

    /// Fleet's objects: [`Loader::fleet`].
    pub fn fleet(source: Source, loader: &Loader) -> Self {
        Self::of(Kind::Fleet, source, loader)
    }

    /// Files named `tagwright.yaml`: [`Loader::config`].
    pub fn config(source: Source, loader: &Loader) -> Self {
        Self::of(Kind::Config, source, loader)
    }

    fn of(kind: Kind, source: Source, loader: &Loader) -> Self {
        Self {
            source,
            loader: loader.clone(),
            kind,
            last: Arc::default(),
        }
    }

    /// The automations of all scopes as the manifests are now, and what is wrong with either.
    ///
    /// # Errors
    ///
    /// When nothing can be read at all, as [`Source::flux`].
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn read(&self) -> Result<Loaded, Error> {
        Ok(self
            .read_unless(None)
            .await?
            .map_or_else(Loaded::default, Reading::whole))
    }

    /// Reads all anew the next time, Secrets as well, also where the manifests are still of the same version. What is broken
    /// by then stays as it was.
    pub fn forget(&self) {
        if let Some(last) = &mut *self.last() {
            last.version.clear();
        }
    }

    /// None where the version is still the known one.
    async fn read_unless(&self, known: Option<&str>) -> Result<Option<Reading>, Error> {
        let version = self.source.version(self.wanted()).await?;
        if version.is_some() && version.as_deref() == known {
            return Ok(None);
        }
        let last = self.last().clone();
        let is_last = |last: &Reading| version.as_ref() == Some(&last.version);
        if let Some(last) = last.filter(is_last) {
            return Ok(Some(last));
        }
        let reading = self.read_anew(version.unwrap_or_default()).await?;
        Ok(Some(self.keep(reading)))
    }

    fn last(&self) -> MutexGuard<'_, Option<Reading>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self) -> Wanted {
        match self.kind {
            Kind::Flux | Kind::Fleet => Wanted::Any,
            Kind::Config => CONFIG,
        }
    }

    /// `version` is of before; a repository that is newer by now has one of its own.
    async fn read_anew(&self, version: String) -> Result<Reading, Error> {
        let mut reading = Reading {
            version,
            scopes: Vec::new(),
            #[cfg(feature = "webhook")]
            receiving: Vec::new(),
        };
        match self.kind {
            Kind::Flux => {
                for scope in self.source.flux().await? {
                    let loaded = self.loader.flux(scope.objects()).await;
                    #[cfg(feature = "webhook")]
                    reading.receive(&scope);
                    reading.add(&self.source, &scope, loaded);
                }
            }
            Kind::Fleet => {
                for scope in self.source.fleet().await? {
                    let loaded = self.loader.fleet(scope.objects()).await;
                    reading.add(&self.source, &scope, loaded);
                }
            }
            Kind::Config => {
                for scope in self.source.config().await? {
                    let mut all = Loaded::default();
                    for config in scope.objects() {
                        all.extend(self.loader.config(config).await);
                    }
                    reading.add(&self.source, &scope, all);
                }
            }
        }
        Ok(reading)
    }
}

impl Reading {
    /// In its scope, and bound to the commit where that is the one to be written on.
    fn add<O>(&mut self, source: &Source, scope: &Manifests<O>, mut loaded: Loaded) {
        let name = scope.name();
        if let Some(revision) = scope.revision() {
            revision.clone_into(&mut self.version);
        }
        for builder in &mut loaded.automations {
            builder.scope(name);
        }
        for suspended in &mut loaded.suspended {
            *suspended = full_name(name, "", suspended);
        }
        loaded
            .problems
            .splice(0..0, scope.problems().iter().cloned());
        loaded.pin(source, scope.revision());
        self.scopes.push((name.to_owned(), loaded));
    }

    fn whole(self) -> Loaded {
        let mut whole = Loaded::default();
        for (_, loaded) in self.scopes {
            whole.extend(loaded);
        }
        whole
    }
}

impl Loaded {
    fn pin(&mut self, source: &Source, revision: Option<&str>) {
        for builder in &mut self.automations {
            if let Some(revision) = revision.filter(|_| source.is_read_by(builder)) {
                builder.only_at(revision);
            }
        }
    }

    fn extend(&mut self, other: Self) {
        self.automations.extend(other.automations);
        self.suspended.extend(other.suspended);
        self.problems.extend(other.problems);
    }

    fn has_error(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }
}
