//! What is counted, by a recorder that a program would install.

use std::collections::BTreeMap;
use std::sync::Mutex;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use tagwright::registry::Client;
use tagwright::{Applied, Guards, ImagePolicy, Loader, MountedSecrets, Source};
use tagwright_testkit::harness::{TestResult, Trial, async_test, test};
use tagwright_testkit::oci::Fault;

use crate::world::{World, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("metrics::of_a_run", of_a_run),
        async_test("metrics::of_failures", of_failures),
        async_test("metrics::of_plans_and_branches", of_plans_and_branches),
        async_test("metrics::of_missing_secrets", of_missing_secrets),
        test("metrics::are_described_as_documented", are_described),
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

async fn of_plans_and_branches() -> TestResult {
    let of = |name: &str| format!("tagwright_{name} automation=tagwright");
    for on_branches in [false, true] {
        let world = World::new();
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let _here = metrics::set_default_local_recorder(&recorder);
        world.commit(
            "apps/b.yaml",
            "tag: 1 # {\"$imagepolicy\": \"flux-system:other:tag\"}\n",
        );
        let mut builder = world.automation();
        let other = ImagePolicy::new("flux-system:other", world.image(), semver("5.1.x"));
        let guards = Guards::new().hold(None);
        builder.image_policy(other.with_guards(guards));
        let automation = builder.build()?;
        let branches = automation.branches("up/{name}")?;
        let plan = if on_branches {
            let done = branches.run().await?;
            assert_eq!(done.len(), 2);
            branches.plan().await?.remove(0)?
        } else {
            let plan = automation.plan().await?;
            let _ = automation.apply(&plan).await?;
            plan
        };
        let found = recorded(&snapshotter);
        assert_eq!(found[&of("pushes_total")], 1);
        assert_eq!(found[&of("edits_total")], 1);
        assert_eq!(found[&of("withheld")], 1);
        assert_eq!(found[&of("run_duration_seconds")], 1);
        assert_eq!(found[&(of("runs_total") + " outcome=pushed")], 1);
        assert!(found[&of("last_success_timestamp_seconds")] > 1_700_000_000);
        let idle = found.get(&(of("runs_total") + " outcome=nothing-to-do"));
        assert_eq!(idle, on_branches.then_some(&1));

        world.commit("apps/app.yaml", &world.deployment("4.9.9"));
        let stale = if on_branches {
            branches.apply(&plan).await?
        } else {
            automation.apply(&plan).await?
        };
        assert!(matches!(stale, Applied::Stale(_)), "{stale:?}");
        let found = recorded(&snapshotter);
        assert_eq!(found[&(of("runs_total") + " outcome=stale")], 1);
        assert_eq!(found[&of("stale_total")], 1);
    }
    Ok(())
}

async fn of_missing_secrets() -> TestResult {
    let world = World::new();
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _here = metrics::set_default_local_recorder(&recorder);
    let runs = "tagwright_runs_total automation=flux-system/app outcome=error";
    for (at, is_listed) in [("git", true), ("image", false)] {
        let secret = |name: &str| {
            let login = ", secretRef: {name: login}";
            if name == at { login } else { "" }
        };
        let (image, login) = (world.image(), secret("image"));
        let text = [
            "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {name: app, namespace: flux-system}\nspec: {interval: 1h, insecure: true, image: '",
            &image, "'", login, "}\n---\n\
            apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {name: app, namespace: flux-system}\nspec:\n  imageRepositoryRef: {name: app}\n  policy: {semver: {range: 5.0.x}}\n---\n\
            apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageUpdateAutomation\nmetadata: {name: app, namespace: flux-system}\nspec:\n  interval: 1h\n  sourceRef: {kind: GitRepository, name: fleet}\n  git: {checkout: {ref: {branch: main}}, commit: {author: {email: b@example.com}}}\n---\n\
            apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: fleet, namespace: flux-system}\nspec: {interval: 1m, ref: {branch: main}, url: 'https://git.example.com/fleet.git'",
            secret("git"), "}\n",
        ]
        .concat();
        let secrets = tempfile::tempdir()?;
        let login = secrets.path().join("flux-system/login");
        std::fs::create_dir_all(&login)?;
        std::fs::write(login.join("username"), "u")?;
        std::fs::write(login.join("password"), "p")?;
        let manifests = Source::text("m.yaml", text).flux().await?;
        let mut loader = Loader::new();
        loader.secrets(MountedSecrets::at(secrets.path()));
        let loaded = loader.flux(manifests[0].objects()).await;
        let automation = loaded.automations()[0].build()?;
        std::fs::remove_dir_all(&login)?;
        automation.run().await.expect_err("the Secret is gone");
        let found = recorded(&snapshotter);
        assert_eq!(found[runs], 1, "{at}: {found:?}");
        let outcome = if is_listed { "ok" } else { "error" };
        let scans = format!("tagwright_scans_total image={image} outcome={outcome}");
        assert_eq!(found[&scans], 1, "{at}: {found:?}");
    }
    Ok(())
}

/// Keeps what it is told of the metrics.
#[derive(Default)]
struct Descriptions(Mutex<Vec<String>>);

impl Descriptions {
    fn keep(&self, name: &KeyName, kind: &str, text: &str) {
        let line = [name.as_str(), kind, text].join(" | ");
        self.0.lock().expect("no panic").push(line);
    }
}

impl Recorder for Descriptions {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, text: SharedString) {
        self.keep(&name, "counter", &text);
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, text: SharedString) {
        self.keep(&name, "gauge", &text);
    }

    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, text: SharedString) {
        self.keep(&name, "histogram", &text);
    }

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

fn are_described() {
    let recorder = Descriptions::default();
    metrics::with_local_recorder(&recorder, tagwright::describe_metrics);
    let table = include_str!("../../src/lib.rs").lines();
    let rows = table.filter_map(|line| line.strip_prefix("//! | `tagwright_")?.strip_suffix(" |"));
    let documented: Vec<String> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let text = cells[3].replace(['[', ']', '`'], "");
            let name = cells[0].trim_end_matches('`');
            format!("tagwright_{name} | {} | {text}", cells[1])
        })
        .collect();
    assert!(!documented.is_empty());
    assert_eq!(*recorder.0.lock().expect("no panic"), documented);
}
