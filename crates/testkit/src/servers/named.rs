use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use tempfile::TempDir;

use super::{apache::Apache, certificate, http_git, process::Process};
use crate::{Missing, git::BareRepository};

const MODULES: [&str; 14] = [
    "mpm_prefork",
    "alias",
    "env",
    "setenvif",
    "cgi",
    "auth_basic",
    "authn_core",
    "authn_file",
    "authz_core",
    "authz_user",
    "socache_shmcb",
    "ssl",
    "proxy",
    "proxy_http",
];

/// The password of anyone called `git`, as forges take a token.
const TOKEN: &str = "a token";
const HTPASSWD: &str = "git:{SHA}7gwwDHZMPWQDdKiSH6cCSGHzd00=\n";

/// A registry as `https://ghcr.io` and a repository as `https://github.com/example/fleet-infra`, for programs that are told
/// to use a proxy and to trust an authority: nothing else has to be said to them, as if the two were there.
#[derive(Debug)]
pub struct NamedServers {
    proxy: Proxy,
    _apache: Process,
    // Deleted after the process has ended.
    folder: TempDir,
}

impl NamedServers {
    /// Starts Apache before the registry at this address, and with `git http-backend` for the repository.
    ///
    /// # Errors
    ///
    /// When Apache, one of its modules, `git http-backend` or `openssl` is not installed.
    #[track_caller]
    pub fn start(registry: &str, repository: &BareRepository) -> Result<Self, Missing> {
        let folder = TempDir::with_prefix("tagwright-named-").expect("a temporary folder");
        let apache = Apache::find(folder.path(), &MODULES)?;
        certificate::make(folder.path())?;
        fs::write(folder.path().join("htpasswd"), HTPASSWD).expect("the password file");
        if http_git::serving_user(folder.path())?.is_some() {
            http_git::open_to_all(folder.path(), repository);
        }
        let site = site(
            folder.path(),
            registry,
            repository.home(),
            &http_git::backend()?,
        );
        let process = apache.start(folder.path(), &MODULES, &site);
        Ok(Self {
            proxy: Proxy::to(process.port()),
            _apache: process,
            folder,
        })
    }

    /// The proxy that leads to them, `http://host:port`; to other hosts it leads not.
    pub fn proxy(&self) -> String {
        format!("http://{}", self.proxy.address)
    }

    /// The file with the certificate of their authority.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The password of the user `git` of the repository.
    pub fn token(&self) -> &'static str {
        TOKEN
    }
}

fn site(folder: &Path, registry: &str, repositories: &Path, backend: &Path) -> String {
    format!(
        r#"StartServers 2
MinSpareServers 1
SSLEngine on
SSLSessionCache none
SSLCertificateFile "{folder}/server.pem"
SSLCertificateKeyFile "{folder}/server.key"
SetEnv GIT_PROJECT_ROOT "{repositories}"
SetEnv GIT_HTTP_EXPORT_ALL 1
SetEnv GIT_CONFIG_GLOBAL "{repositories}/gitconfig"
SetEnv GIT_CONFIG_NOSYSTEM 1
SetEnvIf Git-Protocol "(.*)" GIT_PROTOCOL=$1
ScriptAliasMatch "^/example/fleet-infra(?:\.git)?/(.*)$" "{backend}/repository.git/$1"
ProxyPass /v2/ http://{registry}/v2/
<Location "/example/">
    AuthType Basic
    AuthName testkit
    AuthBasicProvider file
    AuthUserFile "{folder}/htpasswd"
    Require valid-user
</Location>
<Location "/v2/">
    Require all granted
</Location>
"#,
        folder = folder.display(),
        repositories = repositories.display(),
        backend = backend.display()
    )
}

/// A proxy that leads to one server on this machine, whichever of its names is asked for.
#[derive(Debug)]
struct Proxy {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
}

impl Proxy {
    fn to(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let ended = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ended);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                // A client that goes away is no matter.
                thread::spawn(move || _ = lead(client, port));
            }
        });
        Self { address, ended }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // It waits for a client, and looks then.
        let _ = TcpStream::connect(self.address);
    }
}

fn lead(mut client: TcpStream, port: u16) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let is_known = ["CONNECT ghcr.io:443 ", "CONNECT github.com:443 "]
        .iter()
        .any(|known| request.starts_with(known));
    if !is_known {
        return client.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    }
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (back, to) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || pass(back, to));
    pass(reader, server);
    Ok(())
}

/// Until one of them has said all.
fn pass(mut from: impl io::Read, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
