//! Mirrors, and other places than the names say.

use std::time::Duration;

use tagwright_registry::{Client, Credential, Error, ErrorKind, StaticKeychain};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::{Authorization, Fault, Registry};

use crate::routes::Routes;
use crate::script::{Script, answer};
use crate::support::{
    NOBODY, builder, check, forward, limits, numbered, reference, repository, seen, suite,
};

suite! {
    async_test a_mirror_is_asked_first,
    async_test where_a_mirror_fails_the_next_place_is_asked,
    async_test a_mirror_that_is_down_is_not_asked_for_a_while,
    async_test mirrors_that_are_down_are_asked_again_after_a_minute,
    async_test a_second_mirror_that_is_down_is_passed_over,
    async_test a_mirror_that_is_no_registry_is_passed_over,
    async_test each_mirror_is_asked_by_its_own_path,
    async_test a_mirror_that_gives_another_digest_is_passed_over,
    async_test a_digest_of_a_mirror_s_own_is_not_asked_of_others,
    async_test a_mirror_without_referrers_is_passed_over,
    async_test when_all_fail_the_error_says_so,
    async_test credentials_do_not_cross,
    async_test a_listing_stays_where_it_began,
    async_test another_place_stands_for_the_registry,
    async_test digests_come_from_mirrors_too,
    test places_that_cannot_be_asked,
}

/// A client that asks `mirror` about `registry` first.
fn client(registry: &Registry, location: &str) -> Result<Client, Error> {
    builder(&registry.address())
        .plain_http(location.split('/').next().unwrap_or_default())
        .mirror(registry.address(), location)
        .limits(limits().attempts(1))
        .build()
}

async fn a_mirror_is_asked_first() -> TestResult {
    let (registry, mirror) = (Registry::start(), Registry::builder().page_limit(2).start());
    mirror.push_tags("proxy/team/app", numbered(5));
    let client = client(&registry, &format!("{}/proxy", mirror.address()))?;
    let tags = client.list_tags(&repository(&registry, "team/app")).await?;
    assert_eq!(tags, numbered(5));
    assert_eq!((registry.requests().len(), mirror.requests().len()), (0, 3));
    Ok(())
}

async fn where_a_mirror_fails_the_next_place_is_asked() -> TestResult {
    let (registry, mirror) = (Registry::start(), Registry::start());
    registry.push("app", "v1");
    mirror.push("app", "mirrored");
    for fault in [
        Fault::status(404),
        Fault::status(403),
        Fault::status(503),
        Fault::Cut,
        Fault::status(429),
    ] {
        mirror.clear_requests();
        mirror.fault("/tags/", 1, fault.clone());
        let client = client(&registry, &mirror.address())?;
        let tags = client.list_tags(&repository(&registry, "app")).await?;
        assert_eq!(tags, ["v1"], "{fault:?}");
        assert_eq!(mirror.requests().len(), 1, "{fault:?}");
    }
    let client = client(&registry, NOBODY)?;
    assert_eq!(
        client.list_tags(&repository(&registry, "app")).await?,
        ["v1"]
    );
    Ok(())
}

async fn a_mirror_that_is_down_is_not_asked_for_a_while() -> TestResult {
    for (fault, asked) in [
        (Fault::Cut, 1),
        (Fault::status(503), 1),
        // This is about one repository, and not about all.
        (Fault::status(404), 3),
        // As for HEAD and referrers, which not all registries know.
        (Fault::status(501), 3),
    ] {
        let (registry, mirror) = (Registry::start(), Registry::start());
        registry.push("app", "v1");
        mirror.push("app", "mirrored");
        mirror.fault("/tags/", 99, fault.clone());
        let client = client(&registry, &mirror.address())?;
        for _ in 0..3 {
            let tags = client.list_tags(&repository(&registry, "app")).await?;
            assert_eq!(tags, ["v1"]);
        }
        assert_eq!(mirror.requests().len(), asked, "{fault:?}");
    }
    // So is a page that comes with such a status.
    let page = answer(404, &["content-type: text/html"], "<html>");
    let mirror = Script::start([&page, &page]);
    let registry = Registry::start();
    registry.push("app", "v1");
    let client = client(&registry, mirror.address())?;
    for _ in 0..2 {
        let tags = client.list_tags(&repository(&registry, "app")).await?;
        assert_eq!(tags, ["v1"]);
    }
    assert_eq!(mirror.requests().len(), 2);
    Ok(())
}

