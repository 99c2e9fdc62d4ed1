//! `sourceRef`, the GitRepository and `spec.git`: where to read and to push.

use flux::{GitRepository, ImageUpdateAutomation, Provider};
use tagwright_manifests::flux;

use super::{Index, checkout, push};
use crate::access::{GitWish, RemoteSource, SecretName};
use crate::automation::AutomationBuilder;
use crate::loader::{Asker, Loading};
use crate::objects::{Refusal, subject};

pub(super) async fn configure(
    builder: &mut AutomationBuilder,
    index: &Index<'_>,
    automation: &ImageUpdateAutomation,
    namespace: &str,
    loading: &mut Loading<'_>,
) -> Result<(), Refusal> {
    let source = &automation.source_ref;
    let referrer = namespace;
    let namespace = source.namespace.as_deref().unwrap_or(referrer);
    let repository = index
        .repositories
        .find(namespace, &source.name)
        .map_err(|reason| format!("spec.sourceRef: {reason}"))?;
    builder.remote_source(remote(repository, namespace, referrer, loading).await?);
    let own = automation.git.checkout_ref.as_ref();
    let place = own.map_or_else(
        || format!("GitRepository {}: spec.ref", source.name),
        |_| "spec.git.checkout.ref".to_owned(),
    );
    let reference = own.or(repository.reference.as_ref());
    let checkout = checkout::configure(builder, reference, &place)?;
    push::configure(builder, automation.git.push.as_ref(), &checkout)?;
    if let Some(timeout) = repository.timeout {
        builder.git_timeout(timeout);
    }
    Ok(())
}

async fn remote(
    repository: &GitRepository,
    namespace: &str,
    referrer: &str,
    loading: &mut Loading<'_>,
) -> Result<RemoteSource, Refusal> {
    let name = &repository.meta.name;
    if repository.provider != Provider::Generic {
        return Err(format!(
            "GitRepository {name}: {}",
            foreign(repository.provider)
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
    let asker = Asker {
        subject: &subject,
        namespace,
        referrer,
    };
    let remote = loading.remote(&asker, wish).await;
    remote.map_err(|error| format!("GitRepository {name}: {error}"))
}

/// What to do about a login that somebody else issues.
fn foreign(provider: Provider) -> &'static str {
    match provider {
        Provider::Azure => {
            "spec.provider: azure logins are not made here; remove it, and put a personal access token into the Secret as password"
        }
        Provider::Aws => {
            "spec.provider: aws logins are not made here; remove it, and put Git credentials of CodeCommit into the Secret as username and password"
        }
        Provider::Github => {
            "spec.provider: logins of GitHub Apps are not made here; remove it, and put a token into the Secret as password, with x-access-token as username"
        }
        _ => {
            "spec.provider: its logins are not made here; remove it, and put username and password into the Secret"
        }
    }
}
