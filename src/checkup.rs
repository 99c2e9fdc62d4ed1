//! Whether everything that automations need can be had, asked without changing anything.

mod directory;
mod registry;
mod repository;

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use tagwright_gitwrite::InstalledGit;
use tokio::task::JoinSet;

use crate::automation::Automation;
use crate::error::Error;
use crate::manifest_source::ManifestSource;
use crate::offload::offload;
use crate::place::Place;
use crate::problem::Problem;

/// One thing that was tried, and what came of it.
///
/// `Display` is one line: `push to https://git.example.com/fleet.git: failed: ...`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    kind: CheckKind,
    subject: String,
    state: CheckState,
    detail: String,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CheckKind {
    /// The program git is there and new enough.
    Git,
    /// The manifests can be read and honoured.
    Manifests,
    /// The registry is reached, and lists the tags of an image to these credentials.
    Registry,
    /// This machine's clock goes with the registry's.
    Clock,
    /// The repository is reached, and has what is checked out.
    Repository,
    /// The server lets these credentials push.
    Push,
    /// The directory can be written.
    Directory,
}

/// What came of a [`Check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CheckState {
    /// It can be had.
    Ok,
    /// It can be had, but somebody should look.
    Warning,
    /// It cannot.
    Failed,
}

impl CheckKind {
    /// In words: `push to`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Manifests => "manifests",
            Self::Registry => "registry",
            Self::Clock => "clock",
            Self::Repository => "repository",
            Self::Push => "push to",
            Self::Directory => "directory",
        }
    }
}

impl CheckState {
    /// In a word: `ok`, `warning` or `failed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

impl Check {
    fn new(kind: CheckKind, subject: impl fmt::Display, state: CheckState, detail: String) -> Self {
        Self {
            kind,
            subject: subject.to_string(),
            state,
            detail,
        }
    }

    fn ok(kind: CheckKind, subject: impl fmt::Display, detail: impl fmt::Display) -> Self {
        Self::new(kind, subject, CheckState::Ok, detail.to_string())
    }

    fn failed(kind: CheckKind, subject: impl fmt::Display, detail: impl fmt::Display) -> Self {
        Self::new(kind, subject, CheckState::Failed, detail.to_string())
    }

    fn of(kind: CheckKind, subject: impl fmt::Display, tried: Result<String, String>) -> Self {
        match tried {
            Ok(detail) => Self::ok(kind, subject, detail),
            Err(reason) => Self::failed(kind, subject, reason),
        }
    }

    /// What was tried.
    pub fn kind(&self) -> CheckKind {
        self.kind
    }

    /// On what: an image, a URL, a directory, an object with its file; empty for git.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What came of it.
    pub fn state(&self) -> CheckState {
        self.state
    }

    /// What was found, and the way out where it failed.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            subject,
            state,
            detail,
        } = self;
        f.write_str(kind.as_str())?;
        if !subject.is_empty() {
            write!(f, " {subject}")?;
        }
        write!(f, ": {}: {detail}", state.as_str())
    }
}

/// As long as git may take to say its version.
const GIT: Duration = Duration::from_secs(30);

impl ManifestSource {
    /// Tries everything that the automations need, and changes nothing: git, the manifests with their Secrets, each
    /// registry with the credentials for each image, the clock, each repository and whether it may be pushed to, each
    /// directory. What fails stops nothing else.
    ///
    /// One page of tags is asked of each image. A push is [tried](crate::gitwrite::Remote::try_push) as far as it goes
    /// without one.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn check_up(&self) -> Vec<Check> {
        let mut checks = vec![git().await];
        let loaded = match self.read().await {
            Ok(loaded) => loaded,
            Err(error) => {
                checks.push(Check::failed(CheckKind::Manifests, "", error));
                return checks;
            }
        };
        checks.extend(loaded.problems().iter().map(manifest));
        if loaded.automations().is_empty() && checks.len() == 1 {
            let nothing = "they hold no automation; name a folder or a file that does";
            checks.push(Check::failed(CheckKind::Manifests, "", nothing));
        }
        let mut automations = Vec::new();
        for builder in loaded.automations() {
            match builder.build() {
                Ok(automation) => automations.push(automation),
                Err(error) => {
                    let failed = Check::failed(CheckKind::Manifests, builder.title(), error);
                    checks.push(failed);
                }
            }
        }
        checks.extend(all(&automations).await);
        checks
    }
}

async fn git() -> Check {
    let found = offload(GIT, |control| {
        InstalledGit::find(control).map_err(Error::repository)
    });
    let told = found.await.map(|git| git.to_string());
    Check::of(CheckKind::Git, "", told.map_err(|error| error.to_string()))
}

fn manifest(problem: &Problem) -> Check {
    let state = if problem.is_error() {
        CheckState::Failed
    } else {
        CheckState::Warning
    };
    let detail = problem.message().to_owned();
    Check::new(CheckKind::Manifests, problem.subject(), state, detail)
}

/// Registries and repositories are asked side by side, and told in their order.
async fn all(automations: &[Automation]) -> Vec<Check> {
    let mut beside = JoinSet::new();
    let others = automations.to_vec();
    beside.spawn(async move { places(&others).await });
    let mut checks = registry::checks(automations).await;
    checks.extend(beside.join_all().await.into_iter().flatten());
    checks
}

async fn places(automations: &[Automation]) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut directories: Vec<Check> = Vec::new();
    let mut branches = Vec::new();
    for automation in automations {
        match &automation.0.place {
            Place::Directory(place) => {
                let check = directory::check(place);
                if !directories.contains(&check) {
                    directories.push(check);
                }
            }
            Place::Branch(branch) => branches.push(branch),
        }
    }
    checks.extend(repository::checks(&branches).await);
    checks.extend(directories);
    checks
}
