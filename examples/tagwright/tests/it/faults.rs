//! What goes wrong with `run`, and how it is told: exit codes, one line each, nothing half written.

use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::Value;
use tagwright_testkit::harness::{TestError, Trial, test};
use tagwright_testkit::oci::Registry;
use tagwright_testkit::servers::HttpGit;

use crate::flags::check;
use crate::plan::strs;
use crate::program::{Ran, UNREAD, run, run_unread, tagwright};
use crate::world::{MARKED, UPDATED, World, expect};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("faults::registries", registries),
        test("faults::repositories", repositories),
        test("faults::a_refused_password", password),
        test("faults::one_of_two_images_is_done", partial),
        test("faults::warnings_fail_when_strict", strict),
        test("faults::log_lines_are_objects", json_lines),
        test("faults::nobody_reads_and_the_work_is_whole", closed_pipe),
        test("faults::directories", directories),
        test("faults::disks", disks),
        test("faults::states", states),
        test("faults::a_bar_on_a_terminal", bar),
        test("faults::a_stopped_command_says_so", stopped),
    ]
}

fn registries() {
    let world = World::of(Registry::builder().basic_auth("robot", "pa55word").start());
    expect(
        &world,
        &world.arguments("run", &[]),
        1,
        "",
        "error: flux-system/fleet: no tag was selected: flux-system:podinfo: error: asking for a token for REGISTRY/stefanprodan/podinfo: the registry wants a user name and a password; give credentials for this registry\n",
    );
    world.write("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: pull}\nstringData: {username: robot, password: wr0ng}\n");
    let with = world.manifests().replace(
        "insecure: true",
        "insecure: true\n  secretRef: {name: pull}",
    );
    world.write("flux/fleet.yaml", &with);
    let secret = format!("flux-system/pull=file:{}", world.path("secret.yaml"));
    expect(
        &world,
        &world.arguments("run", &["--secret", &secret]),
        1,
        "",
        "error: flux-system/fleet: no tag was selected: flux-system:podinfo: error: listing the tags of REGISTRY/stefanprodan/podinfo: the registry answered 401 (UNAUTHORIZED); check the credentials for this registry, and the repository's name\n",
    );
    assert_eq!(world.marked(), MARKED);
    let unreachable = world
        .manifests()
        .replace(&world.registry.address(), "127.0.0.1:1");
    world.write("flux/fleet.yaml", &unreachable);
    expect(
        &world,
        &world.arguments("run", &[]),
        1,
        "",
        "error: flux-system/fleet: no tag was selected: flux-system:podinfo: error: listing the tags of 127.0.0.1:1/stefanprodan/podinfo: no connection to http://127.0.0.1:1: Connection refused (os error 111), 4 times; check the registry's host name and port, and the network\n",
    );
}

fn repositories() {
    let world = World::new();
    let flux = world.flux();
    let missing = world.path("none.git");
    for (url, told) in [
        (
            &*missing,
            "error: flux-system/fleet: cannot fetch branch 'main' from FOLDER/none.git: there is no git repository at this path; check it; git says: 'FOLDER/none.git' does not appear to be a git repository\n",
        ),
        (
            "http://127.0.0.1:1/fleet.git",
            "error: flux-system/fleet: cannot fetch branch 'main' from http://127.0.0.1:1/fleet.git: the server does not answer as a git server; check the URL and the network; git says: unable to access 'http://127.0.0.1:1/fleet.git/': Failed to connect to 127.0.0.1 port 1 after N ms: Couldn't connect to server\n",
        ),
        (
            "ssh://git@127.0.0.1:1/fleet.git",
            "error: flux-system/fleet: cannot fetch branch 'main' from ssh://git@127.0.0.1:1/fleet.git: the server does not answer as a git server; check the URL and the network; git says: ssh: connect to host 127.0.0.1 port 1: Connection refused\n",
        ),
        (
            "https://",
            "error: --repository-url: invalid repository URL \"https://\": the host is missing or no name of one\n",
        ),
    ] {
        expect(
            &world,
            &["run", "--flux", &flux, "--repository-url", url],
            1,
            "",
            told,
        );
    }
    let branch = world
        .manifests()
        .replace("{branch: main}", "{branch: production}");
    world.write("flux/fleet.yaml", &branch);
    expect(
        &world,
        &world.arguments("run", &[]),
        1,
        "",
        "error: flux-system/fleet: cannot fetch branch 'production' from URL: there is no such ref; create it or name another; git says: couldn't find remote ref refs/heads/production\n",
    );
}

