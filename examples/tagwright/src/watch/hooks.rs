//! The webhook listener. Paths are secret: no log line has one.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use tagwright::WebhookReceiver;
use tagwright::registry::{self, ErrorKind};

use super::Shared;

/// For the whole body.
const BODY: Duration = Duration::from_secs(20);

pub(super) fn routes(service: &Shared) -> Router {
    Router::new()
        .fallback(receive)
        .with_state(Shared::clone(service))
}

async fn receive(State(service): State<Shared>, request: Request<Body>) -> StatusCode {
    if service.is_stopping() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let receivers = service.receivers();
    let Some(receiver) = receivers.at(request.uri().path()) else {
        tracing::warn!("refused a webhook: no receiver has its path");
        return StatusCode::NOT_FOUND;
    };
    let answer = take(&service, receiver, request).await;
    let name = receiver.name();
    match answer {
        Ok(things) => {
            tracing::info!(receiver = name, things, "took a webhook");
            StatusCode::OK
        }
        Err((StatusCode::OK, reason)) => {
            tracing::info!(receiver = name, "passed a webhook over: {reason}");
            StatusCode::OK
        }
        Err((status, reason)) => {
            tracing::warn!(receiver = name, "refused a webhook: {reason}");
            status
        }
    }
}

type Refused = (StatusCode, String);

/// How many things it started.
async fn take(
    service: &Shared,
    receiver: &WebhookReceiver,
    request: Request<Body>,
) -> Result<usize, Refused> {
    if request.method() != Method::POST {
        let reason = format!("its method is {}, not POST", request.method());
        return Err((StatusCode::METHOD_NOT_ALLOWED, reason));
    }
    let (head, body) = request.into_parts();
    let body = read(receiver, &head.headers, body).await?;
    let headers = head.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let wakes = receiver
        .receive(headers, &body)
        .map_err(|error| (status(&error), error.to_string()))?;
    for wake in &wakes {
        service.scheduler.wake(wake);
    }
    Ok(wakes.len())
}

async fn read(
    receiver: &WebhookReceiver,
    headers: &HeaderMap,
    body: Body,
) -> Result<Vec<u8>, Refused> {
    let limit = receiver.body_limit();
    let large = || {
        let reason = format!("its body has more than {limit} bytes");
        (StatusCode::PAYLOAD_TOO_LARGE, reason)
    };
    let told = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let told: Option<usize> = told.and_then(|value| value.parse().ok());
    if told.is_some_and(|told| told > limit) {
        return Err(large());
    }
    match tokio::time::timeout(BODY, to_bytes(body, limit)).await {
        Ok(Ok(body)) => Ok(body.into()),
        // Told or not, the limit is what breaks a body off, or its sender does, who reads no answer.
        Ok(Err(_)) => Err(large()),
        Err(_) => Err((
            StatusCode::REQUEST_TIMEOUT,
            format!("its body did not come within {BODY:?}"),
        )),
    }
}

fn status(error: &registry::Error) -> StatusCode {
    match error.kind() {
        ErrorKind::Unverified => StatusCode::UNAUTHORIZED,
        ErrorKind::UnwantedEvent => StatusCode::OK,
        ErrorKind::LimitExceeded => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    }
}
