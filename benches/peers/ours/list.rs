//! Listing tags, page by page, into a selector.

use tagwright_policy::{Dialect, PolicyBuilder};
use tagwright_registry::{Client, Repository};

use crate::{Result, report::Stopwatch};

/// The client stands before the watch starts: a program has one for its life.
pub(crate) fn into_selector(repository: &str) -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let repository: Repository = repository.parse()?;
    let client = Client::builder()
        .plain_http(repository.registry())
        .build()?;
    runtime.block_on(listed(&client, &repository))
}

async fn listed(client: &Client, repository: &Repository) -> Result {
    let watch = Stopwatch::start();
    let policy = PolicyBuilder::new(Dialect::Flux)
        .semver(">=1.0.0")
        .build()?;
    let mut selector = policy.selector();
    let mut pages = client.tags(repository);
    let mut count = 0;
    while let Some(page) = pages.next_page().await? {
        count += page.len();
        page.tags().for_each(|tag| selector.push(tag));
    }
    selector.finish()?;
    watch.print(count);
    Ok(())
}
