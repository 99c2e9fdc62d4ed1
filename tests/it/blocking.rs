//! The facade without async.

use tagwright::{Applied, blocking};
use tagwright_testkit::harness::{TestResult, Trial, async_test, test};

use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("blocking::plans_applies_and_runs", plans_applies_and_runs),
        async_test(
            "blocking::works_inside_a_tokio_program",
            works_inside_a_tokio_program,
        ),
    ]
}

fn plans_applies_and_runs() -> TestResult {
    let world = World::new();
    let automation = blocking::Automation::new(world.automation().build()?)?;
    let plan = automation.plan()?;
    assert!(matches!(automation.apply(&plan)?, Applied::Pushed(_)));
    assert_eq!(automation.run()?.applied(), &Applied::NothingToDo);
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    Ok(())
}

async fn works_inside_a_tokio_program() -> TestResult {
    plans_applies_and_runs()
}
