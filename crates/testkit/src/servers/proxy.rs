use std::fs;

use tempfile::TempDir;

use super::{HTPASSWD, PASSWORD, USER, apache::Apache, process::Process};
use crate::Missing;

const MODULES: [&str; 10] = [
    "mpm_event",
    "log_config",
    "auth_basic",
    "authn_core",
    "authn_file",
    "authz_core",
    "authz_user",
    "proxy",
    "proxy_http",
    "proxy_connect",
];

/// Apache as a forward proxy, with a user and a password.
#[derive(Debug)]
pub struct ForwardProxy {
    process: Process,
    // Deleted after the process has ended.
    folder: TempDir,
}

impl ForwardProxy {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// When Apache or one of its modules is not installed.
    #[track_caller]
    pub fn start() -> Result<Self, Missing> {
        let folder = TempDir::with_prefix("tagwright-proxy-").expect("a temporary folder");
        let apache = Apache::find(folder.path(), &MODULES)?;
        fs::write(folder.path().join("htpasswd"), HTPASSWD).expect("the password file");
        open(&folder);
        let place = folder.path().display();
        let site = format!(
            "ProxyRequests On\nAllowCONNECT 1-65535\n\
             LogFormat \"%m %{{Host}}i\" plain\nCustomLog \"{place}/requests\" plain\n\
             <Proxy \"*\">\n    AuthType Basic\n    AuthName proxy\n    AuthBasicProvider file\n    \
             AuthUserFile \"{place}/htpasswd\"\n    Require valid-user\n</Proxy>\n"
        );
        let process = apache.start(folder.path(), &MODULES, &site);
        Ok(Self { process, folder })
    }

    /// `http://` and the address.
    pub fn url(&self) -> String {
        format!("http://{}", self.process.address())
    }

    /// Who may use it.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The password of [`user`](Self::user).
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// The requests that were made of it: method and host, `CONNECT` for TLS.
    pub fn requests(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.path().join("requests")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }
}

/// To the user that it serves as when the test runs as root.
fn open(folder: &TempDir) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))
        .expect("the mode of a temporary folder");
}
