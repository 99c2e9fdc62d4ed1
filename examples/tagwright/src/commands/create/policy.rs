//! `create policy`.

use std::time::Duration;

use clap::{Args, ValueEnum};
use tagwright::manifests::flux::{DigestReflectionPolicy, FilterTags, ImagePolicy};

use super::meta::{Meta, duration};
use crate::failure::Failure;

/// An `ImagePolicy`: which of an image's tags wins
#[derive(Debug, Args)]
pub(super) struct Policy {
    #[command(flatten)]
    meta: Meta,
    /// The name of the `ImageRepository`
    #[arg(long, value_name = "NAME")]
    image_ref: String,
    #[command(flatten)]
    choice: Choice,
    /// A regular expression in Go's syntax; tags that it does not match take no part
    #[arg(long, visible_alias = "filter", value_name = "PATTERN")]
    filter_regex: Option<String>,
    /// What of a tag is compared: groups of the pattern, as $ts
    #[arg(
        long,
        visible_alias = "extract",
        value_name = "TEMPLATE",
        requires = "filter_regex"
    )]
    filter_extract: Option<String>,
    /// When the image's digest is written as well
    #[arg(long, visible_alias = "digest", value_name = "WHEN")]
    reflect_digest: Option<Reflect>,
    /// How often the digest is looked up, with --reflect-digest=Always
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    interval: Option<Duration>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Choice {
    /// The greatest version in a range: 5.0.x, '>=1.0.0 <2.0.0'
    #[arg(long = "select-semver", visible_alias = "semver", value_name = "RANGE")]
    semver: Option<String>,
    /// By the alphabet: the last (asc) or the first (desc)
    #[arg(
        long = "select-alpha",
        visible_alias = "alphabetical",
        value_name = "ORDER"
    )]
    alphabetical: Option<Order>,
    /// By number: the greatest (asc) or the least (desc)
    #[arg(
        long = "select-numeric",
        visible_alias = "numerical",
        value_name = "ORDER"
    )]
    numerical: Option<Order>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    Asc,
    Desc,
}

impl From<Order> for String {
    fn from(order: Order) -> Self {
        match order {
            Order::Asc => "asc".to_owned(),
            Order::Desc => "desc".to_owned(),
        }
    }
}

/// Spelled as in the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "PascalCase")]
enum Reflect {
    Never,
    IfNotPresent,
    Always,
}

impl Policy {
    pub(super) fn yaml(self) -> Result<String, Failure> {
        if self.interval.is_some() && self.reflect_digest != Some(Reflect::Always) {
            return Err(Failure::new(
                "--interval is for digests that are looked up again and again: give --reflect-digest=Always as well, or leave it out",
            ));
        }
        let mut object = ImagePolicy::default();
        object.meta = self.meta.metadata();
        object.image_repository_ref.name = self.image_ref;
        object.policy.semver = self.choice.semver;
        object.policy.alphabetical = self.choice.alphabetical.map(String::from);
        object.policy.numerical = self.choice.numerical.map(String::from);
        object.filter_tags = self.filter_regex.map(|pattern| {
            let mut filter = FilterTags::default();
            filter.pattern = pattern;
            filter.extract = self.filter_extract;
            filter
        });
        object.digest_reflection_policy = match self.reflect_digest {
            Some(Reflect::Always) => DigestReflectionPolicy::Always,
            Some(Reflect::IfNotPresent) => DigestReflectionPolicy::IfNotPresent,
            Some(Reflect::Never) => return Ok(object.to_yaml_in_full()),
            None => DigestReflectionPolicy::Never,
        };
        object.interval = self.interval;
        Ok(object.to_yaml())
    }
}
