//! Flux's guide "Automate image updates to Git".
//!
//! What is a cluster's is left out: `flux bootstrap`, `kubectl get` and the roll-out. What `flux reconcile` brings about is a
//! run of the program, in a pipeline say.

mod incidents;
mod walk;

use tagwright_testkit::Missing;
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, test};
use tagwright_testkit::servers::{Distribution, HttpGit, Sshd};

use super::stage::{Commit, Server, Stage};

const DEPLOYMENT: &str = "clusters/my-cluster/podinfo-deployment.yaml";
const REGISTRY: &str = "clusters/my-cluster/podinfo-registry.yaml";
const POLICY: &str = "clusters/my-cluster/podinfo-policy.yaml";
const AUTOMATION: &str = "clusters/my-cluster/flux-system-automation.yaml";
const AUTHOR: &str = "fluxcdbot <fluxcdbot@users.noreply.github.com>";

pub(super) fn tests() -> Vec<Trial> {
    vec![
        guide("over_https", https, walk::walk),
        guide("over_ssh", ssh, walk::walk),
        guide("incident_management", https, incidents::manage),
    ]
}

fn guide(name: &str, stage: fn() -> Result<Stage, Missing>, walk: fn(&Stage)) -> Trial {
    test(format!("guides::image_update::{name}"), move || {
        walk(&stage()?);
        TestResult::Ok(())
    })
}

/// With `flux bootstrap --token-auth`.
fn https() -> Result<Stage, Missing> {
    let repository = BareRepository::new();
    let server = Server::Https(HttpGit::start_tls(&repository)?);
    Ok(Stage::new(Distribution::v3()?, repository, server))
}

/// With a deploy key, as `flux bootstrap` makes it.
fn ssh() -> Result<Stage, Missing> {
    let server = Server::Ssh(Sshd::start()?);
    let repository = BareRepository::new();
    Ok(Stage::new(Distribution::v3()?, repository, server))
}
