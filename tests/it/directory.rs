//! A directory as the target.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;

use tagwright::{Applied, AutomationBuilder, ErrorKind, Plan, Report, Target};
use tagwright_testkit::harness::{TestResult, Trial, async_test};
use tempfile::TempDir;

use crate::world::{World, client, semver};

pub(crate) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(async_test(concat!("directory::", stringify!($name)), $name)),*]
        };
    }
    tests![
        replaces_values_and_keeps_modes,
        second_run_touches_nothing,
        checkouts_inside_are_left_alone,
        follows_no_link_and_leaves_git_alone,
        only_files_under_the_path_are_edited,
        path_that_is_not_there_is_a_problem,
        plan_from_a_file_is_applied,
        plan_is_stale_when_a_file_changed,
        plan_is_stale_when_a_link_took_a_place,
        plan_changed_by_hand_is_refused,
        plan_for_another_directory_is_refused,
        missing_directory_is_an_error,
        folder_that_cannot_be_written_changes_nothing,
        full_disk_changes_nothing,
        many_files_are_seen_in_order,
        runs_at_once_change_each_file_once,
        leftovers_of_a_killed_process_go,
        files_that_cannot_be_edited_are_problems,
    ]
}

/// A directory with the files of a [`World`]'s repository.
struct Checkout {
    world: World,
    folder: TempDir,
}

impl Checkout {
    fn new() -> Self {
        let checkout = Self {
            world: World::new(),
            folder: TempDir::new().expect("there is room for a folder"),
        };
        checkout.write("apps/app.yaml", &checkout.world.deployment("5.0.0"));
        checkout
    }

    fn path(&self, file: &str) -> std::path::PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("the file is text")
    }

    fn automation(&self) -> AutomationBuilder {
        let mut builder = AutomationBuilder::new();
        builder
            .client(client(&self.world.registry))
            .policy("flux-system:app", &self.world.image(), semver("5.0.x"))
            .directory(self.folder.path());
        builder
    }

    async fn run(&self) -> Result<Report, tagwright::Error> {
        self.automation().build()?.run().await
    }

    /// All files but links, sorted.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        collect(self.folder.path(), "", &mut files);
        files.sort();
        files
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().display());
        let kind = entry.file_type().expect("a kind");
        if kind.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
        } else if kind.is_file() {
            files.push(name);
        }
    }
}

const MARKED: &str = "tag: 5.0.0 # {\"$imagepolicy\": \"flux-system:app:tag\"}\n";
const UPDATED: &str = "tag: 5.0.1 # {\"$imagepolicy\": \"flux-system:app:tag\"}\n";

async fn replaces_values_and_keeps_modes() -> TestResult {
    let checkout = Checkout::new();
    checkout.write("private.yml", MARKED);
    checkout.write("run.yaml", MARKED);
    checkout.write("README.md", MARKED);
    for (file, mode) in [("private.yml", 0o600), ("run.yaml", 0o755)] {
        fs::set_permissions(checkout.path(file), Permissions::from_mode(mode))?;
    }
    let report = checkout.run().await?;
    let Applied::Written(written) = report.applied() else {
        panic!("{report}")
    };
    assert_eq!(
        written.files(),
        ["apps/app.yaml", "private.yml", "run.yaml"]
    );
    assert_eq!(
        report.applied().to_string(),
        format!("replaced 3 files in {}", checkout.folder.path().display())
    );
    assert_eq!(report.plan().message(), None);
    assert_eq!(
        checkout.read("apps/app.yaml"),
        checkout.world.deployment("5.0.1")
    );
    assert_eq!(checkout.read("private.yml"), UPDATED);
    assert_eq!(checkout.read("run.yaml"), UPDATED);
    assert_eq!(checkout.read("README.md"), MARKED);
    for (file, mode) in [("private.yml", 0o600), ("run.yaml", 0o755)] {
        let found = fs::metadata(checkout.path(file))?.mode() & 0o7777;
        assert_eq!(found, mode, "{file}");
    }
    assert_eq!(
        checkout.files(),
        ["README.md", "apps/app.yaml", "private.yml", "run.yaml"]
    );
    Ok(())
}

