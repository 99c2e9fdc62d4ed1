//! What a tenant's objects try against the operator's list.

use std::fs;
use std::os::unix::fs::symlink;

use tagwright::gitwrite::{Credentials, Remote};
use tagwright::manifests::{config, fleet, flux};
use tagwright::registry::{Client, Credential};
use tagwright::{AllowList, Allowed, ErrorKind, Identity, Loaded, Loader};
use tagwright_testkit::harness::{TestError, TestResult, Trial, async_test};
use tempfile::TempDir;

use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "allow::logins_of_others_stay_on_their_way",
            logins_of_others_stay_on_their_way,
        ),
        async_test(
            "allow::git_logins_of_others_stay_on_their_way",
            git_logins_of_others_stay_on_their_way,
        ),
        async_test(
            "allow::docker_login_is_used_when_allowed",
            docker_login_is_used_when_allowed,
        ),
        async_test(
            "allow::identity_gives_way_to_a_credential",
            identity_gives_way_to_a_credential,
        ),
        async_test(
            "allow::git_configuration_gives_way_to_a_secret",
            git_configuration_gives_way_to_a_secret,
        ),
        async_test(
            "allow::both_namespaces_are_judged",
            both_namespaces_are_judged,
        ),
        async_test("allow::objects_want_a_namespace", objects_want_a_namespace),
        async_test("allow::scans_want_a_namespace", scans_want_a_namespace),
        async_test(
            "allow::branch_template_keeps_to_the_list",
            branch_template_keeps_to_the_list,
        ),
        async_test(
            "allow::link_leads_out_of_no_directory",
            link_leads_out_of_no_directory,
        ),
        async_test(
            "allow::what_is_given_is_judged_too",
            what_is_given_is_judged_too,
        ),
        async_test("allow::each_secret_is_judged", each_secret_is_judged),
        async_test(
            "allow::refspecs_and_options_are_judged",
            refspecs_and_options_are_judged,
        ),
        async_test("allow::named_is_narrowed", named_is_narrowed),
    ]
}

/// An automation with its GitRepository, and an image with its policy; the fields can be replaced.
struct Tenant {
    namespace: &'static str,
    /// `name: repo` and the like, of `sourceRef`.
    source: &'static str,
    image_ref: &'static str,
    url: String,
    /// More of the GitRepository.
    git: &'static str,
    image: String,
    /// More of the ImageRepository.
    registry: &'static str,
    commit: &'static str,
    push: &'static str,
}

const GIT: &str = "https://git.example.com/team-b/fleet.git";

impl Default for Tenant {
    fn default() -> Self {
        Self {
            namespace: "team-b",
            source: "name: repo",
            image_ref: "name: app",
            url: GIT.to_owned(),
            git: "",
            image: "ghcr.io/team-b/app".to_owned(),
            registry: "",
            commit: "",
            push: "branch: main",
        }
    }
}

