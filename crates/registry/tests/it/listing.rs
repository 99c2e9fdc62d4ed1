use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use futures_core::Stream as _;
use tagwright_registry::{Client, Credential, ErrorKind, Repository, StaticKeychain, TagPages};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::{Fault, Registry};

use crate::script::{Script, answer};
use crate::support::{builder, check, client, limits, numbered, repository, seen, suite};

suite! {
    async_test all_pages_are_followed,
    async_test links_may_be_absolute,
    async_test a_stream_gives_the_same_pages,
    async_test a_dropped_call_loses_no_page,
    async_test a_listing_that_is_kept_holds_up_no_other,
    async_test a_listing_that_is_kept_keeps_no_token_from_others,
    test a_listing_whose_runtime_ended_is_an_error,
    async_test a_listing_outside_of_a_runtime_is_not_over,
    async_test a_refused_page_size_is_halved,
    async_test a_size_that_was_taken_is_remembered,
    async_test registries_refuse_page_sizes_in_several_ways,
    async_test a_link_without_the_beginning_of_the_name,
    async_test a_list_without_tags_is_empty,
    async_test names_that_are_no_tags_are_skipped_and_counted,
    async_test passing_failures_are_asked_again,
    async_test retry_after_is_obeyed,
    async_test a_listing_that_breaks_half_way_is_an_error,
    async_test nothing_follows_an_error,
    async_test links_stay_at_home,
    async_test links_do_not_go_in_circles,
    async_test what_is_no_tag_list_is_refused,
    async_test answers_are_bounded,
    async_test slow_answers_end,
    async_test redirects_are_followed_and_bounded,
    async_test concurrency_is_bounded_for_all_clones,
    async_test a_path_that_a_url_would_change_is_refused,
}

async fn all_pages_are_followed() -> TestResult {
    let registry = Registry::builder().page_limit(7).start();
    let tags = numbered(50);
    registry.push_tags("team/app", &tags);
    assert_eq!(
        client(&registry)
            .list_tags(&repository(&registry, "team/app"))
            .await?,
        tags
    );
    let requests = registry.requests();
    assert_eq!((requests.len(), requests[0].query.as_str()), (8, "n=1000"));
    Ok(())
}

async fn links_may_be_absolute() -> TestResult {
    let registry = Registry::builder().page_limit(2).absolute_links().start();
    registry.push_tags("app", numbered(5));
    assert_eq!(
        client(&registry)
            .list_tags(&repository(&registry, "app"))
            .await?,
        numbered(5)
    );
    Ok(())
}

async fn a_stream_gives_the_same_pages() -> TestResult {
    let registry = Registry::builder().page_limit(2).start();
    registry.push_tags("app", numbered(5));
    let mut pages = pin!(client(&registry).tags(&repository(&registry, "app")));
    let mut lengths = Vec::new();
    while let Some(page) = poll_fn(|context| pages.as_mut().poll_next(context)).await {
        lengths.push(page?.len());
    }
    assert_eq!(lengths, [2, 2, 1]);
    assert!(pages.next_page().await?.is_none());
    Ok(())
}

async fn a_dropped_call_loses_no_page() -> TestResult {
    let registry = Registry::builder().page_limit(2).start();
    registry.push_tags("app", numbered(4));
    registry.fault("last=", 1, Fault::Slow(Duration::from_millis(20)));
    let mut pages = client(&registry).tags(&repository(&registry, "app"));
    let first = pages.next_page().await?.unwrap_or_default();
    let waited = tokio::time::timeout(Duration::from_millis(1), pages.next_page()).await;
    assert!(waited.is_err(), "the second page takes longer");
    let second = pages.next_page().await?.unwrap_or_default();
    assert_eq!(
        first.tags().chain(second.tags()).collect::<Vec<_>>(),
        numbered(4)
    );
    assert_eq!(registry.requests().len(), 2);
    Ok(())
}

