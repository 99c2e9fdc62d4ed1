use sha2::{Digest as _, Sha256};
use tagwright_registry::{Digest, ErrorKind};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::{Fault, Registry};

use crate::script::{Script, answer};
use crate::support::{builder, check, client, reference, suite};

suite! {
    async_test a_tag_is_asked_with_head,
    async_test an_index_keeps_its_own_digest,
    async_test a_registry_without_head_is_asked_with_get,
    async_test a_digest_that_is_not_announced_is_computed,
    async_test a_digest_is_that_of_a_manifest,
    async_test a_digest_is_confirmed,
    async_test a_digest_that_does_not_fit_is_refused,
    async_test a_missing_tag_is_not_found,
}

fn methods(registry: &Registry) -> Vec<String> {
    registry
        .requests()
        .into_iter()
        .map(|request| request.method)
        .collect()
}

async fn a_tag_is_asked_with_head() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push("app", "v1");
    assert_eq!(
        client(&registry)
            .digest(&reference(&registry, "app:v1"))
            .await?
            .as_str(),
        digest
    );
    assert_eq!(methods(&registry), ["HEAD"]);
    let accept = registry.requests()[0]
        .header("accept")
        .map(str::to_owned)
        .unwrap_or_default();
    assert!(
        accept.contains("vnd.oci.image.index.v1+json") && accept.contains("manifest.list.v2+json")
    );
    Ok(())
}

async fn an_index_keeps_its_own_digest() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push_index("app", "latest");
    assert_eq!(
        client(&registry)
            .digest(&reference(&registry, "app"))
            .await?
            .as_str(),
        digest
    );
    Ok(())
}

async fn a_registry_without_head_is_asked_with_get() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push("app", "v1");
    for status in [400, 405, 501] {
        registry.clear_requests();
        registry.fault("/manifests/", 1, Fault::status(status));
        assert_eq!(
            client(&registry)
                .digest(&reference(&registry, "app:v1"))
                .await?
                .as_str(),
            digest
        );
        assert_eq!(methods(&registry), ["HEAD", "GET"]);
    }
    Ok(())
}

async fn a_digest_that_is_not_announced_is_computed() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push("app", "v1");
    registry.fault("/manifests/", 1, Fault::status(200));
    assert_eq!(
        client(&registry)
            .digest(&reference(&registry, "app:v1"))
            .await?
            .as_str(),
        digest
    );
    assert_eq!(methods(&registry), ["HEAD", "GET"]);
    // This time the manifest comes without its digest, too.
    let manifest = r#"{"schemaVersion":2,"manifests":[]}"#;
    let script = Script::start([&answer(405, &[], ""), &answer(200, &[], manifest)]);
    let image = format!("{}/app:v1", script.address()).parse()?;
    let computed = builder(script.address()).build()?.digest(&image).await?;
    assert_eq!(computed.hex(), format!("{:x}", Sha256::digest(manifest)));
    Ok(())
}

/// What comes instead of a manifest has a digest, too.
async fn a_digest_is_that_of_a_manifest() -> TestResult {
    let hint = "check that this is the address of a registry";
    for (body, found) in [
        (
            "<html>",
            "an answer that is no JSON object where a manifest is due",
        ),
        (
            "",
            "an answer that is no JSON object where a manifest is due",
        ),
        (
            r#"{"errors":[{"code":"UNKNOWN"}]}"#,
            "an answer that is neither an image nor an index",
        ),
    ] {
        let script = Script::start([&answer(200, &[], ""), &answer(200, &[], body)]);
        let image = format!("{}/app:v1", script.address()).parse()?;
        let error = builder(script.address()).build()?.digest(&image).await;
        let error = error.expect_err(body).to_string();
        assert_eq!(
            error,
            format!("asking for the digest of {image}: {found}; {hint}")
        );
    }
    // Docker's schema 1 is not read here, and has a digest.
    let body = r#"{"schemaVersion":1}"#;
    let script = Script::start([&answer(200, &[], ""), &answer(200, &[], body)]);
    let image = format!("{}/app:v1", script.address()).parse()?;
    let digest = builder(script.address()).build()?.digest(&image).await?;
    assert_eq!(digest.hex(), format!("{:x}", Sha256::digest(body)));
    Ok(())
}

async fn a_digest_is_confirmed() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push("app", "v1");
    let found = client(&registry)
        .digest(&reference(&registry, &format!("app@{digest}")))
        .await?;
    assert_eq!(found, digest.parse::<Digest>()?);
    Ok(())
}

async fn a_digest_that_does_not_fit_is_refused() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    registry.fault("/manifests/", 1, Fault::status(405));
    registry.fault("/manifests/", 1, Fault::Body("{}".to_owned()));
    let outcome = client(&registry)
        .digest(&reference(&registry, "app:v1"))
        .await;
    let text = "asking for the digest of HOST/app:v1: a manifest that does not fit the digest it came with; \
        check that this is the address of a registry";
    check(outcome, &registry, ErrorKind::InvalidResponse, text);
    Ok(())
}

async fn a_missing_tag_is_not_found() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    let outcome = client(&registry)
        .digest(&reference(&registry, "app:v2"))
        .await;
    let text = "asking for the digest of HOST/app:v2: the registry answered 404; \
        check the name, and that the credentials may see it";
    check(outcome, &registry, ErrorKind::NotFound, text);
    assert_eq!(methods(&registry), ["HEAD"]);
    Ok(())
}
