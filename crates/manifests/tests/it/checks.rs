//! What is wrong between objects, and between them and markers: exact texts.

use tagwright_manifests::{Marker, Problem, fleet, flux};

/// The objects of a stream, each document with the API version of its kind.
fn flux_objects(file: &str, documents: &[&str]) -> flux::Objects {
    let documents = documents.iter().map(|document| {
        let group = if document.starts_with("kind: Git") {
            "source"
        } else {
            "image"
        };
        format!("---\napiVersion: {group}.toolkit.fluxcd.io/v1\n{document}\n")
    });
    let stream: String = documents.collect();
    flux::read(file, stream.as_bytes()).objects
}

fn fleet_objects(file: &str, text: &str) -> fleet::Objects {
    fleet::read(file, text.as_bytes()).objects
}

fn lines(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

const REPOSITORY: &str = "kind: ImageRepository
metadata: {name: podinfo, namespace: flux-system}
spec: {image: ghcr.io/org/podinfo, interval: 5m}";

const POLICY: &str = "kind: ImagePolicy
metadata: {name: podinfo, namespace: flux-system}
spec: {imageRepositoryRef: {name: podinfo}, policy: {semver: {range: 5.0.x}}}";

const SOURCE: &str = "kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {url: 'https://github.com/org/app', interval: 1m}";

const AUTOMATION: &str = "kind: ImageUpdateAutomation
metadata: {name: flux-system, namespace: flux-system}
spec:
  interval: 30m
  sourceRef: {kind: GitRepository, name: flux-system}
  git: {commit: {author: {email: bot@example.com}}}
  update: {path: ./clusters/my-cluster, strategy: Setters}";

fn marker() -> Marker {
    Marker::new("app.yaml", 7, 31, "flux-system:podinfo")
}

/// The problems of a good set in which one text is replaced.
fn replaced(from: &str, to: &str) -> Vec<String> {
    let documents = [REPOSITORY, POLICY, SOURCE, AUTOMATION];
    assert!(documents.iter().any(|one| one.contains(from)), "{from}");
    let documents = documents.map(|one| one.replace(from, to));
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    lines(&flux_objects("a.yaml", &documents).check(&[marker()]))
}

#[test]
fn nothing_is_wrong_with_a_good_set() {
    assert!(replaced("podinfo", "podinfo").is_empty());
    // Namespaces that are not written may be the same.
    assert!(replaced(", namespace: flux-system", "").is_empty());
    assert!(
        replaced(
            "{name: podinfo, namespace: flux-system}\nspec: {imageR",
            "{name: podinfo}\nspec: {imageR"
        )
        .is_empty()
    );
}

#[test]
fn a_policy_without_its_repository() {
    assert_eq!(
        replaced("Ref: {name: podinfo}", "Ref: {name: other}"),
        [
            "a.yaml:7:1: error: spec.imageRepositoryRef: there is no ImageRepository other in the \
          namespace flux-system; read its file too, or add it"
        ],
    );
    let policy = POLICY.replace(", namespace: flux-system", "");
    let problems =
        flux_objects("a.yaml", &[&policy]).check(&[Marker::new("b.yaml", 1, 1, "x:podinfo:tag")]);
    assert_eq!(
        lines(&problems),
        [
            "a.yaml:2:1: error: spec.imageRepositoryRef: there is no ImageRepository podinfo; \
          read its file too, or add it"
        ],
    );
    assert_eq!(problems[0].object.as_deref(), Some("ImagePolicy podinfo"));
    assert_eq!(problems[0].document, 1);
}

#[test]
fn a_marker_that_names_no_policy() {
    let objects = flux_objects("a.yaml", &[REPOSITORY, POLICY]);
    let named =
        |setter: &str| lines(&objects.check(&[marker(), Marker::new("b.yaml", 3, 9, setter)]));
    assert!(named("flux-system:podinfo:tag").is_empty());
    assert_eq!(
        named("flux-system:podinf0:tag"),
        [
            "b.yaml:3:9: warning: there is no ImagePolicy flux-system:podinf0; \
          did you mean flux-system:podinfo?"
        ],
    );
    assert_eq!(
        named("apps:something-else"),
        ["b.yaml:3:9: warning: there is no ImagePolicy apps:something-else"],
    );
    assert_eq!(
        named("podinfo"),
        ["b.yaml:3:9: warning: there is no ImagePolicy podinfo"]
    );
    let problems = objects.check(&[marker(), Marker::new("b.yaml", 3, 9, "a:b\n")]);
    assert_eq!(problems[0].message, "there is no ImagePolicy a:b\\n");
    assert_eq!((problems[0].document, &problems[0].object), (0, &None));
}

#[test]
fn a_policy_that_no_marker_names() {
    let objects = flux_objects("a.yaml", &[REPOSITORY, POLICY]);
    assert_eq!(
        lines(&objects.check(&[Marker::new("b.yaml", 3, 9, "apps:podinfo")])),
        [
            "a.yaml:7:1: note: no marker names this policy; mark a value with \
             # {\"$imagepolicy\": \"flux-system:podinfo\"}",
            "b.yaml:3:9: warning: there is no ImagePolicy apps:podinfo",
        ],
    );
}

#[test]
fn two_objects_of_one_name() {
    let mut objects = flux_objects("a.yaml", &[REPOSITORY, POLICY]);
    let other = POLICY.replace("flux-system}", "apps}");
    objects.merge(flux_objects("b.yaml", &[POLICY, &other]));
    let found = objects.check(&[marker(), Marker::new("a.yaml", 1, 1, "apps:podinfo")]);
    assert_eq!(
        lines(&found),
        [
            "b.yaml:2:1: warning: metadata.name: the ImagePolicy in a.yaml, line 7, has the same \
             name; rename or remove one, or read the folders of two clusters apart",
            "b.yaml:7:1: error: spec.imageRepositoryRef: there is no ImageRepository podinfo in \
             the namespace apps; read its file too, or add it",
        ],
    );
}

#[test]
fn two_of_each_kind() {
    let receiver = "apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: hub}
spec: {type: dockerhub, secretRef: {name: a}, resources: [{kind: ImageRepository, name: a}]}
";
    let mut objects = flux_objects("a.yaml", &[REPOSITORY, POLICY, SOURCE, AUTOMATION]);
    objects.merge(flux::read("a.yaml", receiver.as_bytes()).objects);
    objects.merge(objects.clone());
    let problems = objects.check(&[marker()]);
    let titles: Vec<_> = problems
        .iter()
        .filter_map(|one| one.object.as_deref())
        .collect();
    assert_eq!(
        titles,
        [
            "Receiver hub",
            "ImageRepository flux-system/podinfo",
            "ImagePolicy flux-system/podinfo",
            "GitRepository flux-system/flux-system",
            "ImageUpdateAutomation flux-system/flux-system",
        ],
    );
    assert!(problems.iter().all(|one| one.field == "metadata.name"));
}

#[test]
fn a_reference_that_access_from_forbids() {
    let policy = POLICY.replace("flux-system}", "apps}").replace(
        "Ref: {name: podinfo}",
        "Ref: {name: podinfo, namespace: flux-system}",
    );
    let found = |access: &str| {
        let repository = REPOSITORY.replace("5m}", &format!("5m{access}}}"));
        let objects = flux_objects("a.yaml", &[&repository, &policy]);
        lines(&objects.check(&[Marker::new("b.yaml", 1, 1, "apps:podinfo")]))
    };
    let refused = "a.yaml:7:1: error: spec.imageRepositoryRef: ImageRepository flux-system/podinfo \
                   does not let the namespace apps in; write there `accessFrom: {namespaceSelectors: \
                   [{matchLabels: {kubernetes.io/metadata.name: apps}}]}`";
    let open = "a.yaml:7:1: note: spec.imageRepositoryRef: ImageRepository flux-system/podinfo lets \
                the namespace apps in by labels that only the cluster knows";
    let selectors = |list: &str| format!(", accessFrom: {{namespaceSelectors: [{list}]}}");
    let name = |name: &str| format!("{{matchLabels: {{kubernetes.io/metadata.name: {name}}}}}");
    assert_eq!(found(""), [refused]);
    assert_eq!(found(&selectors("")), [refused]);
    assert_eq!(found(&selectors(&name("web"))), [refused]);
    assert_eq!(found(&selectors(&name("web, team: a"))), [refused]);
    assert_eq!(found(&selectors("{matchLabels: {team: a}}")), [open]);
    assert_eq!(found(&selectors(&name("apps, team: a"))), [open]);
    assert!(found(&selectors("{}")).is_empty());
    assert!(found(&selectors(&format!("{}, {}", name("web"), name("apps")))).is_empty());
}

#[test]
fn a_provider_beside_a_secret() {
    assert_eq!(
        replaced(
            "interval: 5m",
            "interval: 5m, provider: aws, secretRef: {name: a}"
        ),
        [
            "a.yaml:2:1: warning: spec.secretRef: not used: with a provider other than generic Flux \
          takes the cloud's credentials; remove secretRef or provider"
        ],
    );
    assert_eq!(
        replaced(
            "interval: 1m",
            "interval: 1m, provider: azure, secretRef: {name: a}"
        ),
        [
            "a.yaml:12:1: warning: spec.secretRef: its credentials are not used: with this provider \
          Flux takes the cloud's; remove secretRef or provider"
        ],
    );
    assert!(
        replaced(
            "interval: 5m",
            "interval: 5m, provider: generic, secretRef: {name: a}"
        )
        .is_empty()
    );
    assert!(
        replaced(
            "interval: 1m",
            "interval: 1m, provider: github, secretRef: {name: a}"
        )
        .is_empty()
    );
}

#[test]
fn a_floating_tag_without_its_digest() {
    let found = |pattern: &str, rest: &str| {
        replaced(
            "{semver: {range: 5.0.x}}",
            &format!("{{alphabetical: {{}}}}, filterTags: {{pattern: '{pattern}'}}{rest}"),
        )
    };
    let floating = |tag: &str| {
        format!(
            "a.yaml:7:1: warning: spec.filterTags.pattern: only the tag {tag} passes, so that the \
             value never changes; to follow the image behind it write `digestReflectionPolicy: \
             Always` and for example `interval: 10m`"
        )
    };
    assert_eq!(found("^latest$", ""), [floating("latest")]);
    assert_eq!(
        found("^latest$", ", digestReflectionPolicy: IfNotPresent"),
        [floating("latest")]
    );
    assert_eq!(found("^v1\\.2-rc_1$", ""), [floating("v1.2-rc_1")]);
    for pattern in [
        "latest",
        "^latest",
        "^v1\\.2\\.3$",
        "^main-.*$",
        "^v1.2$",
        "^$",
        "^(a|b)$",
    ] {
        assert!(found(pattern, "").is_empty(), "{pattern}");
    }
    assert!(
        found(
            "^latest$",
            ", digestReflectionPolicy: Always, interval: 10m"
        )
        .is_empty()
    );
}

#[test]
fn a_path_outside_the_repository() {
    let found = |path: &str| replaced("./clusters/my-cluster", path);
    let leaves = |cut: &str| {
        format!(
            "a.yaml:17:1: warning: spec.update.path: leaves the repository; \
             Flux takes it for \"{cut}\": write that"
        )
    };
    assert_eq!(found("../../apps"), [leaves("apps")]);
    assert_eq!(found("a/../../b/./c"), [leaves("b/c")]);
    assert_eq!(found(".."), [leaves(".")]);
    for path in ["/cluster", ".", "a/..", "a/../b", "..a"] {
        assert!(found(path).is_empty(), "{path}");
    }
}

#[test]
fn an_automation_without_its_source() {
    assert_eq!(
        replaced(
            "GitRepository, name: flux-system",
            "GitRepository, name: other"
        ),
        [
            "a.yaml:17:1: note: spec.sourceRef: there is no GitRepository other in the namespace \
          flux-system; read its file too, or say where the repository is"
        ],
    );
}

const BUNDLE: &str = "imageScans:
- {tagName: podinfo, image: ghcr.io/org/podinfo}
- {tagName: web, image: ghcr.io/org/web}
";

const GIT_REPO: &str = "apiVersion: fleet.cattle.io/v1alpha1
kind: GitRepo
metadata: {name: app, namespace: fleet-local}
spec:
  repo: https://github.com/org/app
  paths: [charts/*, ../other, /a, a/../..]
";

const SCAN: &str = "apiVersion: fleet.cattle.io/v1alpha1
kind: ImageScan
metadata: {name: scan, namespace: fleet-local}
spec: {gitrepoName: app, tagName: db, image: ghcr.io/org/db}
";

#[test]
fn fleet_markers_and_scans() {
    let objects = fleet_objects("fleet.yaml", BUNDLE);
    let markers = ["podinfo:tag", "wep", "db:digest"];
    let markers = markers.map(|setter| Marker::new("app.yaml", 7, 3, setter));
    assert_eq!(
        lines(&objects.check(&markers)),
        [
            "app.yaml:7:3: warning: there is no image scan wep; did you mean web?",
            "app.yaml:7:3: warning: there is no image scan db",
            "fleet.yaml:3:3: note: no marker names this scan; mark a value with \
             # {\"$imagescan\": \"web\"}",
        ],
    );
}

#[test]
fn fleet_names_and_paths() {
    let named = |name: &str| SCAN.replace("name: scan", &format!("name: {name}"));
    let mut objects = fleet_objects("a.yaml", GIT_REPO);
    objects.merge(fleet_objects("b.yaml", GIT_REPO));
    objects.merge(fleet_objects(
        "c.yaml",
        &named("c").replace("Name: app", "Name: other"),
    ));
    objects.merge(fleet_objects("d.yaml", &named("d")));
    objects.merge(fleet_objects("e.yaml", &format!("\n{}", named("e"))));
    objects.merge(fleet_objects("f/fleet.yaml", BUNDLE));
    objects.merge(fleet_objects("g/fleet.yaml", BUNDLE));
    let markers = ["podinfo", "web", "db"].map(|setter| Marker::new("app.yaml", 7, 3, setter));
    let outside = |file: &str, index: usize| {
        format!(
            "{file}:1:1: error: spec.paths[{index}]: leaves the repository, which Fleet refuses; \
             write a path below its root"
        )
    };
    let scan = |at: &str, first: &str| {
        format!(
            "{at}: warning: tagName: the scan in {first}, has the same tagName, and markers \
             cannot tell them apart; choose another"
        )
    };
    assert_eq!(
        lines(&objects.check(&markers)),
        [
            &outside("a.yaml", 1),
            &outside("a.yaml", 3),
            "b.yaml:1:1: warning: metadata.name: the GitRepo in a.yaml, line 1, has the same name; \
             rename or remove one",
            &outside("b.yaml", 1),
            &outside("b.yaml", 3),
            "c.yaml:1:1: warning: spec.gitrepoName: there is no GitRepo other; read its file too, or add it",
            &scan("e.yaml:2:1", "d.yaml, line 1"),
            &scan("g/fleet.yaml:2:3", "f/fleet.yaml, line 2"),
            &scan("g/fleet.yaml:3:3", "f/fleet.yaml, line 3"),
        ],
    );
}

/// Time is linear in policies and markers.
#[test]
fn many_names() {
    let policies = (0..3_000).map(|n| {
        POLICY.replace(
            "{name: podinfo, namespace",
            &format!("{{name: p{n}, namespace"),
        )
    });
    let policies: Vec<String> = policies.collect();
    let documents: Vec<&str> = policies.iter().map(String::as_str).collect();
    let objects = flux_objects("a.yaml", &documents);
    let markers: Vec<Marker> = (0..3_000)
        .map(|n| Marker::new("b.yaml", n, 1, format!("flux-system:q{n}")))
        .collect();
    assert_eq!(objects.check(&markers).len(), 9_000);
}

#[test]
fn two_secrets_or_scans_of_one_name() {
    let text = "apiVersion: v1
kind: Secret
metadata: {name: a, namespace: n}
---
apiVersion: v1
kind: Secret
metadata: {name: a, namespace: n}
---
apiVersion: v1
kind: Secret
metadata: {name: a, namespace: o}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: a, namespace: n}
---
apiVersion: fleet.cattle.io/v1alpha1
kind: ImageScan
metadata: {name: s, namespace: n}
spec: {tagName: x, image: i}
---
apiVersion: fleet.cattle.io/v1alpha1
kind: ImageScan
metadata: {name: s, namespace: n}
spec: {tagName: y, image: i}
";
    let twin = "a.yaml:5:1: warning: metadata.name: the Secret in a.yaml, line 1, has the same name; \
                rename or remove one, or read the folders of two clusters apart";
    let flux = flux::read("a.yaml", text.as_bytes()).objects;
    assert_eq!(lines(&flux.check(&[])), [twin]);
    let markers = ["x", "y"].map(|name| Marker::new("app.yaml", 1, 1, name));
    let fleet = fleet_objects("a.yaml", text);
    assert_eq!(
        lines(&fleet.check(&markers)),
        [
            twin,
            "a.yaml:22:1: warning: metadata.name: the ImageScan in a.yaml, line 17, has the same \
             name; rename or remove one",
        ]
    );
}
