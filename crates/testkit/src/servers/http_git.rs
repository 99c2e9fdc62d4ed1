use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{HTPASSWD, PASSWORD, USER, certificate, process::Process, program};
use crate::{Missing, git::BareRepository, http, run::succeed};

pub(super) const REMEDY: &str = "install the Debian package apache2";

/// Where distributions keep Apache's modules.
pub(super) const MODULES: [&str; 4] = [
    "/usr/lib/apache2/modules",
    "/usr/lib64/httpd/modules",
    "/usr/lib/httpd/modules",
    "/usr/libexec/apache2",
];

/// Another password, and a password file with it: SHA-1, in base64.
const ROTATED: &str = "rotated";
const ROTATED_HTPASSWD: &str = "ada:{SHA}tj9vGhn7EbdIiWOsEW4MX0OI6Fs=\n";

/// Who serves when the test runs as root, which Apache refuses to be.
const SERVING_USERS: [&str; 4] = ["www-data", "apache", "http", "nobody"];

/// A repository behind `git http-backend` and Apache, with a user and a password.
///
/// When the test runs as root, the repository is opened to every user of the machine, as Apache then serves as another
/// one.
#[derive(Debug)]
pub struct HttpGit {
    process: Process,
    scheme: &'static str,
    ca: Option<String>,
    // Deleted after the process has ended.
    folder: TempDir,
}

impl HttpGit {
    /// Serves over plain HTTP.
    ///
    /// # Errors
    ///
    /// When Apache, one of its modules or `git http-backend` is not installed.
    #[track_caller]
    pub fn start(repository: &BareRepository) -> Result<Self, Missing> {
        Self::serve(repository, "http", false)
    }

    /// Serves over TLS, with a certificate for `127.0.0.1` by an authority of its own.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), and when `openssl` is not installed.
    #[track_caller]
    pub fn start_tls(repository: &BareRepository) -> Result<Self, Missing> {
        Self::serve(repository, "https", false)
    }

    /// Serves over TLS to who shows a certificate by the same authority: [`client_certificate`](Self::client_certificate)
    /// and [`client_key`](Self::client_key). A password is asked for as well.
    ///
    /// # Errors
    ///
    /// As [`start_tls`](Self::start_tls).
    #[track_caller]
    pub fn start_mutual_tls(repository: &BareRepository) -> Result<Self, Missing> {
        Self::serve(repository, "https", true)
    }

    /// The repository's URL, without credentials.
    pub fn url(&self) -> String {
        format!(
            "{}://{}/repository.git",
            self.scheme,
            self.process.address()
        )
    }

    /// Who may fetch and push.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The password of [`user`](Self::user).
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Takes another password from now on, and this one no more.
    pub fn change_password(&self) -> &'static str {
        let file = self.folder.path().join("htpasswd");
        fs::write(file, ROTATED_HTPASSWD).expect("the password file");
        ROTATED
    }

    /// The certificate of the authority, as PEM, when it serves over TLS.
    pub fn ca_certificate(&self) -> Option<&str> {
        self.ca.as_deref()
    }

    /// The certificate of a client, as PEM, when it serves over TLS.
    pub fn client_certificate(&self) -> Option<String> {
        fs::read_to_string(self.folder.path().join("client.pem")).ok()
    }

    /// The private key of that client.
    pub fn client_key(&self) -> Option<String> {
        fs::read_to_string(self.folder.path().join("client.key")).ok()
    }

    #[track_caller]
    fn serve(
        repository: &BareRepository,
        scheme: &'static str,
        mutual: bool,
    ) -> Result<Self, Missing> {
        let apache = program::find(&["apache2", "httpd"], REMEDY)?;
        let folder = TempDir::with_prefix("tagwright-apache-").expect("a temporary folder");
        let tls = scheme == "https";
        let ca = tls.then(|| certificate::make(folder.path())).transpose()?;
        let site = Site {
            folder: folder.path(),
            repositories: repository.home(),
            modules: program::first_existing(&MODULES, "apache2 modules", REMEDY)?,
            backend: backend()?,
            user: serving_user(folder.path())?,
            tls,
            mutual,
        };
        site.check_modules()?;
        site.open(repository);
        let process = Process::listen(folder.path(), |port| {
            let file = folder.path().join("apache.conf");
            fs::write(&file, site.configuration(port)).expect("the configuration");
            let mut command = Command::new(&apache);
            // `FOREGROUND` would leave it in the group of its supervisor, which it ends with itself.
            command.args(["-D", "NO_DETACH", "-f"]).arg(file);
            command
        });
        let server = Self {
            process,
            scheme,
            ca,
            folder,
        };
        if !tls {
            server.check();
        }
        Ok(server)
    }

    /// Catches what would look like a wrong password otherwise, such as a temporary folder that the serving user cannot
    /// enter.
    #[track_caller]
    fn check(&self) {
        let authorization = http::basic(USER, PASSWORD);
        let headers = [("Authorization", authorization.as_str())];
        let target = "/repository.git/info/refs?service=git-upload-pack";
        let answer = http::get(&self.process.address(), target, &headers).expect("Apache answers");
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert_eq!(answer.status, 200, "git http-backend does not work: {log}");
    }
}

