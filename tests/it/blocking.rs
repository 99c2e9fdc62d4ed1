//! The facade without async.

use tagwright::manifests::{Secret, SecretKey, config, fleet, flux};
use tagwright::{Applied, Loader, SecretMap, blocking};
use tagwright_testkit::harness::{TestResult, Trial, async_test, test};

use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("blocking::plans_applies_and_runs", plans_applies_and_runs),
        test("blocking::loads", loads),
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

/// What was loaded runs on, with the Secret that is read again, when its loader is gone.
fn loads() -> TestResult {
    let world = World::new();
    let text = format!(
        "
images: {{app: {{image: {}, insecure: true, secret: login}}}}
policies: {{'flux-system:app': {{image: app, semver: 5.0.x}}}}
targets: {{production: {{repository: {}, branch: main, commit: {{author: {{email: e@example.com}}}}}}}}
",
        world.image(),
        world.repository.url()
    );
    let read = config::read("tagwright.yaml", text.as_bytes());
    assert_eq!(read.problems, []);
    let login = Secret::new("default", "login")
        .with(SecretKey::Username, "robot")
        .with(SecretKey::Password, "secret");
    let loader = Loader::new().secrets(SecretMap::new().with(login)).clone();
    let loader = blocking::Loader::new(loader)?;
    assert!(
        loader
            .flux(&flux::Objects::default())?
            .automations()
            .is_empty()
    );
    assert!(
        loader
            .fleet(&fleet::Objects::default())?
            .automations()
            .is_empty()
    );
    let loaded = loader.config(&read.config)?;
    assert_eq!(loaded.problems(), []);
    drop(loader);
    let automation = blocking::Automation::new(loaded.automations()[0].build()?)?;
    assert!(matches!(automation.run()?.applied(), Applied::Pushed(_)));
    Ok(())
}

async fn works_inside_a_tokio_program() -> TestResult {
    loads()?;
    plans_applies_and_runs()
}
