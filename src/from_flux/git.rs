//! `sourceRef`, the GitRepository and `spec.git`: where to read and to push.

use flux::{GitRef, GitRepository, ImageUpdateAutomation, Objects, Provider};
use tagwright_manifests::flux;

use crate::access::{GitWish, RemoteSource, SecretName};
use crate::automation::AutomationBuilder;
use crate::loader::Loading;
use crate::objects::{Refusal, find, subject};

/// What Flux's source-controller checks out where nothing is said.
const DEFAULT_BRANCH: &str = "master";

pub(super) async fn configure(
    builder: &mut AutomationBuilder,
    objects: &Objects,
    automation: &ImageUpdateAutomation,
    namespace: &str,
    loading: &mut Loading<'_>,
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
    builder.remote_source(remote(repository, namespace, loading).await?);
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

async fn remote(
    repository: &GitRepository,
    namespace: &str,
    loading: &mut Loading<'_>,
) -> Result<RemoteSource, Refusal> {
    let name = &repository.meta.name;
    if repository.provider != Provider::Generic {
        return Err(format!(
            "GitRepository {name}: provider is not supported yet; remove it"
        ));
    }
    let secret = |name: &Option<String>| name.as_ref().map(|name| SecretName::new(namespace, name));
    let wish = GitWish {
        url: repository.url.clone(),
        secret: secret(&repository.secret_ref),
        proxy: secret(&repository.proxy_secret_ref),
        ..GitWish::default()
    };
    let subject = subject("GitRepository", &repository.meta);
    let remote = loading.remote(&subject, wish).await;
    remote.map_err(|error| format!("GitRepository {name}: {error}"))
}
