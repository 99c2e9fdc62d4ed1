use std::fs;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tagwright_registry::{AwsKeychain, Credential, Keychain};
use tagwright_testkit::cloud::{Answer, Call, Service};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::Registry;
use tagwright_testkit::servers::Moto;

use super::child::Login;
use crate::support::suite;

suite! {
    test a_login_of_ecr,
    test a_web_identity_takes_a_role,
    test a_profile_takes_a_role,
    test tags_behind_a_login,
    async_test other_hosts_are_left_to_others,
    test one_login_for_all_who_wait,
    test a_refused_login_is_fetched_anew,
    test a_login_that_is_refused_again_leaves_it_to_others,
    test an_expired_login_is_kept_for_a_moment,
    test the_public_registry,
    test the_public_registry_is_open_to_all,
    test the_public_registry_is_open_to_those_without_the_right,
    test another_refusal_of_the_public_registry_is_an_error,
    test no_credentials,
    test a_refusal_names_its_code,
    test a_refused_web_identity,
    test a_broken_configuration,
    test an_answer_without_a_login,
    test nobody_there,
    test no_answer_in_time,
}

const HOST: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const CANARY: &str = "c4n4ry";

/// With keys in the environment, and `url` for all of Amazon's services.
fn login(url: &str) -> Login {
    without_keys(url)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", CANARY)
}

fn without_keys(url: &str) -> Login {
    to(&format!("{HOST}/team/app"), url)
}

