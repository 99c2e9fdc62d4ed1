//! Manifests from a directory, a repository and a text, by scope.

use std::fs;
use std::os::unix::fs::symlink;

use tagwright::gitwrite::{Ref, Remote};
use tagwright::{Applied, ErrorKind, Manifests, Source};
use tagwright_testkit::git::BareRepository;
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tempfile::TempDir;

use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(async_test(concat!("source::", stringify!($name)), $name)),*]
        };
    }
    tests![
        one_broken_object_hides_no_other,
        scopes_keep_clusters_apart,
        inner_scope_takes_its_files,
        scopes_that_cannot_be_are_errors,
        empty_scope_is_a_problem,
        a_repository_is_read_at_its_tip,
        manifests_are_read_again_at_each_tip,
        a_text_is_read_by_its_name,
        links_are_not_followed,
        fleet_and_config_are_read,
        what_cannot_be_read_at_all_is_an_error,
        ten_thousand_manifests_are_read,
    ]
}

fn image(name: &str) -> String {
    format!(
        "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {{name: {name}, namespace: apps}}\nspec: {{image: ghcr.io/org/{name}, interval: 5m}}\n"
    )
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("there is room");
    for (file, text) in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }
    folder
}

fn names(manifests: &Manifests<tagwright::manifests::flux::Objects>) -> Vec<&str> {
    let images = manifests.objects().image_repositories.iter();
    images.map(|image| image.meta.name.as_str()).collect()
}

fn problems<O>(manifests: &Manifests<O>) -> Vec<String> {
    manifests
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect()
}

const BROKEN: &str = "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {name: x, namespace: apps}\nspec: {image: 5}\n";

async fn one_broken_object_hides_no_other() -> TestResult {
    let folder = folder(&[
        (
            "a.yaml",
            &format!("{}---\n{BROKEN}---\n{}", image("one"), image("two")),
        ),
        ("b.yml", &image("three")),
        (
            "broken.yaml",
            &format!(
                "{}---\napiVersion: image.toolkit.fluxcd.io/v1\nkind: [",
                image("lost")
            ),
        ),
        ("notes.txt", &image("not-read")),
        ("values.yaml", "image: ghcr.io/org/app\n"),
    ]);
    let read = Source::directory(folder.path()).flux().await?;
    let [all] = &read[..] else { panic!("{read:?}") };
    assert_eq!(all.name(), "");
    assert_eq!(all.revision(), None);
    assert!(
        ["one", "two", "three"]
            .iter()
            .all(|name| names(all).contains(name))
    );
    let found = problems(all);
    assert!(
        found
            .iter()
            .any(|one| one.starts_with("a.yaml:9:15: error: spec.image: ")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|one| one.starts_with("broken.yaml:")),
        "{found:?}"
    );
    Ok(())
}

async fn scopes_keep_clusters_apart() -> TestResult {
    let folder = folder(&[
        ("clusters/staging/a.yaml", &image("app")),
        ("clusters/production/a.yaml", &image("app")),
        ("clusters/production-old/a.yaml", &image("old")),
    ]);
    let read = Source::directory(folder.path())
        .scope("staging", "./clusters/staging/")?
        .scope("production", "clusters//production/a.yaml")?
        .flux()
        .await?;
    let found: Vec<_> = read.iter().map(|one| (one.name(), names(one))).collect();
    assert_eq!(
        found,
        [("staging", vec!["app"]), ("production", vec!["app"])]
    );
    assert!(read.iter().all(|one| one.problems().is_empty()));
    Ok(())
}

async fn inner_scope_takes_its_files() -> TestResult {
    let folder = folder(&[
        ("a/x.yaml", &image("outer")),
        ("a/b/x.yaml", &image("inner")),
    ]);
    let read = Source::directory(folder.path())
        .scope("outer", "a")?
        .scope("inner", "a/b")?
        .flux()
        .await?;
    let found: Vec<_> = read.iter().map(names).collect();
    assert_eq!(found, [["outer"], ["inner"]]);
    Ok(())
}

async fn scopes_that_cannot_be_are_errors() -> TestResult {
    let source = || {
        Source::directory("/nowhere")
            .scope("one", "a/b")
            .expect("a scope")
    };
    for (name, path, wanted) in [
        ("one", "c", "two scopes are named 'one'; names are unique"),
        (
            "two",
            "./a//b/",
            "the scopes 'one' and 'two' are both of './a//b/'; give each a folder of its own",
        ),
        ("", "c", "the scope of 'c' has no name; give it one"),
        (
            "two",
            "../c",
            "path '../c' leaves the repository; name a folder inside it",
        ),
    ] {
        let error = source().scope(name, path).expect_err(wanted);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(error.to_string(), wanted);
    }
    let error = Source::text("standard input", "")
        .scope("one", "a")
        .expect_err("a text");
    assert_eq!(
        error.to_string(),
        "standard input is one text, which has no scopes"
    );
    Ok(())
}

