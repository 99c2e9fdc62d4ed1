//! Automations that are kept running. Nothing here waits for a time: what is to happen is told by events.

mod manifests;

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tagwright::{
    AutomationBuilder, AutomationSource, Event, Events, MemoryState, Problem, Scheduler,
    SchedulerBuilder, SourceFuture, SourceLoad, StateFuture, StateStore, Watching,
};
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::oci::{Fault, Registry};

use crate::manifest_source::{hold_pushes, until_there};
use crate::world::{World, client, semver};

pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = own_tests();
    tests.extend(manifests::tests());
    tests
}

fn own_tests() -> Vec<Trial> {
    vec![
        async_test("schedule::scans_and_runs", scans_and_runs),
        async_test("schedule::a_trigger_starts_a_scan", a_trigger_starts_a_scan),
        async_test("schedule::many_triggers_are_one", many_triggers_are_one),
        async_test("schedule::what_is_suspended_rests", what_is_suspended_rests),
        async_test(
            "schedule::a_policy_keeps_its_choice",
            a_policy_keeps_its_choice,
        ),
        async_test("schedule::one_listing_serves_all", one_listing_serves_all),
        async_test(
            "schedule::a_failing_image_stops_no_other",
            a_failing_image_stops_no_other,
        ),
        async_test(
            "schedule::stopping_waits_for_a_push",
            stopping_waits_for_a_push,
        ),
        async_test(
            "schedule::a_deadline_ends_a_push_whole",
            a_deadline_ends_a_push_whole,
        ),
        async_test("schedule::a_restart_goes_on", a_restart_goes_on),
        async_test(
            "schedule::a_source_is_read_before_each_run",
            a_source_is_read_before_each_run,
        ),
        async_test(
            "schedule::what_is_broken_stays_as_it_was",
            what_is_broken_stays_as_it_was,
        ),
        async_test("schedule::names_are_unique", names_are_unique),
        async_test(
            "schedule::a_branch_template_makes_many",
            a_branch_template_makes_many,
        ),
        async_test(
            "schedule::what_goes_while_it_runs_is_waited_for",
            what_goes_while_it_runs_is_waited_for,
        ),
        async_test(
            "schedule::intervals_may_be_for_ever",
            intervals_may_be_for_ever,
        ),
        async_test("schedule::a_panic_is_told", a_panic_is_told),
        async_test(
            "schedule::a_source_that_hangs_stops_nobody",
            a_source_that_hangs_stops_nobody,
        ),
        async_test(
            "schedule::a_state_that_hangs_stops_nobody",
            a_state_that_hangs_stops_nobody,
        ),
        async_test(
            "schedule::a_version_that_is_known_is_no_change",
            a_version_that_is_known_is_no_change,
        ),
        async_test(
            "schedule::no_event_is_lost_at_the_beginning",
            no_event_is_lost_at_the_beginning,
        ),
    ]
}

const HOUR: Duration = Duration::from_secs(3600);

/// Everything once an hour: what happens in a test is what it starts.
fn slow() -> SchedulerBuilder {
    let mut builder = Scheduler::builder();
    builder.scan_interval(HOUR).run_interval(HOUR);
    builder
}

/// The first event that is wanted; the others are passed over.
async fn wait<T>(events: &mut Events, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
    loop {
        let event = events.next().await.expect("the scheduler goes on");
        if let Some(found) = wanted(&event) {
            return found;
        }
    }
}

async fn ran(events: &mut Events) {
    wait(events, |event| {
        let ran = matches!(event, Event::Applied { .. } | Event::NothingToDo { .. });
        ran.then_some(())
    })
    .await;
}

async fn applied(events: &mut Events) -> String {
    wait(events, |event| match event {
        Event::Applied { commit, .. } => commit.clone(),
        _ => None,
    })
    .await
}

async fn scanned(events: &mut Events) -> u64 {
    wait(events, |event| match event {
        Event::Scanned { tags, .. } => Some(*tags),
        _ => None,
    })
    .await
}

