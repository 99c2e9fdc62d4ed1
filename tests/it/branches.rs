//! A branch for each policy or group.

use tagwright::message::Template;
use tagwright::{Applied, Automation, ErrorKind, ImagePolicy, OutcomeKind, Plan};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

use crate::world::{World, semver};

pub(crate) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(async_test(concat!("branches::", stringify!($name)), $name)),*]
        };
    }
    tests![
        each_policy_has_a_branch,
        second_run_pushes_nothing,
        groups_share_a_branch,
        plans_are_applied_one_by_one,
        plan_with_another_branch_is_refused,
        what_fails_stops_no_other,
        moved_branch_is_made_anew,
        names_that_collide_are_an_error,
        a_collision_stops_no_other_branch,
        names_that_are_none_are_refused_at_once,
        a_template_is_not_for_one_branch,
        a_directory_has_no_branches,
    ]
}

const FILES: [(&str, &str); 2] = [
    (
        "one.yaml",
        "a: 5.0.0 # {\"$imagepolicy\": \"flux-system:a:tag\"}\nb: 5.0.0 # {\"$imagepolicy\": \"flux-system:b:tag\"}\n",
    ),
    (
        "two.yaml",
        "b: 5.0.0 # {\"$imagepolicy\": \"flux-system:b:tag\"}\n",
    ),
];

/// Two policies, `a` for 5.0.1 and `b` for 5.1.0.
fn world() -> World {
    let world = World::new();
    world
        .repository
        .git(&["update-ref", "-d", "refs/heads/main"]);
    for (path, text) in FILES {
        world.commit(path, text);
    }
    world
}

fn automation(world: &World, group: Option<&str>) -> Result<Automation, tagwright::Error> {
    let mut builder = world.bare_automation();
    let message = "{{range .Changed.Changes}}{{.Setter}} to {{.NewValue}}\n{{end}}";
    builder.message(Template::go(message).expect("a template"));
    for (name, range) in [("a", "5.0.x"), ("b", "*")] {
        let policy = ImagePolicy::new(format!("flux-system:{name}"), world.image(), semver(range));
        builder.image_policy(match group {
            Some(group) => policy.in_group(group),
            None => policy,
        });
    }
    builder.build()
}

fn read(world: &World, branch: &str, path: &str) -> String {
    String::from_utf8(world.repository.read(branch, path)).expect("text")
}

fn branches(world: &World) -> Vec<String> {
    let refs = world
        .repository
        .git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
    refs.lines().map(str::to_owned).collect()
}

async fn each_policy_has_a_branch() -> TestResult {
    let world = world();
    let main = world.repository.tip("main");
    let reports = automation(&world, None)?
        .branches("update/{name}-{tag}")?
        .run()
        .await?;
    assert_eq!(reports.len(), 2);
    for report in &reports {
        let report = report.as_ref().expect("it ran");
        assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
        assert_eq!(report.attempts(), 1);
    }
    assert_eq!(
        branches(&world),
        ["main", "update/a-5.0.1", "update/b-5.1.0"]
    );
    assert_eq!(world.repository.tip("main"), main);
    assert_eq!(
        read(&world, "update/a-5.0.1", "one.yaml"),
        FILES[0].1.replacen("5.0.0", "5.0.1", 1)
    );
    assert_eq!(read(&world, "update/a-5.0.1", "two.yaml"), FILES[1].1);
    let (first, second) = FILES[0].1.split_once('\n').expect("two lines");
    assert_eq!(
        read(&world, "update/b-5.1.0", "one.yaml"),
        format!("{first}\n{}", second.replace("5.0.0", "5.1.0"))
    );
    assert_eq!(
        read(&world, "update/b-5.1.0", "two.yaml"),
        FILES[1].1.replace("5.0.0", "5.1.0")
    );
    let message = |branch: &str| world.repository.git(&["log", "-1", "--format=%B", branch]);
    assert_eq!(
        message("update/a-5.0.1").trim(),
        "flux-system:a:tag to 5.0.1"
    );
    assert_eq!(
        message("update/b-5.1.0").trim(),
        "flux-system:b:tag to 5.1.0"
    );
    for branch in ["update/a-5.0.1", "update/b-5.1.0"] {
        let parent = world.repository.git(&["rev-parse", &format!("{branch}^")]);
        assert_eq!(
            Some(parent.trim()),
            main.as_deref(),
            "one commit on what is read"
        );
    }
    let plan = reports[0].as_ref().expect("it ran").plan();
    let others = plan
        .outcomes()
        .iter()
        .filter(|one| one.kind() == OutcomeKind::Withheld);
    let detail = others
        .map(tagwright::Outcome::detail)
        .next()
        .expect("the other's marker");
    assert!(
        detail.contains("it is not updated on the branch update/a-5.0.1"),
        "{detail}"
    );
    let listings = world
        .registry
        .requests()
        .iter()
        .filter(|one| one.path.ends_with("/tags/list"))
        .count();
    assert_eq!(listings, 1);
    Ok(())
}

