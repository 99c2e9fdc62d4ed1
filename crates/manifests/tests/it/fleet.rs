use std::time::Duration;

use tagwright_manifests::fleet::{self, Objects};

#[track_caller]
fn objects(text: &str) -> Objects {
    let read = fleet::read("apps/fleet.yaml", text.as_bytes());
    let problems: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, Vec::<String>::new());
    read.objects
}

#[test]
fn image_scans_of_a_bundle() {
    let objects = objects(
        "# yaml-language-server: $schema=x
namespace: apps
labels: {a: b}
helm: {chart: ./chart, values: {image: {tag: 1}}}
imageScans:
# as on Fleet's image scan page
- image: docker.io/user/app
  interval: 5m
  tagName: test-scan
  policy:
    alphabetical:
      order: asc
- name: second
  image: ghcr.io/org/app
  tagName: other
  secretRef: {name: regcred}
  suspend: true
  policy: {semver: {range: '>=1.0.0 <2.0.0'}}
- {image: a, tagName: plain}
- {image: a, tagName: empty, policy: {semver: {}}, interval: null}
",
    );
    let [first, second, plain, empty] = &objects.image_scans[..] else {
        panic!("four scans");
    };
    assert_eq!(first.tag_name, "test-scan");
    assert_eq!(first.image, "docker.io/user/app");
    assert_eq!(first.interval, Some(Duration::from_secs(300)));
    assert_eq!(first.policy.alphabetical.as_deref(), Some("asc"));
    assert_eq!(first.policy.semver, None);
    assert_eq!(
        (
            first.meta.name.as_str(),
            &first.meta.namespace,
            &first.git_repo_name
        ),
        ("", &None, &None)
    );
    assert_eq!(first.meta.location.file, "apps/fleet.yaml");
    assert_eq!(first.meta.location.line, 7);
    assert_eq!(second.meta.name, "second");
    assert_eq!(second.secret_ref.as_deref(), Some("regcred"));
    assert_eq!(second.policy.semver.as_deref(), Some(">=1.0.0 <2.0.0"));
    assert!(second.suspend && !first.suspend);
    assert_eq!(plain.policy, fleet::PolicyChoice::default());
    assert_eq!(empty.policy.semver.as_deref(), Some(""));
    assert_eq!(empty.interval, None);
}

#[test]
fn the_image_scan_page() {
    let text = include_str!("../../testdata/fleet-reference.yaml");
    let read = fleet::read("fleet.yaml", text.as_bytes());
    let problems: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "fleet.yaml:6:5: note: imageScans[0].policy: semver and alphabetical are both given; \
             Fleet looks at semver only",
        ]
    );
    let [first, second] = &read.objects.image_scans[..] else {
        panic!("two scans");
    };
    assert_eq!(first.policy.semver.as_deref(), Some("*"));
    assert_eq!(first.policy.alphabetical.as_deref(), Some("asc"));
    assert_eq!(first.secret_ref.as_deref(), Some("registry-login"));
    assert!(first.bundled);
    assert_eq!(second.policy.semver.as_deref(), Some(">= 0.0.1-10"));
    assert_eq!(read.objects.git_repos[0].paths, ["simple"]);
    assert!(read.objects.secrets[0].ssh_private_key().is_some());
}

#[test]
fn a_git_repo_and_its_secret() {
    let objects = objects(
        "apiVersion: fleet.cattle.io/v1alpha1
kind: GitRepo
metadata: {name: my-repo, namespace: fleet-local}
spec:
  repo: https://git.example.com/org/app
  branch: main
  revision: v1
  paths: [simple, 'charts/*']
  clientSecretName: my-repo-auth
  caBundle: aGVsbG8=
  insecureSkipTLSVerify: true
  imageScanInterval: 5m
  imageScanCommit:
    authorName: Your Name
    authorEmail: you@example.com
    messageTemplate: image scan
  paused: true
  targets: [{clusterSelector: {}}]
---
apiVersion: v1
kind: Secret
metadata: {name: my-repo-auth, namespace: fleet-local}
type: kubernetes.io/basic-auth
stringData: {username: bot, password: pw}
",
    );
    let repo = &objects.git_repos[0];
    assert_eq!(repo.meta.name, "my-repo");
    assert_eq!(repo.repo, "https://git.example.com/org/app");
    assert_eq!(repo.branch.as_deref(), Some("main"));
    assert_eq!(repo.revision.as_deref(), Some("v1"));
    assert_eq!(repo.paths, ["simple", "charts/*"]);
    assert_eq!(repo.client_secret_name.as_deref(), Some("my-repo-auth"));
    assert_eq!(repo.ca_bundle.as_deref(), Some(&b"hello"[..]));
    assert!(repo.insecure_skip_tls_verify && repo.paused);
    assert_eq!(repo.image_scan_interval, Some(Duration::from_secs(300)));
    let commit = &repo.image_scan_commit;
    assert_eq!(commit.author_name.as_deref(), Some("Your Name"));
    assert_eq!(commit.author_email.as_deref(), Some("you@example.com"));
    assert_eq!(commit.message_template.as_deref(), Some("image scan"));
    let secret = &objects.secrets[0];
    assert_eq!(
        secret.secret_type.as_deref(),
        Some("kubernetes.io/basic-auth")
    );
}

