//! What is counted, by a recorder that a program would install.

use std::collections::BTreeMap;

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use tagwright::registry::Client;
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::oci::Fault;

use crate::world::{World, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("metrics::of_a_run", of_a_run),
        async_test("metrics::of_failures", of_failures),
    ]
}

/// What was recorded since the last time, by name and labels.
fn recorded(snapshotter: &Snapshotter) -> BTreeMap<String, u64> {
    let snapshot = snapshotter.snapshot().into_vec();
    let flat = snapshot.into_iter().map(|(key, _, _, value)| {
        let mut name = key.key().name().to_owned();
        for label in key.key().labels() {
            name += &[" ", label.key(), "=", label.value()].concat();
        }
        let value = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Gauge(value) => whole(value.into_inner()),
            DebugValue::Histogram(values) => values.len() as u64,
        };
        (name, value)
    });
    flat.collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(value: f64) -> u64 {
    value as u64
}

async fn of_a_run() -> TestResult {
    let world = World::new();
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _here = metrics::set_default_local_recorder(&recorder);
    world
        .registry
        .fault("/tags/", 1, Fault::status(429).header("Retry-After", "0"));
    let mut builder = world.automation();
    builder.withhold("flux-system:other", "it rests");
    world.commit(
        "apps/b.yaml",
        "tag: 1 # {\"$imagepolicy\": \"flux-system:other:tag\"}\n",
    );
    let _ = builder.build()?.run().await?;

    let mut found = recorded(&snapshotter);
    let success = found.remove("tagwright_last_success_timestamp_seconds automation=tagwright");
    assert!(success > Some(1_700_000_000), "{success:?}");
    let image = world.image();
    let expected = [
        ("tagwright_edits_total automation=tagwright".to_owned(), 1),
        ("tagwright_pushes_total automation=tagwright".to_owned(), 1),
        ("tagwright_registry_rate_limited_total".to_owned(), 1),
        ("tagwright_registry_requests_total".to_owned(), 2),
        ("tagwright_registry_retries_total".to_owned(), 1),
        (
            "tagwright_run_duration_seconds automation=tagwright".to_owned(),
            1,
        ),
        (
            "tagwright_runs_total automation=tagwright outcome=pushed".to_owned(),
            1,
        ),
        (format!("tagwright_scan_duration_seconds image={image}"), 1),
        (format!("tagwright_scans_total image={image} outcome=ok"), 1),
        (format!("tagwright_tags image={image}"), 5),
        ("tagwright_withheld automation=tagwright".to_owned(), 1),
    ];
    assert_eq!(found, BTreeMap::from(expected));

    let _ = builder.build()?.run().await?;
    let found = recorded(&snapshotter);
    assert_eq!(
        found["tagwright_runs_total automation=tagwright outcome=nothing-to-do"],
        1
    );
    Ok(())
}

async fn of_failures() -> TestResult {
    let world = World::new();
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _here = metrics::set_default_local_recorder(&recorder);
    let mut builder = world.bare_automation();
    let nobody = Client::builder().plain_http("127.0.0.1:1").build()?;
    builder
        .client(nobody)
        .policy("flux-system:app", "127.0.0.1:1/app", semver("*"));
    let error = builder.build()?.run().await;
    error.expect_err("nobody listens there");
    let found = recorded(&snapshotter);
    assert_eq!(
        found["tagwright_scans_total image=127.0.0.1:1/app outcome=error"],
        1
    );
    assert_eq!(
        found["tagwright_runs_total automation=tagwright outcome=error"],
        1
    );
    let requests = found["tagwright_registry_requests_total"];
    assert_eq!(found["tagwright_registry_retries_total"], requests - 1);

    // Another writer is faster once.
    let once = "#!/bin/sh\n[ -e moved ] && exit 0\ntouch moved\n\
        unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n\
        export GIT_AUTHOR_NAME=o GIT_AUTHOR_EMAIL=o@example.com GIT_COMMITTER_NAME=o GIT_COMMITTER_EMAIL=o@example.com\n\
        new=$(git commit-tree -p main -m other main^{tree}) && git update-ref refs/heads/main $new\n";
    world.repository.hook("pre-receive", once);
    let report = world.automation().build()?.run().await?;
    assert_eq!(report.attempts(), 2, "{report}");
    let found = recorded(&snapshotter);
    assert_eq!(found["tagwright_stale_total automation=tagwright"], 1);
    Ok(())
}