fn listings(registry: &Registry) -> usize {
    let requests = registry.requests();
    requests
        .iter()
        .filter(|one| one.path.ends_with("/tags/list"))
        .count()
}

async fn scans_and_runs() -> TestResult {
    let world = World::new();
    let scheduler = slow().add(&world.automation()).start().await?;
    let mut events = scheduler.events();
    let commit = applied(&mut events).await;
    assert_eq!(world.repository.tip("main"), Some(commit.clone()));
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));

    let status = scheduler.status();
    let [image] = &*status.images else {
        panic!("one image: {status:?}")
    };
    assert_eq!((&image.image, image.tags), (&world.image(), Some(5)));
    assert_eq!(
        image.latest_tags,
        ["latest", "5.1.0", "5.0.1", "5.0.0", "4.9.9"]
    );
    assert!(image.last_scan.is_some() && image.next_scan > image.last_scan);
    let [automation] = &*status.automations else {
        panic!("one automation: {status:?}")
    };
    assert_eq!(automation.last_commit, Some(commit));
    assert!(automation.last_success.is_some() && automation.last_error.is_none());
    let policy = &automation.policies[0];
    let selected = format!("{}:5.0.1", world.image());
    assert_eq!(
        (policy.selected.as_deref(), policy.previous.as_deref()),
        (Some(&*selected), None)
    );
    let json = serde_json::to_value(&status)?;
    assert_eq!(json["automations"][0]["policies"][0]["selected"], selected);
    assert_eq!(
        json["images"][0]["lastScan"].as_str().map(str::len),
        Some(20)
    );

    scheduler.stop(HOUR).await;
    assert_eq!(scheduler.events().next().await, None);
    Ok(())
}

async fn a_trigger_starts_a_scan() -> TestResult {
    let world = World::new();
    let scheduler = slow().add(&world.automation()).start().await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    world.registry.push("org/app", "5.0.7");
    assert!(scheduler.trigger(&world.image().parse()?));
    assert!(!scheduler.trigger(&"example.com/other".parse()?));
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.7"));
    let policy = &scheduler.status().automations[0].policies[0];
    assert_eq!(policy.previous, Some(format!("{}:5.0.1", world.image())));
    #[cfg(feature = "webhook")]
    {
        use tagwright::registry::webhook::Trigger;
        assert!(scheduler.webhook(&Trigger::Any));
        assert_eq!(scanned(&mut events).await, 6);
        let repository = world.image().parse()?;
        let (tag, digest) = (Some("9.9.9".to_owned()), None);
        let image = Trigger::Image {
            repository,
            tag,
            digest,
        };
        assert!(scheduler.webhook(&image));
        assert_eq!(
            scanned(&mut events).await,
            6,
            "what a webhook says is not taken"
        );
    }
    Ok(())
}

async fn many_triggers_are_one() -> TestResult {
    let world = World::new();
    let scheduler = slow().add(&world.automation()).start().await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    world.registry.clear_requests();
    let image = world.image().parse()?;
    for _ in 0..1000 {
        assert!(scheduler.trigger(&image));
    }
    scanned(&mut events).await;
    // One for each that is under way, and one for all that came while it was.
    assert!(
        listings(&world.registry) <= 2,
        "{}",
        listings(&world.registry)
    );
    Ok(())
}

async fn what_is_suspended_rests() -> TestResult {
    let world = World::new();
    let scheduler = slow().add(&world.automation()).start().await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    let name = scheduler.status().automations[0].automation.clone();
    let (image, automation) = (Watching::Image(world.image()), Watching::Automation(name));
    assert!(scheduler.suspend(&image) && scheduler.suspend(&automation));
    assert!(!scheduler.suspend(&Watching::Image("example.com/other".to_owned())));
    let status = scheduler.status();
    assert!(status.images[0].suspended && status.automations[0].suspended);
    assert_eq!(
        (status.images[0].next_scan, status.automations[0].next_run),
        (None, None)
    );
    world.registry.push("org/app", "5.0.7");
    scheduler.trigger_all();
    assert_eq!(scheduler.status().images[0].next_scan, None);
    assert!(scheduler.resume(&automation));
    ran(&mut events).await;
    assert_eq!(
        world.read("apps/app.yaml"),
        world.deployment("5.0.1"),
        "it was not listed"
    );
    assert!(scheduler.resume(&image));
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.7"));
    Ok(())
}