/// Asks for the first page of a listing and then no more.
async fn begin(client: &Client, repository: &Repository) -> TagPages {
    let mut pages = client.tags(repository);
    let waited = tokio::time::timeout(Duration::from_millis(20), pages.next_page()).await;
    assert!(waited.is_err(), "the page is slow");
    pages
}

async fn a_listing_that_is_kept_holds_up_no_other() -> TestResult {
    let registry = Registry::start();
    registry.push("slow", "v1");
    registry.push("app", "v1");
    registry.fault("/slow/", 1, Fault::Slow(Duration::from_millis(10)));
    registry.fault("/slow/", 1, Fault::Slow(Duration::from_secs(60)));
    let client = builder(&registry.address())
        .concurrency_per_host(1)
        .limits(limits().page_timeout(Duration::from_secs(3)))
        .build()?;
    let (slow, app) = (repository(&registry, "slow"), repository(&registry, "app"));
    // The one gets its answer while nobody asks for it, the other runs into its timeout.
    let mut first = begin(&client, &slow).await;
    let mut second = begin(&client, &slow).await;
    let listed = tokio::time::timeout(Duration::from_secs(20), client.list_tags(&app)).await;
    assert_eq!(listed.expect("the place is free again")?, ["v1"]);
    assert_eq!(first.next_page().await?.map(|page| page.len()), Some(1));
    let second = second.next_page().await.map_err(|error| error.kind());
    assert_eq!(second, Err(ErrorKind::Timeout));
    // One that is dropped frees its place at once.
    registry.fault("/slow/", 1, Fault::Slow(Duration::from_secs(60)));
    drop(begin(&client, &slow).await);
    assert_eq!(client.list_tags(&app).await?, ["v1"]);
    Ok(())
}

async fn a_listing_that_is_kept_keeps_no_token_from_others() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "pw").start();
    registry.push("app", "v1");
    registry.fault("/token", 1, Fault::Slow(Duration::from_millis(10)));
    let keychain = StaticKeychain::new().with(registry.address(), Credential::basic("ada", "pw"));
    let client = builder(&registry.address()).keychain(keychain).build()?;
    let app = repository(&registry, "app");
    let kept = begin(&client, &app).await;
    let listed = tokio::time::timeout(Duration::from_secs(20), client.list_tags(&app)).await;
    assert_eq!(listed.expect("the token is there")?, ["v1"]);
    drop(kept);
    Ok(())
}

fn a_listing_whose_runtime_ended_is_an_error() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    registry.fault("/app/", 1, Fault::Slow(Duration::from_secs(60)));
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build()
    };
    let (client, app) = (client(&registry), repository(&registry, "app"));
    let mut pages = runtime()?.block_on(begin(&client, &app));
    let outcome = runtime()?.block_on(pages.next_page());
    let text = "listing the tags of HOST/app: the runtime ended before the answer was there; \
        ask and wait in the same runtime";
    check(outcome, &registry, ErrorKind::Unreachable, text);
    Ok(())
}

/// Who catches the panic has not read the whole list.
async fn a_listing_outside_of_a_runtime_is_not_over() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    let mut pages = client(&registry).tags(&repository(&registry, "app"));
    let mut pages = std::thread::spawn(move || {
        for _ in 0..2 {
            let mut next = pin!(pages.next_page());
            let mut context = Context::from_waker(Waker::noop());
            let poll = std::panic::AssertUnwindSafe(|| next.as_mut().poll(&mut context).is_ready());
            assert!(std::panic::catch_unwind(poll).is_err());
        }
        pages
    })
    .join()
    .expect("all panics are caught");
    assert_eq!(pages.next_page().await?.map(|page| page.len()), Some(1));
    Ok(())
}

