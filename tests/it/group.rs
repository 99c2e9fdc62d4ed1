//! Several automations as one group.

use tagwright::gitwrite::Remote;
use tagwright::{
    Applied, AutomationBuilder, Automations, ErrorKind, ImagePolicy, OutcomeKind, Plan, Report,
};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tempfile::TempDir;

use crate::world::{World, client, semver};

pub(crate) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(async_test(concat!("group::", stringify!($name)), $name)),*]
        };
    }
    tests![
        an_image_is_listed_once_for_all,
        what_fails_stops_no_other,
        none_makes_another_one_stale,
        scopes_tell_names_apart,
        one_that_cannot_be_built_is_a_problem,
        push_branch_of_two_is_a_problem,
        fighters_write_nothing,
        fights_are_found_however_a_path_is_written,
        fields_that_agree_are_no_fight,
        fights_in_nested_directories_are_found,
        empty_group_answers_nothing,
        a_group_may_be_spawned,
        markers_of_another_member_are_no_notes,
        a_branch_template_makes_many,
        branches_of_a_template_are_known_beforehand,
        fights_are_found_however_a_url_is_written,
    ]
}

const NEXT: &str = "tag: 5.0.0 # {\"$imagepolicy\": \"flux-system:app:tag\"}\n";

/// An automation of the world under another name, with its own range and path.
fn automation(world: &World, name: &str, range: &str, path: &str) -> AutomationBuilder {
    let mut builder = world.bare_automation();
    builder
        .name("flux-system", name)
        .policy("flux-system:app", &world.image(), semver(range))
        .path(path);
    builder
}

fn listings(world: &World) -> usize {
    let requests = world.registry.requests();
    let is_listing = |path: &str| path.ends_with("/tags/list");
    requests.iter().filter(|one| is_listing(&one.path)).count()
}

#[track_caller]
fn pushed(report: &Result<Report, tagwright::Error>) -> &Report {
    let report = report.as_ref().expect("it ran");
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    report
}

fn problems(plan: &Plan) -> Vec<String> {
    plan.problems().iter().map(ToString::to_string).collect()
}

async fn an_image_is_listed_once_for_all() -> TestResult {
    let world = World::new();
    let client = client(&world.registry);
    let mut group = Automations::builder();
    for (name, range) in [("a", "5.0.x"), ("b", "*"), ("c", "4.x")] {
        world.commit(&format!("{name}/x.yaml"), NEXT);
        group.add(
            "",
            automation(&world, name, range, name).client(client.clone()),
        );
    }
    let group = group.build();
    let plans = group.plan().await;
    assert_eq!(listings(&world), 1);
    let news: Vec<_> = plans
        .iter()
        .map(|plan| plan.as_ref().expect("a plan").edits()[0].new_value())
        .collect();
    assert_eq!(news, ["5.0.1", "5.1.0", "4.9.9"]);
    let reports = group.run().await;
    assert_eq!(listings(&world), 2);
    for report in &reports {
        pushed(report);
    }
    for (name, tag) in [("a", "5.0.1"), ("b", "5.1.0"), ("c", "4.9.9")] {
        let text = world.read(&format!("{name}/x.yaml"));
        assert!(text.starts_with(&format!("tag: {tag} ")), "{name}: {text}");
    }
    Ok(())
}

async fn what_fails_stops_no_other() -> TestResult {
    let world = World::new();
    let gone = BareRepository::new();
    let mut no_image = automation(&world, "no-image", "*", "");
    no_image.policy(
        "flux-system:other",
        &format!("{}-gone", world.image()),
        semver("*"),
    );
    let mut only_no_image = world.bare_automation();
    only_no_image.name("flux-system", "only-no-image").policy(
        "flux-system:app",
        &format!("{}-gone", world.image()),
        semver("*"),
    );
    let mut no_repository = automation(&world, "no-repository", "*", "");
    no_repository.remote(Remote::new(&gone.url())?);
    let mut no_branch = automation(&world, "no-branch", "5.0.x", "");
    no_branch.branch("gone");
    let mut group = Automations::builder();
    for one in [&only_no_image, &no_repository, &no_branch, &no_image] {
        group.add("", one);
    }
    let group = group.build();
    assert_eq!(group.problems(), []);
    let reports = group.run().await;
    let kinds: Vec<_> = reports
        .iter()
        .map(|report| report.as_ref().err().map(tagwright::Error::kind))
        .collect();
    assert_eq!(
        kinds,
        [
            Some(ErrorKind::NothingSelected),
            Some(ErrorKind::Repository),
            Some(ErrorKind::Repository),
            None
        ]
    );
    assert!(pushed(&reports[3]).is_partial());
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.1.0"));
    Ok(())
}

