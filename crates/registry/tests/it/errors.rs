use std::net::TcpListener;
use std::time::Duration;

use tagwright_registry::{Client, ClientBuilder, ErrorKind, Limits, Repository, RequestKind};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::{Fault, Registry};

use crate::support::{NOBODY, builder, check, client, limits, repository, suite};

suite! {
    async_test a_missing_repository_is_not_found,
    async_test refusals_by_status,
    async_test an_unreachable_registry,
    async_test a_registry_without_tls_is_named,
    async_test a_proxy_that_is_not_there_is_named,
    async_test a_proxy_is_not_for_its_exceptions,
    async_test a_handshake_that_nobody_answers_ends,
    test a_configuration_that_cannot_be_used,
}

async fn a_missing_repository_is_not_found() -> TestResult {
    let registry = Registry::start();
    let outcome = client(&registry)
        .list_tags(&repository(&registry, "team/app"))
        .await;
    let error = outcome.as_ref().expect_err("no repository");
    assert_eq!(error.registry(), Some(registry.address().as_str()));
    assert_eq!(error.repository().map(Repository::path), Some("team/app"));
    assert_eq!(
        (error.request(), error.status()),
        (Some(RequestKind::Tags), Some(404))
    );
    let text = "listing the tags of HOST/team/app: the registry answered 404 (NAME_UNKNOWN); \
        check the name, and that the credentials may see it";
    check(outcome, &registry, ErrorKind::NotFound, text);
    Ok(())
}

async fn refusals_by_status() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    for (status, kind, rest) in [
        (
            403,
            ErrorKind::Forbidden,
            " (UNKNOWN); allow these credentials to pull from the repository",
        ),
        (
            418,
            ErrorKind::Refused,
            " (UNKNOWN); check that this is the address of a registry",
        ),
        (501, ErrorKind::Refused, " (UNKNOWN); try again later"),
        (
            503,
            ErrorKind::Refused,
            " (UNKNOWN), 2 times; try again later",
        ),
        (
            429,
            ErrorKind::RateLimited,
            " (UNKNOWN), 2 times; ask less often, or with credentials that may ask more",
        ),
    ] {
        registry.fault("/tags/", 9, Fault::status(status));
        let client = builder(&registry.address())
            .limits(limits().attempts(2))
            .build()?;
        let outcome = client.list_tags(&repository(&registry, "app")).await;
        check(
            outcome,
            &registry,
            kind,
            &format!("listing the tags of HOST/app: the registry answered {status}{rest}"),
        );
        registry.clear_faults();
    }
    Ok(())
}

async fn an_unreachable_registry() -> TestResult {
    let address = NOBODY;
    let client = builder(address).limits(limits().attempts(2)).build()?;
    let error = client
        .list_tags(&format!("{address}/app").parse()?)
        .await
        .expect_err("nobody listens");
    let text = format!(
        "listing the tags of {address}/app: no connection to http://{address}: \
         Connection refused (os error 111), 2 times; check the registry's host name and port, and the network"
    );
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    if cfg!(target_os = "linux") {
        assert_eq!(error.to_string(), text);
    }
    Ok(())
}

async fn a_registry_without_tls_is_named() -> TestResult {
    let registry = Registry::start();
    let client = Client::builder().environment_proxies(false).build()?;
    let outcome = client.list_tags(&repository(&registry, "app")).await;
    let text = "listing the tags of HOST/app: no secure connection to https://HOST: \
        received corrupt message of type InvalidContentType; \
        name the host as a plain HTTP one if it does not speak TLS";
    check(outcome, &registry, ErrorKind::Unreachable, text);
    assert_eq!(registry.requests().len(), 0);
    Ok(())
}