async fn a_policy_keeps_its_choice() -> TestResult {
    let world = World::new();
    let mut builder = world.automation();
    builder.policy("flux-system:all", &world.image(), semver("*"));
    let scheduler = slow().add(&builder).start().await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    let what = Watching::Policy {
        automation: "tagwright".to_owned(),
        policy: "flux-system:app".to_owned(),
    };
    assert!(scheduler.suspend(&what));
    world.registry.push_tags("org/app", ["5.0.7", "6.0.0"]);
    assert!(scheduler.trigger(&world.image().parse()?));
    let policy = wait(&mut events, |event| match event {
        Event::Selected { policy, .. } => Some(policy.clone()),
        _ => None,
    });
    assert_eq!(policy.await, "flux-system:all");
    let status = scheduler.status();
    let policies = &status.automations[0].policies;
    assert!(policies[0].suspended && !policies[1].suspended);
    assert_eq!(
        policies[0].selected,
        Some(format!("{}:5.0.1", world.image()))
    );
    assert!(scheduler.resume(&what));
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.7"));
    Ok(())
}

async fn one_listing_serves_all() -> TestResult {
    let (world, other) = (World::new(), World::new());
    let client = client(&world.registry);
    let mut first = world.automation();
    first.name("", "first").client(client.clone());
    let mut second = other.bare_automation();
    second.name("", "second").client(client);
    second.policy("flux-system:app", &world.image(), semver("5.1.x"));
    let scheduler = slow().add(&first).add(&second).start().await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    applied(&mut events).await;
    assert_eq!(listings(&world.registry), 1);
    let image = &scheduler.status().images[0];
    assert!(
        !image.scanning && image.next_scan > Some(SystemTime::now() + HOUR / 2),
        "{image:?}"
    );
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    Ok(())
}

async fn a_failing_image_stops_no_other() -> TestResult {
    let world = World::new();
    world.registry.push("org/other", "1.0.0");
    world
        .registry
        .fault("/org/other/", usize::MAX, Fault::status(404));
    let mut builder = world.automation();
    let other = format!("{}/org/other", world.registry.address());
    builder.policy("flux-system:other", &other, semver("*"));
    let scheduler = slow().add(&builder).start().await?;
    let mut events = scheduler.events();
    let error = wait(&mut events, |event| match event {
        Event::ScanFailed { image, error, .. } if *image == other => Some(error.clone()),
        _ => None,
    });
    let error = error.await;
    // It may have run meanwhile.
    while world.read("apps/app.yaml") != world.deployment("5.0.1") {
        applied(&mut events).await;
    }
    let status = scheduler.status();
    assert_eq!(status.images[1].last_error, Some(error));
    assert_eq!(status.images[0].last_error, None);

    world.registry.clear_faults();
    assert!(scheduler.trigger(&other.parse()?));
    wait(&mut events, |event| match event {
        Event::Scanned { image, .. } => (*image == other).then_some(()),
        _ => None,
    })
    .await;
    assert_eq!(scheduler.status().images[1].last_error, None);
    Ok(())
}

async fn stopping_waits_for_a_push() -> TestResult {
    let (world, folder) = (World::new(), tempfile::tempdir()?);
    hold_pushes(&world, folder.path());
    let scheduler = slow().add(&world.automation()).start().await?;
    until_there(&folder.path().join("pushing")).await;
    let mut stop = std::pin::pin!(scheduler.stop(HOUR));
    tokio::select! {
        biased;
        () = &mut stop => panic!("the push is held"),
        () = tokio::time::sleep(Duration::from_millis(50)) => {}
    }
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.0"));
    std::fs::write(folder.path().join("go"), b"")?;
    stop.await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    assert!(scheduler.status().automations[0].last_commit.is_some());
    Ok(())
}

