//! A plan as data, and applying it later.

use tagwright::{Applied, ErrorKind, Plan};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "plan::reading_back_gives_an_equal_plan",
            reading_back_gives_an_equal_plan,
        ),
        async_test("plan::newer_format_is_refused", newer_format_is_refused),
        async_test("plan::planning_writes_nothing", planning_writes_nothing),
        async_test("plan::applies_to_a_newer_tip", applies_to_a_newer_tip),
        async_test(
            "plan::is_stale_when_a_value_changed",
            is_stale_when_a_value_changed,
        ),
        async_test(
            "plan::is_stale_when_the_file_is_gone",
            is_stale_when_the_file_is_gone,
        ),
        async_test("plan::never_selects_again", never_selects_again),
        async_test(
            "plan::is_refused_by_another_automation",
            is_refused_by_another_automation,
        ),
        async_test(
            "plan::changed_by_hand_is_refused",
            changed_by_hand_is_refused,
        ),
        async_test("plan::prints_for_people", prints_for_people),
    ]
}

async fn reading_back_gives_an_equal_plan() -> TestResult {
    let plan = World::new().automation().build()?.plan().await?;
    let json = serde_json::to_string(&plan)?;
    assert_eq!(serde_json::from_str::<Plan>(&json)?, plan);
    Ok(())
}

async fn newer_format_is_refused() -> TestResult {
    let plan = World::new().automation().build()?.plan().await?;
    let mut json = serde_json::to_value(&plan)?;
    json["format"] = 3.into();
    let error = serde_json::from_value::<Plan>(json).expect_err("a newer format");
    assert_eq!(
        error.to_string(),
        "plan format 3 is not 2, the one that this version reads; plan again with this version"
    );
    Ok(())
}

async fn planning_writes_nothing() -> TestResult {
    let world = World::new();
    let before = world.repository.git(&["for-each-ref"]);
    let plan = world.automation().build()?.plan().await?;
    assert!(!plan.is_empty());
    assert_eq!(world.repository.git(&["for-each-ref"]), before);
    Ok(())
}

async fn applies_to_a_newer_tip() -> TestResult {
    let world = World::new();
    let automation = world.automation().build()?;
    let plan = automation.plan().await?;
    let moved = format!("# a line more\n{}", world.deployment("5.0.0"));
    world.commit("apps/app.yaml", &moved);
    world.commit("README.md", "foreign\n");
    let applied = automation.apply(&plan).await?;
    assert!(matches!(applied, Applied::Pushed(_)), "{applied}");
    assert_eq!(
        world.read("apps/app.yaml"),
        format!("# a line more\n{}", world.deployment("5.0.1"))
    );
    assert_eq!(world.read("README.md"), "foreign\n");
    Ok(())
}

async fn is_stale_when_a_value_changed() -> TestResult {
    let world = World::new();
    let automation = world.automation().build()?;
    let plan = automation.plan().await?;
    world.commit("apps/app.yaml", &world.deployment("4.9.9"));
    let tip = world.repository.tip("main");
    let Applied::Stale(stale) = automation.apply(&plan).await? else {
        panic!("the old value is gone")
    };
    assert_eq!(
        stale.reason(),
        format!(
            "apps/app.yaml: spec.template.spec.containers[0].image is no longer '{}:5.0.0' for flux-system:app",
            world.image()
        )
    );
    assert_eq!(world.repository.tip("main"), tip);
    Ok(())
}

async fn is_stale_when_the_file_is_gone() -> TestResult {
    let world = World::new();
    let automation = world.automation().build()?;
    let plan = automation.plan().await?;
    world
        .repository
        .commit("other", &[("x", b"y")], "another history");
    world
        .repository
        .git(&["update-ref", "refs/heads/main", "refs/heads/other"]);
    let Applied::Stale(stale) = automation.apply(&plan).await? else {
        panic!("the file is gone")
    };
    assert_eq!(stale.reason(), "apps/app.yaml is gone");
    Ok(())
}

