//! A password is planted everywhere a run has one, and found nowhere it prints.

use std::fmt::{self, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use tagwright::gitwrite::{Credentials, Remote};
use tagwright::manifests::{Secret, SecretKey, flux};
use tagwright::registry::{Client, Credential, StaticKeychain};
use tagwright::{Loader, SecretChain, SecretCommand, SecretFolder, SecretMap, SecretVariables};
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::oci::Registry;
use tagwright_testkit::servers::HttpGit;
use tempfile::TempDir;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::world::{World, semver};

const CANARY: &str = "canary-7f3a";

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "secrets::stand_in_no_error_debug_print_or_trace",
            stand_in_no_error_debug_print_or_trace,
        ),
        async_test(
            "secrets::loaded_ones_stand_nowhere",
            loaded_ones_stand_nowhere,
        ),
    ]
}

async fn stand_in_no_error_debug_print_or_trace() -> TestResult {
    let world = World::new();
    let guarded = Registry::builder().token_auth("robot", CANARY).start();
    guarded.push("org/app", "5.0.1");
    let keychain =
        StaticKeychain::new().with(guarded.address(), Credential::basic("robot", CANARY));
    let client = Client::builder()
        .plain_http(guarded.address())
        .keychain(keychain)
        .build()?;
    let image = format!("{}/org/app", guarded.address());
    let mut builder = world.bare_automation();
    builder
        .client(client)
        .policy("flux-system:app", &image, semver("*"));
    // For the whole program, as tasks and threads of a run are to be heard too.

    let good = builder.build()?;
    let report = good.run().await?;
    builder.remote(
        Remote::new("http://127.0.0.1:1/fleet.git")?.credentials(Credentials::Basic {
            username: "robot".to_owned(),
            password: CANARY.into(),
        }),
    );
    let bad = builder.build()?;
    let error = bad.run().await.expect_err("nobody listens there");

    let log = LOG.lock().expect("the log").clone();
    assert!(
        log.contains("selected"),
        "the log holds the run's events:\n{log}"
    );
    let report_json = serde_json::to_string(report.plan())?;
    let printed = [
        format!("{good:?}{bad:?}{builder:?}"),
        format!("{report}{report:?}"),
        format!("{error}{error:?}"),
        report_json,
        log,
    ];
    for text in printed {
        assert!(!text.contains(CANARY), "{text}");
    }
    Ok(())
}

const LOADED: &str = "canary-91be-loaded";

