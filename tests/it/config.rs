//! `tagwright.yaml` as automations.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use tagwright::gitwrite::Remote;
use tagwright::manifests::{ObjectRef, Secret, SecretKey, config, flux};
use tagwright::{AllowList, Allowed, Applied, Automations, Loaded, Loader, OutcomeKind, SecretMap};
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::oci::Registry;
use tempfile::TempDir;

use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("config::branch_is_updated", branch_is_updated),
        async_test("config::each_group_has_a_branch", each_group_has_a_branch),
        async_test("config::every_way_to_choose", every_way_to_choose),
        async_test("config::fleet_has_the_same_words", fleet_has_the_same_words),
        async_test(
            "config::guards_of_a_policy_go_first",
            guards_of_a_policy_go_first,
        ),
        async_test("config::what_is_suspended_rests", what_is_suspended_rests),
        async_test(
            "config::what_cannot_be_honoured_is_told",
            what_cannot_be_honoured_is_told,
        ),
        async_test(
            "config::signing_wants_its_feature",
            signing_wants_its_feature,
        ),
        async_test("config::operators_list_holds", operators_list_holds),
    ]
}

fn read(text: &str) -> config::Config {
    let read = config::read("tagwright.yaml", text.as_bytes());
    assert_eq!(read.problems, [], "the file is good");
    read.config
}

fn problems(loaded: &Loaded) -> Vec<String> {
    loaded.problems().iter().map(ToString::to_string).collect()
}

async fn branch_is_updated() -> TestResult {
    let mut world = World::new();
    world.registry = Registry::builder().basic_auth("robot", "secret").start();
    world.registry.push_tags("org/app", ["5.0.0", "5.0.7"]);
    world.commit("apps/app.yaml", &world.deployment("5.0.0"));
    world.commit("infra/app.yaml", &world.deployment("5.0.0"));
    let text = format!(
        "
images:
  app: {{image: {}, insecure: true, secret: login, timeout: 1m, interval: 5m}}
policies:
  flux-system:app: {{image: app, semver: 5.0.x}}
targets:
  production:
    repository: https://git.example.com/fleet.git
    branch: main
    path: ./apps
    interval: 30m
    timeout: 1m
    push: {{branch: image-updates, refspec: 'refs/heads/image-updates:refs/heads/review'}}
    commit:
      author: {{email: bot@example.com}}
      message: '{{{{ values.cluster }}}}: {{{{ changes | length }}}}'
      messageSyntax: jinja
      messageValues: {{cluster: production}}
      trailers: [Tagwright-Policy]
",
        world.image()
    );
    let login = Secret::new("default", "login")
        .with(SecretKey::Username, "robot")
        .with(SecretKey::Password, "secret");
    let loaded = Loader::new()
        .secrets(SecretMap::new().with(login))
        .repository(
            "https://git.example.com/fleet",
            Remote::new(&world.repository.url())?,
        )
        .config(&read(&text))
        .await;
    assert_eq!(problems(&loaded), [""; 0]);
    let automation = loaded.automations()[0].build()?;
    assert_eq!(automation.name(), "production");
    assert_eq!(automation.interval(), Some(Duration::from_secs(1800)));
    let scan = automation.scan_interval("flux-system:app");
    assert_eq!(scan, Some(Duration::from_secs(300)));
    let report = automation.run().await?;
    let Applied::Pushed(pushed) = report.applied() else {
        panic!("{report}")
    };
    let git = |arguments: &[&str]| world.repository.git(arguments);
    for branch in ["image-updates", "review"] {
        assert_eq!(
            world.repository.tip(branch).as_deref(),
            Some(pushed.commit())
        );
    }
    let shown = git(&["log", "-1", "--format=%an <%ae> %B", "image-updates"]);
    assert_eq!(
        shown,
        "bot@example.com <bot@example.com> production: 1\n\nTagwright-Policy: flux-system:app\n\n"
    );
    assert_eq!(
        world.read("apps/app.yaml"),
        world.deployment("5.0.0"),
        "main is as it was"
    );
    let files = git(&["diff", "--name-only", "main", "image-updates"]);
    assert_eq!(files, "apps/app.yaml\n");
    Ok(())
}

