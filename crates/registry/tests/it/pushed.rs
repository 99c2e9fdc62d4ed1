//! Images, indexes and referrers as real registries keep them, pushed over HTTP.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use tagwright_registry::{Client, Credential, ErrorKind, Platform, Reference, StaticKeychain};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::http;
use tagwright_testkit::servers::Distribution;

use crate::routes::sha256;
use crate::support::{builder, suite};

suite! {
    async_test distribution_2,
    async_test distribution_3,
}

const OCI: [&str; 3] = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.config.v1+json",
];
const DOCKER: [&str; 3] = [
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.container.image.v1+json",
];

async fn distribution_2() -> TestResult {
    finds_all(&Distribution::v2()?).await
}

async fn distribution_3() -> TestResult {
    finds_all(&Distribution::v3()?).await
}

async fn finds_all(server: &Distribution) -> TestResult {
    let client = client(server)?;
    for (tag, kinds) in [("oci", OCI), ("docker", DOCKER)] {
        let app = format!("{}/team/app:{tag}", server.address()).parse()?;
        let (index, arm64) = push(server, tag, kinds);
        finds_images(&client, &app, &index, &arm64).await?;
        assert_eq!(client.manifest(&app).await?.media_type(), kinds[0]);
        finds_referrers(server, &client, &app, &index).await?;
    }
    let missing: Reference = format!("{}/team/app:none", server.address()).parse()?;
    let outcome = client.created(&missing).await.map_err(|error| error.kind());
    assert_eq!(outcome, Err(ErrorKind::NotFound));
    Ok(())
}

async fn finds_images(client: &Client, app: &Reference, index: &str, arm64: &str) -> TestResult {
    assert_eq!(client.digest(app).await?.as_str(), index);
    let platforms = client.platforms(app).await?;
    let names: Vec<_> = platforms
        .iter()
        .map(|(platform, _)| platform.to_string())
        .collect();
    assert_eq!(names, ["linux/amd64", "linux/arm64"]);
    for spelling in ["linux/arm64", "linux/arm64/v8", "linux/aarch64"] {
        let platform = spelling.parse()?;
        assert_eq!(
            client.platform_digest(app, &platform).await?.as_str(),
            arm64
        );
        let config = client
            .image_config(app, &platform)
            .await?
            .expect("a config");
        assert_eq!(config.platform(), Some(&platform));
    }
    assert_eq!(
        client.created(app).await?,
        Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
    );
    assert_eq!(client.labels(app).await?["architecture"], "amd64");
    let none = client
        .platform_digest(app, &"linux/s390x".parse::<Platform>()?)
        .await;
    assert_eq!(none.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
    Ok(())
}

/// Neither version has the referrers API: a client that attaches something keeps an index under a tag.
async fn finds_referrers(
    server: &Distribution,
    client: &Client,
    app: &Reference,
    index: &str,
) -> TestResult {
    assert_eq!(client.referrers(app, None).await?, []);
    let signature = push_image(server, "amd64", OCI);
    let mut referrer = entry(&signature, "amd64", OCI);
    referrer["artifactType"] = json!("application/vnd.example.signature");
    let list = json!({ "schemaVersion": 2, "mediaType": OCI[0], "manifests": [referrer] });
    put_manifest(server, &index.replace(':', "-"), OCI[0], &list);
    let found = client
        .referrers(app, Some("application/vnd.example.signature"))
        .await?;
    assert_eq!(
        found
            .iter()
            .map(|one| one.digest().as_str())
            .collect::<Vec<_>>(),
        [signature]
    );
    assert_eq!(
        client
            .referrers(app, Some("application/vnd.example.sbom"))
            .await?,
        []
    );
    Ok(())
}

/// Pushes an index of two images and an attestation; gives its digest and that of the arm64 image.
fn push(server: &Distribution, tag: &str, kinds: [&str; 3]) -> (String, String) {
    let [amd64, arm64, note] =
        ["amd64", "arm64", "unknown"].map(|arch| push_image(server, arch, kinds));
    let mut arm = entry(&arm64, "arm64", kinds);
    arm["platform"]["variant"] = json!("v8");
    let mut attestation = entry(&note, "unknown", kinds);
    attestation["platform"]["os"] = json!("unknown");
    let entries = json!([attestation, entry(&amd64, "amd64", kinds), arm]);
    let index = json!({ "schemaVersion": 2, "mediaType": kinds[0], "manifests": entries });
    (put_manifest(server, tag, kinds[0], &index), arm64)
}

fn entry(digest: &str, architecture: &str, kinds: [&str; 3]) -> Value {
    let size = image(architecture, kinds).1.to_string().len();
    json!({
        "mediaType": kinds[1], "digest": digest, "size": size,
        "platform": { "os": "linux", "architecture": architecture },
    })
}

/// A config and the manifest of an image.
fn image(architecture: &str, kinds: [&str; 3]) -> (String, Value) {
    let config = json!({
        "os": "linux", "architecture": architecture, "created": "2023-11-14T22:13:20Z",
        "config": { "Labels": { "architecture": architecture } },
        "rootfs": { "type": "layers", "diff_ids": [] },
    })
    .to_string();
    let descriptor =
        json!({ "mediaType": kinds[2], "digest": sha256(&config), "size": config.len() });
    let manifest =
        json!({ "schemaVersion": 2, "mediaType": kinds[1], "config": descriptor, "layers": [] });
    (config, manifest)
}

fn push_image(server: &Distribution, architecture: &str, kinds: [&str; 3]) -> String {
    let (config, manifest) = image(architecture, kinds);
    let upload = send(server, "POST", "/v2/team/app/blobs/uploads/", "", "", 202);
    let location = upload.header("location").expect("an upload has a location");
    let origin = format!("http://{}", server.address());
    let target = location.strip_prefix(&origin).unwrap_or(location);
    let joint = if target.contains('?') { '&' } else { '?' };
    let target = format!("{target}{joint}digest={}", sha256(&config));
    send(
        server,
        "PUT",
        &target,
        "application/octet-stream",
        &config,
        201,
    );
    put_manifest(server, &sha256(&manifest.to_string()), kinds[1], &manifest)
}

fn put_manifest(server: &Distribution, identifier: &str, kind: &str, manifest: &Value) -> String {
    let body = manifest.to_string();
    send(
        server,
        "PUT",
        &format!("/v2/team/app/manifests/{identifier}"),
        kind,
        &body,
        201,
    );
    sha256(&body)
}

#[track_caller]
fn send(
    server: &Distribution,
    method: &str,
    target: &str,
    kind: &str,
    body: &str,
    want: u16,
) -> http::Response {
    let authorization = http::basic(server.user(), server.password());
    let headers = [
        ("Authorization", authorization.as_str()),
        ("Content-Type", kind),
    ];
    let response = http::send(method, &server.address(), target, &headers, body.as_bytes())
        .expect("an answer");
    assert_eq!(
        response.status,
        want,
        "{method} {target}: {}",
        response.text()
    );
    response
}

fn client(server: &Distribution) -> Result<Client, tagwright_registry::Error> {
    let credential = Credential::basic(server.user(), server.password());
    let keychain = StaticKeychain::new().with(server.address(), credential);
    builder(&server.address()).keychain(keychain).build()
}
