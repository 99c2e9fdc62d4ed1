//! From Fleet's manifests: a `GitRepo`, the scans of a fleet.yaml, and the fields of its markers.
//!
//! `cargo run --example fleet`, offline: the manifests name a repository that the program replaces by its own.

#![allow(clippy::print_stdout, reason = "printing is what an example is for")]

use std::error::Error;

use tagwright::gitwrite::Remote;
use tagwright::registry::Client;
use tagwright::{Loader, Source};
use tagwright_testkit::{git::BareRepository, oci::Registry};

const MANIFESTS: &str = r#"
kind: GitRepo
apiVersion: fleet.cattle.io/v1alpha1
metadata: {name: apps, namespace: fleet-local}
spec:
  repo: https://git.example.com/apps.git
  branch: main
  imageScanInterval: 5m
  imageScanCommit: {authorName: fleet, authorEmail: fleet@example.com, messageTemplate: update image}
---
kind: ImageScan
apiVersion: fleet.cattle.io/v1alpha1
metadata: {name: app, namespace: fleet-local}
spec:
  gitrepoName: apps
  tagName: app
  image: ${REGISTRY}/org/app
  policy: {semver: {range: "*"}}
"#;

const MARKED: &str = r#"image: org/app # {"$imagescan": "app:digest"}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::start();
    registry.push_index("org/app", "5.0.1");
    let repository = BareRepository::new();
    repository.commit("main", &[("app.yaml", MARKED.as_bytes())], "begin");

    let text = MANIFESTS.replace("${REGISTRY}", &registry.address());
    let remote = Remote::new(&repository.url())?;
    // Fleet has no field for a registry without TLS.
    let client = Client::builder().plain_http(registry.address()).build()?;
    let mut loader = Loader::new();
    loader
        .repository("https://git.example.com/apps.git", remote)
        .client(&registry.address(), client);
    for manifests in Source::text("apps.yaml", text).fleet().await? {
        let loaded = loader.fleet(manifests.objects()).await;
        (loaded.problems().iter()).for_each(|problem| println!("{problem}"));
        for automation in loaded.automations() {
            let report = automation.build()?.run().await?;
            println!("{report}\n{}", report.plan().diff());
        }
    }
    Ok(())
}
