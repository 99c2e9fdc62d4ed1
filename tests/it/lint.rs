//! What is wrong with manifests and markers, at its place.

use tagwright::gitwrite::{Ref, Remote};
use tagwright::{Finding, FindingRule, FindingSeverity, Lint, Source};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, async_test, test};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("lint::a_branch_is_looked_at", a_branch),
        async_test("lint::a_broken_policy_is_no_missing_one", broken),
        test("lint::findings_are_send_and_sync", send_and_sync),
    ]
}

const POLICY: &str = "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: app, namespace: apps}
spec: {imageRepositoryRef: {name: app}, policy: {semver: {range: '*'}}}
";

async fn a_branch() -> TestResult {
    let repository = BareRepository::new();
    let marked = "image: app:1 # {\"$imagepolicy\": \"apps:ap\"}\n";
    let files: [(&str, &[u8]); 2] = [
        ("app.yaml", marked.as_bytes()),
        ("b/policy.yaml", POLICY.as_bytes()),
    ];
    repository.commit("main", &files, "Begin");
    let source = Source::repository(Remote::new(&repository.url())?, Ref::branch("main")?);
    let lint = source.lint().await?;
    assert_eq!(lint.files(), 2);
    let [marker, reference, unused] = lint.findings() else {
        panic!("{lint:?}");
    };
    assert_eq!(
        (marker.file(), marker.line(), marker.column()),
        ("app.yaml", 1, 14)
    );
    assert_eq!(marker.rule(), FindingRule::Marker);
    assert_eq!(marker.severity(), FindingSeverity::Warning);
    assert_eq!(
        marker.message(),
        "there is no ImagePolicy apps:ap; did you mean apps:app?"
    );
    assert_eq!(reference.rule(), FindingRule::Reference);
    assert_eq!(reference.severity(), FindingSeverity::Error);
    assert_eq!(reference.object(), Some("ImagePolicy apps/app"));
    assert_eq!(reference.field(), "spec.imageRepositoryRef");
    assert_eq!(unused.severity(), FindingSeverity::Note);
    assert_eq!(
        reference.clone().in_file("x\n/policy.yaml").to_string(),
        "x␊/policy.yaml:1:1: error: spec.imageRepositoryRef: there is no ImageRepository app in the namespace apps; read its file too, or add it"
    );
    Ok(())
}

async fn broken() -> TestResult {
    let text = format!(
        "{}---\nimage: app:1 # {{\"$imagepolicy\": \"apps:app\"}}\n",
        POLICY.replace("'*'", "1.x.x.x")
    );
    let lint = Source::text("all.yaml", text).lint().await?;
    let lines: Vec<String> = lint.findings().iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "all.yaml:4:66: error: spec.policy.semver.range: invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most"
        ]
    );
    Ok(())
}

fn send_and_sync() {
    fn check<T: Send + Sync>() {}
    check::<Finding>();
    check::<FindingRule>();
    check::<FindingSeverity>();
    check::<Lint>();
}
