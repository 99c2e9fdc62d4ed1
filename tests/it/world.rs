//! What every test starts from: a registry with one image, a repository with one marked file.

use tagwright::gitwrite::Remote;
use tagwright::policy::Policy;
use tagwright::registry::Client;
use tagwright::{AutomationBuilder, Dialect};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::oci::Registry;

/// The file that a [`World`] begins with; `{image}` is the image without its tag.
pub(crate) const DEPLOYMENT: &str = "\
# kept: comment, odd  spacing, CRLF below\r
apiVersion: apps/v1
kind: Deployment
metadata: {name: app, namespace: prod}
spec:
  template:
    spec:
      containers:
      - image:   {image}:5.0.0   # {\"$imagepolicy\": \"flux-system:app\"}
";

pub(crate) struct World {
    pub(crate) registry: Registry,
    pub(crate) repository: BareRepository,
}

impl World {
    pub(crate) fn new() -> Self {
        let registry = Registry::start();
        registry.push_tags("org/app", ["4.9.9", "5.0.0", "5.0.1", "5.1.0", "latest"]);
        let world = Self {
            registry,
            repository: BareRepository::new(),
        };
        world.repository.commit(
            "main",
            &[("apps/app.yaml", world.deployment("5.0.0").as_bytes())],
            "begin",
        );
        world
    }

    /// `org/app` in the registry, without a tag.
    pub(crate) fn image(&self) -> String {
        format!("{}/org/app", self.registry.address())
    }

    /// The deployment with a tag of the image.
    pub(crate) fn deployment(&self, tag: &str) -> String {
        DEPLOYMENT.replace("{image}:5.0.0", &format!("{}:{tag}", self.image()))
    }

    pub(crate) fn commit(&self, path: &str, text: &str) {
        self.repository
            .commit("main", &[(path, text.as_bytes())], "change");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        String::from_utf8(self.repository.read("main", path)).expect("the file is text")
    }

    /// `5.0.x` of the image into `main`, under the name `flux-system:app`.
    pub(crate) fn automation(&self) -> AutomationBuilder {
        let mut builder = self.bare_automation();
        builder.policy("flux-system:app", &self.image(), semver("5.0.x"));
        builder
    }

    /// Everything but a policy.
    pub(crate) fn bare_automation(&self) -> AutomationBuilder {
        let mut builder = AutomationBuilder::new();
        builder
            .client(client(&self.registry))
            .remote(Remote::new(&self.repository.url()).expect("a file URL is a URL"))
            .branch("main")
            .author("tagwright", "tagwright@example.com");
        builder
    }
}

pub(crate) fn semver(range: &str) -> Policy {
    Policy::builder(Dialect::Flux)
        .semver(range)
        .build()
        .expect("the range is one")
}

pub(crate) fn client(registry: &Registry) -> Client {
    Client::builder()
        .plain_http(registry.address())
        .build()
        .expect("the client is built")
}
