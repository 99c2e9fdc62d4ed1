use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use super::answer;
use super::challenge::Challenge;
use super::endpoint::origin;
use super::exchange::{Ask, Shared, invalid, without_user};
use crate::credential::Credential;
use crate::error::{Error, Kind};
use crate::repository::Repository;

/// Bytes of a token server's answer; tokens that name many permissions have some thousands.
const TOKEN_BYTES: usize = 1024 * 1024;

/// What the specification gives a token that does not say how long it lives, and the least it may say.
const LIFETIME: f64 = 60.0;

/// What to send from now on, and for how long.
pub(crate) type Authorization = (HeaderValue, Option<Duration>);

/// Answers the challenges of a registry with a credential: Bearer if it is offered, else Basic.
pub(crate) async fn authorize(
    shared: &Shared,
    repository: &Repository,
    challenges: &[Challenge],
    credential: &Credential,
) -> Result<Authorization, Error> {
    let offered = |scheme| challenges.iter().find(|challenge| challenge.is(scheme));
    match (offered("Bearer"), offered("Basic"), credential) {
        (Some(_), _, Credential::Bearer(token)) => {
            bearer(token.expose()).map(|header| (header, None))
        }
        (Some(challenge), _, _) => fetch(shared, repository, challenge, credential).await,
        (None, Some(_), Credential::Basic { username, password }) => {
            Ok((basic(username, password.expose())?, None))
        }
        (None, Some(_), Credential::Anonymous) => Err(unauthorized(
            "the registry wants a user name and a password",
            "give credentials for this registry",
        )),
        (None, Some(_), _) => Err(unauthorized(
            "the registry wants a user name and a password, not a token",
            "give both for this registry",
        )),
        (None, None, _) => Err(invalid(
            "the registry answered 401 with no challenge that can be read",
        )),
    }
}

/// Gets a token as the distribution project's token specification says.
async fn fetch(
    shared: &Shared,
    repository: &Repository,
    challenge: &Challenge,
    credential: &Credential,
) -> Result<Authorization, Error> {
    let realm = realm(shared, challenge)?;
    let server = origin(&realm);
    let ask = request(realm, challenge, &scopes(repository, challenge), credential)?;
    let answer = shared.persist(&ask).await?;
    if !answer.status.is_success() {
        return Err(answer::refusal(
            &answer,
            &format!("the token server {server}"),
        ));
    }
    tracing::debug!(%server, "got a token");
    read(&answer.body, &server)
}

/// The token server, if credentials may be sent there: HTTPS, or a host that was named for plain HTTP.
fn realm(shared: &Shared, challenge: &Challenge) -> Result<Url, Error> {
    let realm = challenge
        .parameter("realm")
        .and_then(|realm| Url::parse(realm).ok())
        .and_then(without_user);
    let realm = realm.ok_or_else(|| invalid("the registry names a token server that is no URL"))?;
    if shared.may_visit(&realm) {
        return Ok(realm);
    }
    let found = format!(
        "the registry names the token server {}, which is not HTTPS",
        origin(&realm)
    );
    Err(Error::new(
        Kind::InvalidResponse,
        found,
        "name that host as a plain HTTP one if this is meant",
    ))
}

/// Permission to pull, and what the registry asks for besides if it is only for reading this repository
/// (Azure wants `metadata_read` for the tag list).
fn scopes(repository: &Repository, challenge: &Challenge) -> Vec<String> {
    let own = format!("repository:{}:", repository.path());
    let mut scopes = vec![format!("{own}pull")];
    for scope in challenge.parameter("scope").unwrap_or_default().split(' ') {
        let reads = |actions: &str| {
            actions
                .split(',')
                .all(|a| matches!(a, "pull" | "metadata_read"))
        };
        if scope.strip_prefix(&own).is_some_and(reads) && !scopes.iter().any(|known| known == scope)
        {
            scopes.push(scope.to_owned());
        }
    }
    scopes
}

fn request(
    realm: Url,
    challenge: &Challenge,
    scopes: &[String],
    credential: &Credential,
) -> Result<Ask, Error> {
    let service = challenge.parameter("service");
    let ask = Ask {
        method: Method::GET,
        url: realm,
        accept: "application/json",
        authorization: None,
        form: None,
        limit: TOKEN_BYTES,
    };
    Ok(match credential {
        Credential::IdentityToken(token) => Ask {
            method: Method::POST,
            form: Some(form(service, scopes, token.expose())),
            ..ask
        },
        Credential::Basic { username, password } => {
            let authorization = Some(basic(username, password.expose())?);
            Ask {
                url: query(ask.url, service, scopes),
                authorization,
                ..ask
            }
        }
        Credential::Anonymous | Credential::Bearer(_) => Ask {
            url: query(ask.url, service, scopes),
            ..ask
        },
    })
}

fn query(mut realm: Url, service: Option<&str>, scopes: &[String]) -> Url {
    realm
        .query_pairs_mut()
        .extend_pairs(service.map(|service| ("service", service)))
        .extend_pairs(scopes.iter().map(|scope| ("scope", scope)));
    realm
}

/// The `OAuth2` form of the request, which takes a refresh token.
fn form(service: Option<&str>, scopes: &[String], refresh_token: &str) -> String {
    Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("client_id", "tagwright")
        .extend_pairs(service.map(|service| ("service", service)))
        .append_pair("scope", &scopes.join(" "))
        .append_pair("refresh_token", refresh_token)
        .finish()
}

/// No `Debug`: it is a secret.
#[derive(Deserialize)]
struct Grant {
    token: Option<String>,
    access_token: Option<String>,
    /// Whole seconds, says the specification; some servers write a fraction.
    expires_in: Option<f64>,
}

fn read(body: &[u8], server: &str) -> Result<Authorization, Error> {
    let grant: Option<Grant> = serde_json::from_slice(body).ok();
    let lifetime = grant.as_ref().and_then(|grant| grant.expires_in);
    let text = grant.and_then(|grant| given(grant.token).or(given(grant.access_token)));
    match text {
        Some(text) => Ok((bearer(&text)?, kept(lifetime.unwrap_or(LIFETIME)))),
        None => Err(invalid(format!("the token server {server} gave no token"))),
    }
}

fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A tenth of its life is left for the way of the request, and for clocks that differ.
fn kept(lifetime: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(lifetime.max(LIFETIME) * 0.9).ok()
}

fn basic(username: &str, password: &str) -> Result<HeaderValue, Error> {
    if username.contains(':') {
        let hint = "a user name for Basic authentication cannot hold one";
        return Err(Error::new(Kind::Config, "a user name with a colon", hint));
    }
    header(&format!(
        "Basic {}",
        STANDARD.encode(format!("{username}:{password}"))
    ))
}

fn bearer(token: &str) -> Result<HeaderValue, Error> {
    header(&format!("Bearer {token}"))
}

fn header(text: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        Error::new(
            Kind::Config,
            "a token that does not fit into a header",
            "remove its line breaks",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn unauthorized(found: &str, hint: &str) -> Error {
    Error::new(Kind::Unauthorized, found, hint).with_status(401)
}
