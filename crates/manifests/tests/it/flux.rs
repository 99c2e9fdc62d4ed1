use std::time::Duration;

use tagwright_manifests::flux::{
    self, DigestReflectionPolicy, Objects, Provider, ReceiverType, SigningKeyType, UpdateStrategy,
    VerifyMode,
};
use tagwright_manifests::{Operator, Secret, SecretKind, Severity, Subject};

/// Reads a file that has nothing wrong with it.
#[track_caller]
pub(crate) fn objects(text: &str) -> Objects {
    let read = flux::read("f.yaml", text.as_bytes());
    let problems: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, Vec::<String>::new());
    read.objects
}

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn the_guide() {
    let objects = objects(include_str!("../../testdata/flux-guide.yaml"));
    let repository = &objects.image_repositories[0];
    assert_eq!(repository.meta.name, "podinfo");
    assert_eq!(repository.meta.namespace.as_deref(), Some("flux-system"));
    assert_eq!(repository.meta.location.file, "f.yaml");
    assert_eq!(repository.meta.location.document, 1);
    assert_eq!(repository.meta.location.line, 3);
    assert_eq!(repository.image, "ghcr.io/stefanprodan/podinfo");
    assert_eq!(repository.interval, Some(5 * MINUTE));

    let policy = &objects.image_policies[0];
    assert_eq!(policy.meta.location.document, 2);
    assert_eq!(policy.image_repository_ref.name, "podinfo");
    assert_eq!(policy.image_repository_ref.namespace, None);
    assert_eq!(policy.policy.semver.as_deref(), Some("5.0.x"));
    assert_eq!(
        policy.digest_reflection_policy,
        DigestReflectionPolicy::Never
    );

    let automation = &objects.image_update_automations[0];
    assert_eq!(automation.interval, Some(30 * MINUTE));
    assert_eq!(automation.source_ref.kind, "GitRepository");
    assert_eq!(automation.source_ref.name, "flux-system");
    let checkout = automation.git.checkout_ref.as_ref().expect("a ref");
    assert_eq!(checkout.branch.as_deref(), Some("main"));
    let commit = &automation.git.commit;
    assert_eq!(commit.author_name.as_deref(), Some("fluxcdbot"));
    assert_eq!(commit.author_email, "fluxcdbot@users.noreply.github.com");
    assert!(
        commit
            .message_template
            .as_ref()
            .expect("a template")
            .starts_with("{{range .Changed")
    );
    let push = automation.git.push.as_ref().expect("a push");
    assert_eq!(push.branch.as_deref(), Some("main"));
    assert_eq!(
        automation.update.path.as_deref(),
        Some("./clusters/my-cluster")
    );
    assert_eq!(automation.update.strategy, UpdateStrategy::Setters);
    assert_eq!(automation.policy_selector, None);
}

#[test]
fn the_reference_pages() {
    let objects = objects(include_str!("../../testdata/flux-reference.yaml"));
    let images = objects.image_repositories.iter();
    let images: Vec<_> = images
        .map(|one| (one.provider, one.insecure, one.suspend))
        .collect();
    assert_eq!(
        images,
        [
            (Provider::Generic, false, false),
            (Provider::Aws, false, true),
            (Provider::Generic, true, false),
        ]
    );
    let policies = objects.image_policies.iter();
    let policies: Vec<_> = policies
        .map(|one| {
            (
                &one.policy.semver,
                &one.policy.alphabetical,
                &one.policy.numerical,
            )
        })
        .collect();
    let (range, asc) = (|range: &str| Some(range.to_owned()), Some("asc".to_owned()));
    assert_eq!(
        policies,
        [
            (&range(">=1.0.0"), &None, &None),
            (&range("^1.x-0"), &None, &None),
            (&None, &asc, &None),
            (&None, &None, &asc),
        ]
    );
    assert_eq!(objects.image_update_automations.len(), 1);
    assert_eq!(objects.git_repositories.len(), 1);
    assert_eq!(objects.receivers[0].receiver_type, ReceiverType::Gcr);
    let kinds = objects.secrets.iter().flat_map(Secret::kinds);
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        [
            SecretKind::DockerConfigJson,
            SecretKind::ClientCertificate,
            SecretKind::CertificateAuthority,
            SecretKind::BasicAuth,
            SecretKind::Proxy,
            SecretKind::Ssh,
            SecretKind::GpgSigningKey,
            SecretKind::Webhook,
        ]
    );
}

