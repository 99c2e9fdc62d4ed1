use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use tagwright_registry::{Digest, Error, ErrorKind, Limits, Platform};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::{Fault, Registry};

use crate::routes::{Routes, sha256, sha512};
use crate::support::{builder, client, limits, reference, suite};

suite! {
    async_test an_index_and_its_children,
    async_test platforms_of_a_single_image,
    async_test what_is_known_is_not_asked_for_again,
    async_test the_cache_is_bounded,
    async_test a_registry_without_head,
    async_test contents_that_are_not_the_digest_s,
    async_test a_child_by_sha512,
    async_test a_platform_that_is_missing,
    async_test dates_that_are_missing_or_elsewhere,
    async_test an_artifact_is_no_image,
    async_test schema_1_is_refused,
    async_test a_redirect_of_a_blob_takes_no_credential,
    async_test bodies_are_bounded,
}

pub(crate) const OCI: &str = "application/vnd.oci.image.";

/// Puts an image and its config, and gives its digest.
fn image(routes: &Routes, tag: &str, architecture: &str) -> String {
    let config = json!({
        "os": "linux", "architecture": architecture, "created": "2023-11-14T22:13:20.5Z", "author": "ada",
        "config": { "Labels": { "tag": tag, "architecture": architecture } },
    })
    .to_string();
    let digest = routes.blob(&config);
    routes.manifest(
        tag,
        &image_of(&digest, &format!("{OCI}config.v1+json")).to_string(),
    )
}

fn image_of(config: &str, kind: &str) -> Value {
    json!({
        "schemaVersion": 2, "mediaType": format!("{OCI}manifest.v1+json"),
        "config": { "mediaType": kind, "digest": config, "size": 99 },
        "layers": [],
    })
}

pub(crate) fn entry(digest: &str, platform: &str) -> Value {
    let parts: Vec<_> = platform.split('/').collect();
    let mut platform = json!({ "os": parts[0], "architecture": parts[1] });
    if let Some(variant) = parts.get(2) {
        platform["variant"] = json!(variant);
    }
    json!({ "mediaType": format!("{OCI}manifest.v1+json"), "digest": digest, "size": 99, "platform": platform })
}

pub(crate) fn index(entries: &[Value]) -> String {
    json!({ "schemaVersion": 2, "mediaType": format!("{OCI}index.v1+json"), "manifests": entries })
        .to_string()
}

pub(crate) fn zeros(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

pub(crate) fn platform(text: &str) -> Platform {
    text.parse().expect("a platform")
}

#[track_caller]
fn check<T>(outcome: Result<T, Error>, routes: &Routes, kind: ErrorKind, text: &str) {
    let Err(error) = outcome else {
        panic!("no error where there should be: {text}")
    };
    let shown = error.to_string().replace(routes.address(), "HOST");
    assert_eq!((error.kind(), shown.as_str()), (kind, text));
}

async fn an_index_and_its_children() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push_index("app", "v1");
    let (client, app) = (client(&registry), reference(&registry, "app:v1"));
    let index = client.manifest(&app).await?;
    assert_eq!(
        (index.digest().as_str(), index.is_index()),
        (digest.as_str(), true)
    );
    let platforms = client.platforms(&app).await?;
    let names: Vec<_> = platforms
        .iter()
        .map(|(platform, _)| platform.to_string())
        .collect();
    assert_eq!(names, ["linux/amd64", "linux/arm64"]);
    for (platform, child) in &platforms {
        assert_eq!(client.platform_digest(&app, platform).await?, *child);
        let config = client
            .image_config(&app, platform)
            .await?
            .expect("a config");
        assert_eq!(config.platform(), Some(platform));
        assert_eq!(
            config.created(),
            Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
        );
    }
    assert_eq!(
        client.created(&app).await?,
        Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
    );
    assert!(
        client
            .labels(&app)
            .await?
            .contains_key("org.opencontainers.image.title")
    );
    Ok(())
}

async fn platforms_of_a_single_image() -> TestResult {
    let routes = Routes::start();
    let digest: Digest = image(&routes, "v1", "aarch64").parse()?;
    let (client, app) = (routes.client(), routes.reference("app:v1"));
    assert_eq!(
        client.platforms(&app).await?,
        [(platform("linux/arm64"), digest.clone())]
    );
    assert_eq!(
        client
            .platform_digest(&app, &platform("linux/s390x"))
            .await?,
        digest
    );
    let config = client
        .image_config(&app, &platform("linux/s390x"))
        .await?
        .expect("a config");
    assert_eq!(
        (config.author(), config.labels()["tag"].as_str()),
        (Some("ada"), "v1")
    );
    Ok(())
}

