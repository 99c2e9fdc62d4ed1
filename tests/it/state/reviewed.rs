//! What is remembered of each way to run: at once, by a plan that is applied later, by a branch for each policy.

use std::sync::Arc;

use tagwright::{AutomationBuilder, Guards, MemoryState, Outcome, OutcomeKind, Plan, StateStore};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

use super::stores::Shelves;
use crate::world::{World, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "state::a_shrunk_list_is_seen_in_every_flow",
            a_shrunk_list_is_seen_in_every_flow,
        ),
        async_test("state::a_count_is_not_worn_down", a_count_is_not_worn_down),
        async_test(
            "state::a_changed_policy_goes_back_in_every_flow",
            a_changed_policy_goes_back_in_every_flow,
        ),
        async_test(
            "state::another_program_is_not_trusted",
            another_program_is_not_trusted,
        ),
        async_test("state::an_endless_reason_waits", an_endless_reason_waits),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Flow {
    Run,
    Apply,
    Branches,
    ApplyBranch,
}

const FLOWS: [Flow; 4] = [Flow::Run, Flow::Apply, Flow::Branches, Flow::ApplyBranch];

impl Flow {
    /// Does it all, and answers with the plan.
    async fn go(self, builder: &AutomationBuilder) -> Result<Plan, tagwright::Error> {
        let automation = builder.build()?;
        Ok(match self {
            Self::Run => automation.run().await?.plan().clone(),
            Self::Apply => {
                let plan = automation.plan().await?;
                let _ = automation.apply(&plan).await?;
                plan
            }
            Self::Branches => {
                let mut reports = automation.branches("up/{name}")?.run().await?;
                reports.remove(0)?.plan().clone()
            }
            Self::ApplyBranch => {
                let branches = automation.branches("up/{name}")?;
                let plan = branches.plan().await?.remove(0)?;
                let _ = branches.apply(&plan).await?;
                plan
            }
        })
    }
}

fn kinds(plan: &Plan) -> Vec<OutcomeKind> {
    plan.outcomes().iter().map(Outcome::kind).collect()
}

async fn a_shrunk_list_is_seen_in_every_flow() -> TestResult {
    for flow in FLOWS {
        let world = World::new();
        let mut builder = world.automation();
        builder
            .state(Arc::new(MemoryState::new()))
            .guards(Guards::new().maximum_shrink(40));
        let first = flow.go(&builder).await?;
        assert_eq!(kinds(&first), [OutcomeKind::Updated], "{flow:?}");
        world.commit("apps/app.yaml", &world.deployment("5.0.1"));
        for gone in ["5.0.1", "5.1.0", "latest"] {
            world.registry.delete_tag("org/app", gone);
        }
        for _ in 0..2 {
            let plan = flow.go(&builder).await?;
            assert_eq!(kinds(&plan), [OutcomeKind::Withheld], "{flow:?}: {plan}");
        }
    }
    Ok(())
}

async fn a_count_is_not_worn_down() -> TestResult {
    for flow in FLOWS {
        let world = World::new();
        world.commit("apps/app.yaml", &world.deployment("5.0.1"));
        let mut builder = world.automation();
        builder
            .state(Arc::new(MemoryState::new()))
            .guards(Guards::new().maximum_shrink(40));
        let _ = flow.go(&builder).await?;
        // The chosen tag is still there: nothing is to be written.
        for gone in ["4.9.9", "5.1.0", "latest"] {
            world.registry.delete_tag("org/app", gone);
        }
        let plan = flow.go(&builder).await?;
        let is_idle = |kind: &OutcomeKind| *kind == OutcomeKind::Unchanged;
        assert!(kinds(&plan).iter().all(is_idle), "{flow:?}: {plan}");
        world.registry.push_tags("org/app", ["5.0.0"]);
        world.registry.delete_tag("org/app", "5.0.1");
        let plan = flow.go(&builder).await?;
        assert_eq!(kinds(&plan), [OutcomeKind::Withheld], "{flow:?}: {plan}");

        // Once with a share that allows it.
        let mut loose = builder.clone();
        loose.guards(Guards::new().maximum_shrink(100));
        let plan = flow.go(&loose).await?;
        assert_eq!(kinds(&plan), [OutcomeKind::Updated], "{flow:?}: {plan}");
        world.commit("apps/app.yaml", &world.deployment("5.0.1"));
        let plan = flow.go(&builder).await?;
        assert_eq!(kinds(&plan), [OutcomeKind::Updated], "{flow:?}: {plan}");
    }
    Ok(())
}

