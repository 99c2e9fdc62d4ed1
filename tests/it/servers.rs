//! The same job against servers that are not ours. What is asked of the Git server alone has our registry beside it.

use tagwright::gitwrite::{self, Credentials, Remote};
use tagwright::registry::{Client, Credential, StaticKeychain};
use tagwright::{Applied, AutomationBuilder, ErrorKind};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::servers::{Distribution, HttpGit, Sshd};

use crate::world::{World, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("servers::distribution_2_and_git_over_http", || async {
            over_http(&Distribution::v2()?).await
        }),
        async_test("servers::distribution_3_and_git_over_http", || async {
            over_http(&Distribution::v3()?).await
        }),
        async_test("servers::distribution_2_and_git_over_https", || async {
            over_https(&Distribution::v2()?).await
        }),
        async_test("servers::distribution_2_and_git_over_ssh", || async {
            over_ssh(&Distribution::v2()?).await
        }),
        async_test("servers::distribution_3_and_git_over_ssh", || async {
            over_ssh(&Distribution::v3()?).await
        }),
        async_test("servers::wrong_registry_password", wrong_registry_password),
        async_test("servers::wrong_git_password", wrong_git_password),
        async_test("servers::refused_push_over_http", refused_push_over_http),
    ]
}

/// More tags than one page of a hundred holds, so that `Link` is followed where the server gives it.
fn fill(registry: &Distribution) {
    registry.push_tags("org/app", (0..150).map(|patch| format!("5.0.{patch}")));
    registry.push("org/app", "latest");
}

fn repository(registry: &Distribution) -> BareRepository {
    let repository = BareRepository::new();
    repository.commit(
        "main",
        &[("app.yaml", deployment(registry, "5.0.0").as_bytes())],
        "begin",
    );
    repository
}

fn deployment(registry: &Distribution, tag: &str) -> String {
    format!(
        "image: {}/org/app:{tag} # {{\"$imagepolicy\": \"flux-system:app\"}}\r\n",
        registry.address()
    )
}

fn client(registry: &Distribution, password: &str) -> Result<Client, tagwright::registry::Error> {
    let credential = Credential::basic(registry.user(), password);
    let keychain = StaticKeychain::new().with(registry.address(), credential);
    Client::builder()
        .plain_http(registry.address())
        .keychain(keychain)
        .page_size(100)
        .build()
}

fn automation(
    registry: &Distribution,
    remote: Remote,
) -> Result<AutomationBuilder, tagwright::registry::Error> {
    let mut builder = AutomationBuilder::new();
    builder
        .client(client(registry, registry.password())?)
        .policy(
            "flux-system:app",
            &format!("{}/org/app", registry.address()),
            semver("5.0.x"),
        )
        .remote(remote)
        .branch("main")
        .author("tagwright", "tagwright@example.com");
    Ok(builder)
}

fn basic(username: &str, password: &str) -> Credentials {
    Credentials::Basic {
        username: username.to_owned(),
        password: password.into(),
    }
}

/// The update arrives, and a second run has nothing to do.
async fn updates(
    registry: &Distribution,
    repository: &BareRepository,
    remote: Remote,
) -> TestResult {
    let automation = automation(registry, remote)?.build()?;
    let report = automation.run().await?;
    let Applied::Pushed(pushed) = report.applied() else {
        panic!("{report}")
    };
    assert_eq!(repository.tip("main").as_deref(), Some(pushed.commit()));
    assert_eq!(
        repository.read("main", "app.yaml"),
        deployment(registry, "5.0.149").as_bytes()
    );
    assert_eq!(automation.run().await?.applied(), &Applied::NothingToDo);
    Ok(())
}

async fn over_http(registry: &Distribution) -> TestResult {
    fill(registry);
    let repository = repository(registry);
    let server = HttpGit::start(&repository)?;
    let remote = Remote::new(&server.url())?.credentials(basic(server.user(), server.password()));
    updates(registry, &repository, remote).await
}

async fn over_https(registry: &Distribution) -> TestResult {
    fill(registry);
    let repository = repository(registry);
    let server = HttpGit::start_tls(&repository)?;
    let authority = server.ca_certificate().expect("it serves over TLS");
    let remote = Remote::new(&server.url())?
        .credentials(basic(server.user(), server.password()))
        .ca_certificate_pem(authority)?;
    updates(registry, &repository, remote).await
}

async fn over_ssh(registry: &Distribution) -> TestResult {
    fill(registry);
    let repository = repository(registry);
    let server = Sshd::start()?;
    let remote = Remote::new(&server.url(repository.path()))?.credentials(Credentials::Ssh {
        private_key: server.private_key().into(),
        passphrase: None,
        known_hosts: server.known_hosts(),
    });
    updates(registry, &repository, remote).await
}

async fn wrong_registry_password() -> TestResult {
    let registry = Distribution::v2()?;
    fill(&registry);
    let repository = repository(&registry);
    let mut builder = automation(&registry, Remote::new(&repository.url())?)?;
    builder.client(client(&registry, "wrong-one")?);
    let error = builder
        .build()?
        .run()
        .await
        .expect_err("the password is wrong");
    assert_eq!(error.kind(), ErrorKind::NothingSelected);
    assert!(error.to_string().contains(&registry.address()), "{error}");
    assert!(!error.to_string().contains("wrong-one"), "{error}");
    Ok(())
}

async fn wrong_git_password() -> TestResult {
    let world = World::new();
    let server = HttpGit::start(&world.repository)?;
    let remote = Remote::new(&server.url())?.credentials(basic(server.user(), "wrong-one"));
    let error = world
        .automation()
        .remote(remote)
        .build()?
        .run()
        .await
        .expect_err("the password is wrong");
    assert_eq!(error.kind(), ErrorKind::Repository);
    assert_eq!(
        error.git().map(gitwrite::Error::kind),
        Some(gitwrite::ErrorKind::Unauthorized)
    );
    assert!(error.to_string().contains(&server.url()), "{error}");
    assert!(!error.to_string().contains("wrong-one"), "{error}");
    Ok(())
}

async fn refused_push_over_http() -> TestResult {
    let world = World::new();
    let repository = &world.repository;
    repository.hook(
        "pre-receive",
        "#!/bin/sh\necho 'only by review' >&2\nexit 1\n",
    );
    let server = HttpGit::start(repository)?;
    let remote = Remote::new(&server.url())?.credentials(basic(server.user(), server.password()));
    let before = repository.tip("main");
    let error = world
        .automation()
        .remote(remote)
        .build()?
        .run()
        .await
        .expect_err("the hook refuses");
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.to_string().contains("only by review"), "{error}");
    assert_eq!(repository.tip("main"), before);
    Ok(())
}
