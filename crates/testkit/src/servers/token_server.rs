use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{PASSWORD, USER, certificate, program};
use crate::{Missing, http, run::succeed};

/// The name of the registry, and of who gives its tokens.
pub(super) const SERVICE: &str = "testkit";

/// The identity token of [`USER`].
pub(super) const IDENTITY_TOKEN: &str = "identity of ada";

/// Gives tokens as the distribution project's specification says, to a user with a password (GET) or with an
/// identity token (POST): JSON Web Tokens, signed by `openssl` with a key of its own.
#[derive(Debug)]
pub(super) struct TokenServer {
    address: String,
    signer: Arc<Signer>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Signer {
    openssl: std::path::PathBuf,
    key: std::path::PathBuf,
    /// The certificate of the key, as the header of a token wants it.
    certificate: String,
    methods: Mutex<Vec<String>>,
}

impl TokenServer {
    /// Starts it, with its key and certificate (`token.key`, `token.pem`) in `folder`.
    #[track_caller]
    pub(super) fn start(folder: &Path) -> Result<Self, Missing> {
        let openssl = program::find(&["openssl"], "install the Debian package openssl")?;
        let pem = certificate::make_token_key(folder)?;
        let signer = Arc::new(Signer {
            openssl,
            key: folder.join("token.key"),
            certificate: pem.lines().filter(|line| !line.starts_with('-')).collect(),
            methods: Mutex::default(),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free loopback port");
        let address = listener.local_addr().expect("its address").to_string();
        let stop = Arc::new(AtomicBool::new(false));
        let (serving, stopped) = (Arc::clone(&signer), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                // A broken connection is the client's.
                let _ = stream.and_then(|stream| serving.serve(&stream));
            }
        });
        Ok(Self {
            address,
            signer,
            stop,
            thread: Some(thread),
        })
    }

    pub(super) fn realm(&self) -> String {
        format!("http://{}/token", self.address)
    }

    /// The methods of the requests so far.
    pub(super) fn methods(&self) -> Vec<String> {
        self.signer.methods.lock().expect("no panic").clone()
    }

    /// A token without a request.
    #[track_caller]
    pub(super) fn token(&self, scope: &str) -> String {
        self.signer.token(scope)
    }
}

impl Drop for TokenServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes it up.
        let _ = TcpStream::connect(&self.address);
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl Signer {
    fn serve(&self, mut stream: &TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let (head, body) = read(stream)?;
        let mut first = head.lines().next().unwrap_or_default().split(' ');
        let (method, target) = (
            first.next().unwrap_or_default(),
            first.next().unwrap_or_default(),
        );
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let (allowed, parameters) = match method {
            "POST" => (field(&body, "refresh_token") == IDENTITY_TOKEN, &*body),
            _ => (is_user(&head), query),
        };
        self.methods
            .lock()
            .expect("no panic")
            .push(method.to_owned());
        let (status, text) = if allowed {
            let token = self.token(&field(parameters, "scope"));
            (
                "200 OK",
                json!({ "token": token, "access_token": token, "expires_in": 300 }),
            )
        } else {
            (
                "401 Unauthorized",
                json!({ "errors": [{ "code": "UNAUTHORIZED" }] }),
            )
        };
        let text = text.to_string();
        let length = text.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{text}"
        )
    }

    #[track_caller]
    fn token(&self, scope: &str) -> String {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let access: Vec<Value> = scope.split(' ').filter_map(access).collect();
        let header = json!({ "typ": "JWT", "alg": "RS256", "x5c": [self.certificate] });
        let claims = json!({
            "iss": SERVICE, "aud": SERVICE, "sub": USER, "jti": now.to_string(),
            "iat": now - 10, "nbf": now - 10, "exp": now + 300, "access": access,
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let mut command = Command::new(&self.openssl);
        command.args(["dgst", "-sha256", "-sign"]).arg(&self.key);
        let signature = succeed(&mut command, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Head and body of a request.
fn read(stream: &TcpStream) -> io::Result<(String, String)> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let length = name.eq_ignore_ascii_case("content-length");
        length.then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0).min(1 << 16)];
    reader.read_exact(&mut body)?;
    Ok((head, String::from_utf8_lossy(&body).into_owned()))
}

fn is_user(head: &str) -> bool {
    let wanted = http::basic(USER, PASSWORD);
    head.lines().any(|line| {
        line.split_once(": ").is_some_and(|(name, value)| {
            name.eq_ignore_ascii_case("authorization") && value == wanted
        })
    })
}

/// The first value of a field of a query or form, decoded.
fn field(text: &str, name: &str) -> String {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs
        .into_iter()
        .find(|(key, _)| *key == name)
        .map_or("", |(_, value)| value);
    percent_decode_str(&value.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

/// `repository:team/app:pull,push` as a claim of a token.
fn access(scope: &str) -> Option<Value> {
    let (kind, rest) = scope.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    let actions: Vec<&str> = actions.split(',').collect();
    Some(json!({ "type": kind, "name": name, "actions": actions }))
}

#[cfg(test)]
mod tests {
    use super::access;

    #[test]
    fn a_scope_is_a_claim() {
        let claim = access("repository:host:5000/app:pull,push").map(|claim| claim.to_string());
        let wanted = r#"{"actions":["pull","push"],"name":"host:5000/app","type":"repository"}"#;
        assert_eq!(claim.as_deref(), Some(wanted));
        assert_eq!(access("x"), None);
    }
}
