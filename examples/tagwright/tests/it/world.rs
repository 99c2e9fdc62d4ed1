//! A registry and a repository, and Flux's manifests of them.

use std::fs;
use std::path::Path;

use tagwright_testkit::git::BareRepository;
use tagwright_testkit::oci::Registry;
use tempfile::TempDir;

use crate::program::run;

/// podinfo in a registry, marked in a repository, with a folder of Flux's manifests beside it.
pub(crate) struct World {
    pub(crate) registry: Registry,
    pub(crate) repository: BareRepository,
    pub(crate) folder: TempDir,
}

/// What the repository holds.
pub(crate) const MARKED: &str =
    "image: podinfo\ntag: 5.0.0 # {\"$imagepolicy\": \"flux-system:podinfo:tag\"}\n";

/// The same, up to date.
pub(crate) const UPDATED: &str =
    "image: podinfo\ntag: 5.0.3 # {\"$imagepolicy\": \"flux-system:podinfo:tag\"}\n";

const MANIFESTS: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: fleet, namespace: flux-system}
spec:
  interval: 1m0s
  url: https://git.example.com/fleet.git
  ref: {branch: main}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: podinfo, namespace: flux-system}
spec:
  image: ${REGISTRY}/stefanprodan/podinfo
  interval: 5m0s
  insecure: true
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: podinfo, namespace: flux-system}
spec:
  imageRepositoryRef: {name: podinfo}
  policy: {semver: {range: 5.0.x}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {name: fleet, namespace: flux-system}
spec:
  interval: 10m0s
  sourceRef: {kind: GitRepository, name: fleet}
  git:
    commit:
      author: {name: fluxcdbot, email: fluxcdbot@example.com}
  update: {path: ., strategy: Setters}
";

impl World {
    pub(crate) fn new() -> Self {
        Self::of(Registry::start())
    }

    pub(crate) fn of(registry: Registry) -> Self {
        registry.push_tags(
            "stefanprodan/podinfo",
            ["5.0.0", "5.0.3", "5.1.0", "latest"],
        );
        let repository = BareRepository::new();
        repository.commit("main", &[("app.yaml", MARKED.as_bytes())], "begin");
        let folder = tempfile::tempdir().expect("a folder");
        let world = Self {
            registry,
            repository,
            folder,
        };
        world.write("flux/fleet.yaml", &world.manifests());
        world
    }

    /// Flux's manifests, whose repository is named elsewhere.
    pub(crate) fn manifests(&self) -> String {
        MANIFESTS.replace("${REGISTRY}", &self.registry.address())
    }

    /// Writes a file below the folder.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, text).expect("it is written");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).expect("it is there")
    }

    /// A path below the folder.
    pub(crate) fn path(&self, path: &str) -> String {
        display(&self.folder.path().join(path))
    }

    /// The folder of the manifests.
    pub(crate) fn flux(&self) -> String {
        self.path("flux")
    }

    /// The flags of a command on these manifests and this repository, and more arguments.
    pub(crate) fn arguments(&self, command: &str, more: &[&str]) -> Vec<String> {
        let own = [
            command,
            "--flux",
            &self.flux(),
            "--repository-url",
            &self.repository.url(),
        ];
        own.iter().chain(more).map(|&one| one.to_owned()).collect()
    }

    /// The image as manifests name it.
    pub(crate) fn image(&self) -> String {
        format!("{}/stefanprodan/podinfo", self.registry.address())
    }

    /// A text with what differs from run to run as it is named in the tests.
    pub(crate) fn told(&self, text: &str) -> String {
        let mut told = text
            .replace(&self.registry.address(), "REGISTRY")
            .replace(&self.repository.url(), "URL")
            .replace(&display(self.folder.path()), "FOLDER");
        if let Some(tip) = self.repository.tip("main") {
            told = told.replace(&tip, "TIP");
        }
        // What Git says.
        if let Some((before, after)) = told.split_once(" after ")
            && let Some((_, after)) = after.split_once(" ms")
        {
            told = format!("{before} after N ms{after}");
        }
        // Columns are as wide as the names of this run.
        while told.contains("   ") {
            told = told.replace("   ", "  ");
        }
        told
    }

    /// The marked file on the branch.
    pub(crate) fn marked(&self) -> String {
        String::from_utf8(self.repository.read("main", "app.yaml")).expect("text")
    }
}

pub(crate) fn display(path: &Path) -> String {
    path.display().to_string()
}

/// Runs the program, and compares all that it says.
#[track_caller]
pub(crate) fn expect(
    world: &World,
    arguments: &[impl AsRef<str>],
    code: i32,
    stdout: &str,
    stderr: &str,
) {
    let arguments: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    let ran = run(&arguments);
    let told = (ran.code, world.told(&ran.stdout), world.told(&ran.stderr));
    assert_eq!(told, (code, stdout.to_owned(), stderr.to_owned()));
}
