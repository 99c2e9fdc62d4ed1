//! `testdata/webhooks.jsonl`, one request a line: `name`; `sender` as Flux calls it; `events` and `require` (a header)
//! where the receiver has them; `headers`; `body`; and what must come of it, `triggers` (`any`, or a repository, a tag
//! and a digest) or `error` with its `kind`. The payloads have the form that the senders document, the signatures were
//! made with another program. The secret is always the same, the time is 2023-11-14T22:13:20Z.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use serde_json::{Value, json};
use tagwright_registry::webhook::{
    GoogleToken, JsonWebKeys, Receiver, ReceiverBuilder, ReceiverPath, Sender, Trigger,
};
use tagwright_registry::{Error, ErrorKind, Secret};
use tagwright_testkit::harness::TestResult;

use crate::support::suite;

suite! {
    test requests_of_all_senders,
    test bodies_are_bounded,
    test any_change_of_a_signed_body_is_seen,
    test nobody_passes_without_the_secret,
    test the_clock_is_asked,
    test what_cannot_be_configured,
    test key_sets_that_cannot_be_used,
    test paths_are_those_of_flux,
    test nothing_shows_a_secret,
    test all_types_can_be_shared,
}

const SECRET: &str = "s3cr3t-of-the-hook";
const CASES: &str = include_str!("../../testdata/webhooks.jsonl");
const KEYS: &[u8] = include_bytes!("../../testdata/webhook-keys.json");

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

fn google() -> GoogleToken {
    let keys = JsonWebKeys::from_json(KEYS).expect("keys");
    GoogleToken::new(
        "https://hooks.example/gcr",
        "pubsub@acme.iam.gserviceaccount.com",
        keys,
    )
}

fn sender(name: &str) -> Sender {
    let secret = Secret::new(SECRET);
    match name {
        "generic" => Sender::Generic,
        "generic-hmac" => Sender::GenericHmac(secret),
        "github" => Sender::GitHub(secret),
        "gitlab" => Sender::GitLab(secret),
        "bitbucket" => Sender::Bitbucket(secret),
        "dockerhub" => Sender::DockerHub,
        "harbor" => Sender::Harbor(secret),
        "quay" => Sender::Quay,
        "gcr" => Sender::Gcr(google()),
        "nexus" => Sender::Nexus(secret),
        "acr" => Sender::Acr,
        "ecr" => Sender::Ecr,
        "cdevents" => Sender::CdEvents,
        _ => panic!("no sender {name}"),
    }
}

fn requests_of_all_senders() -> TestResult {
    let mut differing = Vec::new();
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line)?;
        let (found, wanted) = (outcome(&case), wanted(&case));
        if found != wanted {
            differing.push(format!(
                "{}\n  found  {found}\n  wanted {wanted}",
                case["name"]
            ));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    Ok(())
}

fn receiver(case: &Value) -> Receiver {
    let mut builder = Receiver::builder(sender(case["sender"].as_str().expect("a sender")));
    if let Some(events) = case["events"].as_array() {
        builder.events(events.iter().filter_map(Value::as_str));
    }
    if let Some(header) = case["require"].as_str() {
        builder.require_header(header, Secret::new(SECRET));
    }
    builder.build().expect("a receiver")
}

fn receive(receiver: &Receiver, case: &Value, body: &[u8]) -> Result<Vec<Trigger>, Error> {
    let headers: BTreeMap<String, String> =
        serde_json::from_value(case["headers"].clone()).expect("headers");
    let headers = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()));
    receiver.receive_at(headers, body, now())
}

fn outcome(case: &Value) -> Value {
    let body = case["body"].as_str().expect("a body");
    match receive(&receiver(case), case, body.as_bytes()) {
        Ok(triggers) => triggers.iter().map(shown).collect(),
        Err(error) => {
            let text = format!("{error} {error:?}");
            assert!(!text.contains(SECRET), "{text}");
            json!([format!("{:?}", error.kind()), error.to_string()])
        }
    }
}

fn wanted(case: &Value) -> Value {
    match case["error"].as_str() {
        Some(error) => json!([case["kind"], error]),
        None => case["triggers"].clone(),
    }
}