async fn a_refused_page_size_is_halved() -> TestResult {
    let registry = Registry::builder()
        .page_limit(2)
        .refuse_pages_over(100)
        .start();
    registry.push_tags("app", numbered(3));
    assert_eq!(
        client(&registry)
            .list_tags(&repository(&registry, "app"))
            .await?,
        numbered(3)
    );
    let queries: Vec<_> = registry
        .requests()
        .into_iter()
        .map(|request| request.query)
        .collect();
    let halved = ["n=1000", "n=500", "n=250", "n=125", "n=62"];
    assert_eq!(queries[..5], halved);
    assert_eq!(queries[5..], ["last=v00001&n=2"]);
    let small = builder(&registry.address()).page_size(100).build()?;
    registry.clear_requests();
    small.list_tags(&repository(&registry, "app")).await?;
    assert_eq!(registry.requests()[0].query, "n=100");
    Ok(())
}

async fn a_size_that_was_taken_is_remembered() -> TestResult {
    let registry = Registry::builder().refuse_pages_over(300).start();
    registry.push_tags("app", numbered(3));
    registry.push_tags("other", numbered(3));
    let client = client(&registry);
    client.list_tags(&repository(&registry, "app")).await?;
    registry.clear_requests();
    client.list_tags(&repository(&registry, "other")).await?;
    let queries: Vec<_> = registry
        .requests()
        .into_iter()
        .map(|request| request.query)
        .collect();
    assert_eq!(queries, ["n=250"]);
    Ok(())
}

async fn registries_refuse_page_sizes_in_several_ways() -> TestResult {
    let page = answer(200, &[], r#"{"tags":["v1"]}"#);
    let list = async |refusal: &str, times: usize| {
        let mut answers = vec![refusal; times];
        answers.push(&page);
        let script = Script::serve(&answers);
        let client = builder(script.address()).build()?;
        let tags = client
            .list_tags(&format!("{}/team/app", script.address()).parse()?)
            .await;
        let requests = script.requests();
        let queries = requests.iter().map(|request| {
            let target = request.split(' ').nth(1).unwrap_or_default();
            target.split_once('?').unwrap_or_default().1.to_owned()
        });
        Ok::<_, tagwright_registry::Error>((tags, queries.collect::<Vec<_>>()))
    };
    let code = |status, code: &str| {
        answer(
            status,
            &[],
            &format!(r#"{{"errors":[{{"code":"{code}"}}]}}"#),
        )
    };
    for refusal in [
        code(400, "PAGINATION_NUMBER_INVALID"),
        code(422, "TOO_MANY_TAGS_REQUESTED"),
        answer(400, &[], "too many"),
    ] {
        let (tags, queries) = list(&refusal, 2).await?;
        assert_eq!(
            (tags?, queries.last().map(String::as_str)),
            (vec!["v1".to_owned()], Some("n=250"))
        );
        // What takes no number at all is asked without one in the end.
        let (tags, queries) = list(&refusal, 10).await?;
        assert_eq!(
            (tags?, queries.last().map(String::as_str)),
            (vec!["v1".to_owned()], Some(""))
        );
    }
    let (tags, queries) = list(&code(400, "NAME_INVALID"), 1).await?;
    assert_eq!((tags.is_err(), queries.len()), (true, 1));
    Ok(())
}

async fn a_link_without_the_beginning_of_the_name() -> TestResult {
    let registry = Registry::builder().page_limit(2).start();
    registry.push_tags("docker-local/team/app", numbered(4));
    for cut in ["team/app", "app"] {
        let link = format!("</v2/{cut}/tags/list?last=v00001&n=2>; rel=\"next\"");
        registry.fault("n=1000", 1, Fault::Link(link));
        let tags = client(&registry)
            .list_tags(&repository(&registry, "docker-local/team/app"))
            .await?;
        assert_eq!(tags, numbered(4));
    }
    // Another name is asked for, and is not there.
    let link = "</v2/pp/tags/list?last=v00001&n=2>; rel=next".to_owned();
    registry.fault("n=1000", 1, Fault::Link(link));
    let outcome = client(&registry)
        .list_tags(&repository(&registry, "docker-local/team/app"))
        .await;
    assert_eq!(
        outcome.map_err(|error| error.kind()),
        Err(ErrorKind::NotFound)
    );
    Ok(())
}

async fn a_list_without_tags_is_empty() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    for body in ["{}", r#"{"name":"app","tags":null}"#, r#"{"tags":[]}"#] {
        registry.fault("/tags/", 1, Fault::Body(body.to_owned()));
        let tags = client(&registry)
            .list_tags(&repository(&registry, "app"))
            .await?;
        assert!(tags.is_empty(), "{body}");
    }
    Ok(())
}

async fn names_that_are_no_tags_are_skipped_and_counted() -> TestResult {
    let registry = Registry::start();
    registry.push_tags("app", ["v1", "", "../../x", "v2", "a b", "v1\n"]);
    let mut pages = client(&registry).tags(&repository(&registry, "app"));
    let page = pages.next_page().await?.unwrap_or_default();
    assert_eq!(
        (page.tags().collect::<Vec<_>>(), page.skipped()),
        (vec!["v1", "v2"], 4)
    );
    assert_eq!(Vec::from(page), ["v1", "v2"]);
    Ok(())
}

async fn passing_failures_are_asked_again() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    let faults = [
        Fault::status(429),
        Fault::status(408),
        Fault::status(500),
        Fault::status(502),
        Fault::status(503),
        Fault::status(504),
        Fault::Cut,
        Fault::Truncated,
    ];
    for fault in faults {
        registry.clear_requests();
        registry.fault("/tags/", 1, fault.clone());
        let tags = client(&registry)
            .list_tags(&repository(&registry, "app"))
            .await?;
        assert_eq!(
            (tags, registry.requests().len()),
            (vec!["v1".to_owned()], 2),
            "{fault:?}"
        );
    }
    Ok(())
}

