use tagwright_registry::{
    Client, Credential, Digest, Error, ErrorKind, Reference, Secret, StaticKeychain,
};
use tagwright_testkit::harness::TestResult;

use crate::script::{Script, answer};
use crate::support::{builder, limits, suite};

suite! {
    async_test an_identity_token_is_exchanged,
    async_test a_token_lives_a_minute_at_least,
    async_test a_scope_for_reading_is_added,
    async_test bearer_comes_before_basic,
    async_test a_digest_may_be_sha512,
    async_test a_manifest_must_fit_its_sha512,
    async_test another_digest_than_the_one_asked_for_is_refused,
    async_test an_announced_length_is_enough_to_refuse,
    async_test lengths_that_lie,
    async_test what_an_answer_calls_itself_is_no_matter,
    async_test all_link_fields_are_read,
    async_test an_answer_that_repeats_the_secret_is_not_repeated,
    async_test a_redirect_to_nowhere,
}

const TAGS: &str = r#"{"tags":["v1"]}"#;

fn client(script: &Script, credential: Credential) -> Result<Client, Error> {
    builder(script.address())
        .keychain(StaticKeychain::new().with(script.address(), credential))
        .build()
}

async fn list(script: &Script, credential: Credential) -> Result<Vec<String>, Error> {
    client(script, credential)?
        .list_tags(&format!("{}/team/app", script.address()).parse()?)
        .await
}

async fn digest(script: &Script, rest: &str) -> Result<Digest, Error> {
    let reference: Reference = format!("{}/team/app{rest}", script.address()).parse()?;
    client(script, Credential::Anonymous)?
        .digest(&reference)
        .await
}

fn challenge(value: &str) -> String {
    answer(401, &[&format!("www-authenticate: {value}")], "")
}

const BEARER: &str = r#"Bearer realm="http://HOST/token?a=b",service="s""#;

