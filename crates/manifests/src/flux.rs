//! Flux's objects: image repositories, policies, automations, Git repositories.
//!
//! Source of the behaviour: the API types of image-reflector-controller,
//! image-automation-controller and source-controller, versions `v1`, `v1beta2`
//! and `v1beta1`.

mod git_repository;
mod image_policy;
mod image_repository;
mod image_update_automation;
mod provider;

pub(crate) use git_repository::has_password;
pub use git_repository::{GitRef, GitRepository};
pub use image_policy::{DigestReflectionPolicy, FilterTags, ImagePolicy, PolicyChoice};
pub use image_repository::{AccessFrom, ImageRepository};
pub use image_update_automation::{
    Commit, Git, ImageUpdateAutomation, Push, SigningKey, SigningKeyType, SourceRef, Update,
    UpdateStrategy,
};
pub use provider::Provider;

use crate::report::Report;
use crate::secret::secret;
use crate::source::{Screen, accept_version, group_and_version, names_group, visit_objects};
use crate::yaml::Node;
use crate::{Problem, Secret};

const IMAGE_GROUP: &str = "image.toolkit.fluxcd.io";
const SOURCE_GROUP: &str = "source.toolkit.fluxcd.io";
/// The newest first.
const VERSIONS: &[&str] = &["v1", "v1beta2", "v1beta1"];

const SCREEN: Screen = Screen {
    kinds: &[
        "ImageRepository",
        "ImagePolicy",
        "ImageUpdateAutomation",
        "GitRepository",
    ],
    mentioned: |bytes| {
        names_group(bytes, IMAGE_GROUP)
            || names_group(bytes, SOURCE_GROUP) && names_group(bytes, "GitRepository")
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
    let report = Report::new(name);
    let mut objects = Objects::default();
    visit_objects(&report, bytes, &SCREEN, |path, node| {
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
        report.enter_object(None, kind == "Secret");
        match (group, kind) {
            ("", "Secret") => keep(&mut self.secrets, report, || secret(report, path, node)),
            (IMAGE_GROUP, "ImageRepository") => {
                read_into(
                    &mut self.image_repositories,
                    report,
                    path,
                    node,
                    image_repository::read,
                );
            }
            (IMAGE_GROUP, "ImagePolicy") => {
                read_into(
                    &mut self.image_policies,
                    report,
                    path,
                    node,
                    image_policy::read,
                );
            }
            (IMAGE_GROUP, "ImageUpdateAutomation") => {
                let automations = &mut self.image_update_automations;
                read_into(
                    automations,
                    report,
                    path,
                    node,
                    image_update_automation::read,
                );
            }
            (SOURCE_GROUP, "GitRepository") => {
                read_into(
                    &mut self.git_repositories,
                    report,
                    path,
                    node,
                    git_repository::read,
                );
            }
            _ => {}
        }
    }
}

fn read_into<T>(
    objects: &mut Vec<T>,
    report: &Report<'_>,
    path: String,
    node: &Node,
    read: fn(&Report<'_>, String, &Node) -> Option<T>,
) {
    keep(objects, report, || {
        accept_version(report, node, VERSIONS).then(|| read(report, path, node))?
    });
}

/// Keeps what `read` answers, unless it reported an error: readers go on after
/// one with empty values, to report the next.
pub(crate) fn keep<T>(objects: &mut Vec<T>, report: &Report<'_>, read: impl FnOnce() -> Option<T>) {
    let before = report.errors();
    let object = read();
    if report.errors() == before {
        objects.extend(object);
    }
}