fn shown(trigger: &Trigger) -> Value {
    match trigger {
        Trigger::Image {
            repository,
            tag,
            digest,
        } => {
            json!({ "repository": repository.to_string(), "tag": tag, "digest": digest.as_ref().map(AsRef::<str>::as_ref) })
        }
        Trigger::Any => json!("any"),
    }
}

fn bodies_are_bounded() -> TestResult {
    let body = vec![b' '; 3 * 1024 * 1024 + 1];
    let receiver = Receiver::builder(Sender::Generic).build()?;
    assert_eq!(receiver.body_limit(), 3 * 1024 * 1024);
    assert_eq!(receiver.receive([], &body[1..])?, [Trigger::Any]);
    let error = receiver.receive([], &body).expect_err("too much");
    let text = "a webhook of any sender with more than 3145728 bytes; raise the limit if the sender can be trusted";
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::LimitExceeded, text)
    );
    let small = Receiver::builder(Sender::Quay).body_limit(1).build()?;
    assert_eq!(
        small.receive([], b"{}").map_err(|error| error.kind()),
        Err(ErrorKind::LimitExceeded)
    );
    Ok(())
}

fn any_change_of_a_signed_body_is_seen() -> TestResult {
    let signed = [
        "github push",
        "nexus component",
        "bitbucket server push",
        "signed with sha512",
    ];
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line)?;
        if !signed.contains(&case["name"].as_str().unwrap_or_default()) {
            continue;
        }
        let body = case["body"].as_str().unwrap_or_default().as_bytes();
        let receiver = receiver(&case);
        for at in 0..body.len() {
            let mut changed = body.to_vec();
            changed[at] ^= 1;
            let outcome = receive(&receiver, &case, &changed);
            assert_eq!(
                outcome.map_err(|error| error.kind()),
                Err(ErrorKind::Unverified),
                "{} {at}",
                case["name"]
            );
        }
    }
    Ok(())
}

/// And who need not sign is read or refused.
fn nobody_passes_without_the_secret() -> TestResult {
    let headers = [
        "X-Signature",
        "X-Hub-Signature",
        "X-Gitlab-Token",
        "Authorization",
        "X-Nexus-Webhook-Signature",
    ];
    let value =
        "(sha(1|256|512)=)?([0-9a-f]{40}|[0-9a-f]{64}|[ -~]{0,20})|Bearer [a-zA-Z0-9_.-]{0,30}";
    let body = r#"\{("(tag|target|message|event_data|docker_url|context|source)":("[ -~&&[^"\\]]{0,9}"|\{\}|null),?){0,3}\}?"#;
    proptest!(ProptestConfig::with_cases(300), |(value in value, body in body)| {
        let headers = headers.map(|name| (name, value.as_bytes()));
        for name in ["generic-hmac", "github", "gitlab", "bitbucket", "harbor", "nexus", "gcr"] {
            let receiver = Receiver::builder(sender(name)).build().expect("a receiver");
            let kind = receiver.receive(headers, body.as_bytes()).map_err(|error| error.kind());
            prop_assert_eq!(kind, Err(ErrorKind::Unverified));
        }
        for name in ["dockerhub", "quay", "acr", "ecr", "cdevents"] {
            let receiver = Receiver::builder(sender(name)).build().expect("a receiver");
            match receiver.receive(headers, body.as_bytes()) {
                Ok(triggers) => prop_assert!(!triggers.is_empty()),
                Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Payload),
            }
        }
    });
    Ok(())
}

/// The tokens of the cases have long expired.
fn the_clock_is_asked() -> TestResult {
    let line = CASES
        .lines()
        .find(|line| line.contains("\"gcr push\""))
        .expect("the case");
    let case: Value = serde_json::from_str(line)?;
    let token = case["headers"]["Authorization"]
        .as_str()
        .unwrap_or_default();
    let (headers, body) = (
        [("authorization", token.as_bytes())],
        case["body"].as_str().unwrap_or_default().as_bytes(),
    );
    let receiver = Receiver::builder(Sender::Gcr(google())).build()?;
    assert_eq!(
        receiver
            .receive(headers, body)
            .map_err(|error| error.kind()),
        Err(ErrorKind::Unverified)
    );
    let end = now() + Duration::from_secs(3600);
    assert!(
        receiver
            .receive_at(headers, body, end - Duration::from_secs(1))
            .is_ok()
    );
    assert!(receiver.receive_at(headers, body, end).is_err());
    Ok(())
}