/// As a branch does, which has a submodule by its commit alone.
async fn checkouts_inside_are_left_alone() -> TestResult {
    let checkout = Checkout::new();
    let next = checkout.world.deployment("5.0.0");
    for file in ["sub/app.yaml", "nested/deep/app.yaml", "ignored/app.yaml"] {
        checkout.write(file, &next);
    }
    checkout.write("sub/.git", "gitdir: ../.git/modules/sub\n");
    checkout.write("nested/.git/HEAD", "ref: refs/heads/main\n");
    checkout.write(".git/HEAD", "ref: refs/heads/main\n");
    checkout.write(".gitignore", "ignored\n");
    let plan = checkout.automation().build()?.plan().await?;
    let files: Vec<_> = plan.edits().iter().map(tagwright::Edit::file).collect();
    assert_eq!(files, ["apps/app.yaml", "ignored/app.yaml"]);
    Ok(())
}

async fn second_run_touches_nothing() -> TestResult {
    let checkout = Checkout::new();
    assert!(matches!(
        checkout.run().await?.applied(),
        Applied::Written(_)
    ));
    let before = fs::metadata(checkout.path("apps/app.yaml"))?.ino();
    let report = checkout.run().await?;
    assert_eq!(*report.applied(), Applied::NothingToDo);
    assert_eq!(fs::metadata(checkout.path("apps/app.yaml"))?.ino(), before);
    Ok(())
}

async fn follows_no_link_and_leaves_git_alone() -> TestResult {
    let checkout = Checkout::new();
    let outside = TempDir::new()?;
    fs::write(outside.path().join("theirs.yaml"), MARKED)?;
    symlink(
        outside.path().join("theirs.yaml"),
        checkout.path("link.yaml"),
    )?;
    symlink(outside.path(), checkout.path("linked"))?;
    symlink(checkout.folder.path(), checkout.path("apps/around"))?;
    symlink("nowhere", checkout.path("dangling.yaml"))?;
    checkout.write(".git/config.yaml", MARKED);
    checkout.write("module/.git", "gitdir: ../.git\n");
    let report = checkout.run().await?;
    let Applied::Written(written) = report.applied() else {
        panic!("{report}")
    };
    assert_eq!(written.files(), ["apps/app.yaml"]);
    assert!(!report.is_partial(), "{report}");
    assert_eq!(
        fs::read_to_string(outside.path().join("theirs.yaml"))?,
        MARKED
    );
    assert_eq!(checkout.read(".git/config.yaml"), MARKED);
    assert!(fs::symlink_metadata(checkout.path("link.yaml"))?.is_symlink());
    Ok(())
}

async fn only_files_under_the_path_are_edited() -> TestResult {
    let checkout = Checkout::new();
    checkout.write("clusters/one/a.yaml", MARKED);
    checkout.write("clusters/one-old/a.yaml", MARKED);
    checkout
        .automation()
        .path("./clusters/one/")
        .build()?
        .run()
        .await?
        .applied();
    assert_eq!(checkout.read("clusters/one/a.yaml"), UPDATED);
    assert_eq!(checkout.read("clusters/one-old/a.yaml"), MARKED);
    let one_file = checkout
        .automation()
        .path("clusters/one-old/a.yaml")
        .build()?;
    assert!(matches!(
        one_file.run().await?.applied(),
        Applied::Written(_)
    ));
    assert_eq!(checkout.read("clusters/one-old/a.yaml"), UPDATED);
    Ok(())
}

async fn path_that_is_not_there_is_a_problem() -> TestResult {
    let checkout = Checkout::new();
    let outside = TempDir::new()?;
    fs::write(outside.path().join("theirs.yaml"), MARKED)?;
    symlink(outside.path(), checkout.path("linked"))?;
    for path in ["nowhere", "linked"] {
        let report = checkout.automation().path(path).build()?.run().await?;
        let problems: Vec<_> = report
            .plan()
            .problems()
            .iter()
            .map(ToString::to_string)
            .collect();
        let folder = checkout.folder.path().display();
        let wanted = format!(
            "path: error: no YAML file stands under '{path}' in {folder}; correct the path"
        );
        assert_eq!(problems, [wanted]);
    }
    Ok(())
}

async fn plan_from_a_file_is_applied() -> TestResult {
    let checkout = Checkout::new();
    let automation = checkout.automation().build()?;
    let plan = automation.plan().await?;
    assert_eq!(
        checkout.read("apps/app.yaml"),
        checkout.world.deployment("5.0.0")
    );
    let Target::Directory(directory) = plan.target() else {
        panic!("{}", plan.target())
    };
    assert_eq!(
        directory.path(),
        checkout.folder.path().display().to_string()
    );
    assert!(plan.base().starts_with("sha256:"), "{}", plan.base());
    let json = serde_json::to_string(&plan)?;
    let read: Plan = serde_json::from_str(&json)?;
    assert_eq!(read, plan);
    checkout.write("other.yaml", "foreign: true\n");
    let applied = automation.apply(&read).await?;
    assert!(matches!(applied, Applied::Written(_)), "{applied}");
    assert_eq!(
        checkout.read("apps/app.yaml"),
        checkout.world.deployment("5.0.1")
    );
    Ok(())
}