async fn mirrors_that_are_down_are_asked_again_after_a_minute() -> TestResult {
    let [registry, first, second] = [(); 3].map(|()| Registry::start());
    registry.push("app", "v1");
    for mirror in [&first, &second] {
        mirror.push("app", "mirrored");
        mirror.fault("/tags/", 99, Fault::status(503));
    }
    let client = builder(&registry.address())
        .plain_http(first.address())
        .plain_http(second.address())
        .mirror(registry.address(), first.address())
        .mirror(registry.address(), second.address())
        .limits(limits().attempts(1))
        .build()?;
    let app = repository(&registry, "app");
    let asked = || [&first, &second].map(|mirror| mirror.requests().len());
    for _ in 0..3 {
        assert_eq!(client.list_tags(&app).await?, ["v1"]);
    }
    assert_eq!(asked(), [1, 1]);
    forward(Duration::from_secs(30)).await;
    assert_eq!(client.list_tags(&app).await?, ["v1"]);
    assert_eq!(asked(), [1, 1]);
    forward(Duration::from_secs(30)).await;
    first.clear_faults();
    assert_eq!(client.list_tags(&app).await?, ["mirrored"]);
    assert_eq!(asked(), [2, 1]);
    first.fault("/tags/", 99, Fault::status(503));
    second.fault("/tags/", 99, Fault::status(503));
    assert_eq!(client.list_tags(&app).await?, ["v1"]);
    assert_eq!(asked(), [3, 2]);
    first.clear_faults();
    forward(Duration::from_secs(30)).await;
    assert_eq!(client.list_tags(&app).await?, ["v1"]);
    assert_eq!(asked(), [3, 2]);
    Ok(())
}

/// The second one was asked and failed while the first one was not, and is passed over when that one fails.
async fn a_second_mirror_that_is_down_is_passed_over() -> TestResult {
    let [registry, first, second] = [(); 3].map(|()| Registry::start());
    registry.push("app", "v1");
    registry.push("other", "v1");
    first.fault("/app/tags/", 99, Fault::status(404));
    first.fault("/other/tags/", 99, Fault::status(404));
    second.fault("/tags/", 99, Fault::status(503));
    let client = builder(&registry.address())
        .plain_http(first.address())
        .plain_http(second.address())
        .mirror(registry.address(), first.address())
        .mirror(registry.address(), second.address())
        .limits(limits().attempts(1))
        .build()?;
    for path in ["app", "other", "app"] {
        let tags = client.list_tags(&repository(&registry, path)).await?;
        assert_eq!(tags, ["v1"], "{path}");
    }
    assert_eq!((first.requests().len(), second.requests().len()), (3, 1));
    registry.fault("/app/tags/", 9, Fault::status(404));
    let error = client.list_tags(&repository(&registry, "app")).await;
    let text = "listing the tags of HOST/app: the registry answered 404 (UNKNOWN), after 2 mirrors failed; \
        check the name, and that the credentials may see it";
    check(error, &registry, ErrorKind::NotFound, text);
    Ok(())
}