async fn a_deadline_ends_a_push_whole() -> TestResult {
    let (world, folder) = (World::new(), tempfile::tempdir()?);
    hold_pushes(&world, folder.path());
    let scheduler = slow().add(&world.automation()).start().await?;
    until_there(&folder.path().join("pushing")).await;
    scheduler.stop(Duration::ZERO).await;
    std::fs::write(folder.path().join("go"), b"")?;
    // Whatever became of that push, the next run finds it or does it.
    let automation = world.automation().build()?;
    let _ = automation.run().await?;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    let commits = world.repository.git(&["rev-list", "--count", "main"]);
    assert_eq!(commits.trim(), "2", "no commit is made twice");
    Ok(())
}

async fn a_restart_goes_on() -> TestResult {
    let world = World::new();
    let state = Arc::new(MemoryState::new());
    let begin = async || {
        let mut builder = slow();
        builder
            .state(Arc::clone(&state) as _)
            .add(&world.automation());
        builder.start().await
    };
    let scheduler = begin().await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    world.registry.push("org/app", "5.0.7");
    assert!(scheduler.trigger(&world.image().parse()?));
    let commit = applied(&mut events).await;
    scheduler.stop(HOUR).await;

    let scheduler = begin().await?;
    let status = scheduler.status();
    let soon = Some(SystemTime::now() + HOUR / 2);
    let (automation, policy) = (&status.automations[0], &status.automations[0].policies[0]);
    assert_eq!(automation.last_commit, Some(commit));
    assert!(automation.last_success.is_some(), "{status:?}");
    let tagged = |tag: &str| Some(format!("{}:{tag}", world.image()));
    assert_eq!(
        (policy.selected.clone(), policy.previous.clone()),
        (tagged("5.0.7"), tagged("5.0.1"))
    );
    let image = &status.images[0];
    assert!(
        image.last_scan.is_some() && image.tags == Some(6),
        "{image:?}"
    );
    assert!(image.next_scan > soon, "{image:?}");
    assert!(status.automations[0].next_run > soon, "{status:?}");

    // What runs earlier nevertheless takes what was chosen, and lists nothing.
    world.registry.clear_requests();
    let mut events = scheduler.events();
    assert!(scheduler.run_now("tagwright"));
    ran(&mut events).await;
    assert_eq!(listings(&world.registry), 0);
    let policy = &scheduler.status().automations[0].policies[0];
    assert_eq!(
        (policy.selected.clone(), policy.previous.clone()),
        (tagged("5.0.7"), tagged("5.0.1"))
    );
    // A new choice is one.
    world.registry.push("org/app", "5.0.8");
    assert!(scheduler.trigger(&world.image().parse()?));
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.8"));
    scheduler.stop(HOUR).await;

    // Another policy did not choose that.
    let mut other = world.bare_automation();
    other.policy("flux-system:app", &world.image(), semver("4.x"));
    let mut builder = slow();
    builder.state(Arc::clone(&state) as _).add(&other);
    let scheduler = builder.start().await?;
    let mut events = scheduler.events();
    let what = Watching::Automation("tagwright".to_owned());
    assert!(scheduler.suspend(&what) && scheduler.resume(&what));
    applied(&mut events).await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("4.9.9"));
    Ok(())
}

/// What a test says it has.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<SourceLoad>>, Arc<Mutex<String>>);

impl Said {
    fn say(&self, version: &str, load: SourceLoad) {
        *self.0.lock().expect("the load") = load;
        version.clone_into(&mut self.1.lock().expect("the version"));
    }
}

impl AutomationSource for Said {
    fn load<'a>(&'a self, known: Option<&'a str>) -> SourceFuture<'a> {
        Box::pin(async move {
            let version = self.1.lock().expect("the version").clone();
            let load = self.0.lock().expect("the load").clone();
            Ok((known != Some(&*version)).then_some(load))
        })
    }
}

