//! `plan`, and `apply` of what it wrote.

use std::fs;

use tagwright_testkit::harness::{Trial, test};
use tagwright_testkit::oci::Fault;

use crate::program::{UNREAD, run, run_unread, run_with};
use crate::world::{MARKED, UPDATED, World, expect};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("plan::shows_and_changes_nothing", shows),
        test("plan::exit_code_tells_of_changes", exit_code),
        test("plan::of_a_checkout", checkout),
        test("plan::forms_are_data", forms),
        test("plan::colours_where_they_are_wanted", colours),
        test("plan::what_was_planned_is_applied", apply),
        test("plan::a_plan_from_standard_input", apply_piped),
        test("plan::a_stale_plan_does_nothing", stale),
        test("plan::a_plan_of_another_automation_is_refused", foreign),
        test("plan::the_file_is_whole_or_not_there", out),
        test("plan::one_that_failed_leaves_the_file_as_it_was", failed),
        test("plan::apply_is_told_what_is_no_plan", no_plan),
        test("plan::standard_input_has_manifests", piped),
    ]
}

const PLAN: &str = "\
flux-system/fleet on main of URL
POLICY  IMAGE  TAG  REASON
flux-system:podinfo  REGISTRY/stefanprodan/podinfo  5.0.3  greatest of 2 that match 5.0.x; 1 is out of range, 1 is no version
--- a/app.yaml
+++ b/app.yaml
@@ -1,2 +1,2 @@
 image: podinfo
-tag: 5.0.0 # {\"$imagepolicy\": \"flux-system:podinfo:tag\"}
+tag: 5.0.3 # {\"$imagepolicy\": \"flux-system:podinfo:tag\"}
";

fn shows() {
    let world = World::new();
    expect(&world, &world.arguments("plan", &[]), 0, PLAN, "");
    assert_eq!(world.marked(), MARKED);
}

fn exit_code() {
    let world = World::new();
    expect(
        &world,
        &world.arguments("plan", &["--exit-code"]),
        2,
        PLAN,
        "",
    );
    run(&strs(&world.arguments("run", &[])));
    let head: String = PLAN.lines().take(3).flat_map(|line| [line, "\n"]).collect();
    let nothing = head + "nothing to do\n";
    expect(
        &world,
        &world.arguments("plan", &["--exit-code"]),
        0,
        &nothing,
        "",
    );
}

fn checkout() {
    let world = World::new();
    world.write("checkout/app.yaml", MARKED);
    let checkout = world.path("checkout");
    let arguments = ["plan", "--directory", &checkout, "--flux", &world.flux()];
    let told = PLAN.replace("main of URL", "the directory FOLDER/checkout");
    expect(&world, &arguments, 0, &told, "");
    assert_eq!(world.read("checkout/app.yaml"), MARKED);
}

fn forms() {
    let world = World::new();
    let ran = run(&strs(&world.arguments("plan", &["-o", "json"])));
    let answer: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(answer["plans"][0]["format"], 2);
    assert_eq!(answer["plans"][0]["edits"][0]["new"], "5.0.3");
    for list in ["failed", "suspended", "problems"] {
        assert_eq!(answer[list], serde_json::json!([]), "{list}");
    }
    let ran = run(&strs(&world.arguments("plan", &["-o", "yaml"])));
    assert!(
        ran.stdout
            .starts_with("plans:\n- format: 2\n  automation: flux-system/fleet\n"),
        "{}",
        ran.stdout
    );
    let ran = run(&strs(&world.arguments("plan", &["-o", "markdown"])));
    assert!(
        ran.stdout.starts_with("**1 value changes** in 1 file on "),
        "{}",
        ran.stdout
    );
}

fn colours() {
    let world = World::new();
    let ran = run(&strs(&world.arguments("plan", &["--color", "always"])));
    assert!(
        ran.stdout.contains("\n\x1b[32m+tag: 5.0.3 # "),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.code, 0);
}

fn apply() {
    let world = World::new();
    let file = world.path("plan.json");
    expect(
        &world,
        &world.arguments("plan", &["--out", &file, "--exit-code"]),
        2,
        PLAN,
        "",
    );
    let told = "flux-system/fleet: pushed TIP to main\n";
    expect(&world, &world.arguments("apply", &[&file]), 0, told, "");
    assert_eq!(world.marked(), UPDATED);
    let again = "error: flux-system/fleet: stale: app.yaml: tag is no longer '5.0.0' for flux-system:podinfo:tag; plan again\n";
    expect(&world, &world.arguments("apply", &[&file]), 1, "", again);
}

fn apply_piped() {
    let world = World::new();
    let plan = run(&strs(&world.arguments("plan", &["-o", "json"]))).stdout;
    let ran = run_with(
        &strs(&world.arguments("apply", &["-", "-o", "json"])),
        &plan,
    );
    let answer: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let done = &answer["automations"][0];
    assert_eq!(done["outcome"], "pushed");
    assert_eq!(
        done["commit"],
        world.repository.tip("main").expect("a branch")
    );
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
}

fn stale() {
    let world = World::new();
    let file = world.path("plan.json");
    run(&strs(&world.arguments("plan", &["--out", &file])));
    let other = MARKED.replace("5.0.0", "4.9.9");
    world
        .repository
        .commit("main", &[("app.yaml", other.as_bytes())], "somebody else");
    let tip = world.repository.tip("main");
    let told = "error: flux-system/fleet: stale: app.yaml: tag is no longer '5.0.0' for flux-system:podinfo:tag; plan again\n";
    expect(&world, &world.arguments("apply", &[&file]), 1, "", told);
    assert_eq!(world.repository.tip("main"), tip);
}

