use std::error::Error as StdError;
use std::io;

use rustls::{AlertDescription, CertificateError};

use super::proxy::Ways;
use crate::error::{Error, Kind};

/// A request that got no whole answer.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    /// Whether the same request may succeed a little later.
    pub(crate) transient: bool,
}

impl Failure {
    pub(crate) fn last(error: Error) -> Self {
        Self {
            error,
            transient: false,
        }
    }

    /// What kept `error` from being an answer of the host `origin`. The library's own text is not used,
    /// since it holds the URL.
    pub(crate) fn from_http(error: &reqwest::Error, origin: &str, ways: &Ways) -> Self {
        let proxy = ways.before(origin).filter(|_| error.is_connect());
        let way = match &proxy {
            Some(proxy) => format!("{origin} through {proxy}"),
            None => origin.to_owned(),
        };
        if error.is_timeout() {
            return Self {
                error: timeout(format!("no connection to {way} in time")),
                transient: true,
            };
        }
        let reason = root(error);
        if reason.contains("proxy auth") {
            let found = format!("no connection to {way}: {reason}");
            let hint = "give the proxy's user name and password";
            return Self::last(Error::new(Kind::Unreachable, found, hint));
        }
        if let Some(tls) = cause::<rustls::Error>(error) {
            return Self::last(tls_refused(tls, origin));
        }
        let (what, hint) = if proxy.is_some() {
            let hint =
                "check the proxy's host name and port, and whether it may reach the registry";
            ("no connection to", hint)
        } else if error.is_connect() {
            let hint = "check the registry's host name and port, and the network";
            ("no connection to", hint)
        } else if origin.starts_with("https:") {
            // With TLS 1.3 a server says only after the handshake that it wants one, and HTTP/2 swallows why it ended.
            let hint = "check the network, and whether the server wants a client certificate";
            ("the connection broke to", hint)
        } else {
            (
                "the connection broke to",
                "check the network and the registry",
            )
        };
        let found = format!("{what} {way}: {reason}");
        Self {
            error: Error::new(Kind::Unreachable, found, hint),
            transient: true,
        }
    }
}

pub(crate) fn timeout(found: String) -> Error {
    Error::new(Kind::Timeout, found, "try again later, or allow more time")
}

fn tls_refused(tls: &rustls::Error, origin: &str) -> Error {
    let found = format!("no secure connection to {origin}: {}", one_line(tls));
    let hint = match tls {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "give the certificate of the authority that signed it"
        }
        rustls::Error::InvalidCertificate(_) => "check the host name and the server's certificate",
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::HandshakeFailure
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied,
        ) => "give a client certificate that the server takes",
        _ => "name the host as a plain HTTP one if it does not speak TLS",
    };
    Error::new(Kind::Unreachable, found, hint)
}

fn cause<T: StdError + 'static>(error: &reqwest::Error) -> Option<&T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The last cause of a failure: what the system or the protocol said.
fn root(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| "an unknown reason".to_owned(), one_line)
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    // Bounded, since nothing says that the causes of a cause end.
    std::iter::successors(error.source(), |cause| inner(*cause)).take(16)
}

/// An I/O error that wraps another one names the other's cause as its own, and would hide it.
fn inner<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped as &(dyn StdError + 'static)),
        None => error.source(),
    }
}

fn one_line(error: impl std::fmt::Display) -> String {
    let text = error.to_string();
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect()
}