fn objects(url: &str, image: &str) -> flux::Objects {
    let text = format!(
        "
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: fleet, namespace: flux-system}}
spec: {{interval: 1m, url: '{url}', ref: {{branch: main}}, secretRef: {{name: login}}, proxySecretRef: {{name: proxy}}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {{name: fleet, namespace: flux-system}}
spec:
  interval: 30m
  sourceRef: {{kind: GitRepository, name: fleet}}
  git: {{commit: {{author: {{email: flux@example.com}}}}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {{name: app, namespace: flux-system}}
spec: {{interval: 5m, image: '{image}', insecure: true, secretRef: {{name: login}}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {{name: app, namespace: flux-system}}
spec: {{imageRepositoryRef: {{name: app}}, policy: {{semver: {{range: 5.0.x}}}}}}
"
    );
    let read = flux::read("flux.yaml", text.as_bytes());
    assert_eq!(read.problems, []);
    read.objects
}

/// Secrets that are right, wrong and broken, from every source; a proxy that is not there hears nothing of them.
async fn loaded_ones_stand_nowhere() -> TestResult {
    let world = World::new();
    let guarded = Registry::builder().basic_auth("robot", LOADED).start();
    guarded.push_tags("org/app", ["5.0.1"]);
    let image = format!("{}/org/app", guarded.address());
    let server = HttpGit::start(&world.repository)?;
    let watch = Watch::start();
    let folder = TempDir::new()?;
    let sources = sources(folder.path())?;
    let mut printed = Vec::new();
    for source in sources {
        let mut objects = objects(&server.url(), &image);
        let loader = Loader::new().secrets(source.clone()).clone();
        let loaded = loader.flux(&objects).await;
        objects.git_repositories[0].proxy_secret_ref = None;
        let direct = loader.flux(&objects).await;
        printed.push(format!("{source:?}{loader:?}{loaded:?}{direct:?}"));
        for builder in loaded.automations().iter().chain(direct.automations()) {
            let automation = builder.build()?;
            let error = automation
                .run()
                .await
                .expect_err("no login is right for both");
            printed.push(format!("{automation:?}{error}{error:?}{:?}", error.git()));
        }
        // The registry's is right.
        let remote = Remote::new(&world.repository.url())?;
        for builder in direct.automations() {
            let plan = builder.clone().remote(remote.clone()).build()?.plan().await;
            printed.extend(
                plan.map(|plan| serde_json::to_string(&plan).expect("JSON"))
                    .ok(),
            );
        }
    }
    assert!(
        printed.iter().any(|text| text.contains("5.0.1")),
        "one of them is read"
    );
    printed.push(LOG.lock().expect("the log").clone());
    for text in printed {
        assert!(!text.contains(LOADED), "{text}");
    }
    assert_eq!(watch.seen(), [""; 0]);
    Ok(())
}

/// Good ones and broken ones, in memory, in files, in variables and from a command.
fn sources(folder: &Path) -> std::io::Result<Vec<SecretChain>> {
    let pem = format!("-----BEGIN CERTIFICATE-----\n{LOADED}\n-----END CERTIFICATE-----\n");
    let secret = |name: &str, keys: &[(SecretKey, &str)]| {
        let empty = Secret::new("flux-system", name);
        keys.iter()
            .fold(empty, |secret, (key, value)| secret.with(*key, *value))
    };
    let login = [
        (SecretKey::Username, "robot"),
        (SecretKey::Password, LOADED),
    ];
    let proxy = secret(
        "proxy",
        &[
            (SecretKey::Address, "http://127.0.0.1:1"),
            (SecretKey::Username, "p"),
            (SecretKey::Password, LOADED),
        ],
    );
    let bad_proxy = secret(
        "proxy",
        &[(
            SecretKey::Address,
            &format!("http://u:{LOADED}@127.0.0.1:1"),
        )],
    );
    let with = |key, value: &str| secret("login", &[&login[..], &[(key, value)]].concat());
    let manifest = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: login, namespace: flux-system}}\nstringData: {{username: robot, password: {LOADED}}}\n"
    );
    std::fs::write(folder.join("a.yaml"), &manifest)?;
    let variable = manifest.clone();
    Ok(vec![
        SecretChain::new().then(
            SecretMap::new()
                .with(secret("login", &login))
                .with(proxy.clone()),
        ),
        SecretChain::new().then(
            SecretMap::new()
                .with(secret("login", &login))
                .with(bad_proxy),
        ),
        SecretChain::new().then(
            SecretMap::new()
                .with(with(SecretKey::CaCrt, &pem))
                .with(proxy.clone()),
        ),
        SecretChain::new().then(
            SecretMap::new()
                .with(with(
                    SecretKey::DockerConfigJson,
                    &format!("{{\"auths\": {LOADED}}}"),
                ))
                .with(proxy.clone()),
        ),
        SecretChain::new()
            .then(SecretFolder::at(folder))
            .then(SecretMap::new().with(proxy.clone())),
        SecretChain::new()
            .then(SecretVariables::from_variables(move |name| {
                name.ends_with("__LOGIN").then(|| variable.clone().into())
            }))
            .then(SecretMap::new().with(proxy)),
        SecretChain::new().then(SecretCommand::new("/bin/cat").arg(folder.join("a.yaml"))),
        SecretChain::new().then(SecretFolder::at(folder)),
    ])
}

/// Reads the arguments of all processes until it is asked what it saw.
struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<String>>,
}

impl Watch {
    fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut seen = Vec::new();
            while !stopped.load(Ordering::SeqCst) {
                seen.extend(arguments().filter(|text| text.contains(LOADED)));
                thread::yield_now();
            }
            seen
        });
        Self { stop, thread }
    }

    fn seen(self) -> Vec<String> {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().expect("the watch ended")
    }
}

fn arguments() -> impl Iterator<Item = String> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|process| {
        let line = std::fs::read(process.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).replace('\0', " "))
    })
}

/// Every span and event of this program with all of its fields, as text.
static LOG: Mutex<String> = Mutex::new(String::new());

/// From before the first test on: an event that is first met while nobody listens may stay silent.
pub(crate) fn listen() {
    tracing::subscriber::set_global_default(Log).expect("nobody else listens");
}

/// How many lines of the log are this one.
pub(crate) fn heard(line: &str) -> usize {
    let log = LOG.lock().expect("the log");
    log.lines().filter(|heard| *heard == line).count()
}

struct Log;

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Writer);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Writer);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Writer);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Writer;

impl Visit for Writer {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut log = LOG.lock().expect("the log");
        let _ = writeln!(log, "{field}={value:?}");
    }
}
