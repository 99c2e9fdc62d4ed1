//! Rancher Fleet's objects: image scans and the Git repositories they write.
//!
//! Source of the behaviour: the types `ImageScan`, `GitRepo` and `FleetYAML` of
//! Fleet's API `fleet.cattle.io/v1alpha1`.

mod bundle_key;
mod git_repo;
mod image_scan;

pub use git_repo::{BundlePath, CorrectDrift, Deployment, GitRepo, GitTarget, ImageScanCommit};
pub use image_scan::{ImageScan, PolicyChoice};

use crate::judge::LENIENT;
use crate::object::{Reader, keep};
use crate::report::Report;
use crate::secret::{SEALED_GROUP, is_secret, sealed_secret, secret};
use crate::source::{Group, Screen, group_and_version, names_group, visit_objects};
use crate::yaml::Node;
use crate::{Problem, Secret, Subject};

const GROUP: &str = "fleet.cattle.io";
const VERSIONS: &[&str] = &["v1alpha1"];

const GROUPS: &[Group] = &[Group {
    name: GROUP,
    version: "v1alpha1",
    kinds: &["GitRepo", "ImageScan"],
    others: &[
        "Bundle",
        "BundleDeployment",
        "BundleNamespaceMapping",
        "Cluster",
        "ClusterGroup",
        "ClusterRegistration",
        "ClusterRegistrationToken",
        "Content",
        "GitRepoRestriction",
        "HelmOp",
        "Policy",
        "Schedule",
    ],
}];

const SCREEN: Screen = Screen {
    groups: GROUPS,
    mentioned: |bytes| {
        names_group(bytes, GROUP)
            || names_group(bytes, "imageScans")
            || bundle_key::mentioned(bytes)
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

/// Fleet's objects, each kind in the order in which it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Objects {
    /// Image scans, those of `fleet.yaml` and those that are objects.
    pub image_scans: Vec<ImageScan>,
    /// Git repositories.
    pub git_repos: Vec<GitRepo>,
    /// Kubernetes Secrets.
    pub secrets: Vec<Secret>,
}

impl Objects {
    /// Adds the objects of another file.
    pub fn merge(&mut self, other: Self) {
        self.image_scans.extend(other.image_scans);
        self.git_repos.extend(other.git_repos);
        self.secrets.extend(other.secrets);
    }

    /// Whether there is none at all.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

/// Reads the Fleet objects of one file: a `fleet.yaml`, a document or a stream of
/// documents with `GitRepo` and `ImageScan` objects, a `kind: List`, or the same
/// as JSON.
///
/// A `fleet.yaml` is known by its content, a map without `kind` and with
/// `imageScans`: its name can be configured. Everything else is as
/// [`flux::read`](crate::flux::read) says.
///
/// # Example
///
/// ```
/// use tagwright_manifests::fleet;
///
/// let read = fleet::read("fleet.yaml", b"
/// imageScans:
/// - tagName: podinfo
///   image: ghcr.io/stefanprodan/podinfo
///   policy: {semver: {range: '*'}}
/// ");
/// assert!(read.problems.is_empty());
/// assert_eq!(read.objects.image_scans[0].tag_name, "podinfo");
/// ```
pub fn read(name: &str, bytes: &[u8]) -> Read {
    read_with(name, bytes, LENIENT)
}

/// Reads as [`read`] does, and has texts whose grammar is another crate's judged.
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
        let kind = node.get("kind").and_then(Node::as_text);
        report.enter_object(None, is_secret(node));
        match (group, kind) {
            ("", Some("Secret")) => keep(&mut self.secrets, report, || secret(report, path, node)),
            (SEALED_GROUP, Some("SealedSecret")) => {
                keep(&mut self.secrets, report, || {
                    sealed_secret(report, path, node)
                });
            }
            (GROUP, Some("GitRepo")) => {
                let read = Reader(VERSIONS, git_repo::read);
                read.into(&mut self.git_repos, report, path, node);
            }
            (GROUP, Some("ImageScan")) => {
                let read = Reader(VERSIONS, image_scan::read);
                read.into(&mut self.image_scans, report, path, node);
            }
            (_, None) => {
                let bundle = bundle_key::spelled_right(report, node);
                image_scan::read_bundle(report, &bundle, &mut self.image_scans);
            }
            _ => {}
        }
    }
}