#[test]
fn every_field_of_an_image_repository() {
    let read = flux::read(
        "f.yaml",
        b"apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata:
  name: a
  labels: {team: x}
  annotations: {note: 'y'}
spec:
  image: registry.local:5000/a
  interval: 1h
  timeout: 90s
  secretRef: {name: regcred}
  certSecretRef: {name: certs}
  proxySecretRef: {name: proxy}
  serviceAccountName: puller
  exclusionList: ['^.*\\.sig$', '^dev']
  provider: azure
  insecure: true
  suspend: true
  accessFrom:
    namespaceSelectors:
    - matchLabels: {kubernetes.io/metadata.name: apps}
    - {}
",
    );
    let repository = &read.objects.image_repositories[0];
    assert_eq!(repository.meta.labels["team"], "x");
    assert_eq!(repository.meta.annotations["note"], "y");
    assert_eq!(repository.image, "registry.local:5000/a");
    assert_eq!(repository.interval, Some(60 * MINUTE));
    assert_eq!(repository.timeout, Some(Duration::from_secs(90)));
    assert_eq!(repository.secret_ref.as_deref(), Some("regcred"));
    assert_eq!(repository.cert_secret_ref.as_deref(), Some("certs"));
    assert_eq!(repository.proxy_secret_ref.as_deref(), Some("proxy"));
    assert_eq!(repository.service_account_name.as_deref(), Some("puller"));
    let exclusions = repository.exclusion_list.as_ref().expect("a list");
    assert_eq!(exclusions, &["^.*\\.sig$", "^dev"]);
    assert_eq!(repository.provider, Provider::Azure);
    assert!(repository.insecure && repository.suspend);
    let access = repository.access_from.as_ref().expect("an access list");
    let selectors = &access.namespace_selectors;
    assert_eq!(selectors[0]["kubernetes.io/metadata.name"], "apps");
    assert!(selectors[1].is_empty());
    // The service account is the one thing that is not used.
    assert_eq!(read.problems.len(), 1);
}

#[test]
fn every_field_of_an_image_policy() {
    let objects = objects(
        "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: a, namespace: apps}
spec:
  imageRepositoryRef: {name: a, namespace: images}
  filterTags: {pattern: '^main-(?P<ts>\\d+)$', extract: $ts}
  policy: {numerical: {order: desc}}
  digestReflectionPolicy: Always
  interval: 10m
  suspend: true
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: b}
spec:
  imageRepositoryRef: {name: a}
  policy: {alphabetical: {}}
  digestReflectionPolicy: IfNotPresent
",
    );
    let [a, b] = &objects.image_policies[..] else {
        panic!("two policies");
    };
    assert_eq!(a.image_repository_ref.namespace.as_deref(), Some("images"));
    let filter = a.filter_tags.as_ref().expect("a filter");
    assert_eq!(filter.pattern, "^main-(?P<ts>\\d+)$");
    assert_eq!(filter.extract.as_deref(), Some("$ts"));
    assert_eq!(a.policy.numerical.as_deref(), Some("desc"));
    assert_eq!((&a.policy.semver, &a.policy.alphabetical), (&None, &None));
    assert_eq!(a.digest_reflection_policy, DigestReflectionPolicy::Always);
    assert_eq!(a.interval, Some(10 * MINUTE));
    assert!(a.suspend);
    assert_eq!(b.policy.alphabetical.as_deref(), Some(""));
    assert_eq!(
        b.digest_reflection_policy,
        DigestReflectionPolicy::IfNotPresent
    );
    assert_eq!(b.filter_tags, None);
    assert!(!b.suspend);
}