impl Tenant {
    fn text(&self) -> String {
        let Self {
            namespace,
            source,
            image_ref,
            url,
            git,
            image,
            registry,
            commit,
            push,
        } = self;
        format!(
            "
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: repo, namespace: {namespace}}}
spec: {{interval: 1m, url: '{url}', ref: {{branch: main}}{git}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {{name: auto, namespace: {namespace}}}
spec:
  interval: 30m
  sourceRef: {{kind: GitRepository, {source}}}
  git:
    commit: {{author: {{email: a@b.c}}{commit}}}
    push: {{{push}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {{name: app, namespace: {namespace}}}
spec: {{interval: 5m, image: '{image}'{registry}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {{name: app, namespace: {namespace}}}
spec: {{imageRepositoryRef: {{{image_ref}}}, policy: {{semver: {{range: 5.0.x}}}}}}
---
"
        )
    }

    async fn load(&self, loader: &Loader) -> Loaded {
        loader.flux(&read(&self.text())).await
    }
}

fn read(text: &str) -> flux::Objects {
    let read = flux::read("flux.yaml", text.as_bytes());
    assert_eq!(read.problems, [], "the manifests are good");
    read.objects
}

fn problems(loaded: &Loaded) -> Vec<String> {
    loaded.problems().iter().map(ToString::to_string).collect()
}

/// That there is one problem, and what it says.
#[track_caller]
fn told(loaded: &Loaded, part: &str) {
    let problems = problems(loaded);
    assert!(
        matches!(&problems[..], [one] if one.contains(part)),
        "{part}: {problems:?}"
    );
}

/// That at least one problem says so.
#[track_caller]
fn refused(loaded: &Loaded, part: &str) {
    let problems = problems(loaded);
    assert!(
        problems.iter().any(|one| one.contains(part)),
        "{part}: {problems:?}"
    );
}

fn list(allowed: Allowed) -> Loader {
    let mut loader = Loader::new();
    loader.allow(AllowList::of_all(allowed));
    loader
}

/// All that the tenant names, and nothing else.
fn team(name: &str) -> Result<Allowed, TestError> {
    Ok(Allowed::nothing()
        .registry(&format!("ghcr.io/{name}"))?
        .repository(&format!("https://git.example.com/{name}"))?
        .secret(&format!("{name}/*"))?
        .path("*")?
        .branch("main")?)
}

/// A proxy, a certificate or plain HTTP of the tenant's choice would see them.
async fn logins_of_others_stay_on_their_way() -> TestResult {
    let mut given = list(team("team-b")?);
    given.credential("ghcr.io", Credential::basic("operator", "secret"));
    let docker = list(team("team-b")?.identity(Identity::DockerConfig));
    let aws = list(team("team-b")?.identity(Identity::Aws));
    let mut unlisted = Loader::new();
    unlisted.credential("ghcr.io", Credential::basic("operator", "secret"));
    for (loader, own, whose) in [
        (&given, "", "the caller's credential"),
        (
            &given,
            ", secretRef: {name: login}",
            "the caller's credential",
        ),
        (&unlisted, "", "the caller's credential"),
        (&docker, "", "this machine's docker login"),
        (&aws, ", provider: aws", "this machine's identity at Amazon"),
    ] {
        for (more, what) in [
            (", insecure: true", "insecure: true"),
            (", proxySecretRef: {name: proxy}", "a proxy"),
            (", certSecretRef: {name: tls}", "a certificate"),
            (", insecure: true, proxySecretRef: {name: proxy}", "a proxy"),
        ] {
            let registry = Box::leak(format!("{own}{more}").into_boxed_str());
            let loaded = Tenant {
                registry,
                ..Tenant::default()
            }
            .load(loader)
            .await;
            told(
                &loaded,
                &format!("{whose} logs in, and the image has {what}"),
            );
        }
    }
    // Of another registry's login nothing is seen, and on this machine nobody stands between.
    let insecure = Tenant {
        registry: ", insecure: true",
        ..Tenant::default()
    };
    let mut other = list(team("team-b")?);
    other.credential("quay.io", Credential::basic("operator", "secret"));
    assert_eq!(problems(&insecure.load(&other).await), [""; 0]);
    for (host, is_here) in [
        ("localhost:5000", true),
        ("127.0.0.1:5000", true),
        ("[::1]:5000", true),
        ("localhost.example.com:5000", false),
        ("10.0.0.1:5000", false),
    ] {
        let image = format!("{host}/team-b/app");
        let tenant = Tenant {
            image,
            registry: ", insecure: true",
            ..Tenant::default()
        };
        let mut loader = list(Allowed::named());
        loader.credential(host, Credential::basic("operator", "secret"));
        let problems = problems(&tenant.load(&loader).await);
        assert_eq!(problems.is_empty(), is_here, "{host}: {problems:?}");
    }
    // However the caller writes the registry.
    let proxied = Tenant {
        registry: ", proxySecretRef: {name: proxy}",
        ..Tenant::default()
    };
    for written in [
        "https://ghcr.io",
        "GHCR.io",
        "https://robot@ghcr.io/v2/",
        "ghcr.io/",
    ] {
        let mut loader = list(team("team-b")?);
        loader.credential(written, Credential::basic("operator", "secret"));
        told(
            &proxied.load(&loader).await,
            "the caller's credential logs in",
        );
    }
    // The login of a place that is asked instead.
    let mut mirror = list(team("team-b")?);
    mirror
        .scan_at("ghcr.io", "mirror.example.com/ghcr")
        .credential(
            "mirror.example.com",
            Credential::basic("operator", "secret"),
        );
    assert_eq!(problems(&insecure.load(&mirror).await), [""; 0]);
    told(
        &proxied.load(&mirror).await,
        "the caller's credential logs in, and the image has a proxy",
    );
    Ok(())
}

async fn git_logins_of_others_stay_on_their_way() -> TestResult {
    let loader = list(Allowed::named().identity(Identity::GitConfiguration));
    for url in [GIT, "http://git.example.com/team-b/fleet.git"] {
        let tenant = Tenant {
            url: url.to_owned(),
            git: ", proxySecretRef: {name: proxy}",
            ..Tenant::default()
        };
        told(
            &tenant.load(&loader).await,
            "this machine's configuration of Git and SSH logs in, and the repository has a proxy",
        );
    }
    assert_eq!(problems(&Tenant::default().load(&loader).await), [""; 0]);
    Ok(())
}

async fn docker_login_is_used_when_allowed() -> TestResult {
    let may = list(team("team-b")?.identity(Identity::DockerConfig));
    let loaded = Tenant::default().load(&may).await;
    assert!(
        format!("{loaded:?}").contains("identity: Some(DockerConfig)"),
        "{loaded:?}"
    );
    for may_not in [Loader::new(), list(team("team-b")?), list(Allowed::named())] {
        let loaded = Tenant::default().load(&may_not).await;
        assert_eq!(loaded.automations().len(), 1);
        assert!(
            format!("{loaded:?}").contains("identity: None"),
            "{loaded:?}"
        );
        assert!(
            !format!("{loaded:?}").contains("DockerConfig"),
            "{loaded:?}"
        );
    }
    Ok(())
}

async fn identity_gives_way_to_a_credential() -> TestResult {
    let mut loader = list(
        team("team-b")?
            .identity(Identity::Aws)
            .identity(Identity::DockerConfig),
    );
    loader.credential("ghcr.io", Credential::basic("operator", "secret"));
    for registry in ["", ", provider: aws", ", secretRef: {name: login}"] {
        let loaded = Tenant {
            registry,
            ..Tenant::default()
        }
        .load(&loader)
        .await;
        assert_eq!(problems(&loaded), [""; 0]);
        let shown = format!("{loaded:?}");
        assert!(
            shown.contains("identity: None") && !shown.contains("identity: Some"),
            "{shown}"
        );
    }
    Ok(())
}

async fn git_configuration_gives_way_to_a_secret() -> TestResult {
    let loader = list(team("team-b")?.identity(Identity::GitConfiguration));
    for (git, is_used) in [("", true), (", secretRef: {name: login}", false)] {
        let loaded = Tenant {
            git,
            ..Tenant::default()
        }
        .load(&loader)
        .await;
        let used = format!("host_configuration: {is_used}");
        assert!(format!("{loaded:?}").contains(&used), "{loaded:?}");
    }
    let loaded = Tenant::default().load(&list(team("team-b")?)).await;
    assert!(
        format!("{loaded:?}").contains("host_configuration: false"),
        "{loaded:?}"
    );
    Ok(())
}

/// What another namespace may use is not for those who refer to its objects.
async fn both_namespaces_are_judged() -> TestResult {
    let platform = "
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: shared, namespace: team-a}
spec: {interval: 1m, url: 'https://git.example.com/team-a/fleet.git', ref: {branch: main}, secretRef: {name: deploy}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: shared, namespace: team-a}
spec:
  interval: 5m
  image: ghcr.io/team-a/app
  secretRef: {name: pull}
  accessFrom: {namespaceSelectors: [{matchLabels: {kubernetes.io/metadata.name: team-b}}]}
---
apiVersion: v1
kind: Secret
metadata: {name: deploy, namespace: team-a}
stringData: {username: u, password: p}
---
apiVersion: v1
kind: Secret
metadata: {name: pull, namespace: team-a}
stringData: {username: u, password: p}
";
    let source = Tenant {
        source: "name: shared, namespace: team-a",
        ..Tenant::default()
    };
    let image = Tenant {
        image_ref: "name: shared, namespace: team-a",
        ..Tenant::default()
    };
    let load = async |tenant: &Tenant, allowed: Allowed| {
        let lists = AllowList::nothing().namespace("team-a", team("team-a")?);
        let mut loader = Loader::new();
        loader.allow(lists.namespace("team-b", allowed));
        let text = tenant.text() + platform;
        Ok::<_, TestError>(loader.flux(&read(&text)).await)
    };
    let loaded = load(&source, team("team-b")?).await?;
    told(
        &loaded,
        "the repository https://git.example.com/team-a/fleet.git is not on the operator's list for the namespace team-b",
    );
    assert!(loaded.automations().is_empty());
    let allowed = team("team-b")?.repository("https://git.example.com/team-a")?;
    told(
        &load(&source, allowed.clone()).await?,
        "the Secret team-a/deploy is not on the operator's list for the namespace team-b",
    );
    let loaded = load(&source, allowed.secret("team-a/deploy")?).await?;
    assert_eq!(problems(&loaded), [""; 0]);

    let loaded = load(&image, team("team-b")?).await?;
    told(
        &loaded,
        "the image ghcr.io/team-a/app is not on the operator's list for the namespace team-b",
    );
    let allowed = team("team-b")?.registry("ghcr.io/team-a")?;
    told(
        &load(&image, allowed.clone()).await?,
        "the Secret team-a/pull is not on the operator's list for the namespace team-b",
    );
    let loaded = load(&image, allowed.secret("team-a/pull")?).await?;
    assert_eq!(problems(&loaded), [""; 0]);
    Ok(())
}

/// One without would stand in every namespace, and get what that may use.
async fn objects_want_a_namespace() -> TestResult {
    let text = Tenant {
        source: "name: repo, namespace: platform",
        ..Tenant::default()
    }
    .text()
    .replacen(", namespace: team-b", "", 1);
    let objects = read(&text);
    let loaded = list(Allowed::named()).flux(&objects).await;
    refused(
        &loaded,
        "GitRepository repo (flux.yaml:2): error: it has no namespace",
    );
    assert!(loaded.automations().is_empty());
    // Without a list, as before.
    assert_eq!(problems(&Loader::new().flux(&objects).await), [""; 0]);

    let bare = read(&Tenant::default().text().replace(", namespace: team-b", ""));
    let bound = Loader::new().namespace("team-b").flux(&bare).await;
    assert_eq!(problems(&bound), [""; 0]);
    assert_eq!(bound.automations()[0].build()?.name(), "team-b/auto");
    let other = Loader::new()
        .namespace("team-c")
        .flux(&read(&Tenant::default().text()))
        .await;
    assert_eq!(problems(&other).len(), 4, "{other:?}");
    refused(
        &other,
        "only objects of the namespace team-c are taken here",
    );
    assert!(other.automations().is_empty());
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: deploy, namespace: platform}\nstringData: {password: p}\n";
    told(
        &Loader::new().namespace("team-b").flux(&read(secret)).await,
        "only objects of the namespace team-b",
    );
    Ok(())
}

async fn scans_want_a_namespace() -> TestResult {
    let text = "
kind: GitRepo
apiVersion: fleet.cattle.io/v1alpha1
metadata: {name: apps, namespace: platform}
spec: {repo: 'https://git.example.com/apps.git', branch: main, imageScanCommit: {authorName: f, authorEmail: f@b.c}}
---
kind: ImageScan
apiVersion: fleet.cattle.io/v1alpha1
metadata: {name: evil}
spec: {gitrepoName: apps, tagName: app, image: ghcr.io/org/app, policy: {semver: {range: '*'}}}
";
    let read = fleet::read("fleet-objects.yaml", text.as_bytes());
    assert_eq!(read.problems, []);
    let loaded = list(Allowed::named()).fleet(&read.objects).await;
    told(
        &loaded,
        "ImageScan evil (fleet-objects.yaml:7): error: it has no namespace",
    );
    assert!(loaded.automations().is_empty());
    assert_eq!(
        Loader::new().fleet(&read.objects).await.automations().len(),
        1
    );
    let loaded = list(Allowed::named())
        .namespace("platform")
        .fleet(&read.objects)
        .await;
    assert_eq!(
        (loaded.automations().len(), loaded.problems().len()),
        (1, 0)
    );
    let loaded = Loader::new().namespace("team-b").fleet(&read.objects).await;
    refused(
        &loaded,
        "only objects of the namespace team-b are taken here",
    );
    assert!(loaded.automations().is_empty());
    Ok(())
}

async fn branch_template_keeps_to_the_list() -> TestResult {
    let world = World::new();
    let tenant = Tenant {
        image: world.image(),
        registry: ", insecure: true",
        push: "branch: updates/x",
        ..Tenant::default()
    };
    let mut loader = list(Allowed::named().branch("updates/*")?);
    loader.repository(GIT, Remote::new(&world.repository.url())?);
    world.commit(
        "apps/app.yaml",
        &world
            .deployment("5.0.0")
            .replace("flux-system:app", "team-b:app"),
    );
    let loaded = tenant.load(&loader).await;
    assert_eq!(problems(&loaded), [""; 0]);
    let automation = loaded.automations()[0].build()?;
    for outside in ["{name}", "updates/deep/{name}"] {
        let reports = automation.branches(outside)?.run().await?;
        assert_eq!(reports.len(), 1);
        let error = reports[0].as_ref().expect_err("not on the list");
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(
            error.to_string().contains("is not on the operator's list"),
            "{error}"
        );
    }
    let reports = automation.branches("updates/{name}")?.run().await?;
    assert!(reports.iter().all(Result::is_ok), "{reports:?}");
    let branches = world.repository.git(&["branch", "--list"]);
    assert!(
        branches.contains("updates/app") && !branches.contains(" app"),
        "{branches}"
    );
    Ok(())
}

async fn link_leads_out_of_no_directory() -> TestResult {
    let world = World::new();
    let folder = TempDir::new()?;
    let (own, other) = (folder.path().join("team-b"), folder.path().join("team-a"));
    fs::create_dir_all(own.join("real"))?;
    fs::create_dir_all(other.join("deep"))?;
    for path in [
        own.join("real/a.yaml"),
        other.join("a.yaml"),
        other.join("deep/a.yaml"),
    ] {
        fs::write(path, world.deployment("5.0.0"))?;
    }
    symlink("../team-a", own.join("link"))?;
    symlink("team-b", folder.path().join("named"))?;
    let run = async |allowed: &str, path: &str| {
        let path = folder.path().join(path);
        let text = format!(
            "
images:
  app: {{image: '{}', insecure: true}}
policies:
  flux-system:app: {{image: app, semver: 5.0.x}}
targets:
  here: {{directory: '{}'}}
",
            world.image(),
            path.display()
        );
        let read = config::read("tagwright.yaml", text.as_bytes());
        assert_eq!(read.problems, []);
        let allowed = Allowed::named().directory(folder.path().join(allowed))?;
        let loaded = list(allowed).config(&read.config).await;
        assert_eq!(problems(&loaded), [""; 0]);
        let automation = loaded.automations()[0].build()?;
        Ok::<_, TestError>(automation.run().await)
    };
    for path in ["team-b/link", "team-b/link/deep"] {
        let error = run("team-b", path).await?.expect_err("it leads out");
        assert_eq!(error.kind(), ErrorKind::Directory, "{error}");
    }
    assert_eq!(
        fs::read_to_string(other.join("a.yaml"))?,
        world.deployment("5.0.0")
    );
    assert_eq!(
        fs::read_to_string(other.join("deep/a.yaml"))?,
        world.deployment("5.0.0")
    );
    // The directory on the list may itself be named by one.
    let report = run("named", "named/real").await??;
    assert!(!report.is_partial(), "{report}");
    assert_eq!(
        fs::read_to_string(own.join("real/a.yaml"))?,
        world.deployment("5.0.1")
    );
    Ok(())
}

/// What the caller gave for a repository or a registry is for those who may use it.
async fn what_is_given_is_judged_too() -> TestResult {
    let theirs = "https://git.example.com/team-a/fleet.git";
    let tenant = Tenant {
        url: theirs.to_owned(),
        ..Tenant::default()
    };
    let refusal = format!("the repository {theirs} is not on the operator's list");
    let remote = Remote::new(theirs)?.credentials(Credentials::Bearer("operators".into()));
    let mut loader = list(team("team-b")?);
    told(
        &tenant.load(loader.repository(theirs, remote)).await,
        &refusal,
    );
    let mut loader = list(team("team-b")?);
    told(
        &tenant.load(loader.repository_url(theirs, GIT)).await,
        &refusal,
    );

    let tenant = Tenant {
        image: "ghcr.io/team-a/app".to_owned(),
        ..Tenant::default()
    };
    let mut loader = list(team("team-b")?);
    loader.client("ghcr.io", Client::builder().build()?);
    told(
        &tenant.load(&loader).await,
        "the image ghcr.io/team-a/app is not on the operator's list",
    );
    Ok(())
}

async fn each_secret_is_judged() -> TestResult {
    let all = || {
        Allowed::nothing()
            .registry("*")?
            .repository("*")?
            .path("*")?
            .branch("**")?
            .secret("team-b/own")
    };
    for tenant in [
        Tenant {
            git: ", secretRef: {name: other}",
            ..Tenant::default()
        },
        Tenant {
            git: ", secretRef: {name: own}, proxySecretRef: {name: other}",
            ..Tenant::default()
        },
        Tenant {
            registry: ", secretRef: {name: other}",
            ..Tenant::default()
        },
        Tenant {
            registry: ", certSecretRef: {name: other}",
            ..Tenant::default()
        },
        Tenant {
            registry: ", proxySecretRef: {name: other}",
            ..Tenant::default()
        },
        Tenant {
            commit: ", signingKey: {secretRef: {name: other}}",
            ..Tenant::default()
        },
    ] {
        let loaded = tenant.load(&list(all()?)).await;
        refused(
            &loaded,
            "the Secret team-b/other is not on the operator's list for the namespace team-b",
        );
    }
    Ok(())
}

async fn refspecs_and_options_are_judged() -> TestResult {
    let load = async |push: &'static str, allowed: Allowed| {
        Tenant {
            push,
            ..Tenant::default()
        }
        .load(&list(allowed))
        .await
    };
    for (push, part) in [
        ("branch: evil", "a push to 'evil'"),
        (
            "branch: main, refspec: 'HEAD:refs/heads/evil'",
            "a push to 'refs/heads/evil'",
        ),
        (
            "branch: main, refspec: 'HEAD:refs/tags/v1'",
            "a push to 'refs/tags/v1'",
        ),
        (
            "branch: main, options: {merge_request.target: evil}",
            "the push option 'merge_request.target=evil'",
        ),
        (
            "branch: main, options: {ci.skip: ''}",
            "the push option 'ci.skip'",
        ),
    ] {
        for allowed in [team("team-b")?, Allowed::named().branch("main")?] {
            let loaded = load(push, allowed).await;
            told(&loaded, &format!("{part} is not on the operator's list"));
            assert!(loaded.automations().is_empty());
        }
        assert_eq!(problems(&load(push, Allowed::named()).await), [""; 0]);
    }
    let some = || team("team-b")?.push_option("ci.*").map_err(TestError::from);
    assert_eq!(
        problems(&load("branch: main, options: {ci.skip: ''}", some()?).await),
        [""; 0]
    );
    let others = load("branch: main, options: {merge_request.create: ''}", some()?).await;
    told(&others, "the push option 'merge_request.create'");
    assert!(Allowed::nothing().push_option("").is_err());
    Ok(())
}

/// After `named` what is listed of a kind is all of it.
async fn named_is_narrowed() -> TestResult {
    let tenant = Tenant {
        git: ", proxySecretRef: {name: proxy}",
        ..Tenant::default()
    };
    for (allowed, part) in [
        (Allowed::named().branch("updates/*")?, "a push to 'main'"),
        (
            Allowed::named().registry("quay.io")?,
            "the image ghcr.io/team-b/app",
        ),
        (
            Allowed::named().repository("https://git.example.com/team-a")?,
            "the repository",
        ),
        (
            Allowed::named().secret("team-a/*")?,
            "the Secret team-b/proxy",
        ),
        (Allowed::named().path("apps")?, "the whole repository"),
    ] {
        refused(&tenant.load(&list(allowed)).await, part);
    }
    for allowed in [
        Allowed::named().branch("updates/*")?.branch("main")?,
        Allowed::named().registry("*")?.registry("quay.io")?,
        Allowed::named().path("*")?.path("apps")?,
    ] {
        assert_eq!(
            Tenant::default()
                .load(&list(allowed))
                .await
                .automations()
                .len(),
            1
        );
    }
    Ok(())
}