async fn what_is_known_is_not_asked_for_again() -> TestResult {
    let routes = Routes::start();
    let digest = image(&routes, "v1", "amd64");
    let (client, app) = (routes.client(), routes.reference("app:v1"));
    client.created(&app).await?;
    let first = routes.requests();
    let (head, get) = (
        "HEAD /v2/app/manifests/v1",
        format!("GET /v2/app/manifests/{digest}"),
    );
    assert_eq!(
        (first.len(), &first[..2]),
        (3, &[head.to_owned(), get][..]),
        "{first:?}"
    );
    client.labels(&app).await?;
    client.clone().created(&app).await?;
    assert_eq!(routes.requests(), [head, head]);
    let pinned = routes.reference(&format!("app@{digest}"));
    client.created(&pinned).await?;
    assert_eq!(routes.requests(), [""; 0]);
    Ok(())
}

async fn the_cache_is_bounded() -> TestResult {
    let routes = Routes::start();
    let digest = image(&routes, "v1", "amd64");
    let client = builder(routes.address())
        .limits(limits().cache_bytes(0))
        .build()?;
    let pinned = routes.reference(&format!("app@{digest}"));
    client.created(&pinned).await?;
    client.created(&pinned).await?;
    assert_eq!(routes.requests().len(), 4);
    Ok(())
}

async fn a_registry_without_head() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push("app", "v1");
    registry.fault("/manifests/", 1, Fault::status(405));
    let manifest = client(&registry)
        .manifest(&reference(&registry, "app:v1"))
        .await?;
    assert_eq!(manifest.digest().as_str(), digest);
    let methods: Vec<_> = registry
        .requests()
        .into_iter()
        .map(|request| request.method)
        .collect();
    assert_eq!(methods, ["HEAD", "GET"]);
    Ok(())
}

async fn contents_that_are_not_the_digest_s() -> TestResult {
    let routes = Routes::start();
    let digest = image(&routes, "v1", "amd64");
    let (client, app) = (routes.client(), routes.reference("app:v1"));
    routes.at(
        &format!("/v2/app/manifests/{digest}"),
        200,
        &[],
        r#"{"manifests":[]}"#,
    );
    let text = "asking for the manifest of HOST/app:v1: contents that do not fit the digest they were asked for by; \
        check that this is the address of a registry";
    check(
        client.manifest(&app).await,
        &routes,
        ErrorKind::InvalidResponse,
        text,
    );
    let config = routes.blob("{}");
    let digest = routes.manifest(
        "v2",
        &image_of(&config, &format!("{OCI}config.v1+json")).to_string(),
    );
    routes.at(&format!("/v2/app/blobs/{config}"), 200, &[], "{ }");
    let text = format!(
        "asking for the image config of HOST/app@{config}: \
        contents that do not fit the digest they were asked for by; check that this is the address of a registry"
    );
    let pinned = routes.reference(&format!("app@{digest}"));
    check(
        client.created(&pinned).await,
        &routes,
        ErrorKind::InvalidResponse,
        &text,
    );
    Ok(())
}

async fn a_child_by_sha512() -> TestResult {
    let routes = Routes::start();
    let config = r#"{"os":"linux","architecture":"amd64","created":"2023-11-14T22:13:20Z"}"#;
    routes.at(
        &format!("/v2/app/blobs/{}", sha512(config)),
        200,
        &[],
        config,
    );
    let image = image_of(&sha512(config), &format!("{OCI}config.v1+json")).to_string();
    let child = format!("/v2/app/manifests/{}", sha512(&image));
    routes.at(&child, 200, &[], &image);
    routes.manifest("v1", &index(&[entry(&sha512(&image), "linux/amd64")]));
    let app = routes.reference("app:v1");
    assert!(routes.client().created(&app).await?.is_some());
    assert_eq!(
        routes
            .client()
            .platform_digest(&app, &Platform::linux_amd64())
            .await?
            .as_str(),
        sha512(&image)
    );
    routes.at(&child, 200, &[], &image.replace("99", "98"));
    let error = routes
        .client()
        .created(&app)
        .await
        .expect_err("another image");
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    // A tag whose digest comes as sha512 is computed so.
    let header = format!("docker-content-digest: {}", sha512(&image));
    routes.at("/v2/app/manifests/v2", 200, &[&header], &image);
    assert_eq!(
        routes
            .client()
            .digest(&routes.reference("app:v2"))
            .await?
            .as_str(),
        sha512(&image)
    );
    Ok(())
}

