//! Wrong and right command lines.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use tagwright_testkit::harness::{Trial, test};

use crate::program::{Ran, run, tagwright};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("usage::a_typo_in_a_flag_is_told_with_the_nearest", typo),
        test("usage::a_place_without_a_registry_is_told", no_registry),
        test("usage::an_argument_that_is_no_utf_8_is_told", no_utf_8),
    ]
}

fn typo() {
    let ran = run(&["run", "--flx", "."]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    assert!(
        ran.stderr.contains("a similar argument exists: '--flux'"),
        "{}",
        ran.stderr
    );
}

fn no_registry() {
    let ran = run(&["run", "--flux", ".", "--scan-at", "mirror.example.com"]);
    let told = "error: --scan-at 'mirror.example.com' has no '='; give REGISTRY=PLACE\n";
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (1, "", told));
}

fn no_utf_8() {
    let value = "error: invalid UTF-8 was detected in one or more arguments; see --help\n";
    for (arguments, told) in [
        (["tags"].as_slice(), value),
        (&["plan", "--flux"], value),
        (
            &["--nope"],
            "error: unexpected argument '--nope' found; see --help\n",
        ),
    ] {
        let mut command = tagwright(arguments);
        command.arg(OsStr::from_bytes(b"wo\xffrk"));
        let ran = Ran::of(command.output().expect("the program starts"));
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (1, "", told));
    }
}