async fn second_run_pushes_nothing() -> TestResult {
    let world = world();
    let updates = automation(&world, None)?.branches("update/{name}")?;
    updates.run().await?;
    let before = world.repository.git(&["for-each-ref"]);
    for report in updates.run().await? {
        let report = report?;
        assert_eq!(*report.applied(), Applied::NothingToDo, "{report}");
    }
    assert_eq!(world.repository.git(&["for-each-ref"]), before);
    Ok(())
}

async fn groups_share_a_branch() -> TestResult {
    let world = world();
    let automation = automation(&world, Some("web apps"))?;
    let reports = automation.branches("update/{group}")?.run().await?;
    assert_eq!(reports.len(), 1);
    assert_eq!(branches(&world), ["main", "update/web-apps"]);
    assert!(read(&world, "update/web-apps", "one.yaml").starts_with("a: 5.0.1 "));
    assert!(read(&world, "update/web-apps", "two.yaml").starts_with("b: 5.1.0 "));
    let reports = automation.branches("update/{name}")?.run().await?;
    let error = reports[0].as_ref().expect_err("two names");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.to_string(),
        "the branch template 'update/{name}' has {name}, which is 'a' and 'b' in one group; use {group} in its place"
    );
    Ok(())
}

async fn plans_are_applied_one_by_one() -> TestResult {
    let world = world();
    let updates = automation(&world, None)?.branches("update/{name}")?;
    let plans = updates.plan().await?;
    assert_eq!(branches(&world), ["main"]);
    let second = plans[1].as_ref().expect("a plan");
    let json = serde_json::to_string(second)?;
    let applied = updates.apply(&serde_json::from_str(&json)?).await?;
    assert!(matches!(applied, Applied::Pushed(_)), "{applied}");
    assert_eq!(branches(&world), ["main", "update/b"]);
    Ok(())
}

async fn plan_with_another_branch_is_refused() -> TestResult {
    let world = world();
    let updates = automation(&world, None)?.branches("update/{name}")?;
    let plans = updates.plan().await?;
    let mut json = serde_json::to_value(plans[0].as_ref().expect("a plan"))?;
    json["target"]["branch"]["push_branch"] = "main".into();
    let altered: Plan = serde_json::from_value(json)?;
    let error = updates.apply(&altered).await.expect_err("not its branch");
    assert_eq!(error.kind(), ErrorKind::Plan);
    assert_eq!(
        error.to_string(),
        "the plan was changed by hand: 'main' is not the branch of its selections; plan again"
    );
    assert_eq!(branches(&world), ["main"]);
    Ok(())
}

async fn what_fails_stops_no_other() -> TestResult {
    let world = world();
    let mut builder = world.bare_automation();
    builder.policy("flux-system:a", &world.image(), semver("9.x"));
    builder.policy("flux-system:b", &world.image(), semver("*"));
    let updates = builder.build()?.branches("update/{name}")?;
    world.repository.hook("pre-receive", "#!/bin/sh\nexit 0\n");
    let reports = updates.run().await?;
    let error = reports[0].as_ref().expect_err("no tag matches");
    assert_eq!(error.kind(), ErrorKind::NothingSelected);
    assert!(
        error
            .to_string()
            .starts_with("no tag was selected: flux-system:a: "),
        "{error}"
    );
    let report = reports[1].as_ref().expect("it ran");
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(!report.is_partial(), "{report}");

    let world = self::world();
    world
        .repository
        .hook("update", "#!/bin/sh\ntest \"$1\" != refs/heads/update/a\n");
    let reports = automation(&world, None)?
        .branches("update/{name}")?
        .run()
        .await?;
    let error = reports[0].as_ref().expect_err("the hook refuses");
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    assert!(reports[1].is_ok());
    assert_eq!(branches(&world), ["main", "update/b"]);
    Ok(())
}