fn foreign() {
    let world = World::new();
    let file = world.path("plan.json");
    run(&strs(&world.arguments("plan", &["--out", &file])));
    world.write(
        "flux/fleet.yaml",
        &world
            .manifests()
            .replace("name: fleet, namespace", "name: other, namespace")
            .replace("name: fleet}", "name: other}"),
    );
    expect(
        &world,
        &world.arguments("apply", &[&file]),
        1,
        "",
        "error: flux-system/fleet: the plan is for the automation flux-system/fleet, and there are flux-system/other; apply it with the manifests that it was made of\n",
    );
    assert_eq!(world.marked(), MARKED);
}

fn out() {
    let world = World::new();
    let told = |path: &str, reason: &str| {
        format!(
            "error: {path} cannot be written: {reason}; give a folder that is there and can be written to\n"
        )
    };
    let missing = world.path("missing/plan.json");
    let arguments = world.arguments("plan", &["--out", &missing]);
    let none = told(
        "FOLDER/missing/plan.json",
        "No such file or directory (os error 2)",
    );
    expect(&world, &arguments, 1, "", &none);
    let folder = world.flux();
    let arguments = world.arguments("plan", &["--out", &folder]);
    expect(
        &world,
        &arguments,
        1,
        "",
        &told("FOLDER/flux", "is a directory"),
    );
    let full = told("/dev/full", "No space left on device (os error 28)");
    expect(
        &world,
        &world.arguments("plan", &["--out", "/dev/full"]),
        1,
        "",
        &full,
    );
    let names = fs::read_dir(world.folder.path()).expect("a folder");
    assert_eq!(names.count(), 1, "nothing but the manifests");
    // What stood there before stays when the answer cannot be told.
    let file = world.path("plan.json");
    let ran = run_unread(&strs(&world.arguments("plan", &["--out", &file])));
    assert_eq!((ran.code, &*ran.stderr), (1, UNREAD));
    let told = "flux-system/fleet: pushed TIP to main\n";
    expect(&world, &world.arguments("apply", &[&file]), 0, told, "");
}

fn failed() {
    let world = World::new();
    let file = world.path("plan.json");
    let plan = world.arguments("plan", &["--out", &file]);
    let plan = strs(&plan);
    assert_eq!(run(&plan).code, 0);
    let whole = world.read("plan.json");
    world
        .registry
        .fault("/v2/stefanprodan/podinfo/tags/list", 9, Fault::status(404));
    assert_eq!(run(&plan).code, 1);
    assert_eq!(world.read("plan.json"), whole);
    let answer = run(&strs(&world.arguments("plan", &["-o", "json"])));
    assert_eq!(answer.code, 1);
    world.write("plan.json", &answer.stdout);
    let ran = run(&strs(&world.arguments("apply", &[&file])));
    let start = format!("error: {file}: nothing could be planned: flux-system/fleet: ");
    assert!(ran.stderr.starts_with(&start), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("; plan again\n"), "{}", ran.stderr);
    assert_eq!((ran.code, ran.stderr.lines().count()), (1, 1));
    assert_eq!(world.marked(), MARKED);
}

fn no_plan() {
    let world = World::new();
    for (text, told) in [
        (
            "",
            "error: FOLDER/plan.json: the plan cannot be read: EOF while parsing a value at line 1 column 0; plan again\n",
        ),
        (
            "{}",
            "error: FOLDER/plan.json: the plan cannot be read: missing field `format` at line 1 column 2; plan again\n",
        ),
        (
            "{\"plans\": [{\"format\": 9}]}",
            "error: FOLDER/plan.json: plan format 9 is not 2, the one that this version reads; plan again with this version\n",
        ),
        (
            "{\"plans\": [{\"format\": 2}]}",
            "error: FOLDER/plan.json: the plan cannot be read: missing field `automation` at line 1 column 24; plan again\n",
        ),
        (
            "plans: []",
            "error: FOLDER/plan.json: the plan cannot be read: expected value at line 1 column 1; plan again\n",
        ),
    ] {
        world.write("plan.json", text);
        expect(
            &world,
            &world.arguments("apply", &[&world.path("plan.json")]),
            1,
            "",
            told,
        );
    }
    expect(
        &world,
        &world.arguments("apply", &[&world.path("none.json")]),
        1,
        "",
        "error: FOLDER/none.json cannot be read: No such file or directory (os error 2); give the file of `plan --out`, or - for standard input\n",
    );
    expect(
        &world,
        &world.arguments("apply", &[&world.flux()]),
        1,
        "",
        "error: FOLDER/flux cannot be read: Is a directory (os error 21); give the file of `plan --out`, or - for standard input\n",
    );
}

fn piped() {
    let world = World::new();
    let url = world.repository.url();
    let ran = run_with(
        &["plan", "--flux", "-", "--repository-url", &url],
        &world.manifests(),
    );
    assert_eq!(
        (ran.code, world.told(&ran.stdout), &*ran.stderr),
        (0, PLAN.to_owned(), "")
    );
}

pub(crate) fn strs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}
