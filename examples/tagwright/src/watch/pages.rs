//! Health, metrics and the status page: read-only.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::{Shared, page};

/// No script, no foreign thing, no frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 4] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
];

pub(super) fn routes(service: &Shared, is_local: bool) -> Router {
    let routes = Router::new()
        .route("/", get(page))
        .route("/style.css", get(style))
        .route("/healthz", get(health))
        .route("/readyz", get(readiness))
        .route("/metrics", get(metrics))
        .with_state(Shared::clone(service));
    let routes = if is_local {
        routes.layer(middleware::from_fn(keep_local))
    } else {
        routes
    };
    routes.layer(middleware::map_response(harden))
}

async fn harden(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        let value = axum::http::HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

/// Refuses what a page elsewhere makes a browser ask for under a name of its own that leads here.
async fn keep_local(headers: HeaderMap, request: Request, next: Next) -> Response {
    let mut hosts = headers.get_all(HOST).iter();
    if hosts.all(|host| host.to_str().is_ok_and(is_local)) {
        return next.run(request).await;
    }
    let way_out = "this page is for this machine; ask for it as localhost, or let it listen on another address\n";
    (StatusCode::FORBIDDEN, way_out).into_response()
}

/// An address, or the one name that nobody can give to another machine.
fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok()
}

async fn page(State(service): State<Shared>) -> Response {
    match page::render(&service) {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!("the status page cannot be made: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], page::STYLE)
}

/// Whether it goes on at all.
async fn health(State(service): State<Shared>) -> (StatusCode, &'static str) {
    if service.scheduler.status().stopped && !service.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the scheduler has ended\n");
    }
    (StatusCode::OK, "ok\n")
}

/// Whether work is begun when there is some.
async fn readiness(State(service): State<Shared>) -> (StatusCode, &'static str) {
    if service.is_stopping() || service.scheduler.status().stopped {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    (StatusCode::OK, "ok\n")
}

async fn metrics(State(service): State<Shared>) -> impl IntoResponse {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, kind)], service.metrics.render())
}