fn load<'a>(
    version: &str,
    builders: impl IntoIterator<Item = &'a AutomationBuilder>,
) -> SourceLoad {
    SourceLoad::new(version, builders.into_iter().cloned())
}

async fn a_source_is_read_before_each_run() -> TestResult {
    let world = World::new();
    let said = Said::default();
    said.say("1", load("1", [&world.automation()]));
    let mut builder = slow();
    builder.source(said.clone()).source_interval(HOUR);
    let scheduler = builder.start().await?;
    let mut events = scheduler.events();
    applied(&mut events).await;

    let mut other = world.bare_automation();
    other.policy("flux-system:app", &world.image(), semver("4.x"));
    said.say("2", load("2", [&other]));
    world.registry.push("org/app", "5.0.7");
    assert!(scheduler.trigger(&world.image().parse()?));
    applied(&mut events).await;
    assert_eq!(
        world.read("apps/app.yaml"),
        world.deployment("4.9.9"),
        "5.0.7 was never written"
    );
    let commits = world.repository.git(&["rev-list", "--count", "main"]);
    assert_eq!(commits.trim(), "3");

    said.say("3", load("3", []));
    let what = Watching::Automation("tagwright".to_owned());
    assert!(scheduler.suspend(&what) && scheduler.resume(&what));
    let left = wait(&mut events, |event| match event {
        Event::Loaded { automations, .. } => Some(*automations),
        _ => None,
    });
    assert_eq!(left.await, 0);
    let status = scheduler.status();
    assert!(
        status.images.is_empty() && status.automations.is_empty(),
        "{status:?}"
    );
    Ok(())
}

async fn what_is_broken_stays_as_it_was() -> TestResult {
    let world = World::new();
    let said = Said::default();
    said.say("1", load("1", [&world.automation()]));
    let mut builder = slow();
    builder
        .source(said.clone())
        .source_interval(Duration::from_millis(20));
    let scheduler = builder.start().await?;
    let mut events = scheduler.events();
    applied(&mut events).await;

    let broken: Problem = serde_json::from_value(serde_json::json!({
        "severity": "error", "kind": "file", "subject": "apps/app.yaml:1:1", "message": "no YAML",
    }))?;
    said.say("2", load("2", []).with_problems([broken]));
    let error = wait(&mut events, |event| match event {
        Event::LoadFailed { error, .. } => Some(error.clone()),
        _ => None,
    });
    let error = error.await;
    assert_eq!(error, "apps/app.yaml:1:1: error: no YAML");
    let status = scheduler.status();
    assert_eq!(
        (status.automations.len(), status.load_error),
        (1, Some(error))
    );

    let mut unbuilt = world.automation();
    unbuilt.branch("a b");
    said.say("3", load("3", [&unbuilt]));
    wait(&mut events, |event| {
        matches!(event, Event::LoadFailed { .. }).then_some(())
    })
    .await;
    world.registry.push("org/app", "5.0.7");
    assert!(scheduler.trigger(&world.image().parse()?));
    applied(&mut events).await;
    assert_eq!(
        world.read("apps/app.yaml"),
        world.deployment("5.0.7"),
        "the last good one runs"
    );

    said.say("4", load("4", [&world.automation()]));
    wait(&mut events, |event| {
        matches!(event, Event::Loaded { .. }).then_some(())
    })
    .await;
    assert_eq!(scheduler.status().load_error, None);
    Ok(())
}

async fn names_are_unique() -> TestResult {
    let world = World::new();
    let mut builder = slow();
    let error = builder
        .add(&world.automation())
        .add(&world.automation())
        .start()
        .await;
    assert_eq!(
        error.expect_err("both are named tagwright").to_string(),
        "two automations are named tagwright; give each a name or a scope of its own"
    );
    Ok(())
}