async fn retry_after_is_obeyed() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    registry.fault("/tags/", 1, Fault::status(429).header("Retry-After", "1"));
    let start = std::time::Instant::now();
    client(&registry)
        .list_tags(&repository(&registry, "app"))
        .await?;
    assert!(
        start.elapsed() >= Duration::from_secs(1),
        "asked again too soon"
    );
    registry.clear_requests();
    registry.fault(
        "/tags/",
        1,
        Fault::status(429).header("Retry-After", "3600"),
    );
    let outcome = client(&registry)
        .list_tags(&repository(&registry, "app"))
        .await;
    let asked = outcome
        .as_ref()
        .err()
        .and_then(tagwright_registry::Error::retry_after);
    assert_eq!(
        (asked, registry.requests().len()),
        (Some(Duration::from_secs(3600)), 1)
    );
    let text = "listing the tags of HOST/app: the registry answered 429 (UNKNOWN), to be asked again in 3600 s; \
        ask less often, or with credentials that may ask more";
    check(outcome, &registry, ErrorKind::RateLimited, text);
    Ok(())
}

async fn a_listing_that_breaks_half_way_is_an_error() -> TestResult {
    let registry = Registry::builder().page_limit(2).start();
    registry.push_tags("app", numbered(6));
    for fault in [
        Fault::Cut,
        Fault::Truncated,
        Fault::status(503),
        Fault::status(404),
    ] {
        registry.fault("last=v00003", 9, fault);
        let client = builder(&registry.address())
            .limits(limits().attempts(2))
            .build()?;
        let outcome = client.list_tags(&repository(&registry, "app")).await;
        assert!(outcome.is_err(), "a shorter list: {outcome:?}");
        registry.clear_faults();
    }
    Ok(())
}

async fn nothing_follows_an_error() -> TestResult {
    let registry = Registry::builder().page_limit(2).start();
    registry.push_tags("app", numbered(6));
    registry.fault("last=", 1, Fault::status(404));
    let mut pages = client(&registry).tags(&repository(&registry, "app"));
    assert!(pages.next_page().await?.is_some());
    assert!(pages.next_page().await.is_err());
    assert!(pages.next_page().await?.is_none());
    Ok(())
}