async fn none_makes_another_one_stale() -> TestResult {
    let world = World::new();
    let mut group = Automations::builder();
    for one in 0..10 {
        let name = format!("a{one}");
        world.commit(&format!("{name}/x.yaml"), NEXT);
        group.add("", &automation(&world, &name, "5.0.x", &name));
    }
    let group = group.build();
    for report in group.run().await {
        assert_eq!(pushed(&report).attempts(), 1);
    }
    for report in group.run().await {
        assert_eq!(*report?.applied(), Applied::NothingToDo);
    }
    let commits = world.repository.git(&["rev-list", "--count", "main"]);
    assert_eq!(
        commits.trim(),
        "21",
        "one and ten to begin with, one of each automation"
    );
    Ok(())
}

async fn scopes_tell_names_apart() -> TestResult {
    let world = World::new();
    let mut group = Automations::builder();
    for (scope, range) in [("staging", "*"), ("production", "5.0.x")] {
        world.commit(&format!("clusters/{scope}/x.yaml"), NEXT);
        let path = format!("./clusters/{scope}");
        group.add(scope, &automation(&world, "apps", range, &path));
    }
    let group = group.build();
    let names: Vec<_> = group
        .automations()
        .iter()
        .map(tagwright::Automation::name)
        .collect();
    assert_eq!(
        names,
        ["staging:flux-system/apps", "production:flux-system/apps"]
    );
    let plans = group.plan().await;
    let staging = plans[0].as_ref().expect("a plan");
    assert_eq!(staging.automation(), "staging:flux-system/apps");
    let error = group.automations()[1]
        .apply(staging)
        .await
        .expect_err("another's");
    assert_eq!(error.kind(), ErrorKind::Plan);
    for report in group.run().await {
        pushed(&report);
    }
    assert!(
        world
            .read("clusters/staging/x.yaml")
            .starts_with("tag: 5.1.0 ")
    );
    assert!(
        world
            .read("clusters/production/x.yaml")
            .starts_with("tag: 5.0.1 ")
    );
    Ok(())
}

async fn one_that_cannot_be_built_is_a_problem() -> TestResult {
    let world = World::new();
    let mut broken = automation(&world, "broken", "*", "");
    broken.author("", "");
    let good = automation(&world, "good", "5.0.x", "");
    let group = Automations::builder()
        .add("s", &broken)
        .add("s", &good)
        .add("s", &good)
        .build();
    let problems: Vec<_> = group.problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2);
    assert!(
        problems[0].starts_with("s:flux-system/broken: error: author: "),
        "{problems:?}"
    );
    assert_eq!(
        problems[1],
        "s:flux-system/good: error: another automation is named s:flux-system/good too; give each a scope or a name of its own"
    );
    let reports = group.run().await;
    assert_eq!(reports.len(), 1);
    pushed(&reports[0]);
    Ok(())
}

async fn push_branch_of_two_is_a_problem() -> TestResult {
    let world = World::new();
    let mut one = automation(&world, "one", "*", "");
    one.push_branch("updates");
    let mut two = automation(&world, "two", "*", "");
    two.push_branch("updates");
    let group = Automations::builder().add("", &one).add("", &two).build();
    let problems: Vec<_> = group.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "flux-system/two: error: flux-system/one pushes to the branch updates too, which is made anew by each push: one would undo what the other did; give it a push branch of its own"
        ]
    );
    two.push_branch("other-updates");
    assert_eq!(
        Automations::builder()
            .add("", &one)
            .add("", &two)
            .build()
            .problems(),
        []
    );
    Ok(())
}