#[test]
fn what_a_git_repo_deploys() {
    let objects = objects(
        "apiVersion: fleet.cattle.io/v1alpha1
kind: GitRepo
metadata: {name: r, namespace: fleet-default}
spec:
  repo: https://git.example.com/org/app
  targets:
  - {name: dev, clusterName: one, clusterSelector: {matchLabels: {env: dev}}}
  - {clusterGroup: all, clusterGroupSelector: {}}
  targetNamespace: apps
  serviceAccount: deployer
  bundles: [{base: charts/a, options: ../fleet-a.yaml}]
  pollingInterval: 15s
  disablePolling: true
  webhookSecret: hook
  forceSyncGeneration: 3
  correctDrift: {enabled: true, force: true, keepFailHistory: true}
  keepResources: true
  deleteNamespace: true
  helmSecretName: helm
  helmSecretNameForPaths: paths
  helmRepoURLRegex: https://charts.example.com/.*
  ociRegistrySecret: oci
",
    );
    let deployment = &objects.git_repos[0].deployment;
    let [dev, all] = &deployment.targets[..] else {
        panic!("two targets");
    };
    assert_eq!(dev.name.as_deref(), Some("dev"));
    assert_eq!(dev.cluster_name.as_deref(), Some("one"));
    let selector = dev.cluster_selector.as_ref().expect("a selector");
    assert_eq!(selector.match_labels["env"], "dev");
    assert_eq!(all.cluster_group.as_deref(), Some("all"));
    assert!(all.cluster_group_selector.is_some());
    assert_eq!(deployment.target_namespace.as_deref(), Some("apps"));
    assert_eq!(deployment.service_account.as_deref(), Some("deployer"));
    let bundle = &deployment.bundles[0];
    assert_eq!(bundle.base.as_deref(), Some("charts/a"));
    assert_eq!(bundle.options.as_deref(), Some("../fleet-a.yaml"));
    assert_eq!(deployment.polling_interval, Some(Duration::from_secs(15)));
    assert_eq!(deployment.webhook_secret.as_deref(), Some("hook"));
    assert_eq!(deployment.force_sync_generation, Some(3));
    let drift = deployment.correct_drift.expect("a correction");
    assert!(drift.enabled && drift.force && drift.keep_fail_history);
    assert!(deployment.disable_polling && deployment.keep_resources && deployment.delete_namespace);
    assert_eq!(deployment.helm_secret_name.as_deref(), Some("helm"));
    assert_eq!(
        deployment.helm_secret_name_for_paths.as_deref(),
        Some("paths")
    );
    let regex = deployment.helm_repo_url_regex.as_deref();
    assert_eq!(regex, Some("https://charts.example.com/.*"));
    assert_eq!(deployment.oci_registry_secret.as_deref(), Some("oci"));
}

#[test]
fn an_image_scan_that_is_an_object() {
    let objects = objects(
        "apiVersion: fleet.cattle.io/v1alpha1
kind: ImageScan
metadata: {name: imagescan-0, namespace: fleet-local}
spec:
  gitrepoName: my-repo
  tagName: app
  image: ghcr.io/org/app
  interval: 15m0s
  policy: {semver: {range: '*'}}
status: {latestTag: v1}
",
    );
    let scan = &objects.image_scans[0];
    assert_eq!(scan.meta.name, "imagescan-0");
    assert_eq!(scan.meta.namespace.as_deref(), Some("fleet-local"));
    assert_eq!(scan.git_repo_name.as_deref(), Some("my-repo"));
    assert_eq!(scan.interval, Some(Duration::from_secs(900)));
}

#[test]
fn other_files_are_none_of_its_business() {
    assert!(objects("imageScans:\n").is_empty());
    assert!(objects("kind: Other\nimageScans: 5\n").is_empty());
    assert!(objects("defaultNamespace: a\nhelm: {}\n").is_empty());
    let mut all = objects("imageScans: [{tagName: a, image: i}]\n");
    all.merge(objects("imageScans: [{tagName: a, image: j}]\n"));
    assert_eq!(all.image_scans.len(), 2);
}
