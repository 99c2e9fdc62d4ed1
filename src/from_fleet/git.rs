//! The repository of a `GitRepo`, and the branch that images are written to.

use fleet::GitRepo;
use tagwright_manifests::fleet;

use super::namespace;
use crate::access::{GitWish, SecretName};
use crate::automation::AutomationBuilder;
use crate::loader::{Asker, Loading};
use crate::objects::{Refusal, subject};
use crate::problem::Problem;

/// What Fleet clones where nothing is said.
const DEFAULT_BRANCH: &str = "master";

pub(super) async fn configure(
    builder: &mut AutomationBuilder,
    repo: &GitRepo,
    loading: &mut Loading<'_>,
) -> Result<(), Refusal> {
    let subject = subject("GitRepo", &repo.meta);
    builder.branch(branch(repo, &subject, loading)?);
    if repo.insecure_skip_tls_verify {
        return Err("spec.insecureSkipTLSVerify: a server that is not verified is sent no credentials; remove it, and give its certificate in spec.caBundle".into());
    }
    let namespace = namespace(repo);
    let secret = repo.client_secret_name.as_deref();
    let wish = GitWish {
        url: repo.repo.clone(),
        secret: secret.map(|name| SecretName::new(namespace, name)),
        authority: authority(repo)?,
        ..GitWish::default()
    };
    let asker = Asker {
        subject: &subject,
        namespace,
        referrer: namespace,
    };
    let remote = loading.remote(&asker, wish).await;
    builder.remote_source(remote.map_err(|error| format!("spec.repo: {error}"))?);
    Ok(())
}

/// Images are written to the branch, also where a revision is deployed.
fn branch<'o>(
    repo: &'o GitRepo,
    subject: &str,
    loading: &mut Loading<'_>,
) -> Result<&'o str, Refusal> {
    let given = |text: &'o Option<String>| text.as_deref().filter(|text| !text.is_empty());
    match (given(&repo.branch), given(&repo.revision)) {
        (Some(branch), Some(revision)) => {
            let deployed = format!(
                "spec.revision: {revision} is deployed, and images are written to the branch {branch}"
            );
            loading.problems.push(Problem::warning(subject, deployed));
            Ok(branch)
        }
        (None, Some(_)) => Err(
            "spec.branch is missing: images are written to a branch, and spec.revision is none; name one".into(),
        ),
        (branch, None) => Ok(branch.unwrap_or(DEFAULT_BRANCH)),
    }
}

fn authority(repo: &GitRepo) -> Result<Option<String>, Refusal> {
    let pem = repo.ca_bundle.clone().map(String::from_utf8).transpose();
    pem.map_err(|_| "spec.caBundle: it is no text in PEM; encode the PEM file".into())
}