async fn plan_is_stale_when_a_file_changed() -> TestResult {
    let checkout = Checkout::new();
    checkout.write("b.yaml", MARKED);
    let automation = checkout.automation().build()?;
    let plan = automation.plan().await?;
    let longer = format!("# a line more\n{MARKED}");
    let fifth = MARKED.replace("5.0.0", "4.9.9");
    for (text, reason) in [
        (Some(longer), "a file that it edits changed meanwhile"),
        (
            Some(fifth),
            "b.yaml: tag is no longer '5.0.0' for flux-system:app:tag",
        ),
        (None, "b.yaml is gone"),
    ] {
        match &text {
            Some(text) => checkout.write("b.yaml", text),
            None => fs::remove_file(checkout.path("b.yaml"))?,
        }
        let applied = automation.apply(&plan).await?;
        assert_eq!(applied.to_string(), format!("stale: {reason}; plan again"));
        assert_eq!(
            checkout.read("apps/app.yaml"),
            checkout.world.deployment("5.0.0")
        );
    }
    Ok(())
}

/// Between plan and apply a file, and then the folder of one, gives way to a link to an equal one elsewhere.
async fn plan_is_stale_when_a_link_took_a_place() -> TestResult {
    let checkout = Checkout::new();
    let plan = checkout.automation().build()?.plan().await?;
    let outside = TempDir::new()?;
    let theirs = outside.path().join("app.yaml");
    fs::rename(checkout.path("apps/app.yaml"), &theirs)?;
    symlink(&theirs, checkout.path("apps/app.yaml"))?;
    let before = fs::read_to_string(&theirs)?;
    for _ in 0..2 {
        let applied = checkout.automation().build()?.apply(&plan).await?;
        assert_eq!(
            applied.to_string(),
            "stale: apps/app.yaml is gone; plan again"
        );
        assert_eq!(fs::read_to_string(&theirs)?, before);
        fs::remove_dir_all(checkout.path("apps"))
            .or_else(|_| fs::remove_file(checkout.path("apps")))?;
        symlink(outside.path(), checkout.path("apps"))?;
    }
    Ok(())
}

async fn plan_changed_by_hand_is_refused() -> TestResult {
    let checkout = Checkout::new();
    let automation = checkout.automation().build()?;
    let plan = automation.plan().await?;
    let altered = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut json = serde_json::to_value(&plan).expect("a plan is data");
        change(&mut json);
        serde_json::from_value::<Plan>(json).expect("it still is a plan")
    };
    let cases: [(&str, Plan); 3] = [
        (
            "it has a message and no commit",
            altered(&|json| json["message"] = "hello".into()),
        ),
        (
            "its diff is not what its edits do",
            altered(&|json| json["diff"] = "".into()),
        ),
        (
            "invalid path \"apps/../../a.yaml\": '.' and '..' are not allowed as a part",
            altered(&|json| json["edits"][0]["file"] = "apps/../../a.yaml".into()),
        ),
    ];
    for (found, plan) in cases {
        let error = automation.apply(&plan).await.expect_err(found);
        assert_eq!(error.kind(), ErrorKind::Plan);
        let wanted = format!("the plan was changed by hand: {found}; plan again");
        assert_eq!(error.to_string(), wanted);
    }
    assert_eq!(
        checkout.read("apps/app.yaml"),
        checkout.world.deployment("5.0.0")
    );
    Ok(())
}

async fn plan_for_another_directory_is_refused() -> TestResult {
    let (checkout, other) = (Checkout::new(), Checkout::new());
    let plan = checkout.automation().build()?.plan().await?;
    let error = other
        .automation()
        .build()?
        .apply(&plan)
        .await
        .expect_err("another");
    let shown = |checkout: &Checkout| checkout.folder.path().display().to_string();
    assert_eq!(
        error.to_string(),
        format!(
            "the plan is for tagwright on the directory {}, not for tagwright on the directory {}; apply it with the automation that made it",
            shown(&checkout),
            shown(&other)
        )
    );
    Ok(())
}