/// What Apache is to serve, and with what.
struct Site<'a> {
    folder: &'a Path,
    repositories: &'a Path,
    modules: PathBuf,
    backend: PathBuf,
    user: Option<&'static str>,
    tls: bool,
    mutual: bool,
}

impl Site<'_> {
    /// Name and file of the modules, without `mod_` and `.so`.
    fn module_names(&self) -> Vec<&'static str> {
        let mut names = vec![
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
        ];
        if self.tls {
            names.extend(["socache_shmcb", "ssl"]);
        }
        names
    }

    fn module(&self, name: &str) -> PathBuf {
        self.modules.join(format!("mod_{name}.so"))
    }

    fn check_modules(&self) -> Result<(), Missing> {
        let absent = self
            .module_names()
            .into_iter()
            .find(|name| !self.module(name).exists());
        absent.map_or(Ok(()), |name| {
            Err(Missing::new(format!("apache2 module {name}"), REMEDY))
        })
    }

    /// Gives the serving user what it has to read and write.
    fn open(&self, repository: &BareRepository) {
        fs::write(self.folder.join("htpasswd"), HTPASSWD).expect("the password file");
        if self.user.is_some() {
            open_to_all(self.folder, repository);
        }
    }

    fn configuration(&self, port: u16) -> String {
        let folder = self.folder.display();
        let repositories = self.repositories.display();
        let backend = self.backend.display();
        let modules: String = self
            .module_names()
            .into_iter()
            .map(|name| self.load(name))
            .collect();
        let user = self.user.map(user_lines).unwrap_or_default();
        let tls = if self.tls {
            tls_lines(self.folder, self.mutual)
        } else {
            String::new()
        };
        format!(
            r#"ServerRoot "{folder}"
DefaultRuntimeDir "{folder}"
PidFile "{folder}/pid"
ErrorLog "{folder}/log"
LogLevel error
Listen 127.0.0.1:{port}
ServerName 127.0.0.1
StartServers 2
MinSpareServers 1
{modules}{user}{tls}
SetEnv GIT_PROJECT_ROOT "{repositories}"
SetEnv GIT_HTTP_EXPORT_ALL 1
SetEnv GIT_CONFIG_GLOBAL "{repositories}/gitconfig"
SetEnv GIT_CONFIG_NOSYSTEM 1
SetEnvIf Git-Protocol "(.*)" GIT_PROTOCOL=$1
ScriptAlias / "{backend}/"
<Location "/">
    AuthType Basic
    AuthName testkit
    AuthBasicProvider file
    AuthUserFile "{folder}/htpasswd"
    Require valid-user
</Location>
"#
        )
    }

    /// Distributions build some modules into the program.
    fn load(&self, name: &str) -> String {
        let file = self.module(name);
        let file = file.display();
        format!("<IfModule !{name}_module>\n    LoadModule {name}_module \"{file}\"\n</IfModule>\n")
    }
}

pub(super) fn user_lines(user: &str) -> String {
    format!("User {user}\nGroup #65534\n")
}

fn tls_lines(folder: &Path, mutual: bool) -> String {
    let folder = folder.display();
    let client = if mutual {
        format!("SSLVerifyClient require\nSSLCACertificateFile \"{folder}/ca.pem\"\n")
    } else {
        String::new()
    };
    format!(
        "SSLEngine on\nSSLSessionCache none\nSSLCertificateFile \"{folder}/server.pem\"\n\
         SSLCertificateKeyFile \"{folder}/server.key\"\n{client}"
    )
}

/// Lets another user serve what is in the folder, and read and write the repository.
pub(super) fn open_to_all(folder: &Path, repository: &BareRepository) {
    allow(folder, 0o755);
    allow(repository.home(), 0o755);
    repository.git(&["config", "core.sharedRepository", "0666"]);
    let mut change = Command::new("chmod");
    succeed(change.args(["-R", "a+rwX"]).arg(repository.path()), b"");
}

/// `git http-backend`, beside git's other parts.
pub(super) fn backend() -> Result<PathBuf, Missing> {
    let folder = succeed(Command::new("git").arg("--exec-path"), b"");
    let folder = String::from_utf8(folder).expect("git writes UTF-8");
    let backend = format!("{}/git-http-backend", folder.trim_end());
    program::first_existing(
        &[&backend],
        "git http-backend",
        "install the Debian package git",
    )
}

/// The user to serve as; none when the test is no root and Apache stays what it is.
pub(super) fn serving_user(own: &Path) -> Result<Option<&'static str>, Missing> {
    if fs::metadata(own).expect("the folder exists").uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let known = |user: &&str| {
        users
            .lines()
            .any(|line| line.starts_with(&format!("{user}:")))
    };
    let user = SERVING_USERS.into_iter().find(known);
    user.map(Some)
        .ok_or_else(|| Missing::new("a user for apache2", REMEDY))
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .expect("the mode of a temporary file");
}
