//! `policies`: which tag of an image is taken.

use std::collections::BTreeMap;

use config::{Config, Image, Order, Select};
use policy::{DEFAULT_EXCLUSION, Dialect, PolicyBuilder};
use tagwright_manifests::config;
use tagwright_manifests::flux::DigestReflectionPolicy;
use tagwright_policy as policy;

use super::{dialect, guards, images, subject};
use crate::automation::AutomationBuilder;
use crate::image_policy::{DigestPolicy, ImagePolicy};
use crate::loader::Loading;
use crate::objects::Refusal;
use crate::problem::Problem;

/// What became of a policy of the file.
pub(super) enum Configured {
    Policy(Box<ImagePolicy>),
    /// Its markers are left alone, as somebody wants it.
    Withheld(&'static str),
    /// It cannot be used as it is.
    Refused(Refusal),
}

impl Configured {
    pub(super) fn add(&self, name: &str, builder: &mut AutomationBuilder) {
        match self {
            Self::Policy(policy) => builder.image_policy(ImagePolicy::clone(policy)),
            Self::Withheld(reason) => builder.withhold(name, reason),
            Self::Refused(reason) => builder.refuse(name, reason),
        };
    }
}

/// Every policy of the file by its name; several targets may take one.
pub(super) async fn configured<'c>(
    config: &'c Config,
    loading: &mut Loading<'_>,
) -> BTreeMap<&'c str, Configured> {
    let images = config.images.iter();
    let images: BTreeMap<&str, &Image> = images.map(|image| (image.name.as_str(), image)).collect();
    let mut all = BTreeMap::new();
    for policy in &config.policies {
        let image = images.get(policy.image.as_str()).copied();
        let found = one(config, policy, image, loading).await;
        let found = found.unwrap_or_else(|reason| {
            let subject = subject("policy", &policy.name, &policy.location);
            loading.problems.push(Problem::error(subject, &reason));
            Configured::Refused(reason)
        });
        all.insert(policy.name.as_str(), found);
    }
    all
}

async fn one(
    config: &Config,
    policy: &config::Policy,
    image: Option<&Image>,
    loading: &mut Loading<'_>,
) -> Result<Configured, Refusal> {
    if policy.suspend {
        return Ok(Configured::Withheld("the policy is suspended"));
    }
    let name = &policy.image;
    let image = image.ok_or_else(|| format!("image: the image {name} is left out; correct it"))?;
    if image.suspend {
        return Ok(Configured::Withheld("the image is suspended"));
    }
    let rule = rule(dialect(config), policy, image)?;
    let client = images::client(image, loading).await?;
    let found = ImagePolicy::new(&policy.name, &image.image, rule)
        .with_guards(guards(&policy.guards))
        .with_client_source(client);
    let found = match image.interval {
        Some(interval) => found.with_interval(interval),
        None => found,
    };
    let found = match &policy.group {
        Some(group) => found.in_group(group),
        None => found,
    };
    let found = found.with_digest_policy(digest(policy)?);
    Ok(Configured::Policy(Box::new(found)))
}

/// A tag that is followed has nothing else that could change.
fn digest(policy: &config::Policy) -> Result<DigestPolicy, Refusal> {
    let follows = matches!(policy.select, Select::FollowTag(_));
    match policy.digest {
        DigestReflectionPolicy::Never if follows => Ok(DigestPolicy::Always),
        DigestReflectionPolicy::Never => Ok(DigestPolicy::Never),
        DigestReflectionPolicy::IfNotPresent if follows => Err(
            "digest: a tag that is followed changes by its digest alone, which IfNotPresent keeps; use Always"
                .to_owned(),
        ),
        DigestReflectionPolicy::IfNotPresent => Ok(DigestPolicy::IfNotPresent),
        DigestReflectionPolicy::Always => Ok(DigestPolicy::Always),
        _ => Err("digest is not known; use Never, IfNotPresent or Always".to_owned()),
    }
}

fn rule(
    dialect: Dialect,
    policy: &config::Policy,
    image: &Image,
) -> Result<policy::Policy, Refusal> {
    let mut builder = PolicyBuilder::new(dialect);
    builder.strict(policy.strict);
    match &policy.select {
        Select::Semver(range) => builder.semver(range),
        Select::Alphabetical(order) => builder.alphabetical(word(dialect, *order)),
        Select::Numerical(order) => builder.numerical(word(Dialect::Flux, *order)),
        Select::Calver(format) => builder.calver(format),
        Select::NewestBuild => builder.newest_build(),
        Select::FollowTag(tag) => builder.digest(tag),
        other => {
            return Err(format!(
                "{other:?} is not supported yet; choose another way"
            ));
        }
    };
    if let Some(filter) = &policy.filter {
        let extract = filter.extract.as_deref().unwrap_or_default();
        builder.filter(&filter.pattern, extract);
    }
    let default = [DEFAULT_EXCLUSION.to_owned()];
    for pattern in image.exclude.as_deref().unwrap_or(&default) {
        builder.exclude(pattern);
    }
    builder.build().map_err(|error| error.to_string())
}

/// The file has one meaning in both dialects, which have opposite words for it.
fn word(dialect: Dialect, order: Order) -> &'static str {
    match (dialect, order) {
        (Dialect::Flux, Order::Descending) | (Dialect::Fleet, Order::Ascending) => "desc",
        _ => "asc",
    }
}