fn to(repository: &str, url: &str) -> Login {
    Login::new("aws", repository)
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

fn a_login_of_ecr() -> TestResult {
    let moto = Moto::start()?;
    let [first, second] = login(&moto.url()).run(["get", "get"]);
    assert_eq!(first, "AWS 123456789012-auth-token");
    assert_eq!(second, first);
    Ok(())
}

fn a_web_identity_takes_a_role() -> TestResult {
    let moto = Moto::start()?;
    let login = without_keys(&moto.url());
    let token = login.home().join("token");
    fs::write(&token, CANARY)?;
    let [credential] = login
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", token)
        .env("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/reader")
        .run(["get"]);
    assert_eq!(credential, "AWS 111122223333-auth-token");
    Ok(())
}

fn a_profile_takes_a_role() -> TestResult {
    let moto = Moto::start()?;
    let login = without_keys(&moto.url());
    let folder = login.home().join(".aws");
    fs::create_dir(&folder)?;
    let config = format!(
        "[profile keys]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = {CANARY}\n\
         [profile reader]\nsource_profile = keys\nrole_arn = arn:aws:iam::444455556666:role/reader\n"
    );
    fs::write(folder.join("config"), config)?;
    let [credential] = login.profile("reader").run(["get"]);
    assert_eq!(credential, "AWS 444455556666-auth-token");
    Ok(())
}

fn tags_behind_a_login() -> TestResult {
    let moto = Moto::start()?;
    let registry = Registry::builder()
        .basic_auth("AWS", "123456789012-auth-token")
        .start();
    registry.push_tags("team/app", ["1.0", "1.1"]);
    let proxy = format!("http://{}", registry.address());
    let [tags] = login(&moto.url()).proxy(&proxy).run(["list"]);
    assert_eq!(tags, "1.0 1.1");
    Ok(())
}

async fn other_hosts_are_left_to_others() -> TestResult {
    let keychain = AwsKeychain::new();
    for name in ["ghcr.io/team/app", "123456789012.dkr.ecr.evil.example/app"] {
        let credential = keychain.credential(&name.parse()?).await?;
        assert_eq!(credential, Credential::Anonymous, "{name}");
    }
    Ok(())
}

/// Amazon, with another password for each login.
fn amazon(lifetime: Duration) -> Service {
    let logins = AtomicUsize::new(0);
    Service::start(move |call| {
        let number = logins.fetch_add(1, Ordering::Relaxed);
        token(call, number, lifetime)
    })
}

fn token(call: &Call, number: usize, lifetime: Duration) -> Answer {
    // `AWS:first`, `AWS:other`.
    let token = ["QVdTOmZpcnN0", "QVdTOm90aGVy"][number];
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let expires = (now.unwrap_or_default() + lifetime).as_secs();
    let data = format!(r#"{{"authorizationToken":"{token}","expiresAt":{expires}}}"#);
    Answer::json(match call.header("x-amz-target") {
        Some("SpencerFrontendService.GetAuthorizationToken") => {
            format!(r#"{{"authorizationData":{data}}}"#)
        }
        _ => format!(r#"{{"authorizationData":[{data}]}}"#),
    })
}

const HOURS: Duration = Duration::from_secs(12 * 3600);

fn one_login_for_all_who_wait() {
    let amazon = amazon(HOURS);
    let steps = login(&amazon.url()).run(["many", "get"]);
    assert_eq!(steps, ["AWS first", "AWS first"]);
    assert_eq!(amazon.calls().len(), 1);
}

fn a_refused_login_is_fetched_anew() {
    let amazon = amazon(HOURS);
    let steps = login(&amazon.url()).run(["get", "refused", "get"]);
    assert_eq!(steps, ["AWS first", "AWS other", "AWS other"]);
    assert_eq!(amazon.calls().len(), 2);
}

fn a_login_that_is_refused_again_leaves_it_to_others() {
    let amazon = amazon(HOURS);
    let steps = login(&amazon.url()).run(["get", "refused", "refused", "get", "behind"]);
    let [first, other] = ["AWS first", "AWS other"];
    assert_eq!(steps, [first, other, other, other, "behind pw"]);
    assert_eq!(amazon.calls().len(), 2);
}

fn an_expired_login_is_kept_for_a_moment() {
    let amazon = amazon(Duration::ZERO);
    let steps = login(&amazon.url()).run(["get", "get"]);
    assert_eq!(steps, ["AWS first", "AWS first"]);
}

fn the_public_registry() {
    let amazon = amazon(HOURS);
    let [credential] = to("public.ecr.aws/nginx/nginx", &amazon.url())
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", CANARY)
        .env("AWS_REGION", "eu-west-1")
        .run(["get"]);
    assert_eq!(credential, "AWS first");
    let calls = amazon.calls();
    let signed = calls[0].header("authorization").unwrap_or_default();
    assert!(signed.contains("/us-east-1/ecr-public/"), "{signed}");
}

fn the_public_registry_is_open_to_all() {
    let amazon = amazon(HOURS);
    let [credential] = to("public.ecr.aws/nginx/nginx", &amazon.url()).run(["get"]);
    assert_eq!(credential, "anonymous");
    assert_eq!(amazon.calls(), []);
}

fn the_public_registry_is_open_to_those_without_the_right() {
    let amazon = Service::start(|_| {
        let body = format!(r#"{{"__type":"AccessDeniedException","message":"{CANARY}"}}"#);
        Answer::status(400)
            .header("Content-Type", "application/x-amz-json-1.1")
            .body(body)
    });
    let steps = to("public.ecr.aws/nginx/nginx", &amazon.url())
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", CANARY)
        .run(["get", "get"]);
    assert_eq!(steps, ["anonymous", "anonymous"]);
    assert_eq!(amazon.calls().len(), 1);
}

fn another_refusal_of_the_public_registry_is_an_error() {
    for code in ["UnrecognizedClientException", "ServerException"] {
        let amazon = Service::start(move |_| {
            let body = format!(r#"{{"__type":"{code}","message":"{CANARY}"}}"#);
            Answer::status(400)
                .header("Content-Type", "application/x-amz-json-1.1")
                .body(body)
        });
        let [error] = to("public.ecr.aws/nginx/nginx", &amazon.url())
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", CANARY)
            .run(["get"]);
        assert_eq!(
            error,
            format!(
                "Keychain: no login to public.ecr.aws with AWS: Amazon refused ecr-public:GetAuthorizationToken \
                 ({code}); allow it to the identity of this process, or check its credentials"
            )
        );
    }
}

fn no_credentials() {
    let amazon = amazon(HOURS);
    let [error] = without_keys(&amazon.url()).run(["get"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with AWS: no credentials were found; \
             give the process a role, or set AWS_PROFILE or AWS_ACCESS_KEY_ID"
        )
    );
}

fn a_refusal_names_its_code() {
    let amazon = Service::start(|_| {
        let body = format!(r#"{{"__type":"AccessDeniedException","message":"{CANARY}"}}"#);
        Answer::status(400)
            .header("Content-Type", "application/x-amz-json-1.1")
            .body(body)
    });
    let [error] = login(&amazon.url()).run(["get"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with AWS: Amazon refused ecr:GetAuthorizationToken \
             (AccessDeniedException); allow it to the identity of this process, or check its credentials"
        )
    );
}

fn a_refused_web_identity() -> TestResult {
    let amazon = Service::start(|_| {
        Answer::status(400).body(format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidIdentityToken</Code>\
             <Message>{CANARY}</Message></Error></ErrorResponse>"
        ))
    });
    let login = without_keys(&amazon.url());
    let token = login.home().join("token");
    fs::write(&token, CANARY)?;
    let [error] = login
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", token)
        .env("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/reader")
        .run(["get"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with AWS: the credentials cannot be had (InvalidIdentityToken); \
             check the role, its trust and the files that the variables AWS_* name"
        )
    );
    Ok(())
}

fn a_broken_configuration() -> TestResult {
    let login = without_keys("http://127.0.0.1:1");
    let folder = login.home().join(".aws");
    fs::create_dir(&folder)?;
    fs::write(folder.join("config"), format!("[profile x\n{CANARY}"))?;
    let [error] = login.run(["get"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with AWS: the configuration of the credentials is broken; \
             check the variables AWS_* and the files in ~/.aws"
        )
    );
    Ok(())
}

fn an_answer_without_a_login() {
    let amazon = Service::start(|_| Answer::json(format!(r#"{{"other":"{CANARY}"}}"#)));
    let [error] = login(&amazon.url()).run(["get"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with AWS: Amazon's answer holds no login; \
             check AWS_ENDPOINT_URL, and what stands between"
        )
    );
}

fn nobody_there() {
    let [error] = login("http://127.0.0.1:1").run(["get"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with AWS: Amazon cannot be reached; \
             check the network, its proxies and the region of the registry"
        )
    );
}

fn no_answer_in_time() -> TestResult {
    // It takes connections and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let [error] = login(&url)
        .timeout(Duration::from_millis(300))
        .run(["many"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with AWS: no answer within 0.3 s; \
             check the network and its proxies, or allow more time"
        )
    );
    Ok(())
}
