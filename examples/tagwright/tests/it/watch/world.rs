//! A registry, a repository and a folder of manifests.

use std::fs;
use std::path::Path;

use tagwright_testkit::git::BareRepository;
use tagwright_testkit::oci::Registry;
use tempfile::TempDir;

pub(crate) struct World {
    pub(crate) registry: Registry,
    pub(crate) repository: BareRepository,
    manifests: TempDir,
}

/// What the receiver of a [`World`] is known by.
pub(crate) const TOKEN: &str = "a-token-that-nobody-may-see";

const MANIFESTS: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: fleet, namespace: flux-system}
spec: {interval: 1m, url: 'https://git.example.com/fleet.git', ref: {branch: main}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: app, namespace: flux-system}
spec: {interval: 1h, image: {image}, insecure: true}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: app, namespace: flux-system}
spec: {imageRepositoryRef: {name: app}, policy: {semver: {range: 5.0.x}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {name: apps, namespace: flux-system}
spec:
  interval: 1h
  sourceRef: {kind: GitRepository, name: fleet}
  update: {path: ./apps}
  git:
    commit: {author: {name: flux, email: flux@example.com}}
";

/// `{type}` sends, and wakes the one image.
const RECEIVER: &str = "\
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: tags, namespace: flux-system}
spec:
  type: {type}
  secretRef: {name: webhook-token}
  resources: [{kind: ImageRepository, name: app}]
---
apiVersion: v1
kind: Secret
metadata: {name: webhook-token, namespace: flux-system}
stringData: {token: {token}}
";

impl World {
    /// `org/app` has 5.0.0, which is what `apps/app.yaml` has, too.
    pub(crate) fn new() -> Self {
        let world = Self {
            registry: Registry::start(),
            repository: BareRepository::new(),
            manifests: tempfile::tempdir().expect("there is room for a folder"),
        };
        world.registry.push("org/app", "5.0.0");
        let marked = world.marked("5.0.0");
        world
            .repository
            .commit("main", &[("apps/app.yaml", marked.as_bytes())], "begin");
        let manifests = MANIFESTS.replace("{image}", &world.image());
        world.write("objects.yaml", &manifests);
        world
    }

    /// The same with a receiver of a type.
    pub(crate) fn with_receiver(kind: &str) -> Self {
        let world = Self::new();
        let receiver = RECEIVER.replace("{type}", kind).replace("{token}", TOKEN);
        world.write("receiver.yaml", &receiver);
        world
    }

    pub(crate) fn image(&self) -> String {
        format!("{}/org/app", self.registry.address())
    }

    /// The marked file with a tag.
    pub(crate) fn marked(&self, tag: &str) -> String {
        let image = self.image();
        format!("image: {image}:{tag} # {{\"$imagepolicy\": \"flux-system:app\"}}\n")
    }

    /// The marked file as it is now.
    pub(crate) fn app(&self) -> String {
        String::from_utf8(self.repository.read("main", "apps/app.yaml")).expect("text")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.manifests.path()
    }

    /// A file of manifests, seen whole or not at all.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let beside = self.folder().join(format!("{name}.new"));
        fs::write(&beside, text).expect("the folder can be written to");
        fs::rename(&beside, self.folder().join(name)).expect("within a folder");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder().join(name)).expect("it was written")
    }

    /// `--flux` and its folder, and where its repository is.
    pub(crate) fn flux(&self) -> Vec<String> {
        let folder = self.folder().display().to_string();
        let repository = self.repository.url();
        vec![
            "--flux".into(),
            folder,
            "--repository-url".into(),
            repository,
        ]
    }
}