async fn never_selects_again() -> TestResult {
    let world = World::new();
    let automation = world.automation().build()?;
    let plan = automation.plan().await?;
    world.registry.push("org/app", "5.0.9");
    world.registry.clear_requests();
    automation.apply(&plan).await?;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    assert!(world.registry.requests().is_empty());
    Ok(())
}

async fn is_refused_by_another_automation() -> TestResult {
    let (ours, theirs) = (World::new(), World::new());
    let plan = ours.automation().build()?.plan().await?;
    let error = theirs
        .automation()
        .build()?
        .apply(&plan)
        .await
        .expect_err("another repository");
    assert_eq!(error.kind(), ErrorKind::Plan);
    assert_eq!(
        error.to_string(),
        format!(
            "the plan is for tagwright on main of {}, not for tagwright on main of {}; apply it with the automation that made it",
            ours.repository.url(),
            theirs.repository.url()
        )
    );
    Ok(())
}

async fn changed_by_hand_is_refused() -> TestResult {
    let world = World::new();
    let automation = world.automation().path("apps").build()?;
    let plan = serde_json::to_value(automation.plan().await?)?;
    let refused = async |change: &dyn Fn(&mut serde_json::Value)| {
        let mut plan = plan.clone();
        change(&mut plan);
        let plan: Plan = serde_json::from_value(plan).expect("it is still a plan");
        let error = automation.apply(&plan).await.expect_err("it was changed");
        assert_eq!(error.kind(), ErrorKind::Plan);
        error.to_string()
    };
    assert_eq!(
        refused(&|plan| plan["message"] = serde_json::Value::Null).await,
        "the plan was changed by hand: it has edits and no message; plan again"
    );
    let file = |file: &str| {
        let file = file.to_owned();
        move |plan: &mut serde_json::Value| plan["edits"][0]["file"] = file.clone().into()
    };
    for path in [
        "../app.yaml",
        "apps/x.txt",
        "other/app.yaml",
        "apps/../x.yaml",
    ] {
        let text = refused(&file(path)).await;
        assert!(
            text.starts_with("the plan was changed by hand: ") && text.contains(path),
            "{text}"
        );
    }
    for value in [
        "evil.example.com/backdoor:1",
        "not a reference !!",
        "evil\nkind: Secret",
    ] {
        let text = refused(&|plan| plan["edits"][0]["new"] = value.into()).await;
        assert!(
            text.ends_with("is not what its selections make of flux-system:app; plan again"),
            "{text}"
        );
    }
    assert_eq!(
        refused(&|plan| plan["selections"][0]["image"] = "evil.example.com/backdoor".into()).await,
        "the plan was changed by hand: this automation has no policy flux-system:app for evil.example.com/backdoor; plan again"
    );
    assert_eq!(
        refused(&|plan| plan["diff"] = "nothing to see here".into()).await,
        "the plan was changed by hand: its diff is not what its edits do; plan again"
    );
    for message in ["", "a\0b"] {
        let text = refused(&|plan| plan["message"] = message.into()).await;
        assert!(text.starts_with("the plan was changed by hand: "), "{text}");
    }
    let mut unknown = plan.clone();
    unknown["force"] = true.into();
    assert!(
        serde_json::from_value::<Plan>(unknown)
            .is_err_and(|error| error.to_string().contains("unknown field `force`"))
    );
    Ok(())
}

async fn prints_for_people() -> TestResult {
    let world = World::new();
    let plan = world.automation().build()?.plan().await?;
    let image = world.image();
    let text = plan.to_string();
    assert!(text.starts_with("POLICY           IMAGE"), "{text}");
    assert!(
        text.contains("--- a/apps/app.yaml\n+++ b/apps/app.yaml\n@@ "),
        "{text}"
    );
    assert!(
        text.contains(&format!("+      - image:   {image}:5.0.1   # ")),
        "{text}"
    );
    assert!(
        plan.coloured_diff()
            .to_string()
            .contains("\x1b[32m+      - image"),
        "{}",
        plan.coloured_diff()
    );
    Ok(())
}