async fn a_mirror_that_is_no_registry_is_passed_over() -> TestResult {
    let page = "<html>Please log in to this network</html>";
    for mirror in [
        Script::start([&answer(200, &["content-type: text/html"], page)]),
        Script::start([&answer(200, &[], page)]),
        Script::serve(&[&answer(400, &[], "")[..]; 11]),
        Script::start([&answer(200, &[], "down for maintenance")]),
        Script::start([&answer(200, &[], r#"{"errors":[{"code":"UNKNOWN"}]}"#)]),
    ] {
        let registry = Registry::start();
        registry.push("app", "v1");
        let tags = client(&registry, mirror.address())?
            .list_tags(&repository(&registry, "app"))
            .await?;
        assert_eq!(tags, ["v1"]);
    }
    // The digest is asked for by HEAD, which has no page.
    let mirror = Script::start([&answer(200, &["content-type: text/html"], "")]);
    let registry = Registry::start();
    let digest = registry.push("app", "v1");
    let found = client(&registry, mirror.address())?
        .digest(&reference(&registry, "app:v1"))
        .await?;
    assert_eq!(found.as_str(), digest);
    let errors = answer(200, &[], r#"{"errors":[{"code":"UNKNOWN"}]}"#);
    let mirror = Script::start([&answer(200, &[], ""), &errors]);
    let found = client(&registry, mirror.address())?
        .manifest(&reference(&registry, "app:v1"))
        .await?;
    assert_eq!(found.digest().as_str(), digest);
    // What does not fit its digest, though it may be a manifest.
    let announced = format!("docker-content-digest: {digest}");
    let other = answer(200, &[], r#"{"schemaVersion":2,"manifests":[]}"#);
    let mirror = Script::start([&answer(200, &[&announced], ""), &other]);
    let found = client(&registry, mirror.address())?
        .manifest(&reference(&registry, "app:v1"))
        .await?;
    assert_eq!(found.digest().as_str(), digest);
    assert_eq!(mirror.requests().len(), 2);
    Ok(())
}

/// The first one fails, the second one has something else.
async fn each_mirror_is_asked_by_its_own_path() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push("app", "v1");
    let other = answer(200, &[], r#"{"schemaVersion":2,"manifests":[]}"#);
    let (first, second) = (
        Script::start([&answer(503, &[], "")]),
        Script::start([&other]),
    );
    let client = builder(&registry.address())
        .plain_http(first.address())
        .plain_http(second.address())
        .mirror(registry.address(), format!("{}/a/x", first.address()))
        .mirror(registry.address(), format!("{}/b/y", second.address()))
        .limits(limits().attempts(1))
        .build()?;
    let pinned = reference(&registry, &format!("app@{digest}"));
    let found = client.manifest(&pinned).await?;
    assert_eq!(found.digest().as_str(), digest);
    for (mirror, path) in [(&first, "a/x"), (&second, "b/y")] {
        let asked = format!("GET /v2/{path}/app/manifests/{digest} ");
        let requests = mirror.requests();
        assert!(requests.concat().starts_with(&asked), "{requests:?}");
    }
    Ok(())
}

async fn a_mirror_that_gives_another_digest_is_passed_over() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push("app", "v1");
    let other = format!("docker-content-digest: sha256:{}", "0".repeat(64));
    let empty = answer(200, &[], "");
    let index = r#"{"schemaVersion":2,"manifests":[]}"#;
    let (tag, pinned) = ("app:v1".to_owned(), format!("app@{digest}"));
    for (name, answers) in [
        (&pinned, vec![answer(200, &[&other], "")]),
        (&tag, vec![empty.clone(), answer(200, &[&other], index)]),
        (&tag, vec![empty.clone(), answer(200, &[&other], "")]),
        (&tag, vec![empty.clone(), empty]),
    ] {
        let answers: Vec<_> = answers.iter().map(String::as_str).collect();
        let mirror = Script::serve(&answers);
        let found = client(&registry, mirror.address())?
            .digest(&reference(&registry, name))
            .await?;
        assert_eq!(found.as_str(), digest, "{answers:?}");
        assert_eq!(mirror.requests().len(), answers.len());
    }
    Ok(())
}

/// What a tag is, is asked anew where the mirror's word for it is unknown.
async fn a_digest_of_a_mirror_s_own_is_not_asked_of_others() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push("app", "v1");
    let own = format!("docker-content-digest: sha256:{}", "0".repeat(64));
    for second in [answer(404, &[], ""), answer(200, &[], "{}")] {
        let mirror = Script::start([&answer(200, &[&own], ""), &second]);
        let found = client(&registry, mirror.address())?
            .manifest(&reference(&registry, "app:v1"))
            .await?;
        assert_eq!(found.digest().as_str(), digest, "{second}");
    }
    Ok(())
}

async fn a_mirror_without_referrers_is_passed_over() -> TestResult {
    let routes = Routes::start();
    let [subject, signature] = ['0', '1'].map(|c| format!("sha256:{}", c.to_string().repeat(64)));
    let manifest = "application/vnd.oci.image.manifest.v1+json";
    let index = format!(
        r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"{manifest}","digest":"{signature}","size":1}}]}}"#
    );
    let kind = "content-type: application/vnd.oci.image.index.v1+json";
    routes.at(
        &format!("/v2/app/referrers/{subject}"),
        200,
        &[kind],
        &index,
    );
    let json = "content-type: application/json";
    for first in [
        answer(200, &[json], "{}"),
        answer(200, &[kind], "{}"),
        answer(405, &[], ""),
        answer(406, &[], ""),
    ] {
        let mirror = Script::start([&first, &answer(404, &[], "")]);
        let client = builder(routes.address())
            .plain_http(mirror.address())
            .mirror(routes.address(), mirror.address())
            .build()?;
        let pinned = routes.reference(&format!("app@{subject}"));
        let found = client.referrers(&pinned, None).await?;
        let found: Vec<_> = found.iter().map(|found| found.digest().as_str()).collect();
        assert_eq!(found, [signature.as_str()], "{first}");
        assert_eq!(mirror.requests().len(), 1);
    }
    Ok(())
}

