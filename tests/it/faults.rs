//! What breaks in the middle of a run: nothing is lost, nothing is done twice.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tagwright::gitwrite::{
    Change, CommitSpec, Control, Error, Proposal, Remote, Signature, TreePath, Update,
};
use tagwright::policy::Policy;
use tagwright::registry::Client;
use tagwright::{Applied, Automation, Dialect, ErrorKind, blocking};
use tagwright_testkit::harness::{TestResult, Trial, async_test, test};
use tagwright_testkit::oci::{Fault, Registry};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::world::{World, semver};

/// The step at which a child kills itself.
const STEP: &str = "TAGWRIGHT_IT_STEP";
const IMAGE: &str = "TAGWRIGHT_IT_IMAGE";
const REPOSITORY: &str = "TAGWRIGHT_IT_REPOSITORY";

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("faults::killed_at_every_step", killed_at_every_step),
        async_test("faults::one_registry_of_ten", one_registry_of_ten),
        async_test("faults::the_branch_is_deleted", the_branch_is_deleted),
    ]
}

/// At each thing that a run tells of itself it is killed, and run again after somebody else pushed.
fn killed_at_every_step() -> TestResult {
    let world = World::new();
    let base = world.repository.tip("main").expect("a first commit");
    let temporary = world.repository.path().join("temporary");
    fs::create_dir(&temporary)?;
    for step in 1.. {
        let killed = !run_in_child(&world, &temporary, step)?.success();
        // Once: a push of the killed run may still be on its way.
        let found = world.read("apps/app.yaml");
        let untouched = found == world.deployment("5.0.0");
        assert!(
            found == world.deployment("5.0.1") || (killed && untouched),
            "step {step}"
        );

        push_as_somebody_else(&world)?;
        assert!(run_in_child(&world, &temporary, usize::MAX)?.success());
        assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
        assert_eq!(world.read("foreign.txt"), "kept\n");
        let count = world
            .repository
            .git(&["rev-list", "--count", &format!("{base}..main")]);
        assert_eq!(count.trim(), "2", "step {step}: ours once, and theirs");
        assert_eq!(fs::read_dir(&temporary)?.count(), 0, "step {step}");

        if !killed {
            assert!(step > 10, "a run tells of more than {step} steps");
            return Ok(());
        }
        world
            .repository
            .git(&["update-ref", "refs/heads/main", &base]);
    }
    unreachable!("a run ends")
}

/// This program again, as the child of [`child`].
fn run_in_child(world: &World, temporary: &Path, step: usize) -> std::io::Result<ExitStatus> {
    Command::new(env::current_exe()?)
        .env(STEP, step.to_string())
        .env(IMAGE, world.image())
        .env(REPOSITORY, world.repository.url())
        .env("TMPDIR", temporary)
        .status()
}

