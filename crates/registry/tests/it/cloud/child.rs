use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;

use tagwright_registry::{
    Client, Credential, Error, Keychain, KeychainChain, Repository, StaticKeychain,
};
use tempfile::TempDir;

/// What a child does, one word after the other.
const STEPS: &str = "TAGWRIGHT_TEST_STEPS";
const CLOUD: &str = "TAGWRIGHT_TEST_CLOUD";
const REPOSITORY: &str = "TAGWRIGHT_TEST_REPOSITORY";
/// The registry of the test kit, as the proxy that leads to any host.
const PROXY: &str = "TAGWRIGHT_TEST_PROXY";
#[cfg(feature = "aws")]
const PROFILE: &str = "TAGWRIGHT_TEST_PROFILE";
const MILLISECONDS: &str = "TAGWRIGHT_TEST_MILLISECONDS";

/// Who waits for a login at the same time.
const WAITING: usize = 8;

/// A process with an environment and a home of its own, which asks a keychain.
pub(crate) struct Login {
    command: Command,
    home: TempDir,
}

impl Login {
    pub(crate) fn new(cloud: &str, repository: &str) -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let mut command = Command::new(env::current_exe().expect("this program"));
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", home.path())
            .env(CLOUD, cloud)
            .env(REPOSITORY, repository);
        Self { command, home }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn proxy(self, url: &str) -> Self {
        self.env(PROXY, url)
    }

    #[cfg(feature = "aws")]
    pub(crate) fn profile(self, name: &str) -> Self {
        self.env(PROFILE, name)
    }

    pub(crate) fn timeout(self, time: Duration) -> Self {
        self.env(MILLISECONDS, time.as_millis().to_string())
    }

    /// A line for each step: `get` a credential, `many` at once, another after those before were `refused`, what a
    /// keychain `behind` has then, `later` or on a runtime `elsewhere`, `list` tags.
    pub(crate) fn run<const N: usize>(mut self, steps: [&str; N]) -> [String; N] {
        let output = self.command.env(STEPS, steps.join(" ")).output();
        let output = output.expect("this program");
        let lines = String::from_utf8_lossy(&output.stdout);
        let lines: Vec<_> = lines.lines().map(str::to_owned).collect();
        let noise = String::from_utf8_lossy(&output.stderr);
        lines
            .try_into()
            .unwrap_or_else(|lines| panic!("{lines:?} {noise}"))
    }
}

/// Does what a test told this process to, if it is a child.
pub(crate) fn run() -> Option<ExitCode> {
    let steps = env::var(STEPS).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(take(&steps));
    Some(ExitCode::SUCCESS)
}

#[allow(clippy::print_stdout)]
async fn take(steps: &str) {
    let keychain = keychain(&variable(CLOUD));
    let repository = variable(REPOSITORY).parse().expect("a repository");
    let mut last = Vec::new();
    for step in steps.split(' ') {
        let outcome = match step {
            "get" => keychain.credential(&repository).await,
            "many" => many(&keychain, &repository).await,
            "later" => later(&keychain, &repository).await,
            "elsewhere" => elsewhere(&keychain, &repository),
            "behind" => behind(&keychain, &repository, &last).await,
            "refused" => keychain.after_refusal(&repository, &last).await,
            _ => {
                println!("{}", list(Arc::clone(&keychain), &repository).await);
                continue;
            }
        };
        println!("{}", shown(&outcome));
        last.extend(outcome.ok());
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn keychain(cloud: &str) -> Arc<dyn Keychain> {
    let timeout = variable(MILLISECONDS).parse().ok();
    let timeout = timeout.map_or(Duration::from_secs(30), Duration::from_millis);
    match cloud {
        #[cfg(feature = "aws")]
        "aws" => {
            let keychain = tagwright_registry::AwsKeychain::new().timeout(timeout);
            match env::var(PROFILE) {
                Ok(profile) => Arc::new(keychain.profile(profile)),
                Err(_) => Arc::new(keychain),
            }
        }
        #[cfg(feature = "azure")]
        "azure" => Arc::new(tagwright_registry::AzureKeychain::new().timeout(timeout)),
        #[cfg(feature = "gcp")]
        "gcp" => Arc::new(tagwright_registry::GcpKeychain::new().timeout(timeout)),
        _ => panic!("no cloud {cloud} {timeout:?}"),
    }
}

async fn many(keychain: &Arc<dyn Keychain>, repository: &Repository) -> Result<Credential, Error> {
    let waiting = (0..WAITING).map(|_| {
        let (keychain, repository) = (Arc::clone(keychain), repository.clone());
        tokio::spawn(async move { keychain.credential(&repository).await })
    });
    let mut outcomes = Vec::new();
    for task in waiting.collect::<Vec<_>>() {
        outcomes.push(task.await.expect("an outcome"));
    }
    let first = outcomes.remove(0);
    for other in &outcomes {
        assert_eq!(shown(other), shown(&first));
    }
    first
}

/// Of a chain, after the keychain's own were refused.
async fn behind(
    keychain: &Arc<dyn Keychain>,
    repository: &Repository,
    refused: &[Credential],
) -> Result<Credential, Error> {
    let other = Credential::basic("behind", "pw");
    let other = StaticKeychain::new().with(repository.registry(), other);
    let chain = KeychainChain::new().then(Arc::clone(keychain)).then(other);
    chain.after_refusal(repository, refused).await
}

/// After a token has expired that lives for a second.
async fn later(keychain: &Arc<dyn Keychain>, repository: &Repository) -> Result<Credential, Error> {
    tokio::time::sleep(Duration::from_millis(1500)).await;
    keychain.credential(repository).await
}

/// On a runtime that ends with it.
fn elsewhere(keychain: &Arc<dyn Keychain>, repository: &Repository) -> Result<Credential, Error> {
    let (keychain, repository) = (Arc::clone(keychain), repository.clone());
    let ask = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime
            .expect("a runtime")
            .block_on(keychain.credential(&repository))
    };
    std::thread::spawn(ask).join().expect("an outcome")
}

async fn list(keychain: Arc<dyn Keychain>, repository: &Repository) -> String {
    let mut builder = Client::builder();
    builder
        .keychain(keychain)
        .proxy(variable(PROXY))
        .plain_http(repository.registry());
    let client = builder.build().expect("a client");
    match client.list_tags(repository).await {
        Ok(tags) => tags.join(" "),
        Err(error) => format!("{:?}: {error}", error.kind()),
    }
}

fn shown(outcome: &Result<Credential, Error>) -> String {
    match outcome {
        Ok(Credential::Anonymous) => "anonymous".to_owned(),
        Ok(Credential::Basic { username, password }) => {
            format!("{username} {}", password.expose())
        }
        Ok(Credential::IdentityToken(token)) => format!("identity {}", token.expose()),
        Ok(other) => format!("{other:?}"),
        Err(error) => format!("{:?}: {error}", error.kind()),
    }
}