fn password() -> Result<(), TestError> {
    let world = World::new();
    let server = HttpGit::start_tls(&world.repository)?;
    world.write("ca.pem", server.ca_certificate().expect("it has one"));
    let with = world
        .manifests()
        .replace("https://git.example.com/fleet.git", &server.url());
    let with = with.replace(
        "ref: {branch: main}",
        "ref: {branch: main}\n  secretRef: {name: git}",
    );
    world.write("flux/fleet.yaml", &with);
    world.write("password", server.password());
    let (ca, flux) = (world.path("ca.pem"), world.flux());
    let user = "flux-system/git:username=env:GIT_USER";
    let password = format!("flux-system/git:password=file:{}", world.path("password"));
    let start = |user_name: &str| {
        let arguments = [
            "run", "--flux", &flux, "--ca", &ca, "--secret", user, "--secret", &password,
        ];
        let mut command = tagwright(&arguments);
        command.env("GIT_USER", user_name);
        Ran::of(command.output().expect("it starts"))
    };
    let told = |text: &str| world.told(text).replace(&server.url(), "SERVER");
    let ran = start("nobody");
    assert_eq!(
        (ran.code, &*ran.stdout, &*told(&ran.stderr)),
        (
            1,
            "",
            "error: flux-system/fleet: cannot fetch branch 'main' from SERVER: the server refuses the credentials; check them and their rights; git says: Authentication failed for 'SERVER/'\n"
        )
    );
    assert_eq!(world.marked(), MARKED);
    let ran = start(server.user());
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{}", ran.stdout);
    assert_eq!(world.marked(), UPDATED);
    Ok(())
}

/// A second image, which is not there.
fn second(world: &World) -> String {
    let own = world.manifests();
    let objects: Vec<&str> = own.split("---\n").collect();
    let other = |object: &str| {
        object
            .replace("name: podinfo", "name: other")
            .replace("stefanprodan/podinfo", "org/none")
    };
    format!("{own}---\n{}---\n{}", other(objects[1]), other(objects[2]))
}

fn partial() {
    let world = World::new();
    world.write("flux/fleet.yaml", &second(&world));
    let ran = run(&strs(&world.arguments("plan", &["--exit-code"])));
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let ran = run(&strs(&world.arguments("run", &[])));
    assert_eq!(
        (ran.code, &*world.told(&ran.stderr)),
        (
            3,
            "error: flux-system:other: listing the tags of REGISTRY/org/none: the registry answered 404 (NAME_UNKNOWN); check the name, and that the credentials may see it\n"
        )
    );
    assert_eq!(world.marked(), UPDATED);
}

fn strict() {
    let world = World::new();
    let text = format!("{MARKED}other: 1.0.0 # {{\"$imagepolicy\": \"flux-system:podnfo:tag\"}}\n");
    world
        .repository
        .commit("main", &[("app.yaml", text.as_bytes())], "a typo");
    let ran = run(&strs(&world.arguments("plan", &[])));
    assert_eq!(
        (ran.code, &*world.told(&ran.stderr)),
        (
            0,
            "warning: app.yaml:3:14: marker \"flux-system:podnfo:tag\": the setter is not known; did you mean \"flux-system:podinfo:tag\"?\n"
        )
    );
    let ran = run(&strs(&world.arguments("plan", &["--strict"])));
    assert_eq!(
        (ran.code, &*world.told(&ran.stderr)),
        (
            1,
            "warning: app.yaml:3:14: marker \"flux-system:podnfo:tag\": the setter is not known; did you mean \"flux-system:podinfo:tag\"?\nerror: 1 warning, and --strict is given\n"
        )
    );
}

