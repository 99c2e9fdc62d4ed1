//! What `git` sees of the host: nearly nothing; and how it learns the secrets: from private files.

use std::fmt::Write;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::credentials::{Credentials, misfit};
use crate::error::{Error, ErrorKind};
use crate::folder::{Folder, make_runnable, write_private};
use crate::proxy::Proxy;
use crate::remote::Remote;
use crate::url::Scheme;

/// The way to the network is the machine's to know, unlike the way Git and SSH are set up.
const PASSED_ON: &[&str] = &["PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"];

const PROXIES: &[&str] = &[
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
];

/// How `ssh` is kept from asking and from the host's settings. File names are relative to the working directory of the
/// command, so no path has to be quoted for ssh and the shell.
const SSH: &str = "-F none -o StrictHostKeyChecking=yes -o UserKnownHostsFile=known_hosts \
    -o GlobalKnownHostsFile=/dev/null -o UpdateHostKeys=no \
    -o PreferredAuthentications=publickey -o ForwardAgent=no -o ClearAllForwardings=yes -o PermitLocalCommand=no \
    -o ControlMaster=no -o ControlPath=none -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4";
const SSH_KEY: &str = "-o IdentitiesOnly=yes -o IdentityAgent=none -i key";
/// The keys in the user's home are not asked for.
const SSH_AGENT: &str = "-o IdentitiesOnly=no -o IdentityFile=none -o IdentityAgent=SSH_AUTH_SOCK";
const SSH_SILENT: &str = "-o BatchMode=yes";
/// In batch mode `ssh` asks for no passphrase, not even a program.
const SSH_ONE_PASSPHRASE: &str = "-o BatchMode=no -o NumberOfPasswordPrompts=1";
/// What `ssh` runs to be told the passphrase.
const ASKPASS: &str = "#!/bin/sh\nexec cat \"${0%/*}/passphrase\"\n";

