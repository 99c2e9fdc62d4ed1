//! Selecting a tag: by range, and by a filter with a number.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tagwright_policy::{Dialect, Policy};

mod common;
use common::tags;

fn select(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("select");
    for count in [100_u32, 10_000, 1_000_000] {
        let tags = tags::mixed(count as usize);
        group.throughput(Throughput::Elements(count.into()));
        group.sample_size(if count > 100_000 { 10 } else { 50 });
        for (name, policy) in policies() {
            let id = BenchmarkId::new(name, count);
            group.bench_with_input(id, &tags, |bencher, tags| {
                bencher.iter(|| policy.select(black_box(tags).iter().map(String::as_str)));
            });
        }
    }
}

/// What [`tagwright_policy::Selector`] costs, which sees one tag at a time.
fn push(criterion: &mut Criterion) {
    let tags = tags::mixed(10_000);
    let policy = range(">=1.0.0");
    let mut group = criterion.benchmark_group("push");
    group.throughput(Throughput::Elements(10_000));
    group.bench_function(">=1.0.0", |bencher| {
        bencher.iter(|| {
            let mut selector = policy.selector();
            for tag in black_box(&tags) {
                selector.push(tag);
            }
            selector.finish()
        });
    });
}

fn policies() -> [(&'static str, Policy); 3] {
    let mut builder = Policy::builder(Dialect::Flux);
    builder
        .numerical("asc")
        .filter(tags::MAIN_BUILDS, tags::MAIN_BUILDS_KEY);
    [
        (">=1.0.0", range(">=1.0.0")),
        ("^5.0.0-0", range("^5.0.0-0")),
        ("numerical", builder.build().expect("a valid policy")),
    ]
}

fn range(range: &str) -> Policy {
    let mut builder = Policy::builder(Dialect::Flux);
    builder.semver(range).build().expect("a valid range")
}

criterion_group!(benches, select, push);
criterion_main!(benches);