async fn fighters_write_nothing() -> TestResult {
    let world = World::new();
    world.commit("shared/a.yaml", NEXT);
    world.commit(
        "shared/b.yaml",
        &format!("{NEXT}name: x # {{\"$imagepolicy\": \"flux-system:own:tag\"}}\n"),
    );
    world.commit("one/c.yaml", NEXT);
    let mut one = automation(&world, "one", "5.0.x", "");
    one.policy("flux-system:own", &world.image(), semver("4.x"));
    let two = automation(&world, "two", "*", "shared");
    let group = Automations::builder().add("x", &one).add("y", &two).build();
    let before = world.repository.tip("main");
    let plans = group.plan().await;
    assert_eq!(world.repository.tip("main"), before);
    let message = |file: &str, one: &str, first: &str, two: &str, second: &str| {
        format!(
            "{file}: error: {one} wants '{first}' for flux-system:app:tag, and {two} wants '{second}': neither writes this file; give them paths of their own, or one policy"
        )
    };
    let (one, two) = ("x:flux-system/one", "y:flux-system/two");
    let files = ["shared/a.yaml", "shared/b.yaml"];
    let plan = plans[0].as_ref().expect("a plan");
    assert_eq!(
        problems(plan),
        files.map(|file| message(file, one, "5.0.1", two, "5.1.0"))
    );
    let edited: Vec<_> = plan.edits().iter().map(tagwright::Edit::file).collect();
    assert_eq!(edited, ["apps/app.yaml", "one/c.yaml"]);
    let outcomes = plan
        .outcomes()
        .iter()
        .filter(|one| one.file().starts_with("shared/"));
    assert!(
        outcomes
            .clone()
            .all(|one| one.kind() == OutcomeKind::Withheld)
    );
    assert_eq!(outcomes.count(), 3);
    let plan = plans[1].as_ref().expect("a plan");
    assert_eq!(
        problems(plan),
        files.map(|file| message(file, two, "5.1.0", one, "5.0.1"))
    );
    assert!(plan.is_empty());

    let reports = group.run().await;
    pushed(&reports[0]);
    assert_eq!(
        *reports[1].as_ref().expect("it ran").applied(),
        Applied::NothingToDo
    );
    assert_eq!(world.read("shared/a.yaml"), NEXT);
    assert!(world.read("one/c.yaml").starts_with("tag: 5.0.1 "));
    Ok(())
}

async fn fights_are_found_however_a_path_is_written() -> TestResult {
    let world = World::new();
    world.commit("apps/deep/x.yaml", NEXT);
    let fights = async |one: &str, two: &str| {
        let first = automation(&world, "one", "5.0.x", one);
        let second = automation(&world, "two", "*", two);
        let group = Automations::builder()
            .add("", &first)
            .add("", &second)
            .build();
        let mut found = Vec::new();
        for plan in group.plan().await {
            let plan = plan.expect("a plan");
            let problems = plan.problems().iter();
            found.push(
                problems
                    .filter(|one| one.message().contains("neither writes"))
                    .count(),
            );
            let mut edits = plan.edits().iter();
            let deep = edits.any(|edit| edit.file() == "apps/deep/x.yaml");
            assert!(!deep || found.last() == Some(&0), "{one} {two}");
        }
        found
    };
    for (one, two) in [
        ("apps/deep", "apps/deep"),
        ("apps/deep", "./apps/deep/"),
        ("", "apps/deep"),
        ("./", "apps//deep/."),
        ("apps/deep/x.yaml", "apps"),
        ("apps/../apps/deep", "../../apps/deep"),
    ] {
        let found = fights(one, two).await;
        assert!(
            found.iter().all(|found| *found > 0),
            "'{one}' and '{two}': {found:?}"
        );
    }
    for (one, two) in [
        ("apps/deep", "apps/app.yaml"),
        ("apps/dee", "apps/deep"),
        ("apps/deep", "app"),
    ] {
        assert_eq!(fights(one, two).await, [0, 0], "'{one}' and '{two}'");
    }
    Ok(())
}