async fn links_stay_at_home() -> TestResult {
    let (registry, other) = (Registry::start(), Registry::start());
    registry.push("app", "v1");
    let link = format!(
        "<http://{}/v2/app/tags/list?last=v1>; rel=\"next\"",
        other.address()
    );
    registry.fault("/tags/", 1, Fault::Link(link));
    let outcome = client(&registry)
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = format!(
        "listing the tags of HOST/app: http://HOST links to the next page at http://{}; \
         check that this is the address of a registry",
        other.address()
    );
    check(outcome, &registry, ErrorKind::InvalidResponse, &text);
    let secure = format!(
        "<https://{}/v2/app/tags/list?last=v1>; rel=next",
        registry.address()
    );
    for link in [
        secure.as_str(),
        "<v1",
        "<http://[/>; rel=next",
        "</v2/>; rel=\"next",
    ] {
        registry.fault("/tags/", 1, Fault::Link(link.to_owned()));
        let outcome = client(&registry)
            .list_tags(&repository(&registry, "app"))
            .await;
        assert_eq!(
            outcome.map_err(|error| error.kind()),
            Err(ErrorKind::InvalidResponse),
            "{link}"
        );
    }
    assert_eq!(other.requests().len(), 0);
    Ok(())
}

async fn links_do_not_go_in_circles() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    let fault = Fault::Link("</v2/app/tags/list?last=v0>; rel=\"next\"".to_owned());
    registry.fault("/tags/", 9, fault);
    let outcome = client(&registry)
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = "listing the tags of HOST/app: a page links back to one that was read before; \
        check that this is the address of a registry";
    check(outcome, &registry, ErrorKind::InvalidResponse, text);
    assert_eq!(registry.requests().len(), 2);
    Ok(())
}

async fn what_is_no_tag_list_is_refused() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    for (body, found) in [
        (
            "<html>",
            "an answer that is no tag list at line 1, column 1",
        ),
        (
            r#"{"tags":[1]}"#,
            "an answer that is no tag list at line 1, column 10",
        ),
        (
            r#"[{"tags":[]}]"#,
            "an answer that is a list where an object is due",
        ),
        (
            r#"{"errors":[{"code":"DENIED"}]}"#,
            "an answer with errors instead of tags",
        ),
    ] {
        registry.fault("/tags/", 1, Fault::Body(body.to_owned()));
        let outcome = client(&registry)
            .list_tags(&repository(&registry, "app"))
            .await;
        let text = format!(
            "listing the tags of HOST/app: {found}; check that this is the address of a registry"
        );
        check(outcome, &registry, ErrorKind::InvalidResponse, &text);
    }
    registry.fault("/tags/", 1, Fault::ContentType("text/html".to_owned()));
    assert_eq!(
        client(&registry)
            .list_tags(&repository(&registry, "app"))
            .await?,
        ["v1"]
    );
    Ok(())
}

async fn answers_are_bounded() -> TestResult {
    let registry = Registry::builder().page_limit(2).start();
    registry.push_tags("app", numbered(6));
    let hint = "raise the limit if the registry can be trusted";
    let list = async |limits| {
        let client = builder(&registry.address()).limits(limits).build()?;
        client.list_tags(&repository(&registry, "app")).await
    };
    let text = format!("listing the tags of HOST/app: a list of more than 2 pages; {hint}");
    check(
        list(limits().pages(2)).await,
        &registry,
        ErrorKind::LimitExceeded,
        &text,
    );
    assert!(list(limits().pages(3).tags(6)).await.is_ok());
    let text = format!("listing the tags of HOST/app: a list of more than 5 tags; {hint}");
    check(
        list(limits().tags(5)).await,
        &registry,
        ErrorKind::LimitExceeded,
        &text,
    );
    let text = "listing the tags of HOST/app: http://HOST sends more than 1000 bytes for one answer; \
        raise the limit of bytes if the registry can be trusted";
    registry.fault("/tags/", 1, Fault::Endless);
    check(
        list(limits().page_bytes(1000)).await,
        &registry,
        ErrorKind::LimitExceeded,
        text,
    );
    check(
        list(limits().page_bytes(10)).await,
        &registry,
        ErrorKind::LimitExceeded,
        &text.replace("1000", "10"),
    );
    Ok(())
}

