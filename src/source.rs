//! Where manifests come from.

mod lint;
mod read;
mod scopes;
mod suspend;
mod version;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use gitwrite::{Ref, Remote};
use manifests::{config, fleet, flux};
use read::{Kept, Parse};
use scopes::Scopes;
use tagwright_gitwrite as gitwrite;
use tagwright_manifests as manifests;
use tagwright_policy::Dialect;

use crate::automation::invalid;
use crate::error::Error;
use crate::judge::judge;
use crate::offload::offload;
use crate::problem::Problem;

/// A folder, a file, a branch of a repository, or a text, with manifests in it: Flux's objects, Fleet's, or `tagwright.yaml`.
///
/// All files that end in `.yaml` or `.yml` are read, those of a folder in parallel; no symbolic link is followed, and
/// `.git` is left out. What is broken in one of them, and what cannot be used, is a problem of its own and hides no other.
/// More than 100,000 files with objects, or 256 MiB of them, are an error.
///
/// ```no_run
/// use tagwright::{Automations, Loader, Source};
///
/// # async fn example() -> Result<(), tagwright::Error> {
/// let source = Source::directory(".").scope("staging", "clusters/staging")?.scope("production", "clusters/production")?;
/// let mut group = Automations::builder();
/// for scope in source.flux().await? {
///     for automation in Loader::new().flux(scope.objects()).await.automations() {
///         group.add(scope.name(), automation);
///     }
/// }
/// let plans = group.build().plan().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Source {
    place: Place,
    scopes: Scopes,
}

#[derive(Clone, Debug)]
enum Place {
    Directory(PathBuf),
    Repository {
        remote: Arc<Remote>,
        reference: Ref,
        timeout: Duration,
    },
    File(PathBuf),
    Text {
        name: String,
        bytes: Arc<[u8]>,
    },
}

/// Which files are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Any,
    /// Those of this name, and a text of whatever name.
    Named(&'static str),
}

impl Wanted {
    fn takes(self, file: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Named(name) => file.rsplit('/').next() == Some(name),
        }
    }
}

/// The name of the files of our own form.
pub(crate) const CONFIG: Wanted = Wanted::Named("tagwright.yaml");

/// The objects of one scope, and what is wrong with its files.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifests<O> {
    scope: String,
    objects: O,
    problems: Vec<Problem>,
    revision: Option<String>,
}

impl<O> Manifests<O> {
    /// The scope's name; empty where the source has no scopes.
    pub fn name(&self) -> &str {
        &self.scope
    }

    /// What can be used, in the order of the files.
    pub fn objects(&self) -> &O {
        &self.objects
    }

    /// What cannot, and where it stands.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The id of the commit that was read, where it was one.
    pub fn revision(&self) -> Option<&str> {
        self.revision.as_deref()
    }
}

impl Source {
    /// The manifests below a directory.
    pub fn directory(path: impl Into<PathBuf>) -> Self {
        Self::of(Place::Directory(path.into()))
    }

    /// The manifests of a branch, a tag or a commit of a repository. Each reading fetches what is new there, for two
    /// minutes at the most.
    pub fn repository(remote: Remote, reference: Ref) -> Self {
        Self::of(Place::Repository {
            remote: Arc::new(remote),
            reference,
            timeout: Duration::from_secs(120),
        })
    }