async fn fields_that_agree_are_no_fight() -> TestResult {
    let world = World::new();
    world
        .repository
        .git(&["update-ref", "-d", "refs/heads/main"]);
    world.commit(
        "x.yaml",
        "name: old # {\"$imagepolicy\": \"flux-system:app:name\"}\n",
    );
    let first = automation(&world, "one", "5.0.x", "");
    let second = automation(&world, "two", "*", "");
    let group = Automations::builder()
        .add("", &first)
        .add("", &second)
        .build();
    let reports = group.run().await;
    pushed(&reports[0]);
    assert_eq!(
        *reports[1].as_ref().expect("it ran").applied(),
        Applied::NothingToDo
    );
    assert!(reports.iter().flatten().all(|report| !report.is_partial()));
    Ok(())
}

async fn fights_in_nested_directories_are_found() -> TestResult {
    let world = World::new();
    let folder = TempDir::new()?;
    std::fs::create_dir(folder.path().join("apps"))?;
    let file = folder.path().join("apps/x.yaml");
    std::fs::write(&file, NEXT)?;
    std::os::unix::fs::symlink("apps", folder.path().join("link"))?;
    for inner in ["apps", "./apps/", "link"] {
        let mut around = automation(&world, "around", "5.0.x", "apps");
        around.directory(folder.path());
        let mut inside = automation(&world, "inside", "*", "");
        inside.directory(folder.path().join(inner));
        let group = Automations::builder()
            .add("", &around)
            .add("", &inside)
            .build();
        for (report, file) in group.run().await.into_iter().zip(["apps/x.yaml", "x.yaml"]) {
            let report = report?;
            assert_eq!(report.plan().problems().len(), 1, "{inner}: {report}");
            assert_eq!(report.plan().problems()[0].subject(), file);
            assert_eq!(*report.applied(), Applied::NothingToDo);
        }
        assert_eq!(std::fs::read_to_string(&file)?, NEXT);
    }
    Ok(())
}

async fn empty_group_answers_nothing() -> TestResult {
    let group = Automations::builder().build();
    assert_eq!(group.plan().await.len(), 0);
    assert_eq!(group.run().await.len(), 0);
    Ok(())
}

async fn a_group_may_be_spawned() -> TestResult {
    let world = World::new();
    let group = Automations::builder().add("", &world.automation()).build();
    let reports = tokio::spawn(async move { group.run().await }).await?;
    pushed(&reports[0]);
    Ok(())
}

/// What one automation leaves to another one is nothing that somebody mistyped.
async fn markers_of_another_member_are_no_notes() -> TestResult {
    let world = World::new();
    let marked =
        |name: &str| format!("{name}: 5.0.0 # {{\"$imagepolicy\": \"flux-system:{name}:tag\"}}\n");
    let text = ["app", "web", "wbe"].map(marked).concat();
    world.commit("all/x.yaml", &text);
    let app = automation(&world, "app", "*", "all");
    let mut web = world.bare_automation();
    web.name("flux-system", "web")
        .path("all")
        .push_branch("web");
    web.policy("flux-system:web", &world.image(), semver("*"));
    let unknown = |plan: &Plan| {
        let all = plan.outcomes().iter();
        let unknown = all.filter(|one| one.kind() == OutcomeKind::Unknown);
        let setters: Vec<_> = unknown
            .filter_map(|one| one.setter().map(str::to_owned))
            .collect();
        setters
    };
    let alone = app.build()?.plan().await?;
    assert_eq!(
        unknown(&alone),
        ["flux-system:web:tag", "flux-system:wbe:tag"]
    );
    let group = Automations::builder().add("", &app).add("", &web).build();
    for plan in group.plan().await {
        let plan = plan?;
        assert_eq!(unknown(&plan), ["flux-system:wbe:tag"], "{plan}");
        assert!(
            !plan
                .notes()
                .to_string()
                .contains("\"flux-system:web:tag\": ")
        );
    }
    // It is nobody's where the other one does not come.
    web.path("elsewhere");
    let group = Automations::builder().add("", &app).add("", &web).build();
    let plans = group.plan().await;
    assert_eq!(
        unknown(plans[0].as_ref().expect("a plan")),
        ["flux-system:web:tag", "flux-system:wbe:tag"]
    );
    Ok(())
}

