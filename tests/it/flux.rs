//! Flux's objects as an automation.

mod git;
mod guards;
mod signing;

use tagwright::gitwrite::Remote;
use tagwright::manifests::{Severity, flux};
use tagwright::{Applied, Automation, Loaded, OutcomeKind};
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::oci::Registry;

use crate::world::World;

const SOURCE: &str = "
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: fleet, namespace: flux-system}
spec: {interval: 1m, url: 'https://git.example.com/fleet.git', ref: {branch: main}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {name: fleet, namespace: flux-system}
spec:
  interval: 30m
  sourceRef: {kind: GitRepository, name: fleet}
  git:
    commit: {author: {name: flux, email: flux@example.com}}
";

const IMAGE: &str = "
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: app, namespace: flux-system}
spec: {interval: 5m, image: $IMAGE, insecure: true}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: app, namespace: flux-system, labels: {team: a}}
spec: {imageRepositoryRef: {name: app}, policy: {semver: {range: 5.0.x}}}
";

pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = own_tests();
    tests.extend(git::tests());
    tests.extend(guards::tests());
    tests.extend(signing::tests());
    tests
}

fn own_tests() -> Vec<Trial> {
    vec![
        async_test("flux::manifests_run", manifests_run),
        async_test(
            "flux::messages_name_files_below_the_path",
            messages_name_files_below_the_path,
        ),
        async_test("flux::pull_secret_is_used", pull_secret_is_used),
        async_test(
            "flux::credentials_of_one_image_stay_apart",
            credentials_of_one_image_stay_apart,
        ),
        async_test(
            "flux::other_namespaces_need_access",
            other_namespaces_need_access,
        ),
        async_test(
            "flux::broken_policy_hides_no_other",
            broken_policy_hides_no_other,
        ),
        async_test(
            "flux::twins_refuse_themselves_alone",
            twins_refuse_themselves_alone,
        ),
        async_test(
            "flux::suspended_image_is_withheld",
            suspended_image_is_withheld,
        ),
        async_test(
            "flux::missing_repository_is_refused",
            missing_repository_is_refused,
        ),
        async_test(
            "flux::selector_chooses_by_labels",
            selector_chooses_by_labels,
        ),
    ]
}

async fn from(world: &World, text: &str) -> Loaded {
    Automation::from_flux(&objects(world, text)).await
}

fn objects(world: &World, text: &str) -> flux::Objects {
    let text = text.replace("$IMAGE", &world.image());
    let read = flux::read("flux.yaml", text.as_bytes());
    let mut problems = read.problems.iter();
    let bad = problems.find(|problem| problem.severity != Severity::Note);
    assert_eq!(bad, None, "the manifests are good");
    read.objects
}

fn build(world: &World, flux: &Loaded) -> Result<Automation, Box<dyn std::error::Error>> {
    let [builder] = flux.automations() else {
        panic!("one automation: {flux:?}")
    };
    Ok(builder
        .clone()
        .remote(Remote::new(&world.repository.url())?)
        .build()?)
}

fn problems(flux: &Loaded) -> Vec<String> {
    flux.problems().iter().map(ToString::to_string).collect()
}

async fn manifests_run() -> TestResult {
    let world = World::new();
    let flux = from(&world, &format!("{SOURCE}{IMAGE}")).await;
    assert_eq!(problems(&flux), [""; 0]);
    let report = build(&world, &flux).expect("it builds").run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    assert_eq!(
        report.plan().message().map(str::trim_end),
        Some("Update from image update automation")
    );
    assert_eq!(
        world
            .repository
            .git(&["log", "-1", "--format=%an <%ae>", "main"]),
        "flux <flux@example.com>\n"
    );
    Ok(())
}