fn what_cannot_be_configured() -> TestResult {
    let check = |builder: &ReceiverBuilder, text: &str| {
        let error = builder.build().expect_err(text);
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Config, text)
        );
    };
    let empty = "an empty secret for webhooks of GitHub; give the one that the sender has";
    check(&Receiver::builder(Sender::GitHub(Secret::new(""))), empty);
    let empty = "an empty secret for webhooks of ECR; give the one that the sender has";
    check(
        Receiver::builder(Sender::Ecr).require_header("x-api-key", Secret::new("")),
        empty,
    );
    let keys = JsonWebKeys::from_json(KEYS)?;
    let whose =
        "an empty audience or email for webhooks of GCR; give those of the push subscription";
    for (audience, email) in [("", "a@b"), ("a", "")] {
        let token = GoogleToken::new(audience, email, keys.clone());
        check(&Receiver::builder(Sender::Gcr(token)), whose);
    }
    let events = "a list of events for webhooks of Quay, which names none in a header; choose the events at the sender";
    check(Receiver::builder(Sender::Quay).events(["push"]), events);
    Ok(())
}

fn key_sets_that_cannot_be_used() -> TestResult {
    let many = format!(
        r#"{{"keys":[{}]}}"#,
        vec![r#"{"kty":"RSA"}"#; 101].join(",")
    );
    for (text, found) in [
        ("{", "a key set that cannot be read at line 1, column 1"),
        (r#"{"keys":[]}"#, "a key set without a key of RSA"),
        (
            r#"{"keys":[{"kty":"EC","kid":"a"}]}"#,
            "a key set without a key of RSA",
        ),
        (
            r#"{"keys":[{"kty":"RSA","kid":"a","n":"?","e":"AQAB"}]}"#,
            "a key set without a key of RSA",
        ),
        (&many, "a key set of more than 100 keys"),
    ] {
        let error = JsonWebKeys::from_json(text.as_bytes()).expect_err(found);
        let text = format!("{found}; give the JSON of the provider's 'jwks_uri'");
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Config, text));
    }
    Ok(())
}

/// `printf token... | sha256sum`
fn paths_are_those_of_flux() -> TestResult {
    let path = ReceiverPath::new(&Secret::new("token"), "test-receiver", "default");
    assert_eq!(
        path.as_str(),
        "/hook/c0546ea4a2a81aacb29ba4f488ccf72a588f481b7418f33a1747e7c8a0991eec"
    );
    assert!(path.matches(path.as_str()));
    for other in [
        "",
        "/hook/",
        &path.as_str()[1..],
        &format!("{}0", path.as_str()),
    ] {
        assert!(!path.matches(other), "{other}");
    }
    Ok(())
}

fn nothing_shows_a_secret() -> TestResult {
    let path = ReceiverPath::new(&Secret::new(SECRET), "a", "b");
    let mut builder = Receiver::builder(Sender::GitHub(Secret::new(SECRET)));
    builder.require_header("x-key", Secret::new(SECRET));
    let gcr = Receiver::builder(Sender::Gcr(google())).build()?;
    let shown = format!("{builder:?} {:?} {gcr:?} {path:?}", builder.build()?);
    assert!(
        !shown.contains(SECRET) && !shown.contains(&path.as_str()[6..]),
        "{shown}"
    );
    assert!(shown.contains("GitHub") && shown.contains("k1"), "{shown}");
    Ok(())
}

fn all_types_can_be_shared() -> TestResult {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<(
        Receiver,
        ReceiverBuilder,
        ReceiverPath,
        Sender,
        Trigger,
        GoogleToken,
        JsonWebKeys,
    )>();
    Ok(())
}
