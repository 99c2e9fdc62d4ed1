//! The webhook listener.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tagwright::registry::Secret;
use tagwright::registry::webhook::ReceiverPath;
use tagwright_testkit::harness::{Trial, test};
use tagwright_testkit::http;

use super::service::Service;
use super::world::{TOKEN, World};

pub(crate) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(test(concat!("watch::", stringify!($name)), $name)),*]
        };
    }
    tests![
        a_webhook_lists_the_image_and_pushes,
        a_webhook_that_is_not_the_senders_starts_nothing,
        a_body_that_is_too_large_is_refused,
        one_that_says_nothing_holds_nobody_up,
    ]
}

/// What Docker Hub sends of an image that the receiver does not name.
const BODY: &[u8] = br#"{"push_data":{"tag":"5.0.1"},"repository":{"repo_name":"org/other"}}"#;

const HOOK: [&str; 2] = ["--webhook", "127.0.0.1:0"];

fn path() -> String {
    let path = ReceiverPath::new(&Secret::new(TOKEN), "tags", "flux-system");
    path.as_str().to_owned()
}

fn a_webhook_lists_the_image_and_pushes() {
    let world = World::with_receiver("dockerhub");
    let service = Service::start(&world, &HOOK);
    let first = "tagwright_scans_total{image=\"";
    let end = Instant::now() + Duration::from_secs(30);
    while !service.get("/metrics").text().contains(first) {
        assert!(Instant::now() < end, "it is never listed");
    }
    world.registry.push("org/app", "5.0.1");
    let answer = http::send("POST", &service.webhook(), &path(), &[], BODY).expect("it answers");
    assert_eq!((answer.status, &*answer.text()), (200, ""));
    service.wait_for("pushed ");
    assert_eq!(world.app(), world.marked("5.0.1"));
    let line = service.wait_for("took a webhook");
    assert!(line.contains("flux-system/tags"), "{line}");
    assert_secret(&service);
}

fn a_webhook_that_is_not_the_senders_starts_nothing() {
    let world = World::with_receiver("github");
    let service = Service::start(&world, &HOOK);
    let address = service.webhook();
    let send = |method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]| {
        let answer = http::send(method, &address, path, headers, body);
        answer.expect("it answers").status
    };
    let wrong = [("X-Hub-Signature-256", "sha256=00")];
    assert_eq!(send("POST", &path(), &wrong, b"{}"), 401);
    assert_eq!(send("POST", &path(), &[], b"{}"), 401);
    assert_eq!(send("GET", &path(), &[], b""), 405);
    assert_eq!(send("POST", "/hook/0000", &wrong, b"{}"), 404);
    assert_eq!(send("POST", "/", &wrong, b"{}"), 404);
    service.wait_for("no receiver has its path");
    let (_, log) = service.stop();
    assert!(!log.contains("took a webhook"), "{log}");
    assert!(!log.contains("/hook/"), "{log}");
}

fn a_body_that_is_too_large_is_refused() {
    let world = World::with_receiver("generic");
    let service = Service::start(&world, &HOOK);
    let mut stream = TcpStream::connect(service.webhook()).expect("it listens");
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000000\r\n\r\n",
        path()
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    let mut answer = [0; 12];
    stream
        .read_exact(&mut answer)
        .expect("it answers before the body");
    assert_eq!(&answer, b"HTTP/1.1 413");
    // One that does not say how much there is to come.
    let mut stream = TcpStream::connect(service.webhook()).expect("it listens");
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        path()
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    let chunk = [b"100000\r\n".as_slice(), &vec![b'x'; 0x10_0000], b"\r\n"].concat();
    for _ in 0..64 {
        if stream.write_all(&chunk).is_err() {
            break;
        }
    }
    service.wait_for_several("its body has more than 3145728 bytes", 2);
    assert_secret(&service);
}

fn one_that_says_nothing_holds_nobody_up() {
    let world = World::with_receiver("generic");
    let service = Service::start(&world, &HOOK);
    let silent: Vec<TcpStream> = (0..50)
        .map(|_| TcpStream::connect(service.webhook()).expect("it listens"))
        .collect();
    let answer = http::send("POST", &service.webhook(), &path(), &[], b"").expect("it answers");
    assert_eq!(answer.status, 200);
    // Each is closed after a while, and without an answer.
    for mut stream in silent {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert!(
            rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"),
            "{rest:?}"
        );
    }
}

fn assert_secret(service: &Service) {
    let log = service.log();
    assert!(!log.contains(TOKEN) && !log.contains("/hook/"), "{log}");
}
