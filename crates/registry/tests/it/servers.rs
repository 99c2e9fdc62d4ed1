use tagwright_registry::{Client, Credential, ErrorKind, StaticKeychain};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::servers::{Distribution, HttpGit};

use crate::support::{builder, numbered, suite};

suite! {
    async_test distribution_2,
    async_test distribution_3,
    async_test tls_with_a_certificate_of_ones_own,
}

async fn distribution_2() -> TestResult {
    lists_and_finds(&Distribution::v2()?).await
}

async fn distribution_3() -> TestResult {
    lists_and_finds(&Distribution::v3()?).await
}

async fn lists_and_finds(server: &Distribution) -> TestResult {
    let tags = numbered(25);
    server.push_tags("team/app", &tags);
    let digest = server.push("team/app", "latest");
    let repository = format!("{}/team/app", server.address()).parse()?;
    let client = client(server, server.password())?;
    let mut listed = client.list_tags(&repository).await?;
    listed.sort_unstable();
    assert_eq!(listed, [&["latest".to_owned()], tags.as_slice()].concat());
    let latest = format!("{}/team/app", server.address()).parse()?;
    assert_eq!(client.digest(&latest).await?.as_str(), digest);
    fails(server).await
}

async fn fails(server: &Distribution) -> TestResult {
    let repository = format!("{}/team/app", server.address()).parse()?;
    let wrong = client(server, "wrong")?.list_tags(&repository).await;
    assert_eq!(
        wrong.map_err(|error| error.kind()),
        Err(ErrorKind::Unauthorized)
    );
    let missing = format!("{}/team/none", server.address()).parse()?;
    let missing = client(server, server.password())?.list_tags(&missing).await;
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
    let known = builder.build()?.list_tags(&repository).await;
    assert!(
        matches!(known, Err(error) if error.status().is_some()),
        "no answer over TLS"
    );
    Ok(())
}

fn client(server: &Distribution, password: &str) -> Result<Client, tagwright_registry::Error> {
    let keychain =
        StaticKeychain::new().with(server.address(), Credential::basic(server.user(), password));
    builder(&server.address())
        .page_size(10)
        .keychain(keychain)
        .build()
}
