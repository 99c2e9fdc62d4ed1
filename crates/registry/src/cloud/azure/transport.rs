use std::sync::Arc;

use azure_core::cloud::CloudConfiguration;
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::{
    AsyncRawResponse, Body, ClientOptions, ExponentialRetryOptions, HttpClient, Request,
    RetryOptions, Transport as Carrier,
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::cloud::transport::{self, Response, Silence, Transport, is_near};

/// Our transport, as Microsoft's SDK takes one.
#[derive(Clone, Debug)]
pub(super) struct Http(pub(super) Transport);

impl Http {
    /// For requests that are repeated a few times only: the registry's own client waits for this one.
    pub(super) fn options(&self, cloud: Option<CloudConfiguration>) -> ClientOptions {
        let retry = ExponentialRetryOptions {
            max_retries: 3,
            ..ExponentialRetryOptions::default()
        };
        ClientOptions {
            retry: RetryOptions::exponential(retry),
            transport: Some(Carrier::new(Arc::new(self.clone()))),
            cloud: cloud.map(Arc::new),
            ..ClientOptions::default()
        }
    }
}

#[async_trait::async_trait]
impl HttpClient for Http {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let near = is_near(request.url());
        let request = translated(request)?;
        let answer = self.0.send(request).await;
        answer
            .map(response)
            .map_err(|silence| failed(silence, near))
    }
}

fn translated(request: &Request) -> azure_core::Result<transport::Request> {
    let unusable = |error: &'static str| azure_core::Error::with_message(ErrorKind::Other, error);
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers().iter() {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| unusable("a header's name"))?;
        let value = HeaderValue::from_str(value.as_str());
        let mut value = value.map_err(|_| unusable("a header's value"))?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    let method = request.method().as_str().parse();
    let Body::Bytes(body) = request.body() else {
        return Err(unusable("a login has a body in memory"));
    };
    Ok(transport::Request {
        method: method.map_err(|_| unusable("a method"))?,
        url: request.url().clone(),
        headers,
        body: body.to_vec(),
    })
}

fn response(answer: Response) -> AsyncRawResponse {
    let mut headers = Headers::new();
    for (name, value) in &answer.headers {
        // What is no text is nothing that the SDK reads.
        if let Ok(value) = value.to_str() {
            headers.insert(name.as_str().to_owned(), value.to_owned());
        }
    }
    AsyncRawResponse::from_bytes(answer.status.as_u16().into(), headers, answer.body)
}

/// The SDK asks again after `Io`. Where there is no metadata service there will be none, and it would ask for more
/// than a minute.
fn failed(silence: Silence, near: bool) -> azure_core::Error {
    let kind = match silence {
        Silence::Unreachable if !near => ErrorKind::Io,
        Silence::Unreachable | Silence::TooLarge => ErrorKind::Other,
    };
    azure_core::Error::new(kind, silence)
}
