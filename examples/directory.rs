//! A directory: edit a pipeline's checkout in place, without a commit.
//!
//! `cargo run --example directory -- FOLDER` updates the values in FOLDER that the policy `flux-system:app` marks. Without
//! an argument it makes a folder of its own; the registry is always one inside the process.

#![allow(clippy::print_stdout, reason = "printing is what an example is for")]

use std::error::Error;
use std::{env, fs};

use tagwright::policy::Policy;
use tagwright::registry::Client;
use tagwright::{Automation, Dialect};
use tagwright_testkit::oci::Registry;

const DEPLOYMENT: &str = "\
image: org/app   # kept, as all else
tag: '5.0.0'     # {\"$imagepolicy\": \"flux-system:app:tag\"}
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::start();
    registry.push_tags("org/app", ["5.0.0", "5.0.1", "6.0.0"]);
    let own = tempfile::tempdir()?;
    fs::write(own.path().join("deployment.yaml"), DEPLOYMENT)?;
    let folder = env::args().nth(1).map(Into::into);
    let folder = folder.unwrap_or_else(|| own.path().to_owned());

    let policy = Policy::builder(Dialect::Flux).semver("5.x").build()?;
    let image = format!("{}/org/app", registry.address());
    let client = Client::builder().plain_http(registry.address()).build()?;
    let report = Automation::builder()
        .client(client)
        .policy("flux-system:app", &image, policy)
        .directory(&folder)
        .build()?
        .run()
        .await?;
    println!("{report}\n{}", report.plan().diff());
    Ok(())
}
