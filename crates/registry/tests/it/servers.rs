use tagwright_registry::{Client, Credential, ErrorKind, StaticKeychain};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::servers::Distribution;

use crate::support::{builder, numbered, suite};

suite! {
    async_test distribution_2,
    async_test distribution_3,
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

fn client(server: &Distribution, password: &str) -> Result<Client, tagwright_registry::Error> {
    let keychain =
        StaticKeychain::new().with(server.address(), Credential::basic(server.user(), password));
    builder(&server.address())
        .page_size(10)
        .keychain(keychain)
        .build()
}
