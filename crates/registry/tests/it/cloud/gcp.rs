use std::fs;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tagwright_registry::{Credential, GcpKeychain, Keychain};
use tagwright_testkit::cloud::{Answer, Service};
use tagwright_testkit::harness::TestResult;
use tagwright_testkit::oci::Registry;

use super::child::Login;
use crate::support::suite;

suite! {
    test a_token_of_the_metadata_server,
    test one_token_for_all_who_wait,
    test a_refused_token_is_fetched_anew,
    test a_token_that_is_refused_again_leaves_it_to_others,
    test an_expired_token_is_fetched_anew,
    test a_failure_is_not_kept,
    test a_keychain_outlives_its_runtime,
    test tags_behind_a_token,
    async_test other_hosts_are_left_to_others,
    test a_refusal,
    test nobody_there,
    test a_broken_file,
    test a_file_of_another_kind,
    test no_file,
    test no_answer_in_time,
}

const HOST: &str = "europe-docker.pkg.dev";
const CANARY: &str = "c4n4ry";

/// With `address` for the metadata server.
fn login(address: &str) -> Login {
    Login::new("gcp", &format!("{HOST}/project/app")).env("GCE_METADATA_HOST", address)
}

/// A metadata server with a token after the other, the first of which lives for so many seconds.
fn metadata(lifetime: u64) -> Service {
    let tokens = AtomicUsize::new(0);
    Service::start(move |call| {
        let is_ours = call.path() == "/computeMetadata/v1/instance/service-accounts/default/token"
            && call.header("metadata-flavor") == Some("Google");
        if !is_ours {
            return Answer::status(404);
        }
        let (token, lifetime) = match tokens.fetch_add(1, Ordering::Relaxed) {
            0 => ("first", lifetime),
            _ => ("other", 3600),
        };
        Answer::json(format!(
            r#"{{"access_token":"{token}","expires_in":{lifetime},"token_type":"Bearer"}}"#
        ))
    })
}

fn a_token_of_the_metadata_server() {
    let metadata = metadata(3600);
    let steps = login(&metadata.address()).run(["get", "get"]);
    assert_eq!(
        steps,
        ["oauth2accesstoken first", "oauth2accesstoken first"]
    );
    assert_eq!(metadata.calls().len(), 1);
}

fn one_token_for_all_who_wait() {
    let metadata = metadata(3600);
    let steps = login(&metadata.address()).run(["many"]);
    assert_eq!(steps, ["oauth2accesstoken first"]);
    assert_eq!(metadata.calls().len(), 1);
}

fn a_refused_token_is_fetched_anew() {
    let metadata = metadata(3600);
    let steps = login(&metadata.address()).run(["get", "refused", "get"]);
    let [first, other] = ["oauth2accesstoken first", "oauth2accesstoken other"];
    assert_eq!(steps, [first, other, other]);
    assert_eq!(metadata.calls().len(), 2);
}

fn a_token_that_is_refused_again_leaves_it_to_others() {
    let metadata = metadata(3600);
    let steps = login(&metadata.address()).run(["get", "refused", "refused", "get", "behind"]);
    let [first, other] = ["oauth2accesstoken first", "oauth2accesstoken other"];
    assert_eq!(steps, [first, other, other, other, "behind pw"]);
    assert_eq!(metadata.calls().len(), 2);
}

fn an_expired_token_is_fetched_anew() {
    let metadata = metadata(1);
    let [_, second] = login(&metadata.address()).run(["get", "later"]);
    assert_eq!(second, "oauth2accesstoken other");
}

fn a_failure_is_not_kept() {
    let calls = AtomicUsize::new(0);
    let metadata = Service::start(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
        0 => Answer::status(403),
        _ => Answer::json(r#"{"access_token":"t","expires_in":3600,"token_type":"Bearer"}"#),
    });
    let [first, second] = login(&metadata.address()).run(["get", "get"]);
    assert!(first.starts_with("Keychain: "), "{first}");
    assert_eq!(second, "oauth2accesstoken t");
}

fn a_keychain_outlives_its_runtime() {
    let metadata = metadata(3600);
    let steps = login(&metadata.address()).run(["elsewhere", "get"]);
    assert_eq!(
        steps,
        ["oauth2accesstoken first", "oauth2accesstoken other"]
    );
}

fn tags_behind_a_token() {
    let metadata = metadata(3600);
    let registry = Registry::builder()
        .basic_auth("oauth2accesstoken", "first")
        .start();
    registry.push_tags("project/app", ["1.0", "1.1"]);
    let proxy = format!("http://{}", registry.address());
    let [tags] = login(&metadata.address()).proxy(&proxy).run(["list"]);
    assert_eq!(tags, "1.0 1.1");
}

async fn other_hosts_are_left_to_others() -> TestResult {
    let credential = GcpKeychain::new()
        .credential(&"ghcr.io/team/app".parse()?)
        .await?;
    assert_eq!(credential, Credential::Anonymous);
    Ok(())
}

fn a_refusal() {
    let metadata = Service::start(|_| Answer::status(403).body(CANARY));
    let [error] = login(&metadata.address()).run(["get"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with Google Cloud: Google gave no token; check the service account, \
             or set GOOGLE_APPLICATION_CREDENTIALS where there is no metadata server"
        )
    );
}

fn nobody_there() {
    let [error] = login("127.0.0.1:1").run(["get"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with Google Cloud: Google cannot be reached for a token, or failed; \
             check the service account, or set GOOGLE_APPLICATION_CREDENTIALS where there is no metadata server"
        )
    );
}

#[track_caller]
fn file_fails(content: Option<&str>, found: &str) {
    let login = login("127.0.0.1:1");
    let file = login.home().join("key.json");
    if let Some(content) = content {
        fs::write(&file, content).expect("a file");
    }
    let [error] = login
        .env("GOOGLE_APPLICATION_CREDENTIALS", file)
        .run(["get"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with Google Cloud: {found}; check GOOGLE_APPLICATION_CREDENTIALS, \
             or log in with 'gcloud auth application-default login'"
        )
    );
}

fn a_broken_file() {
    file_fails(Some(CANARY), "the credentials' file is broken");
}

fn a_file_of_another_kind() {
    let found = "the credentials' file is of a kind that the SDK does not take";
    file_fails(Some(&format!(r#"{{"type":"{CANARY}"}}"#)), found);
}

fn no_file() {
    file_fails(None, "the credentials' file cannot be read");
}

fn no_answer_in_time() -> TestResult {
    // It takes connections and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let [error] = login(&address)
        .timeout(Duration::from_millis(300))
        .run(["many"]);
    assert_eq!(
        error,
        format!(
            "Keychain: no login to {HOST} with Google Cloud: no answer within 0.3 s; \
             check the network and its proxies, or allow more time"
        )
    );
    Ok(())
}
