//! Where a guide is walked: a repository behind a server, a clone of it to work in, a registry.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tagwright_testkit::git::BareRepository;
use tagwright_testkit::servers::{Distribution, HttpGit, Sshd};
use tempfile::TempDir;

use crate::program::{Ran, tagwright};

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
    /// The clone, and beside it what is in no repository.
    home: TempDir,
}

impl Stage {
    /// An empty repository with a clone of it.
    pub(super) fn new(registry: Distribution, repository: BareRepository, server: Server) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        repository.commit("main", &[("README.md", b"# A repository\n")], "begin");
        let stage = Self {
            registry,
            repository,
            server,
            home,
        };
        let clone = stage.clone_path();
        fs::create_dir(&clone).expect("a folder");
        stage.git(&["init", "--quiet", "--initial-branch=main"]);
        let origin = stage.repository.path().display().to_string();
        stage.git(&["remote", "add", "origin", &origin]);
        stage.pull();
        stage
    }

    pub(super) fn clone_path(&self) -> PathBuf {
        self.home.path().join("clone")
    }

    /// The clone's `git`, as the user of the guide has it.
    fn git(&self, arguments: &[&str]) {
        let mut command = self.repository.command();
        let ran = command.args(arguments).current_dir(self.clone_path());
        let ran = ran.output().expect("git starts");
        let errors = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "git {arguments:?}: {errors}");
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

    /// What the guide has elsewhere stands on this machine.
    pub(super) fn local(&self, text: &str) -> String {
        let registry = self.registry.address();
        text.replace("$REPOSITORY", &self.server.url(&self.repository))
            .replace("ghcr.io", &registry)
            .replace("docker.io", &registry)
            .replace("  interval: 5m0s\n", "  interval: 5m0s\n  insecure: true\n")
            .replace(
                "  interval: 1h0m0s\n",
                "  interval: 1h0m0s\n  insecure: true\n",
            )
    }

    /// A Secret of the cluster, `kubectl create secret generic`: in no repository.
    pub(super) fn secret(&self, name: &str, keys: &[(&str, String)]) {
        let data: BTreeMap<&str, &str> = keys.iter().map(|(key, value)| (*key, &**value)).collect();
        let data = serde_json::to_string(&data).expect("texts");
        let text = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: flux-system}}\nstringData: {data}\n"
        );
        let file = format!("secrets/{name}.yaml");
        fs::write(self.clone_path().join(".git/info/exclude"), "secrets/\n").expect("a file");
        self.write(&file, &text);
    }

    /// `kubectl create secret docker-registry regcred`
    pub(super) fn log_in_to_registry(&self) {
        let (user, password) = (self.registry.user(), self.registry.password());
        let login = serde_json::json!({"username": user, "password": password});
        let logins = serde_json::json!({"auths": {self.registry.address(): login}});
        self.secret("regcred", &[(".dockerconfigjson", logins.to_string())]);
    }

    /// What `flux reconcile` brings about in a cluster.
    pub(super) fn run(&self) -> Ran {
        self.tagwright(&["run", "--flux", "."])
    }

    /// A run makes this commit on what `main` is, and does nothing else.
    #[track_caller]
    pub(super) fn run_commits(&self, commit: &Commit<'_>) {
        let before = self.head("main");
        let ran = self.run();
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{}", ran.stdout);
        before.was_followed_by(self, commit);
    }

    #[track_caller]
    pub(super) fn run_does_nothing(&self, branch: &str) {
        let before = self.head(branch);
        let ran = self.run();
        let mut told = ran.stderr.lines();
        let noted = told.all(|line| line.starts_with("note: "));
        assert!((ran.code, noted) == (0, true), "{}", ran.stderr);
        before.stands(self, branch);
    }

    /// The program in the clone.
    pub(super) fn tagwright(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().expect("it starts"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = tagwright(arguments);
        command.current_dir(self.clone_path());
        command
    }

    /// The tip of a branch and all files of it.
    pub(super) fn head(&self, branch: &str) -> Head {
        let git = |arguments: &[&str]| self.repository.git(arguments);
        let tip = self.repository.tip(branch).expect("the branch is there");
        let names = git(&["ls-tree", "-r", "--name-only", &tip]);
        let read = |name: &str| {
            let bytes = self.repository.read(branch, name);
            let text = String::from_utf8(bytes).expect("a text");
            (name.to_owned(), text)
        };
        Head {
            files: names.lines().map(read).collect(),
            tip,
        }
    }
}

/// What a branch was at some time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    tip: String,
    files: BTreeMap<String, String>,
}

/// A commit as it should be.
pub(super) struct Commit<'a> {
    pub(super) branch: &'a str,
    pub(super) author: &'a str,
    pub(super) message: &'a str,
    /// File, what stood there once, and what stands there now; everything else is as it was.
    pub(super) edits: &'a [(&'a str, &'a str, &'a str)],
}

impl Head {
    /// One commit was made on this, that one, and not a byte besides.
    #[track_caller]
    pub(super) fn was_followed_by(mut self, stage: &Stage, commit: &Commit<'_>) {
        let now = stage.head(commit.branch);
        assert_ne!(now.tip, self.tip, "no commit was made");
        for (file, old, new) in commit.edits {
            let text = self.files.get_mut(*file).expect("the file is there");
            *text = replaced(text, &stage.local(old), &stage.local(new));
        }
        assert_eq!(now.files, self.files);
        let format = "--format=%P%n%an <%ae>%n%cn <%ce>%n%B";
        let log = stage.repository.git(&["log", "-1", format, &now.tip]);
        let (parent, author, message) = (&self.tip, commit.author, stage.local(commit.message));
        assert_eq!(log, format!("{parent}\n{author}\n{author}\n{message}\n"));
    }

    /// Nothing was committed.
    #[track_caller]
    pub(super) fn stands(&self, stage: &Stage, branch: &str) {
        assert_eq!(&stage.head(branch), self);
    }
}

#[track_caller]
fn replaced(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old:?} in {text}");
    text.replace(old, new)
}
