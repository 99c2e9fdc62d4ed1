//! `explain`: why one tag, and why none of the others.

use tagwright_testkit::harness::{Trial, test};

use crate::program::{UNREAD, run, run_unread, run_with};
use crate::world::{World, expect};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("explain::each_tag_has_its_verdict", verdicts),
        test("explain::forms", forms),
        test("explain::dates_are_asked_for", dates),
        test("explain::bad_input_is_told_in_one_line", bad_input),
    ]
}

const TAGS: &str = "latest\n5.0.1\n5.1.0\n5.0.3\n5.0.4-rc.1\nsha256-abc.sig\n";

fn verdicts() {
    let world = World::new();
    let (image, host) = (world.image(), world.registry.address());
    let told = "\
TAG  VERDICT
5.0.3  is selected
5.0.0  is outranked
5.1.0  is out of range
latest  is no version

5.0.3: greatest of 2 that match 5.0.x; 1 is out of range, 1 is no version
";
    let arguments = [
        "explain",
        &image,
        "--plain-http",
        &host,
        "--semver",
        "5.0.x",
    ];
    expect(&world, &arguments, 0, told, "");
    let ran = run_unread(&arguments);
    assert_eq!((ran.code, &*ran.stderr), (1, UNREAD));
    let none = told
        .replace(
            "5.0.3  is selected\n5.0.0  is outranked\n",
            "5.0.0  is out of range\n5.0.3  is out of range\n",
        )
        .replace(
            "5.0.3: greatest of 2 that match 5.0.x; 1 is out",
            r"no tag selected of 4 by semver 7.x, exclude ^.*\.sig$; 3 are out",
        );
    let arguments = ["explain", &image, "--plain-http", &host, "--semver", "7.x"];
    expect(&world, &arguments, 0, &none, "");
}

fn forms() {
    for (form, told) in [
        (
            "text",
            "TAG             VERDICT\n5.0.3           is selected\n5.0.1           is outranked\n5.1.0           is out of range\n5.0.4-rc.1      is a prerelease that the range does not ask for\nlatest          is no version\nsha256-abc.sig  is excluded\n\n5.0.3: greatest of 2 that match 5.0.x; 1 is out of range, 1 is a prerelease that the range does not ask for, 1 is no version, 1 is excluded\n",
        ),
        (
            "json",
            "{\n  \"policy\": \"semver 5.0.x, exclude ^.*\\\\.sig$\",\n  \"tag\": \"5.0.3\",\n  \"reason\": \"greatest of 2 that match 5.0.x; 1 is out of range, 1 is a prerelease that the range does not ask for, 1 is no version, 1 is excluded\",\n  \"tags\": [\n    {\n      \"tag\": \"5.0.3\",\n      \"verdict\": \"selected\",\n      \"reason\": \"is selected\"\n    },\n    {\n      \"tag\": \"5.0.1\",\n      \"verdict\": \"outranked\",\n      \"reason\": \"is outranked\"\n    },\n    {\n      \"tag\": \"5.1.0\",\n      \"verdict\": \"outOfRange\",\n      \"reason\": \"is out of range\"\n    },\n    {\n      \"tag\": \"5.0.4-rc.1\",\n      \"verdict\": \"prereleaseNotAdmitted\",\n      \"reason\": \"is a prerelease that the range does not ask for\"\n    },\n    {\n      \"tag\": \"latest\",\n      \"verdict\": \"notAVersion\",\n      \"reason\": \"is no version\"\n    },\n    {\n      \"tag\": \"sha256-abc.sig\",\n      \"verdict\": \"excluded\",\n      \"reason\": \"is excluded\"\n    }\n  ]\n}\n",
        ),
        (
            "yaml",
            "policy: semver 5.0.x, exclude ^.*\\.sig$\ntag: \"5.0.3\"\nreason: >-\n  greatest of 2 that match 5.0.x; 1 is out of range, 1 is a prerelease that the\n  range does not ask for, 1 is no version, 1 is excluded\ntags:\n- tag: \"5.0.3\"\n  verdict: selected\n  reason: is selected\n- tag: \"5.0.1\"\n  verdict: outranked\n  reason: is outranked\n- tag: \"5.1.0\"\n  verdict: outOfRange\n  reason: is out of range\n- tag: 5.0.4-rc.1\n  verdict: prereleaseNotAdmitted\n  reason: is a prerelease that the range does not ask for\n- tag: latest\n  verdict: notAVersion\n  reason: is no version\n- tag: sha256-abc.sig\n  verdict: excluded\n  reason: is excluded\n",
        ),
        (
            "markdown",
            "5.0.3: greatest of 2 that match 5.0.x; 1 is out of range, 1 is a prerelease that the range does not ask for, 1 is no version, 1 is excluded\n\n| Tag | Verdict |\n|---|---|\n| `5.0.3` | is selected |\n| `5.0.1` | is outranked |\n| `5.1.0` | is out of range |\n| `5.0.4-rc.1` | is a prerelease that the range does not ask for |\n| `latest` | is no version |\n| `sha256-abc.sig` | is excluded |\n",
        ),
    ] {
        let ran = run_with(&["explain", "-", "--semver", "5.0.x", "-o", form], TAGS);
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, told, ""));
    }
}

fn dates() {
    let world = World::new();
    let image = format!("{}/org/app", world.registry.address());
    for (tag, created) in [("a", "2024-01-01T00:00:00Z"), ("b", "2025-01-01T00:00:00Z")] {
        world.registry.push_created("org/app", tag, created);
    }
    let arguments = [
        "explain",
        &image,
        "--plain-http",
        &world.registry.address(),
        "--newest-build",
    ];
    let told = "TAG  VERDICT\nb  is selected\na  is outranked\n\nb: newest of 2 with a date\n";
    expect(&world, &arguments, 0, told, "");
}

/// Command lines, and what is said of each.
const BAD: &[(&[&str], &str)] = &[
    (
        &["explain", "-"],
        "no flag says which tag wins; give --semver RANGE, --numerical ORDER, --alphabetical ORDER, --calver FORMAT, --newest-build or --follow-tag TAG",
    ),
    (
        &["explain", "-", "--semver", "five"],
        "invalid semver range: unexpected character 'f' at line 1, column 1; write a comparison such as >=1.2.0, 1.2.x or ^1.2",
    ),
    (
        &["explain", "127.0.0.1:1/org/app", "--semver", "5"],
        "listing the tags of 127.0.0.1:1/org/app: no connection to https://127.0.0.1:1: Connection refused (os error 111), 4 times; check the registry's host name and port, and the network",
    ),
    (
        &["explain", "-", "--semvr", "5"],
        "unexpected argument '--semvr' found; a similar argument exists: '--semver'; see --help",
    ),
];

fn bad_input() {
    for (arguments, told) in BAD {
        let ran = run(arguments);
        let told = format!("error: {told}\n");
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (1, "", &*told));
    }
}
