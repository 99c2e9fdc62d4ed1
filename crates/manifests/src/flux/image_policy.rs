//! `ImagePolicy`: which tag of an image to take.

use std::time::Duration;

use super::filter_tags::{FilterTags, filter_tags};
use super::interval::duration;
use crate::fields::Fields;
use crate::meta::metadata;
use crate::report::Report;
use crate::yaml::Node;
use crate::{Metadata, ObjectRef, Severity, Subject};

/// Which tag to take of what an image repository lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImagePolicy {
    /// Name, namespace, labels and place.
    pub meta: Metadata,
    /// The [`ImageRepository`](super::ImageRepository) with the tags.
    pub image_repository_ref: ObjectRef,
    /// How to choose.
    pub policy: PolicyChoice,
    /// Which tags take part, and what of them is compared.
    pub filter_tags: Option<FilterTags>,
    /// When to write the image's digest as well.
    pub digest_reflection_policy: DigestReflectionPolicy,
    /// How often the digest is looked up, for [`DigestReflectionPolicy::Always`].
    pub interval: Option<Duration>,
    /// Whether the policy is suspended.
    pub suspend: bool,
}

/// `spec.policy`, as it is written; one field is set at least. Of several, Flux
/// takes semver before alphabetical before numerical, and each of the others is
/// a warning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PolicyChoice {
    /// The range of `semver`, not parsed.
    pub semver: Option<String>,
    /// The order of `alphabetical`: `asc` or `desc`, or empty when it is not
    /// given, which means `asc`.
    pub alphabetical: Option<String>,
    /// The order of `numerical`, likewise.
    pub numerical: Option<String>,
}

/// `spec.digestReflectionPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum DigestReflectionPolicy {
    /// No digest is written.
    #[default]
    Never,
    /// The digest is looked up when the tag changes.
    IfNotPresent,
    /// The digest is looked up every time.
    Always,
}

pub(crate) const REFLECTION: &[(&str, DigestReflectionPolicy)] = &[
    ("Never", DigestReflectionPolicy::Never),
    ("IfNotPresent", DigestReflectionPolicy::IfNotPresent),
    ("Always", DigestReflectionPolicy::Always),
];

pub(super) fn read(report: &Report<'_>, path: String, node: &Node) -> Option<ImagePolicy> {
    let mut object = Fields::new(report, path, node)?;
    let meta = metadata(&mut object, "ImagePolicy");
    let mut spec = object.fields_of_base("spec", "{imageRepositoryRef: {name: app}}")?;
    let image_repository_ref = image_repository_ref(&mut spec);
    let policy = policy(&mut spec);
    let digest_reflection_policy = spec.one_of("digestReflectionPolicy", REFLECTION);
    let found = ImagePolicy {
        meta,
        image_repository_ref: image_repository_ref.unwrap_or_default(),
        policy: policy.unwrap_or_default(),
        filter_tags: spec.fields("filterTags").map(filter_tags),
        digest_reflection_policy: digest_reflection_policy.unwrap_or_default(),
        interval: duration(&mut spec, "interval"),
        suspend: spec.flag("suspend"),
    };
    check_interval(&mut spec, &found);
    spec.finish();
    object.finish();
    Some(found)
}

fn image_repository_ref(spec: &mut Fields<'_>) -> Option<ObjectRef> {
    if spec.get("imageRepositoryRef").is_none() {
        spec.missing_in_overlay("imageRepositoryRef", "{name: app}");
    }
    let mut reference = spec.fields_with("imageRepositoryRef", "name")?;
    let name = reference.required_text("name", "app");
    let namespace = reference.text("namespace");
    reference.finish();
    Some(ObjectRef { name, namespace })
}

fn policy(spec: &mut Fields<'_>) -> Option<PolicyChoice> {
    if spec.get("policy").is_none() {
        spec.missing_in_overlay("policy", "{semver: {range: '>=1.0.0'}}");
    }
    let mut fields = spec.fields("policy")?;
    hint_at_misplaced(&mut fields);
    let choice = PolicyChoice {
        semver: semver(&mut fields),
        alphabetical: order(&mut fields, "alphabetical"),
        numerical: order(&mut fields, "numerical"),
    };
    check_choice(&mut fields);
    fields.finish();
    Some(choice)
}

fn semver(policy: &mut Fields<'_>) -> Option<String> {
    let mut semver = policy.fields_with("semver", "range")?;
    let range = semver.required_text("range", "'>=1.0.0'");
    semver.judge("range", Subject::Range(&range));
    semver.finish();
    Some(range)
}

fn order(policy: &mut Fields<'_>, name: &'static str) -> Option<String> {
    let mut fields = policy.fields_with(name, "order")?;
    let order = fields.one_of("order", &[("asc", "asc"), ("desc", "desc")]);
    fields.finish();
    Some(order.unwrap_or_default().to_owned())
}

/// A policy must be given. Of several, the one that stands first here counts.
fn check_choice(policy: &mut Fields<'_>) {
    let names = ["semver", "alphabetical", "numerical"];
    let given: Vec<_> = names
        .into_iter()
        .filter_map(|name| Some((name, policy.get(name)?.at)))
        .collect();
    let Some(((taken, _), unused)) = given.split_first() else {
        let message = "no policy is given; write semver, alphabetical or numerical".to_owned();
        return policy.error_here("", message);
    };
    for (name, at) in unused {
        let message = format!("not used: Flux takes {taken} where both are given; remove one");
        policy.add(Severity::Warning, *at, name, message);
    }
}

fn hint_at_misplaced(policy: &mut Fields<'_>) {
    if let Some(node) = policy.get("filterTags") {
        let message = "not used here; move it up one level, to spec.filterTags".to_owned();
        policy.add(Severity::Warning, node.at, "filterTags", message);
    }
}

/// What Flux's admission rules demand of interval and reflection.
fn check_interval(spec: &mut Fields<'_>, policy: &ImagePolicy) {
    let always = policy.digest_reflection_policy == DigestReflectionPolicy::Always;
    let message = match (spec.get("interval"), always) {
        (None, true) => {
            "missing; Flux requires it with `digestReflectionPolicy: Always`: write for example `interval: 10m`"
        }
        (Some(_), false) => "Flux accepts it with `digestReflectionPolicy: Always` only; remove it",
        _ => return,
    };
    let at = spec.get("interval").map_or(spec.at(), |node| node.at);
    spec.add(Severity::Warning, at, "interval", message.to_owned());
}
