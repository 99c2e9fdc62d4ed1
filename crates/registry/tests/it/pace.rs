//! How fast a registry is asked: by many at once, after it had too much, and in time.

use std::time::{Duration, Instant};

use tagwright_registry::{Client, Error, ErrorKind, Repository};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::{Fault, Registry};

use crate::support::{builder, check, client, limits, numbered, repository, suite};

suite! {
    async_test a_host_that_had_too_much_is_left_alone_by_all,
    async_test the_end_of_a_window_is_waited_for,
    async_test the_cool_down_is_bounded,
    async_test requests_are_counted,
    async_test requests_are_spaced,
    async_test a_paced_host_that_had_too_much_is_left_alone,
    async_test requests_that_are_given_up_take_no_turn,
    async_test a_listing_has_a_time,
    async_test rate_limits_and_dates_are_told,
    async_test many_are_scanned_each_on_its_own,
    async_test a_slow_registry_holds_up_no_other,
    async_test a_scan_uses_pages_as_they_come,
    async_test a_dropped_scan_ends,
    async_test one_panic_costs_no_other_result,
    test a_scan_whose_runtime_ended_panics,
    async_test one_registry_has_its_share_at_most,
}

async fn list(client: &Client, repository: &Repository) -> Result<Vec<String>, Error> {
    client.list_tags(repository).await
}

async fn a_host_that_had_too_much_is_left_alone_by_all() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    registry.push("other", "v1");
    let client = client(&registry);
    let (app, other) = (repository(&registry, "app"), repository(&registry, "other"));
    registry.fault("/app/", 1, Fault::status(429).header("Retry-After", "5"));
    let first = list(&client, &app);
    let second = async {
        while registry.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // By now the answer is there.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let start = Instant::now();
        (list(&client, &other).await, start.elapsed())
    };
    let (first, (second, waited)) = tokio::join!(first, second);
    assert_eq!(
        (first?, second?),
        (vec!["v1".to_owned()], vec!["v1".to_owned()])
    );
    assert!(waited > Duration::from_secs(1), "asked after {waited:?}");

    registry.clear_requests();
    registry.fault("/app/", 1, Fault::status(429).header("Retry-After", "600"));
    let refused = list(&client, &app).await;
    assert_eq!(
        refused.map_err(|error| error.kind()),
        Err(ErrorKind::RateLimited)
    );
    let outcome = list(&client, &other).await;
    let left = outcome.as_ref().err().and_then(Error::retry_after);
    assert!(left > Some(Duration::from_secs(300)), "{left:?}");
    let seconds = format!("{} s", left.unwrap_or_default().as_secs());
    let outcome = outcome.map_err(|error| error.to_string().replace(&seconds, "N s"));
    let text = format!(
        "listing the tags of {other}: http://{} asked to be left alone for N s more; \
         ask less often, or with credentials that may ask more",
        registry.address()
    );
    assert_eq!(outcome, Err(text));
    assert_eq!(registry.requests().len(), 1);
    // Another client is not bound by it.
    assert!(
        list(&crate::support::client(&registry), &other)
            .await
            .is_ok()
    );
    Ok(())
}

async fn the_end_of_a_window_is_waited_for() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    let fault = Fault::status(429)
        .header("X-RateLimit-Limit", "10")
        .header("X-RateLimit-Remaining", "0")
        .header("X-RateLimit-Reset", "300");
    registry.fault("/tags/", 1, fault);
    let error = list(&client(&registry), &repository(&registry, "app"))
        .await
        .expect_err("too many");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(300)));
    let limit = error.rate_limit().unwrap_or_default();
    assert_eq!((limit.limit(), limit.remaining()), (Some(10), Some(0)));
    Ok(())
}

async fn the_cool_down_is_bounded() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    let client = builder(&registry.address())
        .limits(limits().cool_down(Duration::from_millis(1)))
        .build()?;
    let app = repository(&registry, "app");
    registry.fault(
        "/tags/",
        1,
        Fault::status(429).header("Retry-After", "99999999"),
    );
    assert!(list(&client, &app).await.is_err());
    assert_eq!(list(&client, &app).await?, ["v1"]);
    Ok(())
}

async fn requests_are_spaced() -> TestResult {
    let registry = Registry::builder().page_limit(1).start();
    registry.push_tags("app", numbered(5));
    let client = builder(&registry.address())
        .requests_per_second(20)
        .build()?;
    let start = Instant::now();
    let app = repository(&registry, "app");
    let (first, second) = tokio::join!(list(&client, &app), list(&client, &app));
    assert_eq!((first?.len(), second?.len()), (5, 5));
    // Ten requests have nine spaces of 50 ms between them.
    assert!(
        start.elapsed() >= Duration::from_millis(440),
        "{:?}",
        start.elapsed()
    );
    Ok(())
}

