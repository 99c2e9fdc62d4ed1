use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tagwright_registry::{
    Credential, CredentialFuture, Error, ErrorKind, Keychain, Repository, RequestKind, Secret,
    StaticKeychain,
};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::{Authorization, Fault, Registry};

use crate::routes::Routes;
use crate::support::{
    builder, check, client, client_with, numbered, reference, repository, seen, suite,
};

suite! {
    async_test basic_is_shown_when_it_is_asked_for,
    async_test a_wrong_password_is_unauthorized,
    async_test no_password_is_unauthorized,
    async_test a_token_is_fetched_and_kept,
    async_test anyone_gets_a_token_for_public_images,
    async_test a_wrong_password_gets_no_token,
    async_test a_revoked_token_is_renewed,
    async_test one_token_serves_all_who_wait,
    async_test one_refusal_serves_all_who_wait,
    async_test nothing_is_shared_between_two_credentials,
    async_test a_keychain_is_asked_again_after_401,
    async_test a_keychain_that_fails_is_named,
    async_test credentials_do_not_follow_a_redirect,
    async_test credentials_do_not_come_back_from_another_host,
    async_test what_was_not_shown_is_not_refused,
    async_test credentials_go_to_no_plain_token_server,
    async_test a_token_server_that_gives_no_token,
    async_test a_static_token_is_shown_as_it_is,
}

fn ada(registry: &Registry, password: &str) -> StaticKeychain {
    StaticKeychain::new().with(registry.address(), Credential::basic("ada", password))
}

fn tokens_fetched(registry: &Registry) -> usize {
    registry
        .requests()
        .iter()
        .filter(|request| request.path == "/token")
        .count()
}

async fn basic_is_shown_when_it_is_asked_for() -> TestResult {
    let registry = Registry::builder()
        .basic_auth("ada", "pw")
        .page_limit(2)
        .start();
    registry.push_tags("app", numbered(4));
    let client = client_with(&registry, ada(&registry, "pw"));
    assert_eq!(
        client.list_tags(&repository(&registry, "app")).await?,
        numbered(4)
    );
    assert_eq!(
        seen(&registry),
        [
            (Authorization::None, Some(401)),
            (Authorization::Basic, Some(200)),
            (Authorization::Basic, Some(200))
        ]
    );
    Ok(())
}

async fn a_wrong_password_is_unauthorized() -> TestResult {
    let registry = Registry::builder().basic_auth("ada", "pw").start();
    registry.push("app", "v1");
    let outcome = client_with(&registry, ada(&registry, "wrong"))
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = "listing the tags of HOST/app: the registry answered 401 (UNAUTHORIZED); \
        check the credentials for this registry, and the repository's name";
    check(outcome, &registry, ErrorKind::Unauthorized, text);
    assert_eq!(registry.requests().len(), 2);
    Ok(())
}

async fn no_password_is_unauthorized() -> TestResult {
    let registry = Registry::builder().basic_auth("ada", "pw").start();
    let outcome = client(&registry)
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = "asking for a token for HOST/app: the registry wants a user name and a password; \
        give credentials for this registry";
    check(outcome, &registry, ErrorKind::Unauthorized, text);
    Ok(())
}

async fn a_token_is_fetched_and_kept() -> TestResult {
    let registry = Registry::builder()
        .token_auth("ada", "pw")
        .page_limit(2)
        .start();
    registry.push_tags("app", numbered(6));
    let client = client_with(&registry, ada(&registry, "pw"));
    assert_eq!(
        client.list_tags(&repository(&registry, "app")).await?,
        numbered(6)
    );
    client.digest(&reference(&registry, "app:v00001")).await?;
    let expected = [
        (Authorization::None, 401),
        (Authorization::Basic, 200),
        (Authorization::Bearer, 200),
        (Authorization::Bearer, 200),
        (Authorization::Bearer, 200),
        (Authorization::Bearer, 200),
    ];
    assert_eq!(
        seen(&registry),
        expected.map(|(kind, status)| (kind, Some(status)))
    );
    let query = &registry.requests()[1].query;
    assert!(query.contains("scope=repository%3Aapp%3Apull"), "{query}");
    Ok(())
}

