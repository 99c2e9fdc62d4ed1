//! What goes wrong from the first day: each is an error or a problem that names the thing, and the repository stays.

use tagwright::gitwrite::Remote;
use tagwright::registry::{Client, Credential, StaticKeychain};
use tagwright::{Applied, Dialect, ErrorKind, OutcomeKind, blocking};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, async_test, test};
use tagwright_testkit::oci::Registry;

use crate::world::{World, client, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("bad_input::unreachable_registry", unreachable_registry),
        async_test("bad_input::missing_image", missing_image),
        async_test("bad_input::no_tag_matches", no_tag_matches),
        async_test("bad_input::wrong_password", wrong_password),
        async_test(
            "bad_input::one_failing_image_holds_up_no_other",
            one_failing_image_holds_up_no_other,
        ),
        async_test(
            "bad_input::file_that_does_not_parse",
            file_that_does_not_parse,
        ),
        async_test("bad_input::missing_branch", missing_branch),
        async_test("bad_input::missing_repository", missing_repository),
        async_test("bad_input::refused_push", refused_push),
        async_test("bad_input::template_that_fails", template_that_fails),
        async_test("bad_input::mistyped_path", mistyped_path),
        async_test("bad_input::names_that_are_no_tags", names_that_are_no_tags),
        async_test(
            "bad_input::file_name_that_speaks_to_the_terminal",
            file_name_that_speaks_to_the_terminal,
        ),
        test(
            "bad_input::several_failures_are_printed_by_main",
            several_failures_are_printed_by_main,
        ),
        test(
            "bad_input::builder_names_what_is_missing",
            builder_names_what_is_missing,
        ),
    ]
}

/// The run fails, says so with these words, and the repository is as it was.
async fn fails(
    world: &World,
    automation: &tagwright::AutomationBuilder,
    kind: ErrorKind,
    words: &[&str],
) -> TestResult {
    let before = world.repository.git(&["for-each-ref"]);
    let error = automation
        .build()?
        .run()
        .await
        .expect_err("the run must fail");
    assert_eq!(error.kind(), kind, "{error}");
    for word in words {
        assert!(error.to_string().contains(word), "'{word}' in: {error}");
    }
    assert!(!error.to_string().contains('\n'), "one line: {error}");
    assert_eq!(world.repository.git(&["for-each-ref"]), before);
    Ok(())
}

async fn unreachable_registry() -> TestResult {
    let world = World::new();
    let gone = Registry::start();
    let (address, client) = (gone.address(), client(&gone));
    drop(gone);
    let mut builder = world.bare_automation();
    builder.client(client).policy(
        "flux-system:app",
        &format!("{address}/org/app"),
        semver("*"),
    );
    fails(
        &world,
        &builder,
        ErrorKind::NothingSelected,
        &["flux-system:app", &address, "org/app"],
    )
    .await
}

async fn missing_image() -> TestResult {
    let world = World::new();
    let mut builder = world.bare_automation();
    builder.policy(
        "flux-system:app",
        &format!("{}/org/nothing", world.registry.address()),
        semver("*"),
    );
    fails(
        &world,
        &builder,
        ErrorKind::NothingSelected,
        &["flux-system:app", "org/nothing"],
    )
    .await
}

async fn no_tag_matches() -> TestResult {
    let world = World::new();
    let mut builder = world.bare_automation();
    builder.policy("flux-system:app", &world.image(), semver(">=9.0.0"));
    let words = [
        "flux-system:app",
        "no tag of",
        "org/app",
        ">=9.0.0",
        "4 are out of range",
    ];
    fails(&world, &builder, ErrorKind::NothingSelected, &words).await
}

async fn wrong_password() -> TestResult {
    let world = World::new();
    let guarded = Registry::builder().basic_auth("ada", "lovelace").start();
    guarded.push("org/app", "1.0.0");
    for credential in [Credential::Anonymous, Credential::basic("ada", "wrong-one")] {
        let keychain = StaticKeychain::new().with(guarded.address(), credential);
        let client = Client::builder()
            .plain_http(guarded.address())
            .keychain(keychain)
            .build()?;
        let mut builder = world.bare_automation();
        builder.client(client).policy(
            "flux-system:app",
            &format!("{}/org/app", guarded.address()),
            semver("*"),
        );
        fails(
            &world,
            &builder,
            ErrorKind::NothingSelected,
            &["flux-system:app", &guarded.address(), "credential"],
        )
        .await?;
    }
    Ok(())
}

async fn one_failing_image_holds_up_no_other() -> TestResult {
    let world = World::new();
    world.commit(
        "apps/other.yaml",
        "tag: 1.0.0 # {\"$imagepolicy\": \"flux-system:other:tag\"}\n",
    );
    let mut builder = world.automation();
    builder.policy(
        "flux-system:other",
        &format!("{}/org/other", world.registry.address()),
        semver("*"),
    );
    let report = builder.build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(report.is_partial());
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    assert_eq!(report.plan().problems()[0].subject(), "flux-system:other");
    let withheld = report
        .plan()
        .outcomes()
        .iter()
        .find(|outcome| outcome.kind() == OutcomeKind::Withheld);
    assert_eq!(
        withheld.map(tagwright::Outcome::file),
        Some("apps/other.yaml")
    );
    Ok(())
}