async fn missing_directory_is_an_error() -> TestResult {
    let checkout = Checkout::new();
    let gone = checkout.path("gone");
    let error = checkout.automation().directory(&gone).build()?.run().await;
    let error = error.expect_err("it is not there");
    assert_eq!(error.kind(), ErrorKind::Directory);
    assert_eq!(
        error.to_string(),
        format!(
            "the directory {} cannot be opened: No such file or directory (os error 2); correct it",
            gone.display()
        )
    );
    let file = checkout.path("apps/app.yaml");
    let error = checkout.automation().directory(&file).build()?.plan().await;
    assert_eq!(
        error.expect_err("it is a file").to_string(),
        format!(
            "the directory {} cannot be opened: Not a directory (os error 20); correct it",
            file.display()
        )
    );
    Ok(())
}

/// One folder of two takes no new files.
async fn folder_that_cannot_be_written_changes_nothing() -> TestResult {
    let checkout = Checkout::new();
    let Some(folder) = Sealed::new(checkout.path("sealed"), || {
        checkout.write("sealed/b.yaml", MARKED);
    }) else {
        // Root without the right to seal: `full_disk_changes_nothing` is the same for everybody.
        return Ok(());
    };
    let error = checkout
        .run()
        .await
        .expect_err("one folder cannot be written");
    assert_eq!(error.kind(), ErrorKind::Directory);
    assert_eq!(
        error.to_string(),
        format!(
            "sealed/b.yaml in the directory {} cannot be replaced: {}; no file was changed",
            checkout.folder.path().display(),
            folder.refusal
        )
    );
    drop(folder);
    assert_eq!(
        checkout.read("apps/app.yaml"),
        checkout.world.deployment("5.0.0")
    );
    assert_eq!(checkout.read("sealed/b.yaml"), MARKED);
    assert_eq!(checkout.files(), ["apps/app.yaml", "sealed/b.yaml"]);
    Ok(())
}

/// Where the second file does not fit any more: in a process of its own that may write no file larger than a kilobyte.
async fn full_disk_changes_nothing() -> TestResult {
    const VARIABLES: [&str; 3] = [
        "TAGWRIGHT_IT_PLAN",
        "TAGWRIGHT_IT_IMAGE",
        "TAGWRIGHT_IT_DIRECTORY",
    ];
    if let [Ok(plan), Ok(image), Ok(directory)] = VARIABLES.map(std::env::var) {
        let mut builder = AutomationBuilder::new();
        builder.policy("flux-system:app", &image, semver("5.0.x"));
        let automation = builder.directory(directory).build()?;
        automation.apply(&serde_json::from_str(&plan)?).await?;
        return Ok(());
    }
    let checkout = Checkout::new();
    checkout.write("b.yaml", MARKED);
    let large = format!("{MARKED}{}", "# filled up\n".repeat(1000));
    checkout.write("c.yaml", &large);
    let plan = serde_json::to_string(&checkout.automation().build()?.plan().await?)?;
    let image = checkout.world.image();
    let directory = checkout.folder.path().display().to_string();
    let child = std::process::Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 2; exec \"$0\" --exact directory::full_disk_changes_nothing",
        ])
        .arg(std::env::current_exe()?)
        .envs(VARIABLES.into_iter().zip([plan, image, directory.clone()]))
        .output()?;
    let said = String::from_utf8_lossy(&child.stdout);
    let wanted = format!(
        "c.yaml in the directory {directory} cannot be replaced: File too large (os error 27); no file was changed"
    );
    assert!(said.contains(&wanted), "{said}");
    assert_eq!(
        checkout.read("apps/app.yaml"),
        checkout.world.deployment("5.0.0")
    );
    assert_eq!(checkout.read("b.yaml"), MARKED);
    assert_eq!(checkout.read("c.yaml"), large);
    assert_eq!(checkout.files(), ["apps/app.yaml", "b.yaml", "c.yaml"]);
    Ok(())
}

