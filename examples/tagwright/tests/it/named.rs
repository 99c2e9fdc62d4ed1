//! Where what is called `ghcr.io` and `https://github.com/example/fleet-infra` is on this machine.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use tagwright_testkit::Missing;
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::oci::Registry;
use tagwright_testkit::servers::NamedServers;
use tempfile::TempDir;

/// What every page finds in the registry.
const IMAGES: &[(&str, &[&str])] = &[
    (
        "stefanprodan/podinfo",
        &[
            "4.0.6",
            "5.0.0",
            "5.0.1",
            "5.0.2",
            "5.0.3",
            "5.1.0",
            "6.0.0-rc.1",
            "latest",
        ],
    ),
    (
        "example/vote",
        &[
            "main-e5d27a2c-1619063680",
            "main-9c2f1b0d-1619064900",
            "feature-1a2b3c4d-1619069999",
        ],
    ),
];

pub(crate) struct World {
    home: TempDir,
    _registry: Registry,
    pub(crate) repository: BareRepository,
    servers: NamedServers,
}

impl World {
    /// A repository with the files of this folder, and a clone of it where the page is walked.
    pub(crate) fn new(example: &Path) -> Result<Self, Missing> {
        let registry = Registry::start();
        for (image, tags) in IMAGES {
            registry.push_tags(image, tags.iter().copied());
        }
        let repository = BareRepository::new();
        let files = files(example);
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(path, text)| (&**path, &**text))
            .collect();
        repository.commit("main", &files, "begin");
        let servers = NamedServers::start(&registry.address(), &repository)?;
        let world = Self {
            home: tempfile::tempdir().expect("a temporary folder"),
            _registry: registry,
            repository,
            servers,
        };
        world.furnish();
        Ok(world)
    }

    fn furnish(&self) {
        for folder in ["bin", "page", "tmp", "secrets/git"] {
            fs::create_dir_all(self.path(folder)).expect("a folder");
        }
        symlink(env!("CARGO_BIN_EXE_tagwright"), self.path("bin/tagwright")).expect("a link");
        let ca = self.servers.ca_file();
        let git = program("git");
        self.write_program(
            "bin/git",
            &format!(
                "#!/bin/sh\nGIT_SSL_CAINFO='{}' exec '{}' \"$@\"\n",
                ca.display(),
                git.display()
            ),
        );
        let settings =
            "[user]\n\tname = Ada\n\temail = ada@example.com\n[push]\n\tdefault = current\n";
        self.keep(".gitconfig", settings);
        self.keep("secrets/git/username", "git");
        self.keep("secrets/git/password", self.token());
        let origin = self.repository.path().display().to_string();
        let cloned = self
            .command("git")
            .args(["clone", "--quiet", &origin, "fleet-infra"])
            .status();
        assert!(cloned.expect("git starts").success());
        fs::remove_dir(self.path("page")).expect("it is empty");
    }

    /// A program that stands for another of this name.
    pub(crate) fn write_program(&self, name: &str, text: &str) {
        let path = self.keep(name, text);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("its mode");
    }

    /// The password of the user `git` of the repository.
    pub(crate) fn token(&self) -> &'static str {
        self.servers.token()
    }

    /// A file beside the clone.
    pub(crate) fn keep(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("a file");
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Bash in the clone, for ten minutes at most: a loop that waits for what does not come would never end.
    pub(crate) fn shell(&self) -> Command {
        let mut shell = self.command("timeout");
        shell.args(["--kill-after=10", "600", "bash"]);
        shell.current_dir(self.path("fleet-infra"));
        shell
    }

    /// A program that finds nothing of the caller's environment, but the way to the servers.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let path = env::var("PATH").expect("where programs are");
        command
            .env_clear()
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("HOME", self.home.path())
            .env("TMPDIR", self.path("tmp"))
            .env("LC_ALL", "C")
            .env("https_proxy", self.servers.proxy())
            .env("SSL_CERT_FILE", self.servers.ca_file())
            .env("GIT_TOKEN", self.token())
            .current_dir(self.home.path())
            .stdin(Stdio::null());
        command
    }

    /// A text without what differs from run to run: ids of commits, times.
    pub(crate) fn normal(&self, text: &str) -> String {
        let text = text.replace(&self.home.path().display().to_string(), "/home/ada");
        let text = without_times(&text);
        let is_part = |c: char| c.is_ascii_alphanumeric();
        let mut normal = String::new();
        let mut rest = &*text;
        while let Some(start) = rest.find(is_part) {
            let (before, after) = rest.split_at(start);
            let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
            let (word, after) = after.split_at(end);
            normal.push_str(before);
            normal.push_str(if is_commit(word) { "<commit>" } else { word });
            rest = after;
        }
        normal + rest
    }
}

/// As `2026-12-24T18:00:00Z`, which are of one width.
fn without_times(text: &str) -> String {
    const FORM: &str = "0000-00-00T00:00:00Z";
    let is_time = |at: &str| {
        let is_digit = |(c, form): (char, char)| {
            if form == '0' {
                c.is_ascii_digit()
            } else {
                c == form
            }
        };
        at.len() >= FORM.len() && at.chars().zip(FORM.chars()).all(is_digit)
    };
    let mut without = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (taken, kept) = if is_time(rest) {
            (FORM.len(), FORM)
        } else {
            (first.len_utf8(), &rest[..first.len_utf8()])
        };
        without.push_str(kept);
        rest = &rest[taken..];
    }
    without
}

fn is_commit(word: &str) -> bool {
    let is_hex = word
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    is_hex && [7, 40].contains(&word.len())
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(folder)
                .expect("it is inside")
                .display()
                .to_string();
            files.push((name, fs::read(&path).expect("a file")));
        }
    }
    files.sort();
    files
}

fn program(name: &str) -> PathBuf {
    let path = env::var_os("PATH").expect("where programs are");
    let mut found = env::split_paths(&path).map(|folder| folder.join(name));
    found.find(|path| path.is_file()).expect("git is installed")
}
