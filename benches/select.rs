//! Selecting a tag by each kind of policy.

use std::hint::black_box;
use std::time::{Duration, UNIX_EPOCH};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tagwright_policy::{Candidate, DEFAULT_EXCLUSION, Dialect, Policy, PolicyBuilder};

mod common;
use common::tags;

fn select(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("select");
    for count in [100_u32, 10_000, 1_000_000] {
        let tags = in_order(&tags::mixed(count as usize));
        group.throughput(Throughput::Elements(count.into()));
        group.sample_size(if count > 100_000 { 10 } else { 50 });
        for (name, policy) in policies() {
            let id = BenchmarkId::new(name, count);
            group.bench_with_input(id, &tags, |bencher, tags| {
                bencher.iter(|| policy.select(candidates(black_box(tags))));
            });
        }
    }
}

/// The same tags, one after another in memory, as they are when a page of them has been read.
fn in_order(tags: &[String]) -> Vec<String> {
    tags.iter().map(|tag| tag.as_str().to_owned()).collect()
}

/// With a date each, which an order by date and a minimum age look at.
fn candidates(tags: &[String]) -> impl Iterator<Item = Candidate<'_>> {
    tags.iter().zip(0..).map(|(tag, seconds)| {
        let built = UNIX_EPOCH + Duration::from_secs(seconds % 86_400);
        Candidate::new(tag.as_str()).built(built)
    })
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

fn policies() -> [(&'static str, Policy); 10] {
    let build = |choose: fn(&mut PolicyBuilder) -> &mut PolicyBuilder| {
        let mut builder = Policy::builder(Dialect::Flux);
        choose(&mut builder).build().expect("a valid policy")
    };
    [
        (">=1.0.0", range(">=1.0.0")),
        ("^5.0.0-0", range("^5.0.0-0")),
        (
            "numerical",
            build(|policy| {
                policy
                    .numerical("asc")
                    .filter(tags::MAIN_BUILDS, tags::MAIN_BUILDS_KEY)
            }),
        ),
        ("alphabetical", build(|policy| policy.alphabetical("asc"))),
        ("calver", build(|policy| policy.calver("YY.MM.MICRO"))),
        (
            "excluded",
            build(|policy| policy.semver(">=1.0.0").exclude(DEFAULT_EXCLUSION)),
        ),
        (
            "filtered versions",
            build(|policy| {
                policy
                    .semver(">=1.0.0")
                    .filter(r"^v?([0-9]+\.[0-9]+\.[0-9]+)$", "$1")
            }),
        ),
        (
            "aged",
            build(|policy| policy.semver(">=1.0.0").built_until(UNIX_EPOCH)),
        ),
        ("newest build", build(PolicyBuilder::newest_build)),
        ("digest", build(|policy| policy.digest("latest"))),
    ]
}

fn range(range: &str) -> Policy {
    let mut builder = Policy::builder(Dialect::Flux);
    builder.semver(range).build().expect("a valid range")
}

criterion_group!(benches, select, push);
criterion_main!(benches);