async fn a_paced_host_that_had_too_much_is_left_alone() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    registry.fault("/app/", 1, Fault::status(429).header("Retry-After", "600"));
    let client = builder(&registry.address())
        .requests_per_second(1)
        .build()?;
    let app = repository(&registry, "app");
    // The others wait for their turn when the first one is answered.
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (client, app) = (client.clone(), app.clone());
        asking.spawn(async move { list(&client, &app).await.map_err(|error| error.kind()) });
    }
    for outcome in asking.join_all().await {
        assert_eq!(outcome, Err(ErrorKind::RateLimited));
    }
    assert_eq!(registry.requests().len(), 1);
    Ok(())
}

async fn requests_that_are_given_up_take_no_turn() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    let client = builder(&registry.address())
        .requests_per_second(1)
        .concurrency_per_host(100)
        .build()?;
    let app = repository(&registry, "app");
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let (client, app) = (client.clone(), app.clone());
        asking.spawn(async move { list(&client, &app).await });
    }
    while registry.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    asking.shutdown().await;
    // They would have had the turns of a minute.
    let listed = tokio::time::timeout(Duration::from_secs(20), list(&client, &app)).await;
    assert_eq!(listed.expect("the next turn")?, ["v1"]);
    Ok(())
}

async fn a_listing_has_a_time() -> TestResult {
    let registry = Registry::builder().page_limit(1).start();
    registry.push_tags("app", numbered(50));
    registry.fault("/tags/", 99, Fault::Slow(Duration::from_millis(2)));
    let client = builder(&registry.address())
        .limits(limits().listing_timeout(Duration::from_millis(200)))
        .build()?;
    let outcome = list(&client, &repository(&registry, "app")).await;
    let text = "listing the tags of HOST/app: no whole list within 0.2 s; try again later, or allow more time";
    check(outcome, &registry, ErrorKind::Timeout, text);
    Ok(())
}