/// The tag that each policy chose in a directory with one marker of each.
async fn chosen(
    registry: &Registry,
    head: &str,
    policies: &[(&str, &str)],
) -> BTreeMap<String, String> {
    let image = format!("{}/org/app", registry.address());
    let mut listed = String::new();
    for (name, choice) in policies {
        let _ = writeln!(listed, "  {name}: {{image: app, {choice}}}");
    }
    let folder = TempDir::new().expect("a folder");
    let marker = if head.contains("fleet") {
        "$imagescan"
    } else {
        "$imagepolicy"
    };
    let mut markers = String::new();
    for (number, (name, _)) in policies.iter().enumerate() {
        let _ = writeln!(
            markers,
            "tag{number}: none # {{\"{marker}\": \"{name}:tag\"}}"
        );
    }
    fs::write(folder.path().join("a.yaml"), markers).expect("the file is written");
    let text = format!(
        "{head}\nimages:\n  app: {{image: {image}, insecure: true, exclude: ['-rc']}}\npolicies:\n{listed}targets:\n  here: {{directory: {}}}\n",
        folder.path().display()
    );
    let loaded = Loader::new().config(&read(&text)).await;
    assert_eq!(problems(&loaded), [""; 0]);
    let report = loaded.automations()[0]
        .build()
        .expect("it builds")
        .run()
        .await
        .expect("it runs");
    assert!(matches!(report.applied(), Applied::Written(_)), "{report}");
    let selections = report.plan().selections().iter();
    selections
        .map(|one| {
            (
                one.policy().to_owned(),
                one.tag().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

fn tags() -> Registry {
    let registry = Registry::start();
    for (tag, created) in [
        ("1.2.0", "2024-01-01T00:00:00Z"),
        ("1.10.0", "2024-01-02T00:00:00Z"),
        ("2.0.0-rc", "2024-01-09T00:00:00Z"),
        ("build-7", "2024-01-05T00:00:00Z"),
        ("build-30", "2024-01-03T00:00:00Z"),
        ("2024.02.10", "2024-01-04T00:00:00Z"),
        ("latest", "2024-01-01T00:00:00Z"),
    ] {
        registry.push_created("org/app", tag, created);
    }
    registry
}

async fn every_way_to_choose() {
    let registry = tags();
    let found = chosen(
        &registry,
        "",
        &[
            ("a:semver", "semver: 1.x"),
            ("a:last", "alphabetical: asc"),
            ("a:first", "alphabetical: desc"),
            ("a:most", "numerical: asc, filter: {pattern: '^build-(?P<n>[0-9]+)$', extract: $n}"),
            ("a:least", "numerical: desc, filter: {pattern: '^build-(?P<n>[0-9]+)$', extract: $n}, strict: true"),
            ("a:calver", "calver: YYYY.0M.0D"),
            ("a:newest", "newestBuild: true"),
            ("a:followed", "followTag: latest"),
            ("a:pinned", "semver: 1.2.x, digest: IfNotPresent"),
        ],
    )
    .await;
    let expected = [
        ("a:calver", "2024.02.10"),
        ("a:first", "1.10.0"),
        ("a:followed", "latest"),
        ("a:last", "latest"),
        ("a:least", "build-7"),
        ("a:most", "build-30"),
        ("a:newest", "build-7"),
        ("a:pinned", "1.2.0"),
        ("a:semver", "1.10.0"),
    ];
    assert_eq!(
        found,
        expected
            .map(|(name, tag)| (name.to_owned(), tag.to_owned()))
            .into()
    );
}

/// Fleet's own words for the order mean the opposite.
async fn fleet_has_the_same_words() {
    let registry = tags();
    let choices = [
        ("last", "alphabetical: asc"),
        ("first", "alphabetical: desc"),
        ("range", "semver: '1.2'"),
    ];
    let found = chosen(&registry, "dialect: fleet", &choices).await;
    let expected = [("first", "1.10.0"), ("last", "latest"), ("range", "1.2.0")];
    assert_eq!(
        found,
        expected
            .map(|(name, tag)| (name.to_owned(), tag.to_owned()))
            .into()
    );
}

fn local(world: &World, policy: &str, rest: &str) -> config::Config {
    read(&format!(
        "
images:
  app: {{image: {}, insecure: true}}
policies:
  flux-system:app: {{image: app, semver: 5.0.x{policy}}}
targets:
  production:
    repository: {}
    branch: main
    commit: {{author: {{email: bot@example.com}}}}
{rest}",
        world.image(),
        world.repository.url()
    ))
}

async fn guards_of_a_policy_go_first() -> TestResult {
    let world = World::new();
    world.commit("apps/app.yaml", &world.deployment("5.0.9"));
    for (policy, guards, kept) in [
        ("", "guards: {noDowngrade: true}\n", true),
        (", guards: {noDowngrade: true}", "", true),
        (", guards: {hold: {at: 5.0.9}}", "", true),
        ("", "guards: {skip: [5.0.1]}\n", true),
        ("", "guards: {hold: {until: 2999-01-01}}\n", true),
        (
            ", guards: {noDowngrade: false}",
            "guards: {noDowngrade: true}\n",
            false,
        ),
    ] {
        let loaded = Loader::new().config(&local(&world, policy, guards)).await;
        assert_eq!(problems(&loaded), [""; 0]);
        let plan = loaded.automations()[0].build()?.plan().await?;
        let kind = plan.outcomes()[0].kind();
        assert_eq!(
            kind == OutcomeKind::Withheld,
            kept,
            "{policy} {guards}: {:?}",
            plan.outcomes()
        );
        assert_eq!(plan.is_empty(), kept);
    }
    let loaded = Loader::new()
        .config(&local(&world, "", "guards: {maxShrink: 10}\n"))
        .await;
    let [problem] = &problems(&loaded)[..] else {
        panic!("what needs a state is told: {loaded:?}")
    };
    assert!(
        problem.starts_with("target production (tagwright.yaml:7): error: "),
        "{problem}"
    );
    Ok(())
}

async fn what_is_suspended_rests() -> TestResult {
    let world = World::new();
    let loaded = Loader::new()
        .config(&local(&world, ", suspend: true", ""))
        .await;
    assert_eq!(problems(&loaded), [""; 0]);
    let plan = loaded.automations()[0].build()?.plan().await?;
    assert!(
        plan.outcomes()[0]
            .detail()
            .contains("the policy is suspended"),
        "{plan:?}"
    );
    let mut image = local(&world, "", "");
    image.images[0].suspend = true;
    let plan = Loader::new().config(&image).await.automations()[0]
        .build()?
        .plan()
        .await?;
    assert!(
        plan.outcomes()[0]
            .detail()
            .contains("the image is suspended"),
        "{plan:?}"
    );
    let loaded = Loader::new()
        .config(&local(&world, "", "    suspend: true\n"))
        .await;
    assert_eq!(
        problems(&loaded),
        ["target production (tagwright.yaml:7): warning: suspended"]
    );
    assert!(loaded.automations().is_empty());
    Ok(())
}

async fn what_cannot_be_honoured_is_told() {
    let text = |policy: &str, target: &str, image: &str| {
        read(&format!(
            "
images:
  app: {{image: ghcr.io/org/app{image}}}
policies:
  flux-system:app: {{image: app, {policy}}}
targets:
  production: {{repository: 'https://git.example.com/x', branch: main{target}}}
"
        ))
    };
    let commit = ", commit: {author: {email: bot@example.com}";
    let at_policy = "policy flux-system:app (tagwright.yaml:5): error: ";
    let at_target = "target production (tagwright.yaml:7): error: ";
    for (policy, target, image, expected) in [
        ("semver: 5.0.x.x", format!("{commit}}}"), "", format!("{at_policy}invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most")),
        ("semver: 5.x", format!("{commit}, message: '{{{{ end }}}}'}}"), "", format!("{at_target}commit.message: unexpected {{{{end}}}} at line 1, column 8")),
        ("semver: 5.x", format!("{commit}, trailers: [Signed-off-by]}}"), "", format!("{at_target}commit.trailers: there is no trailer \"Signed-off-by\"; there are Tagwright-Policy and Tagwright-Digest")),
        ("semver: 5.x", format!("{commit}}}, provider: azure"), "", format!("{at_target}provider: logins of Git servers by an identity of this machine are not made; remove it and name a secret")),
        ("semver: 5.x", format!("{commit}}}, path: apps, push: {{branch: 'a b'}}"), "", format!("{at_target}invalid name of a branch \"a b\": git does not allow it; see git-check-ref-format(1)")),
        ("semver: 5.x", format!("{commit}}}"), ", provider: gcp", format!("{at_policy}this machine's identity at Google is not on the operator's list for objects without a namespace; have it added there")),
        ("semver: 5.x", format!("{commit}}}"), ", secret: none", "image app (tagwright.yaml:3): error: there is no Secret default/none; add it to the manifests, or to another source of Secrets".to_owned()),
    ] {
        let loaded = Loader::new().config(&text(policy, &target, image)).await;
        let [problem] = &problems(&loaded)[..] else {
            panic!("one problem: {:?}", problems(&loaded))
        };
        assert_eq!(*problem, expected);
        let is_left_out = problem.starts_with("target");
        assert_eq!(loaded.automations().is_empty(), is_left_out, "{problem}");
    }
}

/// A program that cannot sign makes no commit that was to be signed.
async fn signing_wants_its_feature() {
    if cfg!(feature = "sign-ssh") {
        return;
    }
    let world = World::new();
    let mut config = local(&world, "", "");
    let config::Place::Branch(branch) = &mut config.targets[0].place else {
        panic!("a branch")
    };
    let mut key = ObjectRef::default();
    "key".clone_into(&mut key.name);
    branch.commit.signing_key = Some(key);
    branch.commit.signing_key_type = flux::SigningKeyType::Ssh;
    let loaded = Loader::new().config(&config).await;
    assert_eq!(
        problems(&loaded),
        [
            "target production (tagwright.yaml:7): error: commit.signingKey: this program was built without signing by SSH keys; build it with the feature sign-ssh"
        ]
    );
    assert!(loaded.automations().is_empty());
}

async fn each_group_has_a_branch() -> TestResult {
    let world = World::new();
    let marked =
        |name: &str| format!("{name}: 5.0.0 # {{\"$imagepolicy\": \"flux-system:{name}:tag\"}}\n");
    world.commit("x.yaml", &["a", "b", "c"].map(marked).concat());
    let text = format!(
        "
images:
  app: {{image: {}, insecure: true}}
policies:
  flux-system:a: {{image: app, semver: 5.0.x, group: web}}
  flux-system:b: {{image: app, semver: '*', group: web}}
  flux-system:c: {{image: app, semver: '*'}}
targets:
  production:
    repository: https://git.example.com/fleet.git
    branch: main
    push: {{branchTemplate: 'update/{{group}}'}}
    commit: {{author: {{email: bot@example.com}}}}
",
        world.image()
    );
    let remote = Remote::new(&world.repository.url())?;
    let loader = |list: Allowed| {
        let mut loader = Loader::new();
        loader
            .allow(AllowList::of_all(list))
            .repository("https://git.example.com/fleet", remote.clone());
        loader
    };
    let list = Allowed::nothing()
        .registry("*")?
        .path("*")?
        .repository("https://git.example.com")?;
    let web = loader(list.clone().branch("update/web")?);
    let loaded = web.config(&read(&text)).await;
    assert!(loaded.automations().is_empty());
    assert!(problems(&loaded)[0].contains("update/c"), "{loaded:?}");
    let loaded = loader(list.branch("update/*")?).config(&read(&text)).await;
    assert_eq!(problems(&loaded), [""; 0]);
    let [builder] = loaded.automations() else {
        panic!("one target")
    };
    let group = Automations::builder().add("", builder).build();
    assert_eq!(group.problems(), []);
    for report in group.run().await {
        assert!(matches!(report?.applied(), Applied::Pushed(_)));
    }
    let refs = ["for-each-ref", "--format=%(refname:short)", "refs/heads"];
    assert_eq!(world.repository.git(&refs), "main\nupdate/c\nupdate/web\n");
    let subject = world.repository.read("update/web", "x.yaml");
    let text = String::from_utf8(subject)?;
    assert!(
        text.starts_with("a: 5.0.1 ")
            && text.contains("\nb: 5.1.0 ")
            && text.contains("\nc: 5.0.0 "),
        "{text}"
    );
    Ok(())
}

async fn operators_list_holds() -> TestResult {
    let folder = TempDir::new()?;
    let text = |directory: &str| {
        read(&format!(
            "
images:
  app: {{image: ghcr.io/org/app}}
policies:
  flux-system:app: {{image: app, semver: 5.x}}
targets:
  here: {{directory: '{directory}'}}
"
        ))
    };
    let path = folder.path().display().to_string();
    let list = Allowed::nothing()
        .registry("*")?
        .path("*")?
        .directory(folder.path())?;
    let loader = Loader::new().allow(AllowList::of_all(list)).clone();
    for good in [path.clone(), format!("{path}/deep")] {
        assert_eq!(problems(&loader.config(&text(&good)).await), [""; 0]);
    }
    for bad in [
        "/etc".to_owned(),
        ".".to_owned(),
        format!("{path}/../x"),
        format!("{path}-other"),
    ] {
        let loaded = loader.config(&text(&bad)).await;
        assert_eq!(
            problems(&loaded),
            [format!(
                "automation here: error: the directory {bad} is not on the operator's list for objects without a namespace; have it added there"
            )]
        );
        assert!(loaded.automations().is_empty());
    }
    Ok(())
}