async fn empty_scope_is_a_problem() -> TestResult {
    let folder = folder(&[("a/x.yaml", &image("app")), ("b/values.yaml", "a: 1\n")]);
    let source = Source::directory(folder.path()).scope("one", "a")?;
    let read = source
        .scope("two", "b")?
        .scope("three", "c")?
        .flux()
        .await?;
    assert_eq!(problems(&read[0]), Vec::<String>::new());
    assert_eq!(
        problems(&read[1]),
        ["scope two: error: no manifest was found under 'b'; correct the path"]
    );
    assert_eq!(
        problems(&read[2]),
        ["scope three: error: no manifest was found under 'c'; correct the path"]
    );
    Ok(())
}

async fn a_repository_is_read_at_its_tip() -> TestResult {
    let repository = BareRepository::new();
    let commit = |name: &str| {
        let text = image(name);
        repository.commit(
            "main",
            &[("clusters/one/x.yaml", text.as_bytes())],
            "change",
        )
    };
    let first = commit("first");
    let source = Source::repository(Remote::new(&repository.url())?, Ref::branch("main")?);
    let source = source.scope("one", "clusters/one")?;
    let read = source.flux().await?;
    assert_eq!(
        (names(&read[0]), read[0].revision()),
        (vec!["first"], Some(first.trim()))
    );
    let second = commit("second");
    let read = source.flux().await?;
    assert_eq!(
        (names(&read[0]), read[0].revision()),
        (vec!["second"], Some(second.trim()))
    );
    Ok(())
}

/// Somebody narrows the range while a run is under way: it does not act on the wider one, though its values still fit.
async fn manifests_are_read_again_at_each_tip() -> TestResult {
    let world = World::new();
    let source = Source::repository(Remote::new(&world.repository.url())?, Ref::branch("main")?);
    let first = source.flux().await?[0]
        .revision()
        .map(str::to_owned)
        .expect("a commit");
    let mut wide = world.automation();
    wide.only_at(&first);
    let plan = wide.build()?.plan().await?;
    assert_eq!(plan.base(), first);
    world.commit("policy.yaml", "suspend: true\n");
    let second = source.flux().await?[0]
        .revision()
        .map(str::to_owned)
        .expect("a commit");
    let wanted = format!(
        "main of {} moved from {first} to {second}; read its manifests again",
        world.repository.url()
    );
    let automation = wide.build()?;
    for error in [
        automation.run().await.expect_err("it moved"),
        automation.plan().await.expect_err("it moved"),
        automation.apply(&plan).await.expect_err("it moved"),
    ] {
        assert_eq!(error.kind(), ErrorKind::Moved);
        assert_eq!(error.to_string(), wanted);
    }
    assert_eq!(world.repository.tip("main").as_deref(), Some(&*second));
    wide.only_at(&second);
    let report = wide.build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    Ok(())
}

async fn a_text_is_read_by_its_name() -> TestResult {
    let text = format!("{}---\n{BROKEN}", image("app"));
    let read = Source::text("standard input", text).flux().await?;
    assert_eq!(names(&read[0]), ["app"]);
    let found = problems(&read[0]);
    assert!(
        found
            .iter()
            .any(|one| one.starts_with("standard input:9:15: error: ")),
        "{found:?}"
    );
    Ok(())
}

async fn links_are_not_followed() -> TestResult {
    let outside = folder(&[("x.yaml", &image("outside"))]);
    let folder = folder(&[("a.yaml", &image("inside")), (".git/x.yaml", &image("git"))]);
    symlink(outside.path(), folder.path().join("linked"))?;
    symlink(
        outside.path().join("x.yaml"),
        folder.path().join("link.yaml"),
    )?;
    let read = Source::directory(folder.path()).flux().await?;
    assert_eq!(names(&read[0]), ["inside"]);
    Ok(())
}

async fn fleet_and_config_are_read() -> TestResult {
    let folder = folder(&[
        (
            "fleet.yaml",
            "imageScans:\n- image: ghcr.io/org/app\n  tagName: app\n  policy: {semver: {range: '*'}}\n",
        ),
        ("clusters/tagwright.yaml", "images: []\n"),
        ("other.yaml", "images: []\n"),
    ]);
    let source = Source::directory(folder.path());
    let read = source.fleet().await?;
    assert_eq!(read[0].objects().image_scans.len(), 1, "{read:?}");
    let read = source.config().await?;
    assert_eq!(read[0].objects().len(), 1, "{read:?}");
    Ok(())
}

async fn what_cannot_be_read_at_all_is_an_error() -> TestResult {
    let error = Source::directory("/no/such/folder")
        .flux()
        .await
        .expect_err("not there");
    assert_eq!(error.kind(), ErrorKind::Directory);
    let repository = BareRepository::new();
    let source = Source::repository(Remote::new(&repository.url())?, Ref::branch("gone")?);
    let error = source.flux().await.expect_err("no such branch");
    assert_eq!(error.kind(), ErrorKind::Repository);
    Ok(())
}

async fn ten_thousand_manifests_are_read() -> TestResult {
    let folder = TempDir::new()?;
    for file in 0..100 {
        let texts: Vec<String> = (0..100)
            .map(|one| image(&format!("app-{file:03}-{one:02}")))
            .collect();
        fs::write(
            folder.path().join(format!("{file:03}.yaml")),
            texts.join("---\n"),
        )?;
    }
    let read = Source::directory(folder.path()).flux().await?;
    let found = names(&read[0]);
    assert_eq!(found.len(), 10_000);
    assert!(found.is_sorted(), "in the order of the files");
    Ok(())
}