async fn a_platform_that_is_missing() -> TestResult {
    let routes = Routes::start();
    let many: Vec<_> = (0..12)
        .map(|number| entry(&zeros('1'), &format!("linux/cpu{number}")))
        .collect();
    routes.manifest("many", &index(&many));
    routes.manifest(
        "one",
        &index(&[
            entry(&zeros('1'), "linux/arm64"),
            entry(&zeros('2'), "unknown/unknown"),
        ]),
    );
    routes.manifest("none", &index(&[entry(&zeros('2'), "unknown/unknown")]));
    let client = routes.client();
    for (tag, rest) in [
        (
            "one",
            "an index without an image for linux/amd64; ask for one of linux/arm64",
        ),
        (
            "none",
            "an index without images; push the image again, or name another tag",
        ),
        (
            "many",
            "an index without an image for linux/amd64; ask for one of linux/cpu0, linux/cpu1, linux/cpu2, \
            linux/cpu3, linux/cpu4, linux/cpu5, linux/cpu6, linux/cpu7, linux/cpu8, linux/cpu9, ...",
        ),
    ] {
        let outcome = client
            .platform_digest(
                &routes.reference(&format!("app:{tag}")),
                &Platform::linux_amd64(),
            )
            .await;
        check(
            outcome,
            &routes,
            ErrorKind::NotFound,
            &format!("asking for the manifest of HOST/app:{tag}: {rest}"),
        );
    }
    let text = "asking for the manifest of HOST/app:none: an index without images; \
        push the image again, or name another tag";
    check(
        client.created(&routes.reference("app:none")).await,
        &routes,
        ErrorKind::NotFound,
        text,
    );
    let inner = routes.manifest("inner", &index(&[]));
    routes.manifest("outer", &index(&[entry(&inner, "linux/amd64")]));
    let text = "asking for the manifest of HOST/app:outer: an index inside an index; \
        refer to the inner one by its digest";
    check(
        client.created(&routes.reference("app:outer")).await,
        &routes,
        ErrorKind::Unsupported,
        text,
    );
    // Another architecture's date is better than none.
    let image = image(&routes, "arm", "arm64");
    routes.manifest("other", &index(&[entry(&image, "linux/arm64")]));
    assert!(
        client
            .created(&routes.reference("app:other"))
            .await?
            .is_some()
    );
    Ok(())
}

