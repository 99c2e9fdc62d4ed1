use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::{HeaderMap, header::AUTHORIZATION, http::request::Parts};
use percent_encoding::percent_decode_str;

/// A request as the registry saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `HEAD`, ...
    pub method: String,
    /// The path as sent: `/v2/library/podinfo/tags/list`.
    pub path: String,
    /// The query as sent, without the question mark; empty when there is none.
    pub query: String,
    /// The credential that came with it.
    pub authorization: Authorization,
    /// The status that was answered; none when the connection was cut instead.
    pub status: Option<u16>,
    headers: Vec<(String, String)>,
}

/// The kind of credential that a request carried. What it was is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authorization {
    /// No `Authorization` header.
    None,
    /// A user and a password.
    Basic,
    /// A token.
    Bearer,
    /// Another scheme.
    Other,
}

impl Request {
    /// The value of a header, by its name in lower case; `authorization` is not kept.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn new(parts: &Parts, status: Option<u16>) -> Self {
        Self {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            authorization: Sent::of(&parts.headers).kind(),
            status,
            headers: kept(&parts.headers),
        }
    }
}

fn kept(headers: &HeaderMap) -> Vec<(String, String)> {
    let others = headers.iter().filter(|(name, _)| *name != AUTHORIZATION);
    others
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into(),
            )
        })
        .collect()
}

/// The credential of a request, read.
#[derive(PartialEq, Eq)]
pub(super) enum Sent {
    None,
    Basic(String),
    Bearer(String),
    Other,
}

impl Sent {
    /// `Basic` holds `user:password`. The name of the scheme is read in any case.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(AUTHORIZATION) else {
            return Self::None;
        };
        let (scheme, credential) = value
            .to_str()
            .ok()
            .and_then(|v| v.split_once(' '))
            .unwrap_or(("", ""));
        match scheme.to_ascii_lowercase().as_str() {
            "basic" => decoded(credential).map_or(Self::Other, Self::Basic),
            "bearer" => Self::Bearer(credential.to_owned()),
            _ => Self::Other,
        }
    }

    fn kind(&self) -> Authorization {
        match self {
            Self::None => Authorization::None,
            Self::Basic(_) => Authorization::Basic,
            Self::Bearer(_) => Authorization::Bearer,
            Self::Other => Authorization::Other,
        }
    }
}

fn decoded(credential: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(credential).ok()?).ok()
}

/// The first value of a parameter of the query, decoded.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.into_iter().find(|(key, _)| *key == name)?.1;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}
