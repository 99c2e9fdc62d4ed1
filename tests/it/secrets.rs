//! A password is planted everywhere a run has one, and found nowhere it prints.

use std::fmt::{self, Write as _};
use std::sync::Mutex;

use tagwright::gitwrite::{Credentials, Remote};
use tagwright::registry::{Client, Credential, StaticKeychain};
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::oci::Registry;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::world::{World, semver};

const CANARY: &str = "canary-7f3a";

pub(crate) fn tests() -> Vec<Trial> {
    vec![async_test(
        "secrets::stand_in_no_error_debug_print_or_trace",
        stand_in_no_error_debug_print_or_trace,
    )]
}

async fn stand_in_no_error_debug_print_or_trace() -> TestResult {
    let world = World::new();
    let guarded = Registry::builder().token_auth("robot", CANARY).start();
    guarded.push("org/app", "5.0.1");
    let keychain =
        StaticKeychain::new().with(guarded.address(), Credential::basic("robot", CANARY));
    let client = Client::builder()
        .plain_http(guarded.address())
        .keychain(keychain)
        .build()?;
    let image = format!("{}/org/app", guarded.address());
    let mut builder = world.bare_automation();
    builder
        .client(client)
        .policy("flux-system:app", &image, semver("*"));
    // For the whole program, as tasks and threads of a run are to be heard too.

    let good = builder.build()?;
    let report = good.run().await?;
    builder.remote(
        Remote::new("http://127.0.0.1:1/fleet.git")?.credentials(Credentials::Basic {
            username: "robot".to_owned(),
            password: CANARY.into(),
        }),
    );
    let bad = builder.build()?;
    let error = bad.run().await.expect_err("nobody listens there");

    let log = LOG.lock().expect("the log").clone();
    assert!(
        log.contains("selected"),
        "the log holds the run's events:\n{log}"
    );
    let report_json = serde_json::to_string(report.plan())?;
    let printed = [
        format!("{good:?}{bad:?}{builder:?}"),
        format!("{report}{report:?}"),
        format!("{error}{error:?}"),
        report_json,
        log,
    ];
    for text in printed {
        assert!(!text.contains(CANARY), "{text}");
    }
    Ok(())
}

/// Every span and event of this program with all of its fields, as text.
static LOG: Mutex<String> = Mutex::new(String::new());

/// From before the first test on: an event that is first met while nobody listens may stay silent.
pub(crate) fn listen() {
    tracing::subscriber::set_global_default(Log).expect("nobody else listens");
}

/// How many lines of the log are this one.
pub(crate) fn heard(line: &str) -> usize {
    let log = LOG.lock().expect("the log");
    log.lines().filter(|heard| *heard == line).count()
}

struct Log;

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Writer);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Writer);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Writer);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Writer;

impl Visit for Writer {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut log = LOG.lock().expect("the log");
        let _ = writeln!(log, "{field}={value:?}");
    }
}
