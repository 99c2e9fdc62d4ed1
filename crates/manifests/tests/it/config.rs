use std::time::{Duration, UNIX_EPOCH};

use tagwright_manifests::config::{
    self, Config, Dialect, MessageSyntax, Order, Place, Read, Select,
};
use tagwright_manifests::flux::{DigestReflectionPolicy, Provider, SigningKeyType};
use tagwright_manifests::{ObjectRef, Subject};

/// The example of the docs.
const EXAMPLE: &str = include_str!("../../src/config/example.yaml");

#[track_caller]
fn good(text: &str) -> Config {
    let Read {
        config, problems, ..
    } = config::read("tagwright.yaml", text.as_bytes());
    assert_eq!(problems, []);
    config
}

fn named(secret: Option<&ObjectRef>) -> String {
    let secret = secret.expect("a Secret");
    let namespace = secret.namespace.as_deref().unwrap_or("-");
    format!("{namespace} {}", secret.name)
}

#[test]
fn the_images_of_the_example() {
    let config = good(EXAMPLE);
    assert_eq!(config.dialect, Dialect::Flux);
    let [podinfo, app] = &config.images[..] else {
        panic!("two images");
    };
    assert_eq!(
        (podinfo.name.as_str(), podinfo.location.line),
        ("podinfo", 5)
    );
    assert_eq!(podinfo.image, "ghcr.io/stefanprodan/podinfo");
    assert_eq!((&podinfo.secret, &podinfo.exclude), (&None, &None));
    assert_eq!(named(app.secret.as_ref()), "flux-system registry");
    assert_eq!(
        named(app.certificate_secret.as_ref()),
        "flux-system registry-ca"
    );
    assert_eq!(named(app.proxy_secret.as_ref()), "flux-system proxy");
    assert_eq!(app.provider, Provider::Generic);
    let exclude = app.exclude.as_ref().expect("patterns");
    assert_eq!(exclude, &["^.*\\.sig$", "-dev$"]);
    assert_eq!(app.interval, Some(Duration::from_secs(600)));
    assert_eq!(app.timeout, Some(Duration::from_secs(60)));
    assert!(!app.insecure && !app.suspend);
}

#[test]
fn the_policies_of_the_example() {
    let config = good(EXAMPLE);
    let [podinfo, app] = &config.policies[..] else {
        panic!("two policies");
    };
    assert_eq!(podinfo.name, "flux-system:podinfo");
    assert_eq!(podinfo.image, "podinfo");
    assert_eq!(podinfo.select, Select::Semver("5.0.x".to_owned()));
    assert_eq!(podinfo.digest, DigestReflectionPolicy::Never);
    assert_eq!(app.select, Select::Numerical(Order::Ascending));
    let filter = app.filter.as_ref().expect("a filter");
    assert_eq!(filter.pattern, "^main-[a-f0-9]+-(?P<ts>[0-9]+)$");
    assert_eq!(filter.extract.as_deref(), Some("$ts"));
    assert_eq!(app.digest, DigestReflectionPolicy::IfNotPresent);
    assert!(app.strict && !app.suspend);
    assert_eq!(app.guards.no_downgrade, Some(false));
    let hold = app.guards.hold.as_ref().expect("a hold");
    assert_eq!(hold.at.as_deref(), Some("main-0badc0d-1621"));
    let christmas = UNIX_EPOCH + Duration::from_secs(1_798_135_200);
    assert_eq!(hold.until, Some(christmas));
    assert_eq!(config.guards.no_downgrade, Some(true));
    assert_eq!(config.guards.min_age, Some(Duration::from_secs(3600)));
    assert_eq!(config.guards.max_shrink, Some(50));
    assert_eq!(config.guards.skip, ["5.0.1"]);
    assert_eq!(config.guards.hold, None);
}

