//! Logins of registries and Git servers in a Secret.

use std::sync::Arc;

use gitwrite::Credentials;
use registry::{Credential, Keychain, PullSecrets, StaticKeychain};
use tagwright_gitwrite as gitwrite;
use tagwright_manifests::{SecretKey, SecretKind};
use tagwright_registry as registry;

use super::Lack;
use super::find::Found;

/// The registries' logins of a Secret: docker's configuration, or `username` and `password` of this registry.
pub(super) fn of_registry(found: &Found, host: &str) -> Result<Arc<dyn Keychain>, Lack> {
    // Which start no program, whatever the Secret asks for.
    let secrets = PullSecrets::new();
    if let Some(json) = found.secret.get(SecretKey::DockerConfigJson) {
        let secrets = secrets.docker_config_json(json.expose());
        return Ok(Arc::new(secrets.map_err(|error| found.is_wrong(error))?));
    }
    if let Some(json) = found.secret.get(SecretKey::DockerCfg) {
        let secrets = secrets.docker_cfg(json.expose());
        return Ok(Arc::new(secrets.map_err(|error| found.is_wrong(error))?));
    }
    if !found.secret.is(SecretKind::BasicAuth) {
        return Err(found.lacks(".dockerconfigjson, and no username with its password"));
    }
    let username = found.text(SecretKey::Username)?;
    let credential = Credential::basic(username, found.text(SecretKey::Password)?);
    Ok(Arc::new(StaticKeychain::new().with(host, credential)))
}

/// What Flux reads of the Secret: `identity` and `known_hosts` for ssh (Kubernetes' and Fleet's `ssh-privatekey` too), with
/// `password` as the key's passphrase, else `bearerToken`, or `username` and `password`.
pub(super) fn of_git(found: &Found, url: &str) -> Result<Credentials, Lack> {
    if is_ssh(url) {
        return ssh(found);
    }
    if let Some(token) = found.optional(SecretKey::BearerToken)? {
        return Ok(Credentials::Bearer(token.into()));
    }
    let username = found.optional(SecretKey::Username)?;
    let password = found.optional(SecretKey::Password)?;
    match (username, password) {
        (Some(username), Some(password)) => Ok(Credentials::Basic {
            username: username.to_owned(),
            password: password.into(),
        }),
        (Some(_), None) => Err(found.lacks("password")),
        (None, Some(_)) => Err(found.lacks("username")),
        (None, None) => without_login(found),
    }
}

/// Certificates alone may be what the server wants.
fn without_login(found: &Found) -> Result<Credentials, Lack> {
    let is = |kind| found.secret.is(kind);
    if is(SecretKind::GithubApp) {
        return Err(found.is_wrong("logins of GitHub Apps are not made here"));
    }
    if is(SecretKind::CertificateAuthority) || is(SecretKind::ClientCertificate) {
        return Ok(Credentials::None);
    }
    Err(found.lacks("bearerToken, and no username with its password"))
}

fn ssh(found: &Found) -> Result<Credentials, Lack> {
    let key = found.secret.ssh_private_key();
    let key = key.ok_or_else(|| found.lacks("identity"))?;
    Ok(Credentials::Ssh {
        private_key: found.as_text(key, "identity")?.into(),
        passphrase: found.optional(SecretKey::Password)?.map(Into::into),
        known_hosts: found.text(SecretKey::KnownHosts)?.to_owned(),
    })
}

/// `ssh://host/path`, or `user@host:path`.
pub(super) fn is_ssh(url: &str) -> bool {
    match url.split_once("://") {
        Some((scheme, _)) => {
            ["ssh", "git+ssh", "ssh+git"].contains(&scheme.to_ascii_lowercase().as_str())
        }
        None => url.split('/').next().is_some_and(|host| host.contains(':')),
    }
}
