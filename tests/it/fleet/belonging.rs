//! Which scans belong to which `GitRepo`.

use tagwright_testkit::harness::{TestResult, Trial, async_test};

use super::{Fleet, REPO, SCANS, problems, scan};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        async_test(
            "fleet::belonging::to_the_one_that_is_written",
            to_the_one_that_is_written,
        ),
        async_test(
            "fleet::belonging::to_those_over_the_file",
            to_those_over_the_file,
        ),
        async_test(
            "fleet::belonging::scans_without_a_repository",
            scans_without_a_repository,
        ),
        async_test("fleet::belonging::twins_are_refused", twins_are_refused),
        async_test(
            "fleet::belonging::repositories_without_scans_are_silent",
            repositories_without_scans_are_silent,
        ),
    ]
}

/// Another `GitRepo` of the same repository.
fn other(name: &str, more: &str) -> String {
    REPO.replace("name: my-repo", &format!("name: {name}")) + more
}

/// A `GitRepo` that only deploys.
const DEPLOYING: &str = "
kind: GitRepo
apiVersion: fleet.cattle.io/v1alpha1
metadata: {name: deploying, namespace: fleet-local}
spec: {repo: 'https://git.example.com/other.git'}
";

/// The names of the automations, each with its policies.
async fn loaded(fleet: &Fleet, files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let loaded = fleet.load(files).await;
    let mut found = Vec::new();
    for builder in loaded.automations() {
        let automation = builder.build().expect("it builds");
        let plan = automation.plan().await.expect("it plans");
        let policies: Vec<&str> = plan
            .selections()
            .iter()
            .map(tagwright::Selection::policy)
            .collect();
        found.push(format!("{}: {}", automation.name(), policies.join(" ")));
    }
    (found, problems(&loaded))
}

async fn to_the_one_that_is_written() -> TestResult {
    let fleet = Fleet::new();
    let (found, problems) = loaded(
        &fleet,
        &[
            ("deploying.yaml", DEPLOYING),
            ("repo.yaml", REPO),
            ("anywhere/fleet.yaml", SCANS),
        ],
    )
    .await;
    assert_eq!(found, ["fleet-local/my-repo: test-scan"]);
    assert_eq!(problems, [""; 0]);
    Ok(())
}

/// The files are named from above the repository.
async fn to_those_over_the_file() -> TestResult {
    let fleet = Fleet::new();
    let staging = other("staging", "  paths: [clusters/staging]\n");
    let all = other("all", "  paths: [clusters/*]\n");
    let second = SCANS.replace("test-scan", "second");
    let files = [
        ("staging.yaml", staging.as_str()),
        ("all.yaml", &all),
        ("checkout/clusters/staging/fleet.yaml", SCANS),
        ("checkout/clusters/production/fleet.yaml", &second),
        ("elsewhere/fleet.yaml", SCANS),
    ];
    let (found, problems) = loaded(&fleet, &files).await;
    assert_eq!(found, ["fleet-local/staging: test-scan"]);
    assert_eq!(
        problems,
        [
            "ImageScan test-scan (elsewhere/fleet.yaml:4): error: its file stands under the paths of no GitRepo that is written; add one",
            "GitRepo fleet-local/all (all.yaml:2): error: spec.paths[0]: 'clusters/*' is a pattern, and Fleet updates no images in folders that a pattern finds; name the folders",
        ]
    );

    let foreign = other("foreign", "").replace("$REPO", "https://git.example.com/foreign.git");
    let loaded = fleet
        .load(&[
            ("repo.yaml", REPO),
            ("foreign.yaml", &foreign),
            ("fleet.yaml", SCANS),
        ])
        .await;
    assert!(loaded.automations().is_empty());
    assert_eq!(
        super::problems(&loaded),
        [
            "ImageScan test-scan (fleet.yaml:4): error: its file can stand in the repository of each of my-repo, foreign; read the files of a repository with its own GitRepo alone",
        ]
    );
    Ok(())
}

async fn scans_without_a_repository() -> TestResult {
    let fleet = Fleet::new();
    let nameless = scan("nameless", "interval: 5m").replace("gitrepoName: my-repo, ", "");
    let elsewhere = scan("elsewhere", "interval: 5m")
        .replace("namespace: fleet-local", "namespace: fleet-default");
    let (found, problems) = loaded(
        &fleet,
        &[
            ("deploying.yaml", DEPLOYING),
            ("fleet.yaml", SCANS),
            ("nameless.yaml", &nameless),
            ("elsewhere.yaml", &elsewhere),
        ],
    )
    .await;
    assert_eq!(found, [""; 0]);
    assert_eq!(
        problems,
        [
            "ImageScan test-scan (fleet.yaml:4): error: no GitRepo among the objects has imageScanCommit; read its file too, or add it there",
            "ImageScan fleet-local/nameless (nameless.yaml:2): error: spec.gitrepoName is missing, so it belongs to no GitRepo; name one",
            "ImageScan fleet-default/elsewhere (elsewhere.yaml:2): error: there is no GitRepo my-repo among the objects; read its file too",
        ]
    );
    Ok(())
}

/// Of scans the two of one name alone, of repositories both.
async fn twins_are_refused() -> TestResult {
    let fleet = Fleet::new();
    let twin = scan("test-scan", "interval: 5m");
    let single = scan("single", "interval: 5m");
    let files = [
        ("repo.yaml", REPO),
        ("fleet.yaml", SCANS),
        ("twin.yaml", &twin),
        ("single.yaml", &single),
    ];
    let (found, problems) = loaded(&fleet, &files).await;
    assert_eq!(found, ["fleet-local/my-repo: single test-scan"]);
    let reason =
        "another ImageScan of GitRepo my-repo has the tagName test-scan too; choose another";
    assert_eq!(
        problems,
        [
            format!("ImageScan test-scan (fleet.yaml:4): error: {reason}"),
            format!("ImageScan fleet-local/test-scan (twin.yaml:2): error: {reason}"),
        ]
    );

    let files = [
        ("repo.yaml", REPO),
        ("again.yaml", REPO),
        ("single.yaml", &single),
    ];
    let (found, problems) = loaded(&fleet, &files).await;
    assert_eq!(found, [""; 0]);
    let reason = "there are several GitRepo fleet-local/my-repo, in repo.yaml:2 and again.yaml:2; leave one of them";
    assert_eq!(
        problems[..2],
        [
            format!("GitRepo fleet-local/my-repo (repo.yaml:2): error: {reason}"),
            format!("GitRepo fleet-local/my-repo (again.yaml:2): error: {reason}"),
        ]
    );

    let open = REPO.replace("  namespace: fleet-local\n", "");
    let default = REPO.replace("fleet-local", "default");
    let files = [("open.yaml", open.as_str()), ("default.yaml", &default)];
    let (_, problems) = loaded(&fleet, &files).await;
    assert_eq!(
        problems,
        [
            "GitRepo my-repo (open.yaml:2): error: another GitRepo has the same name, in default.yaml:2; leave one of them"
        ]
    );
    Ok(())
}

async fn repositories_without_scans_are_silent() -> TestResult {
    let fleet = Fleet::new();
    let (found, problems) = loaded(
        &fleet,
        &[("deploying.yaml", DEPLOYING), ("repo.yaml", REPO)],
    )
    .await;
    assert_eq!(found, [""; 0]);
    assert_eq!(problems, [""; 0]);
    Ok(())
}
