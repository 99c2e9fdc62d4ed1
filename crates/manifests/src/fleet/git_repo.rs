//! `GitRepo`: a Git repository that Fleet deploys from and writes to.

use std::time::Duration;

use crate::fields::Fields;
use crate::flux::template;
use crate::login::login;
use crate::meta::metadata;
use crate::report::Report;
use crate::selector::{LabelSelector, label_selector};
use crate::yaml::Node;
use crate::{Metadata, Severity};

/// A Git repository and how to commit to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GitRepo {
    /// Name, namespace, labels and place.
    pub meta: Metadata,
    /// `spec.repo`, the URL; it holds no password and no token.
    pub repo: String,
    /// `spec.branch`; `None` is `master`.
    pub branch: Option<String>,
    /// `spec.revision`, a commit or tag to deploy instead of the branch; images are
    /// written to the branch.
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
    /// The time between two rounds of writing; `None` is Fleet's default, 15
    /// minutes.
    pub image_scan_interval: Option<Duration>,
    /// How to commit.
    pub image_scan_commit: ImageScanCommit,
    /// Whether changes are kept from the clusters; they are written all the same.
    pub paused: bool,
    /// What is about deploying, and has no part in updating images.
    pub deployment: Deployment,
}

/// The fields of a [`GitRepo`] that are about deploying to clusters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Deployment {
    /// `targets`, the clusters to deploy to.
    pub targets: Vec<GitTarget>,
    /// `targetNamespace`, into which everything is put.
    pub target_namespace: Option<String>,
    /// `serviceAccount` of the deployment.
    pub service_account: Option<String>,
    /// `bundles`, the folders of bundles that are named one by one.
    pub bundles: Vec<BundlePath>,
    /// `pollingInterval` of the Git repository.
    pub polling_interval: Option<Duration>,
    /// `disablePolling`: only webhooks say what is new.
    pub disable_polling: bool,
    /// `webhookSecret` of the Git repository's webhook.
    pub webhook_secret: Option<String>,
    /// `forceSyncGeneration`.
    pub force_sync_generation: Option<i64>,
    /// `correctDrift` of what was deployed.
    pub correct_drift: Option<CorrectDrift>,
    /// `keepResources` when the `GitRepo` is deleted.
    pub keep_resources: bool,
    /// `deleteNamespace` when the `GitRepo` is deleted.
    pub delete_namespace: bool,
    /// `helmSecretName`, for charts of private repositories.
    pub helm_secret_name: Option<String>,
    /// `helmSecretNameForPaths`.
    pub helm_secret_name_for_paths: Option<String>,
    /// `helmRepoURLRegex`, for which the Secret is used.
    pub helm_repo_url_regex: Option<String>,
    /// `ociRegistrySecret`, where bundles are kept.
    pub oci_registry_secret: Option<String>,
}

/// An item of `spec.targets`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct GitTarget {
    /// `name` of the target.
    pub name: Option<String>,
    /// `clusterName`.
    pub cluster_name: Option<String>,
    /// `clusterSelector`, by labels.
    pub cluster_selector: Option<LabelSelector>,
    /// `clusterGroup`.
    pub cluster_group: Option<String>,
    /// `clusterGroupSelector`, by labels.
    pub cluster_group_selector: Option<LabelSelector>,
}

/// An item of `spec.bundles`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct BundlePath {
    /// `base`, the folder of the bundle.
    pub base: Option<String>,
    /// `options`, its `fleet.yaml`, seen from the folder.
    pub options: Option<String>,
}

/// `spec.correctDrift`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct CorrectDrift {
    /// `enabled`.
    pub enabled: bool,
    /// `force`.
    pub force: bool,
    /// `keepFailHistory`.
    pub keep_fail_history: bool,
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

pub(super) fn read(report: &Report<'_>, path: String, node: &Node) -> Option<GitRepo> {
    let mut object = Fields::new(report, path, node)?;
    let meta = metadata(&mut object, "GitRepo");
    let mut spec = object.required_fields("spec", "{repo: 'https://github.com/org/app'}")?;
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
        deployment: deployment(&mut spec),
    };
    spec.finish();
    object.finish();
    Some(found)
}

fn deployment(spec: &mut Fields<'_>) -> Deployment {
    // Of the releases in which bundles in registries were new.
    spec.known(&["ociRegistry"]);
    Deployment {
        targets: spec.each("targets", target),
        target_namespace: spec.text("targetNamespace"),
        service_account: spec.text("serviceAccount"),
        bundles: spec.each("bundles", bundle),
        polling_interval: spec.duration("pollingInterval"),
        disable_polling: spec.flag("disablePolling"),
        webhook_secret: spec.text("webhookSecret"),
        force_sync_generation: spec.integer("forceSyncGeneration"),
        correct_drift: spec.fields("correctDrift").map(correct_drift),
        keep_resources: spec.flag("keepResources"),
        delete_namespace: spec.flag("deleteNamespace"),
        helm_secret_name: spec.text("helmSecretName"),
        helm_secret_name_for_paths: spec.text("helmSecretNameForPaths"),
        helm_repo_url_regex: spec.text("helmRepoURLRegex"),
        oci_registry_secret: spec.text("ociRegistrySecret"),
    }
}

fn target(mut fields: Fields<'_>) -> GitTarget {
    let found = GitTarget {
        name: fields.text("name"),
        cluster_name: fields.text("clusterName"),
        cluster_selector: fields.fields("clusterSelector").map(label_selector),
        cluster_group: fields.text("clusterGroup"),
        cluster_group_selector: fields.fields("clusterGroupSelector").map(label_selector),
    };
    fields.finish();
    found
}

fn bundle(mut fields: Fields<'_>) -> BundlePath {
    let found = BundlePath {
        base: fields.text("base"),
        options: fields.text("options"),
    };
    fields.finish();
    found
}

fn correct_drift(mut fields: Fields<'_>) -> CorrectDrift {
    let found = CorrectDrift {
        enabled: fields.flag("enabled"),
        force: fields.flag("force"),
        keep_fail_history: fields.flag("keepFailHistory"),
    };
    fields.finish();
    found
}

/// The URL is never shown in a problem: it may hold a password.
fn repo(spec: &mut Fields<'_>) -> String {
    let repo = spec.required_text("repo", "https://github.com/org/app");
    if let Some(part) = login(&repo) {
        let at = spec.get("repo").map_or(spec.at(), |node| node.at);
        let message = format!("holds {part}; move it into a Secret that clientSecretName names");
        spec.error(at, "repo", message);
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
    bytes.filter(|bytes| !bytes.is_empty())
}

fn commit(mut fields: Fields<'_>) -> ImageScanCommit {
    let found = ImageScanCommit {
        author_name: fields.text("authorName"),
        author_email: fields.text("authorEmail"),
        message_template: template(&mut fields),
    };
    fields.finish();
    found
}
