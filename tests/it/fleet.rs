//! Fleet's objects as automations.

mod belonging;
mod refusals;

use std::time::Duration;

use tagwright::manifests::fleet;
use tagwright::{Applied, Automation, Loaded, Loader, OutcomeKind};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tagwright_testkit::oci::Registry;
use tagwright_testkit::servers::HttpGit;

/// As Fleet documents it.
const REPO: &str = "
kind: GitRepo
apiVersion: fleet.cattle.io/v1alpha1
metadata:
  name: my-repo
  namespace: fleet-local
spec:
  repo: $REPO
  branch: main
  # define how long it will sync all the images and decide to apply change
  imageScanInterval: 5m
  # specify the commit pattern
  imageScanCommit:
    authorName: foo
    authorEmail: foo@bar.com
    messageTemplate: \"update image\"
";

/// As Fleet documents it, where the order is not looked at beside a range.
const SCANS: &str = "
imageScans:
# specify the policy to retrieve images, can be semver or alphabetical order
- policy:
    semver:
      range: \"*\"
    alphabetical:
      order: asc

  # specify images to scan
  image: \"$REGISTRY/org/nginx\"

  # Specify the tag name, it has to be unique in the same bundle
  tagName: test-scan

  # specify secret to pull image if in private registry
  # Specify the scan interval
  interval: 5m
";

const DEPLOYMENT: &str = "\
kind: Deployment
spec:
  containers:
  - image: nginx:latest # {\"$imagescan\": \"test-scan:digest\"}
  - image:  nginx # {\"$imagescan\": \"test-scan\"}
  - image: other # {\"$imagescan\": \"test-scan:name\"}
  - tag: '0.1' # {\"$imagescan\": \"test-scan:tag\"}
";

pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = vec![
        async_test("fleet::documented_example_runs", documented_example_runs),
        async_test("fleet::prereleases_want_a_range", prereleases_want_a_range),
        async_test("fleet::order_alone_takes_the_last", || async {
            takes("policy: {alphabetical: {order: DESC}}", "9.1.0-rc.1").await
        }),
        async_test("fleet::other_order_takes_the_first", || async {
            takes("policy: {alphabetical: {order: asc}}", "1").await
        }),
        async_test("fleet::no_policy_takes_the_greatest", || async {
            takes("suspend: false", "9.0").await
        }),
        async_test("fleet::both_clocks_are_kept", both_clocks_are_kept),
        async_test("fleet::one_failing_scan_stops_itself", || async {
            one_scan_fails(false).await
        }),
        async_test("fleet::one_failing_scan_stops_all_on_request", || async {
            one_scan_fails(true).await
        }),
        async_test(
            "fleet::suspended_scan_is_withheld",
            suspended_scan_is_withheld,
        ),
        async_test("fleet::paths_are_updated", paths_are_updated),
        async_test("fleet::guards_are_annotations", guards_are_annotations),
        async_test(
            "fleet::secret_and_authority_open_the_way",
            secret_and_authority_open_the_way,
        ),
    ];
    tests.extend(belonging::tests());
    tests.extend(refusals::tests());
    tests
}

/// A registry with versions as Fleet reads them, a repository with a marked file.
struct Fleet {
    registry: Registry,
    repository: BareRepository,
}

impl Fleet {
    fn new() -> Self {
        let registry = Registry::start();
        registry.push_tags("org/nginx", ["1", "1.2", "8.5.1", "9.1.0-rc.1", "latest"]);
        registry.push_index("org/nginx", "9.0");
        let repository = BareRepository::new();
        let fleet = Self {
            registry,
            repository,
        };
        fleet.commit("deployment.yaml", DEPLOYMENT);
        fleet
    }

    fn commit(&self, path: &str, text: &str) {
        let text = text.replace("$REGISTRY", &self.registry.address());
        self.repository
            .commit("main", &[(path, text.as_bytes())], "change");
    }

    fn read(&self, path: &str) -> String {
        String::from_utf8(self.repository.read("main", path)).expect("the file is text")
    }

    /// The objects of files by their names.
    fn objects(&self, files: &[(&str, &str)]) -> fleet::Objects {
        let mut objects = fleet::Objects::default();
        for (name, text) in files {
            let text = text
                .replace("$REGISTRY", &self.registry.address())
                .replace("$REPO", &self.repository.url());
            objects.merge(fleet::read(name, text.as_bytes()).objects);
        }
        objects
    }

    async fn load(&self, files: &[(&str, &str)]) -> Loaded {
        self.loader().fleet(&self.objects(files)).await
    }

    fn loader(&self) -> Loader {
        let mut loader = Loader::new();
        let address = self.registry.address();
        loader.scan_at(&address, &format!("http://{address}"));
        loader
    }