async fn messages_name_files_below_the_path() -> TestResult {
    let world = World::new();
    let template = "'{{range $file, $_ := .Changed.FileChanges}}{{$file}}{{end}}'";
    let message = format!("commit: {{messageTemplate: {template}, ");
    let source = SOURCE.replace("commit: {", &message);
    for (path, name) in [(".", "apps/app.yaml"), ("./apps", "app.yaml")] {
        let source = format!("{source}  update: {{path: {path}}}\n");
        let flux = from(&world, &format!("{source}{IMAGE}")).await;
        let plan = build(&world, &flux).expect("it builds").plan().await?;
        assert_eq!(plan.message(), Some(name));
    }
    Ok(())
}

async fn pull_secret_is_used() -> TestResult {
    let mut world = World::new();
    world.registry = Registry::builder().basic_auth("robot", "secret").start();
    world.registry.push_tags("org/app", ["5.0.0", "5.0.7"]);
    world.commit("apps/app.yaml", &world.deployment("5.0.0"));
    let image = IMAGE.replace("insecure: true", "insecure: true, secretRef: {name: pull}");
    let secret = format!(
        "
---
apiVersion: v1
kind: Secret
metadata: {{name: pull, namespace: flux-system}}
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{{\"auths\": {{\"{}\": {{\"username\": \"robot\", \"password\": \"secret\"}}}}}}'
",
        world.registry.address()
    );
    let flux = from(&world, &format!("{SOURCE}{image}{secret}")).await;
    assert_eq!(problems(&flux), [""; 0]);
    let report = build(&world, &flux).expect("it builds").run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.7"));
    Ok(())
}

async fn broken_policy_hides_no_other() -> TestResult {
    let world = World::new();
    let broken = "
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: broken, namespace: flux-system}
spec: {imageRepositoryRef: {name: app}, policy: {semver: {range: '>=0.1.0-'}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: lost, namespace: flux-system}
spec: {imageRepositoryRef: {name: nothing}, policy: {semver: {range: '*'}}}
";
    let flux = from(&world, &format!("{SOURCE}{IMAGE}{broken}")).await;
    let problems = problems(&flux);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[0].starts_with("ImagePolicy flux-system/broken (flux.yaml:28): error: "),
        "{problems:?}"
    );
    assert_eq!(
        problems[1..],
        [
            "ImagePolicy flux-system/lost (flux.yaml:33): error: spec.imageRepositoryRef: there is no ImageRepository flux-system/nothing among the objects",
        ]
    );
    let report = build(&world, &flux).expect("it builds").run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(
        report.is_partial(),
        "what could not be honoured is no success"
    );
    assert_eq!(report.plan().problems().len(), 2);
    Ok(())
}

async fn twins_refuse_themselves_alone() -> TestResult {
    let world = World::new();
    let twin = "
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: twin, namespace: flux-system}
spec: {imageRepositoryRef: {name: app}, policy: {semver: {range: '*'}}}
";
    let flux = from(&world, &format!("{SOURCE}{IMAGE}{twin}{twin}")).await;
    let reason = "error: another ImagePolicy is named flux-system/twin too; rename or remove one";
    assert_eq!(
        problems(&flux),
        [28, 34].map(|line| format!("ImagePolicy flux-system/twin (flux.yaml:{line}): {reason}"))
    );
    let report = build(&world, &flux).expect("it builds").run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(report.is_partial(), "{report}");
    Ok(())
}

/// Two repositories of one image, one with the right secret, one with a wrong one, and one with none.
async fn credentials_of_one_image_stay_apart() -> TestResult {
    let mut world = World::new();
    world.registry = Registry::builder().basic_auth("robot", "secret").start();
    world.registry.push_tags("org/app", ["5.0.0", "5.0.7"]);
    let mut text = SOURCE.to_owned();
    for (name, reference) in [
        ("app", ", secretRef: {name: good}"),
        ("bad", ", secretRef: {name: bad}"),
        ("none", ""),
    ] {
        let image = IMAGE.replace("name: app", &format!("name: {name}"));
        text += &image.replace("insecure: true", &format!("insecure: true{reference}"));
    }
    let secret = |name: &str, password: &str| {
        format!(
            "
---
apiVersion: v1
kind: Secret
metadata: {{name: {name}, namespace: flux-system}}
stringData:
  .dockerconfigjson: '{{\"auths\": {{\"{}\": {{\"username\": \"robot\", \"password\": \"{password}\"}}}}}}'
",
            world.registry.address()
        )
    };
    text += &secret("good", "secret");
    text += &secret("bad", "wrong");
    let flux = from(&world, &text).await;
    assert_eq!(problems(&flux), [""; 0]);
    let plan = build(&world, &flux).expect("it builds").plan().await?;
    let tags: Vec<_> = plan
        .selections()
        .iter()
        .map(|one| (one.policy(), one.tag()))
        .collect();
    assert_eq!(
        tags,
        [
            ("flux-system:app", Some("5.0.7")),
            ("flux-system:bad", None),
            ("flux-system:none", None)
        ]
    );
    Ok(())
}

