//! Manifests that live in the repository they are about.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tagwright::gitwrite::{Ref, Remote};
use tagwright::{Applied, AutomationBuilder, Error, Loader, ManifestSource, Report, Source};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(async_test(concat!("manifest_source::", stringify!($name)), $name)),*]
        };
    }
    tests![
        two_automations_of_one_branch_run,
        what_is_suspended_meanwhile_does_not_run,
        scopes_are_kept,
        fleet_and_config_run,
        what_is_broken_is_kept_by_scope,
        only_its_own_branch_binds_an_automation,
    ]
}

/// What the objects call the repository of a [`World`].
const URL: &str = "https://git.example.com/fleet.git";

const BROKEN: &str = "---\napiVersion: image.toolkit.fluxcd.io/v1\nkind: [";

/// A loader that knows where it is.
pub(crate) fn loader(world: &World) -> Loader {
    let remote = Remote::new(&world.repository.url()).expect("a file URL is a URL");
    let mut loader = Loader::new();
    loader.repository(URL, remote);
    loader
}

/// Flux's objects for a [`World`]: an automation for each of these names, all with one policy.
pub(crate) fn objects(world: &World, automations: &[&str], range: &str, suspend: bool) -> String {
    let image = world.image();
    let shared = format!(
        "
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: fleet, namespace: flux-system}}
spec: {{interval: 1m, url: '{URL}', ref: {{branch: main}}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {{name: app, namespace: flux-system}}
spec: {{interval: 1h, image: {image}, insecure: true}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {{name: app, namespace: flux-system}}
spec: {{imageRepositoryRef: {{name: app}}, policy: {{semver: {{range: '{range}'}}}}}}
"
    );
    let own = automations.iter().map(|name| {
        format!(
            "---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {{name: {name}, namespace: flux-system}}
spec:
  interval: 1h
  suspend: {suspend}
  sourceRef: {{kind: GitRepository, name: fleet}}
  update: {{path: {name}}}
  git:
    commit: {{author: {{name: flux, email: flux@example.com}}}}
"
        )
    });
    shared + &own.collect::<String>()
}

pub(crate) fn repository(world: &World) -> Source {
    let remote = Remote::new(&world.repository.url()).expect("a file URL is a URL");
    Source::repository(remote, Ref::branch("main").expect("a branch"))
}

/// A hook that tells that a push is there, and waits until it may go on.
pub(crate) fn hold_pushes(world: &World, folder: &Path) {
    let folder = folder.display();
    let script = format!(
        "#!/bin/sh\ntouch '{folder}/pushing'\nwhile [ ! -e '{folder}/go' ]; do sleep 0.05; done\n"
    );
    world.repository.hook("pre-receive", &script);
}

pub(crate) async fn until_there(file: &Path) {
    while !file.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

type Reports = [(String, Result<Report, Error>)];

fn pushed(reports: &Reports) -> Vec<&str> {
    let pushed = |report: &Result<Report, Error>| {
        matches!(report.as_ref().map(Report::applied), Ok(Applied::Pushed(_)))
    };
    let reports = reports.iter().filter(|(_, report)| pushed(report));
    reports.map(|(name, _)| name.as_str()).collect()
}

async fn two_automations_of_one_branch_run() -> TestResult {
    let world = World::new();
    world.commit("more/app.yaml", &world.deployment("5.0.0"));
    world.commit(
        "clusters/a.yaml",
        &objects(&world, &["apps", "more"], "5.0.x", false),
    );
    let source = ManifestSource::flux(repository(&world), &loader(&world));
    let run = source.run().await?;
    assert_eq!(run.problems(), []);
    assert_eq!(
        pushed(run.reports()),
        ["flux-system/apps", "flux-system/more"]
    );
    for file in ["apps/app.yaml", "more/app.yaml"] {
        assert_eq!(world.read(file), world.deployment("5.0.1"));
    }
    let again = source.run().await?;
    assert_eq!(
        (again.reports().len(), pushed(again.reports())),
        (2, vec![])
    );
    Ok(())
}

/// Somebody is faster with `suspend: true` than the push of what was planned.
async fn what_is_suspended_meanwhile_does_not_run() -> TestResult {
    let (world, folder) = (World::new(), tempfile::tempdir()?);
    world.commit("a.yaml", &objects(&world, &["apps"], "5.0.x", false));
    hold_pushes(&world, folder.path());
    let source = ManifestSource::flux(repository(&world), &loader(&world));
    let run = source.run();
    let edit = async {
        until_there(&folder.path().join("pushing")).await;
        world.commit("a.yaml", &objects(&world, &["apps"], "5.0.x", true));
        fs::write(folder.path().join("go"), b"")
    };
    let (run, edited) = tokio::join!(run, edit);
    edited?;
    let run = run?;
    assert!(run.reports().is_empty(), "{run:?}");
    assert_eq!(run.suspended(), ["flux-system/apps"]);
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.0"));
    Ok(())
}

async fn scopes_are_kept() -> TestResult {
    let world = World::new();
    let (one, two) = (
        objects(&world, &["apps"], "5.0.x", false),
        objects(&world, &["apps"], "5.0.x", true),
    );
    world.commit("clusters/one/a.yaml", &one);
    world.commit("clusters/two/a.yaml", &two);
    let source = repository(&world)
        .scope("one", "clusters/one")?
        .scope("two", "clusters/two")?;
    let run = ManifestSource::flux(source, &loader(&world)).run().await?;
    assert_eq!(pushed(run.reports()), ["one:flux-system/apps"]);
    assert_eq!(run.suspended(), ["two:flux-system/apps"]);
    Ok(())
}

async fn fleet_and_config_run() -> TestResult {
    let world = World::new();
    let image = world.image();
    let config = format!(
        "images: {{app: {{image: {image}, insecure: true}}}}
policies: {{'flux-system:app': {{image: app, semver: 5.0.x}}}}
targets:
  apps:
    repository: '{URL}'
    branch: main
    commit: {{author: {{name: t, email: t@example.com}}}}
"
    );
    world.commit("tagwright.yaml", &config);
    let run = ManifestSource::config(repository(&world), &loader(&world));
    let run = run.run().await?;
    assert_eq!(
        (run.problems(), pushed(run.reports())),
        (&[][..], vec!["apps"])
    );
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));

    let fleet = format!(
        "apiVersion: fleet.cattle.io/v1alpha1
kind: GitRepo
metadata: {{name: fleet, namespace: fleet-local}}
spec:
  repo: '{URL}'
  branch: main
  imageScanCommit: {{authorName: f, authorEmail: f@example.com}}
---
apiVersion: fleet.cattle.io/v1alpha1
kind: ImageScan
metadata: {{name: app, namespace: fleet-local}}
spec: {{gitrepoName: fleet, tagName: app, image: {image}, policy: {{semver: {{range: '*'}}}}}}
"
    );
    world.commit("fleet/scan.yaml", &fleet);
    let marked = format!("image: {image}:1.0.0 # {{\"$imagescan\": \"app\"}}\n");
    world.commit("values.yaml", &marked);
    let mut loader = loader(&world);
    loader.client(
        &world.registry.address(),
        crate::world::client(&world.registry),
    );
    let run = ManifestSource::fleet(repository(&world), &loader)
        .run()
        .await?;
    assert_eq!(pushed(run.reports()), ["fleet-local/fleet"], "{run:?}");
    assert_eq!(world.read("values.yaml"), marked.replace("1.0.0", "5.1.0"));
    Ok(())
}

