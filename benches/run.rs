//! A run with nothing to do, over a repository of 10,000 files, beside the least that Git can ask: `git ls-remote`.

use criterion::{Criterion, criterion_group, criterion_main};
use tagwright::{
    Applied, Automation, Dialect, blocking, gitwrite::Remote, policy::Policy, registry::Client,
};
use tagwright_testkit::{git::BareRepository, oci::Registry};

mod common;
use common::{repository, tree};

const IMAGE: &str = "stefanprodan/podinfo";

fn run(criterion: &mut Criterion) {
    let registry = Registry::start();
    registry.push_tags(IMAGE, ["6.5.0"]);
    let bare = repository::bare(tree::files(tree::FILES, 100));
    let automation = automation(&registry, &bare);
    // The trees name another registry: the first run writes this one's address.
    let first = automation.run().expect("a first run");
    assert!(matches!(first.applied(), Applied::Pushed(_)), "{first}");

    let mut group = criterion.benchmark_group("run");
    group.sample_size(10);
    group.bench_function("nothing to do", |bencher| {
        bencher.iter(|| {
            let report = automation.run().expect("a run");
            assert!(report.plan().is_empty(), "{report}");
        });
    });
    group.bench_function("git ls-remote", |bencher| {
        bencher.iter(|| bare.git(&["ls-remote", &bare.url(), "refs/heads/main"]));
    });
}

fn automation(registry: &Registry, bare: &BareRepository) -> blocking::Automation {
    let policy = Policy::builder(Dialect::Flux)
        .semver(">=6.0.0")
        .build()
        .expect("a range");
    let image = format!("{}/{IMAGE}", registry.address());
    let client = Client::builder()
        .plain_http(registry.address())
        .build()
        .expect("a client");
    let automation = Automation::builder()
        .client(client)
        .policy(tree::SETTER, &image, policy)
        .remote(Remote::new(&bare.url()).expect("a remote"))
        .branch("main")
        .author("bench", "bench@example.com")
        .build()
        .expect("an automation");
    blocking::Automation::new(automation).expect("a runtime")
}

criterion_group!(benches, run);
criterion_main!(benches);