async fn anyone_gets_a_token_for_public_images() -> TestResult {
    let registry = Registry::builder().anonymous_tokens().start();
    registry.push("app", "v1");
    assert_eq!(
        client(&registry)
            .list_tags(&repository(&registry, "app"))
            .await?,
        ["v1"]
    );
    Ok(())
}

async fn a_wrong_password_gets_no_token() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "pw").start();
    let outcome = client_with(&registry, ada(&registry, "wrong"))
        .list_tags(&repository(&registry, "app"))
        .await;
    assert_eq!(
        outcome.as_ref().err().and_then(Error::request),
        Some(RequestKind::Token)
    );
    let text = "asking for a token for HOST/app: the token server http://HOST answered 401 (UNAUTHORIZED); \
        check the credentials for this registry, and the repository's name";
    check(outcome, &registry, ErrorKind::Unauthorized, text);
    Ok(())
}

async fn a_revoked_token_is_renewed() -> TestResult {
    let registry = Registry::builder()
        .token_auth("ada", "pw")
        .page_limit(2)
        .start();
    registry.push_tags("app", numbered(4));
    let mut pages =
        client_with(&registry, ada(&registry, "pw")).tags(&repository(&registry, "app"));
    assert!(pages.next_page().await?.is_some());
    registry.revoke_tokens();
    assert_eq!(pages.next_page().await?.map(|page| page.len()), Some(2));
    assert_eq!(tokens_fetched(&registry), 2);
    Ok(())
}

async fn one_token_serves_all_who_wait() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "pw").start();
    registry.push("app", "v1");
    registry.fault("/token", 1, Fault::Slow(Duration::from_millis(1)));
    let client = client_with(&registry, ada(&registry, "pw"));
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (client, repository) = (client.clone(), repository(&registry, "app"));
        waiting.spawn(async move { client.list_tags(&repository).await });
    }
    for outcome in waiting.join_all().await {
        assert_eq!(outcome?, ["v1"]);
    }
    assert_eq!(tokens_fetched(&registry), 1);
    Ok(())
}

async fn one_refusal_serves_all_who_wait() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "pw").start();
    registry.push("app", "v1");
    registry.fault("/token", 1, Fault::status(403));
    registry.fault("/token", 99, Fault::Slow(Duration::from_millis(1)));
    let client = builder(&registry.address())
        .keychain(ada(&registry, "wrong"))
        .concurrency_per_host(99)
        .build()?;
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (client, repository) = (client.clone(), repository(&registry, "app"));
        waiting.spawn(async move {
            client
                .list_tags(&repository)
                .await
                .map_err(|error| error.kind())
        });
    }
    let outcomes = waiting.join_all().await;
    assert!(outcomes.iter().all(Result::is_err));
    assert!(
        tokens_fetched(&registry) < 20,
        "{}",
        tokens_fetched(&registry)
    );
    Ok(())
}

async fn nothing_is_shared_between_two_credentials() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "pw").start();
    registry.push("app", "v1");
    let keychain = Arc::new(Changing::new(["pw", "wrong"]));
    let client = builder(&registry.address()).keychain(keychain).build()?;
    let repository = repository(&registry, "app");
    assert!(client.list_tags(&repository).await.is_ok());
    assert!(
        client.list_tags(&repository).await.is_err(),
        "the token of another credential was shown"
    );
    Ok(())
}

