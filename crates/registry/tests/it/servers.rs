use tagwright_registry::{Client, ClientBuilder, Credential, ErrorKind, Secret, StaticKeychain};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::servers::{Distribution, ForwardProxy, Gateway, GoRegistry, HttpGit};

use crate::support::{builder, numbered, suite};

suite! {
    async_test distribution_2,
    async_test distribution_3,
    async_test distribution_2_with_tokens,
    async_test distribution_3_with_tokens,
    async_test a_registry_of_another_make,
    async_test tls_with_a_certificate_of_ones_own,
    async_test client_certificates,
    async_test through_a_proxy,
}

async fn distribution_2() -> TestResult {
    lists_and_finds(&Distribution::v2()?).await
}

async fn distribution_3() -> TestResult {
    lists_and_finds(&Distribution::v3()?).await
}

async fn distribution_2_with_tokens() -> TestResult {
    with_tokens(&Distribution::v2_with_tokens()?).await
}

async fn distribution_3_with_tokens() -> TestResult {
    with_tokens(&Distribution::v3_with_tokens()?).await
}

async fn with_tokens(server: &Distribution) -> TestResult {
    lists_and_finds(server).await?;
    assert!(server.token_requests().iter().all(|method| method == "GET"));
    let token = Credential::IdentityToken(Secret::new(server.identity_token()));
    let repository = format!("{}/team/app", server.address()).parse()?;
    let tags = client(server, token)?.list_tags(&repository).await?;
    assert_eq!(tags.len(), 26);
    assert_eq!(
        server.token_requests().last().map(String::as_str),
        Some("POST")
    );
    let unknown = client(server, Credential::IdentityToken(Secret::new("another")))?;
    let refused = unknown.list_tags(&repository).await;
    assert_eq!(
        refused.map_err(|error| error.kind()),
        Err(ErrorKind::Unauthorized)
    );
    Ok(())
}

async fn lists_and_finds(server: &Distribution) -> TestResult {
    let tags = numbered(25);
    server.push_tags("team/app", &tags);
    let digest = server.push("team/app", "latest");
    let repository = format!("{}/team/app", server.address()).parse()?;
    let client = client(server, password(server))?;
    let mut listed = client.list_tags(&repository).await?;
    listed.sort_unstable();
    assert_eq!(listed, [&["latest".to_owned()], tags.as_slice()].concat());
    let latest = format!("{}/team/app", server.address()).parse()?;
    assert_eq!(client.digest(&latest).await?.as_str(), digest);
    fails(server).await
}

async fn fails(server: &Distribution) -> TestResult {
    let repository = format!("{}/team/app", server.address()).parse()?;
    let wrong = client(server, Credential::basic(server.user(), "wrong"))?;
    let wrong = wrong.list_tags(&repository).await;
    assert_eq!(
        wrong.map_err(|error| error.kind()),
        Err(ErrorKind::Unauthorized)
    );
    let missing = format!("{}/team/none", server.address()).parse()?;
    let missing = client(server, password(server))?.list_tags(&missing).await;
    assert_eq!(
        missing.map_err(|error| error.kind()),
        Err(ErrorKind::NotFound)
    );
    Ok(())
}

/// It takes `n` and gives no `Link`, so the pages are larger than the list.
async fn a_registry_of_another_make() -> TestResult {
    let server = GoRegistry::start()?;
    let digest = server.push_tags("team/app", numbered(25));
    let client = builder(&server.address()).build()?;
    let repository = format!("{}/team/app", server.address()).parse()?;
    let mut listed = client.list_tags(&repository).await?;
    listed.sort_unstable();
    assert_eq!(listed, numbered(25));
    let tag = format!("{}/team/app:v00007", server.address()).parse()?;
    assert_eq!(client.digest(&tag).await?.as_str(), digest);
    let missing = format!("{}/team/none", server.address()).parse()?;
    let missing = client.list_tags(&missing).await;
    assert_eq!(
        missing.map_err(|error| error.kind()),
        Err(ErrorKind::NotFound)
    );
    Ok(())
}

/// A web server that is no registry, which is enough to speak TLS with.
async fn tls_with_a_certificate_of_ones_own() -> TestResult {
    let server = HttpGit::start_tls(&BareRepository::new())?;
    let url = server.url();
    let host = url.split('/').nth(2).unwrap_or_default();
    let repository = format!("{host}/team/app").parse()?;
    let mut builder = Client::builder();
    builder.environment_proxies(false);
    let unknown = builder
        .build()?
        .list_tags(&repository)
        .await
        .expect_err("an unknown issuer");
    let text = format!(
        "listing the tags of {host}/team/app: no secure connection to https://{host}: \
         invalid peer certificate: UnknownIssuer; give the certificate of the authority that signed it"
    );
    assert_eq!(
        (unknown.kind(), unknown.to_string()),
        (ErrorKind::Unreachable, text)
    );
    builder.root_certificate_pem(server.ca_certificate().unwrap_or_default());
    for system in [true, false] {
        let known = builder.system_roots(system).build()?;
        let known = known.list_tags(&repository).await;
        assert!(
            matches!(known, Err(error) if error.status().is_some()),
            "no answer over TLS"
        );
    }
    Ok(())
}