fn json_lines() {
    let world = World::new();
    world.write("flux/fleet.yaml", &second(&world));
    for arguments in [
        world.arguments("run", &["--log-format", "json", "-v"]),
        world.arguments("plan", &["--log-format=json", "-vv"]),
        world.arguments("plan", &["--log-format=json", "--strict"]),
        ["run", "--log-format", "json", "--flux", "/nowhere"]
            .map(str::to_owned)
            .to_vec(),
        ["run", "--log-format", "json", "--flx", "/nowhere"]
            .map(str::to_owned)
            .to_vec(),
    ] {
        let ran = run(&strs(&arguments));
        let lines: Vec<Value> = ran
            .stderr
            .lines()
            .map(|line| serde_json::from_str(line).expect(line))
            .collect();
        let last = lines.last().expect("a line");
        assert!(
            last["fields"]["message"].is_string() && last["timestamp"].is_string(),
            "{last}"
        );
        assert!(
            lines.iter().any(|line| line["level"] == "ERROR"),
            "{arguments:?}"
        );
    }
}

fn closed_pipe() {
    let world = World::new();
    let ran = run_unread(&strs(&world.arguments("run", &[])));
    let told = UNREAD.replace('\n', "; the work itself was done\n");
    assert_eq!((ran.code, ran.stderr), (1, told));
    assert_eq!(world.marked(), UPDATED);
    // Nor does anybody listen to what is wrong.
    let mut command = tagwright(&["run", "--flux", "/nowhere"]);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = command.stdout(Stdio::null()).stderr(writer).status();
    assert_eq!(status.expect("it starts").code(), Some(1));
    // Nor is there a log.
    let other = World::new();
    let mut command = tagwright(&strs(&other.arguments("run", &["-vv"])));
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let status = command
        .stdout(Stdio::null())
        .stderr(full.expect("a device"))
        .status();
    assert_eq!(status.expect("it starts").code(), Some(0));
    assert_eq!(other.marked(), UPDATED);
    let mut command = tagwright(&strs(&world.arguments("plan", &[])));
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let ran = Ran::of(
        command
            .stdout(full.expect("a device"))
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts")
            .wait_with_output()
            .expect("it ends"),
    );
    assert_eq!(
        (ran.code, &*ran.stderr),
        (
            1,
            "error: the answer was cut off at standard output: No space left on device (os error 28); give one that can be written to\n"
        )
    );
}

fn directories() {
    let world = World::new();
    world.write("file", "text");
    let flux = world.flux();
    for (directory, told) in [
        (
            "FOLDER/none",
            "flux-system/fleet: the directory FOLDER/none cannot be opened: No such file or directory (os error 2); correct it",
        ),
        (
            "FOLDER/file",
            "flux-system/fleet: the directory FOLDER/file cannot be opened: Not a directory (os error 20); correct it",
        ),
    ] {
        check(
            &world,
            &["run", "--flux", &flux, "--directory", directory],
            told,
        );
    }
}

/// A disk that takes no byte more: no process may make a file longer, and gets an error instead.
fn full_disk(world: &World, arguments: &[String]) -> Ran {
    let program = tagwright(&[]);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]);
    command.arg(program.get_program()).args(arguments);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").expect("a path"));
    let ran = Ran::of(command.output().expect("a shell"));
    let told = |text: &str| world.told(text);
    Ran {
        stdout: told(&ran.stdout),
        stderr: told(&ran.stderr),
        ..ran
    }
}