/// Takes everything of the host's environment away but what leads to the network.
pub(super) fn shut_out_host(command: &mut Command) {
    command.env_clear();
    for name in PASSED_ON.iter().chain(PROXIES) {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("LC_ALL", "C")
        .env("HOME", "/nonexistent")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_ATTR_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0");
}

/// Takes away only what would lead `git` astray: the repository, the index, the objects and the traces of another.
fn let_host_in(command: &mut Command) {
    const KEPT: [&str; 3] = [
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
    ];
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("GIT_") && !KEPT.contains(&name.as_str()) {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
}

/// The private files of one command. They are removed when it is dropped.
pub(super) struct Session<'a> {
    directory: TempDir,
    remote: &'a Remote,
    credentials: &'a Credentials,
}

impl<'a> Session<'a> {
    pub(super) fn open(
        remote: &'a Remote,
        credentials: &'a Credentials,
        folder: &Folder,
    ) -> Result<Session<'a>, Error> {
        check(remote, credentials)?;
        let session = Session {
            directory: folder.subfolder()?,
            remote,
            credentials,
        };
        session.write_secrets()?;
        session.write("config", &session.configuration()?)?;
        Ok(session)
    }

    pub(super) fn prepare(&self, command: &mut Command) {
        if self.remote.has_host_configuration() {
            let_host_in(command);
            // Its settings go before those of the host. The path is no secret.
            let config = format!("include.path={}", self.path().join("config").display());
            command.args(["-c", &config]);
        } else {
            shut_out_host(command);
            command
                .env("HOME", self.path())
                .env("GIT_CONFIG_GLOBAL", self.path().join("config"));
        }
        if self.remote.proxied().is_some() {
            for name in PROXIES {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.path())
            // Without a repository of its own, git looks for one above; not here.
            .env(
                "GIT_CEILING_DIRECTORIES",
                self.path().parent().unwrap_or(self.path()),
            )
            .env("GIT_SSH_COMMAND", self.ssh())
            .env("GIT_SSH_VARIANT", "ssh");
        self.prepare_ssh(command);
    }

    /// What the command reads: a file, so that nobody has to feed it.
    pub(super) fn input(&self, text: &str) -> Result<Stdio, Error> {
        if text.is_empty() {
            return Ok(Stdio::null());
        }
        self.write("input", text)?;
        let file = File::open(self.path().join("input"));
        file.map(Stdio::from)
            .map_err(|error| Error::storage("read a private file", error))
    }

    fn ssh(&self) -> String {
        match self.credentials {
            Credentials::Ssh {
                passphrase: Some(_),
                ..
            } => format!("ssh {SSH} {SSH_KEY} {SSH_ONE_PASSPHRASE}"),
            Credentials::SshAgent { .. } => format!("ssh {SSH} {SSH_AGENT} {SSH_SILENT}"),
            Credentials::Ssh { .. } => format!("ssh {SSH} {SSH_KEY} {SSH_SILENT}"),
            _ => format!("ssh {SSH_SILENT}"),
        }
    }

    fn prepare_ssh(&self, command: &mut Command) {
        match self.credentials {
            Credentials::Ssh {
                passphrase: Some(_),
                ..
            } => {
                command
                    .env("SSH_ASKPASS", self.path().join("askpass"))
                    .env("SSH_ASKPASS_REQUIRE", "force");
            }
            Credentials::SshAgent {
                socket: Some(socket),
                ..
            } => {
                command.env("SSH_AUTH_SOCK", socket);
            }
            Credentials::SshAgent { socket: None, .. } => {
                if let Some(socket) = std::env::var_os("SSH_AUTH_SOCK") {
                    command.env("SSH_AUTH_SOCK", socket);
                }
            }
            _ => {}
        }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, name: &str, content: &str) -> Result<(), Error> {
        write_private(&self.path().join(name), content)
    }

    fn write_secrets(&self) -> Result<(), Error> {
        if let Some(pem) = self.remote.ca() {
            self.write("ca.pem", pem)?;
        }
        if let Some(client) = self.remote.client() {
            self.write("client.pem", &client.certificate)?;
            self.write("client.key", client.key.expose())?;
        }
        match self.credentials {
            Credentials::None | Credentials::Bearer(_) => Ok(()),
            Credentials::Basic { username, password } => self.write(
                "credentials",
                &store_line(self.remote.location().origin(), username, password.expose()),
            ),
            Credentials::Ssh {
                private_key,
                passphrase,
                known_hosts,
            } => {
                self.write("key", &with_final_newline(private_key.expose()))?;
                self.write("known_hosts", &with_final_newline(known_hosts))?;
                match passphrase {
                    Some(passphrase) => self.write_passphrase(passphrase.expose()),
                    None => Ok(()),
                }
            }
            Credentials::SshAgent { known_hosts, .. } => {
                self.write("known_hosts", &with_final_newline(known_hosts))
            }
        }
    }

    fn write_passphrase(&self, passphrase: &str) -> Result<(), Error> {
        self.write("passphrase", &format!("{passphrase}\n"))?;
        self.write("askpass", ASKPASS)?;
        make_runnable(&self.path().join("askpass"))
    }

    fn configuration(&self) -> Result<String, Error> {
        let scheme = self.remote.location().scheme().name();
        let mut text = format!(
            "[protocol]\n\tallow = never\n[protocol \"{scheme}\"]\n\tallow = always\n\
             [core]\n\taskPass =\n\
             [http]\n\tfollowRedirects = false\n\tlowSpeedLimit = 1\n\tlowSpeedTime = 300\n"
        );
        let mut line = |text_of: &str| {
            text.push_str(text_of);
            text.push('\n');
        };
        if self.remote.ca().is_some() {
            line(&format!("\tsslCAInfo = {}", self.quoted_path("ca.pem")?));
        }
        if self.remote.client().is_some() {
            line(&format!("\tsslCert = {}", self.quoted_path("client.pem")?));
            line(&format!("\tsslKey = {}", self.quoted_path("client.key")?));
        }
        if let Some(proxy) = self.remote.proxied() {
            line(&proxy_lines(proxy));
        }
        line(&self.login_lines()?);
        Ok(text)
    }

    fn login_lines(&self) -> Result<String, Error> {
        match self.credentials {
            Credentials::Basic { .. } => {
                let file = utf8(&self.path().join("credentials"))?.replace('\'', r"'\''");
                let helper = quoted(&format!("store --file='{file}'"));
                Ok(format!("[credential]\n\thelper =\n\thelper = {helper}"))
            }
            Credentials::Bearer(token) => {
                let header = quoted(&format!("Authorization: Bearer {}", token.expose()));
                let origin = quoted(&format!("{}/", self.remote.location().origin()));
                Ok(format!(
                    "[credential]\n\thelper =\n[http {origin}]\n\textraHeader = {header}"
                ))
            }
            Credentials::None if self.remote.has_host_configuration() => Ok(String::new()),
            _ => Ok("[credential]\n\thelper =".to_owned()),
        }
    }

    fn quoted_path(&self, name: &str) -> Result<String, Error> {
        utf8(&self.path().join(name)).map(|path| quoted(&path))
    }
}

/// Fails when something that was handed over would silently not be used.
fn check(remote: &Remote, credentials: &Credentials) -> Result<(), Error> {
    let url = remote.location();
    let from_host = remote.has_host_configuration() && *credentials == Credentials::None;
    if !from_host {
        credentials.check(url)?;
    }
    let over_http = matches!(url.scheme(), Scheme::Http | Scheme::Https);
    if remote.proxied().is_some() && !over_http {
        return Err(misfit(
            url,
            "a proxy fits http and https URLs only; leave it out",
        ));
    }
    if remote.client().is_some() && url.scheme() != Scheme::Https {
        return Err(misfit(
            url,
            "a client certificate fits https URLs only; leave it out",
        ));
    }
    Ok(())
}

/// The password stands in the file as part of the proxy's URL; a method is named, so that it is sent when asked for only.
fn proxy_lines(proxy: &Proxy) -> String {
    let (scheme, authority) = (proxy.scheme(), proxy.authority());
    let login = proxy.login().map_or(String::new(), |(user, password)| {
        format!("{}:{}@", encoded(user), encoded(password))
    });
    let value = quoted(&format!("{scheme}://{login}{authority}"));
    let method = if login.is_empty() { "anyauth" } else { "basic" };
    format!("\tproxy = {value}\n\tproxyAuthMethod = {method}")
}

/// What OpenSSH wants at the end of a key, and what text from a Secret often lacks.
fn with_final_newline(text: &str) -> String {
    format!("{}\n", text.replace("\r\n", "\n").trim_end_matches('\n'))
}

/// A line of `git-credential-store`: the URL with everything but the plainest characters percent-encoded.
fn store_line(origin: &str, username: &str, password: &str) -> String {
    let (scheme, host) = origin.split_once("://").unwrap_or(("https", origin));
    format!(
        "{scheme}://{}:{}@{host}\n",
        encoded(username),
        encoded(password)
    )
}

fn encoded(text: &str) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len() * 3), |mut out, byte| {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    out.push(char::from(byte));
                }
                _ => write!(out, "%{byte:02X}").expect("a String takes any text"),
            }
            out
        })
}

/// A value, or the name of a section, in the quotes of Git's configuration.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

fn utf8(path: &Path) -> Result<String, Error> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        let message = format!(
            "the folder for temporary files, {}, is not UTF-8; set TMPDIR to another",
            path.display()
        );
        Error::new(ErrorKind::Storage, message)
    })
}

#[cfg(test)]
mod tests {
    use super::{quoted, store_line, with_final_newline};

    #[test]
    fn a_password_may_hold_any_character() {
        let line = store_line("https://git.example:8443", "a@b", "p:/ü%");
        assert_eq!(line, "https://a%40b:p%3A%2F%C3%BC%25@git.example:8443\n");
    }

    #[test]
    fn quotes_and_backslashes_stay_inside_a_value() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }

    #[test]
    fn a_key_ends_with_one_newline() {
        assert_eq!(with_final_newline("a\r\nb"), "a\nb\n");
        assert_eq!(with_final_newline("a\n\n"), "a\n");
    }
}
