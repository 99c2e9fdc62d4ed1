use bytes::Bytes;
use hyper::{
    HeaderMap, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde_json::{Value, json};

use super::body::Body;

/// An answer before it is sent, while a fault can still change it.
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    pub(super) fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(
            "docker-distribution-api-version",
            HeaderValue::from_static("registry/2.0"),
        );
        let answer = Self {
            status: StatusCode::from_u16(status).expect("a status between 100 and 999"),
            headers,
            body: body.into(),
        };
        answer.header("content-type", content_type)
    }

    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self::new(status, "application/json", value.to_string())
    }

    /// An error body as the distribution specification wants it.
    pub(super) fn error(status: u16, code: &str, message: &str, detail: &Value) -> Self {
        let error = json!({ "code": code, "message": message, "detail": detail });
        Self::json(status, &json!({ "errors": [error] }))
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        let value = HeaderValue::from_str(value).expect("a header value");
        self.headers.insert(name, value);
        self
    }

    pub(super) fn content_type(self, value: &str) -> Self {
        self.header(CONTENT_TYPE.as_str(), value)
    }

    pub(super) fn body(self, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
    }

    pub(super) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// The response to send, the body in the way that `deliver` chooses.
    pub(super) fn into_response(self, deliver: impl FnOnce(Bytes) -> Body) -> Response<Body> {
        let mut response = Response::new(deliver(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}
