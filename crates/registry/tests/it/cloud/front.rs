use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tagwright_testkit::Missing;
use tempfile::TempDir;

/// Of its own authority, for the hosts that Microsoft's registries and logins have.
const CERTIFICATE: &str = "
[req]
distinguished_name = name
prompt = no
[name]
CN = tagwright front
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = DNS:*.azurecr.io, DNS:*.azurecr.cn, DNS:*.azurecr.us, DNS:login.microsoftonline.com, \
DNS:login.chinacloudapi.cn, DNS:login.microsoftonline.us, DNS:login.example
";

const MAKE: &str = "req -x509 -days 7 -config openssl.cnf -extensions server -newkey ec \
    -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out certificate.pem";

/// A proxy behind which every host is one plain server on loopback, TLS taken off.
pub(crate) struct Front {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    folder: TempDir,
}

impl Front {
    pub(crate) fn before(server: &str) -> Result<Self, Missing> {
        let folder = TempDir::new().expect("a temporary folder");
        make(folder.path())?;
        let config = Arc::new(config(folder.path()));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let address = listener.local_addr().expect("its address");
        let stopped = Arc::new(AtomicBool::new(false));
        let (server, ended) = (server.to_owned(), Arc::clone(&stopped));
        let serve = move || {
            for stream in listener.incoming().flatten() {
                if ended.load(Ordering::Acquire) {
                    return;
                }
                let (config, server) = (Arc::clone(&config), server.clone());
                // The client may leave at any time.
                thread::spawn(move || relay(stream, config, &server).ok());
            }
        };
        Ok(Self {
            address,
            stopped,
            thread: Some(thread::spawn(serve)),
            folder,
        })
    }

    /// For `HTTPS_PROXY`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// For `SSL_CERT_FILE`.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        // Wakes the thread, which waits for a connection.
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn make(folder: &Path) -> Result<(), Missing> {
    fs::write(folder.join("openssl.cnf"), CERTIFICATE).expect("the configuration");
    let mut openssl = Command::new("openssl");
    let output = openssl
        .current_dir(folder)
        .args(MAKE.split_ascii_whitespace())
        .output();
    let output =
        output.map_err(|_| Missing::new("openssl", "install the Debian package openssl"))?;
    let noise = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{noise}");
    Ok(())
}

fn config(folder: &Path) -> ServerConfig {
    let certificate = CertificateDer::from_pem_file(folder.join("certificate.pem"));
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.expect("a certificate")],
            key.expect("a key"),
        )
        .expect("a certificate with its key")
}

/// One request and its answer, which ends with the connection.
fn relay(mut stream: TcpStream, config: Arc<ServerConfig>, server: &str) -> io::Result<()> {
    head(&mut stream)?;
    stream.write_all(b"HTTP/1.1 200 Established\r\n\r\n")?;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let mut request = head(&mut stream)?;
    let mut body = vec![0; length(&request)];
    stream.read_exact(&mut body)?;
    request.extend(body);
    let mut server = TcpStream::connect(server)?;
    server.write_all(&request)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    stream.write_all(&answer)?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn head(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    Ok(head)
}

fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    length.map_or(0, |length| length.trim().parse().expect("a length"))
}
