//! The main job, offline: from a registry's tags to a pushed commit, and a second run that has nothing to do.
//!
//! `cargo run --example quickstart` starts a registry inside the process and makes a bare Git repository in a
//! temporary folder; everything between the two goes through the public API of `tagwright`.

#![allow(clippy::print_stdout, reason = "printing is what an example is for")]

use std::error::Error;

use tagwright::{Applied, Automation, Plan, gitwrite::Remote, manifests::flux};
use tagwright_testkit::{git::BareRepository, oci::Registry};

/// What Flux users keep beside their clusters: which image, which policy, where to write.
const AUTOMATION: &str = include_str!("automation.yaml");
/// What is kept up to date: the marked files.
const PODINFO: &str = include_str!("podinfo.yaml");
const VOTE: &str = include_str!("vote.yaml");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = registry();
    let repository = repository(&registry.address());
    println!(
        "registry {} and repository {}\n",
        registry.address(),
        repository.url()
    );

    let automation = automation(&registry.address(), &repository.url()).await?;

    println!("first run: plan\n");
    let plan = automation.plan().await?;
    show(&plan);

    println!("first run: apply\n");
    match automation.apply(&plan).await? {
        Applied::Pushed(push) => println!("{}", repository.git(&["show", "--stat", push.commit()])),
        other => return Err(format!("expected a pushed commit, found: {other}").into()),
    }

    println!("second run\n");
    let before = repository.tip("main");
    let report = automation.run().await?;
    println!("{report}");
    assert_eq!(report.applied(), &Applied::NothingToDo);
    assert_eq!(
        repository.tip("main"),
        before,
        "a run with nothing to do makes no commit"
    );
    Ok(())
}

/// Two images, with more tags than one page holds.
fn registry() -> Registry {
    let registry = Registry::builder().page_limit(4).start();
    registry.push_tags(
        "stefanprodan/podinfo",
        [
            "4.0.6",
            "5.0.0",
            "5.0.1",
            "5.0.2",
            "5.0.3",
            "5.1.0",
            "6.0.0-rc.1",
            "latest",
        ],
    );
    registry.push_tags(
        "example/vote",
        [
            "main-e5d27a2c-1619063680",
            "main-0c5ff2bf-1619084915",
            "main-fa1b3d9e-999999999",
            "dev-07a1b2c3-1619999999",
            "latest",
        ],
    );
    registry
}

/// A bare repository with the marked files and the automation's own objects.
fn repository(registry: &str) -> BareRepository {
    let fill = |text: &str| text.replace("${REGISTRY}", registry).into_bytes();
    let repository = BareRepository::new();
    repository.commit(
        "main",
        &[
            ("apps/podinfo.yaml", &fill(PODINFO)),
            ("apps/vote.yaml", &fill(VOTE)),
        ],
        "Deploy podinfo and vote",
    );
    repository
}

/// The automation of the manifests, writing to the local repository instead of the URL that they name.
async fn automation(registry: &str, repository: &str) -> Result<Automation, Box<dyn Error>> {
    let text = AUTOMATION.replace("${REGISTRY}", registry);
    let read = flux::read("automation.yaml", text.as_bytes());
    let flux = Automation::from_flux(&read.objects).await;
    read.problems
        .iter()
        .for_each(|problem| println!("{problem}"));
    flux.problems()
        .iter()
        .for_each(|problem| println!("{problem}"));
    let builder = flux
        .automations()
        .first()
        .ok_or("the manifests hold no ImageUpdateAutomation")?;
    Ok(builder.clone().remote(Remote::new(repository)?).build()?)
}

fn show(plan: &Plan) {
    println!("{}", plan.table());
    println!("{}{}", plan.coloured_diff(), plan.notes());
}
