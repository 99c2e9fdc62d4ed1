//! A plain HTTP/1.0 client, for pushing to the real registries and for looking at what a server answers.
//!
//! ```
//! use tagwright_testkit::{http, oci::Registry};
//!
//! let registry = Registry::start();
//! registry.push("podinfo", "5.0.1");
//! let answer = http::get(&registry.address(), "/v2/podinfo/tags/list", &[]).unwrap();
//! assert_eq!(answer.status, 200);
//! assert_eq!(answer.text(), r#"{"name":"podinfo","tags":["5.0.1"]}"#);
//! ```

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};

/// A server that says nothing for so long is taken for broken.
const SILENCE: Duration = Duration::from_secs(30);

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    headers: Vec<(String, String)>,
}

impl Response {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are no UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn parse(answer: &[u8]) -> Option<Self> {
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
        let head = str::from_utf8(&answer[..end]).ok()?;
        let (first, rest) = head.split_once("\r\n").unwrap_or((head, ""));
        let headers = rest.lines().filter_map(|line| line.split_once(':'));
        Some(Self {
            status: first.split(' ').nth(1)?.parse().ok()?,
            body: answer[end + 4..].to_vec(),
            headers: headers
                .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
                .collect(),
        })
    }

    /// Whether the body is as long as the headers said.
    fn is_whole(&self) -> bool {
        let length = self
            .header("content-length")
            .and_then(|length| length.parse().ok());
        length.is_none_or(|length: usize| self.body.len() == length)
    }
}

/// Asks `address` (host and port) for `target` (path and query).
///
/// # Errors
///
/// When the connection is refused or breaks, or the answer is none of HTTP.
pub fn get(address: &str, target: &str, headers: &[(&str, &str)]) -> io::Result<Response> {
    send("GET", address, target, headers, b"")
}

/// Sends a request with a body, and reads the answer.
///
/// # Errors
///
/// As [`get`].
pub fn send(
    method: &str,
    address: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Response> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(SILENCE))?;
    // With 1.0 the server sends no chunks and closes at the end.
    let length = body.len().to_string();
    let own = [("Host", address), ("Content-Length", &length)];
    let lines = own
        .iter()
        .chain(headers)
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    let lines: String = lines.collect();
    stream.write_all(format!("{method} {target} HTTP/1.0\r\n{lines}\r\n").as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Response::parse(&answer)
        .filter(|response| method == "HEAD" || response.is_whole())
        .ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "no whole answer"))
}

/// The value of an `Authorization` header.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}
