//! `sourceRef`, the GitRepository and `spec.git`: where to read and to push.

use flux::{GitRef, GitRepository, ImageUpdateAutomation, Objects, Provider};
use gitwrite::{Credentials, Remote};
use tagwright_gitwrite as gitwrite;
use tagwright_manifests::{Secret, SecretKey, flux};

use super::secrets;
use crate::automation::AutomationBuilder;
use crate::objects::{Refusal, find};

/// What Flux's source-controller checks out where nothing is said.
const DEFAULT_BRANCH: &str = "master";

pub(super) fn configure(
    builder: &mut AutomationBuilder,
    objects: &Objects,
    automation: &ImageUpdateAutomation,
    namespace: &str,
) -> Result<(), Refusal> {
    let source = &automation.source_ref;
    let namespace = source.namespace.as_deref().unwrap_or(namespace);
    let repository = find(
        &objects.git_repositories,
        |repository| &repository.meta,
        "GitRepository",
        namespace,
        &source.name,
    )
    .map_err(|reason| format!("spec.sourceRef: {reason}"))?;
    builder.remote(remote(objects, repository, namespace)?);
    builder.branch(branch(
        automation
            .git
            .checkout_ref
            .as_ref()
            .or(repository.reference.as_ref()),
    )?);
    if let Some(push) = &automation.git.push {
        if push.refspec.is_some() || !push.options.is_empty() {
            return Err(
                "spec.git.push: refspec and options are not supported yet; remove them".into(),
            );
        }
        if let Some(branch) = &push.branch {
            builder.push_branch(branch);
        }
    }
    if let Some(timeout) = repository.timeout {
        builder.git_timeout(timeout);
    }
    Ok(())
}

fn branch(reference: Option<&GitRef>) -> Result<&str, Refusal> {
    let Some(reference) = reference else {
        return Ok(DEFAULT_BRANCH);
    };
    if reference.tag.is_some()
        || reference.semver.is_some()
        || reference.name.is_some()
        || reference.commit.is_some()
    {
        return Err("only a branch can be checked out yet; remove tag, semver, name and commit from the ref".into());
    }
    Ok(reference.branch.as_deref().unwrap_or(DEFAULT_BRANCH))
}

fn remote(
    objects: &Objects,
    repository: &GitRepository,
    namespace: &str,
) -> Result<Remote, Refusal> {
    let name = &repository.meta.name;
    if repository.provider != Provider::Generic || repository.proxy_secret_ref.is_some() {
        return Err(format!(
            "GitRepository {name}: provider and proxySecretRef are not supported yet; remove them"
        ));
    }
    let mut remote =
        Remote::new(&repository.url).map_err(|error| format!("GitRepository {name}: {error}"))?;
    if let Some(secret) = &repository.secret_ref {
        let secret = secrets::find(objects, namespace, secret)?;
        remote = remote.credentials(credentials(secret, &repository.url)?);
        let authority = match secret.get(SecretKey::CaCrt) {
            Some(_) => Some(SecretKey::CaCrt),
            None => secret.get(SecretKey::CaFile).map(|_| SecretKey::CaFile),
        };
        if let Some(key) = authority {
            let pem = secrets::text(secret, key)?;
            remote = remote
                .ca_certificate_pem(pem)
                .map_err(|error| format!("GitRepository {name}: {error}"))?;
        }
    }
    Ok(remote)
}

/// What Flux reads of the Secret: `identity` and `known_hosts` for ssh, else `bearerToken`, or `username` and
/// `password`.
fn credentials(secret: &Secret, url: &str) -> Result<Credentials, Refusal> {
    if url.starts_with("ssh://") {
        return Ok(Credentials::Ssh {
            private_key: secrets::text(secret, SecretKey::Identity)?.into(),
            passphrase: None,
            known_hosts: secrets::text(secret, SecretKey::KnownHosts)?.to_owned(),
        });
    }
    if let Some(token) = secrets::optional_text(secret, SecretKey::BearerToken)? {
        return Ok(Credentials::Bearer(token.into()));
    }
    match secrets::optional_text(secret, SecretKey::Username)? {
        Some(username) => Ok(Credentials::Basic {
            username: username.to_owned(),
            password: secrets::text(secret, SecretKey::Password)?.into(),
        }),
        None => Ok(Credentials::None),
    }
}