/// Gives one password after the other, and the last one again and again.
#[derive(Debug)]
struct Changing(Mutex<Vec<&'static str>>);

impl Changing {
    fn new<const N: usize>(passwords: [&'static str; N]) -> Self {
        Self(Mutex::new(passwords.into_iter().rev().collect()))
    }
}

impl Keychain for Changing {
    fn credential<'a>(&'a self, _: &'a Repository) -> CredentialFuture<'a> {
        let mut passwords = self.0.lock().expect("no panic");
        let password = if passwords.len() > 1 {
            passwords.pop()
        } else {
            passwords.last().copied()
        };
        Box::pin(std::future::ready(Ok(Credential::basic(
            "ada",
            password.unwrap_or_default(),
        ))))
    }
}

async fn a_keychain_is_asked_again_after_401() -> TestResult {
    for (mut settings, requests) in [(Registry::builder(), 3), (Registry::builder(), 0)] {
        let settings = match requests {
            3 => settings.basic_auth("ada", "new"),
            _ => settings.token_auth("ada", "new"),
        };
        let registry = settings.start();
        registry.push("app", "v1");
        // The first answer opens the listing, the second comes when it was refused.
        let client = client_with(&registry, Changing::new(["old", "new"]));
        assert_eq!(
            client.list_tags(&repository(&registry, "app")).await?,
            ["v1"]
        );
    }
    let registry = Registry::builder().basic_auth("ada", "new").start();
    registry.push("app", "v1");
    let same = client_with(&registry, Changing::new(["old", "old", "new"]));
    assert!(
        same.list_tags(&repository(&registry, "app")).await.is_err(),
        "asked after it gave the same again"
    );
    let restless = Changing::new(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "new"]);
    let outcome = client_with(&registry, restless)
        .list_tags(&repository(&registry, "app"))
        .await;
    assert_eq!(
        outcome.map_err(|error| error.kind()),
        Err(ErrorKind::Unauthorized)
    );
    Ok(())
}

async fn a_keychain_that_fails_is_named() -> TestResult {
    #[derive(Debug)]
    struct Sealed;
    impl Keychain for Sealed {
        fn credential<'a>(&'a self, _: &'a Repository) -> CredentialFuture<'a> {
            Box::pin(async { Err(Error::keychain("the vault is sealed", "unseal it")) })
        }
    }
    let registry = Registry::start();
    let outcome = client_with(&registry, Sealed)
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = "listing the tags of HOST/app: the vault is sealed; unseal it";
    check(outcome, &registry, ErrorKind::Keychain, text);
    assert_eq!(registry.requests().len(), 0);
    Ok(())
}

async fn credentials_do_not_follow_a_redirect() -> TestResult {
    for token in [false, true] {
        let mut settings = Registry::builder();
        let registry = if token {
            settings.token_auth("ada", "pw")
        } else {
            settings.basic_auth("ada", "pw")
        }
        .start();
        let other = Registry::builder().basic_auth("ada", "pw").start();
        registry.push("app", "v1");
        other.push("app", "v1");
        let client = builder(&registry.address())
            .plain_http(other.address())
            .keychain(ada(&registry, "pw").with(other.address(), Credential::basic("ada", "pw")))
            .build()?;
        client.list_tags(&repository(&registry, "app")).await?;
        let target = format!("http://x:y@{}/v2/app/tags/list", other.address());
        registry.fault("/tags/", 1, Fault::status(307).header("Location", &target));
        let outcome = client.list_tags(&repository(&registry, "app")).await;
        assert_eq!(seen(&other), [(Authorization::None, Some(401))]);
        let text = format!(
            "listing the tags of HOST/app: http://{}, where the registry sent us, answered 401 (UNAUTHORIZED); \
             check the credentials for this registry, and the repository's name",
            other.address()
        );
        check(outcome, &registry, ErrorKind::Unauthorized, &text);
    }
    Ok(())
}

async fn credentials_do_not_come_back_from_another_host() -> TestResult {
    let registry = Registry::builder().basic_auth("ada", "pw").start();
    registry.push("app", "v1");
    registry.push("private", "v1");
    let other = Routes::start();
    let back = format!(
        "location: http://{}/v2/private/tags/list",
        registry.address()
    );
    other.at("/away", 307, &[&back], "");
    let client = builder(&registry.address())
        .plain_http(other.address())
        .keychain(ada(&registry, "pw"))
        .build()?;
    client.list_tags(&repository(&registry, "app")).await?;
    let away = format!("http://{}/away", other.address());
    registry.fault("/app/", 9, Fault::status(307).header("Location", &away));
    let outcome = client.list_tags(&repository(&registry, "app")).await;
    let text = "listing the tags of HOST/app: http://HOST, where the registry sent us, answered 401 (UNAUTHORIZED); \
        check the credentials for this registry, and the repository's name";
    check(outcome, &registry, ErrorKind::Unauthorized, text);
    let requests = registry.requests();
    let mut chosen = requests
        .iter()
        .filter(|request| request.path.contains("private"))
        .peekable();
    assert!(chosen.peek().is_some(), "nothing came back");
    assert!(
        chosen.all(|request| request.authorization == Authorization::None),
        "another host chose what was asked for with credentials"
    );
    Ok(())
}

async fn what_was_not_shown_is_not_refused() -> TestResult {
    let registry = Registry::builder().basic_auth("ada", "pw").start();
    registry.push("app", "v1");
    let other = Routes::start();
    let back = format!("location: http://{}/v2/app/tags/list", registry.address());
    other.at("/away", 307, &[&back], "");
    let keychain = Arc::new(Counting::default());
    let client = builder(&registry.address())
        .plain_http(other.address())
        .keychain(Arc::clone(&keychain))
        .build()?;
    let app = repository(&registry, "app");
    assert_eq!(client.list_tags(&app).await?, ["v1"]);
    let away = format!("http://{}/away", other.address());
    registry.fault("/app/", 1, Fault::status(307).header("Location", &away));
    let outcome = client.list_tags(&app).await.map_err(|error| error.kind());
    assert_eq!(outcome, Err(ErrorKind::Unauthorized));
    assert_eq!(keychain.0.load(Ordering::Relaxed), 0);
    Ok(())
}

/// Counts how often its login was refused.
#[derive(Debug, Default)]
struct Counting(AtomicUsize);

impl Keychain for Counting {
    fn credential<'a>(&'a self, _: &'a Repository) -> CredentialFuture<'a> {
        Box::pin(std::future::ready(Ok(Credential::basic("ada", "pw"))))
    }

    fn after_refusal<'a>(
        &'a self,
        repository: &'a Repository,
        _: &'a [Credential],
    ) -> CredentialFuture<'a> {
        self.0.fetch_add(1, Ordering::Relaxed);
        self.credential(repository)
    }
}

