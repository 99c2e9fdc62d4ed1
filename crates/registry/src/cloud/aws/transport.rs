use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::cloud::transport::{Request, Response, Silence, Transport};

/// Our transport, as Amazon's SDK takes one.
#[derive(Clone, Debug)]
pub(super) struct Http(pub(super) Transport);

#[derive(Debug)]
struct Connector {
    transport: Transport,
    limit: Option<Duration>,
}

impl HttpClient for Http {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connect = settings.connect_timeout().unwrap_or_default();
        SharedHttpConnector::new(Connector {
            transport: self.0.clone(),
            limit: settings.read_timeout().map(|read| connect + read),
        })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (transport, limit) = (self.transport.clone(), self.limit);
        HttpConnectorFuture::new(async move {
            let request = translated(&request).map_err(ConnectorError::user)?;
            let answer = transport.send(request);
            let answer = match limit {
                Some(limit) => tokio::time::timeout(limit, answer)
                    .await
                    .map_err(|late| ConnectorError::timeout(late.into()))?,
                None => answer.await,
            };
            response(answer.map_err(failed)?)
        })
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

fn translated(request: &HttpRequest) -> Result<Request, BoxError> {
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers() {
        let mut value = HeaderValue::from_str(value)?;
        value.set_sensitive(true);
        headers.append(HeaderName::try_from(name)?, value);
    }
    let body = request
        .body()
        .bytes()
        .ok_or("a login has a body in memory")?;
    Ok(Request {
        method: request.method().parse()?,
        url: request.uri().parse()?,
        headers,
        body: body.to_vec(),
    })
}

fn response(answer: Response) -> Result<HttpResponse, ConnectorError> {
    let strange = |error: BoxError| ConnectorError::other(error, None);
    let status = answer.status.as_u16().try_into();
    let status = status.map_err(|_| strange("an unknown status".into()))?;
    let mut response = HttpResponse::new(status, answer.body.into());
    for (name, value) in &answer.headers {
        // What is no text is nothing that the SDK reads.
        if let Ok(value) = value.to_str() {
            response
                .headers_mut()
                .try_append(name.to_string(), value.to_owned())
                .map_err(|error| strange(error.into()))?;
        }
    }
    Ok(response)
}

fn failed(silence: Silence) -> ConnectorError {
    match silence {
        Silence::Unreachable => ConnectorError::io(silence.into()),
        Silence::TooLarge => ConnectorError::other(silence.into(), None),
    }
}
