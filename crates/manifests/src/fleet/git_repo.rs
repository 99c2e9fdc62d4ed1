//! `GitRepo`: a Git repository that Fleet deploys from and writes to.

use std::time::Duration;

use crate::fields::Fields;
use crate::flux::has_password;
use crate::meta::metadata;
use crate::report::Report;
use crate::yaml::Node;
use crate::{Metadata, Severity};

/// A Git repository and how to commit to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GitRepo {
    /// Name, namespace, labels and place.
    pub meta: Metadata,
    /// `spec.repo`, the URL; it holds no password.
    pub repo: String,
    /// `spec.branch`; `None` is `master`.
    pub branch: Option<String>,
    /// `spec.revision`, a commit or tag to deploy instead of the branch.
    pub revision: Option<String>,
    /// The folders with bundles, as they are written; empty is the whole
    /// repository.
    pub paths: Vec<String>,
    /// The Secret with credentials, in the same namespace.
    pub client_secret_name: Option<String>,
    /// PEM certificates of trusted authorities, decoded.
    pub ca_bundle: Option<Vec<u8>>,
    /// Whether the server's certificate is not checked.
    pub insecure_skip_tls_verify: bool,
    /// The time between two rounds of writing; `None` means that images are not
    /// written at all.
    pub image_scan_interval: Option<Duration>,
    /// How to commit.
    pub image_scan_commit: ImageScanCommit,
    /// Whether changes are kept from the clusters; they are written all the same.
    pub paused: bool,
}

/// `spec.imageScanCommit`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct ImageScanCommit {
    /// `authorName`.
    pub author_name: Option<String>,
    /// `authorEmail`.
    pub author_email: Option<String>,
    /// A Go template, not parsed; `None` is Fleet's default message.
    pub message_template: Option<String>,
}

/// What is about deploying, not about images.
const DEPLOYMENT: &[&str] = &[
    "bundles",
    "correctDrift",
    "deleteNamespace",
    "disablePolling",
    "forceSyncGeneration",
    "helmRepoURLRegex",
    "helmSecretName",
    "helmSecretNameForPaths",
    "keepResources",
    "ociRegistry",
    "ociRegistrySecret",
    "pollingInterval",
    "serviceAccount",
    "targetNamespace",
    "targets",
    "webhookSecret",
];

pub(super) fn read(report: &Report<'_>, path: String, node: &Node) -> Option<GitRepo> {
    let mut object = Fields::new(report, path, node)?;
    let meta = metadata(&mut object, "GitRepo");
    let mut spec = object.required_fields("spec", "{repo: 'https://github.com/org/app'}")?;
    spec.known(DEPLOYMENT);
    let found = GitRepo {
        meta,
        repo: repo(&mut spec),
        branch: spec.text("branch"),
        revision: spec.text("revision"),
        paths: spec.texts("paths").unwrap_or_default(),
        client_secret_name: spec.text("clientSecretName"),
        ca_bundle: ca_bundle(&mut spec),
        insecure_skip_tls_verify: spec.flag("insecureSkipTLSVerify"),
        image_scan_interval: spec.duration("imageScanInterval"),
        image_scan_commit: spec
            .fields("imageScanCommit")
            .map(commit)
            .unwrap_or_default(),
        paused: spec.flag("paused"),
    };
    spec.finish();
    object.finish();
    Some(found)
}

/// The URL is never shown in a problem: it may hold a password.
fn repo(spec: &mut Fields<'_>) -> String {
    let repo = spec.required_text("repo", "https://github.com/org/app");
    if has_password(&repo) {
        let at = spec.get("repo").map_or(spec.at(), |node| node.at);
        let message = "holds a password; move it into a Secret that clientSecretName names";
        spec.error(at, "repo", message.to_owned());
        return String::new();
    }
    repo
}

fn ca_bundle(spec: &mut Fields<'_>) -> Option<Vec<u8>> {
    let (text, at) = spec.text_at("caBundle")?;
    let bytes = crate::secret::base64(text);
    if bytes.is_none() {
        let message = "no base64; encode the PEM text, for example with `base64 -w0`".to_owned();
        spec.add(Severity::Error, at, "caBundle", message);
    }
    bytes
}

fn commit(mut fields: Fields<'_>) -> ImageScanCommit {
    let found = ImageScanCommit {
        author_name: fields.text("authorName"),
        author_email: fields.text("authorEmail"),
        message_template: fields.text("messageTemplate"),
    };
    fields.finish();
    found
}
