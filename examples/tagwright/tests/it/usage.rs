//! Wrong and right command lines.

use tagwright_testkit::harness::{Trial, test};

use crate::program::run;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("usage::a_typo_in_a_flag_is_told_with_the_nearest", typo),
        test("usage::a_place_without_a_registry_is_told", no_registry),
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
