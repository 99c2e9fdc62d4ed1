//! Listing tags, page by page, into selectors.

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

/// The repositories `PREFIX-0` to `PREFIX-<count - 1>`, 16 at a time, a selector for each.
pub(crate) fn many(prefix: &str, count: usize) -> Result {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut repositories = Vec::new();
    for number in 0..count {
        repositories.push(format!("{prefix}-{number}").parse::<Repository>()?);
    }
    let host = repositories.first().map_or("", Repository::registry);
    // One registry never has more than half of all places.
    let client = Client::builder()
        .plain_http(host)
        .concurrency(32)
        .concurrency_per_host(16)
        .build()?;
    runtime.block_on(scanned(&client, repositories))
}

async fn scanned(client: &Client, repositories: Vec<Repository>) -> Result {
    let watch = Stopwatch::start();
    let policy = PolicyBuilder::new(Dialect::Flux)
        .semver(">=1.0.0")
        .build()?;
    let mut scan = client.scan_with(repositories, move |mut pages| {
        let mut selector = policy.selector();
        async move {
            let mut count = 0;
            while let Some(page) = pages.next_page().await? {
                count += page.len();
                page.tags().for_each(|tag| selector.push(tag));
            }
            Ok::<_, tagwright_registry::Error>((count, selector.finish()))
        }
    });
    let mut count = 0;
    while let Some(scanned) = scan.next().await {
        let (tags, selected) = scanned.result?;
        selected?;
        count += tags;
    }
    watch.print(count);
    Ok(())
}