async fn an_identity_token_is_exchanged() -> TestResult {
    let token = answer(200, &[], r#"{"access_token":"t0ken","expires_in":300}"#);
    let script = Script::start([&challenge(BEARER), &token, &answer(200, &[], TAGS)]);
    assert_eq!(
        list(&script, Credential::IdentityToken(Secret::new("re&fresh"))).await?,
        ["v1"]
    );
    let requests = script.requests();
    assert!(
        requests[1].starts_with("POST /token?a=b HTTP/1.1\r\n"),
        "{}",
        requests[1]
    );
    assert!(!requests[1].contains("authorization"), "{}", requests[1]);
    let form = "grant_type=refresh_token&client_id=tagwright&service=s&scope=repository%3Ateam%2Fapp%3Apull\
        &refresh_token=re%26fresh";
    assert_eq!(requests[1].lines().last(), Some(form));
    assert!(
        requests[2].contains("authorization: Bearer t0ken\r\n"),
        "{}",
        requests[2]
    );
    Ok(())
}

async fn a_token_lives_a_minute_at_least() -> TestResult {
    for seconds in ["0", "-5", "0.5", "1e300", "null"] {
        let token = answer(
            200,
            &[],
            &format!(r#"{{"token":"t","expires_in":{seconds}}}"#),
        );
        let page = answer(200, &["link: <?page=2>; rel=next"], TAGS);
        let script = Script::start([&challenge(BEARER), &token, &page, &answer(200, &[], TAGS)]);
        assert_eq!(
            list(&script, Credential::Anonymous).await?.len(),
            2,
            "{seconds}"
        );
    }
    Ok(())
}

async fn a_scope_for_reading_is_added() -> TestResult {
    let wanted = |scope: &str| challenge(&format!(r#"{BEARER},scope="{scope}""#));
    let token = answer(200, &[], r#"{"token":"t"}"#);
    for (scope, sent) in [
        (
            "repository:team/app:metadata_read",
            "&scope=repository%3Ateam%2Fapp%3Ametadata_read",
        ),
        ("repository:team/app:pull", ""),
        ("repository:team/app:pull,push", ""),
        ("repository:team/other:pull registry:catalog:*", ""),
    ] {
        let script = Script::start([&wanted(scope), &token, &answer(200, &[], TAGS)]);
        list(&script, Credential::Anonymous).await?;
        let request = script.requests().remove(1);
        let line =
            format!("GET /token?a=b&service=s&scope=repository%3Ateam%2Fapp%3Apull{sent} HTTP/1.1");
        assert_eq!(request.lines().next(), Some(line.as_str()));
    }
    Ok(())
}

async fn bearer_comes_before_basic() -> TestResult {
    let both = challenge(&format!("Basic realm=\"x\", {BEARER}"));
    let script = Script::start([
        &both,
        &answer(200, &[], r#"{"token":"t"}"#),
        &answer(200, &[], TAGS),
    ]);
    list(&script, Credential::basic("u", "p")).await?;
    let requests = script.requests();
    assert!(
        requests[1].contains("authorization: Basic dTpw\r\n"),
        "{}",
        requests[1]
    );
    assert!(
        requests[2].contains("authorization: Bearer t\r\n"),
        "{}",
        requests[2]
    );
    Ok(())
}

const SHA512_OF_NOTHING: &str = "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
    47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";

async fn a_digest_may_be_sha512() -> TestResult {
    let announced = format!("docker-content-digest: {SHA512_OF_NOTHING}");
    let script = Script::start([&answer(200, &[&announced], "")]);
    assert_eq!(digest(&script, ":v1").await?.as_str(), SHA512_OF_NOTHING);
    let script = Script::start([&answer(405, &[], ""), &answer(200, &[&announced], "")]);
    assert_eq!(digest(&script, ":v1").await?.as_str(), SHA512_OF_NOTHING);
    Ok(())
}

async fn a_manifest_must_fit_its_sha512() -> TestResult {
    let announced = format!("docker-content-digest: {SHA512_OF_NOTHING}");
    let script = Script::start([&answer(405, &[], ""), &answer(200, &[&announced], "{}")]);
    let outcome = digest(&script, ":v1").await;
    assert_eq!(
        outcome.map_err(|error| error.kind()),
        Err(ErrorKind::InvalidResponse)
    );
    Ok(())
}

async fn another_digest_than_the_one_asked_for_is_refused() -> TestResult {
    let announced = format!("docker-content-digest: sha256:{}", "1".repeat(64));
    let script = Script::start([&answer(200, &[&announced], "")]);
    let wanted = format!("@sha256:{}", "0".repeat(64));
    let error = digest(&script, &wanted).await.expect_err("another digest");
    let text = format!(
        "asking for the digest of {}/team/app{wanted}: an answer with another digest than the one that was asked for; \
         check that this is the address of a registry",
        script.address()
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::InvalidResponse, text)
    );
    Ok(())
}

async fn an_announced_length_is_enough_to_refuse() -> TestResult {
    let script = Script::start(["HTTP/1.1 200 X\r\ncontent-length: 99999999999\r\n\r\n"]);
    let outcome = list(&script, Credential::Anonymous).await;
    assert_eq!(
        outcome.map_err(|error| error.kind()),
        Err(ErrorKind::LimitExceeded)
    );
    Ok(())
}

async fn lengths_that_lie() -> TestResult {
    let short = format!("HTTP/1.1 200 X\r\nconnection: close\r\ncontent-length: 9\r\n\r\n{TAGS}");
    let script = Script::start([&short]);
    let error = list(&script, Credential::Anonymous)
        .await
        .expect_err("half a list");
    let text = format!(
        "listing the tags of {}/team/app: an answer that is no tag list at line 1, column 9; \
         check that this is the address of a registry",
        script.address()
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::InvalidResponse, text)
    );
    let long = format!("HTTP/1.1 200 X\r\nconnection: close\r\ncontent-length: 99\r\n\r\n{TAGS}");
    let script = Script::start([&long, &long]);
    let client = builder(script.address())
        .limits(limits().attempts(2))
        .build()?;
    let repository = format!("{}/team/app", script.address()).parse()?;
    let error = client
        .list_tags(&repository)
        .await
        .expect_err("half a list");
    let text = format!(
        "listing the tags of {repository}: the connection broke to http://{}: \
         end of file before message length reached, 2 times; check the network and the registry",
        script.address()
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Unreachable, text)
    );
    Ok(())
}

async fn what_an_answer_calls_itself_is_no_matter() -> TestResult {
    for kind in ["text/html", "application/octet-stream", "?"] {
        let script = Script::start([&answer(200, &[&format!("content-type: {kind}")], TAGS)]);
        assert_eq!(
            list(&script, Credential::Anonymous).await?,
            ["v1"],
            "{kind}"
        );
    }
    let html = answer(
        200,
        &["content-type: application/json"],
        "<html>c4n4ry</html>",
    );
    let script = Script::start([&html]);
    let error = list(&script, Credential::Anonymous)
        .await
        .expect_err("no list");
    let text = format!(
        "listing the tags of {}/team/app: an answer that is no tag list at line 1, column 1; \
         check that this is the address of a registry",
        script.address()
    );
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::InvalidResponse, text)
    );
    Ok(())
}

async fn all_link_fields_are_read() -> TestResult {
    let links = [
        "link: </v2/>; rel=\"first\"",
        "link: <?page=2>; rel=\"next\", </x>; rel=last",
    ];
    let script = Script::start([
        &answer(200, &links, TAGS),
        &answer(200, &["link: </v2/>; rel=prev"], TAGS),
    ]);
    assert_eq!(list(&script, Credential::Anonymous).await?, ["v1", "v1"]);
    let second = script.requests().remove(1);
    assert!(
        second.starts_with("GET /v2/team/app/tags/list?page=2 HTTP/1.1\r\n"),
        "{second}"
    );
    Ok(())
}

async fn an_answer_that_repeats_the_secret_is_not_repeated() -> TestResult {
    let canary = "c4n4ry";
    let body = format!(r#"{{"errors":[{{"code":"{canary}","message":"{canary}"}}]}}"#);
    let headers = [
        format!("retry-after: {canary}"),
        format!("location: http://{canary}@[/"),
    ];
    let headers = headers.each_ref().map(String::as_str);
    for status in [301, 400, 403, 404, 418] {
        let refusal = answer(status, &headers, &body);
        let script = Script::start([&challenge("Basic"), &refusal, &refusal]);
        let error = list(&script, Credential::basic("u", canary))
            .await
            .expect_err("a refusal");
        let shown = format!("{error} {error:?} {}", error.render(canary));
        assert!(!shown.replace("c4n4ry", "X").contains('X'), "{shown}");
    }
    Ok(())
}

async fn a_redirect_to_nowhere() -> TestResult {
    for target in ["http://[/", "ftp://x/", "mailto:x"] {
        let script = Script::start([&answer(307, &[&format!("location: {target}")], "")]);
        let outcome = list(&script, Credential::Anonymous).await;
        assert_eq!(
            outcome.map_err(|error| error.kind()),
            Err(ErrorKind::InvalidResponse),
            "{target}"
        );
    }
    Ok(())
}
