//! Flux's objects with Secrets that change, and with what the caller knows better.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tagwright::gitwrite::{self, Remote};
use tagwright::manifests::{Secret, SecretKey, flux};
use tagwright::registry::Credential;
use tagwright::{
    AllowList, Allowed, Applied, ErrorKind, Identity, ImagePolicy, Loaded, Loader, SecretError,
    SecretFuture, SecretMap, SecretSource,
};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestError, TestResult, Trial, async_test};
use tagwright_testkit::oci::{Fault, Registry};
use tagwright_testkit::servers::{ForwardProxy, Gateway, HttpGit, Sshd};

use crate::world::{World, client, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "loading::registry_password_rotates_half_way",
            registry_password_rotates_half_way,
        ),
        async_test(
            "loading::token_password_rotates_half_way",
            token_password_rotates_half_way,
        ),
        async_test(
            "loading::git_password_rotates_half_way",
            git_password_rotates_half_way,
        ),
        async_test(
            "loading::git_authority_rotates_between_runs",
            git_authority_rotates_between_runs,
        ),
        async_test(
            "loading::what_secrets_lack_is_told_and_tried_again",
            what_secrets_lack_is_told_and_tried_again,
        ),
        async_test("loading::ssh_key_logs_in", ssh_key_logs_in),
        async_test(
            "loading::client_certificate_logs_in_by_proxy",
            client_certificate_logs_in_by_proxy,
        ),
        async_test(
            "loading::registry_takes_a_client_certificate",
            registry_takes_a_client_certificate,
        ),
        async_test("loading::kinds_of_credentials", kinds_of_credentials),
        async_test(
            "loading::caller_gives_repository_and_credential",
            caller_gives_repository_and_credential,
        ),
        async_test(
            "loading::mirror_is_scanned_and_image_written",
            mirror_is_scanned_and_image_written,
        ),
        async_test(
            "loading::policy_scanned_elsewhere",
            policy_scanned_elsewhere,
        ),
        async_test(
            "loading::what_is_not_allowed_is_refused",
            what_is_not_allowed_is_refused,
        ),
        async_test("loading::identities_are_shut_out", identities_are_shut_out),
    ]
}

/// Answers with what a closure makes of the number of the question.
struct Asked(Arc<AtomicUsize>, Box<dyn Fn(usize) -> Secret + Send + Sync>);

impl Asked {
    fn new(answer: impl Fn(usize) -> Secret + Send + Sync + 'static) -> (Self, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        (Self(Arc::clone(&count), Box::new(answer)), count)
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asked")
    }
}

impl SecretSource for Asked {
    fn get<'a>(&'a self, namespace: &'a str, name: &'a str) -> SecretFuture<'a> {
        Box::pin(async move {
            // A source has a runtime, wherever it is asked.
            tokio::task::spawn_blocking(|| ())
                .await
                .map_err(|_| SecretError::new("no runtime"))?;
            let number = self.0.fetch_add(1, Ordering::SeqCst);
            let is_it = (namespace, name) == ("flux-system", "login");
            Ok(is_it.then(|| (self.1)(number)))
        })
    }
}

fn login(username: &str, password: &str) -> Secret {
    Secret::new("flux-system", "login")
        .with(SecretKey::Username, username)
        .with(SecretKey::Password, password)
}

