//! Tests that look at what is left behind: each runs in a process of its own, with its own folder for temporary files.

use std::path::Path;
use std::process::Command;

use tagwright_testkit::harness::{Trial, test};

const MARK: &str = "TAGWRIGHT_TEST_ISOLATED";

/// A test that runs in a child process. It fails when the child fails, and when its folder is not empty afterwards.
pub(crate) fn isolated(name: &'static str, run: fn()) -> Trial {
    test(name, move || {
        if std::env::var_os(MARK).is_some() {
            run();
        } else {
            in_child(name);
        }
    })
}

fn in_child(name: &str) {
    let folder = tempfile();
    assert_passes(&mut command(name, folder.path()));
    assert_eq!(names(folder.path()), Vec::<String>::new(), "left behind");
}

/// Fails unless the child ran its one test and passed.
#[track_caller]
pub(crate) fn assert_passes(child: &mut Command) {
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}{errors}"
    );
}

/// This test binary, running one test with this folder for temporary files.
pub(crate) fn command(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--test-threads", "1", "--quiet"]);
    command.env(MARK, "1").env("TMPDIR", folder);
    command
}

/// A folder whose name has what shells and configuration files must have quoted.
pub(crate) fn tempfile() -> tempfile::TempDir {
    tempfile::Builder::new()
        .prefix("it's a \"folder\" ")
        .tempdir()
        .unwrap()
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

/// The command lines of all processes that hold a text.
pub(crate) fn processes_with(text: &str) -> Vec<String> {
    let listed = Command::new("ps")
        .args(["-A", "-o", "args="])
        .output()
        .unwrap();
    let lines = String::from_utf8_lossy(&listed.stdout).into_owned();
    lines
        .lines()
        .filter(|line| line.contains(text))
        .map(str::to_owned)
        .collect()
}
