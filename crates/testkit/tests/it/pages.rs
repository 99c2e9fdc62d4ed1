use tagwright_testkit::{
    harness::{TestResult, Trial, test},
    http,
    oci::Registry,
};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("pages::follow_links_to_the_end", follow_links_to_the_end),
        test("pages::absolute_links", absolute_links),
        test("pages::refused_size", refused_size),
        test("pages::unknown_names", unknown_names),
        test("pages::manifests", manifests),
        test("pages::index", index),
        test("pages::pushed_again", pushed_again),
        test("pages::deleted", deleted),
        test("pages::no_uploads", no_uploads),
    ]
}

fn follow_links_to_the_end() -> TestResult {
    let registry = Registry::builder().page_limit(2).start();
    registry.push_tags("a/b", ["3", "1", "2", "5", "4"]);
    let mut target = "/v2/a/b/tags/list?n=100".to_owned();
    let mut pages = Vec::new();
    loop {
        let answer = http::get(&registry.address(), &target, &[])?;
        pages.push(answer.text());
        let Some(link) = answer.header("link") else {
            break;
        };
        target = link
            .split(['<', '>'])
            .nth(1)
            .map(str::to_owned)
            .unwrap_or_default();
    }
    let want = [r#"["1","2"]"#, r#"["3","4"]"#, r#"["5"]"#];
    assert_eq!(
        pages,
        want.map(|tags| format!(r#"{{"name":"a/b","tags":{tags}}}"#))
    );
    let queries: Vec<_> = registry
        .requests()
        .into_iter()
        .map(|request| request.query)
        .collect();
    assert_eq!(queries, ["n=100", "last=2&n=2", "last=4&n=2"]);
    Ok(())
}

fn absolute_links() -> TestResult {
    let registry = Registry::builder().page_limit(1).absolute_links().start();
    registry.push_tags("a", ["1", "2"]);
    let answer = http::get(&registry.address(), "/v2/a/tags/list", &[])?;
    let want = format!(
        "<http://{}/v2/a/tags/list?last=1&n=1>; rel=\"next\"",
        registry.address()
    );
    assert_eq!(answer.header("link"), Some(want.as_str()));
    Ok(())
}

fn refused_size() -> TestResult {
    let registry = Registry::builder().refuse_pages_over(100).start();
    registry.push("a", "1");
    let refused = http::get(&registry.address(), "/v2/a/tags/list?n=101", &[])?;
    assert_eq!(refused.status, 400);
    assert!(
        refused.text().contains("PAGINATION_NUMBER_INVALID"),
        "{}",
        refused.text()
    );
    assert_eq!(
        http::get(&registry.address(), "/v2/a/tags/list?n=100", &[])?.status,
        200
    );
    assert_eq!(
        http::get(&registry.address(), "/v2/a/tags/list?n=-1", &[])?.status,
        400
    );
    Ok(())
}

fn unknown_names() -> TestResult {
    let registry = Registry::start();
    registry.push("a", "1");
    for (target, code) in [
        ("/v2/b/tags/list", "NAME_UNKNOWN"),
        ("/v2/b/manifests/1", "NAME_UNKNOWN"),
        ("/v2/a/manifests/2", "MANIFEST_UNKNOWN"),
        ("/v2/a/blobs/sha256:00", "BLOB_UNKNOWN"),
    ] {
        let answer = http::get(&registry.address(), target, &[])?;
        assert_eq!(answer.status, 404, "{target}");
        let start = format!(r#"{{"errors":[{{"code":"{code}","#);
        assert!(
            answer.text().starts_with(&start),
            "{target}: {}",
            answer.text()
        );
    }
    assert_eq!(http::get(&registry.address(), "/v1/", &[])?.status, 404);
    Ok(())
}

fn manifests() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push("a", "1");
    for reference in ["1", &digest] {
        let target = format!("/v2/a/manifests/{reference}");
        let got = http::get(&registry.address(), &target, &[])?;
        assert_eq!(got.header("docker-content-digest"), Some(digest.as_str()));
        assert_eq!(
            got.header("content-type"),
            Some("application/vnd.oci.image.manifest.v1+json")
        );
        let head = http::send("HEAD", &registry.address(), &target, &[], b"")?;
        assert_eq!(head.header("docker-content-digest"), Some(digest.as_str()));
        let length = got.body.len().to_string();
        assert_eq!(head.header("content-length"), Some(length.as_str()));
        assert!(head.body.is_empty());
        let manifest: serde_json::Value = serde_json::from_slice(&got.body)?;
        let config = manifest["config"]["digest"].as_str().unwrap_or_default();
        let blob = http::get(&registry.address(), &format!("/v2/a/blobs/{config}"), &[])?;
        assert_eq!(
            Some(blob.body.len() as u64),
            manifest["config"]["size"].as_u64()
        );
    }
    Ok(())
}

fn index() -> TestResult {
    let registry = Registry::start();
    let digest = registry.push_index("a", "1");
    let got = http::get(&registry.address(), "/v2/a/manifests/1", &[])?;
    assert_eq!(got.header("docker-content-digest"), Some(digest.as_str()));
    let index: serde_json::Value = serde_json::from_slice(&got.body)?;
    for (child, architecture) in [(0, "amd64"), (1, "arm64")] {
        let child = &index["manifests"][child];
        assert_eq!(child["platform"]["architecture"], architecture);
        let target = format!(
            "/v2/a/manifests/{}",
            child["digest"].as_str().unwrap_or_default()
        );
        assert_eq!(http::get(&registry.address(), &target, &[])?.status, 200);
    }
    Ok(())
}

fn pushed_again() -> TestResult {
    let (one, other) = (Registry::start(), Registry::start());
    let first = one.push("a", "1");
    assert_eq!(first, other.push("a", "1"), "the same in every registry");
    assert_ne!(first, one.push("a", "1"), "a new build");
    assert_ne!(first, one.push("b", "1"));
    let old = http::get(&one.address(), &format!("/v2/a/manifests/{first}"), &[])?;
    assert_eq!(old.status, 200, "what the tag stood for is still there");
    Ok(())
}

fn deleted() -> TestResult {
    let registry = Registry::start();
    registry.push("a", "1");
    registry.delete_tag("a", "1");
    let answer = http::get(&registry.address(), "/v2/a/tags/list", &[])?;
    assert_eq!(answer.text(), r#"{"name":"a","tags":[]}"#);
    Ok(())
}

fn no_uploads() -> TestResult {
    let registry = Registry::start();
    let answer = http::send("PUT", &registry.address(), "/v2/a/manifests/1", &[], b"{}")?;
    assert_eq!(answer.status, 405);
    assert!(registry.tags("a").is_empty());
    Ok(())
}
