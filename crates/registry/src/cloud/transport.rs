use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use url::{Host, Url};

use crate::client::body;
use crate::client::tls::Tls;
use crate::error::Error;

/// Bytes of an answer. Tokens have some thousands.
const ANSWER: usize = 1024 * 1024;

const CONNECT: Duration = Duration::from_secs(5);

/// The way that an SDK's requests take: TLS and proxies as the client has them, with the roots of the system and the
/// proxies of the environment.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    proxied: reqwest::Client,
    direct: reqwest::Client,
}

/// No `Debug`: it is a secret.
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// No `Debug`: it is a secret.
pub(super) struct Response {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    Unreachable,
    TooLarge,
}

impl Transport {
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self {
            proxied: build(reqwest::Client::builder())?,
            direct: build(reqwest::Client::builder().no_proxy())?,
        })
    }

    pub(super) async fn send(&self, request: Request) -> Result<Response, Silence> {
        let client = if is_near(&request.url) {
            &self.direct
        } else {
            &self.proxied
        };
        let answer = client
            .request(request.method, request.url)
            .headers(request.headers)
            .body(request.body)
            .send()
            .await
            .map_err(|_| Silence::Unreachable)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = body::read(answer, ANSWER).await;
        let body = body.map_err(|failure| match failure {
            body::BodyFailure::TooLarge => Silence::TooLarge,
            body::BodyFailure::Broken(_) => Silence::Unreachable,
        })?;
        Ok(Response {
            status,
            headers,
            body,
        })
    }
}

fn build(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, Error> {
    let builder = builder
        .tls_backend_preconfigured(Tls::default().config()?)
        .connect_timeout(CONNECT)
        // The SDKs know when to ask again, and none of them wants to be sent elsewhere.
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never());
    builder.build().map_err(|_| {
        Error::keychain(
            "the HTTP client for the cloud cannot be set up",
            "check the proxy settings",
        )
    })
}

/// Whether a server stands on the machine itself, as a metadata service does: no proxy reaches that.
pub(super) fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_link_local() || address.is_loopback(),
        // Amazon's metadata service, and those of its pods.
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.segments()[..2] == [0xfd00, 0x0ec2]
        }
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl std::fmt::Display for Silence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "no connection",
            Self::TooLarge => "an answer of more than 1 MiB",
        })
    }
}

impl std::error::Error for Silence {}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn metadata_is_near() {
        let near = |url: &str| is_near(&url.parse().expect("a URL"));
        assert!(near("http://169.254.169.254/latest/meta-data"));
        assert!(near("http://[fd00:ec2::254]/latest"));
        assert!(near("http://127.0.0.1:8080/"));
        assert!(!near("https://sts.amazonaws.com/"));
        assert!(!near("https://10.0.0.1/"));
    }
}
