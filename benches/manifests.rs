//! Reading the objects of Flux and Fleet: 10,000 files in memory, of which 700 hold any; those 700 alone; printing them.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

mod common;
use common::{objects, tree};
use tagwright_manifests::{Marker, fleet, flux};

fn read(criterion: &mut Criterion) {
    let all: Vec<String> = objects::files().map(|file| file.text).collect();
    let holding = |text: &&String| objects_in(text) > 0;
    let few: Vec<String> = all.iter().filter(holding).cloned().collect();
    assert_eq!(few.len(), objects::FILES);
    assert_eq!(
        all.iter().map(|text| objects_in(text)).sum::<usize>(),
        objects::OBJECTS
    );
    let mut group = criterion.benchmark_group("read");
    for (name, texts) in [
        ("10,000 files, 700 with objects", &all),
        ("the 700 files", &few),
    ] {
        let bytes = texts.iter().map(String::len).sum::<usize>();
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |bencher| {
            bencher
                .iter(|| -> usize { black_box(texts).iter().map(|text| objects_in(text)).sum() });
        });
    }
}

fn objects_in(text: &str) -> usize {
    let flux = flux::read("f.yaml", text.as_bytes()).objects;
    let fleet = fleet::read("f.yaml", text.as_bytes()).objects;
    flux.image_repositories.len()
        + flux.image_policies.len()
        + flux.image_update_automations.len()
        + flux.git_repositories.len()
        + fleet.image_scans.len()
}

fn use_them(criterion: &mut Criterion) {
    let mut all = flux::Objects::default();
    for file in objects::files() {
        all.merge(flux::read(&file.path, file.text.as_bytes()).objects);
    }
    let marker = |index| {
        Marker::new(
            tree::path(index),
            31,
            60,
            format!("flux-system:service-{index:05}"),
        )
    };
    let markers: Vec<Marker> = (0..tree::FILES).map(marker).collect();
    let mut group = criterion.benchmark_group("the objects of 700 files");
    group.bench_function("print", |bencher| {
        bencher.iter(|| black_box(&all).to_yaml());
    });
    group.bench_function("check beside 10,000 markers", |bencher| {
        bencher.iter(|| black_box(&all).check(black_box(&markers)));
    });
}

criterion_group!(benches, read, use_them);
criterion_main!(benches);