    /// The image without a tag.
    fn image(&self) -> String {
        format!("{}/org/nginx", self.registry.address())
    }
}

fn problems(loaded: &Loaded) -> Vec<String> {
    loaded.problems().iter().map(ToString::to_string).collect()
}

fn only(loaded: &Loaded) -> Automation {
    assert_eq!(problems(loaded), [""; 0]);
    let [builder] = loaded.automations() else {
        panic!("one automation: {loaded:?}")
    };
    builder.build().expect("it builds")
}

async fn documented_example_runs() -> TestResult {
    let fleet = Fleet::new();
    fleet.commit("fleet.yaml", SCANS);
    let loaded = fleet
        .load(&[("repo.yaml", REPO), ("fleet.yaml", SCANS)])
        .await;
    let automation = only(&loaded);
    assert_eq!(automation.name(), "fleet-local/my-repo");
    let report = automation.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    let image = fleet.image();
    let [selection] = report.plan().selections() else {
        panic!("one selection: {report}")
    };
    let digest = selection.digest().expect("Fleet asks always");
    assert_eq!(
        fleet.read("deployment.yaml"),
        format!(
            "\
kind: Deployment
spec:
  containers:
  - image: {image}:9.0@{digest} # {{\"$imagescan\": \"test-scan:digest\"}}
  - image:  {image}:9.0 # {{\"$imagescan\": \"test-scan\"}}
  - image: {image} # {{\"$imagescan\": \"test-scan:name\"}}
  - tag: '9.0' # {{\"$imagescan\": \"test-scan:tag\"}}
"
        )
    );
    let last = fleet
        .repository
        .git(&["log", "-1", "--format=%an <%ae> %s", "main"]);
    assert_eq!(last, "foo <foo@bar.com> update image\n");
    assert_eq!(automation.run().await?.applied(), &Applied::NothingToDo);
    Ok(())
}

/// The digest is that of the image for linux/amd64, no range but one with a prerelease takes prereleases.
async fn prereleases_want_a_range() -> TestResult {
    let fleet = Fleet::new();
    let index = fleet.registry.push_index("org/nginx", "9.0");
    for (range, tag) in [("*", "9.0"), (">= 0.0.0-40", "9.1.0-rc.1"), ("1.x", "1.2")] {
        let scans = SCANS.replace("range: \"*\"", &format!("range: \"{range}\""));
        let loaded = fleet
            .load(&[("repo.yaml", REPO), ("fleet.yaml", &scans)])
            .await;
        let plan = only(&loaded).plan().await?;
        let selection = &plan.selections()[0];
        assert_eq!(selection.tag(), Some(tag), "{range}");
        assert_ne!(selection.digest(), Some(index.as_str()));
    }
    Ok(())
}

/// A scan object with this policy takes this tag.
async fn takes(policy: &str, tag: &str) -> TestResult {
    let fleet = Fleet::new();
    fleet.registry.delete_tag("org/nginx", "latest");
    let loaded = fleet
        .load(&[
            ("repo.yaml", REPO),
            ("scan.yaml", &scan("test-scan", policy)),
        ])
        .await;
    let plan = only(&loaded).plan().await?;
    assert_eq!(plan.selections()[0].tag(), Some(tag));
    Ok(())
}

/// A scan that is an object of its own.
fn scan(tag_name: &str, more: &str) -> String {
    format!(
        "
kind: ImageScan
apiVersion: fleet.cattle.io/v1alpha1
metadata: {{name: {tag_name}, namespace: fleet-local}}
spec: {{gitrepoName: my-repo, tagName: {tag_name}, image: $REGISTRY/org/nginx, {more}}}
"
    )
}

async fn both_clocks_are_kept() -> TestResult {
    let fleet = Fleet::new();
    let minutes = |minutes: u64| Some(Duration::from_secs(60 * minutes));
    let one = scan("one", "interval: 3m");
    let two = scan("two", "interval: 0s");
    let repo = REPO.replace("imageScanInterval: 5m", "paused: false");
    for (repo, expected) in [(REPO, minutes(5)), (&repo, minutes(15))] {
        let loaded = fleet
            .load(&[("repo.yaml", repo), ("one.yaml", &one), ("two.yaml", &two)])
            .await;
        let automation = only(&loaded);
        assert_eq!(automation.interval(), expected);
        assert_eq!(automation.scan_interval("one"), minutes(3));
        assert_eq!(automation.scan_interval("two"), minutes(15));
        assert_eq!(automation.scan_interval("three"), None);
    }
    Ok(())
}

