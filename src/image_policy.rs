//! Which image a policy is for, and how its tags are asked for.

use std::str::FromStr as _;
use std::time::Duration;

use policy::{Dialect, Policy};
use registry::{Client, Repository};
use tagwright_policy as policy;
use tagwright_registry as registry;

use crate::access::ClientSource;
use crate::guard::{Effective, Guards};

/// A policy for the tags of one image, under the name that markers use.
///
/// ```
/// use tagwright::{Dialect, ImagePolicy, policy::Policy};
///
/// let newest = Policy::builder(Dialect::Flux).semver("*").build()?;
/// let podinfo = ImagePolicy::new("flux-system:podinfo", "ghcr.io/stefanprodan/podinfo", newest).with_digest();
/// # Ok::<(), tagwright::policy::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ImagePolicy {
    name: String,
    image: String,
    policy: Policy,
    digest: DigestPolicy,
    guards: Guards,
    client: Option<ClientSource>,
    scanned_at: Option<String>,
    pub(crate) interval: Option<Duration>,
    group: Option<String>,
}

/// Whether the digest of a chosen tag is written beside it. In Flux's dialect it is that of what the tag names, in
/// Fleet's that of the image for linux/amd64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DigestPolicy {
    /// It is neither asked for nor written.
    #[default]
    Never,
    /// It is asked for when a chosen tag is written first, and then stays as it is written, though the tag may move.
    ///
    /// A marked `image:tag@digest` with the chosen image and tag is up to date. So is the value of a marker for Flux's
    /// `:digest` where all tags and names beside it, those of markers of its policy in the same map, else in the same
    /// object, else in the same file, are the chosen ones. Where no tag stands beside it nobody can tell of which tag it
    /// is the digest: that of the chosen tag is asked for, as by `Always`.
    IfNotPresent,
    /// It is asked for by each plan and written when it has changed.
    Always,
}

/// A policy that was checked.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    pub(crate) name: String,
    /// As it is written into files: in Flux's dialect as the user spells it, in Fleet's the canonical name.
    pub(crate) image: String,
    /// What is listed.
    pub(crate) repository: Repository,
    pub(crate) policy: Policy,
    pub(crate) digest: DigestPolicy,
    pub(crate) group: Option<String>,
    pub(crate) guards: Effective,
    pub(crate) client: ClientSource,
    pub(crate) interval: Option<Duration>,
}

impl ImagePolicy {
    /// A policy by the name that markers call it by: `namespace:name` in Flux's dialect, the `tagName` in Fleet's.
    pub fn new(name: impl Into<String>, image: impl Into<String>, policy: Policy) -> Self {
        Self {
            name: name.into(),
            image: image.into(),
            policy,
            digest: DigestPolicy::Never,
            client: None,
            guards: Guards::new(),
            scanned_at: None,
            interval: None,
            group: None,
        }
    }

    /// The digest of the chosen tag is always asked for and written too: [`DigestPolicy::Always`].
    pub fn with_digest(self) -> Self {
        self.with_digest_policy(DigestPolicy::Always)
    }

    /// Whether the digest of the chosen tag is written too, and when it is asked for.
    pub fn with_digest_policy(self, digest: DigestPolicy) -> Self {
        Self { digest, ..self }
    }

    /// A client of its own, with other credentials than the automation's. Policies of one image and one client share
    /// one listing.
    pub fn with_client(self, client: Client) -> Self {
        self.with_client_source(ClientSource::Given(client))
    }

    /// A client whose Secrets may change.
    pub(crate) fn with_client_source(self, client: ClientSource) -> Self {
        Self {
            client: Some(client),
            ..self
        }
    }

    /// Guards of its own, which go before those of the automation, guard by guard.
    pub fn with_guards(self, guards: Guards) -> Self {
        Self { guards, ..self }
    }

    /// Lists another repository's tags, a mirror's say, and asks it for dates and digests; the image that is written stays
    /// the one that was given. For plain HTTP and for credentials of that place, see [`with_client`](Self::with_client).
    ///
    /// ```
    /// use tagwright::{Dialect, ImagePolicy, policy::Policy};
    ///
    /// let newest = Policy::builder(Dialect::Flux).semver("*").build()?;
    /// let podinfo = ImagePolicy::new("flux-system:podinfo", "ghcr.io/stefanprodan/podinfo", newest)
    ///     .scanned_at("mirror.example.com:5000/ghcr/stefanprodan/podinfo");
    /// # Ok::<(), tagwright::policy::Error>(())
    /// ```
    pub fn scanned_at(self, repository: impl Into<String>) -> Self {
        Self {
            scanned_at: Some(repository.into()),
            ..self
        }
    }

    /// The policies that share a branch with it where each has one: see [`Automation::branches`](crate::Automation::branches).
    pub fn in_group(self, group: impl Into<String>) -> Self {
        Self {
            group: Some(group.into()),
            ..self
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.policy.dialect()
    }

    pub(crate) fn needs_client(&self) -> bool {
        self.client.is_none()
    }

    pub(crate) fn check(
        &self,
        dialect: Dialect,
        shared: Option<&ClientSource>,
        (guards, has_state): (&Guards, bool),
    ) -> Result<Watched, String> {
        if self.policy.dialect() != dialect {
            let (own, other) = (self.policy.dialect(), dialect);
            return Err(format!(
                "it is built for {own} and the automation for {other}; build both for one dialect"
            ));
        }
        let client = self.client.as_ref().or(shared).ok_or("it has no client")?;
        let written = repository(&self.image)?;
        let scanned = self.scanned_at.as_deref().map(repository).transpose()?;
        Ok(Watched {
            name: self.name.clone(),
            image: match dialect {
                Dialect::Flux => self.image.clone(),
                Dialect::Fleet => written.to_string(),
            },
            repository: scanned.unwrap_or(written),
            policy: self.policy.clone(),
            digest: self.digest,
            group: self.group.clone(),
            client: client.clone(),
            guards: self.checked_guards(guards, has_state)?,
            interval: self.interval,
        })
    }
}

impl ImagePolicy {
    /// Its own guards over those of all policies.
    fn checked_guards(&self, general: &Guards, has_state: bool) -> Result<Effective, String> {
        let guards = self.guards.over(general).check()?;
        if guards.shrink.is_some() && !has_state {
            return Err(
                "a bound on how far the tags shrink needs to know how many there were; give a state store"
                    .to_owned(),
            );
        }
        Ok(guards)
    }
}

/// References in the wild have no scheme, but `https:` is a host with an empty port to a parser of them.
pub(crate) fn repository(image: &str) -> Result<Repository, String> {
    if let Some((scheme, rest)) = image.split_once("://") {
        return Err(format!(
            "the image starts with '{scheme}://', which is no part of a reference; write {rest}"
        ));
    }
    Repository::from_str(image).map_err(|error| error.to_string())
}
