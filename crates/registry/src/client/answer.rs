use std::time::SystemTime;

use reqwest::StatusCode;
use reqwest::header::DATE;
use serde::Deserialize;

use super::exchange::Answer;
use super::{rate_limit, retry};
use crate::error::{Error, Kind};

/// The time by the server's clock.
pub(crate) fn date(answer: &Answer) -> Option<SystemTime> {
    let text = answer.headers.get(DATE)?.to_str().ok()?;
    httpdate::parse_http_date(text.trim()).ok()
}

/// The error for an answer that is no success. It names the status and the registry's error code; the
/// text beside the code is left out, since a server may put anything there, what we sent it included.
pub(crate) fn refusal(answer: &Answer, who: &str) -> Error {
    let (kind, hint) = meaning(answer.status);
    let code = code(&answer.body)
        .map(|code| format!(" ({code})"))
        .unwrap_or_default();
    let now = SystemTime::now();
    let wait = retry::asked(answer.status, &answer.headers, now);
    let asked = wait
        .map(|wait| format!(", to be asked again in {} s", wait.as_secs()))
        .unwrap_or_default();
    let found = format!("{who} answered {}{code}{asked}", answer.status.as_u16());
    Error::new(kind, found, hint)
        .after(answer.attempts)
        .with_status(answer.status.as_u16())
        .with_retry_after(wait)
        .with_rate_limit(rate_limit::read(&answer.headers, now))
}

fn meaning(status: StatusCode) -> (Kind, &'static str) {
    match status.as_u16() {
        401 => (
            Kind::Unauthorized,
            "check the credentials for this registry, and the repository's name",
        ),
        403 => (
            Kind::Forbidden,
            "allow these credentials to pull from the repository",
        ),
        404 => (
            Kind::NotFound,
            "check the name, and that the credentials may see it",
        ),
        407 => (Kind::Refused, "give the proxy's user name and password"),
        429 => (
            Kind::RateLimited,
            "ask less often, or with credentials that may ask more",
        ),
        500.. => (Kind::Refused, "try again later"),
        _ => (
            Kind::Refused,
            "check that this is the address of a registry",
        ),
    }
}

#[derive(Deserialize)]
struct Explanation {
    errors: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    code: String,
}

/// The first error code of a body in the form of the OCI distribution specification.
pub(crate) fn code(body: &[u8]) -> Option<String> {
    let explanation: Explanation = serde_json::from_slice(body).ok()?;
    let code = explanation.errors.into_iter().next()?.code;
    let known_form = code.len() <= 40 && code.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    known_form.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn the_code_is_taken_only_in_the_form_of_a_code() {
        let body = br#"{"errors":[{"code":"NAME_UNKNOWN","message":"m","detail":{"name":"a"}}]}"#;
        assert_eq!(code(body).as_deref(), Some("NAME_UNKNOWN"));
        assert_eq!(code(br#"{"errors":[{"code":"Basic dXNlcjpwYXNz"}]}"#), None);
        assert_eq!(code(br#"{"errors":[]}"#), None);
        assert_eq!(code(br#"{"errors":null}"#), None);
        assert_eq!(code(b"<html>"), None);
    }
}
