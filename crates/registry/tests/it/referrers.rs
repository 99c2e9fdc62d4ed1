use std::time::Duration;

use serde_json::{Value, json};
use tagwright_registry::{Descriptor, Error, ErrorKind};
use tagwright_testkit::harness::TestResult;

use crate::routes::Routes;
use crate::support::{builder, limits, suite};

suite! {
    async_test referrers_of_a_digest_and_of_a_tag,
    async_test pages_are_followed,
    async_test a_link_to_elsewhere_is_refused,
    async_test a_registry_without_the_api,
    async_test a_tag_that_is_no_index,
    async_test a_refusal_is_no_missing_api,
    async_test lists_are_bounded,
    async_test links_do_not_go_in_circles,
    async_test bytes_of_all_pages_are_bounded,
    async_test a_list_has_a_time_for_all_of_it,
}

const INDEX: &str = "content-type: application/vnd.oci.image.index.v1+json";

fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

fn referrer(digit: char, artifact_type: &str) -> Value {
    json!({
        "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest(digit), "size": 7,
        "artifactType": artifact_type, "annotations": { "k": "v" },
    })
}

fn index(referrers: &[Value]) -> String {
    json!({ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": referrers })
        .to_string()
}

fn digests(referrers: &[Descriptor]) -> Vec<&str> {
    referrers
        .iter()
        .map(|referrer| referrer.digest().as_str())
        .collect()
}

#[track_caller]
fn check<T>(outcome: Result<T, Error>, routes: &Routes, kind: ErrorKind, rest: &str) {
    let Err(error) = outcome else {
        panic!("no error where there should be: {rest}")
    };
    let shown = error.to_string().replace(routes.address(), "HOST");
    assert_eq!(
        (error.kind(), shown),
        (
            kind,
            format!(
                "asking for the referrers of HOST/app@{}: {rest}",
                digest('0')
            )
        )
    );
}

async fn referrers_of_a_digest_and_of_a_tag() -> TestResult {
    let routes = Routes::start();
    let (signature, sbom) = (referrer('1', "a/signature"), referrer('2', "a/sbom"));
    let path = format!("/v2/app/referrers/{}", digest('0'));
    routes.at(
        &path,
        200,
        &[INDEX],
        &index(&[signature.clone(), sbom.clone()]),
    );
    // One registry chooses, one does not.
    routes.at(
        &format!("{path}?artifactType=a%2Fsbom"),
        200,
        &[INDEX],
        &index(&[signature, sbom]),
    );
    let header = format!("docker-content-digest: {}", digest('0'));
    routes.at("/v2/app/manifests/v1", 200, &[&header], "");
    let client = routes.client();
    let found = client.referrers(&routes.reference("app:v1"), None).await?;
    assert_eq!(digests(&found), [digest('1'), digest('2')]);
    assert_eq!(
        (
            found[0].artifact_type(),
            found[0].annotations()["k"].as_str()
        ),
        (Some("a/signature"), "v")
    );
    let pinned = routes.reference(&format!("app@{}", digest('0')));
    assert_eq!(
        digests(&client.referrers(&pinned, Some("a/sbom")).await?),
        [digest('2')]
    );
    Ok(())
}

async fn pages_are_followed() -> TestResult {
    let routes = Routes::start();
    let path = format!("/v2/app/referrers/{}", digest('0'));
    let link = format!("link: <{path}?page=2>; rel=\"next\"");
    routes.at(&path, 200, &[INDEX, &link], &index(&[referrer('1', "a/b")]));
    routes.at(
        &format!("{path}?page=2"),
        200,
        &[INDEX],
        &index(&[referrer('2', "a/b")]),
    );
    let pinned = routes.reference(&format!("app@{}", digest('0')));
    let found = routes.client().referrers(&pinned, None).await?;
    assert_eq!(digests(&found), [digest('1'), digest('2')]);
    // Half a list is an error.
    routes.at(&format!("{path}?page=2"), 404, &[], "");
    let rest = "the registry answered 404; check the name, and that the credentials may see it";
    check(
        routes.client().referrers(&pinned, None).await,
        &routes,
        ErrorKind::NotFound,
        rest,
    );
    routes.at(&format!("{path}?page=2"), 200, &[INDEX], "{");
    let rest = "a manifest that cannot be read at line 1, column 1; check that this is the address of a registry";
    check(
        routes.client().referrers(&pinned, None).await,
        &routes,
        ErrorKind::InvalidResponse,
        rest,
    );
    Ok(())
}

async fn a_link_to_elsewhere_is_refused() -> TestResult {
    let routes = Routes::start();
    let path = format!("/v2/app/referrers/{}", digest('0'));
    let pinned = routes.reference(&format!("app@{}", digest('0')));
    for (link, found) in [
        (
            "link: <http://evil.example/v2/>; rel=next",
            "http://HOST links to the next page at http://evil.example",
        ),
        ("link: </v2", "a Link to the next page that cannot be read"),
        (
            "link: <http://[>; rel=next",
            "a Link to the next page that is no URL",
        ),
    ] {
        routes.at(&path, 200, &[INDEX, link], &index(&[]));
        let rest = format!("{found}; check that this is the address of a registry");
        check(
            routes.client().referrers(&pinned, None).await,
            &routes,
            ErrorKind::InvalidResponse,
            &rest,
        );
    }
    Ok(())
}

async fn a_registry_without_the_api() -> TestResult {
    let routes = Routes::start();
    let pinned = routes.reference(&format!("app@{}", digest('0')));
    let client = routes.client();
    assert_eq!(client.referrers(&pinned, None).await?, []);
    let tag = format!("/v2/app/manifests/sha256-{}", "0".repeat(64));
    routes.at(
        &tag,
        200,
        &[INDEX],
        &index(&[referrer('1', "a/b"), referrer('2', "a/c")]),
    );
    let api = format!("/v2/app/referrers/{}", digest('0'));
    for status in [400, 404, 405, 406, 501] {
        routes.at(&api, status, &[], "");
        assert_eq!(
            digests(&client.referrers(&pinned, Some("a/b")).await?),
            [digest('1')],
            "{status}"
        );
    }
    // A web page of the registry's own.
    routes.at(&api, 200, &["content-type: text/html"], "<html>");
    assert_eq!(
        digests(&client.referrers(&pinned, None).await?),
        [digest('1'), digest('2')]
    );
    Ok(())
}

async fn a_tag_that_is_no_index() -> TestResult {
    let routes = Routes::start();
    let pinned = routes.reference(&format!("app@{}", digest('0')));
    let tag = format!("/v2/app/manifests/sha256-{}", "0".repeat(64));
    let image = json!({ "config": { "digest": digest('1'), "size": 1 }, "layers": [] });
    routes.at(&tag, 200, &[], &image.to_string());
    let rest =
        "an image where an index of referrers is due; check that this is the address of a registry";
    check(
        routes.client().referrers(&pinned, None).await,
        &routes,
        ErrorKind::InvalidResponse,
        rest,
    );
    Ok(())
}

async fn a_refusal_is_no_missing_api() -> TestResult {
    let routes = Routes::start();
    let pinned = routes.reference(&format!("app@{}", digest('0')));
    routes.at(&format!("/v2/app/referrers/{}", digest('0')), 403, &[], "");
    let rest = "the registry answered 403; allow these credentials to pull from the repository";
    check(
        routes.client().referrers(&pinned, None).await,
        &routes,
        ErrorKind::Forbidden,
        rest,
    );
    Ok(())
}

async fn lists_are_bounded() -> TestResult {
    let routes = Routes::start();
    let path = format!("/v2/app/referrers/{}", digest('0'));
    let pinned = routes.reference(&format!("app@{}", digest('0')));
    let client = builder(routes.address())
        .limits(limits().pages(3))
        .build()?;
    pages(&routes, 5, &[]);
    let rest = "a list of more than 3 pages; raise the limit if the registry can be trusted";
    check(
        client.referrers(&pinned, None).await,
        &routes,
        ErrorKind::LimitExceeded,
        rest,
    );
    assert_eq!(routes.requests().len(), 3);
    routes.at(
        &path,
        200,
        &[INDEX],
        &index(&vec![referrer('1', "a/b"); 10_001]),
    );
    let rest =
        "a list of more than 10000 referrers; raise the limit if the registry can be trusted";
    check(
        routes.client().referrers(&pinned, None).await,
        &routes,
        ErrorKind::LimitExceeded,
        rest,
    );
    Ok(())
}

/// `count` pages of the same referrers, each with a link to the next one.
fn pages(routes: &Routes, count: usize, referrers: &[Value]) {
    let path = format!("/v2/app/referrers/{}", digest('0'));
    let page = |number: usize| match number {
        0 => path.clone(),
        number => format!("{path}?page={number}"),
    };
    for number in 0..count {
        let link = format!("link: <{}>; rel=next", page(number + 1));
        routes.at(&page(number), 200, &[INDEX, &link], &index(referrers));
    }
    routes.at(&page(count), 200, &[INDEX], &index(&[]));
}

async fn links_do_not_go_in_circles() -> TestResult {
    let routes = Routes::start();
    let path = format!("/v2/app/referrers/{}", digest('0'));
    let link = format!("link: <{path}>; rel=next");
    routes.at(&path, 200, &[INDEX, &link], &index(&[]));
    let pinned = routes.reference(&format!("app@{}", digest('0')));
    let rest = "a page links back to one that was read before; \
        check that this is the address of a registry";
    check(
        routes.client().referrers(&pinned, None).await,
        &routes,
        ErrorKind::InvalidResponse,
        rest,
    );
    assert_eq!(routes.requests().len(), 1);
    Ok(())
}

async fn bytes_of_all_pages_are_bounded() -> TestResult {
    let routes = Routes::start();
    let page = [referrer('1', "a/b")];
    pages(&routes, 9, &page);
    let most = index(&page).len() * 3;
    let client = builder(routes.address())
        .limits(limits().page_bytes(most))
        .build()?;
    let pinned = routes.reference(&format!("app@{}", digest('0')));
    let rest = format!(
        "a list of referrers of more than {most} bytes; raise the limit if the registry can be trusted"
    );
    // Those that are not wanted count, too.
    for artifact_type in [None, Some("a/c")] {
        let path = format!("/v2/app/referrers/{}?artifactType=a%2Fc", digest('0'));
        let link = format!("link: </v2/app/referrers/{}?page=1>; rel=next", digest('0'));
        routes.at(&path, 200, &[INDEX, &link], &index(&page));
        check(
            client.referrers(&pinned, artifact_type).await,
            &routes,
            ErrorKind::LimitExceeded,
            &rest,
        );
        assert_eq!(routes.requests().len(), 4);
    }
    Ok(())
}

async fn a_list_has_a_time_for_all_of_it() -> TestResult {
    let routes = Routes::start();
    let path = format!("/v2/app/referrers/{}", digest('0'));
    routes.at(&path, 503, &["retry-after: 20"], "");
    let client = builder(routes.address())
        .limits(limits().listing_timeout(Duration::from_millis(50)))
        .build()?;
    let pinned = routes.reference(&format!("app@{}", digest('0')));
    check(
        client.referrers(&pinned, None).await,
        &routes,
        ErrorKind::Timeout,
        "no whole list within 0.05 s; try again later, or allow more time",
    );
    Ok(())
}