#[test]
fn every_field_of_an_automation() {
    let objects = objects(
        "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {name: a, namespace: apps}
spec:
  interval: 1m
  suspend: true
  sourceRef: {name: repo, namespace: flux-system}
  git:
    checkout: {ref: {branch: b, tag: t, semver: '>1', name: refs/heads/n, commit: abc}}
    commit:
      author: {email: a@example.com}
      messageTemplate: '{{ .Values.env }}'
      messageTemplateValues: {env: prod}
      signingKey: {type: ssh, secretRef: {name: key}}
    push:
      branch: auto
      refspec: refs/heads/auto:refs/heads/review
      options: {ci.skip: '', topic: images}
  policySelector:
    matchLabels: {app: x}
    matchExpressions:
    - {key: tier, operator: NotIn, values: [dev]}
",
    );
    let automation = &objects.image_update_automations[0];
    assert!(automation.suspend);
    assert_eq!(
        automation.source_ref.namespace.as_deref(),
        Some("flux-system")
    );
    let reference = automation.git.checkout_ref.as_ref().expect("a ref");
    assert_eq!(reference.branch.as_deref(), Some("b"));
    assert_eq!(reference.tag.as_deref(), Some("t"));
    assert_eq!(reference.semver.as_deref(), Some(">1"));
    assert_eq!(reference.name.as_deref(), Some("refs/heads/n"));
    assert_eq!(reference.commit.as_deref(), Some("abc"));
    let commit = &automation.git.commit;
    assert_eq!(commit.author_name, None);
    assert_eq!(commit.message_template_values["env"], "prod");
    let key = commit.signing_key.as_ref().expect("a key");
    assert_eq!(
        (key.secret_ref.as_str(), key.key_type),
        ("key", SigningKeyType::Ssh)
    );
    let push = automation.git.push.as_ref().expect("a push");
    assert_eq!(
        push.refspec.as_deref(),
        Some("refs/heads/auto:refs/heads/review")
    );
    assert_eq!(push.options["ci.skip"], "");
    assert_eq!(push.options["topic"], "images");
    let selector = automation.policy_selector.as_ref().expect("a selector");
    assert_eq!(selector.match_labels["app"], "x");
    assert_eq!(selector.match_expressions[0].operator, Operator::NotIn);
    assert_eq!(automation.update.path, None);
}

#[test]
fn every_field_of_a_git_repository() {
    let objects = objects(
        "apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: a, namespace: flux-system}
spec:
  url: ssh://git@github.com/org/app
  ref: {branch: main}
  secretRef: {name: deploy-key}
  proxySecretRef: {name: proxy}
  provider: github
  interval: 1m0s
  timeout: 60s
  suspend: true
",
    );
    let repository = &objects.git_repositories[0];
    assert_eq!(repository.url, "ssh://git@github.com/org/app");
    let reference = repository.reference.as_ref().expect("a ref");
    assert_eq!(reference.branch.as_deref(), Some("main"));
    assert_eq!(repository.secret_ref.as_deref(), Some("deploy-key"));
    assert_eq!(repository.proxy_secret_ref.as_deref(), Some("proxy"));
    assert_eq!(repository.provider, Provider::Github);
    assert_eq!(repository.interval, Some(MINUTE));
    assert_eq!(repository.timeout, Some(MINUTE));
    assert!(repository.suspend);
}

#[test]
fn what_a_git_repository_has_for_its_cluster() {
    let read = flux::read(
        "f.yaml",
        b"apiVersion: source.toolkit.fluxcd.io/v1beta2
kind: GitRepository
metadata: {name: a}
spec:
  url: https://h/o/r
  interval: 1m
  verify: {mode: TagAndHEAD, secretRef: {name: keys}}
  ignore: '/*'
  include: [{repository: {name: other}, fromPath: a, toPath: b}, {repository: {name: more}}]
  recurseSubmodules: true
  sparseCheckout: [apps, infra]
  accessFrom: {namespaceSelectors: [{matchLabels: {}}]}
  gitImplementation: go-git
",
    );
    assert!(
        read.problems
            .iter()
            .all(|one| one.severity < Severity::Error)
    );
    let repository = &read.objects.git_repositories[0];
    let verify = repository.verify.as_ref().expect("a verification");
    assert_eq!(
        (verify.mode, verify.secret_ref.as_str()),
        (VerifyMode::TagAndHead, "keys")
    );
    assert_eq!(repository.ignore.as_deref(), Some("/*"));
    assert_eq!(repository.include[0].repository, "other");
    assert_eq!(repository.include[0].from_path.as_deref(), Some("a"));
    assert_eq!(repository.include[0].to_path.as_deref(), Some("b"));
    assert_eq!(repository.include[1].to_path, None);
    assert!(repository.recurse_submodules);
    assert_eq!(repository.sparse_checkout, ["apps", "infra"]);
    let access = repository.access_from.as_ref().expect("an access list");
    assert_eq!(access.namespace_selectors.len(), 1);
}