async fn slow_answers_end() -> TestResult {
    let registry = Registry::start();
    registry.push_tags("app", numbered(100));
    registry.fault("/tags/", 1, Fault::Slow(Duration::from_millis(50)));
    let client = builder(&registry.address())
        .limits(limits().page_timeout(Duration::from_millis(200)))
        .build()?;
    let outcome = client.list_tags(&repository(&registry, "app")).await;
    let text = "listing the tags of HOST/app: no whole answer from http://HOST in time; \
        try again later, or allow more time";
    check(outcome, &registry, ErrorKind::Timeout, text);
    Ok(())
}

async fn redirects_are_followed_and_bounded() -> TestResult {
    let registry = Registry::start();
    let other = Registry::builder().page_limit(1).start();
    registry.push("app", "v1");
    other.push_tags("mirror/app", ["m1", "m2"]);
    let target = format!("http://{}/v2/mirror/app/tags/list", other.address());
    let redirect = Fault::status(307).header("Location", &target);
    registry.fault("/tags/", 1, redirect.clone());
    let both = builder(&registry.address())
        .plain_http(other.address())
        .build()?;
    assert_eq!(
        both.list_tags(&repository(&registry, "app")).await?,
        ["m1", "m2"]
    );
    registry.fault("/tags/", 1, redirect);
    let outcome = client(&registry)
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = format!(
        "listing the tags of HOST/app: http://HOST redirects to http://{}, which is not HTTPS; \
         name that host as a plain HTTP one if this is meant",
        other.address()
    );
    check(outcome, &registry, ErrorKind::InvalidResponse, &text);
    registry.fault(
        "/tags/",
        99,
        Fault::status(302).header("Location", "/v2/app/tags/list"),
    );
    registry.clear_requests();
    let outcome = client(&registry)
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = "listing the tags of HOST/app: more than 5 redirects from http://HOST; \
        check that this is the address of a registry";
    check(outcome, &registry, ErrorKind::InvalidResponse, text);
    assert_eq!(registry.requests().len(), 6);
    Ok(())
}

async fn concurrency_is_bounded_for_all_clones() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    registry.fault("/tags/", 1, Fault::Slow(Duration::from_millis(5)));
    let client = builder(&registry.address())
        .concurrency_per_host(1)
        .build()?;
    let (slow, fast) = (client.clone(), client);
    let (first, second) = (repository(&registry, "app"), repository(&registry, "app"));
    let slow = async {
        let tags = slow.list_tags(&first).await;
        (tags, std::time::Instant::now())
    };
    let fast = async {
        let tags = fast.list_tags(&second).await;
        (tags, std::time::Instant::now())
    };
    let ((slow, slow_end), (fast, fast_end)) = tokio::join!(slow, fast);
    assert_eq!(
        (slow?, fast?),
        (vec!["v1".to_owned()], vec!["v1".to_owned()])
    );
    assert!(
        slow_end <= fast_end,
        "the second request did not wait for the first"
    );
    assert_eq!(seen(&registry).len(), 2);
    Ok(())
}

async fn a_path_that_a_url_would_change_is_refused() -> TestResult {
    let registry = Registry::start();
    for path in ["a/../b", "a//b", "./ab", "ab/"] {
        let outcome = client(&registry)
            .list_tags(&repository(&registry, path))
            .await;
        let text = format!(
            "listing the tags of HOST/{path}: a repository path with an empty, '.' or '..' part; \
             write the path as the registry spells it"
        );
        check(outcome, &registry, ErrorKind::Reference, &text);
    }
    let client = client(&registry);
    for image in ["a<b.c/ab", ":5000/ab", "a:1:2/bc"] {
        let outcome = client.list_tags(&image.parse()?).await;
        assert_eq!(
            outcome.map_err(|error| error.kind()),
            Err(ErrorKind::Reference),
            "{image}"
        );
    }
    assert_eq!(registry.requests().len(), 0);
    Ok(())
}
