//! Fleet's objects, in the same form as Flux's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::document;
use super::flux::{label_selector, object};
use super::tree::{Map, Tree};
use crate::fleet::{
    BundlePath, CorrectDrift, Deployment, GitRepo, GitTarget, ImageScan, ImageScanCommit, Objects,
    PolicyChoice,
};

const FLEET: &str = "fleet.cattle.io/v1alpha1";

impl Objects {
    /// The objects as a stream of YAML documents: image scans and `GitRepo`s; no
    /// Secrets, see [`Secret::to_yaml_with_values`](crate::Secret::to_yaml_with_values).
    ///
    /// The scans of one `fleet.yaml` are one document of the stream.
    pub fn to_yaml(&self) -> String {
        let file = |scan: &ImageScan| {
            let at = &scan.meta.location;
            scan.bundled.then(|| (at.file.clone(), at.document))
        };
        let together = |a: &ImageScan, b: &ImageScan| a.bundled && file(a) == file(b);
        let scans = self.image_scans.chunk_by(together).map(scans);
        scans
            .chain(self.git_repos.iter().map(GitRepo::to_yaml))
            .collect()
    }
}

impl ImageScan {
    /// The scan as a YAML document, `---` before it: an object, or a `fleet.yaml`
    /// with this entry when it is [`bundled`](Self::bundled).
    ///
    /// # Example
    ///
    /// ```
    /// use tagwright_manifests::fleet::ImageScan;
    ///
    /// let mut scan = ImageScan::default();
    /// scan.bundled = true;
    /// scan.tag_name = "podinfo".to_owned();
    /// scan.image = "ghcr.io/stefanprodan/podinfo".to_owned();
    /// scan.policy.semver = Some("*".to_owned());
    /// assert_eq!(scan.to_yaml(), "---
    /// imageScans:
    /// - image: ghcr.io/stefanprodan/podinfo
    ///   policy:
    ///     semver:
    ///       range: '*'
    ///   tagName: podinfo
    /// ");
    /// ```
    pub fn to_yaml(&self) -> String {
        scans(std::slice::from_ref(self))
    }
}

/// One scan that is an object, or the entries of a `fleet.yaml`.
fn scans(scans: &[ImageScan]) -> String {
    match scans {
        [scan] if !scan.bundled => object(FLEET, "ImageScan", &scan.meta, fields(scan)),
        scans => document(Map::new().some_list("imageScans", scans, entry)),
    }
}

fn entry(scan: &ImageScan) -> Map {
    let name = Some(scan.meta.name.as_str()).filter(|name| !name.is_empty());
    fields(scan).some_text("name", name)
}

fn fields(scan: &ImageScan) -> Map {
    Map::new()
        .text("tagName", &scan.tag_name)
        .some_text("gitrepoName", scan.git_repo_name.as_deref())
        .text("image", &scan.image)
        .some_duration("interval", scan.interval)
        .some_name("secretRef", scan.secret_ref.as_deref())
        .some_map("policy", choice(&scan.policy))
        .flag("suspend", scan.suspend)
}

fn choice(choice: &PolicyChoice) -> Option<Map> {
    let word = |name: &'static str, text: &Option<String>| {
        let text = text.as_deref()?;
        Some(Map::new().some_text(name, Some(text).filter(|text| !text.is_empty())))
    };
    let given = choice.semver.is_some() || choice.alphabetical.is_some();
    given.then(|| {
        Map::new()
            .some_map("semver", word("range", &choice.semver))
            .some_map("alphabetical", word("order", &choice.alphabetical))
    })
}

impl GitRepo {
    /// The object as a YAML document, `---` before it.
    pub fn to_yaml(&self) -> String {
        let ca_bundle = self
            .ca_bundle
            .as_deref()
            .map(|bytes| STANDARD.encode(bytes));
        let spec = Map::new()
            .text("repo", &self.repo)
            .some_text("branch", self.branch.as_deref())
            .some_text("revision", self.revision.as_deref())
            .texts("paths", &self.paths)
            .some_text("clientSecretName", self.client_secret_name.as_deref())
            .some_text("caBundle", ca_bundle.as_deref())
            .flag("insecureSkipTLSVerify", self.insecure_skip_tls_verify)
            .some_duration("imageScanInterval", self.image_scan_interval)
            .some_map("imageScanCommit", commit(&self.image_scan_commit))
            .flag("paused", self.paused);
        let spec = deployment(spec, &self.deployment);
        object(FLEET, "GitRepo", &self.meta, spec)
    }
}

fn commit(commit: &ImageScanCommit) -> Option<Map> {
    let map = Map::new()
        .some_text("authorName", commit.author_name.as_deref())
        .some_text("authorEmail", commit.author_email.as_deref())
        .some_text("messageTemplate", commit.message_template.as_deref());
    (!map.0.is_empty()).then_some(map)
}

fn deployment(spec: Map, deployment: &Deployment) -> Map {
    let generation = deployment.force_sync_generation;
    let spec = match generation {
        Some(number) => spec.tree("forceSyncGeneration", Tree::Plain(number.to_string())),
        None => spec,
    };
    spec.some_list("targets", &deployment.targets, target)
        .some_text("targetNamespace", deployment.target_namespace.as_deref())
        .some_text("serviceAccount", deployment.service_account.as_deref())
        .some_list("bundles", &deployment.bundles, bundle)
        .some_duration("pollingInterval", deployment.polling_interval)
        .flag("disablePolling", deployment.disable_polling)
        .some_text("webhookSecret", deployment.webhook_secret.as_deref())
        .some_map("correctDrift", deployment.correct_drift.map(correct_drift))
        .flag("keepResources", deployment.keep_resources)
        .flag("deleteNamespace", deployment.delete_namespace)
        .some_text("helmSecretName", deployment.helm_secret_name.as_deref())
        .some_text(
            "helmSecretNameForPaths",
            deployment.helm_secret_name_for_paths.as_deref(),
        )
        .some_text(
            "helmRepoURLRegex",
            deployment.helm_repo_url_regex.as_deref(),
        )
        .some_text(
            "ociRegistrySecret",
            deployment.oci_registry_secret.as_deref(),
        )
}

fn target(target: &GitTarget) -> Map {
    let group_selector = target.cluster_group_selector.as_ref();
    Map::new()
        .some_text("name", target.name.as_deref())
        .some_text("clusterName", target.cluster_name.as_deref())
        .some_map(
            "clusterSelector",
            target.cluster_selector.as_ref().map(label_selector),
        )
        .some_text("clusterGroup", target.cluster_group.as_deref())
        .some_map("clusterGroupSelector", group_selector.map(label_selector))
}

fn bundle(bundle: &BundlePath) -> Map {
    Map::new()
        .some_text("base", bundle.base.as_deref())
        .some_text("options", bundle.options.as_deref())
}

fn correct_drift(drift: CorrectDrift) -> Map {
    Map::new()
        .flag("enabled", drift.enabled)
        .flag("force", drift.force)
        .flag("keepFailHistory", drift.keep_fail_history)
}
