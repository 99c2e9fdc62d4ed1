//! From an operator's own objects: each becomes an automation, and all of them run as one group.
//!
//! `cargo run --example operator`, offline. Both objects watch one image, which is listed once.

#![allow(clippy::print_stdout, reason = "printing is what an example is for")]

use std::error::Error;

use tagwright::gitwrite::Remote;
use tagwright::policy::Policy;
use tagwright::registry::Client;
use tagwright::{Automation, Automations, Dialect};
use tagwright_testkit::{git::BareRepository, oci::Registry};

/// What a custom resource of the operator says: the application's name, and the versions that it takes.
type App = (&'static str, &'static str);

const APPS: [App; 2] = [("stable", "5.x"), ("edge", "*")];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::start();
    registry.push_tags("org/app", ["5.0.0", "5.0.1", "6.0.0"]);
    let client = Client::builder().plain_http(registry.address()).build()?;
    let image = format!("{}/org/app", registry.address());
    let repository = BareRepository::new();
    let marked = APPS
        .map(|(name, _)| format!("{name}: 5.0.0 # {{\"$imagepolicy\": \"apps:{name}:tag\"}}\n"));
    repository.commit(
        "main",
        &[("tags.yaml", marked.concat().as_bytes())],
        "begin",
    );

    let mut group = Automations::builder();
    for (name, range) in APPS {
        let policy = Policy::builder(Dialect::Flux).semver(range).build()?;
        let mut builder = Automation::builder();
        builder
            .name("apps", name)
            .client(client.clone())
            .policy(&format!("apps:{name}"), &image, policy)
            .remote(Remote::new(&repository.url())?)
            .branch("main")
            .author("app-operator", "apps@example.com");
        group.add("", &builder);
    }
    for report in group.build().run().await {
        println!("{}\n", report?);
    }
    println!("requests to the registry: {}", registry.requests().len());
    println!("{}", repository.git(&["log", "--oneline", "main"]));
    Ok(())
}