async fn a_proxy_that_is_not_there_is_named() -> TestResult {
    for (scheme, registry) in [("https", "r.example"), ("http", "plain.example")] {
        let client = Client::builder()
            .proxy(format!("http://u:c4n4ry@{NOBODY}"))
            .plain_http("plain.example")
            .limits(Limits::default().attempts(1))
            .build()?;
        let outcome = client.list_tags(&format!("{registry}/ab").parse()?).await;
        let error = outcome.expect_err("no proxy");
        let text = error.to_string();
        let about = format!(
            "listing the tags of {registry}/ab: \
             no connection to {scheme}://{registry} through the proxy http://{NOBODY}: "
        );
        let hint = "; check the proxy's host name and port, and whether it may reach the registry";
        assert_eq!(error.kind(), ErrorKind::Unreachable);
        assert!(text.starts_with(&about) && text.ends_with(hint), "{text}");
        assert!(!text.contains("c4n4ry"), "{text}");
    }
    Ok(())
}

async fn a_proxy_is_not_for_its_exceptions() -> TestResult {
    let registry = Registry::start();
    registry.push("app", "v1");
    let client = builder(&registry.address())
        .proxy(format!("http://{NOBODY}"))
        .no_proxy("r.example,127.0.0.0/8")
        .build()?;
    let tags = client.list_tags(&repository(&registry, "app")).await?;
    assert_eq!(tags, ["v1"]);
    Ok(())
}

/// The system takes the connection, and nobody speaks TLS on it.
async fn a_handshake_that_nobody_answers_ends() -> TestResult {
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let address = silent.local_addr()?;
    let limits = Limits::default()
        .attempts(1)
        .connect_timeout(Duration::from_millis(50));
    let client = Client::builder()
        .environment_proxies(false)
        .limits(limits)
        .build()?;
    let outcome = client.list_tags(&format!("{address}/app").parse()?).await;
    let error = outcome.expect_err("nobody speaks");
    let text = format!(
        "listing the tags of {address}/app: no connection to https://{address} in time; \
         try again later, or allow more time"
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Timeout, text)
    );
    Ok(())
}

fn a_configuration_that_cannot_be_used() -> TestResult {
    let check = |change: fn(&mut ClientBuilder) -> &mut ClientBuilder, text: &str| {
        let mut builder = Client::builder();
        change(&mut builder);
        let error = builder.build().expect_err(text);
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Config, text)
        );
    };
    for (pem, found) in [
        (
            "no certificate",
            "a root certificate file without a certificate",
        ),
        (
            "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n",
            "a root certificate file that is broken",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "a root certificate that cannot be used",
        ),
    ] {
        let error = Client::builder()
            .root_certificate_pem(pem)
            .build()
            .expect_err(found);
        let text = format!("{found}; give a PEM file with 'BEGIN CERTIFICATE' blocks");
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Config, text));
    }
    let header = "a user agent that is no header value; use printable characters on one line";
    check(|builder| builder.user_agent("a\nb"), header);
    check(
        |builder| builder.page_size(0),
        "a page size of 0; give 1 or more",
    );
    check(
        |builder| builder.concurrency_per_host(0),
        "a concurrency per host of 0; give 1 or more",
    );
    check(
        |builder| builder.concurrency(0),
        "a concurrency of 0; give 1 or more",
    );
    check(
        |builder| builder.requests_per_second(0),
        "a number of requests a second of 0; give 1 or more",
    );
    let certificate = "give a PEM file with 'BEGIN CERTIFICATE' blocks";
    check(
        |builder| builder.system_roots(false),
        &format!("no root certificate at all; {certificate}"),
    );
    check(
        |builder| builder.client_certificate_pem("none", "none"),
        &format!("a client certificate file without a certificate; {certificate}"),
    );
    let plain = "write it as host[:port], without a scheme";
    check(
        |builder| builder.plain_http("http://localhost:5000"),
        &format!("a plain HTTP host 'http://localhost:5000' that is none; {plain}"),
    );
    check(
        |builder| builder.plain_http("u:c4n4ry@localhost"),
        &format!("a plain HTTP host 'localhost' that is none; {plain}"),
    );
    check(
        |builder| builder.proxy("proxy.example:3128"),
        "a proxy that is no URL of HTTP; write it as http://host:port",
    );
    check(
        |builder| builder.proxy("socks5://u:c4n4ry@proxy.example"),
        "a proxy that speaks socks5; give one that speaks HTTP",
    );
    check(
        |builder| builder.limits(Limits::default().attempts(0)),
        "a number of attempts of 0; give 1 or more",
    );
    Ok(())
}
