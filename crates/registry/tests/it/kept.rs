//! Requests that are begun, and then kept or dropped.

use std::pin::Pin;
use std::time::Duration;

use tagwright_registry::{
    Client, ClientBuilder, Error, ErrorKind, Platform, Reference, RequestKind,
};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::{Fault, Registry, Request};

use crate::support::{builder, client, limits, reference, repository, suite};

suite! {
    async_test a_request_that_is_kept_holds_up_no_other,
    async_test a_request_that_is_dropped_frees_its_place,
    test a_request_whose_runtime_ended_is_an_error,
}

type Asking = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// What may be asked, with a part of the path of the request that it waits for.
type Case = (String, fn(Client, Reference) -> Asking);

fn amd64() -> Platform {
    Platform::linux_amd64()
}

async fn cases(registry: &Registry) -> Result<Vec<Case>, Error> {
    registry.push_index("app", "v1");
    let (client, image) = (client(registry), reference(registry, "app:v1"));
    let index = client.digest(&image).await?;
    registry.push("app", &index.as_str().replace(':', "-"));
    let child = client.platform_digest(&image, &amd64()).await?;
    Ok(vec![
        ("/manifests/v1".to_owned(), |client, image| {
            Box::pin(async move { client.digest(&image).await.map(drop) })
        }),
        (format!("/manifests/{index}"), |client, image| {
            Box::pin(async move { client.manifest(&image).await.map(drop) })
        }),
        (format!("/manifests/{child}"), |client, image| {
            Box::pin(async move { client.labels(&image).await.map(drop) })
        }),
        ("/blobs/".to_owned(), |client, image| {
            Box::pin(async move { client.image_config(&image, &amd64()).await.map(drop) })
        }),
        // The tag that stands for the referrers.
        ("/manifests/sha256-".to_owned(), |client, image| {
            Box::pin(async move { client.referrers(&image, None).await.map(drop) })
        }),
    ])
}

/// Of one place, which the next request waits for.
fn narrow(registry: &Registry, page_timeout: Duration) -> ClientBuilder {
    let mut builder = builder(&registry.address());
    builder
        .concurrency_per_host(1)
        .limits(limits().page_timeout(page_timeout));
    builder
}

/// The next answer to a GET takes its time. One to a HEAD has nothing that could be slow.
fn slow(registry: &Registry, path: &str) {
    if path.ends_with("v1") {
        registry.fault(path, 1, Fault::status(405));
    }
    registry.fault(path, 1, Fault::Slow(Duration::from_secs(60)));
}

/// Asks until the slow request has come, and then no more.
async fn begin(registry: &Registry, path: &str, asking: &mut Asking) {
    let has_come = async {
        let is_it = |request: &Request| request.method == "GET" && request.path.contains(path);
        while !registry.requests().iter().any(is_it) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        _ = asking => panic!("{path} is slow"),
        () = has_come => {}
    }
}

async fn a_request_that_is_kept_holds_up_no_other() -> TestResult {
    let registry = Registry::start();
    registry.push("other", "v1");
    for (path, ask) in cases(&registry).await? {
        let client = narrow(&registry, Duration::from_secs(3)).build()?;
        registry.clear_requests();
        slow(&registry, &path);
        let mut kept = ask(client.clone(), reference(&registry, "app:v1"));
        begin(&registry, &path, &mut kept).await;
        let other = repository(&registry, "other");
        let listed = tokio::time::timeout(Duration::from_secs(20), client.list_tags(&other)).await;
        assert_eq!(listed.expect(&path)?, ["v1"]);
        let late = kept.await.map_err(|error| error.kind());
        assert_eq!(late, Err(ErrorKind::Timeout), "{path}");
    }
    Ok(())
}

async fn a_request_that_is_dropped_frees_its_place() -> TestResult {
    let registry = Registry::start();
    registry.push("other", "v1");
    for (path, ask) in cases(&registry).await? {
        let client = narrow(&registry, Duration::from_secs(600)).build()?;
        registry.clear_requests();
        slow(&registry, &path);
        let mut dropped = ask(client.clone(), reference(&registry, "app:v1"));
        begin(&registry, &path, &mut dropped).await;
        drop(dropped);
        let other = repository(&registry, "other");
        let listed = tokio::time::timeout(Duration::from_secs(20), client.list_tags(&other)).await;
        assert_eq!(listed.expect(&path)?, ["v1"]);
    }
    Ok(())
}

fn a_request_whose_runtime_ended_is_an_error() -> TestResult {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build()
    };
    let registry = Registry::start();
    let cases = runtime()?.block_on(cases(&registry))?;
    let kinds = [
        RequestKind::Digest,
        RequestKind::Manifest,
        RequestKind::Manifest,
        RequestKind::Config,
        RequestKind::Referrers,
    ];
    for ((path, ask), kind) in cases.into_iter().zip(kinds) {
        let client = builder(&registry.address()).build()?;
        registry.clear_requests();
        slow(&registry, &path);
        let image = reference(&registry, "app:v1");
        let mut asking = ask(client, image.clone());
        runtime()?.block_on(begin(&registry, &path, &mut asking));
        let error = runtime()?.block_on(asking).expect_err(&path);
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{path}");
        assert_eq!(error.request(), Some(kind), "{path}");
        assert_eq!(error.repository(), Some(image.as_repository()), "{path}");
    }
    Ok(())
}
