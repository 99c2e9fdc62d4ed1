//! Flux's objects: image repositories, policies, automations, Git repositories,
//! receivers.
//!
//! Source of the behaviour: the API types of image-reflector-controller,
//! image-automation-controller, source-controller and notification-controller,
//! in every version that was released: `v1`, `v1beta2`, `v1beta1`, `v1alpha2`
//! and `v1alpha1`. Fields that were renamed are read under their old names in
//! the alphas, with a warning that says what to write today.

mod filter_tags;
mod git_repository;
mod image_policy;
mod image_repository;
mod image_update_automation;
mod interval;
mod provider;
mod receiver;
mod suspend;

pub use filter_tags::FilterTags;
pub(crate) use filter_tags::filter_tags;
pub use git_repository::{GitRef, GitRepository, Include, Verify, VerifyMode};
pub(crate) use image_policy::REFLECTION;
pub use image_policy::{DigestReflectionPolicy, ImagePolicy, PolicyChoice};
pub use image_repository::{AccessFrom, ImageRepository};
pub(crate) use image_repository::{LOGIN, image, patterns, tag};
pub use image_update_automation::{
    Commit, Git, ImageUpdateAutomation, Push, SigningKey, SigningKeyType, SourceRef, Update,
    UpdateStrategy,
};
pub(crate) use image_update_automation::{KEY_TYPES, push, template};
pub use provider::Provider;
pub(crate) use provider::{GIT, REGISTRY};
pub use receiver::{OidcProvider, Receiver, ReceiverResource, ReceiverType};

use crate::judge::LENIENT;
use crate::object::{Reader, keep};
use crate::report::Report;
use crate::secret::{SEALED_GROUP, is_secret, sealed_secret, secret};
use crate::source::{Group, Screen, group_and_version, names_group, visit_objects};
use crate::yaml::Node;
use crate::{Problem, Secret, Subject};

const IMAGE_GROUP: &str = "image.toolkit.fluxcd.io";
const SOURCE_GROUP: &str = "source.toolkit.fluxcd.io";
const NOTIFICATION_GROUP: &str = "notification.toolkit.fluxcd.io";
/// The newest first.
const IMAGE_VERSIONS: &[&str] = &["v1", "v1beta2", "v1beta1", "v1alpha2", "v1alpha1"];
/// Of sources and of receivers.
const OTHER_VERSIONS: &[&str] = &["v1", "v1beta2", "v1beta1", "v1alpha1"];

const GROUPS: &[Group] = &[
    Group {
        name: IMAGE_GROUP,
        version: "v1",
        kinds: &["ImageRepository", "ImagePolicy", "ImageUpdateAutomation"],
        others: &[],
    },
    Group {
        name: SOURCE_GROUP,
        version: "v1",
        kinds: &["GitRepository"],
        others: &[
            "Bucket",
            "ExternalArtifact",
            "HelmChart",
            "HelmRepository",
            "OCIRepository",
        ],
    },
    Group {
        name: NOTIFICATION_GROUP,
        version: "v1",
        kinds: &["Receiver"],
        others: &["Alert", "Provider"],
    },
];

const SCREEN: Screen = Screen {
    groups: GROUPS,
    mentioned: |bytes| {
        names_group(bytes, IMAGE_GROUP)
            || names_group(bytes, SOURCE_GROUP) && names_group(bytes, "GitRepository")
            || names_group(bytes, NOTIFICATION_GROUP) && names_group(bytes, "Receiver")
    },
};

/// The objects of one file, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Read {
    /// The objects that can be used.
    pub objects: Objects,
    /// What was found wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Flux's objects, each kind in the order in which it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Objects {
    /// Images to scan.
    pub image_repositories: Vec<ImageRepository>,
    /// Which tag of an image to take.
    pub image_policies: Vec<ImagePolicy>,
    /// What to write to which Git repository.
    pub image_update_automations: Vec<ImageUpdateAutomation>,
    /// Git repositories.
    pub git_repositories: Vec<GitRepository>,
    /// Whose webhooks are received.
    pub receivers: Vec<Receiver>,
    /// Kubernetes Secrets.
    pub secrets: Vec<Secret>,
}

impl Objects {
    /// Adds the objects of another file.
    pub fn merge(&mut self, other: Self) {
        self.image_repositories.extend(other.image_repositories);
        self.image_policies.extend(other.image_policies);
        self.image_update_automations
            .extend(other.image_update_automations);
        self.git_repositories.extend(other.git_repositories);
        self.receivers.extend(other.receivers);
        self.secrets.extend(other.secrets);
    }

