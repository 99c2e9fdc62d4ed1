//! What the example keeps up to date: a registry and a repository of its own.

use std::error::Error;

use tagwright::gitwrite::Remote;
use tagwright::policy::Policy;
use tagwright::registry::Client;
use tagwright::{Automation, AutomationBuilder, Dialect};
use tagwright_testkit::{git::BareRepository, http, oci::Registry};

pub(crate) struct Offline {
    registry: Registry,
    pub(crate) automation: AutomationBuilder,
    // Deleted when the example ends.
    _repository: BareRepository,
}

impl Offline {
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        let registry = Registry::start();
        registry.push_tags("org/app", ["5.0.0"]);
        let repository = BareRepository::new();
        let marked = b"tag: 5.0.0 # {\"$imagepolicy\": \"flux-system:app:tag\"}\n";
        repository.commit("main", &[("app.yaml", marked)], "begin");
        let policy = Policy::builder(Dialect::Flux).semver("5.x").build()?;
        let mut automation = Automation::builder();
        automation
            .client(Client::builder().plain_http(registry.address()).build()?)
            .policy(
                "flux-system:app",
                &format!("{}/org/app", registry.address()),
                policy,
            )
            .remote(Remote::new(&repository.url())?)
            .branch("main")
            .author("tagwright", "tagwright@example.com");
        Ok(Self {
            registry,
            automation,
            _repository: repository,
        })
    }

    /// Pushes a tag, and tells the server of it as GitLab does.
    pub(crate) async fn push_tag(&self, address: &str) -> Result<(), Box<dyn Error>> {
        self.registry.push("org/app", "5.0.1");
        let address = address.to_owned();
        let send = move || {
            http::send(
                "POST",
                &address,
                "/hook",
                &[("X-Gitlab-Token", "t0k3n")],
                b"{}",
            )
        };
        tokio::task::spawn_blocking(send).await??;
        Ok(())
    }
}
