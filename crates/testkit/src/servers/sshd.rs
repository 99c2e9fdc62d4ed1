use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{process::Process, program};
use crate::{Missing, run::succeed};

const REMEDY: &str = "install the Debian package openssh-server";

/// The folder that `sshd` wants when it is started by root. A machine that runs no `sshd` has it not.
const PRIVILEGE_SEPARATION: &str = "/run/sshd";

/// An SSH server that lets one key in, as the user who runs the test. That user has a login shell.
///
/// Started by root, `sshd` wants `/run/sshd`, which is made when it is absent and then stays.
#[derive(Debug)]
pub struct Sshd {
    process: Process,
    user: String,
    folder: TempDir,
}

impl Sshd {
    /// Starts it, with a host key and a client's key of its own.
    ///
    /// # Errors
    ///
    /// When `sshd` or `ssh-keygen` is not installed, or root cannot make `/run/sshd`.
    #[track_caller]
    pub fn start() -> Result<Self, Missing> {
        // `sshd` starts itself anew for each connection and wants its full path for that.
        let sshd = program::find(&["sshd"], REMEDY)?;
        let keygen = program::find(&["ssh-keygen"], "install the Debian package openssh-client")?;
        let folder = TempDir::with_prefix("tagwright-sshd-").expect("a temporary folder");
        prepare(folder.path())?;
        make_key(&keygen, &folder.path().join("host_key"));
        make_key(&keygen, &folder.path().join("client_key"));
        let process = Process::listen(folder.path(), |port| {
            let file = folder.path().join("sshd_config");
            fs::write(&file, configuration(folder.path(), port)).expect("the configuration");
            let mut command = Command::new(&sshd);
            command.args(["-D", "-e", "-f"]).arg(file);
            command
        });
        fs::write(
            folder.path().join("known_hosts"),
            known_host(folder.path(), process.port()),
        )
        .expect("a file in the temporary folder");
        Ok(Self {
            process,
            user: user_name(),
            folder,
        })
    }

    /// The URL of a repository on this machine, such as [`BareRepository::path`](crate::git::BareRepository::path).
    pub fn url(&self, path: impl AsRef<Path>) -> String {
        let address = self.process.address();
        format!("ssh://{}@{address}{}", self.user, path.as_ref().display())
    }

    /// The key that is let in, in OpenSSH's format, without a passphrase.
    pub fn private_key(&self) -> String {
        self.read("client_key")
    }

    /// The same as a file.
    pub fn private_key_path(&self) -> PathBuf {
        self.folder.path().join("client_key")
    }

    /// The line of `known_hosts` for this server.
    pub fn known_hosts(&self) -> String {
        self.read("known_hosts")
    }

    /// The same as a file.
    pub fn known_hosts_path(&self) -> PathBuf {
        self.folder.path().join("known_hosts")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).expect("a file of the temporary folder")
    }
}

fn prepare(folder: &Path) -> Result<(), Missing> {
    let root = fs::metadata(folder).expect("the folder exists").uid() == 0;
    if !root {
        return Ok(());
    }
    fs::create_dir_all(PRIVILEGE_SEPARATION).map_err(|_| {
        Missing::new(
            PRIVILEGE_SEPARATION,
            "make this folder, which sshd wants of root",
        )
    })
}

fn make_key(keygen: &Path, file: &Path) {
    let mut command = Command::new(keygen);
    command
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "testkit", "-f"])
        .arg(file);
    succeed(&mut command, b"");
    if file.ends_with("client_key") {
        fs::copy(
            file.with_extension("pub"),
            file.with_file_name("authorized_keys"),
        )
        .expect("the public key");
    }
}

fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        "Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
SetEnv GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
LogLevel ERROR
"
    )
}

fn known_host(folder: &Path, port: u16) -> String {
    let key = fs::read_to_string(folder.join("host_key.pub")).expect("the public key");
    let key: Vec<&str> = key.split(' ').take(2).collect();
    format!("[127.0.0.1]:{port} {}\n", key.join(" "))
}

fn user_name() -> String {
    let name = succeed(Command::new("id").arg("-un"), b"");
    String::from_utf8(name)
        .expect("a user name is UTF-8")
        .trim_end()
        .to_owned()
}