    /// Whether there is none at all.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// Reads the Flux objects of one file: a document, a stream of documents, a
/// `kind: List`, or the same as JSON; UTF-8, or UTF-16 with a byte order mark.
///
/// `name` is the file's name in locations and problems. Objects of other kinds
/// are passed over; documents that cannot hold one of these are not parsed. An
/// object with a problem of [`Severity::Error`](crate::Severity::Error) is left
/// out of the objects and hides no other.
///
/// # Example
///
/// ```
/// use tagwright_manifests::flux;
///
/// let read = flux::read("podinfo.yaml", b"
/// apiVersion: image.toolkit.fluxcd.io/v1
/// kind: ImagePolicy
/// metadata: {name: podinfo, namespace: flux-system}
/// spec:
///   imageRepositoryRef: {name: podinfo}
///   policy: {semver: {range: 5.0}}
/// ");
/// assert!(read.objects.image_policies.is_empty());
/// assert_eq!(
///     read.problems[0].to_string(),
///     "podinfo.yaml:7:28: error: spec.policy.semver.range: \
///      expected text, found the number 5.0; put it in quotes",
/// );
/// ```
pub fn read(name: &str, bytes: &[u8]) -> Read {
    read_with(name, bytes, LENIENT)
}

/// Reads as [`read`] does, and has texts whose grammar is another crate's judged.
///
/// # Example
///
/// ```
/// use tagwright_manifests::{Subject, flux};
///
/// // `tagwright_policy` reads ranges; any function will do.
/// let judge = |subject: Subject<'_>| match subject {
///     Subject::Range(range) if range.ends_with('-') => Err("a range ends with -; write -0".to_owned()),
///     _ => Ok(()),
/// };
/// let read = flux::read_with("podinfo.yaml", b"
/// apiVersion: image.toolkit.fluxcd.io/v1
/// kind: ImagePolicy
/// metadata: {name: podinfo}
/// spec: {imageRepositoryRef: {name: podinfo}, policy: {semver: {range: '>=0.1.0-'}}}
/// ", &judge);
/// assert_eq!(
///     read.problems[0].to_string(),
///     "podinfo.yaml:5:70: error: spec.policy.semver.range: a range ends with -; write -0",
/// );
/// ```
pub fn read_with(
    name: &str,
    bytes: &[u8],
    judge: &dyn Fn(Subject<'_>) -> Result<(), String>,
) -> Read {
    let report = Report::new(name, judge);
    let mut objects = Objects::default();
    visit_objects(&report, bytes, &SCREEN, |path, node| {
        objects.read(&report, path, node);
    });
    Read {
        objects,
        problems: report.into_problems(),
    }
}

/// Reads objects that a program has parsed already, as an operator has them: any
/// values that serialize as Kubernetes objects do, a `kind: List` among them or
/// not. Feature `serde`.
///
/// They have no place in a file: lines and columns are 0, the document is the
/// value's number, counted from 1.
///
/// # Example
///
/// ```
/// use serde_json::json;
/// use tagwright_manifests::flux;
///
/// let object = json!({
///     "apiVersion": "image.toolkit.fluxcd.io/v1",
///     "kind": "ImageRepository",
///     "metadata": {"name": "podinfo", "namespace": "flux-system"},
///     "spec": {"image": "ghcr.io/stefanprodan/podinfo", "interval": 5},
/// });
/// let read = flux::read_values("the cluster", [&object]);
/// assert_eq!(
///     read.problems[0].to_string(),
///     "the cluster: value 1: error: spec.interval: \
///      expected a duration such as 5m, found the number 5",
/// );
/// ```
#[cfg(feature = "serde")]
pub fn read_values<V: serde::Serialize>(name: &str, values: impl IntoIterator<Item = V>) -> Read {
    read_values_with(name, values, LENIENT)
}

/// Reads as [`read_values`] does, and has texts judged as [`read_with`] has.
#[cfg(feature = "serde")]
pub fn read_values_with<V: serde::Serialize>(
    name: &str,
    values: impl IntoIterator<Item = V>,
    judge: &dyn Fn(Subject<'_>) -> Result<(), String>,
) -> Read {
    let report = Report::new(name, judge);
    let mut objects = Objects::default();
    crate::values::visit_values(&report, &SCREEN, values, |path, node| {
        objects.read(&report, path, node);
    });
    Read {
        objects,
        problems: report.into_problems(),
    }
}

impl Objects {
    fn read(&mut self, report: &Report<'_>, path: String, node: &Node) {
        let (group, _) = group_and_version(node);
        let kind = node.get("kind").and_then(Node::as_text).unwrap_or_default();
        report.enter_object(None, is_secret(node));
        match (group, kind) {
            ("", "Secret") => keep(&mut self.secrets, report, || secret(report, path, node)),
            (SEALED_GROUP, "SealedSecret") => {
                keep(&mut self.secrets, report, || {
                    sealed_secret(report, path, node)
                });
            }
            (IMAGE_GROUP, _) => self.read_image_object(report, path, node, kind),
            (SOURCE_GROUP, "GitRepository") => {
                let read = Reader(OTHER_VERSIONS, git_repository::read);
                read.into(&mut self.git_repositories, report, path, node);
            }
            (NOTIFICATION_GROUP, "Receiver") => {
                let read = Reader(OTHER_VERSIONS, receiver::read);
                read.into(&mut self.receivers, report, path, node);
            }
            _ => {}
        }
    }

    fn read_image_object(&mut self, report: &Report<'_>, path: String, node: &Node, kind: &str) {
        match kind {
            "ImageRepository" => {
                let read = Reader(IMAGE_VERSIONS, image_repository::read);
                read.into(&mut self.image_repositories, report, path, node);
            }
            "ImagePolicy" => {
                let read = Reader(IMAGE_VERSIONS, image_policy::read);
                read.into(&mut self.image_policies, report, path, node);
            }
            "ImageUpdateAutomation" => {
                let read = Reader(IMAGE_VERSIONS, image_update_automation::read);
                read.into(&mut self.image_update_automations, report, path, node);
            }
            _ => {}
        }
    }
}
