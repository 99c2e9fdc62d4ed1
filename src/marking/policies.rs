//! Which image each policy is of.

use memchr::memmem;
use tagwright_manifests::{config, fleet, flux};
use tagwright_markers::NearestNames;
use tagwright_policy::Dialect;
use tagwright_registry::{Reference, Repository};

use crate::automation::invalid;
use crate::error::Error;
use crate::image_policy::repository;
use crate::objects::{Named, subject};
use crate::problem::Problem;
use crate::source::Source;

/// The names of policies, as markers have them, and the image of each.
#[derive(Clone, Debug, Default)]
pub struct PolicyImages {
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

#[derive(Clone, Debug)]
struct Entry {
    policy: String,
    dialect: Dialect,
    image: Repository,
}

/// The policy of an image.
pub(super) enum Found<'p> {
    None,
    One(&'p str),
    /// Nobody can tell which of them is meant.
    Several(&'p str, &'p str),
}

impl PolicyImages {
    /// No policies yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The policies of the manifests in a source: Flux's, Fleet's and those of `tagwright.yaml`. What is wrong with them is
    /// among the [`problems`](Self::problems).
    ///
    /// # Errors
    ///
    /// As [`Source::flux`].
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn of(source: &Source) -> Result<Self, Error> {
        let mut all = Self::new();
        for scope in source.flux().await? {
            all.problems.extend(scope.problems().iter().cloned());
            all.flux(scope.objects());
        }
        for scope in source.fleet().await? {
            all.problems.extend(scope.problems().iter().cloned());
            all.fleet(scope.objects());
        }
        if source.may_hold_config() {
            for scope in source.config().await? {
                all.problems.extend(scope.problems().iter().cloned());
                scope.objects().iter().for_each(|one| all.config(one));
            }
        }
        all.problems.dedup();
        Ok(all)
    }

    /// Adds a policy by the name that its markers have, `namespace:name` in Flux, `tagName` in Fleet, with its image.
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](crate::ErrorKind::Configuration): an image that is none, or that has a tag.
    pub fn add(&mut self, policy: &str, image: &str) -> Result<&mut Self, Error> {
        let dialect = if policy.contains(':') {
            Dialect::Flux
        } else {
            Dialect::Fleet
        };
        let parsed = repository(image)
            .map_err(|error| invalid(format!("the image of policy {policy}: {error}")))?;
        self.push(policy, dialect, parsed);
        Ok(self)
    }

    /// Keeps some of the policies, by their names.
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](crate::ErrorKind::Configuration): a name that is none of a policy's.
    pub fn only(mut self, names: &[impl AsRef<str>]) -> Result<Self, Error> {
        let known = || self.entries.iter().map(|entry| &entry.policy);
        for name in names.iter().map(AsRef::as_ref) {
            if !known().any(|policy| policy == name) {
                let way_out = match NearestNames::new().of(name, known()) {
                    Some(near) => format!("did you mean {near}?"),
                    None => "correct it, or give its image".to_owned(),
                };
                return Err(invalid(format!("there is no policy {name}; {way_out}")));
            }
        }
        let is_kept = |entry: &Entry| names.iter().any(|name| name.as_ref() == entry.policy);
        self.entries.retain(is_kept);
        Ok(self)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What is wrong with the manifests, so that policies may be missing.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The policy of a dialect whose image this is.
    pub(super) fn find(&self, dialect: Dialect, image: &str) -> Found<'_> {
        let Ok(reference) = image.parse::<Reference>() else {
            return Found::None;
        };
        let image = reference.as_repository();
        let is_its = |entry: &&Entry| entry.dialect == dialect && entry.image == *image;
        let mut policies = self.entries.iter().filter(is_its);
        match (policies.next(), policies.next()) {
            (None, _) => Found::None,
            (Some(one), None) => Found::One(&one.policy),
            (Some(one), Some(other)) => Found::Several(&one.policy, &other.policy),
        }
    }

    /// Whether a text can hold one of the images, told without reading it as YAML.
    pub(super) fn may_stand_in(&self, dialect: Dialect, bytes: &[u8]) -> bool {
        let of_dialect = |entry: &&Entry| entry.dialect == dialect;
        self.entries.iter().filter(of_dialect).any(|entry| {
            let path = entry.image.path();
            let last = path.rsplit('/').next().unwrap_or(path).as_bytes();
            memmem::find(bytes, last).is_some()
        })
    }

    fn push(&mut self, policy: &str, dialect: Dialect, image: Repository) {
        let known = |entry: &Entry| entry.policy == policy && entry.image == image;
        if !self.entries.iter().any(known) {
            let policy = policy.to_owned();
            self.entries.push(Entry {
                policy,
                dialect,
                image,
            });
        }
    }

    fn flux(&mut self, objects: &flux::Objects) {
        let repositories = Named::new(
            "ImageRepository",
            |one: &flux::ImageRepository| &one.meta,
            &objects.image_repositories,
        );
        for policy in &objects.image_policies {
            let meta = &policy.meta;
            let Some(own) = meta.namespace.as_deref() else {
                let message = "it has no namespace, which its markers name; write it, or give the policy with its image";
                let subject = subject("ImagePolicy", meta);
                self.problems.push(Problem::warning(subject, message));
                continue;
            };
            let reference = &policy.image_repository_ref;
            let namespace = reference.namespace.as_deref().unwrap_or(own);
            let found = repositories.find(namespace, &reference.name);
            let image = found.and_then(|found| repository(&found.image));
            match image {
                Ok(image) => self.push(&format!("{own}:{}", meta.name), Dialect::Flux, image),
                Err(reason) => {
                    let subject = subject("ImagePolicy", meta);
                    self.problems.push(Problem::warning(subject, reason));
                }
            }
        }
    }

    fn fleet(&mut self, objects: &fleet::Objects) {
        for scan in &objects.image_scans {
            match scan.image.parse::<Reference>() {
                Ok(image) => {
                    let image = image.as_repository().clone();
                    self.push(&scan.tag_name, Dialect::Fleet, image);
                }
                Err(error) => {
                    let subject = subject("ImageScan", &scan.meta);
                    self.problems.push(Problem::warning(subject, error));
                }
            }
        }
    }

    fn config(&mut self, config: &config::Config) {
        let dialect = match config.dialect {
            config::Dialect::Fleet => Dialect::Fleet,
            _ => Dialect::Flux,
        };
        for policy in &config.policies {
            let image = config.images.iter().find(|one| one.name == policy.image);
            if let Some(Ok(image)) = image.map(|one| repository(&one.image)) {
                self.push(&policy.name, dialect, image);
            }
        }
    }
}
