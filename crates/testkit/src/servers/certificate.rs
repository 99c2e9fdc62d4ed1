use std::{fs, path::Path, process::Command};

use super::program;
use crate::{Missing, run::succeed};

/// Names for the two subjects and their extensions, so that the host's `openssl.cnf` plays no part.
const CONFIGURATION: &str = "
[req]
distinguished_name = name
prompt = no
[name]
CN = tagwright testkit
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[client]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1, DNS:localhost, DNS:ghcr.io, DNS:github.com
authorityKeyIdentifier = keyid
";

const KEY: &str = "-config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

/// Makes an authority (`ca.pem`), a server's certificate and key (`server.pem`, `server.key`) and a client's (`client.pem`,
/// `client.key`) in `folder`, and gives the authority's certificate.
#[track_caller]
pub(super) fn make(folder: &Path) -> Result<String, Missing> {
    let run = openssl(folder)?;
    run(&format!(
        "req -x509 -days 7 -extensions authority {KEY} -keyout ca.key -out ca.pem"
    ));
    for (name, subject) in [("server", "127.0.0.1"), ("client", "bot")] {
        run(&format!(
            "req -subj /CN={subject} {KEY} -keyout {name}.key -out {name}.csr"
        ));
        run(&format!(
            "x509 -req -days 7 -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out {name}.pem \
             -extfile openssl.cnf -extensions {name}"
        ));
    }
    Ok(read(folder, "ca.pem"))
}

/// Makes a key to sign tokens with and its certificate (`token.key`, `token.pem`), and gives the certificate.
#[track_caller]
pub(super) fn make_token_key(folder: &Path) -> Result<String, Missing> {
    let run = openssl(folder)?;
    run(
        "req -x509 -days 7 -extensions authority -config openssl.cnf -newkey rsa:2048 -nodes \
         -keyout token.key -out token.pem",
    );
    Ok(read(folder, "token.pem"))
}

/// What runs `openssl` with these arguments in `folder`.
#[track_caller]
fn openssl(folder: &Path) -> Result<impl Fn(&str), Missing> {
    let openssl = program::find(&["openssl"], "install the Debian package openssl")?;
    fs::write(folder.join("openssl.cnf"), CONFIGURATION).expect("the configuration");
    let folder = folder.to_path_buf();
    Ok(move |args: &str| {
        let args = args.split_ascii_whitespace();
        succeed(Command::new(&openssl).current_dir(&folder).args(args), b"");
    })
}

/// A file that was just made.
#[track_caller]
pub(super) fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("the file was just written")
}