    /// The manifests of one file, whatever it is named, read again each time. A link to it is followed.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::of(Place::File(path.into()))
    }

    /// Manifests that were read by the caller, from standard input say; problems call them by the name.
    pub fn text(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::of(Place::Text {
            name: name.into(),
            bytes: bytes.into().into(),
        })
    }

    fn of(place: Place) -> Self {
        Self {
            place,
            scopes: Scopes::default(),
        }
    }

    /// Reads the manifests of a folder, or of one file, under a name, where a repository holds those of several clusters;
    /// without any scope all is read under none. A file in the folders of two scopes is that of the inner one.
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](crate::ErrorKind::Configuration): a name that is empty or given twice, two scopes of one
    /// folder however it is written, a folder outside, and a scope of a text or a file.
    pub fn scope(mut self, name: &str, path: &str) -> Result<Self, Error> {
        self.require_folder()?;
        self.scopes.add(name, path)?;
        Ok(self)
    }

    /// Reads the manifests of one folder, or of one file, of a repository or a directory, and no others. Where there are
    /// [scopes](Self::scope) too, theirs are read instead.
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](crate::ErrorKind::Configuration): a folder outside, and a text or a file as the source.
    pub fn below(mut self, path: &str) -> Result<Self, Error> {
        self.require_folder()?;
        self.scopes.keep_below(path)?;
        Ok(self)
    }

    fn require_folder(&self) -> Result<(), Error> {
        match &self.place {
            Place::Text { name, .. } => {
                Err(invalid(format!("{name} is one text, which has no scopes")))
            }
            Place::File(path) => Err(invalid(format!(
                "{} is one file, which has no scopes",
                path.display()
            ))),
            Place::Directory(_) | Place::Repository { .. } => Ok(()),
        }
    }

    /// Flux's objects, for each scope in the order in which they were given.
    ///
    /// # Errors
    ///
    /// When nothing can be read at all: of kind [`Directory`](crate::ErrorKind::Directory) or
    /// [`Repository`](crate::ErrorKind::Repository), and [`Configuration`](crate::ErrorKind::Configuration) for too much.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn flux(&self) -> Result<Vec<Manifests<flux::Objects>>, Error> {
        let judge = judge(Dialect::Flux);
        let parse = move |name: &str, bytes: &[u8]| {
            let read = flux::read_with(name, bytes, &judge);
            let is_empty = read.objects.is_empty();
            Kept::of(read.objects, &read.problems, is_empty)
        };
        self.read(parse, flux::Objects::merge).await
    }

    /// Fleet's objects, for each scope.
    ///
    /// # Errors
    ///
    /// As [`flux`](Self::flux).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn fleet(&self) -> Result<Vec<Manifests<fleet::Objects>>, Error> {
        let judge = judge(Dialect::Fleet);
        let parse = move |name: &str, bytes: &[u8]| {
            let read = fleet::read_with(name, bytes, &judge);
            let is_empty = read.objects.is_empty();
            Kept::of(read.objects, &read.problems, is_empty)
        };
        self.read(parse, fleet::Objects::merge).await
    }

    /// What stands in files named `tagwright.yaml`, for each scope; of a text and a single file whatever it is named.
    ///
    /// # Errors
    ///
    /// As [`flux`](Self::flux).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn config(&self) -> Result<Vec<Manifests<Vec<config::Config>>>, Error> {
        let any = matches!(self.place, Place::Text { .. } | Place::File(_));
        let parse = move |name: &str, bytes: &[u8]| {
            if !any && !CONFIG.takes(name) {
                return None;
            }
            let read = config::read(name, bytes);
            Kept::of(vec![read.config], &read.problems, false)
        };
        self.read(parse, Vec::extend).await
    }

    async fn read<O: Default + Send + 'static>(
        &self,
        parse: impl Parse<O>,
        merge: impl Fn(&mut O, O) + Send + 'static,
    ) -> Result<Vec<Manifests<O>>, Error> {
        let source = self.clone();
        offload(self.timeout(), move |control| {
            let all = match &source.place {
                Place::Directory(path) => read::directory(path, &source.scopes, &parse, control)?,
                Place::Repository {
                    remote, reference, ..
                } => read::repository(remote, reference, &source.scopes, &parse, control)?,
                Place::File(path) => read::file(path, &parse)?,
                Place::Text { name, bytes } => read::text(name, bytes, &parse),
            };
            Ok(all.by_scope(&source.scopes, merge))
        })
        .await
    }

    /// Whether a `tagwright.yaml` can be in it, by its name.
    pub(crate) fn may_hold_config(&self) -> bool {
        match &self.place {
            Place::Directory(_) | Place::Repository { .. } => true,
            Place::File(path) => CONFIG.takes(&path.to_string_lossy()),
            Place::Text { name, .. } => CONFIG.takes(name),
        }
    }

    fn timeout(&self) -> Duration {
        match &self.place {
            Place::Repository { timeout, .. } => *timeout,
            Place::Directory(_) | Place::File(_) | Place::Text { .. } => Duration::MAX,
        }
    }
}
