//! Where a guide is walked: a repository behind a server, a clone of it to work in, a registry.

mod head;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;
use tagwright_testkit::Missing;
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::servers::{Distribution, HttpGit, Sshd};
use tempfile::TempDir;

pub(super) use head::{Commit, Head};

use crate::program::{PROGRAM, Ran, tagwright};

/// How the repository is reached.
pub(super) enum Server {
    Https(HttpGit),
    Ssh(Sshd),
}

impl Server {
    fn url(&self, repository: &BareRepository) -> String {
        match self {
            Self::Https(server) => server.url(),
            Self::Ssh(server) => server.url(repository.path()),
        }
    }

    /// The keys of the Secret that lets in, as `flux bootstrap` and `flux create secret git` make it.
    pub(super) fn login(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Https(server) => vec![
                ("username", server.user().to_owned()),
                ("password", server.password().to_owned()),
                ("ca.crt", server.ca_certificate().expect("TLS").to_owned()),
            ],
            Self::Ssh(server) => vec![
                ("identity", server.private_key()),
                ("known_hosts", server.known_hosts()),
            ],
        }
    }
}

pub(super) struct Stage {
    pub(super) registry: Distribution,
    pub(super) repository: BareRepository,
    pub(super) server: Server,
    /// The flags that say where the manifests are, seen from the clone.
    manifests: &'static [&'static str],
    /// The Secrets' names, with namespaces.
    secrets: RefCell<BTreeSet<String>>,
    /// The clone, and beside it what is in no repository.
    home: TempDir,
}

impl Stage {
    /// A repository behind HTTPS and a password.
    pub(super) fn https(registry: Distribution) -> Result<Self, Missing> {
        let repository = BareRepository::new();
        let server = Server::Https(HttpGit::start_tls(&repository)?);
        Ok(Self::new(registry, repository, server))
    }

    /// A repository behind SSH and a key.
    pub(super) fn ssh(registry: Distribution) -> Result<Self, Missing> {
        let server = Server::Ssh(Sshd::start()?);
        Ok(Self::new(registry, BareRepository::new(), server))
    }

    /// With a clone.
    fn new(registry: Distribution, repository: BareRepository, server: Server) -> Self {
        repository.commit("main", &[("README.md", b"# A repository\n")], "begin");
        let stage = Self {
            registry,
            repository,
            server,
            manifests: &["--flux", "."],
            secrets: RefCell::default(),
            home: tempfile::tempdir().expect("a temporary folder"),
        };
        fs::create_dir(stage.clone_path()).expect("a folder");
        fs::create_dir(stage.temporary()).expect("a folder");
        stage.git(&["init", "--quiet", "--initial-branch=main"]);
        let origin = stage.repository.path().display().to_string();
        stage.git(&["remote", "add", "origin", &origin]);
        stage.pull();
        stage
    }