async fn a_branch_template_makes_many() -> TestResult {
    let world = World::new();
    let marked =
        |name: &str| format!("{name}: 5.0.0 # {{\"$imagepolicy\": \"flux-system:{name}:tag\"}}\n");
    world.commit("x.yaml", &["a", "b"].map(marked).concat());
    let mut builder = world.bare_automation();
    builder.name("", "apps").branch_template("update/{name}");
    for name in ["a", "b"] {
        builder.policy(
            &format!("flux-system:{name}"),
            &world.image(),
            semver("5.0.x"),
        );
    }
    let scheduler = slow().add(&builder).start().await?;
    let mut events = scheduler.events();
    let mut tips = vec![applied(&mut events).await, applied(&mut events).await];
    tips.sort();
    let mut pushed: Vec<_> = ["update/a", "update/b"]
        .into_iter()
        .filter_map(|branch| world.repository.tip(branch))
        .collect();
    pushed.sort();
    assert_eq!(tips, pushed);
    assert_eq!(listings(&world.registry), 1);
    let status = scheduler.status();
    let names: Vec<_> = status
        .automations
        .iter()
        .map(|one| &*one.automation)
        .collect();
    assert_eq!(names, ["apps/flux-system:a", "apps/flux-system:b"]);
    scheduler.stop(HOUR).await;
    let started = slow()
        .add(builder.branch_template("update/{tag}"))
        .start()
        .await;
    assert!(
        started.is_err_and(|error| error.to_string().contains("only once a policy has chosen"))
    );
    Ok(())
}

/// Its push is whole before the scheduler ends, although the automation is not there any more.
async fn what_goes_while_it_runs_is_waited_for() -> TestResult {
    let (world, folder) = (World::new(), tempfile::tempdir()?);
    hold_pushes(&world, folder.path());
    let said = Said::default();
    said.say("1", load("1", [&world.automation()]));
    let mut builder = slow();
    let interval = Duration::from_millis(20);
    builder.source(said.clone()).source_interval(interval);
    let scheduler = builder.start().await?;
    let mut events = scheduler.events();
    until_there(&folder.path().join("pushing")).await;
    said.say("2", load("2", []));
    wait(&mut events, |event| match event {
        Event::Loaded { automations, .. } => (*automations == 0).then_some(()),
        _ => None,
    })
    .await;
    let mut stop = std::pin::pin!(scheduler.stop(HOUR));
    tokio::select! {
        biased;
        () = &mut stop => panic!("the push is held"),
        () = tokio::time::sleep(Duration::from_millis(50)) => {}
    }
    std::fs::write(folder.path().join("go"), b"")?;
    stop.await;
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    applied(&mut events).await;
    assert_eq!(events.next().await, None);
    Ok(())
}

async fn intervals_may_be_for_ever() -> TestResult {
    let world = World::new();
    let mut builder = Scheduler::builder();
    builder.scan_interval(Duration::MAX).jitter(1.0);
    builder.run_interval(Duration::MAX).add(&world.automation());
    let scheduler = builder.start().await?;
    let mut events = scheduler.events();
    applied(&mut events).await;
    assert!(scheduler.status().images[0].next_scan > Some(SystemTime::now() + HOUR));
    world.registry.push("org/app", "5.0.7");
    assert!(scheduler.trigger(&world.image().parse()?));
    applied(&mut events).await;
    Ok(())
}

/// Panics whenever it is asked again.
struct Panics(SourceLoad);

impl AutomationSource for Panics {
    fn load<'a>(&'a self, known: Option<&'a str>) -> SourceFuture<'a> {
        assert_eq!(known, None, "a fault of the program");
        Box::pin(async { Ok(Some(self.0.clone())) })
    }
}