#[test]
fn every_field_of_a_receiver() {
    let objects = objects(
        "apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: images, namespace: flux-system}
spec:
  type: dockerhub
  interval: 10m
  events: [push]
  resources:
  - {kind: ImageRepository, name: podinfo}
  - apiVersion: image.toolkit.fluxcd.io/v1
    kind: ImageRepository
    name: '*'
    namespace: apps
    matchLabels: {team: x}
    filter: res.metadata.name == 'a'
  resourceFilter: 'true'
  secretRef: {name: receiver-token}
  suspend: true
---
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: ci}
spec:
  type: generic-oidc
  resources: [{kind: GitRepository, name: app}]
  oidcProviders:
  - issuerURL: https://token.actions.githubusercontent.com
    audience: flux
    variables: [{name: owner, expression: claims.repository_owner}]
    validations: [{expression: vars.owner == 'org', message: not ours}]
",
    );
    let [images, ci] = &objects.receivers[..] else {
        panic!("two receivers");
    };
    assert_eq!(images.receiver_type, ReceiverType::DockerHub);
    assert_eq!(images.receiver_type.as_str(), "dockerhub");
    assert_eq!(images.interval, Some(10 * MINUTE));
    assert_eq!(images.events, ["push"]);
    let [one, all] = &images.resources[..] else {
        panic!("two resources");
    };
    assert_eq!(
        (one.kind.as_str(), one.name.as_str()),
        ("ImageRepository", "podinfo")
    );
    assert_eq!(
        (&one.api_version, &one.namespace, &one.filter),
        (&None, &None, &None)
    );
    assert_eq!(
        all.api_version.as_deref(),
        Some("image.toolkit.fluxcd.io/v1")
    );
    assert_eq!(all.namespace.as_deref(), Some("apps"));
    assert_eq!(all.match_labels["team"], "x");
    assert_eq!(all.filter.as_deref(), Some("res.metadata.name == 'a'"));
    assert_eq!(images.resource_filter.as_deref(), Some("true"));
    assert_eq!(images.secret_ref.as_deref(), Some("receiver-token"));
    assert!(images.suspend && !ci.suspend);
    assert_eq!(ci.secret_ref, None);
    let provider = &ci.oidc_providers[0];
    assert_eq!(
        provider.issuer_url,
        "https://token.actions.githubusercontent.com"
    );
    assert_eq!(provider.audience.as_deref(), Some("flux"));
    let pair = |(left, right): &(String, String)| format!("{left}: {right}");
    assert_eq!(
        pair(&provider.variables[0]),
        "owner: claims.repository_owner"
    );
    assert_eq!(
        pair(&provider.validations[0]),
        "vars.owner == 'org': not ours"
    );
}

#[test]
fn merging_keeps_the_order() {
    let guide = include_str!("../../testdata/flux-guide.yaml");
    let mut all = objects(guide);
    assert!(!all.is_empty());
    all.merge(objects(&guide.replace("podinfo", "other")));
    let names: Vec<&str> = all
        .image_policies
        .iter()
        .map(|one| one.meta.name.as_str())
        .collect();
    assert_eq!(names, ["podinfo", "other"]);
    assert_eq!(all.image_update_automations.len(), 2);
    assert!(Objects::default().is_empty());
}

