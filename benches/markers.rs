//! Editing marked scalars in memory: 10,000 files with few and with many markers, and one large file beside the parser
//! alone; and how time grows with size, with markers, and with texts that are made to hurt.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

mod common;
use common::{folder, parser, tree};
use tagwright_markers::{Setters, Syntax, may_hold_marker, plan};

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

/// 10,000 files of which 1 in 100 is marked: which can hold a marker?
fn screening(criterion: &mut Criterion) {
    let texts: Vec<String> = tree::files(tree::FILES, 100)
        .map(|file| file.text)
        .collect();
    let mut group = criterion.benchmark_group("screening 10,000 files");
    group.throughput(bytes(texts.iter().map(String::len).sum()));
    group.bench_function("1 in 100 marked", |bencher| {
        let is_marked = |text: &&String| may_hold_marker(text.as_bytes(), &Syntax::flux());
        bencher.iter(|| black_box(&texts).iter().filter(is_marked).count());
    });
}

/// Twice the input is twice the time.
fn curves(criterion: &mut Criterion) {
    let mib = |documents: usize| tree::stream(documents * 625);
    let markers = |count: usize| {
        let item = |index| {
            format!(
                "- {}-{index} # {{\"$imagepolicy\": \"{}\"}}\n",
                tree::OLD,
                tree::SETTER
            )
        };
        (0..count * 625).map(item).collect()
    };
    // A document that only the full parser reads, beside the quick reader's one of the same size.
    let anchored =
        |count: usize| format!("---\nanchor: &a b\n{}", tree::stream(1).repeat(count * 100));
    let nested = |count: usize| {
        format!(
            "a: # {{\"$imagepolicy\": \"x\"}}\n{}",
            "[".repeat(count * 6_250)
        )
    };
    let aliases = |count: usize| {
        format!(
            "a: &a b # {{\"$imagepolicy\": \"x\"}}\nc: [{}]\n",
            "*a, ".repeat(count * 6_250)
        )
    };
    let keys = |count: usize| {
        format!(
            "? a # {{\"$imagepolicy\": \"x\"}}\n{}",
            "b: c\n".repeat(count * 6_250)
        )
    };
    curve(criterion, "a stream, by MB", &mib);
    curve(criterion, "a list, by 625 markers", &markers);
    curve(
        criterion,
        "a stream with an anchor, by 100 documents",
        &anchored,
    );
    curve(criterion, "nesting, by 6,250 levels", &nested);
    curve(criterion, "aliases, by 6,250", &aliases);
    curve(criterion, "equal keys, by 6,250", &keys);
}

fn curve(criterion: &mut Criterion, name: &str, text: &dyn Fn(usize) -> String) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    for size in [1, 2, 4, 8, 16] {
        let text = text(size);
        group.throughput(bytes(text.len()));
        group.bench_function(size.to_string(), |bencher| {
            bencher.iter(|| answer(black_box(&text)));
        });
    }
}

/// The edited text, or the error of a text that is refused.
fn answer(text: &str) -> Result<Vec<u8>, tagwright_markers::Error> {
    let setters = Setters::from([(tree::SETTER, tree::NEW)]);
    plan(text.as_bytes(), &Syntax::flux(), setters.decide())?.apply()
}

fn edits(text: &str) -> usize {
    folder::updated(text.as_bytes(), tree::SETTER, tree::NEW).map_or(0, |(edits, _)| edits)
}

fn bytes(count: usize) -> Throughput {
    Throughput::Bytes(count as u64)
}

criterion_group!(benches, screening, files, stream, one, curves);
criterion_main!(benches);