async fn when_all_fail_the_error_says_so() -> TestResult {
    let (registry, mirror) = (Registry::start(), Registry::start());
    let outcome = client(&registry, &mirror.address())?
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = "listing the tags of HOST/app: the registry answered 404 (NAME_UNKNOWN), after a mirror failed; \
        check the name, and that the credentials may see it";
    check(outcome, &registry, ErrorKind::NotFound, text);
    Ok(())
}

async fn credentials_do_not_cross() -> TestResult {
    let registry = Registry::builder().basic_auth("ada", "pw").start();
    let mirror = Registry::builder().basic_auth("ada", "pw").start();
    registry.push("app", "v1");
    let keychain = StaticKeychain::new().with(registry.address(), Credential::basic("ada", "pw"));
    let client = builder(&registry.address())
        .plain_http(mirror.address())
        .mirror(registry.address(), mirror.address())
        .keychain(keychain.clone())
        .build()?;
    assert_eq!(
        client.list_tags(&repository(&registry, "app")).await?,
        ["v1"]
    );
    assert_eq!(seen(&mirror), [(Authorization::None, Some(401))]);
    mirror.push("app", "mirrored");
    let client = builder(&registry.address())
        .plain_http(mirror.address())
        .mirror(registry.address(), mirror.address())
        .keychain(keychain.with(mirror.address(), Credential::basic("ada", "pw")))
        .build()?;
    assert_eq!(
        client.list_tags(&repository(&registry, "app")).await?,
        ["mirrored"]
    );
    Ok(())
}

async fn a_listing_stays_where_it_began() -> TestResult {
    let (registry, mirror) = (Registry::start(), Registry::builder().page_limit(2).start());
    registry.push("app", "v1");
    mirror.push_tags("app", numbered(5));
    mirror.fault("last=", 1, Fault::status(404));
    let outcome = client(&registry, &mirror.address())?
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = format!(
        "listing the tags of HOST/app: http://{}, which stands for the registry, answered 404 (UNKNOWN); \
         check the name, and that the credentials may see it",
        mirror.address()
    );
    check(outcome, &registry, ErrorKind::NotFound, &text);
    assert_eq!(registry.requests().len(), 0);
    Ok(())
}

async fn another_place_stands_for_the_registry() -> TestResult {
    let (near, far) = (Registry::start(), Registry::start());
    near.push("stock/apps/web", "v1");
    far.push("apps/web", "v0");
    let place = format!("{}/stock", near.address());
    let client = builder(&near.address())
        .plain_http(far.address())
        .scan_at(format!("{}/apps", far.address()), format!("{place}/apps"))
        .build()?;
    assert_eq!(
        client.list_tags(&repository(&far, "apps/web")).await?,
        ["v1"]
    );
    assert_eq!(far.requests().len(), 0);
    // Not a part of the path that was given.
    far.push("appstore", "v2");
    assert_eq!(
        client.list_tags(&repository(&far, "appstore")).await?,
        ["v2"]
    );
    let missing = client.list_tags(&repository(&far, "apps/none")).await;
    let text = format!(
        "listing the tags of HOST/apps/none: http://{}, which stands for the registry, answered 404 (NAME_UNKNOWN); \
         check the name, and that the credentials may see it",
        near.address()
    );
    check(missing, &far, ErrorKind::NotFound, &text);
    Ok(())
}

async fn digests_come_from_mirrors_too() -> TestResult {
    let (registry, mirror) = (Registry::start(), Registry::start());
    let digest = mirror.push("app", "v1");
    let client = client(&registry, &mirror.address())?;
    let found = client.digest(&reference(&registry, "app:v1")).await?;
    assert_eq!(found.as_str(), digest);
    let digest = registry.push("app", "v2");
    let found = client.digest(&reference(&registry, "app:v2")).await?;
    assert_eq!(found.as_str(), digest);
    Ok(())
}

fn places_that_cannot_be_asked() -> TestResult {
    for (place, shown) in [
        ("", ""),
        ("https://mirror.example", "https://mirror.example"),
        ("u:c4n4ry@mirror.example", "mirror.example"),
        ("mirror.example/a/../b", "mirror.example/a/../b"),
        ("mirror.example:port", "mirror.example:port"),
    ] {
        let error = Client::builder()
            .mirror("docker.io", place)
            .build()
            .expect_err(place);
        let text = format!(
            "a place '{shown}' that cannot be asked; write it as host[:port] or host[:port]/path, without a scheme"
        );
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Config, text));
    }
    Ok(())
}