/// A GitRepository, an automation, an image and its policy; each part of `more` stands in a spec.
fn objects(url: &str, image: &str, git: &str, repository: &str, path: &str) -> flux::Objects {
    let text = format!(
        "
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: fleet, namespace: flux-system}}
spec: {{interval: 1m, url: '{url}', ref: {{branch: main}}{git}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {{name: fleet, namespace: flux-system}}
spec:
  interval: 30m
  sourceRef: {{kind: GitRepository, name: fleet}}
  git:
    commit: {{author: {{name: flux, email: flux@example.com}}}}
  update: {{path: '{path}'}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {{name: app, namespace: flux-system}}
spec: {{interval: 5m, image: '{image}', insecure: true{repository}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {{name: app, namespace: flux-system}}
spec: {{imageRepositoryRef: {{name: app}}, policy: {{semver: {{range: 5.0.x}}}}}}
"
    );
    let read = flux::read("flux.yaml", text.as_bytes());
    assert_eq!(read.problems, [], "the manifests are good");
    read.objects
}

const SECRET: &str = ", secretRef: {name: login}";

fn problems(loaded: &Loaded) -> Vec<String> {
    loaded.problems().iter().map(ToString::to_string).collect()
}

/// The registry refuses a page in the middle; by then its password has changed, and the Secret with it.
async fn registry_password_rotates_half_way() -> TestResult {
    let registry = Registry::builder()
        .basic_auth("robot", "one")
        .page_limit(1)
        .start();
    let refused = Fault::status(401).header("www-authenticate", "Basic realm=\"testkit\"");
    registry.fault("last=5.0.3", 1, refused);
    let registry = Arc::new(registry);
    let server = Arc::clone(&registry);
    // At the loading, at the scan, and when the registry refused.
    let asked = rotates(&registry, move |number| match number {
        0 | 1 => login("robot", "one"),
        _ => {
            server.change_password("robot", "two");
            login("robot", "two")
        }
    });
    assert_eq!(asked.await?, 3);
    Ok(())
}

/// The same where a password is good for a token, of which none is left.
async fn token_password_rotates_half_way() -> TestResult {
    let registry = Registry::builder()
        .token_auth("robot", "one")
        .page_limit(1)
        .start();
    let registry = Arc::new(registry);
    let server = Arc::clone(&registry);
    let asked = rotates(&registry, move |number| match number {
        0 => login("robot", "one"),
        1 => {
            server.change_password("robot", "two");
            login("robot", "one")
        }
        _ => login("robot", "two"),
    });
    assert_eq!(asked.await?, 3);
    Ok(())
}

/// Runs on `org/app` of the registry, with the Secret that is answered; how often it was asked for.
async fn rotates(
    registry: &Registry,
    answer: impl Fn(usize) -> Secret + Send + Sync + 'static,
) -> Result<usize, TestError> {
    let world = World::new();
    registry.push_tags("org/app", (0..8).map(|patch| format!("5.0.{patch}")));
    let image = format!("{}/org/app", registry.address());
    let deployment = |tag: &str| world.deployment(tag).replace(&world.image(), &image);
    world.commit("apps/app.yaml", &deployment("5.0.0"));
    let (source, asked) = Asked::new(answer);
    let url = "https://git.example.com/fleet.git";
    let loaded = Loader::new()
        .secrets(source)
        .repository(url, Remote::new(&world.repository.url())?)
        .flux(&objects(url, &image, "", SECRET, ""))
        .await;
    assert_eq!(problems(&loaded), [""; 0]);
    let report = loaded.automations()[0].build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(!report.is_partial(), "{report}");
    assert_eq!(world.read("apps/app.yaml"), deployment("5.0.7"));
    Ok(asked.load(Ordering::SeqCst))
}

/// The password changes after it was read and before it is shown.
async fn git_password_rotates_half_way() -> TestResult {
    let world = World::new();
    let server = HttpGit::start(&world.repository)?;
    let (user, old) = (server.user(), server.password());
    let (source, asked) = Asked::new(move |number| match number {
        0 | 1 => login(user, old),
        _ => login(user, "rotated"),
    });
    let objects = objects(&server.url(), &world.image(), SECRET, "", "");
    let loaded = Loader::new().secrets(source).flux(&objects).await;
    assert_eq!(problems(&loaded), [""; 0]);
    assert_eq!(server.change_password(), "rotated");
    let automation = loaded.automations()[0].build()?;
    let report = automation.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    // The loading, the run, the refusal.
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    assert_eq!(automation.run().await?.applied(), &Applied::NothingToDo);
    assert_eq!(asked.load(Ordering::SeqCst), 4);
    Ok(())
}

/// A certificate of an authority cannot be changed in a remote: the next run has another.
async fn git_authority_rotates_between_runs() -> TestResult {
    let world = World::new();
    let server = HttpGit::start_tls(&world.repository)?;
    let other = HttpGit::start_tls(&BareRepository::new())?;
    let authority = |server: &HttpGit| {
        server
            .ca_certificate()
            .expect("it serves over TLS")
            .to_owned()
    };
    let (right, wrong) = (authority(&server), authority(&other));
    let (user, password) = (server.user(), server.password());
    let (source, _) = Asked::new(move |number| {
        let authority = if number < 2 { &wrong } else { &right };
        login(user, password).with(SecretKey::CaCrt, authority.as_bytes())
    });
    let objects = objects(&server.url(), &world.image(), SECRET, "", "");
    let loaded = Loader::new().secrets(source).flux(&objects).await;
    let automation = loaded.automations()[0].build()?;
    let error = automation.run().await.expect_err("another authority");
    let kind = error.git().map(gitwrite::Error::kind);
    assert_eq!(kind, Some(gitwrite::ErrorKind::Certificate), "{error}");
    let report = automation.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    Ok(())
}

async fn what_secrets_lack_is_told_and_tried_again() -> TestResult {
    let world = World::new();
    let objects = objects(
        "https://git.example.com/fleet.git",
        &world.image(),
        SECRET,
        SECRET,
        "",
    );
    let empty = Secret::new("flux-system", "login");
    let text = |key, value: &[u8]| SecretMap::new().with(empty.clone().with(key, value));
    let git = "GitRepository flux-system/fleet (flux.yaml:2): error: ";
    let image = "ImageRepository flux-system/app (flux.yaml:17): error: ";
    let absent = "there is no Secret flux-system/login; add it to the manifests, or to another source of Secrets";
    for (secrets, git_lacks, image_lacks) in [
        (SecretMap::new(), absent, absent),
        (
            text(SecretKey::CaCrt, b""),
            "the Secret flux-system/login has no key bearerToken, and no username with its password; add it there",
            "the Secret flux-system/login has no key .dockerconfigjson, and no username with its password; add it there",
        ),
        (
            text(SecretKey::Username, b"robot"),
            "the Secret flux-system/login has no key password; add it there",
            "the Secret flux-system/login has no key .dockerconfigjson, and no username with its password; add it there",
        ),
        (
            text(SecretKey::BearerToken, b"\xff"),
            "the value of the key bearerToken in the Secret flux-system/login is no text; write it as UTF-8",
            "the Secret flux-system/login has no key .dockerconfigjson, and no username with its password; add it there",
        ),
    ] {
        let loaded = Loader::new().secrets(secrets).flux(&objects).await;
        assert_eq!(
            problems(&loaded),
            [format!("{git}{git_lacks}"), format!("{image}{image_lacks}")]
        );
        let error = loaded.automations()[0]
            .build()?
            .run()
            .await
            .expect_err("no login");
        assert_eq!(error.kind(), ErrorKind::NothingSelected);
        assert!(error.to_string().contains(image_lacks), "{error}");
    }

    // The Secret comes later.
    let server = HttpGit::start(&world.repository)?;
    let (user, password) = (server.user(), server.password());
    let (source, _) = Asked::new(move |number| match number {
        0 => Secret::new("flux-system", "login"),
        _ => login(user, password),
    });
    let objects = self::objects(&server.url(), &world.image(), SECRET, "", "");
    let loaded = Loader::new().secrets(source).flux(&objects).await;
    assert_eq!(loaded.problems().len(), 1);
    let report = loaded.automations()[0].build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    Ok(())
}

async fn ssh_key_logs_in() -> TestResult {
    let world = World::new();
    let server = Sshd::start()?;
    let key = Secret::new("flux-system", "login")
        .with(SecretKey::Identity, server.private_key())
        .with(SecretKey::KnownHosts, server.known_hosts());
    let url = server.url(world.repository.path());
    let objects = objects(&url, &world.image(), SECRET, "", "");
    let loaded = Loader::new()
        .secrets(SecretMap::new().with(key))
        .flux(&objects)
        .await;
    assert_eq!(problems(&loaded), [""; 0]);
    let report = loaded.automations()[0].build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    Ok(())
}

async fn client_certificate_logs_in_by_proxy() -> TestResult {
    let world = World::new();
    let (server, proxy) = (
        HttpGit::start_mutual_tls(&world.repository)?,
        ForwardProxy::start()?,
    );
    let pem = |text: Option<String>| text.expect("it serves over TLS");
    let key = login(server.user(), server.password())
        .with(
            SecretKey::CaCrt,
            server.ca_certificate().expect("it serves over TLS"),
        )
        .with(SecretKey::TlsCrt, pem(server.client_certificate()))
        .with(SecretKey::TlsKey, pem(server.client_key()));
    let way = Secret::new("flux-system", "proxy")
        .with(SecretKey::Address, proxy.url())
        .with(SecretKey::Username, proxy.user())
        .with(SecretKey::Password, proxy.password());
    let git = format!("{SECRET}, proxySecretRef: {{name: proxy}}");
    let objects = objects(&server.url(), &world.image(), &git, "", "");
    let secrets = SecretMap::new().with(key).with(way);
    let loaded = Loader::new().secrets(secrets).flux(&objects).await;
    assert_eq!(problems(&loaded), [""; 0]);
    let report = loaded.automations()[0].build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(!proxy.requests().is_empty());
    Ok(())
}

async fn registry_takes_a_client_certificate() -> TestResult {
    let world = World::new();
    let gateway = Gateway::before(&world.registry.address())?;
    let (certificate, key) = gateway.client_certificate();
    let tls = Secret::new("flux-system", "tls")
        .with(SecretKey::CaCrt, gateway.ca_certificate())
        .with(SecretKey::TlsCrt, certificate)
        .with(SecretKey::TlsKey, key);
    let image = format!("{}/org/app", gateway.address());
    world.commit(
        "apps/app.yaml",
        &world.deployment("5.0.0").replace(&world.image(), &image),
    );
    let url = "https://git.example.com/fleet.git";
    let mut objects = objects(url, &image, "", ", certSecretRef: {name: tls}", "");
    objects.image_repositories[0].insecure = false;
    let loaded = Loader::new()
        .secrets(SecretMap::new().with(tls))
        .repository(url, Remote::new(&world.repository.url())?)
        .flux(&objects)
        .await;
    assert_eq!(problems(&loaded), [""; 0]);
    let report = loaded.automations()[0].build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    Ok(())
}

/// Each is found wrong by what it is for, so that none is taken for another.
async fn kinds_of_credentials() {
    let https = "https://git.example.com/fleet.git";
    let ssh = "ssh://git@git.example.com/fleet.git";
    let secret = |keys: &[(SecretKey, &str)]| {
        let empty = Secret::new("flux-system", "login");
        keys.iter()
            .fold(empty, |secret, (key, value)| secret.with(*key, *value))
    };
    for (url, keys, lacks) in [
        (https, &[(SecretKey::BearerToken, "t")][..], ""),
        (
            https,
            &[(SecretKey::Password, "p")],
            "has no key username; add it there",
        ),
        (
            ssh,
            &[(SecretKey::Username, "u"), (SecretKey::Password, "p")],
            "has no key identity; add it there",
        ),
        (
            ssh,
            &[(SecretKey::Identity, "k")],
            "has no key known_hosts; add it there",
        ),
        (
            ssh,
            &[
                (SecretKey::SshPrivateKey, "k"),
                (SecretKey::KnownHosts, "h"),
            ],
            "",
        ),
        (
            ssh,
            &[
                (SecretKey::Identity, "k"),
                (SecretKey::KnownHosts, "h"),
                (SecretKey::Password, "p"),
            ],
            "",
        ),
        (
            https,
            &[
                (SecretKey::GithubAppId, "1"),
                (SecretKey::GithubAppInstallationId, "2"),
                (SecretKey::GithubAppPrivateKey, "k"),
            ],
            ": logins of GitHub Apps are not made here; correct it there",
        ),
        (
            https,
            &[(SecretKey::CaCrt, "no certificate")],
            "invalid certificate of an authority",
        ),
    ] {
        let objects = objects(url, "ghcr.io/org/app", SECRET, "", "");
        let loaded = Loader::new()
            .secrets(SecretMap::new().with(secret(keys)))
            .flux(&objects)
            .await;
        let problems = problems(&loaded);
        assert_eq!(
            problems.len(),
            usize::from(!lacks.is_empty()),
            "{keys:?} {problems:?}"
        );
        assert!(
            problems.iter().all(|problem| problem.contains(lacks)),
            "{problems:?}"
        );
    }
    let objects = objects(ssh, "ghcr.io/org/app", "", "", "");
    assert_eq!(
        problems(&Loader::new().flux(&objects).await),
        [
            "GitRepository flux-system/fleet (flux.yaml:2): error: ssh://git@git.example.com/fleet.git wants a key, and no Secret is named; name one with identity and known_hosts"
        ]
    );
}

async fn caller_gives_repository_and_credential() -> TestResult {
    let mut world = World::new();
    world.registry = Registry::builder().basic_auth("robot", "secret").start();
    world.registry.push_tags("org/app", ["5.0.0", "5.0.7"]);
    world.commit("apps/app.yaml", &world.deployment("5.0.0"));
    let url = "ssh://git@git.example.com/fleet.git";
    let objects = objects(url, &world.image(), SECRET, SECRET, "");
    let mut loader = Loader::new();
    loader.credential(
        &world.registry.address(),
        Credential::basic("robot", "secret"),
    );
    let by_remote = loader
        .clone()
        .repository(url, Remote::new(&world.repository.url())?)
        .flux(&objects)
        .await;
    assert_eq!(problems(&by_remote), [""; 0]);
    let report = by_remote.automations()[0].build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.7"));

    // Another URL keeps the Secret, which is none for a repository on disk.
    let by_url = loader
        .clone()
        .repository_url("SSH://git.example.com:22/fleet", &world.repository.url())
        .flux(&objects)
        .await;
    assert_eq!(by_url.problems().len(), 1, "{by_url:?}");
    Ok(())
}

async fn mirror_is_scanned_and_image_written() -> TestResult {
    let world = World::new();
    let mirror = Registry::builder().basic_auth("robot", "secret").start();
    mirror.push_tags("ghcr/org/app", ["5.0.0", "5.0.9"]);
    let objects = objects(
        "https://git.example.com/fleet.git",
        "ghcr.io/org/app",
        "",
        "",
        "",
    );
    world.commit(
        "apps/app.yaml",
        &world
            .deployment("5.0.0")
            .replace(&world.image(), "ghcr.io/org/app"),
    );
    let loaded = Loader::new()
        .scan_at("ghcr.io", &format!("http://{}/ghcr", mirror.address()))
        .credential(&mirror.address(), Credential::basic("robot", "secret"))
        .repository(
            "https://git.example.com/fleet",
            Remote::new(&world.repository.url())?,
        )
        .flux(&objects)
        .await;
    let report = loaded.automations()[0].build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(
        world
            .read("apps/app.yaml")
            .contains("ghcr.io/org/app:5.0.9 ")
    );
    Ok(())
}

async fn policy_scanned_elsewhere() -> TestResult {
    let world = World::new();
    world.commit(
        "apps/app.yaml",
        &world
            .deployment("5.0.0")
            .replace(&world.image(), "ghcr.io/org/app"),
    );
    let digest = world.registry.push("org/app", "5.0.1");
    let policy = ImagePolicy::new("flux-system:app", "ghcr.io/org/app", semver("5.0.x"))
        .scanned_at(world.image())
        .with_client(client(&world.registry))
        .with_digest();
    let report = world
        .bare_automation()
        .image_policy(policy)
        .build()?
        .run()
        .await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    let written = world.read("apps/app.yaml");
    assert!(
        written.contains(&format!("ghcr.io/org/app:5.0.1@{digest}")),
        "{written}"
    );
    Ok(())
}

/// What is on the list works, and each thing that is not is refused by its name.
async fn what_is_not_allowed_is_refused() -> TestResult {
    let all = || {
        Allowed::nothing()
            .registry("ghcr.io/org")?
            .secret("flux-system/login")?
            .repository("https://git.example.com/team")?
            .path("apps")?
            .branch("main")
    };
    let secrets = SecretMap::new().with(login("robot", "x"));
    let load = async |allowed: Allowed, namespace: &str, objects: &flux::Objects| {
        let list = AllowList::nothing().namespace(namespace, allowed);
        Loader::new()
            .secrets(secrets.clone())
            .allow(list)
            .flux(objects)
            .await
    };
    let good = |url: &str, image: &str, path: &str| objects(url, image, SECRET, SECRET, path);
    let (url, image) = ("https://git.example.com/team/fleet.git", "ghcr.io/org/app");
    let objects = good(url, image, "apps/base");
    let loaded = load(all()?, "flux-system", &objects).await;
    assert_eq!(problems(&loaded), [""; 0]);
    assert_eq!(loaded.automations().len(), 1);

    let evil = "https://git.example.com/team-b/fleet.git";
    for (objects, expected) in [
        (good(evil, image, "apps"), format!("ImageUpdateAutomation flux-system/fleet (flux.yaml:7): error: GitRepository fleet: the repository {evil} is not on the operator's list for the namespace flux-system; have it added there")),
        (good(url, "ghcr.io.evil.com/org/app", "apps"), "ImagePolicy flux-system/app (flux.yaml:22): error: the image ghcr.io.evil.com/org/app is not on the operator's list for the namespace flux-system; have it added there".to_owned()),
        (good(url, "ghcr.io/org/../evil", "apps"), "ImagePolicy flux-system/app (flux.yaml:22): error: the image ghcr.io/org/../evil is not on the operator's list for the namespace flux-system; have it added there".to_owned()),
        (good(url, image, "../infra"), "automation flux-system/fleet: error: the path '../infra' is not on the operator's list for the namespace flux-system; have it added there".to_owned()),
        (good(url, image, ""), "automation flux-system/fleet: error: the whole repository is not on the operator's list for the namespace flux-system; have it added there".to_owned()),
    ] {
        assert_eq!(problems(&load(all()?, "flux-system", &objects).await), [expected]);
    }
    let no_branch = Allowed::named().branch("main")?;
    assert!(
        problems(&load(no_branch, "flux-system", &objects).await).is_empty(),
        "of branches this one, and of all else what is named"
    );
    let other_branch = Allowed::nothing()
        .registry("*")?
        .secret("*/*")?
        .repository("*")?
        .path("*")?
        .branch("image-updates/*")?;
    assert_eq!(
        problems(&load(other_branch, "flux-system", &objects).await),
        [
            "automation flux-system/fleet: error: a push to 'main' is not on the operator's list for the namespace flux-system; have it added there"
        ]
    );
    let other_secret = Allowed::nothing()
        .registry("*")?
        .secret("flux-system/pull-*")?
        .repository("*")?
        .path("*")?
        .branch("main")?;
    let refused = problems(&load(other_secret, "flux-system", &objects).await);
    assert!(
        refused[0].contains("the Secret flux-system/login is not on the operator's list"),
        "{refused:?}"
    );
    // Another namespace's list is not this one's.
    let refused = load(Allowed::named(), "other", &objects).await;
    assert!(refused.automations().is_empty());
    Ok(())
}

async fn identities_are_shut_out() -> TestResult {
    let provider = objects(
        "https://git.example.com/x",
        "123.dkr.ecr.eu-west-1.amazonaws.com/app",
        "",
        ", provider: aws",
        "",
    );
    let refused = "this machine's identity at Amazon is not on the operator's list for the namespace flux-system; have it added there";
    let problems = problems(&Loader::new().flux(&provider).await);
    assert_eq!(
        problems,
        [format!(
            "ImagePolicy flux-system/app (flux.yaml:22): error: {refused}"
        )]
    );

    // The configuration of Git stands in for a key when it may.
    let ssh = objects("ssh://git@git.example.com/x", "ghcr.io/org/app", "", "", "");
    let list = AllowList::of_all(Allowed::named().identity(Identity::GitConfiguration));
    let loaded = Loader::new().allow(list).flux(&ssh).await;
    assert_eq!(self::problems(&loaded), [""; 0]);
    Ok(())
}