async fn credentials_go_to_no_plain_token_server() -> TestResult {
    let other = Registry::builder().token_auth("ada", "pw").start();
    let realm = format!("http://{}/token", other.address());
    let registry = Registry::builder()
        .token_auth("ada", "pw")
        .token_realm(&realm)
        .start();
    let outcome = client_with(&registry, ada(&registry, "pw"))
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = format!(
        "asking for a token for HOST/app: the registry names the token server http://{}, which is not HTTPS; \
         name that host as a plain HTTP one if this is meant",
        other.address()
    );
    check(outcome, &registry, ErrorKind::InvalidResponse, &text);
    assert_eq!(other.requests().len(), 0);
    Ok(())
}

async fn a_token_server_that_gives_no_token() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "pw").start();
    for body in ["", "{}", r#"{"token":""}"#, r#"{"token":1}"#, "<html>"] {
        registry.fault("/token", 1, Fault::Body(body.to_owned()));
        let outcome = client_with(&registry, ada(&registry, "pw"))
            .list_tags(&repository(&registry, "app"))
            .await;
        let text = "asking for a token for HOST/app: the token server http://HOST gave no token; \
            check that this is the address of a registry";
        check(outcome, &registry, ErrorKind::InvalidResponse, text);
    }
    registry.fault("/token", 1, Fault::Body(r#"{"token":"a\nb"}"#.to_owned()));
    let outcome = client_with(&registry, ada(&registry, "pw"))
        .list_tags(&repository(&registry, "app"))
        .await;
    let text = "asking for a token for HOST/app: a token that does not fit into a header; remove its line breaks";
    check(outcome, &registry, ErrorKind::Config, text);
    Ok(())
}

async fn a_static_token_is_shown_as_it_is() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "pw").start();
    registry.push("app", "v1");
    let keychain =
        StaticKeychain::new().with(registry.address(), Credential::Bearer(Secret::new("t0ken")));
    let outcome = client_with(&registry, keychain)
        .list_tags(&repository(&registry, "app"))
        .await;
    assert_eq!(
        outcome.map_err(|error| error.kind()),
        Err(ErrorKind::Unauthorized)
    );
    assert_eq!(
        seen(&registry),
        [
            (Authorization::None, Some(401)),
            (Authorization::Bearer, Some(401))
        ]
    );
    Ok(())
}
