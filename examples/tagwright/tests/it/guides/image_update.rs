//! Flux's guide "Automate image updates to Git".
//!
//! What is a cluster's is left out: `flux bootstrap`, `kubectl get` and the roll-out. What `flux reconcile` brings about is a
//! run of the program, in a pipeline say.

mod clusters;
mod incidents;
mod policies;
mod running;
mod walk;
mod webhooks;

use tagwright_testkit::Missing;
use tagwright_testkit::harness::{Trial, test};
use tagwright_testkit::servers::Distribution;

use super::guide;
use super::stage::{Commit, Stage, replaced};

const DEPLOYMENT: &str = "clusters/my-cluster/podinfo-deployment.yaml";
const REGISTRY: &str = "clusters/my-cluster/podinfo-registry.yaml";
const POLICY: &str = "clusters/my-cluster/podinfo-policy.yaml";
const AUTOMATION: &str = "clusters/my-cluster/flux-system-automation.yaml";
const AUTHOR: &str = "fluxcdbot <fluxcdbot@users.noreply.github.com>";

pub(super) fn tests() -> Vec<Trial> {
    vec![
        guide("image_update::over_https", https, walk::walk),
        guide("image_update::over_ssh", ssh, walk::walk),
        guide(
            "image_update::incident_management",
            in_repository,
            incidents::manage,
        ),
        test("guides::image_update::policy_examples", policies::examples),
        guide("image_update::webhooks", in_repository, webhooks::walk),
        guide(
            "image_update::running_incident_management",
            in_repository,
            running::walk,
        ),
        guide("image_update::two_clusters", clusters, clusters::walk),
    ]
}

/// With `flux bootstrap --token-auth`.
fn https() -> Result<Stage, Missing> {
    Stage::https(Distribution::v3()?)
}

/// With a deploy key, as `flux bootstrap` makes it.
fn ssh() -> Result<Stage, Missing> {
    Stage::ssh(Distribution::v3()?)
}

/// With the manifests where Flux has them, without a clone.
fn in_repository() -> Result<Stage, Missing> {
    Ok(https()?.reading(&[
        "--repository",
        "$REPOSITORY",
        "--repository-secret",
        "flux-system/flux-system",
        "--flux",
        "clusters/my-cluster",
    ]))
}

/// With those of two clusters, whose objects have the same names.
fn clusters() -> Result<Stage, Missing> {
    Ok(https()?.reading(&[
        "--repository",
        "$REPOSITORY",
        "--repository-secret",
        "flux-system/flux-system",
        "--flux",
        "clusters",
        "--scope",
        "production=production",
        "--scope",
        "staging=staging",
    ]))
}

/// What the automation does to the deployment.
fn update(old: &str, new: &str) -> Commit {
    let message = format!("ghcr.io/stefanprodan/podinfo:{new}\n");
    let commit = Commit::new(AUTHOR, message);
    commit.edit(DEPLOYMENT, format!(":{old} #"), format!(":{new} #"))
}
