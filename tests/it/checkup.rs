//! Trying what automations need.

use tagwright::{Check, CheckKind, CheckState, Loader, ManifestSource, Source};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{Trial, async_test, test};
use tagwright_testkit::oci::Registry;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("checkup::all_is_tried_and_nothing_changed", all),
        async_test(
            "checkup::manifests_that_cannot_be_read_are_told",
            unreadable,
        ),
        async_test("checkup::manifests_without_automation_are_told", nothing),
        test("checkup::types_are_send_and_sync", send_and_sync),
    ]
}

fn config(registry: &Registry, repository: &BareRepository, branch: &str) -> String {
    format!(
        "images: {{app: {{image: '{}/org/app', insecure: true}}}}
policies: {{'apps:app': {{image: app, semver: '*'}}}}
targets:
  fleet: {{repository: '{}', branch: {branch}, commit: {{author: {{email: a@example.com}}}}}}
",
        registry.address(),
        repository.url()
    )
}

async fn check_up(text: String) -> Vec<Check> {
    let source = Source::text("tagwright.yaml", text);
    ManifestSource::config(source, &Loader::new())
        .check_up()
        .await
}

fn states(checks: &[Check]) -> Vec<(CheckKind, CheckState)> {
    let state = |check: &Check| (check.kind(), check.state());
    checks.iter().map(state).collect()
}

async fn all() {
    use CheckKind::{Clock, Git, Push, Registry as Reg, Repository};
    use CheckState::{Failed, Ok};
    let registry = Registry::start();
    registry.push_tags("org/app", ["1", "2"]);
    let repository = BareRepository::new();
    repository.commit("main", &[("a.yaml", b"a: b\n")], "Begin");
    let refs = repository.git(&["for-each-ref"]);
    let checks = check_up(config(&registry, &repository, "main")).await;
    let well = [
        (Git, Ok),
        (Reg, Ok),
        (Clock, Ok),
        (Repository, Ok),
        (Push, Ok),
    ];
    assert_eq!(states(&checks), well, "{checks:?}");
    assert_eq!(
        checks[1].to_string(),
        format!(
            "registry {}/org/app: ok: it lists tags: 2 on the first page",
            registry.address()
        )
    );
    assert_eq!(checks[0].subject(), "");
    assert!(
        checks[0].to_string().starts_with("git: ok: git "),
        "{}",
        checks[0]
    );
    let checks = check_up(config(&registry, &repository, "gone")).await;
    let lost = [
        (Git, Ok),
        (Reg, Ok),
        (Clock, Ok),
        (Repository, Failed),
        (Push, Ok),
    ];
    assert_eq!(states(&checks), lost, "{checks:?}");
    assert_eq!(
        checks[3].detail(),
        "it has no gone; push it, or correct the name"
    );
    assert_eq!(repository.git(&["for-each-ref"]), refs);
}

async fn unreadable() {
    let source = Source::directory("/nonexistent/manifests");
    let checks = ManifestSource::flux(source, &Loader::new())
        .check_up()
        .await;
    let [git, manifests] = &checks[..] else {
        panic!("{checks:?}");
    };
    assert_eq!(git.state(), CheckState::Ok);
    assert_eq!(manifests.state(), CheckState::Failed);
    assert_eq!(
        manifests.to_string(),
        "manifests: failed: the directory /nonexistent/manifests cannot be opened: No such file or directory (os error 2); correct it"
    );
}

async fn nothing() {
    let checks = check_up("images: {}\n".to_owned()).await;
    let [_, manifests] = &checks[..] else {
        panic!("{checks:?}");
    };
    assert_eq!(
        manifests.to_string(),
        "manifests: failed: they hold no automation; name a folder or a file that does"
    );
}

fn send_and_sync() {
    fn check<T: Send + Sync>() {}
    check::<Check>();
    check::<CheckKind>();
    check::<CheckState>();
}
