//! What `git` sees of the host: nearly nothing; and how it learns the secrets: from private files.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::folder::{Folder, write_private};
use crate::remote::Remote;

/// The way to the network is the machine's to know, unlike the way Git and SSH are set up.
const PASSED_ON: &[&str] = &[
    "PATH",
    "TMPDIR",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// File names are relative to the working directory of the command, so no path has to be quoted for ssh and the shell.
const SSH: &str = "ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=known_hosts \
    -o GlobalKnownHostsFile=/dev/null -o UpdateHostKeys=no -o IdentitiesOnly=yes -o IdentityAgent=none -i key \
    -o PreferredAuthentications=publickey -o ForwardAgent=no -o ClearAllForwardings=yes -o PermitLocalCommand=no \
    -o ControlMaster=no -o ControlPath=none -o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4";

/// Takes everything of the host's environment away but what leads to the network.
pub(super) fn shut_out_host(command: &mut Command) {
    command.env_clear();
    for name in PASSED_ON {
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

/// The private files of one command. They are removed when it is dropped.
pub(super) struct Session {
    directory: TempDir,
}

impl Session {
    pub(super) fn open(remote: &Remote, folder: &Folder) -> Result<Session, Error> {
        remote.shown().check(remote.location())?;
        let session = Session {
            directory: folder.subfolder()?,
        };
        session.write_secrets(remote)?;
        session.write("config", &configuration(remote, session.path())?)?;
        Ok(session)
    }

    pub(super) fn prepare(&self, command: &mut Command) {
        shut_out_host(command);
        command
            .current_dir(self.path())
            .env("HOME", self.path())
            .env("GIT_CONFIG_GLOBAL", self.path().join("config"))
            // Without a repository of its own, git looks for one above; not here.
            .env(
                "GIT_CEILING_DIRECTORIES",
                self.path().parent().unwrap_or(self.path()),
            )
            .env("GIT_SSH_COMMAND", SSH)
            .env("GIT_SSH_VARIANT", "ssh");
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, name: &str, content: &str) -> Result<(), Error> {
        write_private(&self.path().join(name), content)
    }

    fn write_secrets(&self, remote: &Remote) -> Result<(), Error> {
        if let Some(pem) = remote.ca() {
            self.write("ca.pem", pem)?;
        }
        match remote.shown() {
            Credentials::None | Credentials::Bearer(_) => Ok(()),
            Credentials::Basic { username, password } => self.write(
                "credentials",
                &store_line(remote.location().origin(), username, password.expose()),
            ),
            Credentials::Ssh {
                private_key,
                known_hosts,
            } => {
                self.write("key", &with_final_newline(private_key.expose()))?;
                self.write("known_hosts", &with_final_newline(known_hosts))
            }
        }
    }
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

fn configuration(remote: &Remote, directory: &Path) -> Result<String, Error> {
    let scheme = remote.location().scheme().name();
    let mut text = format!(
        "[protocol]\n\tallow = never\n[protocol \"{scheme}\"]\n\tallow = always\n\
         [core]\n\taskPass =\n\
         [credential]\n\thelper =\n\
         [http]\n\tfollowRedirects = false\n\tlowSpeedLimit = 1\n\tlowSpeedTime = 300\n"
    );
    if remote.ca().is_some() {
        writeln!(
            text,
            "\tsslCAInfo = {}",
            quoted(&utf8(&directory.join("ca.pem"))?)
        )
        .expect("a String takes any text");
    }
    match remote.shown() {
        Credentials::Basic { .. } => {
            let file = utf8(&directory.join("credentials"))?.replace('\'', r"'\''");
            let helper = quoted(&format!("store --file='{file}'"));
            writeln!(text, "[credential]\n\thelper = {helper}").expect("a String takes any text");
        }
        Credentials::Bearer(token) => {
            let header = quoted(&format!("Authorization: Bearer {}", token.expose()));
            let origin = quoted(&format!("{}/", remote.location().origin()));
            writeln!(text, "[http {origin}]\n\textraHeader = {header}")
                .expect("a String takes any text");
        }
        Credentials::None | Credentials::Ssh { .. } => {}
    }
    Ok(text)
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