async fn rate_limits_and_dates_are_told() -> TestResult {
    use crate::script::{Script, answer};
    let headers = [
        "date: Sun, 06 Nov 1994 08:49:37 GMT",
        "ratelimit-limit: 100;w=21600",
        "ratelimit-remaining: 76;w=21600",
    ];
    let script = Script::start([&answer(200, &headers, r#"{"tags":["v1"]}"#)]);
    let client = builder(script.address()).build()?;
    let mut pages = client.tags(&format!("{}/team/app", script.address()).parse()?);
    let page = pages.next_page().await?.unwrap_or_default();
    let limit = page.rate_limit().unwrap_or_default();
    assert_eq!((limit.limit(), limit.remaining()), (Some(100), Some(76)));
    assert_eq!(limit.window(), Some(Duration::from_secs(21_600)));
    assert_eq!(limit.reset(), None);
    let date = std::time::UNIX_EPOCH + Duration::from_secs(784_111_777);
    assert_eq!(page.date(), Some(date));
    Ok(())
}

async fn many_are_scanned_each_on_its_own() -> TestResult {
    let (first, second) = (Registry::start(), Registry::start());
    let mut repositories = Vec::new();
    for number in 0..30 {
        let path = format!("team/app{number}");
        first.push("team/app0", "v1");
        second.push(&path, "v2");
        repositories.extend([repository(&first, &path), repository(&second, &path)]);
    }
    let client = builder(&first.address())
        .plain_http(second.address())
        .concurrency(4)
        .build()?;
    let mut scan = client.scan(repositories.clone());
    let mut seen = Vec::new();
    while let Some(scanned) = scan.next().await {
        let expected = match scanned.repository.registry() {
            host if host == second.address() => Ok(vec!["v2".to_owned()]),
            _ if scanned.repository.path() == "team/app0" => Ok(vec!["v1".to_owned()]),
            _ => Err(ErrorKind::NotFound),
        };
        assert_eq!(scanned.result.map_err(|error| error.kind()), expected);
        seen.push(scanned.repository);
    }
    repositories.sort();
    seen.sort();
    assert_eq!(seen, repositories);
    assert!(scan.next().await.is_none());
    Ok(())
}

async fn a_slow_registry_holds_up_no_other() -> TestResult {
    let (slow, fast) = (Registry::start(), Registry::start());
    slow.push("app", "v1");
    fast.push("app", "v1");
    slow.fault("/tags/", 99, Fault::Slow(Duration::from_secs(60)));
    let client = builder(&slow.address())
        .plain_http(fast.address())
        .concurrency(4)
        .build()?;
    let slow_ones = (0..20).map(|_| repository(&slow, "app"));
    let fast_ones = (0..20).map(|_| repository(&fast, "app"));
    let mut scan = client.scan(slow_ones.chain(fast_ones));
    for _ in 0..20 {
        let scanned = scan.next().await.expect("20 of them are fast");
        assert_eq!(scanned.repository.registry(), fast.address());
        assert!(scanned.result.is_ok());
    }
    Ok(())
}

async fn a_scan_uses_pages_as_they_come() -> TestResult {
    let registry = Registry::builder().page_limit(2).start();
    registry.push_tags("app", numbered(5));
    let mut scan =
        client(&registry).scan_with([repository(&registry, "app")], async |mut pages| {
            let mut count = 0;
            while let Ok(Some(page)) = pages.next_page().await {
                count += page.len();
            }
            count
        });
    assert_eq!(scan.next().await.map(|scanned| scanned.result), Some(5));
    Ok(())
}

async fn a_dropped_scan_ends() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    registry.fault("/tags/", 99, Fault::Slow(Duration::from_secs(60)));
    let work = std::sync::Arc::new(());
    let held = std::sync::Arc::clone(&work);
    let mut scan = client(&registry).scan_with([repository(&registry, "app")], move |mut pages| {
        let held = std::sync::Arc::clone(&held);
        async move {
            let page = pages.next_page().await;
            drop(held);
            page
        }
    });
    let waited = tokio::time::timeout(Duration::from_millis(50), scan.next()).await;
    assert!(waited.is_err(), "the answer is slow");
    drop(scan);
    while std::sync::Arc::strong_count(&work) > 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

async fn one_panic_costs_no_other_result() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    let client = builder(&registry.address()).concurrency(2).build()?;
    let repositories = vec![repository(&registry, "app"); 6];
    let count = std::sync::atomic::AtomicUsize::new(0);
    let mut scan = client.scan_with(repositories, move |mut pages| {
        let count = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        assert!(count != 0, "before it gives a future");
        async move {
            let page = pages.next_page().await;
            assert!(count != 1, "while it works");
            page.is_ok()
        }
    });
    for _ in 0..4 {
        assert_eq!(scan.next().await.map(|scanned| scanned.result), Some(true));
    }
    let after = tokio::spawn(async move { (scan.next().await, scan) });
    assert!(after.await.is_err_and(|error| error.is_panic()));
    Ok(())
}

fn a_scan_whose_runtime_ended_panics() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    registry.fault("/tags/", 99, Fault::Slow(Duration::from_secs(60)));
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build()
    };
    let mut scan = client(&registry).scan([repository(&registry, "app")]);
    let begun = runtime()?
        .block_on(async { tokio::time::timeout(Duration::from_millis(5), scan.next()).await });
    assert!(begun.is_err(), "the answer is slow");
    let elsewhere = runtime()?;
    let next = std::panic::AssertUnwindSafe(|| elsewhere.block_on(scan.next()));
    let panic = std::panic::catch_unwind(next).expect_err("no result");
    let text =
        "the runtime ended before the scan did; ask for its results in the runtime where it began";
    assert_eq!(panic.downcast_ref(), Some(&text));
    Ok(())
}

async fn one_registry_has_its_share_at_most() -> TestResult {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let registry = Registry::start();
    let client = builder(&registry.address()).concurrency(6).build()?;
    let running = std::sync::Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let seen = std::sync::Arc::clone(&running);
    let mut scan = client.scan_with(vec![repository(&registry, "app"); 12], move |_| {
        let running = std::sync::Arc::clone(&running);
        async move {
            let now = running.0.fetch_add(1, Ordering::Relaxed) + 1;
            running.1.fetch_max(now, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(5)).await;
            running.0.fetch_sub(1, Ordering::Relaxed);
        }
    });
    while scan.next().await.is_some() {}
    // Half of the six, and all of them would be used if they could.
    assert_eq!(seen.1.load(Ordering::Relaxed), 3);
    Ok(())
}

async fn requests_are_counted() -> TestResult {
    let registry = Registry::builder().anonymous_tokens().start();
    registry.push("app", "v1");
    let client = client(&registry);
    let app = repository(&registry, "app");
    registry.fault("/tags/", 1, Fault::status(503));
    list(&client, &app).await?;
    let used = client.clone().take_usage();
    let seen = registry.requests();
    assert_eq!(used.requests, seen.len() as u64, "tokens too: {seen:?}");
    assert_eq!((used.too_many, used.retries), (0, 1));

    registry.fault("/tags/", 1, Fault::status(429).header("Retry-After", "0"));
    list(&client, &app).await?;
    let used = client.take_usage();
    assert_eq!((used.requests, used.too_many, used.retries), (2, 1, 1));
    assert_eq!(client.take_usage().requests, 0, "each is told once");
    Ok(())
}
