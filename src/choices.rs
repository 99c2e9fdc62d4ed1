//! What each policy chose, and from it the value for every marker: the two dialects' meaning of a marker.

use std::collections::BTreeMap;
use std::fmt;

use markers::{Decision, Marker, Syntax};
use registry::Reference;
use tagwright_markers as markers;
use tagwright_registry as registry;

use tagwright_policy::Dialect;

use crate::role::Role;

/// The chosen image of each policy, and the decisions for markers that follow from them.
///
/// A marker's setter is the policy's name with an optional field behind it. The values, from the sources of
/// Flux's image-automation-controller (`pkg/update`) and of Fleet (`internal/cmd/controller/imagescan`):
///
/// | field | Flux, `namespace:name[:field]` | Fleet, `tagName[:field]` |
/// |---|---|---|
/// | none | `image:tag`, with `@digest` when one is known | `image:tag`, the image's canonical name |
/// | `name` | the image as the policy spells it | the canonical name |
/// | `tag` | the tag | the tag |
/// | `digest` | `sha256:…` | `image:tag@sha256:…` |
///
/// ```
/// use tagwright::{Choice, Choices, Dialect, markers};
///
/// let mut choices = Choices::new(Dialect::Flux);
/// choices.choose("flux-system:app", Choice::new("ghcr.io/org/app", "2.0.0"));
/// let text = b"tag: 1.0.0 # {\"$imagepolicy\": \"flux-system:app:tag\"}\n";
/// let plan = markers::plan(text, &choices.syntax(), |marker, _| choices.decide(marker))?;
/// assert_eq!(plan.apply()?, b"tag: 2.0.0 # {\"$imagepolicy\": \"flux-system:app:tag\"}\n");
/// # Ok::<(), markers::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Choices {
    dialect: Dialect,
    policies: BTreeMap<String, Result<Choice, String>>,
    nearest: markers::NearestNames,
}

/// The image and tag that a policy chose, with the digest of what the tag names if it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    image: String,
    tag: String,
    digest: Option<String>,
}

impl Choice {
    /// A chosen tag of an image.
    pub fn new(image: impl Into<String>, tag: impl Into<String>) -> Self {
        Self {
            image: image.into(),
            tag: tag.into(),
            digest: None,
        }
    }

    /// The same choice, pinned to a digest (`sha256:<hex>`).
    pub fn with_digest(self, digest: impl Into<String>) -> Self {
        Self {
            digest: Some(digest.into()),
            ..self
        }
    }

    /// The image, as it is written into files.
    pub fn image(&self) -> &str {
        &self.image
    }

    /// The tag.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The digest of what the tag names, if it is known.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    pub(crate) fn tagged(&self) -> String {
        format!("{}:{}", self.image, self.tag)
    }

    fn pinned(&self) -> Option<String> {
        self.digest
            .as_ref()
            .map(|digest| format!("{}@{digest}", self.tagged()))
    }
}

/// `image:tag`, with `@digest` when one is known.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pinned().unwrap_or_else(|| self.tagged()))
    }
}

impl Choices {
    /// No choices yet.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            policies: BTreeMap::new(),
            nearest: markers::NearestNames::new(),
        }
    }

    /// The syntax of the dialect's markers.
    pub fn syntax(&self) -> Syntax {
        syntax(self.dialect)
    }

    /// Records what a policy chose. The name is that of its markers: `namespace:name` in Flux, the `tagName` in Fleet.
    ///
    /// A choice that does not make up an image reference withholds the policy's own markers, and no other's.
    pub fn choose(&mut self, policy: impl Into<String>, choice: Choice) -> &mut Self {
        let checked = match choice.to_string().parse::<Reference>() {
            Ok(_) => Ok(choice),
            Err(error) => Err(error.to_string()),
        };
        self.record(policy.into(), checked)
    }

    /// Records that a policy chose nothing, and why: its markers keep their values.
    pub fn withhold(&mut self, policy: impl Into<String>, reason: impl Into<String>) -> &mut Self {
        self.record(policy.into(), Err(reason.into()))
    }

    fn record(&mut self, policy: String, choice: Result<Choice, String>) -> &mut Self {
        self.policies.insert(policy, choice);
        self.nearest.clear();
        self
    }

    /// The policy that a setter names, if there is one of that name.
    pub fn policy_of<'s>(&self, setter: &'s str) -> Option<&'s str> {
        self.split(setter).map(|(policy, _)| policy)
    }

    /// Whether some policy of both chose differently.
    pub(crate) fn differ_from(&self, other: &Self) -> bool {
        let differs =
            |(name, own): (&String, &Result<Choice, String>)| match (own, other.policies.get(name))
            {
                (Ok(own), Some(Ok(other))) => own != other,
                _ => false,
            };
        self.dialect == other.dialect && self.policies.iter().any(differs)
    }

    /// What a policy chose, if it did.
    pub(crate) fn chosen(&self, policy: &str) -> Option<&Choice> {
        self.policies.get(policy)?.as_ref().ok()
    }

    /// The policy that a setter names, and what its field says of the policy's image.
    pub(crate) fn role<'s>(&self, setter: &'s str) -> Option<(&'s str, Role)> {
        let (policy, field) = self.split(setter)?;
        Some((policy, Role::of(self.dialect, field)?))
    }

    /// What to do with a marker.
    pub fn decide(&self, marker: &Marker) -> Decision {
        self.decide_setter(marker.setter())
    }

    pub(crate) fn decide_setter(&self, setter: &str) -> Decision {
        let Some((policy, field)) = self.split(setter) else {
            return Decision::Unknown {
                nearest: self.nearest(setter),
            };
        };
        match &self.policies[policy] {
            Ok(choice) => self.value(choice, field, setter),
            Err(reason) => Decision::Withhold(reason.clone()),
        }
    }

    fn value(&self, choice: &Choice, field: Option<&str>, setter: &str) -> Decision {
        let digest = match self.dialect {
            Dialect::Fleet => choice.pinned(),
            Dialect::Flux => choice.digest.clone(),
        };
        match field {
            None if self.dialect == Dialect::Fleet => Decision::Set(choice.tagged()),
            None => Decision::Set(choice.to_string()),
            Some("name") => Decision::Set(choice.image.clone()),
            Some("tag") => Decision::Set(choice.tag.clone()),
            Some("digest") => digest.map_or_else(
                || Decision::Withhold(format!("no digest of {} is known", choice.tagged())),
                Decision::Set,
            ),
            Some(_) => Decision::Unknown {
                nearest: self.nearest(setter),
            },
        }
    }

    /// A known policy's name and the field behind it. A policy's own name may hold a colon (Flux's do).
    fn split<'s>(&self, setter: &'s str) -> Option<(&'s str, Option<&'s str>)> {
        if self.policies.contains_key(setter) {
            return Some((setter, None));
        }
        let (policy, field) = setter.rsplit_once(':')?;
        self.policies
            .contains_key(policy)
            .then_some((policy, Some(field)))
    }

    fn nearest(&self, setter: &str) -> Option<String> {
        const FIELDS: [&str; 4] = ["", ":name", ":tag", ":digest"];
        let known = self
            .policies
            .keys()
            .flat_map(|policy| FIELDS.map(|field| format!("{policy}{field}")));
        self.nearest.of(setter, known)
    }
}

pub(crate) fn syntax(dialect: Dialect) -> Syntax {
    match dialect {
        Dialect::Fleet => Syntax::fleet(),
        Dialect::Flux => Syntax::flux(),
    }
}