fn disks() {
    let world = World::new();
    world.write("checkout/app.yaml", MARKED);
    let checkout = world.path("checkout");
    let ran = full_disk(&world, &world.arguments("run", &["--directory", &checkout]));
    assert_eq!(
        (ran.code, &*ran.stdout, &*ran.stderr),
        (
            1,
            "",
            "error: flux-system/fleet: app.yaml in the directory FOLDER/checkout cannot be replaced: File too large (os error 27); no file was changed\n"
        )
    );
    assert_eq!(world.read("checkout/app.yaml"), MARKED);
    assert_eq!(fs::read_dir(&checkout).expect("a folder").count(), 1);
    let arguments = world.arguments(
        "plan",
        &[
            "--directory",
            &checkout,
            "--out",
            &world.path("checkout/plan"),
        ],
    );
    let ran = full_disk(&world, &arguments);
    assert_eq!(
        (ran.code, &*ran.stdout, &*ran.stderr),
        (
            1,
            "",
            "error: FOLDER/checkout/plan cannot be written: File too large (os error 27); give a folder that is there and can be written to\n"
        )
    );
    assert_eq!(fs::read_dir(&checkout).expect("a folder").count(), 1);
}

/// What cannot be remembered stops no work.
fn states() {
    let world = World::new();
    for state in [world.path("flux/fleet.yaml"), "/proc/none".to_owned()] {
        let world = World::new();
        let ran = run(&strs(&world.arguments("run", &["--state", &state])));
        let begins = |line: &str| line.starts_with("warning: state: cannot ");
        assert!(ran.stderr.lines().all(begins), "{}", ran.stderr);
        assert_eq!((ran.code, ran.stderr.is_empty()), (0, false));
        assert_eq!(world.marked(), UPDATED);
        let strict = ["--strict", "--state", &state];
        assert_eq!(run(&strs(&world.arguments("run", &strict))).code, 1);
    }
    let state = world.path("state");
    let ran = run(&strs(&world.arguments("run", &["--state", &state])));
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    assert!(fs::read_dir(&state).expect("a folder").count() > 0);
}

/// Whose registry takes a connection and never answers.
fn stopped() {
    let world = World::new();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let host = silent.local_addr().expect("an address").to_string();
    let image = format!("{host}/org/app");
    for name in ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] {
        let signal = name.replace("SIG", "-");
        let mut command = tagwright(&["tags", &image, "--plain-http", &host]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("it starts");
        let _connection = silent.accept().expect("it asks");
        let sent = Command::new("kill")
            .args([&signal, &child.id().to_string()])
            .status();
        assert!(sent.expect("kill").success());
        let ran = Ran::of(child.wait_with_output().expect("it ends"));
        let told = format!(
            "error: stopped by {name}: what was begun is not done, unless a push was under way; run again\n"
        );
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (1, "", &*told));
    }
    assert_eq!(world.marked(), MARKED);
}

/// `script` makes a terminal.
fn bar() {
    let world = World::new();
    let program = tagwright(&[]);
    let program = program.get_program().to_str().expect("a path");
    let words = [
        "select",
        &world.image(),
        "--plain-http",
        &world.registry.address(),
        "--semver",
        "5.0.x",
    ];
    let line = format!("{program} {}", words.join(" "));
    let ran = |line: &str| {
        let mut command = Command::new("script");
        command
            .args(["-qec", line, "/dev/null"])
            .stdin(Stdio::null());
        let ran = Ran::of(command.output().expect("script"));
        assert_eq!(ran.code, 0, "{}", ran.stdout);
        ran.stdout
    };
    let shown = ran(&line);
    assert!(
        shown.contains("0 of 1 images listed") && shown.contains("5.0.3\r\n"),
        "{shown:?}"
    );
    // The answer alone is kept, and nothing is drawn where only it goes to a terminal.
    let shown = ran(&format!("{line} 2> /dev/null"));
    assert_eq!(shown, "5.0.3\r\n");
}
