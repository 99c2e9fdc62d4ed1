//! `man`: the manual pages.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tagwright_testkit::harness::{Trial, test};
use tempfile::TempDir;

use crate::program::run;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("man::each_command_has_a_page", pages),
        test("man::without_a_folder_the_first_page_is_printed", printed),
        test("man::a_missing_folder_is_told", missing),
        test("man::a_page_that_cannot_be_replaced_is_told", unwritable),
    ]
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn pages() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().to_str().unwrap();
    let ran = run(&["man", path]);
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, "", ""));
    let names = names(folder.path());
    for page in ["", "-create", "-create-policy", "-man", "-plan"] {
        let page = format!("tagwright{page}.1");
        assert!(names.contains(&page), "{page} in {names:?}");
    }
    assert!(names.iter().all(|name| name.ends_with(".1")), "{names:?}");
    let plan = fs::read_to_string(folder.path().join("tagwright-plan.1")).unwrap();
    assert!(
        plan.contains(&format!(
            ".TH tagwright-plan 1  \"tagwright {}\"",
            env!("CARGO_PKG_VERSION")
        )),
        "{plan}"
    );
    assert!(plan.contains("Show what would change"), "{plan}");
    let mode = fs::metadata(folder.path().join("tagwright.1")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o600, 0o600);
    // A second time they are replaced.
    assert_eq!(run(&["man", path]).code, 0);
}

fn printed() {
    let ran = run(&["man"]);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    assert!(ran.stdout.contains(".TH tagwright 1"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Exit codes:"), "{}", ran.stdout);
}

fn missing() {
    let folder = TempDir::new().unwrap();
    let gone = folder.path().join("gone").display().to_string();
    let ran = run(&["man", &gone]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    assert_eq!(
        ran.stderr,
        format!(
            "error: {gone}/tagwright.1 cannot be written: No such file or directory (os error 2); give a folder that is there and can be written to\n"
        )
    );
}

fn unwritable() {
    let folder = TempDir::new().unwrap();
    let taken = folder.path().join("tagwright.1");
    fs::create_dir(&taken).unwrap();
    let ran = run(&["man", folder.path().to_str().unwrap()]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    assert_eq!(
        ran.stderr,
        format!(
            "error: {} cannot be written: Is a directory (os error 21); give a folder that is there and can be written to\n",
            taken.display()
        )
    );
    assert_eq!(names(folder.path()), ["tagwright.1"]);
}
