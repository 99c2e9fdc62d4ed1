//! Flux's objects as its first versions wrote them.

use std::time::Duration;

use tagwright_manifests::flux::{self, ImageUpdateAutomation, Objects};

/// Reads a file that is old, and nothing else.
#[track_caller]
fn old(text: &str, problems: &[&str]) -> Objects {
    let read = flux::read("f.yaml", text.as_bytes());
    let found: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    assert_eq!(found, problems);
    read.objects
}

#[track_caller]
fn today(text: &str) -> ImageUpdateAutomation {
    let mut objects = crate::flux::objects(text);
    let mut automation = objects.image_update_automations.remove(0);
    automation.meta.location.line = 1;
    automation
}

#[test]
fn an_automation_of_v1alpha1_is_that_of_today() {
    let mut objects = old(
        "apiVersion: image.toolkit.fluxcd.io/v1alpha1
kind: ImageUpdateAutomation
metadata: {name: flux-system, namespace: flux-system}
spec:
  checkout:
    gitRepositoryRef: {name: flux-system}
    branch: main
  interval: 1m0s
  update: {strategy: Setters, path: ./clusters}
  commit:
    authorName: fluxcdbot
    authorEmail: fluxcdbot@users.noreply.github.com
    messageTemplate: '[ci skip] update image'
    signingKey: {secretRef: {name: signing-key}}
  push: {branch: auto}
  suspend: true
",
        &[
            "f.yaml:1:13: warning: apiVersion: v1alpha1 is served no longer; write image.toolkit.fluxcd.io/v1",
            "f.yaml:6:5: warning: spec.checkout: a field of older versions; write sourceRef and git.checkout.ref",
            "f.yaml:11:5: warning: spec.commit: a field of older versions; write git.commit",
            "f.yaml:11:17: warning: spec.commit.authorName: a field of older versions; write author: {name: ..., email: ...}",
            "f.yaml:12:18: warning: spec.commit.authorEmail: a field of older versions; write author: {name: ..., email: ...}",
            "f.yaml:15:9: warning: spec.push: a field of older versions; write git.push",
        ],
    );
    let mut automation = objects.image_update_automations.remove(0);
    automation.meta.location.line = 1;
    let expected = today(
        "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {name: flux-system, namespace: flux-system}
spec:
  sourceRef: {kind: GitRepository, name: flux-system}
  interval: 1m0s
  update: {strategy: Setters, path: ./clusters}
  git:
    checkout: {ref: {branch: main}}
    commit:
      author: {name: fluxcdbot, email: fluxcdbot@users.noreply.github.com}
      messageTemplate: '[ci skip] update image'
      signingKey: {secretRef: {name: signing-key}}
    push: {branch: auto}
  suspend: true
",
    );
    assert_eq!(automation, expected);
}

#[test]
fn an_automation_of_the_first_release() {
    let objects = old(
        "apiVersion: image.toolkit.fluxcd.io/v1alpha1
kind: ImageUpdateAutomation
metadata: {name: a}
spec:
  checkout: {gitRepositoryRef: {name: repo}}
  minimumRunInterval: 5m
  update: {setters: {paths: [./apps]}}
  commit: {authorName: bot, authorEmail: bot@example.com}
",
        &[
            "f.yaml:1:13: warning: apiVersion: v1alpha1 is served no longer; write image.toolkit.fluxcd.io/v1",
            "f.yaml:5:13: warning: spec.checkout: a field of older versions; write sourceRef and git.checkout.ref",
            "f.yaml:6:23: warning: spec.minimumRunInterval: a field of older versions; write interval",
            "f.yaml:7:21: warning: spec.update.setters: a field of older versions; write strategy: Setters, and path",
            "f.yaml:8:11: warning: spec.commit: a field of older versions; write git.commit",
            "f.yaml:8:24: warning: spec.commit.authorName: a field of older versions; write author: {name: ..., email: ...}",
            "f.yaml:8:42: warning: spec.commit.authorEmail: a field of older versions; write author: {name: ..., email: ...}",
        ],
    );
    let automation = &objects.image_update_automations[0];
    assert_eq!(automation.interval, Some(Duration::from_secs(300)));
    assert_eq!(automation.update.path.as_deref(), Some("./apps"));
    assert_eq!(automation.git.checkout_ref, None);
    assert_eq!(automation.git.push, None);
}

#[test]
fn an_automation_of_v1alpha2_may_have_its_author_flat() {
    let objects = old(
        "apiVersion: image.toolkit.fluxcd.io/v1alpha2
kind: ImageUpdateAutomation
metadata: {name: a}
spec:
  interval: 5m
  sourceRef: {kind: GitRepository, name: repo}
  git: {commit: {authorName: bot, authorEmail: bot@example.com}}
",
        &[
            "f.yaml:1:13: warning: apiVersion: v1alpha2 is served no longer; write image.toolkit.fluxcd.io/v1",
            "f.yaml:7:30: warning: spec.git.commit.authorName: a field of older versions; write author: {name: ..., email: ...}",
            "f.yaml:7:48: warning: spec.git.commit.authorEmail: a field of older versions; write author: {name: ..., email: ...}",
        ],
    );
    let commit = &objects.image_update_automations[0].git.commit;
    assert_eq!(commit.author_name.as_deref(), Some("bot"));
    assert_eq!(commit.author_email, "bot@example.com");
}

#[test]
fn an_image_repository_of_the_first_release() {
    let objects = old(
        "apiVersion: image.toolkit.fluxcd.io/v1alpha1
kind: ImageRepository
metadata: {name: a}
spec: {image: alpine, scanInterval: 1h}
",
        &[
            "f.yaml:1:13: warning: apiVersion: v1alpha1 is served no longer; write image.toolkit.fluxcd.io/v1",
            "f.yaml:4:37: warning: spec.scanInterval: a field of older versions; write interval",
        ],
    );
    let interval = objects.image_repositories[0].interval;
    assert_eq!(interval, Some(Duration::from_secs(3600)));
}