/// What a value is, by whether a text field takes it.
#[test]
fn plain_scalars_mean_what_they_mean_in_kubernetes() {
    let found = |scalar: &str| {
        let text = format!(
            "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository
spec: {{image: a, interval: 5m}}\nmetadata:\n  name: {scalar}\n"
        );
        let read = flux::read("f.yaml", text.as_bytes());
        let image = read
            .objects
            .image_repositories
            .first()
            .map(|one| one.meta.name.clone());
        image.ok_or_else(|| read.problems[0].message.clone())
    };
    for text in [
        "1.2.3",
        "1.x",
        "~1",
        "12e4567",
        "1e400",
        "_1",
        "1-2",
        ".",
        "e5",
        "1e",
        "0x",
        "0b2",
        "yes",
        "2020-01-01",
        "0.0.0.0",
        "+",
        "tRUE",
        "nil",
        ".infinity",
        "+.nan",
        "1:30",
        "0xg",
    ] {
        assert_eq!(found(text).as_deref(), Ok(text));
    }
    for number in [
        "1",
        "1.0",
        "1.10",
        "0x1F",
        "0o17",
        "0b11",
        "1_000",
        ".5",
        "5.",
        "1e3",
        "1E-3",
        "-1",
        "+1",
        "-.5",
        ".inf",
        "-.INF",
        ".NaN",
        "089",
        "-0x10",
        "!!int 1",
        "!!float '1'",
    ] {
        assert!(
            found(number)
                .unwrap_err()
                .starts_with("expected text, found the number"),
            "{number}"
        );
    }
    for truth in ["true", "False", "TRUE", "!!bool true"] {
        assert!(
            found(truth).unwrap_err().ends_with("; put it in quotes"),
            "{truth}"
        );
    }
    for nothing in ["", "~", "null", "NULL", "''", "!!null x"] {
        assert!(
            found(nothing).unwrap_err().starts_with("missing"),
            "{nothing}"
        );
    }
    for text in [
        "'1'",
        "\"1\"",
        "!!str 1",
        "! 1",
        "!mine 1",
        "|-\n    1",
        ">-\n    1",
    ] {
        assert_eq!(found(text).as_deref(), Ok("1"), "{text}");
    }
}

#[test]
fn a_problem_is_one_line_whatever_the_file_is_called() {
    let text = b"kind: ImagePolicy\napiVersion: image.toolkit.fluxcd.io/v9\n";
    let read = flux::read("it's\n\x1b[31m\u{202e}.yaml", text);
    let line = read.problems[0].to_string();
    assert!(
        line.starts_with("it's\\n\\u{1b}[31m\\u{202e}.yaml:2:13: error: apiVersion: "),
        "{line}"
    );
}

#[test]
fn problems_name_their_object() {
    let read = flux::read(
        "f.yaml",
        b"apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: a, namespace: n}
spec: {image: 5, interval: 5m}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {}
",
    );
    let objects: Vec<_> = read
        .problems
        .iter()
        .map(|one| one.object.as_deref())
        .collect();
    assert_eq!(objects, [Some("ImageRepository n/a"), None, None]);
}

/// A text with a variable will be another one.
#[test]
fn unresolved_texts_are_not_judged() {
    let text = "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: a}
spec:
  imageRepositoryRef: {name: a}
  policy: {semver: {range: '${r}'}}
  filterTags: {pattern: '^${p}$', extract: $ts}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: a}
spec: {image: '${i:=app}', interval: 5m, exclusionList: ['${e}']}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {name: a}
spec:
  interval: 5m
  sourceRef: {kind: GitRepository, name: a}
  git: {commit: {author: {email: a}, messageTemplate: '{{ ${t} }}'}}
";
    let judge = |subject: Subject<'_>| Err(format!("{subject:?}"));
    let read = flux::read_with("f.yaml", text.as_bytes(), &judge);
    let found: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    let unresolved = "holds a variable ${...} that is not resolved; \
                      read the output of `flux build` or `envsubst` instead";
    let expected = [
        "f.yaml:6:28: warning: spec.policy.semver.range",
        "f.yaml:7:25: warning: spec.filterTags.pattern",
        "f.yaml:12:15: warning: spec.image",
        "f.yaml:12:58: warning: spec.exclusionList[0]",
        "f.yaml:20:55: warning: spec.git.commit.messageTemplate",
    ];
    assert_eq!(
        found,
        expected.map(|place| format!("{place}: {unresolved}"))
    );
    assert_eq!(read.objects.image_policies.len(), 1);
}

#[test]
fn an_extract_is_judged_beside_a_good_pattern_only() {
    let text = "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: a}
spec:
  imageRepositoryRef: {name: a}
  policy: {semver: {range: '*'}}
  filterTags: {pattern: '(?=a)', extract: $ts}
";
    let judge = |subject: Subject<'_>| match subject {
        Subject::Range(_) => Ok(()),
        _ => Err("bad".to_owned()),
    };
    let read = flux::read_with("f.yaml", text.as_bytes(), &judge);
    let found: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["f.yaml:7:25: error: spec.filterTags.pattern: bad"]);
}