async fn many_files_are_seen_in_order() -> TestResult {
    let checkout = Checkout::new();
    let mut wanted = vec!["apps/app.yaml".to_owned()];
    for folder in 0..30 {
        for file in 0..40 {
            let name = format!("f{folder}/deep/x{file}.yaml");
            checkout.write(
                &name,
                if file % 4 == 0 {
                    MARKED
                } else {
                    "plain: true\n"
                },
            );
            wanted.extend((file % 4 == 0).then_some(name));
        }
    }
    wanted.sort();
    let automation = checkout.automation().build()?;
    let plan = automation.plan().await?;
    let files: Vec<&str> = plan.edits().iter().map(tagwright::Edit::file).collect();
    assert_eq!(files, wanted);
    assert_eq!(automation.plan().await?, plan);
    let applied = automation.apply(&plan).await?;
    let Applied::Written(written) = applied else {
        panic!("{applied}")
    };
    assert_eq!(written.files(), wanted);
    assert!(
        wanted[1..]
            .iter()
            .all(|file| checkout.read(file) == UPDATED)
    );
    Ok(())
}

async fn runs_at_once_change_each_file_once() -> TestResult {
    let checkout = Checkout::new();
    for file in 0..20 {
        checkout.write(&format!("x{file}.yaml"), MARKED);
    }
    let mut runs = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let automation = checkout.automation().attempts(50).build()?;
        runs.spawn(async move { automation.run().await });
    }
    let mut written = 0;
    while let Some(report) = runs.join_next().await {
        written += match report??.applied() {
            Applied::Written(written) => written.files().len(),
            _ => 0,
        };
    }
    assert_eq!(written, 21);
    assert_eq!(checkout.files().len(), 21, "no temporary file is left");
    assert!((0..20).all(|file| checkout.read(&format!("x{file}.yaml")) == UPDATED));
    Ok(())
}

async fn leftovers_of_a_killed_process_go() -> TestResult {
    let checkout = Checkout::new();
    let metadata = fs::metadata(checkout.folder.path())?;
    let left = format!(
        "apps/.tagwright-{:x}-{:x}-0123456789abcdef",
        metadata.dev(),
        metadata.ino()
    );
    let of_others = "apps/.tagwright-1-1-0123456789abcdef";
    for round in 0..2 {
        checkout.write(&left, "half");
        checkout.write(of_others, "half");
        let report = checkout.run().await?;
        assert_eq!(matches!(report.applied(), Applied::Written(_)), round == 0);
        assert_eq!(checkout.files(), [of_others, "apps/app.yaml"]);
    }
    Ok(())
}

async fn files_that_cannot_be_edited_are_problems() -> TestResult {
    let checkout = Checkout::new();
    checkout.write("broken.yaml", &format!("a: [\n{MARKED}"));
    File::create(checkout.path("large.yaml"))?.set_len((16 << 20) + 1)?;
    let deep = format!("{}deep.yaml", "d/".repeat(102));
    checkout.write(&deep, MARKED);
    rustix_fifo(&checkout.path("pipe.yaml"));
    let report = checkout.run().await?;
    let problems: Vec<_> = report
        .plan()
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    let too_deep = "d/".repeat(101);
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert_eq!(
        problems[0],
        format!(
            "{}: warning: not looked into: it stands more than 100 folders deep",
            too_deep.trim_end_matches('/')
        )
    );
    assert_eq!(
        problems[1],
        "large.yaml: warning: not looked at: it has 16777217 bytes, more than 16777216"
    );
    assert!(
        problems[2].starts_with("broken.yaml: error: "),
        "{problems:?}"
    );
    assert_eq!(
        checkout.read("apps/app.yaml"),
        checkout.world.deployment("5.0.1")
    );
    Ok(())
}

fn rustix_fifo(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo is there").success());
}

/// A folder that takes no new names: by its mode, or for root, who may write everywhere, by the file system's flag.
struct Sealed {
    path: std::path::PathBuf,
    refusal: String,
}

impl Sealed {
    fn new(path: std::path::PathBuf, fill: impl Fn()) -> Option<Self> {
        fill();
        let mut sealed = Self {
            path,
            refusal: String::new(),
        };
        fs::set_permissions(&sealed.path, Permissions::from_mode(0o555)).ok()?;
        sealed.flag("+i");
        sealed.refusal = File::create(sealed.path.join("probe")).err()?.to_string();
        Some(sealed)
    }

    fn flag(&self, flag: &str) {
        let mut chattr = std::process::Command::new("chattr");
        let silent = chattr
            .arg(flag)
            .arg(&self.path)
            .stderr(std::process::Stdio::null());
        // Without the right or the program the mode alone must do.
        let _ = silent.status();
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        self.flag("-i");
        let _ = fs::set_permissions(&self.path, Permissions::from_mode(0o755));
    }
}