async fn moved_branch_is_made_anew() -> TestResult {
    let world = world();
    let updates = automation(&world, None)?.branches("update/{name}")?;
    updates.run().await?;
    world.commit("README.md", "moved on\n");
    let reports = updates.run().await?;
    assert!(
        reports
            .iter()
            .flatten()
            .all(|report| matches!(report.applied(), Applied::Pushed(_)))
    );
    for branch in ["update/a", "update/b"] {
        assert_eq!(read(&world, branch, "README.md"), "moved on\n");
        let ahead = world
            .repository
            .git(&["rev-list", "--count", &format!("main..{branch}")]);
        assert_eq!(ahead.trim(), "1");
    }
    Ok(())
}

async fn names_that_collide_are_an_error() -> TestResult {
    let world = world();
    let before = world.repository.git(&["for-each-ref"]);
    for (template, wanted) in [
        (
            "update/{namespace}",
            "the branch template 'update/{namespace}' gives update/flux-system for flux-system:a and update/flux-system for flux-system:b, which cannot stand beside each other; use {name} or {group} in it",
        ),
        (
            "main",
            "the branch template 'main' gives main for flux-system:a, and that is in the way of the branch that is read; put a prefix before it",
        ),
        (
            "main/{name}",
            "the branch template 'main/{name}' gives main/a for flux-system:a, and that is in the way of the branch that is read; put a prefix before it",
        ),
    ] {
        let reports = automation(&world, None)?.branches(template)?.run().await?;
        assert!(reports.iter().all(Result::is_err), "{template}");
        let error = reports[0].as_ref().expect_err(template);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(error.to_string(), wanted);
    }
    assert_eq!(world.repository.git(&["for-each-ref"]), before);
    Ok(())
}

async fn a_directory_has_no_branches() -> TestResult {
    let world = world();
    let mut builder = world.automation();
    let error = builder.directory("/nowhere").build()?.branches("{name}");
    assert_eq!(
        error.expect_err("a directory").to_string(),
        "a directory has no branches; give the automation a remote"
    );
    Ok(())
}

/// A tag that two policies chose is no reason to leave a third one waiting.
async fn a_collision_stops_no_other_branch() -> TestResult {
    let world = world();
    let mut builder = world.bare_automation();
    for (name, range) in [("a", "5.0.x"), ("b", "*"), ("c", "5.0.x")] {
        builder.policy(
            &format!("flux-system:{name}"),
            &world.image(),
            semver(range),
        );
    }
    let updates = builder.build()?.branches("update/{tag}")?;
    let plans = updates.plan().await?;
    let errors: Vec<_> = plans.iter().map(|one| one.as_ref().err()).collect();
    let told = |index: usize| errors[index].map(ToString::to_string);
    assert_eq!(
        told(0).as_deref(),
        Some(
            "the branch template 'update/{tag}' gives update/5.0.1 for flux-system:a and update/5.0.1 for flux-system:c, which cannot stand beside each other; use {name} or {group} in it"
        )
    );
    assert!(told(2).is_some());
    let reports = updates.run().await?;
    let kinds: Vec<_> = reports
        .iter()
        .map(|one| one.as_ref().err().map(tagwright::Error::kind))
        .collect();
    let wrong = Some(ErrorKind::Configuration);
    assert_eq!(kinds, [wrong, None, wrong]);
    assert_eq!(branches(&world), ["main", "update/5.1.0"]);
    Ok(())
}

async fn names_that_are_none_are_refused_at_once() -> TestResult {
    let world = world();
    for template in ["@", "HEAD", "-x", "-{name}", "a..{name}", "{nam}"] {
        let error = automation(&world, None)?.branches(template);
        let error = error.expect_err(template);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let mut builder = world.automation();
        let built = builder.branch_template(template).build();
        assert_eq!(built.expect_err(template).to_string(), error.to_string());
    }
    let mut builder = world.automation();
    builder.branch_template("update/{name}").push_branch("one");
    assert_eq!(
        builder.build().expect_err("two places").to_string(),
        "the push branch names one place to push to, and the branch template 'update/{name}' makes many; remove one"
    );
    Ok(())
}

async fn a_template_is_not_for_one_branch() -> TestResult {
    let world = World::new();
    let mut builder = world.automation();
    let automation = builder.branch_template("update/{name}").build()?;
    let plans = automation.branches("update/{name}")?.plan().await?;
    let plan = plans[0].as_ref().expect("a plan");
    let wanted = "the automation has a branch for each policy or group; call branches(\"update/{name}\"), or add its builder to Automations or a scheduler";
    let errors = [
        automation.plan().await.expect_err("many branches"),
        automation.run().await.expect_err("many branches"),
        automation.apply(plan).await.expect_err("many branches"),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(error.to_string(), wanted);
    }
    assert_eq!(branches(&world), ["main"]);
    Ok(())
}
