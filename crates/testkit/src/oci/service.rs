use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::{Method, Response, http::request::Parts};
use serde_json::json;

use super::{
    answer::Answer,
    auth::{Auth, Tokens},
    body::Body,
    builder::Builder,
    endpoint::Endpoint,
    fault::{Fault, Faults},
    request::{Request, Sent, parameter},
    store::{Repository, Store},
};

/// The registry as its connections and its owner see it: settings, and what changes behind a lock.
pub(super) struct Service {
    address: String,
    settings: Builder,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) store: Store,
    pub(super) tokens: Tokens,
    pub(super) faults: Faults,
    pub(super) requests: Vec<Request>,
    /// What is wanted now instead of the settings' credential.
    pub(super) credential: Option<String>,
}

impl Service {
    pub(super) fn new(address: String, settings: Builder) -> Self {
        let state = Mutex::default();
        Self {
            address,
            settings,
            state,
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// A panic of a test that holds the lock says enough; it shall not take the connections down.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The response to a request, or none when the connection shall be cut.
    pub(super) fn respond(&self, parts: &Parts) -> Option<Response<Body>> {
        let mut state = self.state();
        let answer = self.answer(&mut state, parts);
        let target = parts
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str());
        let response = match state.faults.take(target, &answer) {
            Some(fault) => spoil(answer, fault),
            None => Some(answer.into_response(Body::Whole)),
        };
        let status = response.as_ref().map(|response| response.status().as_u16());
        state.requests.push(Request::new(parts, status));
        response
    }

    /// The true answer.
    fn answer(&self, state: &mut State, parts: &Parts) -> Answer {
        if parts.method != Method::GET && parts.method != Method::HEAD {
            return Answer::error(
                405,
                "UNSUPPORTED",
                "the operation is unsupported",
                &json!(null),
            );
        }
        let sent = Sent::of(&parts.headers);
        let Some(endpoint) = Endpoint::of(parts.uri.path()) else {
            return Answer::new(404, "text/plain", "404 page not found\n");
        };
        let scope = endpoint.scope();
        if endpoint == Endpoint::Token {
            return self.token(state, &sent, parts.uri.query());
        }
        let auth = self.auth(state);
        let refusal = auth.refusal(&state.tokens, &sent, scope.as_deref(), &self.address);
        refusal.unwrap_or_else(|| self.content(&mut state.store, &endpoint, parts.uri.query()))
    }

    fn auth(&self, state: &State) -> Auth {
        match &state.credential {
            Some(credential) => self.settings.auth.with(credential),
            None => self.settings.auth.clone(),
        }
    }

    fn token(&self, state: &mut State, sent: &Sent, query: Option<&str>) -> Answer {
        match self.auth(state) {
            Auth::Token(auth) => auth.grant(&mut state.tokens, sent, query),
            _ => Answer::new(404, "text/plain", "404 page not found\n"),
        }
    }

    fn content(&self, store: &mut Store, endpoint: &Endpoint<'_>, query: Option<&str>) -> Answer {
        let (Endpoint::Tags { name }
        | Endpoint::Manifest { name, .. }
        | Endpoint::Blob { name, .. }) = endpoint
        else {
            return Answer::json(200, &json!({}));
        };
        let Some(repository) = store.repository(name) else {
            return unknown(
                "NAME",
                "repository name not known to registry",
                "name",
                name,
            );
        };
        match endpoint {
            Endpoint::Manifest { reference, .. } => manifest(repository, reference),
            Endpoint::Blob { digest, .. } => blob(repository, digest),
            _ => self.tags(repository, name, query),
        }
    }

    fn tags(&self, repository: &Repository, name: &str, query: Option<&str>) -> Answer {
        let wanted = parameter(query, "n");
        let limit = match wanted.as_deref().map(str::parse) {
            None => self.settings.page_limit,
            Some(Ok(n)) if self.settings.refuse_pages_over.is_none_or(|max| n <= max) => n,
            Some(_) => return bad_page(&wanted.unwrap_or_default()),
        };
        let limit = limit.min(self.settings.page_limit);
        let last = parameter(query, "last");
        let (tags, more) = repository.page(last.as_deref(), limit);
        let answer = listing(name, &tags);
        match tags.last() {
            Some(last) if more => answer.header("link", &self.link(name, last, limit)),
            _ => answer,
        }
    }

    /// The parameters in the order in which CNCF distribution writes them.
    fn link(&self, name: &str, last: &str, n: usize) -> String {
        let origin = if self.settings.absolute_links {
            format!("http://{}", self.address)
        } else {
            String::new()
        };
        format!("<{origin}/v2/{name}/tags/list?last={last}&n={n}>; rel=\"next\"")
    }
}

/// Written without a tree of values in between, as a page may hold many thousands.
fn listing(name: &str, tags: &[&str]) -> Answer {
    let name = serde_json::to_string(name).expect("a string is JSON");
    let tags = serde_json::to_string(tags).expect("strings are JSON");
    let body = format!(r#"{{"name":{name},"tags":{tags}}}"#);
    Answer::new(200, "application/json", body)
}

fn manifest(repository: &mut Repository, reference: &str) -> Answer {
    match repository.manifest(reference) {
        Some(manifest) => Answer::new(200, manifest.media_type, manifest.bytes.clone())
            .header("docker-content-digest", &manifest.digest),
        None => unknown("MANIFEST", "manifest unknown", "tag", reference),
    }
}

fn blob(repository: &Repository, digest: &str) -> Answer {
    match repository.blob(digest) {
        Some(bytes) => Answer::new(200, "application/octet-stream", bytes.clone())
            .header("docker-content-digest", digest),
        None => unknown("BLOB", "blob unknown to registry", "digest", digest),
    }
}

fn unknown(what: &str, message: &str, key: &str, value: &str) -> Answer {
    Answer::error(
        404,
        &format!("{what}_UNKNOWN"),
        message,
        &json!({ key: value }),
    )
}

fn bad_page(n: &str) -> Answer {
    let message = "invalid number of results requested";
    Answer::error(
        400,
        "PAGINATION_NUMBER_INVALID",
        message,
        &json!({ "n": n }),
    )
}

/// The answer that a fault makes of the true one; none cuts the connection.
fn spoil(answer: Answer, fault: Fault) -> Option<Response<Body>> {
    let whole = |answer: Answer| Some(answer.into_response(Body::Whole));
    match fault {
        Fault::Cut => None,
        Fault::Status { code, headers } => whole(failure(code, &headers)),
        Fault::Link(link) => whole(answer.header("link", &link)),
        Fault::ContentType(kind) => whole(answer.content_type(&kind)),
        Fault::Body(body) => whole(answer.body(body)),
        Fault::Slow(pause) => Some(answer.into_response(|bytes| Body::slow(bytes, pause))),
        Fault::Endless => Some(answer.into_response(Body::Endless)),
        Fault::Truncated => Some(answer.into_response(Body::half)),
    }
}

fn failure(code: u16, headers: &[(String, String)]) -> Answer {
    let answer = Answer::error(code, "UNKNOWN", "unknown error", &json!(null));
    headers
        .iter()
        .fold(answer, |answer, (name, value)| answer.header(name, value))
}