/// Three policies, two of them in a group.
fn templated(world: &World, template: &str) -> AutomationBuilder {
    let mut builder = world.bare_automation();
    builder
        .name("flux-system", "apps")
        .branch_template(template);
    for (name, range, group) in [
        ("a", "5.0.x", Some("web")),
        ("b", "*", None),
        ("c", "4.x", Some("web")),
    ] {
        let policy = ImagePolicy::new(format!("flux-system:{name}"), world.image(), semver(range));
        builder.image_policy(match group {
            Some(group) => policy.in_group(group),
            None => policy,
        });
    }
    builder
}

fn three() -> String {
    let line =
        |name: &str| format!("{name}: 5.0.0 # {{\"$imagepolicy\": \"flux-system:{name}:tag\"}}\n");
    ["a", "b", "c"].map(line).concat()
}

async fn a_branch_template_makes_many() -> TestResult {
    let world = World::new();
    world.commit("x.yaml", &three());
    let group = Automations::builder()
        .add("prod", &templated(&world, "update/{group}"))
        .build();
    assert_eq!(group.problems(), []);
    let names: Vec<_> = group
        .automations()
        .iter()
        .map(tagwright::Automation::name)
        .collect();
    assert_eq!(
        names,
        [
            "prod:flux-system/apps/web",
            "prod:flux-system/apps/flux-system:b"
        ]
    );
    let reports = group.run().await;
    assert_eq!(listings(&world), 1);
    for (report, (branch, text)) in reports.iter().zip([
        (
            "update/web",
            three()
                .replace("a: 5.0.0", "a: 5.0.1")
                .replace("c: 5.0.0", "c: 4.9.9"),
        ),
        ("update/b", three().replace("b: 5.0.0", "b: 5.1.0")),
    ]) {
        pushed(report);
        assert_eq!(world.repository.read(branch, "x.yaml"), text.as_bytes());
    }
    let plan = reports[1].as_ref().expect("it ran").plan();
    let others: Vec<_> = plan
        .outcomes()
        .iter()
        .filter(|one| one.kind() == OutcomeKind::Withheld)
        .map(tagwright::Outcome::detail)
        .collect();
    assert_eq!(others.len(), 2);
    assert!(
        others
            .iter()
            .all(|one| one.ends_with("it is written to a branch of its own")),
        "{others:?}"
    );
    assert_eq!(plan.selections().len(), 1);
    for report in group.run().await {
        assert_eq!(*report?.applied(), Applied::NothingToDo);
    }
    Ok(())
}

async fn branches_of_a_template_are_known_beforehand() -> TestResult {
    let world = World::new();
    let told = |template: &str| {
        let group = Automations::builder()
            .add("", &templated(&world, template))
            .build();
        let problems: Vec<_> = group.problems().iter().map(ToString::to_string).collect();
        (group.automations().len(), problems)
    };
    assert_eq!(
        told("u/{tag}"),
        (0, vec!["flux-system/apps: error: the branch template 'u/{tag}' has {tag}, which is known only once a policy has chosen; expand it after that, or use {name} or {group}".to_owned()])
    );
    let (left, problems) = told("u/{name}");
    assert_eq!(
        (left, problems.len()),
        (1, 1),
        "the policy in no group goes on"
    );
    assert!(
        problems[0].contains("which is 'a' and 'c' in one group"),
        "{problems:?}"
    );
    let (left, problems) = told("u/{namespace}");
    assert_eq!((left, problems.len()), (0, 2), "{problems:?}");
    Ok(())
}

/// A port that the scheme has anyway is no other repository.
async fn fights_are_found_however_a_url_is_written() -> TestResult {
    let world = World::new();
    for (one, other) in [
        (
            "https://git.example.com/x",
            "https://git.example.com:443/x.git",
        ),
        ("ssh://git@git.example.com/x", "ssh://git.example.com:22/x"),
        ("git@git.example.com:x", "http://git.example.com:80/x"),
    ] {
        let mut group = Automations::builder();
        for (name, url) in [("one", one), ("two", other)] {
            let mut builder = automation(&world, name, "*", "");
            group.add("", builder.remote(Remote::new(url)?).push_branch("updates"));
        }
        assert_eq!(group.build().problems().len(), 1, "{one} {other}");
    }
    Ok(())
}
