use std::fs;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tagwright_registry::{AzureKeychain, Credential, Keychain};
use tagwright_testkit::cloud::{Answer, Call, Service};
use tagwright_testkit::harness::TestResult;

use super::child::Login;
use super::front::Front;
use crate::support::suite;

suite! {
    test a_client_secret,
    test a_workload_identity,
    test a_managed_identity,
    test the_cloud_of_the_registry,
    test an_authority_of_the_environment,
    test tags_behind_a_login,
    async_test other_hosts_are_left_to_others,
    test one_login_for_all_who_wait,
    test a_failure_for_all_who_wait,
    test a_failure_is_not_kept,
    test a_refused_login_is_fetched_anew,
    test a_login_that_is_refused_again_leaves_it_to_others,
    test an_expired_login_is_kept_for_a_moment,
    test a_busy_registry_is_asked_again,
    test variables_that_are_not_whole,
    test a_tenant_that_is_none,
    test no_token_file,
    test a_managed_identity_of_another_kind,
    test no_metadata_service,
    test a_machine_without_an_identity,
    test entra_refuses,
    test entra_gives_nothing,
    test entra_is_not_there,
    test the_registry_refuses,
    test the_registry_gives_nothing,
    test the_registry_is_not_there,
    test no_answer_in_time,
}

const HOST: &str = "contoso.azurecr.io";
const CANARY: &str = "c4n4ry";

fn to(host: &str) -> Login {
    Login::new("azure", &format!("{host}/team/app"))
}

/// Everyone behind TLS is the service.
fn behind(login: Login, front: &Front) -> Login {
    login
        .env("HTTPS_PROXY", front.url())
        .env("SSL_CERT_FILE", front.certificate())
}

fn with_secret(login: Login) -> Login {
    login
        .env("AZURE_TENANT_ID", "tenant")
        .env("AZURE_CLIENT_ID", "app")
        .env("AZURE_CLIENT_SECRET", CANARY)
}

/// An App Service, whose metadata the service has.
fn managed(login: Login, address: &str) -> Login {
    login
        .env("IDENTITY_ENDPOINT", format!("http://{address}/msi/token"))
        .env("IDENTITY_HEADER", CANARY)
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("a clock").as_secs()
}