    /// Reads the manifests as these flags say.
    pub(super) fn reading(self, manifests: &'static [&'static str]) -> Self {
        Self { manifests, ..self }
    }

    fn clone_path(&self) -> PathBuf {
        self.home.path().join("clone")
    }

    /// The clone's `git`, as the user of the guide has it.
    fn git(&self, arguments: &[&str]) -> String {
        let mut command = self.repository.command();
        let ran = command.args(arguments).current_dir(self.clone_path());
        let ran = ran.output().expect("git starts");
        let errors = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "git {arguments:?}: {errors}");
        String::from_utf8(ran.stdout).expect("a text")
    }

    /// `git pull`
    pub(super) fn pull(&self) {
        self.git(&["pull", "--quiet", "--ff-only", "origin", "main"]);
    }

    /// `git add -A && git commit && git push origin main`
    pub(super) fn push(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "--quiet", "-m", message]);
        self.git(&["push", "--quiet", "origin", "main"]);
    }

    /// What the user pushed or pulled last.
    pub(super) fn pushed(&self) -> Head {
        self.head(self.git(&["rev-parse", "HEAD"]).trim_end())
    }

    /// A pull request is merged.
    pub(super) fn merge(&self, branch: &str) {
        self.pull();
        self.git(&["pull", "--quiet", "--ff-only", "origin", branch]);
        self.git(&["push", "--quiet", "origin", "main"]);
    }

    /// A file in the clone, which is not committed yet.
    pub(super) fn write(&self, path: &str, text: &str) {
        self.write_as_is(path, &self.local(text));
    }

    fn write_as_is(&self, path: &str, text: &str) {
        let path = self.clone_path().join(path);
        fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(super) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.clone_path().join(path)).expect("a file")
    }

    /// Replaces what stands once in a file of the clone.
    #[track_caller]
    pub(super) fn edit(&self, path: &str, old: &str, new: &str) {
        let text = replaced(&self.read(path), &self.local(old), &self.local(new));
        self.write_as_is(path, &text);
    }

    /// What is known on the stage alone.
    pub(super) fn local(&self, text: &str) -> String {
        text.replace("$REPOSITORY", &self.server.url(&self.repository))
    }

    /// A Secret of the cluster, by namespace and name: in no repository.
    pub(super) fn secret(&self, name: &str, keys: &[(&str, String)]) {
        let folder = self.home.path().join("secrets").join(name);
        fs::create_dir_all(&folder).expect("a folder");
        for (key, value) in keys {
            fs::write(folder.join(key), value).expect("a file");
        }
        self.secrets.borrow_mut().insert(name.to_owned());
    }

    /// `kubectl create secret docker-registry`
    pub(super) fn log_in_to_registry(&self, name: &str) {
        let (user, password) = (self.registry.user(), self.registry.password());
        let login = json!({"username": user, "password": password});
        let logins = json!({"auths": {self.registry.address(): login}});
        self.secret(name, &[(".dockerconfigjson", logins.to_string())]);
    }

    /// Where the program finds what the guide has in a cluster, and in the world: one registry stands for all.
    fn way(&self) -> Vec<String> {
        let mut flags = Vec::new();
        for name in self.secrets.borrow().iter() {
            let place = format!("{name}=dir:../secrets/{name}");
            flags.extend(["--secret".to_owned(), place]);
        }
        for registry in ["ghcr.io", "docker.io"] {
            let place = format!("{registry}=http://{}", self.registry.address());
            flags.extend(["--scan-at".to_owned(), place]);
        }
        if let Server::Https(server) = &self.server {
            let authority = server.ca_certificate().expect("it serves over TLS");
            fs::write(self.home.path().join("ca.pem"), authority).expect("a file");
            flags.extend(["--ca", "../ca.pem"].map(str::to_owned));
        }
        flags
    }

    /// What a guide's `flux create ... --export > file` prints and writes, by a shell as there.
    #[track_caller]
    pub(super) fn create(&self, line: &str, file: &str, expected: &str) {
        let line = line.replace("flux create", "\"$TAGWRIGHT\" create");
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", &line]).current_dir(self.clone_path());
        let ran = shell.env("TAGWRIGHT", PROGRAM).output();
        let ran = Ran::of(ran.expect("a shell starts"));
        assert_eq!((ran.code, &*ran.stderr), (0, ""));
        assert_eq!(ran.stdout, expected);
        self.write_as_is(file, &ran.stdout);
    }

    /// The program beside the clone's files, for what needs no server.
    #[track_caller]
    pub(super) fn offline(&self, arguments: &[&str]) -> String {
        let ran = tagwright(arguments).current_dir(self.clone_path()).output();
        let ran = Ran::of(ran.expect("it starts"));
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{}", ran.stdout);
        ran.stdout
    }

    /// What a command says that asks the registry.
    pub(super) fn ask(&self, arguments: &[&str]) -> Ran {
        let mut command = tagwright(arguments);
        let ran = command.args(self.way()).current_dir(self.clone_path());
        Ran::of(ran.output().expect("it starts"))
    }

    /// What `flux reconcile` brings about in a cluster.
    pub(super) fn run(&self) -> Ran {
        let ran = Ran::of(self.command("run").output().expect("it starts"));
        let left = fs::read_dir(self.temporary()).expect("a folder").count();
        assert_eq!(left, 0, "temporary files are left");
        ran
    }

    #[track_caller]
    pub(super) fn run_well(&self) {
        let ran = self.run();
        // What is suspended is noted.
        let is_quiet = ran.stderr.lines().all(|line| line.starts_with("note: "));
        assert!(ran.code == 0 && is_quiet, "{}", ran.stderr);
    }

    /// A run makes this commit on what `main` is, and does nothing else.
    #[track_caller]
    pub(super) fn run_commits(&self, commit: &Commit) {
        let before = self.head("main");
        self.run_well();
        before.was_followed_by(self, commit);
    }

    #[track_caller]
    pub(super) fn run_does_nothing(&self, branch: &str) {
        let before = self.head(branch);
        self.run_well();
        before.stands(self, branch);
    }

    fn temporary(&self) -> PathBuf {
        self.home.path().join("tmp")
    }

    /// A command of the program in the clone, which knows where everything is.
    pub(super) fn command(&self, name: &str) -> Command {
        let mut command = tagwright(&[name]);
        command.args(self.manifests.iter().map(|flag| self.local(flag)));
        command.args(self.way()).current_dir(self.clone_path());
        command.env("TMPDIR", self.temporary());
        command
    }

    /// A commit and all files of it.
    pub(super) fn head(&self, revision: &str) -> Head {
        Head::read(&self.repository, revision)
    }
}

/// With the one place changed that has a text.
#[track_caller]
pub(super) fn replaced(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old:?} in {text}");
    text.replace(old, new)
}