async fn dates_that_are_missing_or_elsewhere() -> TestResult {
    let routes = Routes::start();
    let kind = format!("{OCI}config.v1+json");
    let year_one = routes.blob(r#"{"created":"0001-01-01T00:00:00Z"}"#);
    let mut image = image_of(&year_one, &kind);
    routes.manifest("none", &image.to_string());
    image["annotations"] = json!({ "org.opencontainers.image.created": "1970-01-01T00:01:00Z" });
    routes.manifest("noted", &image.to_string());
    image["annotations"] = json!({ "org.opencontainers.image.created": "now" });
    routes.manifest("broken", &image.to_string());
    let client = routes.client();
    assert_eq!(client.created(&routes.reference("app:none")).await?, None);
    assert_eq!(
        client.created(&routes.reference("app:noted")).await?,
        Some(UNIX_EPOCH + Duration::from_secs(60))
    );
    let text = "asking for the manifest of HOST/app:broken: a creation date that is no date of RFC 3339; \
        check that this is the address of a registry";
    check(
        client.created(&routes.reference("app:broken")).await,
        &routes,
        ErrorKind::InvalidResponse,
        text,
    );
    Ok(())
}

async fn an_artifact_is_no_image() -> TestResult {
    let routes = Routes::start();
    let mut chart = image_of(&zeros('1'), "application/vnd.cncf.helm.config.v1+json");
    chart["annotations"] = json!({ "org.opencontainers.image.created": "1970-01-01T00:00:00Z" });
    routes.manifest("v1", &chart.to_string());
    let (client, app) = (routes.client(), routes.reference("app:v1"));
    assert_eq!(client.platforms(&app).await?, []);
    assert_eq!(client.labels(&app).await?.len(), 0);
    assert!(
        client
            .image_config(&app, &Platform::linux_amd64())
            .await?
            .is_none()
    );
    assert_eq!(client.created(&app).await?, Some(UNIX_EPOCH));
    Ok(())
}

async fn schema_1_is_refused() -> TestResult {
    let routes = Routes::start();
    let kind = "content-type: application/vnd.docker.distribution.manifest.v1+prettyjws";
    let body = r#"{"schemaVersion":1,"name":"app","tag":"v1","architecture":"amd64","fsLayers":[],"history":[]}"#;
    routes.at("/v2/app/manifests/v1", 200, &[kind], body);
    let text = "asking for the manifest of HOST/app:v1: a manifest of Docker's schema 1; \
        push the image again with a tool of this decade";
    let app = routes.reference("app:v1");
    check(
        routes.client().manifest(&app).await,
        &routes,
        ErrorKind::Unsupported,
        text,
    );
    // It has a digest for all that.
    assert_eq!(routes.client().digest(&app).await?.as_str(), sha256(body));
    Ok(())
}

async fn a_redirect_of_a_blob_takes_no_credential() -> TestResult {
    let (routes, storage) = (Routes::start(), Routes::start());
    let config = r#"{"os":"linux","architecture":"amd64"}"#;
    routes.manifest(
        "v1",
        &image_of(&sha256(config), &format!("{OCI}config.v1+json")).to_string(),
    );
    let target = format!(
        "location: http://{}/storage?signature=s3cr3t",
        storage.address()
    );
    routes.at(
        &format!("/v2/app/blobs/{}", sha256(config)),
        307,
        &[&target],
        "",
    );
    storage.at("/storage?signature=s3cr3t", 200, &[], config);
    let token = tagwright_registry::Credential::Bearer("t0k3n".into());
    let keychain = tagwright_registry::StaticKeychain::new().with(routes.address(), token);
    let mut builder = builder(routes.address());
    let client = builder
        .plain_http(storage.address())
        .keychain(keychain)
        .build()?;
    routes.at(
        "/v2/app/manifests/v1",
        401,
        &["www-authenticate: Bearer realm=\"http://HOST/token\""],
        "",
    );
    let refused = client.platforms(&routes.reference("app:v1")).await;
    assert_eq!(
        refused.map_err(|error| error.kind()),
        Err(ErrorKind::Unauthorized)
    );
    let manifest = image_of(&sha256(config), &format!("{OCI}config.v1+json")).to_string();
    routes.manifest("v1", &manifest);
    assert_eq!(
        client.platforms(&routes.reference("app:v1")).await?.len(),
        1
    );
    assert!(
        routes
            .requests()
            .iter()
            .any(|request| request.ends_with(" Bearer t0k3n"))
    );
    assert_eq!(storage.requests(), ["GET /storage?signature=s3cr3t"]);
    storage.at("/storage?signature=s3cr3t", 403, &[], "");
    let fresh = builder.build()?;
    let error = fresh
        .platforms(&routes.reference("app:v1"))
        .await
        .expect_err("a refusal");
    let shown = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert!(
        shown.contains(storage.address()) && !shown.contains("s3cr3t") && !shown.contains("t0k3n"),
        "{shown}"
    );
    Ok(())
}

async fn bodies_are_bounded() -> TestResult {
    let routes = Routes::start();
    let mut huge = image_of(&zeros('1'), &format!("{OCI}config.v1+json"));
    huge["config"]["size"] = json!(5_000_000);
    let digest = routes.manifest("v1", &huge.to_string());
    let pinned = routes.reference(&format!("app@{digest}"));
    let text = format!(
        "asking for the image config of HOST/app@{}: an image config of 5000000 bytes; \
        raise the limit if the registry can be trusted",
        zeros('1')
    );
    check(
        routes.client().created(&pinned).await,
        &routes,
        ErrorKind::LimitExceeded,
        &text,
    );
    let client = builder(routes.address())
        .limits(Limits::default().manifest_bytes(10))
        .build()?;
    let text = format!(
        "asking for the manifest of HOST/app@{digest}: http://HOST sends more than 10 bytes for one \
        answer; raise the limit of bytes if the registry can be trusted"
    );
    check(
        client.manifest(&pinned).await,
        &routes,
        ErrorKind::LimitExceeded,
        &text,
    );
    Ok(())
}