/// A refresh token as the registry's; its last part tells them apart.
fn refresh_token(expires: u64, name: &str) -> Answer {
    let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{expires}}}"#));
    Answer::json(format!(r#"{{"refresh_token":"e30.{claims}.{name}"}}"#))
}

fn entra_token() -> Answer {
    Answer::json(r#"{"token_type":"Bearer","expires_in":3600,"access_token":"entra"}"#)
}

/// Entra, metadata and the registry. What the registry gives for Entra's token is `exchange` of how often it was asked
/// before.
fn microsoft(exchange: impl Fn(usize) -> Answer + Send + Sync + 'static) -> Service {
    let exchanges = AtomicUsize::new(0);
    Service::start(move |call| match call.path() {
        "/tenant/oauth2/v2.0/token" => entra_token(),
        "/msi/token" if call.header("x-identity-header") == Some(CANARY) => Answer::json(format!(
            r#"{{"access_token":"entra","expires_on":"{}","token_type":"Bearer","resource":"r"}}"#,
            now() + 3600
        )),
        "/oauth2/exchange" => exchange(exchanges.fetch_add(1, Ordering::Relaxed)),
        _ => Answer::status(404),
    })
}

fn good() -> Service {
    microsoft(|count| refresh_token(now() + 3600, ["first", "other"][count.min(1)]))
}

/// The names of the logins, or what else there is.
fn names<const N: usize>(steps: [String; N]) -> [String; N] {
    steps.map(|step| match step.strip_prefix("identity ") {
        Some(token) => token.rsplit('.').next().unwrap_or_default().to_owned(),
        None => step,
    })
}

fn hosts(calls: &[Call]) -> Vec<&str> {
    calls
        .iter()
        .filter_map(|call| call.header("host"))
        .collect()
}

#[track_caller]
fn fails(steps: [String; 1], found: &str) {
    let [error] = steps;
    assert_eq!(
        error,
        format!("Keychain: no login to {HOST} with Azure: {found}")
    );
}

fn a_client_secret() -> TestResult {
    let service = good();
    let front = Front::before(&service.address())?;
    let steps = behind(with_secret(to(HOST)), &front).run(["get", "get"]);
    assert_eq!(names(steps), ["first", "first"]);
    let calls = service.calls();
    assert_eq!(hosts(&calls), ["login.microsoftonline.com", HOST]);
    assert_eq!(
        calls[0].body,
        "client_id=app&client_secret=c4n4ry&grant_type=client_credentials\
         &scope=https%3A%2F%2Fcontainerregistry.azure.net%2F.default"
    );
    assert_eq!(calls[1].method, "POST");
    assert_eq!(
        calls[1].body,
        "grant_type=access_token&service=contoso.azurecr.io&tenant=tenant&access_token=entra"
    );
    Ok(())
}

fn a_workload_identity() -> TestResult {
    let service = good();
    let front = Front::before(&service.address())?;
    let login = to(HOST);
    let file = login.home().join("token");
    fs::write(&file, "a-pod")?;
    let login = behind(login, &front)
        .env("AZURE_TENANT_ID", "tenant")
        .env("AZURE_CLIENT_ID", "app")
        .env("AZURE_FEDERATED_TOKEN_FILE", file);
    assert_eq!(names(login.run(["get"])), ["first"]);
    let calls = service.calls();
    assert_eq!(hosts(&calls), ["login.microsoftonline.com", HOST]);
    assert!(calls[0].body.starts_with("client_assertion=a-pod&"));
    assert!(calls[1].body.contains("&tenant=tenant&"));
    Ok(())
}

fn a_managed_identity() -> TestResult {
    let service = good();
    let front = Front::before(&service.address())?;
    let login = managed(behind(to(HOST), &front), &service.address());
    let steps = login
        .env("AZURE_CLIENT_ID", "chosen")
        .env("AZURE_TENANT_ID", "")
        .run(["get"]);
    assert_eq!(names(steps), ["first"]);
    let calls = service.calls();
    let query = "resource=https%3A%2F%2Fcontainerregistry.azure.net&client_id=chosen";
    assert!(calls[0].target.ends_with(query), "{}", calls[0].target);
    assert_eq!(
        calls[1].body,
        "grant_type=access_token&service=contoso.azurecr.io&access_token=entra"
    );
    Ok(())
}

fn the_cloud_of_the_registry() -> TestResult {
    for (host, entra, scope) in [
        (
            "contoso.azurecr.cn",
            "login.chinacloudapi.cn",
            "management.chinacloudapi.cn",
        ),
        (
            "contoso.azurecr.us",
            "login.microsoftonline.us",
            "management.usgovcloudapi.net",
        ),
    ] {
        let service = good();
        let front = Front::before(&service.address())?;
        let steps = behind(with_secret(to(host)), &front).run(["get"]);
        assert_eq!(names(steps), ["first"]);
        let calls = service.calls();
        assert_eq!(hosts(&calls), [entra, host]);
        let scope = format!("&scope=https%3A%2F%2F{scope}%2F.default");
        assert!(calls[0].body.ends_with(&scope), "{}", calls[0].body);
    }
    Ok(())
}

fn an_authority_of_the_environment() -> TestResult {
    let service = good();
    let front = Front::before(&service.address())?;
    let login = behind(with_secret(to("contoso.azurecr.cn")), &front);
    let login = login.env("AZURE_AUTHORITY_HOST", "https://login.example");
    assert_eq!(names(login.run(["get"])), ["first"]);
    let calls = service.calls();
    assert_eq!(hosts(&calls), ["login.example", "contoso.azurecr.cn"]);
    Ok(())
}

/// The registry as a client without TLS sees it, through a proxy.
fn registry() -> Service {
    Service::start(|call| {
        let token = call.header("authorization");
        match call.path().strip_prefix("http://contoso.azurecr.io") {
            Some("/oauth2/token") if call.body.contains("grant_type=refresh_token&") => {
                let given = call.body.rsplit('.').next();
                Answer::json(format!(r#"{{"access_token":"for-{}"}}"#, given.unwrap_or("")))
            }
            Some("/v2/team/app/tags/list") if token == Some("Bearer for-first") => {
                Answer::json(r#"{"name":"team/app","tags":["1.0","1.1"]}"#)
            }
            _ => Answer::status(401).header(
                "WWW-Authenticate",
                r#"Bearer realm="http://contoso.azurecr.io/oauth2/token",service="contoso.azurecr.io""#,
            ),
        }
    })
}

fn tags_behind_a_login() -> TestResult {
    let (service, registry) = (good(), registry());
    let front = Front::before(&service.address())?;
    let login = behind(with_secret(to(HOST)), &front).proxy(&registry.url());
    assert_eq!(login.run(["list"]), ["1.0 1.1"]);
    Ok(())
}

async fn other_hosts_are_left_to_others() -> TestResult {
    let keychain = AzureKeychain::new();
    for host in ["ghcr.io", "azurecr.io.example", "contoso.azurecr.io:8443"] {
        let repository = format!("{host}/team/app").parse()?;
        let credential = keychain.credential(&repository).await?;
        assert_eq!(credential, Credential::Anonymous, "{host}");
    }
    Ok(())
}

fn one_login_for_all_who_wait() -> TestResult {
    let service = good();
    let front = Front::before(&service.address())?;
    let steps = behind(with_secret(to(HOST)), &front).run(["many"]);
    assert_eq!(names(steps), ["first"]);
    assert_eq!(service.calls().len(), 2);
    Ok(())
}

fn a_failure_for_all_who_wait() -> TestResult {
    let service = microsoft(|_| Answer::status(403));
    let front = Front::before(&service.address())?;
    let [error] = behind(with_secret(to(HOST)), &front).run(["many"]);
    assert!(error.starts_with("Keychain: "), "{error}");
    assert_eq!(service.calls().len(), 2);
    Ok(())
}

fn a_failure_is_not_kept() -> TestResult {
    let service = microsoft(|count| match count {
        0 => Answer::status(403),
        _ => refresh_token(now() + 3600, "other"),
    });
    let front = Front::before(&service.address())?;
    let steps = behind(with_secret(to(HOST)), &front).run(["get", "get"]);
    let [first, second] = names(steps);
    assert!(first.starts_with("Keychain: "), "{first}");
    assert_eq!(second, "other");
    Ok(())
}

fn a_refused_login_is_fetched_anew() -> TestResult {
    let service = good();
    let front = Front::before(&service.address())?;
    let steps = behind(with_secret(to(HOST)), &front).run(["get", "refused", "get"]);
    assert_eq!(names(steps), ["first", "other", "other"]);
    assert_eq!(service.calls().len(), 4);
    Ok(())
}

fn a_login_that_is_refused_again_leaves_it_to_others() -> TestResult {
    let service = good();
    let front = Front::before(&service.address())?;
    let login = behind(with_secret(to(HOST)), &front);
    let [first, other, again, behind] = login.run(["get", "refused", "refused", "behind"]);
    assert_eq!(names([first, other, again]), ["first", "other", "other"]);
    assert_eq!(behind, "behind pw");
    assert_eq!(service.calls().len(), 4);
    Ok(())
}

fn an_expired_login_is_kept_for_a_moment() -> TestResult {
    let service = microsoft(|count| refresh_token(now() - 1, ["first", "other"][count.min(1)]));
    let front = Front::before(&service.address())?;
    let steps = behind(with_secret(to(HOST)), &front).run(["get", "get"]);
    assert_eq!(names(steps), ["first", "first"]);
    Ok(())
}

fn a_busy_registry_is_asked_again() -> TestResult {
    let service = microsoft(|count| match count {
        0 => Answer::status(503),
        _ => refresh_token(now() + 3600, "other"),
    });
    let front = Front::before(&service.address())?;
    let steps = behind(with_secret(to(HOST)), &front).run(["get"]);
    assert_eq!(names(steps), ["other"]);
    assert_eq!(service.calls().len(), 3);
    Ok(())
}

fn variables_that_are_not_whole() {
    let login = to(HOST).env("AZURE_CLIENT_SECRET", CANARY);
    fails(
        login.run(["get"]),
        "AZURE_CLIENT_SECRET is set, but not both of AZURE_TENANT_ID and AZURE_CLIENT_ID; set all three, or none",
    );
}

fn a_tenant_that_is_none() {
    let login = with_secret(to(HOST)).env("AZURE_TENANT_ID", "../c4n4ry");
    fails(
        login.run(["get"]),
        "the client secret cannot be used; check AZURE_TENANT_ID, and that AZURE_AUTHORITY_HOST is an https URL",
    );
}

fn no_token_file() {
    let login = to(HOST)
        .env("AZURE_TENANT_ID", "tenant")
        .env("AZURE_CLIENT_ID", "app")
        .env("AZURE_FEDERATED_TOKEN_FILE", "/nowhere/c4n4ry");
    fails(
        login.run(["get"]),
        "the workload identity cannot be used; check AZURE_TENANT_ID, AZURE_AUTHORITY_HOST and the file of \
         AZURE_FEDERATED_TOKEN_FILE",
    );
}

fn a_managed_identity_of_another_kind() {
    let login = to(HOST).env("MSI_ENDPOINT", "http://127.0.0.1:1/");
    fails(
        login.run(["get"]),
        "the managed identity cannot be used; set AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE; \
         the SDK knows App Service and virtual machines",
    );
}

fn no_metadata_service() {
    fails(
        managed(to(HOST), "127.0.0.1:1").run(["get"]),
        "no identity was told, and no metadata service gives a managed one; set AZURE_TENANT_ID, AZURE_CLIENT_ID and \
         AZURE_CLIENT_SECRET, or assign an identity to this machine",
    );
}

fn a_machine_without_an_identity() {
    let service = Service::start(|_| Answer::status(400).body(CANARY));
    fails(
        managed(to(HOST), &service.address()).run(["get"]),
        "no token for the managed identity (HTTP 400); assign the identity to this machine, and name it with \
         AZURE_CLIENT_ID if it has several",
    );
}

fn entra_refuses() -> TestResult {
    let service = Service::start(|_| {
        let text = format!(
            r#"{{"error":"invalid_client","error_description":"{CANARY}","error_codes":[7000215]}}"#
        );
        Answer::status(401).body(text)
    });
    let front = Front::before(&service.address())?;
    fails(
        behind(with_secret(to(HOST)), &front).run(["get"]),
        "Microsoft Entra refused the client secret (AADSTS7000215); check AZURE_TENANT_ID, AZURE_CLIENT_ID and what \
         was agreed with Entra for them",
    );
    Ok(())
}

fn entra_gives_nothing() -> TestResult {
    for text in ["{}", CANARY] {
        let service = Service::start(move |_| Answer::json(text));
        let front = Front::before(&service.address())?;
        fails(
            behind(with_secret(to(HOST)), &front).run(["get"]),
            "the answer for the client secret holds no token; check AZURE_AUTHORITY_HOST or IDENTITY_ENDPOINT, and \
             what stands between",
        );
    }
    Ok(())
}

fn entra_is_not_there() {
    let login = with_secret(to(HOST)).env("HTTPS_PROXY", "http://127.0.0.1:1");
    fails(
        login.run(["get"]),
        "Microsoft Entra cannot be reached for the client secret; check the network, its proxies and \
         AZURE_AUTHORITY_HOST",
    );
}

fn the_registry_refuses() -> TestResult {
    let service = microsoft(|_| Answer::status(401).body(CANARY));
    let front = Front::before(&service.address())?;
    fails(
        behind(with_secret(to(HOST)), &front).run(["get"]),
        "the registry did not take Microsoft Entra's token (HTTP 401); give the identity the role AcrPull at the \
         registry, and check the registry's name and network rules",
    );
    Ok(())
}

fn the_registry_gives_nothing() -> TestResult {
    for text in ["{}", r#"{"refresh_token":""}"#, CANARY] {
        let service = microsoft(move |_| Answer::json(text));
        let front = Front::before(&service.address())?;
        fails(
            behind(with_secret(to(HOST)), &front).run(["get"]),
            "the registry's answer holds no refresh token; check what stands between",
        );
    }
    Ok(())
}

fn the_registry_is_not_there() {
    let service = good();
    let login = to(HOST).env("HTTPS_PROXY", "http://127.0.0.1:1");
    fails(
        managed(login, &service.address()).run(["get"]),
        "the registry cannot be reached; check its name, the network and its proxies",
    );
}

fn no_answer_in_time() -> TestResult {
    // It takes connections and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let proxy = format!("http://{}", listener.local_addr()?);
    let login = with_secret(to(HOST)).env("HTTPS_PROXY", proxy);
    fails(
        login.timeout(Duration::from_millis(300)).run(["many"]),
        "no answer within 0.3 s; check the network and its proxies, or allow more time",
    );
    Ok(())
}