async fn a_panic_is_told() -> TestResult {
    let world = World::new();
    let source = Panics(load("1", [&world.automation()]));
    let scheduler = slow().source(source).start().await?;
    let mut events = scheduler.events();
    let error = wait(&mut events, |event| match event {
        Event::RunFailed { error, .. } => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.await, "the work panicked");
    assert!(!scheduler.status().automations[0].running);
    scheduler.stop(HOUR).await;
    assert_eq!(events.next().await, None);
    Ok(())
}

/// Answers once, and then never.
struct Hangs(SourceLoad);

impl AutomationSource for Hangs {
    fn load<'a>(&'a self, known: Option<&'a str>) -> SourceFuture<'a> {
        Box::pin(async move {
            match known {
                None => Ok(Some(self.0.clone())),
                Some(_) => std::future::pending().await,
            }
        })
    }
}

async fn a_source_that_hangs_stops_nobody() -> TestResult {
    let world = World::new();
    let mut builder = slow();
    builder.source(Hangs(load("1", [&world.automation()])));
    builder.source_interval(Duration::from_millis(20));
    builder.patience(Duration::from_millis(20));
    let scheduler = builder.start().await?;
    let (mut told, mut written) = (false, false);
    let mut events = scheduler.events();
    while !(told && written) {
        match events.next().await.expect("it goes on") {
            Event::LoadFailed { error, .. } => {
                let late = "the source did not answer in 20ms; it is asked again at its interval";
                assert_eq!(error, late);
                told = true;
            }
            Event::Applied { .. } => written = true,
            _ => {}
        }
    }
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    assert!(scheduler.status().load_error.is_some());
    Ok(())
}

/// Never answers.
struct Deaf;

impl StateStore for Deaf {
    fn load<'a>(&'a self, _: &'a str) -> StateFuture<'a, Option<Vec<u8>>> {
        Box::pin(std::future::pending())
    }

    fn store<'a>(&'a self, _: &'a str, _: &'a [u8]) -> StateFuture<'a, ()> {
        Box::pin(std::future::pending())
    }

    fn remove<'a>(&'a self, _: &'a str) -> StateFuture<'a, ()> {
        Box::pin(std::future::pending())
    }
}

async fn a_state_that_hangs_stops_nobody() -> TestResult {
    let world = World::new();
    let mut builder = slow();
    builder.add(&world.automation()).state(Arc::new(Deaf));
    builder.patience(Duration::from_millis(20));
    let scheduler = builder.start().await?;
    let mut events = scheduler.events();
    let error = wait(&mut events, |event| match event {
        Event::StateFailed { error, .. } => Some(error.clone()),
        _ => None,
    });
    assert_eq!(
        error.await,
        "the state did not answer; see to its store (waited 20ms)"
    );
    assert_eq!(scanned(&mut events).await, 5);
    Ok(())
}

/// Never says that it is known.
struct Repeats(SourceLoad);

impl AutomationSource for Repeats {
    fn load<'a>(&'a self, _: Option<&'a str>) -> SourceFuture<'a> {
        Box::pin(async { Ok(Some(self.0.clone())) })
    }
}

async fn a_version_that_is_known_is_no_change() -> TestResult {
    let world = World::new();
    let mut builder = slow();
    builder.source(Repeats(load("1", [&world.automation()])));
    let scheduler = builder.start().await?;
    let mut events = scheduler.events();
    let mut loads = 0;
    loop {
        match events.next().await.expect("it goes on") {
            Event::Loaded { .. } => loads += 1,
            Event::Applied { .. } => break,
            _ => {}
        }
    }
    assert_eq!(loads, 1);
    Ok(())
}

async fn no_event_is_lost_at_the_beginning() -> TestResult {
    let world = World::new();
    let scheduler = slow().add(&world.automation()).start().await?;
    while scheduler.status().automations[0].last_commit.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!scheduler.status().stopped);
    let mut events = scheduler.events();
    scheduler.stop(HOUR).await;
    assert!(scheduler.status().stopped);
    assert_eq!(scanned(&mut events).await, 5);
    applied(&mut events).await;
    assert_eq!(events.next().await, None);

    let jitter = slow()
        .jitter(f64::NAN)
        .add(&world.automation())
        .start()
        .await;
    assert_eq!(
        jitter.expect_err("it is no number").to_string(),
        "the jitter is NaN; give a part from 0 to 1"
    );
    Ok(())
}