#[test]
fn the_targets_of_the_example() {
    let config = good(EXAMPLE);
    let [production, checkout] = &config.targets[..] else {
        panic!("two targets");
    };
    assert_eq!(production.name, "production");
    assert_eq!(production.path.as_deref(), Some("./clusters/production"));
    let policies = production.policies.as_ref().expect("names");
    assert_eq!(policies, &["flux-system:podinfo", "flux-system:app"]);
    assert_eq!(production.interval, Some(Duration::from_secs(1800)));
    assert!(!production.suspend);
    assert_eq!(checkout.place, Place::Directory(".".to_owned()));
    let Place::Branch(branch) = &production.place else {
        panic!("a branch");
    };
    assert_eq!(branch.repository, "ssh://git@github.com/org/fleet-infra");
    assert_eq!(named(branch.secret.as_ref()), "flux-system deploy-key");
    assert_eq!(named(branch.proxy_secret.as_ref()), "flux-system proxy");
    assert_eq!(
        (branch.branch.as_str(), branch.provider),
        ("main", Provider::Generic)
    );
    assert_eq!(branch.timeout, Some(Duration::from_secs(120)));
    let push = branch.push.as_ref().expect("a push");
    assert_eq!(push.branch.as_deref(), Some("image-updates"));
    let refspec = push.refspec.as_deref();
    assert_eq!(refspec, Some("refs/heads/image-updates:refs/heads/review"));
    assert_eq!(push.options["ci.skip"], "");
    assert_eq!(branch.branch_template, None);
    let commit = &branch.commit;
    assert_eq!(commit.author_name.as_deref(), Some("bot"));
    assert_eq!(commit.author_email, "bot@example.com");
    assert_eq!(
        commit.message.as_deref(),
        Some("Update {{ .Values.cluster }}")
    );
    assert_eq!(commit.message_syntax, Some(MessageSyntax::Go));
    assert_eq!(commit.message_values["cluster"], "production");
    assert_eq!(
        named(commit.signing_key.as_ref()),
        "flux-system signing-key"
    );
    assert_eq!(commit.signing_key_type, SigningKeyType::Ssh);
    assert_eq!(commit.trailers, ["Tagwright-Policy", "Tagwright-Digest"]);
}

#[test]
fn every_way_to_choose() {
    let config = good(
        "dialect: fleet
images: {a: {image: a, secret: registry}}
policies:
  one: {image: a, alphabetical: desc}
  two: {image: a, calver: YYYY.0M.0D}
  three: {image: a, newestBuild: true}
  four: {image: a, followTag: latest}
",
    );
    assert_eq!(config.dialect, Dialect::Fleet);
    assert_eq!(named(config.images[0].secret.as_ref()), "- registry");
    let choices: Vec<&Select> = config.policies.iter().map(|one| &one.select).collect();
    assert_eq!(
        choices,
        [
            &Select::Alphabetical(Order::Descending),
            &Select::Calver("YYYY.0M.0D".to_owned()),
            &Select::NewestBuild,
            &Select::FollowTag("latest".to_owned()),
        ]
    );
}

#[test]
fn an_empty_file_says_nothing() {
    assert_eq!(good(""), Config::default());
    assert_eq!(good("# nothing\n---\n"), Config::default());
}

#[test]
fn json_is_read_too() {
    let config = good("{\"images\": {\"a\": {\"image\": \"alpine\"}}}");
    assert_eq!(config.images[0].image, "alpine");
}

#[test]
fn texts_of_other_crates_are_judged() {
    let text = "images: {a: {image: bad, exclude: [bad]}}
policies:
  a:b: {image: a, semver: bad, filter: {pattern: (bad), extract: $1}}
  a:d: {image: a, semver: bad, filter: {pattern: (good), extract: $1}}
  a:c: {image: a, calver: bad}
targets:
  t: {repository: r, branch: b, commit: {author: {email: e}, message: bad}}
  u: {repository: r, branch: b, commit: {author: {email: e}, message: bad, messageSyntax: jinja}}
";
    let judge = |subject: Subject<'_>| match subject {
        Subject::Pattern("(good)") => Ok(()),
        _ => Err(format!("{subject:?}")),
    };
    let read = config::read_with("f.yaml", text.as_bytes(), &judge);
    let found: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "f.yaml:1:21: error: images.a.image: Image(\"bad\")",
            "f.yaml:1:36: error: images.a.exclude[0]: Pattern(\"bad\")",
            "f.yaml:3:27: error: policies.a:b.semver: Range(\"bad\")",
            "f.yaml:3:50: error: policies.a:b.filter.pattern: Pattern(\"(bad)\")",
            "f.yaml:4:27: error: policies.a:d.semver: Range(\"bad\")",
            "f.yaml:4:67: error: policies.a:d.filter.extract: Extract { extract: \"$1\", pattern: \"(good)\" }",
            "f.yaml:5:27: error: policies.a:c.calver: Calver(\"bad\")",
            "f.yaml:7:71: error: targets.t.commit.message: Template(\"bad\")",
        ]
    );
    assert_eq!(read.config.images, []);
    assert_eq!(read.config.targets.len(), 1);
}
