use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tagwright_registry::{Credential, DockerConfig, StaticKeychain};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::{Fault, Registry};
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber as _;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::helpers::helper;
use crate::support::{NOBODY, builder, client, client_with, limits, numbered, repository, suite};

suite! {
    async_test what_goes_on_is_told_without_a_credential,
    async_test nothing_of_a_helper_is_told,
    async_test nothing_of_a_mirror_s_login_is_told,
    async_test nothing_of_a_proxy_s_login_is_told,
    async_test a_scan_tells_who_asks_for_its_results,
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
    TOLD.take();
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
    let log = told(&registry);
    check(
        &log,
        &[
            "list_tags repository=HOST/app",
            "message=got a token server=http://HOST",
            "message=got a page of tags page=1 tags=2 skipped=0 last=false",
            "message=asking again status=503",
            "message=got a page of tags page=2 tags=1 skipped=0 last=true",
        ],
    );
    Ok(())
}

/// What was told since it was asked for last, the registry's changing address written as `HOST`.
fn told(registry: &Registry) -> String {
    TOLD.take().replace(&registry.address(), "HOST")
}

#[track_caller]
fn check(log: &str, expected: &[&str]) {
    for told in expected {
        assert!(log.contains(told), "{told} is not in\n{log}");
    }
    let fields = log.replace("last=true", "").replace("last=false", "");
    for secret in ["c4n4ry", "Bearer", "Basic", "last=", "signature"] {
        assert!(!fields.contains(secret), "{secret} is in\n{log}");
    }
}

async fn nothing_of_a_helper_is_told() -> TestResult {
    TOLD.take();
    let registry = Registry::builder().basic_auth("ada", "c4n4ry2").start();
    registry.push("app", "v1");
    let script = r#"echo run >>runs; n=$(wc -l <runs); echo c4n4ry >&2; \
        echo "{\"Username\":\"ada\",\"Secret\":\"c4n4ry$n\"}""#;
    let folder = helper(script)?;
    let keychain = |folder: &Path| {
        let config = DockerConfig::from_json(r#"{"credsStore": "test"}"#);
        config.map(|config| config.helpers_in(folder))
    };
    let app = repository(&registry, "app");
    let client = client_with(&registry, keychain(folder.path())?);
    assert_eq!(client.list_tags(&app).await?, ["v1"]);
    for script in ["echo c4n4ry", "echo c4n4ry; exit 1"] {
        let folder = helper(script)?;
        let client = client_with(&registry, keychain(folder.path())?);
        let error = client.list_tags(&app).await.expect_err(script);
        assert_eq!(error.repository(), Some(&app), "{script}");
        let shown = format!("{error} {error:?} {client:?}");
        assert!(!shown.contains("c4n4ry"), "{shown}");
    }
    check(
        &told(&registry),
        &["message=a credential was refused, trying another one"],
    );
    Ok(())
}

async fn nothing_of_a_mirror_s_login_is_told() -> TestResult {
    TOLD.take();
    let registry = Registry::start();
    registry.push("app", "v1");
    let mirror = Registry::builder().token_auth("ada", "c4n4ry").start();
    mirror.push("app", "v1");
    let login = Credential::basic("ada", "c4n4ry");
    let location = "http://ada:c4n4ry@elsewhere.example/v2/?signature=c4n4ry";
    for fault in [
        Fault::status(307).header("Location", location),
        Fault::status(503).header("WWW-Authenticate", "Basic c4n4ry"),
        Fault::Cut,
    ] {
        mirror.clear_faults();
        mirror.fault(
            "/tags/",
            1,
            Fault::status(401).header("WWW-Authenticate", "Basic realm=c4n4ry"),
        );
        mirror.fault("/tags/", 9, fault);
        let client = builder(&registry.address())
            .plain_http(mirror.address())
            .mirror(registry.address(), mirror.address())
            .keychain(StaticKeychain::new().with(mirror.address(), login.clone()))
            .limits(limits().attempts(2))
            .build()?;
        let tags = client.list_tags(&repository(&registry, "app")).await?;
        assert_eq!(tags, ["v1"]);
    }
    let mirror = format!(
        "message=a mirror failed, asking the next place mirror=http://{}",
        mirror.address()
    );
    let redirected = format!("{mirror} reason=listing the tags of HOST/app: http://");
    check(
        &told(&registry),
        &[
            &format!("{mirror} status=503"),
            &redirected,
            "http://elsewhere.example, which is not HTTPS",
        ],
    );
    Ok(())
}

async fn nothing_of_a_proxy_s_login_is_told() -> TestResult {
    TOLD.take();
    let registry = Registry::start();
    for with_url in [true, false] {
        let mut builder = builder(&registry.address());
        builder.limits(limits().attempts(2));
        if with_url {
            builder.proxy(format!("http://ada:c4n4ry@{NOBODY}"));
        } else {
            builder
                .proxy(format!("http://{NOBODY}"))
                .proxy_login("ada", "c4n4ry");
        }
        let client = builder.build()?;
        let error = client.list_tags(&repository(&registry, "app")).await;
        let error = error.expect_err("no proxy");
        let shown = format!("{error} {error:?} {client:?} {builder:?}");
        assert!(!shown.contains("c4n4ry"), "{shown}");
    }
    let again = format!(
        "message=asking again reason=no connection to http://HOST through the proxy http://{NOBODY}"
    );
    check(&told(&registry), &[&again]);
    Ok(())
}

/// Takes the place of the [`Log`] for what it is told, and counts the pages.
#[derive(Clone, Default)]
struct Pages(Arc<AtomicUsize>);

impl Subscriber for Pages {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = String::new();
        event.record(&mut Line(&mut text));
        if text.contains("message=got a page of tags") {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

async fn a_scan_tells_who_asks_for_its_results() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    let pages = Pages::default();
    let mut scan = client(&registry).scan([repository(&registry, "app")]);
    let scanned = scan.next().with_subscriber(pages.clone()).await;
    assert!(scanned.is_some_and(|scanned| scanned.result.is_ok()));
    assert_eq!(pages.0.load(Ordering::Relaxed), 1);
    Ok(())
}
