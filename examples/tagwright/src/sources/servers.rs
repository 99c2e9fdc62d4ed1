//! Ways of this machine to registries and Git servers.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use tagwright::{Loader, SecretEntries, SecretEntry};

use super::pair;
use crate::failure::Failure;

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "This machine")]
pub(crate) struct Servers {
    /// Where a Secret stands, never its value; may be given several times
    ///
    /// dir: is a folder with a file for each key, as Kubernetes mounts it (username, password, bearerToken, identity,
    /// `known_hosts`, ca.crt, .dockerconfigjson and so on); file: and env: hold the Secret's manifest, or docker's
    /// config.json; with NS/NAME:KEY they hold the value of one key. A password alone gets the username git.
    #[arg(long, value_name = "NS/NAME=env:VAR|file:PATH|dir:PATH")]
    secret: Vec<String>,
    /// Ask another place for the tags of a registry's images, such as a mirror; what is written stays
    #[arg(
        long,
        value_name = "REGISTRY=PLACE",
        env = "TAGWRIGHT_SCAN_AT",
        hide_env_values = true,
        value_delimiter = ','
    )]
    scan_at: Vec<String>,
    /// Speak plain HTTP to this registry
    #[arg(long, value_name = "HOST")]
    plain_http: Vec<String>,
    /// Certificates in PEM that vouch for servers, too
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Log in with Secrets only, and with nothing that this machine has (docker login, Git's configuration, a cloud's
    /// identity)
    #[arg(long)]
    only_secrets: bool,
}

impl Servers {
    pub(crate) fn loader(&self) -> Result<Loader, Failure> {
        let mut loader = Loader::new();
        let entries: Result<Vec<SecretEntry>, _> =
            self.secret.iter().map(|one| one.parse()).collect();
        let entries = entries.map_err(|error| Failure::new(format!("--secret: {error}")))?;
        loader.secrets(SecretEntries::from_iter(entries));
        loader.missing_secret_hint(
            "add it to the manifests, or say where it stands: --secret NS/NAME=env:VAR, file:PATH or dir:PATH",
        );
        if !self.only_secrets {
            loader.own_logins();
        }
        for place in &self.scan_at {
            let (registry, place) = pair::of("--scan-at", "REGISTRY=PLACE", place)?;
            loader.scan_at(registry, place);
        }
        for host in &self.plain_http {
            loader.plain_http(host);
        }
        if let Some(path) = &self.ca {
            let added = loader.certificate_authority(&authority(path)?);
            added.map_err(|error| Failure::new(format!("--ca {}: {error}", path.display())))?;
        }
        Ok(loader)
    }
}

fn authority(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| {
        let path = path.display();
        Failure::new(format!(
            "--ca {path} cannot be read: {error}; give a file of certificates in PEM"
        ))
    })
}