/// A run that ends in the midst of it, when this program was started for that.
pub(crate) fn child() -> Option<ExitCode> {
    let step = env::var(STEP).ok()?.parse().expect("a number");
    let killer = Killer {
        left: AtomicUsize::new(step),
    };
    tracing::subscriber::set_global_default(killer).expect("nobody else listens");
    let run = automation_of_child().and_then(|automation| automation.run());
    Some(match run {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

fn automation_of_child() -> Result<blocking::Automation, tagwright::Error> {
    let variable = |name| env::var(name).expect("it is set");
    let image = variable(IMAGE);
    let host = image.split('/').next().expect("a host");
    let client = Client::builder()
        .plain_http(host)
        .build()
        .expect("a client");
    let policy = Policy::builder(Dialect::Flux)
        .semver("5.0.x")
        .build()
        .expect("a policy");
    let mut builder = Automation::builder();
    builder
        .client(client)
        .policy("flux-system:app", &image, policy)
        .remote(Remote::new(&variable(REPOSITORY)).expect("a URL"))
        .branch("main")
        .author("tagwright", "tagwright@example.com");
    blocking::Automation::new(builder.build()?)
}

/// Kills the process, as `kill -KILL` does, when so many things were told.
struct Killer {
    left: AtomicUsize,
}

impl Killer {
    fn step(&self) {
        if self.left.fetch_sub(1, SeqCst) == 1 {
            let own = rustix::process::getpid();
            rustix::process::kill_process(own, rustix::process::Signal::KILL).expect("it is ours");
        }
    }
}

impl Subscriber for Killer {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("tagwright")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        self.step();
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        self.step();
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn try_close(&self, _: Id) -> bool {
        self.step();
        true
    }
}

/// By an update, which repeats when that push comes first.
fn push_as_somebody_else(world: &World) -> Result<(), Error> {
    let remote = Remote::new(&world.repository.url())?;
    let author = Signature::new("Somebody Else", "else@example.com")?;
    remote.update(&Update::of_branch("main")?, &Control::new(), |_| {
        let change = Change::create(TreePath::new("foreign.txt")?, "kept\n");
        let spec = CommitSpec::new(author.clone(), "theirs")?;
        Ok::<_, Error>(Some(Proposal::new(vec![change], spec)))
    })?;
    Ok(())
}

/// The nine others go on, and what the tenth would have changed keeps its value and says why.
async fn one_registry_of_ten() -> TestResult {
    let world = World::new();
    let ill = Registry::start();
    ill.push_tags("org/app", ["5.0.0", "5.0.1"]);
    ill.fault("/v2/org/app/tags/list", usize::MAX, Fault::status(500));
    let client = Client::builder()
        .plain_http(world.registry.address())
        .plain_http(ill.address())
        .limits(tagwright::registry::Limits::default().attempts(1))
        .build()?;
    let mut builder = world.bare_automation();
    builder.client(client);
    let mut text = String::new();
    for number in 0..10 {
        let name = format!("flux-system:app{number}");
        let image = match number {
            7 => format!("{}/org/app", ill.address()),
            _ => world.image(),
        };
        builder.policy(&name, &image, semver("5.0.x"));
        writeln!(
            text,
            "tag{number}: 5.0.0 # {{\"$imagepolicy\": \"{name}:tag\"}}"
        )?;
    }
    world.commit("tags.yaml", &text);

    let report = builder.build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(report.is_partial());
    assert_eq!(report.plan().problems().len(), 1, "{report}");
    assert_eq!(report.plan().problems()[0].subject(), "flux-system:app7");
    let expected = text.replace(": 5.0.0", ": 5.0.1");
    let expected = expected.replace("tag7: 5.0.1", "tag7: 5.0.0");
    assert_eq!(world.read("tags.yaml"), expected);

    ill.clear_faults();
    let report = builder.build()?.run().await?;
    assert!(!report.is_partial(), "{report}");
    assert_eq!(world.read("tags.yaml"), text.replace(": 5.0.0", ": 5.0.1"));
    Ok(())
}

/// A branch that is gone is told, and is not made anew by a push.
async fn the_branch_is_deleted() -> TestResult {
    let world = World::new();
    let automation = world.automation().build()?;
    let plan = automation.plan().await?;
    let tip = world.repository.tip("main").expect("a tip");
    world
        .repository
        .git(&["update-ref", "-d", "refs/heads/main"]);
    for error in [
        automation.apply(&plan).await.expect_err("no branch"),
        automation.run().await.expect_err("no branch"),
    ] {
        assert_eq!(error.kind(), ErrorKind::Repository, "{error}");
        assert!(error.to_string().contains("main"), "{error}");
    }
    assert_eq!(world.repository.tip("main"), None);

    world
        .repository
        .git(&["update-ref", "refs/heads/main", &tip]);
    let applied = automation.apply(&plan).await?;
    assert!(matches!(applied, Applied::Pushed(_)), "{applied}");
    Ok(())
}
