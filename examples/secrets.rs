//! Own secrets: Flux's objects name a Secret, and the program gets it from where it keeps its secrets.
//!
//! `cargo run --example secrets`, offline: the registry inside the process wants a password. No Secret stands in a file.

#![allow(clippy::print_stdout, reason = "printing is what an example is for")]

use std::error::Error;

use tagwright::gitwrite::Remote;
use tagwright::manifests::{Secret, SecretKey, flux};
use tagwright::{Loader, SecretFuture, SecretSource};
use tagwright_testkit::{git::BareRepository, oci::Registry};

/// A program's own store of secrets: here a text, elsewhere a call to a vault.
#[derive(Debug)]
struct Vault;

impl SecretSource for Vault {
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
        Box::pin(async move {
            let login = Secret::new(namespace, name)
                .with(SecretKey::Username, "robot")
                .with(SecretKey::Password, "from the vault");
            Ok((name == "registry").then_some(login))
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::builder()
        .basic_auth("robot", "from the vault")
        .start();
    registry.push_tags("org/app", ["5.0.0", "5.0.1"]);
    let repository = BareRepository::new();
    let marked = b"tag: 5.0.0 # {\"$imagepolicy\": \"flux-system:app:tag\"}\n";
    repository.commit("main", &[("app.yaml", marked)], "begin");

    let manifests =
        include_str!("secrets/manifests.yaml").replace("${REGISTRY}", &registry.address());
    let objects = flux::read("manifests.yaml", manifests.as_bytes()).objects;
    let loaded = Loader::new()
        .secrets(Vault)
        .repository(
            "https://git.example.com/fleet.git",
            Remote::new(&repository.url())?,
        )
        .flux(&objects)
        .await;
    loaded
        .problems()
        .iter()
        .for_each(|problem| println!("{problem}"));
    for automation in loaded.automations() {
        println!("{}", automation.build()?.run().await?);
    }
    Ok(())
}