async fn other_namespaces_need_access() {
    let world = World::new();
    let policy = "imageRepositoryRef: {name: app";
    for (access, expected) in [
        ("", 1),
        (
            ", accessFrom: {namespaceSelectors: [{matchLabels: {kubernetes.io/metadata.name: other}}]}",
            1,
        ),
        (
            ", accessFrom: {namespaceSelectors: [{matchLabels: {kubernetes.io/metadata.name: flux-system}}]}",
            0,
        ),
        (", accessFrom: {namespaceSelectors: [{matchLabels: {}}]}", 0),
    ] {
        let image = IMAGE
            .replacen("namespace: flux-system", "namespace: images", 1)
            .replace("insecure: true", &format!("insecure: true{access}"))
            .replace(policy, &format!("{policy}, namespace: images"));
        let problems = problems(&from(&world, &format!("{SOURCE}{image}")).await);
        assert_eq!(problems.len(), expected, "{access}: {problems:?}");
        let refused = "spec.accessFrom of ImageRepository images/app does not let the namespace flux-system in";
        assert!(
            problems.iter().all(|problem| problem.contains(refused)),
            "{problems:?}"
        );
    }
}

async fn suspended_image_is_withheld() -> TestResult {
    let world = World::new();
    world.commit(
        "apps/two.yaml",
        "tag: 1.0.0 # {\"$imagepolicy\": \"flux-system:app2:tag\"}\n",
    );
    let second = IMAGE
        .replace("name: app", "name: app2")
        .replace("insecure: true", "insecure: true, suspend: true");
    let flux = from(&world, &format!("{SOURCE}{IMAGE}{second}")).await;
    let report = build(&world, &flux).expect("it builds").run().await?;
    assert!(!report.is_partial(), "{report}");
    let withheld: Vec<_> = report
        .plan()
        .outcomes()
        .iter()
        .filter(|outcome| outcome.kind() == OutcomeKind::Withheld)
        .collect();
    assert!(
        withheld[0]
            .detail()
            .contains("the ImageRepository is suspended"),
        "{withheld:?}"
    );
    Ok(())
}

async fn missing_repository_is_refused() {
    let world = World::new();
    let source = SOURCE.replacen("name: fleet}\n  git", "name: other}\n  git", 1);
    let flux = from(&world, &format!("{source}{IMAGE}")).await;
    assert_eq!(
        problems(&flux),
        [
            "ImageUpdateAutomation flux-system/fleet (flux.yaml:7): error: spec.sourceRef: there is no GitRepository flux-system/other among the objects"
        ]
    );
    assert!(flux.automations().is_empty());
}

async fn selector_chooses_by_labels() {
    let world = World::new();
    let world = &world;
    let selector = async |team: &str| {
        let selected =
            format!("  interval: 30m\n  policySelector: {{matchLabels: {{team: {team}}}}}\n");
        from(
            world,
            &format!("{}{IMAGE}", SOURCE.replace("  interval: 30m\n", &selected)),
        )
        .await
    };
    assert!(build(world, &selector("a").await).is_ok());
    assert_eq!(
        problems(&selector("b").await),
        [
            "ImageUpdateAutomation flux-system/fleet (flux.yaml:7): error: there is no ImagePolicy in the namespace flux-system that spec.policySelector matches"
        ]
    );
}
