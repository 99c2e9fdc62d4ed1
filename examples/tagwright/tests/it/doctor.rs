//! `doctor`: everything is tried, and nothing changed.

use std::fs;

use serde_json::Value;
use tagwright_testkit::cloud::{Answer, Service};
use tagwright_testkit::harness::{TestResult, Trial, test};
use tagwright_testkit::oci::Registry;
use tagwright_testkit::servers::HttpGit;

use crate::program::{Ran, UNREAD, run, run_unread, tagwright};
use crate::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("doctor::all_is_well", well),
        test("doctor::answers_have_forms", forms),
        test("doctor::what_fails_stops_nothing_else", each_alone),
        test("doctor::git_is_missing", no_git),
        test("doctor::registry_does_not_know_the_credentials", login),
        test("doctor::clock_is_wrong", clock),
        test("doctor::directory_is_looked_at", directory),
        test("doctor::server_does_not_know_the_password", password),
        test("doctor::server_lets_nobody_push", read_only),
        test("doctor::images_are_asked_once", once),
        test("doctor::bad_input_is_told_in_one_line", bad_input),
    ]
}

/// What it says of the world, without the row of git, whose version is this machine's.
fn doctor(world: &World, more: &[&str]) -> (Ran, String) {
    let arguments = world.arguments("doctor", more);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = run(&arguments);
    let table = shown(world, &ran.stdout);
    (ran, table)
}

fn shown(world: &World, text: &str) -> String {
    let tip = world.repository.tip("main").unwrap_or_default();
    let short: String = tip.chars().take(12).collect();
    let text = world.told(text);
    let text = if short.is_empty() {
        text
    } else {
        text.replace(&short, "TIP")
    };
    let lines = text.lines().filter(|line| !line.starts_with("git "));
    lines.map(|line| line.to_owned() + "\n").collect()
}

const REGISTRY: &str = "registry REGISTRY/stefanprodan/podinfo  ok  it lists tags: 4 on the first page\nclock REGISTRY  ok  this machine's is within 60 s of it\n";
const REPOSITORY: &str = "repository URL  ok  main is at TIP\n";
const PUSH: &str = "push to URL  ok  these credentials may; rules of branches and hooks are seen by a push alone\n";

fn well() {
    let world = World::new();
    let before = world.repository.git(&["for-each-ref"]);
    let (ran, table) = doctor(&world, &[]);
    let expected = format!("CHECK  RESULT  DETAIL\n{REGISTRY}{REPOSITORY}{PUSH}");
    assert_eq!((&*table, &*ran.stderr, ran.code), (&*expected, "", 0));
    let git = ran.stdout.lines().nth(1).unwrap();
    assert!(git.starts_with("git ") && git.contains(" ok "), "{git}");
    assert_eq!(world.repository.git(&["for-each-ref"]), before);
    assert_eq!(world.marked(), crate::world::MARKED);
}

fn forms() {
    let world = World::new();
    let (ran, _) = doctor(&world, &["-o", "json"]);
    let checks: Value = serde_json::from_str(&ran.stdout).unwrap();
    let kinds: Vec<&str> = checks
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["git", "registry", "clock", "repository", "push"]);
    assert_eq!(checks[3]["state"], "ok");
    assert_eq!(checks[3]["subject"], world.repository.url());
    assert!(
        checks[3]["detail"]
            .as_str()
            .unwrap()
            .starts_with("main is at ")
    );
    let (ran, _) = doctor(&world, &["-o", "markdown"]);
    assert!(
        ran.stdout
            .starts_with("| Check | Result | Detail |\n|---|---|---|\n| git | ok | "),
        "{}",
        ran.stdout
    );
    let (ran, _) = doctor(&world, &["-o", "yaml"]);
    assert!(ran.stdout.starts_with("- kind: git\n"), "{}", ran.stdout);
    let (ran, _) = doctor(&world, &["--color", "always"]);
    assert!(
        ran.stdout.contains("\u{1b}[32mok\u{1b}[0m"),
        "{}",
        ran.stdout
    );
}