async fn a_changed_policy_goes_back_in_every_flow() -> TestResult {
    for flow in FLOWS {
        let world = World::new();
        let state = Arc::new(MemoryState::new());
        let of = |range| {
            let mut builder = world.bare_automation();
            builder
                .policy("flux-system:app", &world.image(), semver(range))
                .state(Arc::clone(&state) as _)
                .guards(Guards::new().no_downgrade(true));
            builder
        };
        let _ = flow.go(&of("5.1.x")).await?;
        world.commit("apps/app.yaml", &world.deployment("5.1.0"));
        let plan = flow.go(&of("5.0.x")).await?;
        assert_eq!(kinds(&plan), [OutcomeKind::Updated], "{flow:?}: {plan}");
        world.commit("apps/app.yaml", &world.deployment("5.1.0"));
        let plan = flow.go(&of("5.0.x")).await?;
        assert_eq!(kinds(&plan), [OutcomeKind::Withheld], "{flow:?}: {plan}");
    }
    Ok(())
}

/// What an older version of this library left is no knowledge of this one's.
async fn another_program_is_not_trusted() -> TestResult {
    let world = World::new();
    let store = Arc::new(Shelves::default());
    let mut builder = world.automation();
    builder
        .state(Arc::clone(&store) as _)
        .guards(Guards::new().no_downgrade(true));
    let automation = builder.build()?;
    let _ = automation.run().await?;
    assert_eq!(automation.run().await?.attempts(), 0);
    let keys = store.keys();
    let key = keys.iter().find(|key| key.starts_with("automation/"));
    let key = key.expect("a record of the automation");

    let other = |of: &'static str, rule: Option<&'static str>| {
        let store = Arc::clone(&store);
        async move {
            let bytes = store
                .load(key)
                .await
                .expect("it reads")
                .expect("it is kept");
            let mut record: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
            let accepted = &mut record["record"]["policies"]["flux-system:app"]["accepted"];
            accepted["program"] = of.into();
            if let Some(rule) = rule {
                accepted["rule"] = rule.into();
            }
            if record["record"]["run"].is_object() {
                record["record"]["run"]["program"] = of.into();
            }
            let bytes = record.to_string().into_bytes();
            store.store(key, &bytes).await.expect("it is kept");
        }
    };
    other("0.0.0", None).await;
    assert_eq!(automation.run().await?.attempts(), 1, "it decides itself");
    assert_eq!(automation.run().await?.attempts(), 0);

    world.commit("apps/app.yaml", &world.deployment("5.0.9"));
    other("0.0.0", Some("as that one wrote it")).await;
    let plan = automation.plan().await?;
    assert_eq!(kinds(&plan), [OutcomeKind::Withheld], "{plan}");
    other(env!("CARGO_PKG_VERSION"), Some("another policy")).await;
    let plan = automation.plan().await?;
    assert_eq!(kinds(&plan), [OutcomeKind::Updated], "{plan}");
    Ok(())
}

/// Only what passes with time is looked at again.
async fn an_endless_reason_waits() -> TestResult {
    let soon = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1 << 40);
    let day = std::time::Duration::from_secs(86400);
    for (guards, attempts) in [
        (Guards::new().skip(["5.0.1"]), 0),
        (Guards::new().hold(None), 0),
        (Guards::new().hold_at("4.0.0", None), 0),
        (Guards::new().no_downgrade(true), 0),
        (Guards::new().skip(["5.0.1"]).minimum_age(day), 0),
        (Guards::new().skip(["5.0.1"]).maximum_shrink(10), 0),
        (Guards::new().hold(Some(soon)), 1),
        (Guards::new().minimum_age(day * 100_000), 1),
    ] {
        let world = World::new();
        world.commit("apps/app.yaml", &world.deployment("5.0.2"));
        let mut builder = world.automation();
        builder
            .state(Arc::new(MemoryState::new()))
            .guards(guards.clone());
        let first = builder.build()?.run().await?;
        assert_eq!(kinds(first.plan()), [OutcomeKind::Withheld], "{guards:?}");
        let second = builder.build()?.run().await?;
        assert_eq!(second.attempts(), attempts, "{guards:?}");
        assert_eq!(second.plan().outcomes(), first.plan().outcomes());
    }
    Ok(())
}
