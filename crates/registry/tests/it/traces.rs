use std::cell::RefCell;
use std::fmt::{self, Write as _};

use tagwright_registry::{Credential, StaticKeychain};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::{Fault, Registry};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{client_with, numbered, repository, suite};

suite! {
    async_test what_goes_on_is_told_without_a_credential,
}

thread_local! {
    /// What was told on the thread of one test.
    static TOLD: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Writes down everything that is told. For all tests, before the first one, since what is told to nobody at
/// first is never told again.
pub(crate) fn listen() {
    tracing::subscriber::set_global_default(Log).expect("the only subscriber");
}

struct Log;

fn write(metadata: &Metadata<'_>, values: impl FnOnce(&mut Line<'_>)) {
    if !metadata.target().starts_with("tagwright_registry") {
        return;
    }
    TOLD.with_borrow_mut(|told| {
        told.push_str(metadata.name());
        values(&mut Line(told));
        told.push('\n');
    });
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        write(span.metadata(), |line| span.record(line));
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        write(event.metadata(), |line| event.record(line));
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

async fn what_goes_on_is_told_without_a_credential() -> TestResult {
    let registry = Registry::builder()
        .token_auth("ada", "c4n4ry")
        .page_limit(2)
        .start();
    registry.push_tags("app", numbered(3));
    registry.fault("last=", 1, Fault::status(503));
    let keychain =
        StaticKeychain::new().with(registry.address(), Credential::basic("ada", "c4n4ry"));
    client_with(&registry, keychain)
        .list_tags(&repository(&registry, "app"))
        .await?;
    let log = TOLD.take().replace(&registry.address(), "HOST");
    for told in [
        "list_tags repository=HOST/app",
        "message=got a token server=http://HOST",
        "message=got a page of tags page=1 tags=2 skipped=0 last=false",
        "message=asking again status=503",
        "message=got a page of tags page=2 tags=1 skipped=0 last=true",
    ] {
        assert!(log.contains(told), "{told} is not in\n{log}");
    }
    let secrets = ["c4n4ry", "Bearer", "Basic", "last="];
    let fields = log.replace("last=true", "").replace("last=false", "");
    assert!(
        !secrets.iter().any(|secret| fields.contains(secret)),
        "{log}"
    );
    Ok(())
}
