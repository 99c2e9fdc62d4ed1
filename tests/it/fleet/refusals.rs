//! What of Fleet's objects cannot be honoured, and what is said of it.

use tagwright_testkit::harness::{TestResult, Trial, async_test};

use super::{Fleet, REPO, SCANS, problems};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "fleet::refusals::repository_with_its_place",
            repository_with_its_place,
        ),
        async_test("fleet::refusals::scan_with_its_place", scan_with_its_place),
        async_test("fleet::refusals::revision_is_told", revision_is_told),
    ]
}

async fn repository_with_its_place() -> TestResult {
    let fleet = Fleet::new();
    for (found, put, expected) in [
        (
            "branch: main",
            "insecureSkipTLSVerify: true",
            "spec.insecureSkipTLSVerify: a server that is not verified is sent no credentials; remove it, and give its certificate in spec.caBundle",
        ),
        (
            "branch: main",
            "revision: v1.0.0",
            "spec.branch is missing: images are written to a branch, and spec.revision is none; name one",
        ),
        (
            "branch: main",
            "branch: a b",
            "invalid name of a branch \"a b\": git does not allow it; see git-check-ref-format(1)",
        ),
        (
            "branch: main",
            "paths: [../apps]",
            "path '../apps' leaves the repository; name a folder inside it",
        ),
        (
            "branch: main",
            "caBundle: /w==",
            "spec.caBundle: it is no text in PEM; encode the PEM file",
        ),
        (
            "authorName: foo\n    authorEmail: foo@bar.com\n",
            "",
            "spec.imageScanCommit: there is no author; give authorName and authorEmail",
        ),
        (
            "\"update image\"",
            "'{{ nothing }}'",
            "spec.imageScanCommit.messageTemplate: ",
        ),
        (
            "repo: $REPO",
            "repo: ftp://git.example.com/repo",
            "spec.repo: ",
        ),
    ] {
        let repo = REPO.replacen(found, put, 1);
        assert_ne!(repo, REPO, "{found}");
        let loaded = fleet
            .load(&[("repo.yaml", &repo), ("fleet.yaml", SCANS)])
            .await;
        assert!(loaded.automations().is_empty(), "{put}");
        let subject = "GitRepo fleet-local/my-repo (repo.yaml:2): error: ";
        let problems = problems(&loaded);
        let [problem] = &problems[..] else {
            panic!("{put}: {problems:?}")
        };
        let reason = problem.strip_prefix(subject).expect(problem);
        // The words behind are another crate's.
        let is_open = expected.ends_with(": ");
        assert!(
            reason == expected || is_open && reason.starts_with(expected),
            "{reason}"
        );
    }
    Ok(())
}

/// A scan that cannot be is refused alone.
async fn scan_with_its_place() -> TestResult {
    let fleet = Fleet::new();
    for (found, put, expected) in [
        (
            "range: \"*\"",
            "range: 1.x.x.x",
            "invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most",
        ),
        ("$REGISTRY/org/nginx", "ORG/nginx", "image: "),
    ] {
        let scans = SCANS.replacen(found, put, 1);
        let loaded = fleet
            .load(&[("repo.yaml", REPO), ("fleet.yaml", &scans)])
            .await;
        assert_eq!(loaded.automations().len(), 1);
        let subject = "ImageScan test-scan (fleet.yaml:4): error: ";
        let problems = problems(&loaded);
        let reason = problems[0].strip_prefix(subject).expect(&problems[0]);
        assert!(
            reason == expected || expected.ends_with(": ") && reason.starts_with(expected),
            "{reason}"
        );
    }
    Ok(())
}

/// Fleet writes to the branch whatever it deploys.
async fn revision_is_told() -> TestResult {
    let fleet = Fleet::new();
    let repo = REPO.replace("branch: main", "branch: main\n  revision: v1.0.0");
    let loaded = fleet
        .load(&[("repo.yaml", &repo), ("fleet.yaml", SCANS)])
        .await;
    assert_eq!(
        problems(&loaded),
        [
            "GitRepo fleet-local/my-repo (repo.yaml:2): warning: spec.revision: v1.0.0 is deployed, and images are written to the branch main"
        ]
    );
    assert_eq!(loaded.automations().len(), 1);
    Ok(())
}