fn each_alone() {
    let world = World::new();
    let manifests = world
        .manifests()
        .replace("{branch: main}", "{branch: gone}")
        .replace("stefanprodan/podinfo", "stefanprodan/podinf");
    let more = "---\napiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata: {name: lost, namespace: flux-system}\nspec: {imageRepositoryRef: {name: gone}, policy: {semver: {range: '*'}}}\n";
    world.write("flux/fleet.yaml", &format!("{manifests}{more}"));
    let (ran, table) = doctor(&world, &[]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stderr,
        "error: 3 of 5 checks failed; mend what their rows name\n"
    );
    assert_eq!(
        table,
        format!(
            "CHECK  RESULT  DETAIL\nmanifests ImagePolicy flux-system/lost (fleet.yaml:35)  failed  spec.imageRepositoryRef: there is no ImageRepository flux-system/gone among the objects\nregistry REGISTRY/stefanprodan/podinf  failed  listing the tags of REGISTRY/stefanprodan/podinf: the registry answered 404 (NAME_UNKNOWN); check the name, and that the credentials may see it\nrepository URL  failed  it has no gone; push it, or correct the name\n{PUSH}"
        )
    );
}

fn no_git() {
    let world = World::new();
    let empty = world.path("bin");
    fs::create_dir(&empty).unwrap();
    let arguments = world.arguments("doctor", &[]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = tagwright(&arguments).env("PATH", &empty).output().unwrap();
    let ran = Ran::of(output);
    let missing = "the program git was not found in PATH; install git 2.32 or newer";
    assert!(
        world
            .told(&ran.stdout)
            .contains(&format!("\ngit  failed  {missing}\n")),
        "{}",
        ran.stdout
    );
    assert!(world.told(&ran.stdout).contains(REGISTRY), "{}", ran.stdout);
    assert_eq!(
        (&*ran.stderr, ran.code),
        (
            "error: 2 of 4 checks failed; mend what their rows name\n",
            1
        )
    );
}

fn login() {
    let world = World::of(Registry::builder().basic_auth("user", "c4n4ry").start());
    let (ran, table) = doctor(&world, &[]);
    assert!(
        table.contains("registry REGISTRY/stefanprodan/podinfo  failed  asking for a token for REGISTRY/stefanprodan/podinfo: the registry wants a user name and a password; give credentials for this registry\n"),
        "{table}"
    );
    assert_eq!(ran.code, 1);
    let secret = |password: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: login, namespace: flux-system}}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{{\"auths\": {{\"{}\": {{\"username\": \"user\", \"password\": \"{password}\"}}}}}}'\n",
            world.registry.address()
        )
    };
    let named = world.manifests().replace(
        "  insecure: true\n",
        "  insecure: true\n  secretRef: {name: login}\n",
    );
    world.write("flux/fleet.yaml", &named);
    world.write("flux/secret.yaml", &secret("wr0ng"));
    let (ran, table) = doctor(&world, &["-vv"]);
    assert!(table.contains("the registry answered 401"), "{table}");
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("wr0ng"));
    world.write("flux/secret.yaml", &secret("c4n4ry"));
    let (ran, table) = doctor(&world, &["-vv"]);
    assert!(table.contains(REGISTRY), "{table}");
    assert_eq!(ran.code, 0);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("c4n4ry"));
}

/// A registry of one answer, in 1994.
fn clock() {
    let registry = Service::start(|_| {
        Answer::json("{\"name\": \"stefanprodan/podinfo\", \"tags\": [\"5.0.0\"]}")
            .header("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
    });
    let world = World::new();
    let manifests = world
        .manifests()
        .replace(&world.registry.address(), &registry.address());
    world.write("flux/fleet.yaml", &manifests);
    let (ran, table) = doctor(&world, &[]);
    let start = format!(
        "clock {}  failed  this machine's clock is ",
        registry.address()
    );
    let end = " s ahead of it; set the clock, by which tokens and certificates are judged";
    assert!(
        table
            .lines()
            .any(|line| line.starts_with(&start) && line.ends_with(end)),
        "{table}"
    );
    assert!(
        table.contains("it lists tags: 1 on the first page\n"),
        "{table}"
    );
    assert_eq!(
        (&*ran.stderr, ran.code),
        (
            "error: 1 of 5 checks failed; mend what their rows name\n",
            1
        )
    );
}

fn directory() {
    let world = World::new();
    world.write("checkout/app.yaml", crate::world::MARKED);
    let checkout = world.path("checkout");
    let flux = world.flux();
    let ran = run(&["doctor", "--flux", &flux, "--directory", &checkout]);
    let row = "directory FOLDER/checkout  ok  it can be written\n";
    let table = shown(&world, &ran.stdout);
    assert_eq!(table, format!("CHECK  RESULT  DETAIL\n{REGISTRY}{row}"));
    assert_eq!((&*ran.stderr, ran.code), ("", 0));
    let gone = world.path("gone");
    let ran = run(&["doctor", "--flux", &flux, "--directory", &gone]);
    assert!(
        shown(&world, &ran.stdout).contains("directory FOLDER/gone  failed  the directory FOLDER/gone cannot be opened: No such file or directory (os error 2); correct it\n"),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.code, 1);
}

/// The manifests with the server's URL, and a Secret with a password.
fn over_http(world: &World, server: &HttpGit, password: &str) -> Ran {
    let manifests = world
        .manifests()
        .replace("https://git.example.com/fleet.git", &server.url())
        .replace(
            "  ref: {branch: main}\n",
            "  ref: {branch: main}\n  secretRef: {name: git}\n",
        );
    world.write("flux/fleet.yaml", &manifests);
    let user = server.user();
    world.write(
        "flux/secret.yaml",
        &format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: git, namespace: flux-system}}\nstringData: {{username: {user}, password: {password}}}\n"),
    );
    run(&["doctor", "--flux", &world.flux()])
}

