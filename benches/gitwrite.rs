//! Reading all files of a 10,000-file repository, changing one, committing and pushing.

use std::{cell::Cell, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use tagwright_gitwrite::{Control, Credentials, Ref, Remote, Secret};
use tagwright_testkit::servers::HttpGit;

mod common;
use common::{repository, tree};

fn gitwrite(criterion: &mut Criterion) {
    let bare = repository::bare(tree::files(tree::FILES, 100));
    let mut group = criterion.benchmark_group("gitwrite");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(10));

    let revision = Cell::new(0);
    let file = Remote::new(&bare.url()).expect("a remote");
    group.bench_function("read all, change one, file", |bencher| {
        bencher.iter(|| update(&file, &revision));
    });

    // Skipped where Apache is not installed.
    let Ok(server) = HttpGit::start(&bare) else {
        return;
    };
    let http = Remote::new(&server.url())
        .expect("a remote")
        .credentials(Credentials::Basic {
            username: server.user().to_owned(),
            password: Secret::new(server.password()),
        });
    group.bench_function("read all, change one, http", |bencher| {
        bencher.iter(|| update(&http, &revision));
    });
}

fn update(remote: &Remote, revision: &Cell<usize>) {
    revision.set(revision.get() + 1);
    let main = Ref::branch("main").expect("a branch");
    let snapshot = remote.snapshot(&main, &Control::new()).expect("a snapshot");
    assert_eq!(repository::marked_files(&snapshot).expect("the files"), 100);
    repository::change(
        &snapshot,
        &tree::path(0),
        repository::content(revision.get()),
    )
    .expect("a push");
}

criterion_group!(benches, gitwrite);
criterion_main!(benches);
