//! Markers for the images of a directory.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use tagwright::{Applied, ErrorKind, FindingSeverity, Mark, Marking, PolicyImages, Source};
use tagwright_testkit::harness::{TestResult, Trial, async_test, test};
use tempfile::TempDir;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        async_test("marking::markers_are_put_and_nothing_else", put),
        async_test("marking::a_file_that_changed_stays", stale),
        async_test("marking::links_and_other_checkouts_stay", links),
        async_test("marking::policies_come_from_manifests", manifests),
        async_test("marking::names_that_are_none_are_refused", only),
        async_test("marking::a_missing_directory_is_told", missing),
        test("marking::types_are_send_and_sync", send_and_sync),
    ]
}

const TEXT: &str = "# web\r\nimage:   app:1 \r\nother: ghcr.io/org/app:1\r\n";
const MARKED: &str =
    "# web\r\nimage:   app:1 # {\"$imagepolicy\": \"apps:app\"} \r\nother: ghcr.io/org/app:1\r\n";

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("app.yaml"), TEXT).unwrap();
    folder
}

fn read(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("app.yaml")).unwrap()
}

fn policies() -> PolicyImages {
    let mut policies = PolicyImages::new();
    policies.add("apps:app", "docker.io/library/app").unwrap();
    policies
}

async fn put() -> TestResult {
    let folder = folder();
    let path = folder.path().join("app.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640))?;
    let marking = Marking::plan(folder.path(), &policies()).await?;
    let [mark] = marking.marks() else {
        panic!("one marker");
    };
    assert_eq!(
        (mark.file(), mark.line(), mark.column()),
        ("app.yaml", 2, 15)
    );
    assert_eq!((mark.setter(), mark.field()), ("apps:app", "image"));
    assert_eq!(mark.value(), "app:1");
    assert_eq!(marking.findings(), []);
    assert!(marking.diff().to_string().contains("+image:   app:1 # {"));
    assert_eq!(read(&folder), TEXT, "nothing is written yet");
    let Applied::Written(written) = marking.write().await? else {
        panic!("written");
    };
    assert_eq!(written.files(), ["app.yaml"]);
    assert_eq!(read(&folder), MARKED);
    assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o640);
    let again = Marking::plan(folder.path(), &policies()).await?;
    assert_eq!(again.marks(), []);
    assert_eq!(again.write().await?, Applied::NothingToDo);
    Ok(())
}

async fn stale() -> TestResult {
    let folder = folder();
    let marking = Marking::plan(folder.path(), &policies()).await?;
    let path = folder.path().join("app.yaml");
    fs::write(&path, "image: app:2\n")?;
    let Applied::Stale(stale) = marking.write().await? else {
        panic!("stale");
    };
    assert_eq!(stale.reason(), "app.yaml changed meanwhile");
    assert_eq!(read(&folder), "image: app:2\n");
    Ok(())
}

async fn links() -> TestResult {
    let folder = folder();
    let elsewhere = TempDir::new()?;
    let target = elsewhere.path().join("target.yaml");
    fs::write(&target, "image: app:1\n")?;
    symlink(&target, folder.path().join("link.yaml"))?;
    fs::create_dir_all(folder.path().join("other/.git"))?;
    fs::write(folder.path().join("other/app.yaml"), TEXT)?;
    let marking = Marking::plan(folder.path(), &policies()).await?;
    assert_eq!(marking.marks().len(), 1);
    let _ = marking.write().await?;
    assert_eq!(fs::read_to_string(&target)?, "image: app:1\n");
    assert_eq!(
        fs::read_to_string(folder.path().join("other/app.yaml"))?,
        TEXT
    );
    Ok(())
}

async fn manifests() -> TestResult {
    let text = "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: app, namespace: apps}
spec: {image: app, interval: 1m}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: app, namespace: apps}
spec: {imageRepositoryRef: {name: app}, policy: {semver: {range: '*'}}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: nowhere}
spec: {imageRepositoryRef: {name: app}, policy: {semver: {range: '*'}}}
";
    let policies = PolicyImages::of(&Source::text("all.yaml", text)).await?;
    let told: Vec<String> = policies
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "ImagePolicy nowhere (all.yaml:11): warning: it has no namespace, which its markers name; write it, or give the policy with its image"
        ]
    );
    let folder = folder();
    fs::write(folder.path().join("policy.yaml"), text)?;
    fs::write(folder.path().join("broken.yaml"), "image: [app\n")?;
    let marking = Marking::plan(folder.path(), &policies).await?;
    let files: Vec<&str> = marking.marks().iter().map(Mark::file).collect();
    assert_eq!(files, ["app.yaml"]);
    let [broken] = marking.findings() else {
        panic!("{:?}", marking.findings());
    };
    assert_eq!(
        (broken.file(), broken.severity()),
        ("broken.yaml", FindingSeverity::Error)
    );
    Ok(())
}

async fn only() -> TestResult {
    let error = policies().only(&["apps:ap"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(
        error.to_string(),
        "there is no policy apps:ap; did you mean apps:app?"
    );
    let error = PolicyImages::new()
        .add("apps:app", "app:1")
        .map(drop)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(policies().only(&["apps:app"])?.problems().is_empty());
    Ok(())
}

async fn missing() -> TestResult {
    let folder = folder();
    let gone = folder.path().join("gone/folder");
    let Err(error) = Marking::plan(&gone, &policies()).await else {
        panic!("there is no such directory");
    };
    assert_eq!(error.kind(), ErrorKind::Directory);
    Ok(())
}

fn send_and_sync() {
    fn check<T: Send + Sync>() {}
    check::<Mark>();
    check::<Marking>();
    check::<PolicyImages>();
}
