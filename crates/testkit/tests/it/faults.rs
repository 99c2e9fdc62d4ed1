use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

use tagwright_testkit::{
    harness::{TestResult, Trial, test},
    http,
    oci::{Fault, Registry},
};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("faults::status_counts_down", status_counts_down),
        test("faults::only_the_path", only_the_path),
        test("faults::in_order", in_order),
        test("faults::cut", cut),
        test("faults::truncated", truncated),
        test("faults::endless", endless),
        test("faults::slow", slow),
        test("faults::answers_are_altered", answers_are_altered),
        test(
            "faults::alterations_wait_for_success",
            alterations_wait_for_success,
        ),
        test("faults::cleared", cleared),
    ]
}

const LIST: &str = "/v2/a/tags/list";
const TRUTH: &str = r#"{"name":"a","tags":["1"]}"#;

fn registry() -> Registry {
    let registry = Registry::start();
    registry.push("a", "1");
    registry
}

#[track_caller]
fn status(registry: &Registry, target: &str) -> u16 {
    http::get(&registry.address(), target, &[])
        .expect("an answer")
        .status
}

fn status_counts_down() -> TestResult {
    let registry = registry();
    registry.fault(
        "/tags/list",
        2,
        Fault::status(429).header("Retry-After", "7"),
    );
    let answer = http::get(&registry.address(), LIST, &[])?;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("7"))
    );
    assert_eq!(status(&registry, LIST), 429);
    assert_eq!(status(&registry, LIST), 200);
    let seen: Vec<_> = registry
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(seen, [Some(429), Some(429), Some(200)]);
    Ok(())
}

fn only_the_path() {
    let registry = registry();
    registry.fault("n=7", 1, Fault::status(500));
    assert_eq!(status(&registry, LIST), 200);
    assert_eq!(status(&registry, "/v2/a/tags/list?n=7"), 500);
}

fn in_order() {
    let registry = registry();
    registry.fault(LIST, 1, Fault::status(500));
    registry.fault(LIST, 1, Fault::status(503));
    assert_eq!([(); 3].map(|()| status(&registry, LIST)), [500, 503, 200]);
}

fn cut() {
    let registry = registry();
    registry.fault(LIST, 1, Fault::Cut);
    assert!(http::get(&registry.address(), LIST, &[]).is_err());
    assert_eq!(status(&registry, LIST), 200);
    let seen: Vec<_> = registry
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(seen, [None, Some(200)]);
}

fn truncated() {
    let registry = registry();
    registry.fault(LIST, 1, Fault::Truncated);
    let error = http::get(&registry.address(), LIST, &[]).expect_err("half an answer");
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

fn endless() -> TestResult {
    let registry = registry();
    registry.fault(LIST, 1, Fault::Endless);
    let mut stream = TcpStream::connect(registry.address())?;
    stream.write_all(format!("GET {LIST} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes())?;
    let mut body = vec![0; 1 << 20];
    stream.read_exact(&mut body)?;
    drop(stream);
    assert_eq!(status(&registry, LIST), 200, "the registry goes on");
    Ok(())
}

fn slow() -> TestResult {
    let registry = registry();
    registry.fault(LIST, 1, Fault::Slow(Duration::from_millis(1)));
    assert_eq!(http::get(&registry.address(), LIST, &[])?.text(), TRUTH);
    Ok(())
}

fn answers_are_altered() -> TestResult {
    let registry = registry();
    registry.fault(
        LIST,
        1,
        Fault::Link("<http://elsewhere.example/>; rel=\"next\"".into()),
    );
    let answer = http::get(&registry.address(), LIST, &[])?;
    assert_eq!(
        answer.header("link"),
        Some("<http://elsewhere.example/>; rel=\"next\"")
    );
    assert_eq!(answer.text(), TRUTH);
    registry.fault(LIST, 1, Fault::ContentType("text/html".into()));
    let answer = http::get(&registry.address(), LIST, &[])?;
    assert_eq!(
        (answer.header("content-type"), answer.text()),
        (Some("text/html"), TRUTH.into())
    );
    registry.fault(LIST, 1, Fault::Body(r#"{"tags":nul"#.into()));
    let answer = http::get(&registry.address(), LIST, &[])?;
    assert_eq!(
        (answer.status, answer.text()),
        (200, r#"{"tags":nul"#.into())
    );
    assert_eq!(http::get(&registry.address(), LIST, &[])?.text(), TRUTH);
    Ok(())
}

fn alterations_wait_for_success() -> TestResult {
    let registry = Registry::builder().basic_auth("ada", "secret").start();
    registry.push("a", "1");
    registry.fault(LIST, 1, Fault::Body("spoiled".into()));
    assert_eq!(status(&registry, LIST), 401);
    let headers = [("Authorization", &*http::basic("ada", "secret"))];
    assert_eq!(
        http::get(&registry.address(), LIST, &headers)?.text(),
        "spoiled"
    );
    Ok(())
}

fn cleared() {
    let registry = registry();
    registry.fault(LIST, 9, Fault::Cut);
    registry.clear_faults();
    assert_eq!(status(&registry, LIST), 200);
    registry.clear_requests();
    assert!(registry.requests().is_empty());
}
