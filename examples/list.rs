//! List only: the tags of an image, page by page as they come, and what a policy makes of them; no list is kept.
//!
//! `cargo run --example list -- ghcr.io/stefanprodan/podinfo '>=6.0.0'`, with the logins of `docker login`. Without
//! arguments it asks a registry inside the process.

#![allow(clippy::print_stdout, reason = "printing is what an example is for")]

use std::env;
use std::error::Error;

use tagwright::Dialect;
use tagwright::policy::Policy;
use tagwright::registry::{Client, ConfigFiles, Repository};
use tagwright_testkit::oci::Registry;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let offline = Registry::builder().page_limit(4).start();
    offline.push_tags(
        "org/app",
        ["4.9.9", "5.0.0", "5.0.1", "5.0.2", "5.1.0", "latest"],
    );
    let image = arguments.next();
    let image = image.unwrap_or_else(|| format!("{}/org/app", offline.address()));
    let range = arguments.next().unwrap_or_else(|| "5.0.x".to_owned());

    let repository: Repository = image.parse()?;
    let client = Client::builder()
        .keychain(ConfigFiles::from_environment())
        .plain_http(offline.address())
        .build()?;
    let policy = Policy::builder(Dialect::Flux).semver(&range).build()?;
    let mut selector = policy.selector();
    let mut pages = client.tags(&repository);
    while let Some(page) = pages.next_page().await? {
        println!("a page of {} tags", page.len());
        page.tags().for_each(|tag| selector.push(tag));
    }
    let selection = selector.finish()?.into_selection();
    println!("{}", selection.ok_or("a range needs no dates")?);
    Ok(())
}
