use std::time::Duration;

use tagwright_testkit::{
    harness::{TestError, TestResult, Trial, test},
    http::{self, Response},
    oci::{Authorization, Registry},
};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("tokens::basic", basic),
        test("tokens::challenge_and_token", challenge_and_token),
        test("tokens::other_scope", other_scope),
        test("tokens::revoked", revoked),
        test("tokens::expired", expired),
        test("tokens::anonymous", anonymous),
        test("tokens::realm_elsewhere", realm_elsewhere),
    ]
}

const LIST: &str = "/v2/a/tags/list";

fn list(registry: &Registry, authorization: &str) -> std::io::Result<Response> {
    http::get(
        &registry.address(),
        LIST,
        &[("Authorization", authorization)],
    )
}

fn token(registry: &Registry, scope: &str) -> Result<String, TestError> {
    let target = format!("/token?service=testkit&scope={scope}");
    let headers = [("Authorization", &*http::basic("ada", "secret"))];
    let answer: serde_json::Value =
        serde_json::from_slice(&http::get(&registry.address(), &target, &headers)?.body)?;
    Ok(format!(
        "Bearer {}",
        answer["token"]
            .as_str()
            .ok_or_else(|| TestError::new("no token"))?
    ))
}

fn basic() -> TestResult {
    let registry = Registry::builder().basic_auth("ada", "secret").start();
    registry.push("a", "1");
    let refused = http::get(&registry.address(), LIST, &[])?;
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("www-authenticate"),
        Some("Basic realm=\"testkit\"")
    );
    assert!(refused.text().contains("UNAUTHORIZED"));
    assert_eq!(list(&registry, &http::basic("ada", "wrong"))?.status, 401);
    assert_eq!(list(&registry, &http::basic("ada", "secret"))?.status, 200);
    let seen: Vec<_> = registry
        .requests()
        .iter()
        .map(|r| (r.authorization, r.status))
        .collect();
    let (none, basic) = (Authorization::None, Authorization::Basic);
    assert_eq!(
        seen,
        [(none, Some(401)), (basic, Some(401)), (basic, Some(200))]
    );
    assert!(
        registry
            .requests()
            .iter()
            .all(|request| request.header("authorization").is_none())
    );
    Ok(())
}

fn challenge_and_token() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "secret").start();
    registry.push("a", "1");
    let refused = http::get(&registry.address(), LIST, &[])?;
    let want = format!(
        "Bearer realm=\"http://{}/token\",service=\"testkit\",scope=\"repository:a:pull\"",
        registry.address()
    );
    assert_eq!(refused.header("www-authenticate"), Some(want.as_str()));
    let wrong = [("Authorization", &*http::basic("ada", "wrong"))];
    assert_eq!(
        http::get(&registry.address(), "/token", &wrong)?.status,
        401
    );
    let token = token(&registry, "repository%3Aa%3Apull")?;
    assert_eq!(list(&registry, &token)?.status, 200);
    assert_eq!(
        registry.requests().last().map(|r| r.authorization),
        Some(Authorization::Bearer)
    );
    Ok(())
}

fn other_scope() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "secret").start();
    registry.push("a", "1");
    let token = token(&registry, "repository:b:pull")?;
    assert_eq!(list(&registry, &token)?.status, 401);
    Ok(())
}

fn revoked() -> TestResult {
    let registry = Registry::builder().token_auth("ada", "secret").start();
    registry.push("a", "1");
    let token = token(&registry, "repository:a:pull")?;
    assert_eq!(list(&registry, &token)?.status, 200);
    registry.revoke_tokens();
    assert_eq!(list(&registry, &token)?.status, 401);
    Ok(())
}

fn expired() -> TestResult {
    let registry = Registry::builder()
        .token_auth("ada", "secret")
        .token_lifetime(Duration::ZERO)
        .start();
    registry.push("a", "1");
    let token = token(&registry, "repository:a:pull")?;
    assert_eq!(list(&registry, &token)?.status, 401);
    Ok(())
}

fn anonymous() -> TestResult {
    let registry = Registry::builder().anonymous_tokens().start();
    registry.push("a", "1");
    let answer = http::get(&registry.address(), "/token?scope=repository:a:pull", &[])?;
    let answer: serde_json::Value = serde_json::from_slice(&answer.body)?;
    let token = format!("Bearer {}", answer["token"].as_str().unwrap_or_default());
    assert_eq!(list(&registry, &token)?.status, 200);
    assert_eq!(http::get(&registry.address(), LIST, &[])?.status, 401);
    Ok(())
}

fn realm_elsewhere() -> TestResult {
    let registry = Registry::builder()
        .token_auth("ada", "secret")
        .token_realm("http://elsewhere.example/t")
        .start();
    let refused = http::get(&registry.address(), "/v2/", &[])?;
    let want = "Bearer realm=\"http://elsewhere.example/t\",service=\"testkit\"";
    assert_eq!(refused.header("www-authenticate"), Some(want));
    Ok(())
}
