//! From Flux's manifests: runs what a folder of them says, with the Secrets that stand beside them.
//!
//! `cargo run --example flux -- FOLDER`. Without an argument it runs the quickstart's manifests, against a registry and a
//! repository of its own.

#![allow(clippy::print_stdout, reason = "printing is what an example is for")]

use std::env;
use std::error::Error;

use tagwright::gitwrite::Remote;
use tagwright::{Automations, Loader, Source};
use tagwright_testkit::{git::BareRepository, oci::Registry};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::start();
    registry.push_tags("stefanprodan/podinfo", ["5.0.0", "5.0.3"]);
    registry.push_tags("example/vote", ["main-e5d27a2c-1619063680"]);
    let offline = |text: &str| text.replace("${REGISTRY}", &registry.address());
    let repository = BareRepository::new();
    let podinfo = offline(include_str!("quickstart/podinfo.yaml"));
    repository.commit(
        "main",
        &[("apps/podinfo.yaml", podinfo.as_bytes())],
        "begin",
    );

    let mut loader = Loader::new();
    // The quickstart names a repository that is not there.
    let remote = Remote::new(&repository.url())?;
    loader.repository("https://git.example.com/fleet.git", remote);
    let text = offline(include_str!("quickstart/automation.yaml"));
    let source = match env::args().nth(1) {
        Some(folder) => Source::directory(folder),
        None => Source::text("automation.yaml", text),
    };

    let mut group = Automations::builder();
    for manifests in source.flux().await? {
        let loaded = loader.flux(manifests.objects()).await;
        for problem in manifests.problems().iter().chain(loaded.problems()) {
            println!("{problem}");
        }
        for automation in loaded.automations() {
            group.add(manifests.name(), automation);
        }
    }
    for report in group.build().run().await {
        println!("{}", report?);
    }
    Ok(())
}
