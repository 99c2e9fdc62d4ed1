use std::net::TcpStream;

use tagwright_testkit::{
    Missing,
    git::BareRepository,
    harness::{TestResult, Trial, async_test, test},
    http::Response,
    oci::{Authorization, Builder, Fault, Registry, Request},
    servers::{Distribution, HttpGit, Sshd},
};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "threads::public_types_are_send_and_sync",
            public_types_are_send_and_sync,
        ),
        test("threads::registry_ends_on_drop", registry_ends_on_drop),
        async_test(
            "threads::registry_beside_a_runtime",
            registry_beside_a_runtime,
        ),
    ]
}

fn public_types_are_send_and_sync() {
    fn check<T: Send + Sync>() {}
    check::<(Registry, Builder, Fault, Request, Authorization)>();
    check::<(BareRepository, Distribution, HttpGit, Sshd)>();
    check::<(Missing, Response)>();
}

fn registry_ends_on_drop() -> TestResult {
    let registry = Registry::start();
    registry.push("a", "1");
    registry.fault("/v2/", 1, Fault::Endless);
    let address = registry.address();
    let mut open = TcpStream::connect(&address)?;
    std::io::Write::write_all(&mut open, b"GET /v2/ HTTP/1.1\r\nHost: a\r\n\r\n")?;
    // Ends although a client is still being served.
    drop(registry);
    assert!(TcpStream::connect(address).is_err());
    Ok(())
}

async fn registry_beside_a_runtime() -> TestResult {
    let registry = Registry::start();
    registry.push("a", "1");
    let stream = tokio::net::TcpStream::connect(registry.address()).await?;
    stream.writable().await?;
    stream.try_write(b"GET /v2/a/tags/list HTTP/1.0\r\n\r\n")?;
    let mut answer = [0; 12];
    stream.readable().await?;
    stream.try_read(&mut answer)?;
    assert_eq!(&answer, b"HTTP/1.0 200");
    Ok(())
}
