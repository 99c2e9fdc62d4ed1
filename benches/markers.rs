//! Editing marked scalars in memory: 10,000 files with few and with many markers, and one large file beside the parser
//! alone.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

mod common;
use common::{folder, parser, tree};

fn files(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("files");
    group.sample_size(10);
    for (name, every) in [("1 in 100 marked", 100), ("every one marked", 1)] {
        let texts: Vec<String> = tree::files(tree::FILES, every)
            .map(|file| file.text)
            .collect();
        group.throughput(bytes(texts.iter().map(String::len).sum()));
        group.bench_function(name, |bencher| {
            bencher.iter(|| -> usize { black_box(&texts).iter().map(|text| edits(text)).sum() });
        });
    }
}

fn stream(criterion: &mut Criterion) {
    let text = tree::stream(tree::FILES);
    let mut group = criterion.benchmark_group("stream of 10,000 documents");
    group.sample_size(10).throughput(bytes(text.len()));
    group.bench_function("every one marked", |bencher| {
        bencher.iter(|| edits(black_box(&text)));
    });
    group.bench_function("the parser alone", |bencher| {
        bencher.iter(|| parser::scalars(black_box(&text)));
    });
}

fn one(criterion: &mut Criterion) {
    let text = tree::manifest(0, true);
    let mut group = criterion.benchmark_group("one deployment");
    group.throughput(bytes(text.len()));
    group.bench_function("marked", |bencher| bencher.iter(|| edits(black_box(&text))));
    group.bench_function("the parser alone", |bencher| {
        bencher.iter(|| parser::scalars(black_box(&text)));
    });
}

fn edits(text: &str) -> usize {
    folder::updated(text.as_bytes(), tree::SETTER, tree::NEW).map_or(0, |(edits, _)| edits)
}

fn bytes(count: usize) -> Throughput {
    Throughput::Bytes(count as u64)
}

criterion_group!(benches, files, stream, one);
criterion_main!(benches);
