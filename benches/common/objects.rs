//! A repository as the readers of `manifests` find it: 10,000 files, of which 700 hold objects of Flux or Fleet.

use super::tree::{self, File};

/// Files with objects.
pub(crate) const FILES: usize = tree::FILES / 100 * 7;

/// The objects in those files.
pub(crate) const OBJECTS: usize = FILES / 7 * 10;

/// Seven of each hundred files hold objects, the others are Deployments.
pub(crate) fn files() -> impl Iterator<Item = File> {
    (0..tree::FILES).map(|index| File {
        path: tree::path(index),
        text: match index % 100 {
            kind @ 0..7 => objects(kind, index),
            _ => tree::manifest(index, false),
        },
    })
}

fn objects(kind: usize, index: usize) -> String {
    match kind {
        0 => repository(index) + &policy(index),
        1 | 2 => policy(index),
        3 => repository(index),
        4 => automation(index),
        5 => git_repository(index),
        _ => bundle(index),
    }
}

fn head(api_version: &str, kind: &str, index: usize) -> String {
    format!(
        "---\napiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: service-{index:05}\n  namespace: flux-system\n"
    )
}

fn repository(index: usize) -> String {
    head("image.toolkit.fluxcd.io/v1", "ImageRepository", index)
        + &format!(
            "spec:\n  image: ghcr.io/shop/service-{index:05}\n  interval: 5m0s\n  secretRef:\n    name: regcred\n"
        )
}

fn policy(index: usize) -> String {
    head("image.toolkit.fluxcd.io/v1", "ImagePolicy", index)
        + &format!(
            "spec:
  imageRepositoryRef:
    name: service-{index:05}
  filterTags:
    pattern: '^main-[a-f0-9]+-(?P<ts>[0-9]+)'
    extract: '$ts'
  policy:
    numerical:
      order: asc
"
        )
}

fn automation(index: usize) -> String {
    head("image.toolkit.fluxcd.io/v1", "ImageUpdateAutomation", index)
        + "spec:
  interval: 30m0s
  sourceRef:
    kind: GitRepository
    name: flux-system
  git:
    checkout:
      ref:
        branch: main
    commit:
      author:
        email: fluxcdbot@users.noreply.github.com
        name: fluxcdbot
      messageTemplate: |
        Automated image update

        {{ range .Changed.Changes }}- {{ .OldValue }} -> {{ .NewValue }}
        {{ end }}
    push:
      branch: main
  update:
    path: ./clusters/my-cluster
    strategy: Setters
"
}

fn git_repository(index: usize) -> String {
    head("source.toolkit.fluxcd.io/v1", "GitRepository", index)
        + "spec:\n  interval: 1m0s\n  url: https://github.com/shop/clusters\n  ref:\n    branch: main\n  secretRef:\n    name: flux-system\n"
}

/// A `fleet.yaml` with three scans.
fn bundle(index: usize) -> String {
    let scan = |name: &str| {
        format!(
            "- image: ghcr.io/shop/{name}-{index:05}
  tagName: {name}-{index:05}
  interval: 5m
  policy:
    semver:
      range: '>=1.0.0'
"
        )
    };
    let scans: String = ["web", "api", "jobs"].map(scan).concat();
    format!("namespace: shop\nhelm:\n  releaseName: service-{index:05}\nimageScans:\n{scans}")
}
