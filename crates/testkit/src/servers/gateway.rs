use std::fs;

use tempfile::TempDir;

use super::{apache::Apache, certificate, process::Process};
use crate::Missing;

const MODULES: [&str; 9] = [
    "mpm_event",
    "log_config",
    "authn_core",
    "authz_core",
    "socache_shmcb",
    "ssl",
    "proxy",
    "proxy_http",
    "http2",
];

/// Apache with TLS and HTTP/2 before another server, for clients that show a certificate alone.
#[derive(Debug)]
pub struct Gateway {
    process: Process,
    ca: String,
    client: (String, String),
    // Deleted after the process has ended.
    folder: TempDir,
}

impl Gateway {
    /// Before the server at this address.
    ///
    /// # Errors
    ///
    /// When Apache, one of its modules or `openssl` is not installed.
    #[track_caller]
    pub fn before(address: &str) -> Result<Self, Missing> {
        let folder = TempDir::with_prefix("tagwright-gateway-").expect("a temporary folder");
        let apache = Apache::find(folder.path(), &MODULES)?;
        let ca = certificate::make(folder.path())?;
        let read = |name| certificate::read(folder.path(), name);
        let client = (read("client.pem"), read("client.key"));
        let place = folder.path().display();
        let site = format!(
            "Protocols h2 http/1.1\nSSLEngine on\nSSLSessionCache none\n\
             SSLCertificateFile \"{place}/server.pem\"\nSSLCertificateKeyFile \"{place}/server.key\"\n\
             SSLVerifyClient require\nSSLCACertificateFile \"{place}/ca.pem\"\n\
             LogFormat \"%H %{{SSL_CLIENT_S_DN_CN}}x %U\" plain\nCustomLog \"{place}/requests\" plain\n\
             ProxyPass / http://{address}/\nProxyPassReverse / http://{address}/\n"
        );
        let process = apache.start(folder.path(), &MODULES, &site);
        Ok(Self {
            process,
            ca,
            client,
            folder,
        })
    }

    /// Host and port.
    pub fn address(&self) -> String {
        self.process.address()
    }

    /// The certificate of the authority, as PEM.
    pub fn ca_certificate(&self) -> &str {
        &self.ca
    }

    /// A client's certificate and key, as PEM.
    pub fn client_certificate(&self) -> (&str, &str) {
        (&self.client.0, &self.client.1)
    }

    /// The requests that came through: protocol, the name in the client's certificate, path.
    pub fn requests(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("requests")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }
}