async fn file_that_does_not_parse() -> TestResult {
    let world = World::new();
    world.commit(
        "apps/broken.yaml",
        "a: 1\n{{ if }} # {\"$imagepolicy\": \"flux-system:app\"}\n",
    );
    world.commit("apps/unmarked.yaml", "{{ if }}: a: b\n");
    let report = world.automation().build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(report.is_partial());
    let [problem] = report.plan().problems() else {
        panic!("one problem: {:?}", report.plan().problems())
    };
    assert_eq!(problem.subject(), "apps/broken.yaml");
    assert!(
        problem.message().contains("line 2") || problem.message().contains("2:"),
        "{problem}"
    );
    Ok(())
}

async fn missing_branch() -> TestResult {
    let world = World::new();
    let mut builder = world.automation();
    builder.branch("nowhere");
    fails(
        &world,
        &builder,
        ErrorKind::Repository,
        &["nowhere", &world.repository.url()],
    )
    .await
}

async fn missing_repository() -> TestResult {
    let world = World::new();
    let url = BareRepository::new().url();
    let mut builder = world.automation();
    builder.remote(Remote::new(&url)?);
    fails(&world, &builder, ErrorKind::Repository, &[&url]).await
}

async fn refused_push() -> TestResult {
    let world = World::new();
    world.repository.hook(
        "pre-receive",
        "#!/bin/sh\necho 'only by review' >&2\nexit 1\n",
    );
    fails(
        &world,
        &world.automation(),
        ErrorKind::Rejected,
        &["main", "only by review"],
    )
    .await
}

async fn template_that_fails() -> TestResult {
    let world = World::new();
    let mut builder = world.automation();
    builder.message(tagwright::message::Template::go("{{ .Nothing }}")?);
    fails(&world, &builder, ErrorKind::Message, &["Nothing", "line 1"]).await
}

fn builder_names_what_is_missing() {
    let world = World::new();
    let text = |builder: &tagwright::AutomationBuilder| {
        builder.build().expect_err("it must not build").to_string()
    };
    let mut builder = tagwright::AutomationBuilder::new();
    assert_eq!(
        text(&builder),
        "an automation needs at least one policy; add one"
    );
    builder.policy("flux-system:app", "ghcr.io/org/app", semver("*"));
    assert_eq!(text(&builder), "an automation needs a branch; give one");
    builder.branch("main");
    assert_eq!(text(&builder), "an automation needs a remote; give one");
    builder.remote(Remote::new(&world.repository.url()).expect("a URL"));
    assert_eq!(text(&builder), "an automation needs an author; give one");
    let mut twice = world.automation();
    twice.policy("flux-system:app", "ghcr.io/org/app", semver("*"));
    assert_eq!(
        text(&twice),
        "two policies are named 'flux-system:app'; names are unique"
    );
    let mut scheme = world.bare_automation();
    scheme.policy("a", "https://ghcr.io/org/app", semver("*"));
    assert_eq!(
        text(&scheme),
        "policy 'a': the image starts with 'https://', which is no part of a reference; write ghcr.io/org/app"
    );
    let mut fleet = world.bare_automation();
    fleet
        .dialect(Dialect::Fleet)
        .policy("a", "alpine", semver("*"));
    assert_eq!(
        text(&fleet),
        "policy 'a': it is built for Flux and the automation for Fleet; build both for one dialect"
    );
    for branch in ["a b", "..", ""] {
        assert!(
            text(world.automation().branch(branch)).contains("branch"),
            "{branch}"
        );
        assert!(
            text(world.automation().push_branch(branch)).contains("branch"),
            "{branch}"
        );
    }
}

async fn mistyped_path() -> TestResult {
    let world = World::new();
    let report = world.automation().path("./app").build()?.run().await?;
    assert_eq!(report.applied(), &Applied::NothingToDo);
    assert!(report.is_partial());
    assert!(
        report
            .to_string()
            .contains("path: error: no YAML file stands under 'app' on main; correct the path"),
        "{report}"
    );
    let plan = world
        .automation()
        .path("../../apps")
        .build()?
        .plan()
        .await?;
    assert_eq!(plan.edits().len(), 1);
    assert_eq!(
        plan.problems()[0].to_string(),
        "path: warning: '../../apps' leaves the repository; taken as apps"
    );
    Ok(())
}

async fn names_that_are_no_tags() -> TestResult {
    let world = World::new();
    world
        .registry
        .push_tags("org/app", ["5.0.9+build", "bad tag"]);
    let plan = world.automation().build()?.plan().await?;
    assert_eq!(
        plan.problems()[0].to_string(),
        "flux-system:app: warning: the registry lists 2 names outside of the tag grammar; left out"
    );
    assert!(!plan.is_partial());
    Ok(())
}

async fn file_name_that_speaks_to_the_terminal() -> TestResult {
    let world = World::new();
    world.commit(
        "apps/esc\u{1b}[31m\u{202e}.yaml",
        "a: b: c # {\"$imagepolicy\": \"flux-system:app\"}\n",
    );
    let plan = world.automation().build()?.plan().await?;
    assert!(plan.is_partial());
    for text in [plan.to_string(), plan.notes().to_string()] {
        assert!(
            text.contains("apps/esc␛[31m\u{fffd}.yaml: error: "),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    Ok(())
}

fn several_failures_are_printed_by_main() -> TestResult {
    let world = World::new();
    let mut builder = world.bare_automation();
    builder.refuse("a", "no reason").refuse("b", "no other");
    let error = blocking::Automation::new(builder.build()?)?
        .run()
        .expect_err("nothing is selected");
    assert_eq!(
        format!("{error:?}"),
        "none of 2 policies selected a tag; the first: a: error: no reason\n  a: error: no reason\n  b: error: no other"
    );
    Ok(())
}