/// A builder of clients for a registry behind a gateway.
fn behind(gateway: &Gateway, server: &Distribution) -> ClientBuilder {
    let keychain = StaticKeychain::new().with(gateway.address(), password(server));
    let mut builder = Client::builder();
    builder
        .environment_proxies(false)
        .root_certificate_pem(gateway.ca_certificate())
        .page_size(10)
        .keychain(keychain);
    builder
}

async fn client_certificates() -> TestResult {
    let server = Distribution::v2()?;
    let gateway = Gateway::before(&server.address())?;
    server.push_tags("team/app", numbered(25));
    let address = gateway.address();
    let repository = format!("{address}/team/app").parse()?;
    let mut builder = behind(&gateway, &server);
    let without = builder
        .build()?
        .list_tags(&repository)
        .await
        .expect_err("no certificate was shown");
    // Whether the server's own words get through is a matter of luck.
    let text = without.to_string();
    let about = format!(
        "listing the tags of {address}/team/app: the connection broke to https://{address}: "
    );
    let hint = "; check the network, and whether the server wants a client certificate";
    assert_eq!(without.kind(), ErrorKind::Unreachable);
    assert!(text.starts_with(&about) && text.ends_with(hint), "{text}");
    let (certificate, key) = gateway.client_certificate();
    let client = builder.client_certificate_pem(certificate, key).build()?;
    assert_eq!(client.list_tags(&repository).await?.len(), 25);
    let requests = gateway.requests();
    let expected = "HTTP/2.0 bot /v2/team/app/tags/list";
    assert!(
        requests.iter().all(|request| request == expected),
        "{requests:?}"
    );
    keys_that_cannot_be_used(&gateway)
}

fn keys_that_cannot_be_used(gateway: &Gateway) -> TestResult {
    let (certificate, key) = gateway.client_certificate();
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let pem = "give a PEM file with a 'BEGIN PRIVATE KEY' block, not encrypted";
    for (certificate, key, text) in [
        (
            certificate,
            certificate,
            format!("a client key file without a private key; {pem}"),
        ),
        (
            certificate,
            encrypted,
            format!("a client key that is encrypted; {pem}"),
        ),
        (
            gateway.ca_certificate(),
            key,
            "a client certificate that does not belong to its key; \
             give the key with which the certificate was asked for"
                .to_owned(),
        ),
    ] {
        let mut builder = Client::builder();
        builder.client_certificate_pem(certificate, key);
        let error = builder.build().expect_err("an unusable key");
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Config, text));
    }
    Ok(())
}

async fn through_a_proxy() -> TestResult {
    let server = Distribution::v2()?;
    let (gateway, proxy) = (Gateway::before(&server.address())?, ForwardProxy::start()?);
    server.push_tags("team/app", numbered(5));
    let (certificate, key) = gateway.client_certificate();
    let address = gateway.address();
    let repository = format!("{address}/team/app").parse()?;
    let mut builder = behind(&gateway, &server);
    builder
        .client_certificate_pem(certificate, key)
        .plain_http(server.address())
        .proxy(proxy.url());
    // Over TLS the proxy refuses the tunnel, over plain HTTP the request.
    let refused = builder
        .build()?
        .list_tags(&repository)
        .await
        .expect_err("no password was shown");
    let text = format!(
        "listing the tags of {address}/team/app: no connection to https://{address} through the proxy {}: \
         tunnel error: proxy authorization required; give the proxy's user name and password",
        proxy.url()
    );
    assert_eq!(
        (refused.kind(), refused.to_string()),
        (ErrorKind::Unreachable, text)
    );
    let plain = format!("{}/team/app", server.address()).parse()?;
    let refused = builder.build()?.list_tags(&plain).await;
    let refused = refused.expect_err("no password was shown");
    assert_eq!(
        (refused.kind(), refused.status()),
        (ErrorKind::Refused, Some(407))
    );
    builder.proxy_login(proxy.user(), proxy.password());
    assert_eq!(builder.build()?.list_tags(&repository).await?.len(), 5);
    let with_url = proxy.url().replace("//", "//ada:correct%20horse@");
    let client = builder.clone().proxy(with_url).build()?;
    assert_eq!(client.list_tags(&repository).await?.len(), 5);
    // A tunnel is told of when it ends: the refused one has.
    let requests = proxy.requests();
    let used = |method: &str| requests.iter().any(|request| request.starts_with(method));
    assert!(used("CONNECT ") && used("GET "), "{requests:?}");
    drop(client);
    let known = without_tunnels(&proxy);
    builder.no_proxy("127.0.0.0/8");
    assert_eq!(builder.build()?.list_tags(&repository).await?.len(), 5);
    let plain = format!("{}/team/app", server.address()).parse()?;
    let _ = builder.build()?.list_tags(&plain).await;
    assert_eq!(without_tunnels(&proxy), known);
    Ok(())
}

fn without_tunnels(proxy: &ForwardProxy) -> usize {
    let requests = proxy.requests();
    let plain = requests
        .iter()
        .filter(|request| !request.starts_with("CONNECT "));
    plain.count()
}

fn password(server: &Distribution) -> Credential {
    Credential::basic(server.user(), server.password())
}

fn client(
    server: &Distribution,
    credential: Credential,
) -> Result<Client, tagwright_registry::Error> {
    let keychain = StaticKeychain::new().with(server.address(), credential);
    let mut builder = builder(&server.address());
    if let Some(tokens) = server.token_server() {
        builder.plain_http(tokens);
    }
    builder.page_size(10).keychain(keychain).build()
}
