//! Entra's token for one of the registry's own.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use azure_core::http::headers::{ACCEPT, CONTENT_TYPE};
use azure_core::http::{
    Context, Method, Pipeline, PipelineSendOptions, RawResponse, Request, StatusCode,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use super::identity::Token;
use super::place::Place;
use super::transport::Http;
use crate::cloud::failure::Failure;
use crate::cloud::logins::Login;
use crate::credential::Credential;

/// The least that a login is kept, should a clock be wrong or the token not say when it ends: what has expired is
/// refused, and then renewed.
const LEAST: Duration = Duration::from_secs(60);

/// A refresh token of the registry, with which its token server gives what is needed for a repository.
pub(super) async fn login(place: &Place, http: &Http, token: &Token) -> Result<Login, Failure> {
    let url = format!("https://{}/oauth2/exchange", place.host());
    let mut request = Request::new(url.parse::<Url>().map_err(|_| strange())?, Method::Post);
    request.insert_header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.insert_header(ACCEPT, "application/json");
    request.set_body(form(place, token));
    let pipeline = Pipeline::new(
        option_env!("CARGO_PKG_NAME"),
        option_env!("CARGO_PKG_VERSION"),
        http.options(None),
        Vec::new(),
        Vec::new(),
        None,
    );
    let options = PipelineSendOptions {
        skip_checks: true,
        ..PipelineSendOptions::default()
    };
    let answer = pipeline
        .send(&Context::new(), &mut request, Some(options))
        .await;
    read(&answer.map_err(|_| silent())?)
}

fn form(place: &Place, token: &Token) -> String {
    Serializer::new(String::new())
        .append_pair("grant_type", "access_token")
        .append_pair("service", place.host())
        .extend_pairs(token.tenant.as_ref().map(|tenant| ("tenant", tenant)))
        .append_pair("access_token", &token.text)
        .finish()
}

/// No `Debug`: it is a secret.
#[derive(Deserialize)]
struct Grant {
    refresh_token: String,
}

fn read(answer: &RawResponse) -> Result<Login, Failure> {
    if answer.status() != StatusCode::Ok {
        return Err(refused(u16::from(answer.status())));
    }
    let grant = serde_json::from_slice::<Grant>(answer.body().as_ref());
    let token = grant.map_err(|_| strange())?.refresh_token;
    if token.is_empty() {
        return Err(strange());
    }
    Ok(Login {
        lifetime: left(&token, SystemTime::now()),
        credential: Credential::IdentityToken(token.into()),
    })
}

/// A JSON web token's claims. It is the registry's to verify.
#[derive(Deserialize)]
struct Claims {
    exp: u64,
}

fn left(token: &str, now: SystemTime) -> Duration {
    let expires = expiry(token).and_then(|exp| UNIX_EPOCH.checked_add(Duration::from_secs(exp)));
    let left = expires.and_then(|expires| expires.duration_since(now).ok());
    left.unwrap_or_default().max(LEAST)
}

fn expiry(token: &str) -> Option<u64> {
    let claims = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    Some(claims.exp)
}

fn refused(status: u16) -> Failure {
    Failure::new(
        format!("the registry did not take Microsoft Entra's token (HTTP {status})"),
        "give the identity the role AcrPull at the registry, and check the registry's name and network rules",
    )
}

fn silent() -> Failure {
    Failure::new(
        "the registry cannot be reached",
        "check its name, the network and its proxies",
    )
}

fn strange() -> Failure {
    Failure::new(
        "the registry's answer holds no refresh token",
        "check what stands between",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_token_says_when_it_ends() {
        let now = UNIX_EPOCH + Duration::from_secs(1000);
        let lives = |text: &str| left(text, now).as_secs();
        assert_eq!(lives(&token(r#"{"exp":4600}"#)), 3600);
        assert_eq!(lives(&token(r#"{"exp":999}"#)), 60);
        assert_eq!(lives(&token("{}")), 60);
        assert_eq!(lives(&token(r#"{"exp":18446744073709551615}"#)), 60);
        assert_eq!(lives("no token of the web"), 60);
    }
}
