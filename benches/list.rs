//! Listing 200,000 tags in 200 pages from a registry on loopback, streamed into a selector.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tagwright_policy::{Dialect, Policy, Selection};
use tagwright_registry::{Client, Repository};
use tagwright_testkit::oci::Registry;
use tokio::runtime::Runtime;

mod common;
use common::tags;

fn list(criterion: &mut Criterion) {
    let registry = Registry::start();
    registry.push_tags("bench/tags", tags::mixed(200_000));
    let repository: Repository = format!("{}/bench/tags", registry.address())
        .parse()
        .expect("a repository");
    let client = Client::builder()
        .plain_http(registry.address())
        .build()
        .expect("a client");
    let mut builder = Policy::builder(Dialect::Flux);
    let policy = builder.semver(">=1.0.0").build().expect("a range");
    let runtime = Runtime::new().expect("a runtime");

    let mut group = criterion.benchmark_group("list");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(200_000));
    group.bench_function("200 pages", |bencher| {
        bencher.iter(|| {
            let selection = runtime.block_on(select(&client, &repository, &policy));
            assert_eq!(selection.total(), 200_000);
        });
    });
}

async fn select(client: &Client, repository: &Repository, policy: &Policy) -> Selection {
    let mut selector = policy.selector();
    let mut pages = client.tags(repository);
    while let Some(page) = pages.next_page().await.expect("a page") {
        page.tags().for_each(|tag| selector.push(tag));
    }
    selector
        .finish()
        .expect("not a strict policy")
        .into_selection()
        .expect("dates are not asked for")
}

criterion_group!(benches, list);
criterion_main!(benches);
