//! `select`: the tag that a policy chooses, for a shell.

use tagwright_testkit::harness::{Trial, test};

use crate::program::{UNREAD, run, run_unread, run_with};
use crate::world::{World, expect};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("select::prints_the_tag_alone", tag),
        test("select::with_image_and_digest", reference),
        test("select::forms", forms),
        test("select::tags_on_standard_input_need_no_registry", offline),
        test("select::by_the_date_of_the_image", newest_build),
        test("select::bad_input_is_told_in_one_line", bad_input),
    ]
}

fn tag() {
    let world = World::new();
    let (image, host) = (world.image(), world.registry.address());
    let with = |more: &[&str], stdout: &str| {
        let own = ["select", &image, "--plain-http", &host];
        let arguments: Vec<&str> = own.iter().chain(more).copied().collect();
        expect(&world, &arguments, 0, stdout, "");
    };
    with(&["--semver", "5.0.x"], "5.0.3\n");
    with(&["--semver", "*"], "5.1.0\n");
    with(&["--alphabetical", "asc"], "latest\n");
    with(&["--alphabetical", "desc"], "5.0.0\n");
    with(&["--alphabetical", "desc", "--dialect", "fleet"], "5.0.0\n");
    with(
        &[
            "--numerical",
            "desc",
            "--filter",
            r"^5\.0\.(?P<n>\d)$",
            "--extract",
            "$n",
        ],
        "5.0.0\n",
    );
    with(&["--semver", "5.x", "--exclude", "^5.1"], "5.0.3\n");
    with(&["--follow-tag", "latest"], "latest\n");
    let ran = run_unread(&["select", &image, "--plain-http", &host, "--semver", "5.x"]);
    assert_eq!((ran.code, &*ran.stderr), (1, UNREAD));
}

fn reference() {
    let world = World::new();
    let digest = world.registry.push("stefanprodan/podinfo", "5.0.4");
    let (image, host) = (world.image(), world.registry.address());
    let arguments = [
        "select",
        &image,
        "--plain-http",
        &host,
        "--semver",
        "5.0.x",
        "--reference",
    ];
    expect(
        &world,
        &arguments,
        0,
        "REGISTRY/stefanprodan/podinfo:5.0.4\n",
        "",
    );
    let arguments: Vec<&str> = arguments.into_iter().chain(["--digest"]).collect();
    let pinned = format!("REGISTRY/stefanprodan/podinfo:5.0.4@{digest}\n");
    expect(&world, &arguments, 0, &pinned, "");
}

fn forms() {
    let tags = "5.0.1\n\n 5.0.3\r\n5.1.0\nlatest\n";
    for (form, told) in [
        ("text", "5.0.3\n"),
        (
            "json",
            "{\n  \"tag\": \"5.0.3\",\n  \"policy\": \"semver 5.0.x, exclude ^.*\\\\.sig$\",\n  \"reason\": \"greatest of 2 that match 5.0.x; 1 is out of range, 1 is no version\",\n  \"total\": 4,\n  \"counts\": {\n    \"notAVersion\": 1,\n    \"outOfRange\": 1,\n    \"outranked\": 1,\n    \"selected\": 1\n  }\n}\n",
        ),
        (
            "yaml",
            "tag: \"5.0.3\"\npolicy: semver 5.0.x, exclude ^.*\\.sig$\nreason: greatest of 2 that match 5.0.x; 1 is out of range, 1 is no version\ntotal: 4\ncounts:\n  notAVersion: 1\n  outOfRange: 1\n  outranked: 1\n  selected: 1\n",
        ),
        (
            "markdown",
            "`5.0.3`: greatest of 2 that match 5.0.x; 1 is out of range, 1 is no version\n",
        ),
    ] {
        let ran = run_with(&["select", "-", "--semver", "5.0.x", "-o", form], tags);
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, told, ""));
    }
}

fn offline() {
    let tags = "main-e5d27a2c-1619063680\nmain-0badc0d1-1619063999\nmain-ffffffff-1619063111\n";
    let pattern = "^main-[a-f0-9]+-(?P<ts>[0-9]+)";
    let arguments = [
        "select",
        "-",
        "--numerical",
        "asc",
        "--filter",
        pattern,
        "--extract",
        "$ts",
    ];
    let ran = run_with(&arguments, tags);
    assert_eq!(
        (ran.code, &*ran.stdout, &*ran.stderr),
        (0, "main-0badc0d1-1619063999\n", "")
    );
}

fn newest_build() {
    let world = World::new();
    let image = format!("{}/org/app", world.registry.address());
    for (tag, created) in [
        ("a", "2024-01-01T00:00:00Z"),
        ("b", "2025-01-01T00:00:00Z"),
        ("c", "2023-01-01T00:00:00Z"),
    ] {
        world.registry.push_created("org/app", tag, created);
    }
    let arguments = [
        "select",
        &image,
        "--plain-http",
        &world.registry.address(),
        "--newest-build",
    ];
    expect(&world, &arguments, 0, "b\n", "");
}

/// Command lines, and what is said of each.
const BAD: &[(&[&str], &str)] = &[
    (
        &["select", "-"],
        "no flag says which tag wins; give --semver RANGE, --numerical ORDER, --alphabetical ORDER, --calver FORMAT, --newest-build or --follow-tag TAG",
    ),
    (
        &["select", "-", "--semver", "5.0.x"],
        "standard input: no tag selected by semver 5.0.x, exclude ^.*\\.sig$: the list is empty; tagwright explain says why of each",
    ),
    (
        &["select", "-", "--semver", "five"],
        "invalid semver range: unexpected character 'f' at line 1, column 1; write a comparison such as >=1.2.0, 1.2.x or ^1.2",
    ),
    (
        &["select", "-", "--semver", "5", "--numerical", "asc"],
        "the argument '--semver <RANGE>' cannot be used with '--numerical <ORDER>'; see --help",
    ),
    (
        &["select", "-", "--semver", "5", "--extract", "$a"],
        "the following required arguments were not provided: --filter <PATTERN>; see --help",
    ),
    (
        &["select", "-", "--semver", "5", "--filter", "("],
        "invalid filter pattern: a group is not closed at line 1, column 1; add its ), or write \\( for a parenthesis",
    ),
    (
        &["select", "-", "--numerical", "up"],
        "invalid value 'up' for '--numerical <ORDER>' [possible values: asc, desc]; see --help",
    ),
    (
        &["select", "-", "--semver", "5", "--digest"],
        "tags on standard input are of no image; leave --reference and --digest out, or give an image",
    ),
    (
        &["select", "127.0.0.1:1/org/app", "--semver", "5"],
        "listing the tags of 127.0.0.1:1/org/app: no connection to https://127.0.0.1:1: Connection refused (os error 111), 4 times; check the registry's host name and port, and the network",
    ),
    (
        &["select", "-", "--semvr", "5"],
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