/// A scan of an image that is not there, and one of another that is.
async fn one_scan_fails(all_or_nothing: bool) -> TestResult {
    let fleet = Fleet::new();
    let lost = scan("lost", "interval: 5m").replace("org/nginx", "org/lost");
    let loaded = fleet
        .load(&[
            ("repo.yaml", REPO),
            ("fleet.yaml", SCANS),
            ("lost.yaml", &lost),
        ])
        .await;
    let [builder] = loaded.automations() else {
        panic!("one automation: {loaded:?}")
    };
    let mut builder = builder.clone();
    let report = builder
        .all_or_nothing(all_or_nothing)
        .build()?
        .run()
        .await?;
    assert!(report.is_partial());
    let problems = report.plan().problems();
    assert_eq!(problems[0].subject(), "lost");
    if !all_or_nothing {
        assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
        assert_eq!(problems.len(), 1, "{report}");
        return Ok(());
    }
    assert_eq!(report.applied(), &Applied::NothingToDo);
    assert_eq!(fleet.read("deployment.yaml"), DEPLOYMENT);
    assert_eq!(
        problems[1].to_string(),
        "fleet-local/my-repo: error: nothing is changed: lost has no tag, and all policies change or none does; mend or suspend lost, or let each policy change alone"
    );
    for outcome in report.plan().outcomes() {
        assert_eq!(outcome.kind(), OutcomeKind::Withheld);
        let reason = ": lost has no tag, and all policies change or none does";
        assert!(outcome.detail().ends_with(reason), "{report}");
    }
    Ok(())
}

/// It stops nobody else, all or nothing or not.
async fn suspended_scan_is_withheld() -> TestResult {
    let fleet = Fleet::new();
    fleet.commit("two.yaml", "tag: 1 # {\"$imagescan\": \"two:tag\"}\n");
    let two = scan("two", "suspend: true");
    let loaded = fleet
        .load(&[
            ("repo.yaml", REPO),
            ("fleet.yaml", SCANS),
            ("two.yaml", &two),
        ])
        .await;
    let mut builder = loaded.automations()[0].clone();
    let report = builder.all_or_nothing(true).build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert!(!report.is_partial(), "{report}");
    assert_eq!(
        fleet.read("two.yaml"),
        "tag: 1 # {\"$imagescan\": \"two:tag\"}\n"
    );
    let mut outcomes = report.plan().outcomes().iter();
    assert!(
        outcomes.any(|one| one.detail().ends_with(": the ImageScan is suspended")),
        "{report}"
    );
    Ok(())
}

async fn paths_are_updated() -> TestResult {
    let fleet = Fleet::new();
    for path in ["apps/one.yaml", "base/two.yaml"] {
        fleet.commit(path, DEPLOYMENT);
    }
    let repo = format!("{REPO}  paths: [./apps/, base]\n");
    let loaded = fleet
        .load(&[("repo.yaml", &repo), ("apps/fleet.yaml", SCANS)])
        .await;
    let plan = only(&loaded).plan().await?;
    let mut files: Vec<&str> = plan.edits().iter().map(tagwright::Edit::file).collect();
    files.dedup();
    assert_eq!(files, ["apps/one.yaml", "base/two.yaml"]);
    Ok(())
}

async fn guards_are_annotations() -> TestResult {
    let fleet = Fleet::new();
    let held = scan("test-scan", "interval: 5m").replace(
        "namespace: fleet-local",
        "namespace: fleet-local, annotations: {tagwright/hold: tomorrow}",
    );
    let loaded = fleet
        .load(&[("repo.yaml", REPO), ("scan.yaml", &held)])
        .await;
    let problems = problems(&loaded);
    assert_eq!(problems.len(), 1);
    let expected = "ImageScan fleet-local/test-scan (scan.yaml:2): error: metadata.annotations: tagwright/hold: \"tomorrow\" is no hold; ";
    assert!(problems[0].starts_with(expected), "{problems:?}");
    Ok(())
}

async fn secret_and_authority_open_the_way() -> TestResult {
    let fleet = Fleet::new();
    let server = HttpGit::start_tls(&fleet.repository)?;
    let repo = REPO.replace("$REPO", &server.url()) + "  clientSecretName: git-auth\n";
    let secret = format!(
        "
apiVersion: v1
kind: Secret
metadata: {{name: git-auth, namespace: fleet-local}}
type: kubernetes.io/basic-auth
stringData: {{username: '{}', password: '{}'}}
",
        server.user(),
        server.password()
    );
    let mut objects = fleet.objects(&[
        ("repo.yaml", &repo),
        ("fleet.yaml", SCANS),
        ("secret.yaml", &secret),
    ]);
    let authority = server.ca_certificate().expect("it serves over TLS");
    objects.git_repos[0].ca_bundle = Some(authority.as_bytes().to_vec());
    let loaded = fleet.loader().fleet(&objects).await;
    let report = only(&loaded).run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    Ok(())
}