async fn what_is_broken_is_kept_by_scope() -> TestResult {
    let world = World::new();
    let folder = tempfile::tempdir()?;
    let file = |scope: &str| folder.path().join(scope).join("a.yaml");
    for scope in ["one", "two"] {
        fs::create_dir(folder.path().join(scope))?;
        fs::write(
            file(scope),
            objects(&world, &["apps", "more"], "5.0.x", false),
        )?;
    }
    let source = Source::directory(folder.path()).scope("one", "one")?;
    let source = ManifestSource::flux(source.scope("two", "two")?, &loader(&world));
    let names = async || -> Result<Vec<String>, Error> {
        let loaded = source.read().await?;
        let built = loaded.automations().iter().map(AutomationBuilder::build);
        built.map(|one| Ok(one?.name())).collect()
    };
    assert_eq!(names().await?.len(), 4);
    // `apps` is gone there with nothing wrong, and here beside an error.
    fs::write(file("two"), objects(&world, &["more"], "5.0.x", false))?;
    fs::write(
        file("one"),
        objects(&world, &["more"], "5.0.x", false) + BROKEN,
    )?;
    let kept = [
        "one:flux-system/apps",
        "one:flux-system/more",
        "two:flux-system/more",
    ];
    let mut found = names().await?;
    found.sort();
    assert_eq!(found, kept);
    let problems = source.clone().read().await?.problems().len();
    assert!(problems > 0);
    // What is suspended is not kept.
    let text = objects(&world, &["apps", "more"], "5.0.x", true);
    fs::write(file("one"), text + BROKEN)?;
    assert_eq!(names().await?, ["two:flux-system/more"]);
    Ok(())
}

/// The manifests of another repository move as they like.
async fn only_its_own_branch_binds_an_automation() -> TestResult {
    let (world, other) = (World::new(), World::new());
    other.commit("a.yaml", &objects(&world, &["apps"], "5.0.x", false));
    let source = ManifestSource::flux(repository(&other), &loader(&world));
    let apart = source.read().await?.automations()[0].build()?;
    other.commit("b.yaml", "a: 1\n");
    assert!(matches!(apart.run().await?.applied(), Applied::Pushed(_)));

    world.commit("a.yaml", &objects(&world, &["apps"], "5.1.x", false));
    let source = ManifestSource::flux(repository(&world), &loader(&world));
    let bound = source.read().await?.automations()[0].build()?;
    world.commit("b.yaml", "a: 1\n");
    let error = bound.run().await.expect_err("the manifests may be others");
    assert_eq!(error.kind(), tagwright::ErrorKind::Moved);
    Ok(())
}
