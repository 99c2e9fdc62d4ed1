//! A plan as Markdown, for a pull request; reviewed, it is applied from its JSON by another process.
//!
//! `cargo run --example markdown`, offline.

#![allow(clippy::print_stdout, reason = "printing is what an example is for")]

use std::error::Error;

use tagwright::gitwrite::Remote;
use tagwright::policy::Policy;
use tagwright::registry::Client;
use tagwright::{Automation, Dialect, Guards, Plan};
use tagwright_testkit::{git::BareRepository, oci::Registry};

const DEPLOYMENT: &[u8] = b"\
kind: Deployment
metadata: {name: app, namespace: prod}
image: org/app:5.0.0
tag: 5.0.0 # {\"$imagepolicy\": \"flux-system:app:tag\"}
canary: 6.0.0 # {\"$imagepolicy\": \"flux-system:app:tag\"}
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::start();
    registry.push_tags("org/app", ["5.0.0", "5.0.1", "6.0.0"]);
    let repository = BareRepository::new();
    repository.commit("main", &[("apps/app.yaml", DEPLOYMENT)], "begin");

    let policy = Policy::builder(Dialect::Flux).semver("5.x").build()?;
    let image = format!("{}/org/app", registry.address());
    let automation = Automation::builder()
        .client(Client::builder().plain_http(registry.address()).build()?)
        .policy("flux-system:app", &image, policy)
        .guards(Guards::new().no_downgrade(true))
        .remote(Remote::new(&repository.url())?)
        .branch("main")
        .author("tagwright", "tagwright@example.com")
        .build()?;
    let plan = automation.plan().await?;
    println!("{}", plan.markdown());

    let reviewed = Plan::from_json(&plan.to_json())?;
    println!("{}", automation.apply(&reviewed).await?);
    Ok(())
}
