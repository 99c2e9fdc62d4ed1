use std::time::Duration;

use tagwright_registry::{
    Client, ClientBuilder, Error, ErrorKind, Keychain, Limits, Reference, Repository,
};
use tagwright_testkit::oci::{Authorization, Registry};

/// Tests named after their functions.
macro_rules! suite {
    ($($kind:ident $name:ident),* $(,)?) => {
        pub(crate) fn tests() -> Vec<tagwright_testkit::harness::Trial> {
            let suite = module_path!().rsplit("::").next().unwrap_or_default();
            vec![$(tagwright_testkit::harness::$kind(format!("{suite}::{}", stringify!($name)), $name)),*]
        }
    };
}
pub(crate) use suite;

/// Puts the clock of the test's runtime forward, in which limits of minutes pass at once.
pub(crate) async fn forward(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

/// A builder of clients for a registry on loopback: plain HTTP, no proxy, short waits.
pub(crate) fn builder(address: &str) -> ClientBuilder {
    let mut builder = Client::builder();
    builder
        .plain_http(address)
        .environment_proxies(false)
        .limits(limits());
    builder
}

/// Where nobody listens: a port that the system gives to no server of another test.
pub(crate) const NOBODY: &str = "127.0.0.1:1";

pub(crate) fn limits() -> Limits {
    Limits::default().page_timeout(Duration::from_secs(10))
}

#[track_caller]
pub(crate) fn client(registry: &Registry) -> Client {
    builder(&registry.address()).build().expect("a client")
}

#[track_caller]
pub(crate) fn client_with(registry: &Registry, keychain: impl Keychain + 'static) -> Client {
    builder(&registry.address())
        .keychain(keychain)
        .build()
        .expect("a client")
}

#[track_caller]
pub(crate) fn repository(registry: &Registry, path: &str) -> Repository {
    format!("{}/{path}", registry.address())
        .parse()
        .expect("a repository")
}

#[track_caller]
pub(crate) fn reference(registry: &Registry, rest: &str) -> Reference {
    format!("{}/{rest}", registry.address())
        .parse()
        .expect("a reference")
}

/// The error's kind and text, the registry's changing address written as `HOST`.
#[track_caller]
pub(crate) fn check<T>(
    outcome: Result<T, Error>,
    registry: &Registry,
    kind: ErrorKind,
    text: &str,
) {
    let Err(error) = outcome else {
        panic!("no error where there should be: {text}")
    };
    let shown = error.to_string().replace(&registry.address(), "HOST");
    assert_eq!((error.kind(), shown.as_str()), (kind, text));
}

/// What each request showed, and how it was answered.
pub(crate) fn seen(registry: &Registry) -> Vec<(Authorization, Option<u16>)> {
    registry
        .requests()
        .into_iter()
        .map(|request| (request.authorization, request.status))
        .collect()
}

pub(crate) fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("v{number:05}")).collect()
}
