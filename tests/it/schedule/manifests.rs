//! A scheduler that reads manifests where they live.

use std::fs;
use std::time::Duration;

use tagwright::{AutomationSource, Event, Events, ManifestSource, Scheduler, Source};
use tagwright_testkit::harness::{TestResult, Trial, async_test};

use super::{HOUR, applied, slow, wait};
use crate::manifest_source::{hold_pushes, loader, objects, repository, until_there};
use crate::world::World;

pub(super) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(async_test(concat!("schedule::manifests::", stringify!($name)), $name)),*]
        };
    }
    tests![
        an_edit_of_a_range_takes_effect,
        what_is_suspended_rests_until_it_is_not,
        a_push_that_lost_reads_the_manifests_again,
        a_broken_manifest_keeps_the_last_good,
        a_deleted_automation_goes,
        a_folder_is_read_when_it_changes,
    ]
}

async fn start(world: &World, interval: Duration) -> Result<Scheduler, tagwright::Error> {
    let source = ManifestSource::flux(repository(world), &loader(world));
    slow()
        .source(source)
        .source_interval(interval)
        .start()
        .await
}

const SOON: Duration = Duration::from_millis(20);

fn write(world: &World, range: &str, suspend: bool) {
    world.commit("a.yaml", &objects(world, &["apps"], range, suspend));
}

/// Until this many are there.
async fn loaded(events: &mut Events, many: usize) {
    wait(events, |event| match event {
        Event::Loaded { automations, .. } => (*automations == many).then_some(()),
        _ => None,
    })
    .await;
}

async fn an_edit_of_a_range_takes_effect() -> TestResult {
    let world = World::new();
    write(&world, "5.0.x", false);
    let scheduler = start(&world, SOON).await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    write(&world, "5.1.x", false);
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.1.0"));
    let status = &scheduler.status().automations[0];
    assert_eq!(status.automation, "flux-system/apps");
    assert_eq!(status.last_error, None);
    Ok(())
}

async fn what_is_suspended_rests_until_it_is_not() -> TestResult {
    let world = World::new();
    write(&world, "5.0.x", false);
    let scheduler = start(&world, SOON).await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    write(&world, "5.0.x", true);
    loaded(&mut events, 0).await;
    let status = scheduler.status();
    let [automation] = &*status.automations else {
        panic!("it is shown: {status:?}")
    };
    assert_eq!(
        (&*automation.automation, automation.suspended),
        ("flux-system/apps", true)
    );
    assert_eq!((automation.next_run, status.load_error), (None, None));
    world.registry.push("org/app", "5.0.7");
    assert!(!scheduler.trigger(&world.image().parse()?), "nobody asks");
    write(&world, "5.0.x", false);
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.7"));
    assert!(!scheduler.status().automations[0].suspended);
    Ok(())
}

/// Between a push that came too late and the next attempt: the source is not asked by itself.
async fn a_push_that_lost_reads_the_manifests_again() -> TestResult {
    let (world, folder) = (World::new(), tempfile::tempdir()?);
    write(&world, "5.0.x", false);
    hold_pushes(&world, folder.path());
    let scheduler = start(&world, HOUR).await?;
    let mut events = scheduler.events();
    until_there(&folder.path().join("pushing")).await;
    write(&world, "4.x", false);
    fs::write(folder.path().join("go"), b"")?;
    let first = wait(&mut events, |event| match event {
        Event::Applied { .. } | Event::RunFailed { .. } => Some(event.clone()),
        _ => None,
    });
    let first = first.await;
    assert!(matches!(first, Event::Applied { .. }), "{first:?}");
    assert_eq!(world.read("apps/app.yaml"), world.deployment("4.9.9"));
    let messages = world.repository.git(&["log", "--format=%an", "main"]);
    let own = messages.lines().filter(|line| *line == "flux").count();
    assert_eq!(own, 1, "5.0.1 was never there");
    Ok(())
}

async fn a_broken_manifest_keeps_the_last_good() -> TestResult {
    let world = World::new();
    write(&world, "5.0.x", false);
    let scheduler = start(&world, SOON).await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    world.commit("a.yaml", "apiVersion: image.toolkit.fluxcd.io/v1\nkind: [");
    let error = wait(&mut events, |event| match event {
        Event::LoadFailed { error, .. } => Some(error.clone()),
        _ => None,
    });
    let error = error.await;
    assert!(error.starts_with("a.yaml:2:"), "{error}");
    assert_eq!(scheduler.status().load_error, Some(error));
    world.registry.push("org/app", "5.0.7");
    assert!(scheduler.trigger(&world.image().parse()?));
    applied(&mut events).await;
    assert_eq!(
        world.read("apps/app.yaml"),
        world.deployment("5.0.7"),
        "on the commit with the broken one"
    );
    write(&world, "5.1.x", false);
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.1.0"));
    assert_eq!(scheduler.status().load_error, None);
    Ok(())
}

async fn a_deleted_automation_goes() -> TestResult {
    let world = World::new();
    world.commit("more/app.yaml", &world.deployment("5.0.0"));
    world.commit(
        "a.yaml",
        &objects(&world, &["apps", "more"], "5.0.x", false),
    );
    let scheduler = start(&world, SOON).await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    applied(&mut events).await;
    world.commit("a.yaml", &objects(&world, &["more"], "5.1.x", false));
    loaded(&mut events, 1).await;
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    assert_eq!(world.read("more/app.yaml"), world.deployment("5.1.0"));
    let status = scheduler.status();
    let names = status.automations.iter().map(|one| &*one.automation);
    assert_eq!(names.collect::<Vec<_>>(), ["flux-system/more"]);
    Ok(())
}

async fn a_folder_is_read_when_it_changes() -> TestResult {
    let (world, folder) = (World::new(), tempfile::tempdir()?);
    let file = folder.path().join("a.yaml");
    fs::write(&file, objects(&world, &["apps"], "5.0.x", false))?;
    let source = ManifestSource::flux(Source::directory(folder.path()), &loader(&world));
    let version = async |known: Option<&str>| -> Result<Option<String>, tagwright::Error> {
        let load = source.load(known).await?;
        Ok(load.map(|load| load.version().to_owned()))
    };
    let first = version(None).await?;
    assert!(first.is_some());
    assert_eq!(version(first.as_deref()).await?, None);
    fs::write(folder.path().join("b.yaml"), "a: 1\n")?;
    let second = version(first.as_deref()).await?;
    assert!(second.is_some() && second != first);

    let mut builder = slow();
    builder.source(source.clone()).source_interval(SOON);
    let scheduler = builder.start().await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    fs::write(&file, objects(&world, &["apps"], "5.1.x", false))?;
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.1.0"));
    Ok(())
}