fn password() -> TestResult {
    let world = World::new();
    let server = HttpGit::start(&world.repository)?;
    let ran = over_http(&world, &server, "wr0ng");
    let table = shown(&world, &ran.stdout).replace(&server.url(), "SERVER");
    assert!(
        table.contains("repository SERVER  failed  cannot list the refs of SERVER: "),
        "{table}"
    );
    assert!(!table.contains("push to"), "{table}");
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("wr0ng"));
    assert_eq!(ran.code, 1);
    let ran = over_http(&world, &server, server.password());
    let table = shown(&world, &ran.stdout).replace(&server.url(), "URL");
    assert_eq!(
        table,
        format!("CHECK  RESULT  DETAIL\n{REGISTRY}{REPOSITORY}{PUSH}")
    );
    assert_eq!((&*ran.stderr, ran.code), ("", 0));
    Ok(())
}

fn read_only() -> TestResult {
    let world = World::new();
    world
        .repository
        .git(&["config", "http.receivepack", "false"]);
    let server = HttpGit::start(&world.repository)?;
    let ran = over_http(&world, &server, server.password());
    let table = shown(&world, &ran.stdout).replace(&server.url(), "URL");
    assert!(table.contains(REPOSITORY), "{table}");
    assert!(
        table.contains("push to URL  failed  every push was refused: "),
        "{table}"
    );
    assert!(
        table.ends_with(
            "returned error: 403; give these credentials the right to push, or others\n"
        ),
        "{table}"
    );
    assert_eq!(ran.code, 1);
    Ok(())
}

fn once() {
    let world = World::new();
    let second = world.manifests().replace("name: fleet,", "name: second,");
    let automation = second.split("---\n").last().unwrap();
    let automation = automation.replace("name: second}", "name: fleet}");
    let policy = world
        .manifests()
        .split("---\n")
        .nth(2)
        .unwrap()
        .replace("{name: podinfo, namespace", "{name: other, namespace");
    let all = format!("{}---\n{policy}---\n{automation}", world.manifests());
    world.write("flux/fleet.yaml", &all);
    world.registry.clear_requests();
    let (ran, table) = doctor(&world, &[]);
    assert_eq!(
        table,
        format!("CHECK  RESULT  DETAIL\n{REGISTRY}{REPOSITORY}{PUSH}")
    );
    assert_eq!(ran.code, 0);
    let lists = world.registry.requests();
    let lists = lists.iter().filter(|one| one.path.contains("tags/list"));
    assert_eq!(lists.count(), 1);
}

fn bad_input() {
    let ran = run(&["doctor", "--flux", "gone"]);
    assert_eq!(
        (&*ran.stdout, &*ran.stderr, ran.code),
        (
            "",
            "error: gone cannot be read: No such file or directory (os error 2); give the path of a folder or a file, or - for standard input\n",
            1
        )
    );
    let ran = run(&["doctor", "--flx", "gone"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("a similar argument exists: '--flux'"),
        "{}",
        ran.stderr
    );
    let world = World::new();
    let ran = run_unread(&[
        "doctor",
        "--flux",
        &world.flux(),
        "--repository-url",
        &world.repository.url(),
    ]);
    assert_eq!((ran.code, &*ran.stderr), (1, UNREAD));
}
