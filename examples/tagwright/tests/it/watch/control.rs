//! `status`, `reconcile`, `suspend` and `resume` of a running `watch`.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use tagwright_testkit::harness::{Trial, test};
use tagwright_testkit::http;
use tagwright_testkit::oci::Fault;

use super::service::Service;
use super::world::World;
use crate::program::{Ran, run, tagwright};

pub(crate) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(test(concat!("watch::control::", stringify!($name)), $name)),*]
        };
    }
    tests![
        status_is_tables_and_data,
        reconcile_waits_for_what_it_starts,
        reconcile_ends_while_manifests_change,
        what_fails_is_told,
        what_is_suspended_rests_until_it_is_resumed,
        what_came_while_it_rested_counts,
        what_its_manifest_suspends_stays_so,
        a_wrong_name_is_told_with_the_nearest,
        paths_of_receivers_are_for_the_sockets_user,
        one_socket_is_of_one_watch,
        what_is_beside_the_socket_is_left_alone,
        without_a_watch_there_is_no_answer,
        nonsense_is_refused,
    ]
}

fn done(ran: &Ran) -> &str {
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{}", ran.stdout);
    &ran.stdout
}

/// A watch whose automation ran once with nothing to do.
fn quiet(world: &World) -> Service {
    let service = Service::start(world, &[]);
    done(&service.ask(&["reconcile", "all"]));
    service
}

fn status_is_tables_and_data() {
    let world = World::new();
    world.registry.push("org/app", "5.0.1");
    let service = Service::start(&world, &[]);
    let line = service.wait_for("pushed ");
    let commit = line.split("pushed ").nth(1).and_then(|rest| rest.get(..40));
    let commit = commit.expect("a commit");
    done(&service.ask(&["reconcile", "automation", "apps"]));
    let status = service.ask(&["status"]);
    let text = done(&status);
    let tables: Vec<Vec<Vec<&str>>> = text
        .split("\n\n")
        .map(|table| table.lines().map(cells).collect())
        .collect();
    let image = world.image();
    assert_eq!(tables.len(), 3, "{text}");
    assert_eq!(
        tables[0][0],
        ["NAME", "LAST SCAN", "SUSPENDED", "READY", "MESSAGE"]
    );
    let [name, scan, rest @ ..] = &tables[0][1][..] else {
        panic!("{text}");
    };
    assert_eq!(*name, image);
    assert!(scan.starts_with("20") && scan.ends_with('Z'), "{scan}");
    assert_eq!(rest, ["False", "True", "successful scan: found 2 tags"]);
    assert_eq!(
        tables[1][0],
        ["NAME", "SELECTED", "SUSPENDED", "READY", "MESSAGE"]
    );
    let selected = format!("{image}:5.0.1");
    assert_eq!(
        tables[1][1][..4],
        ["flux-system:app", &*selected, "False", "True"]
    );
    assert_eq!(
        tables[2][0],
        ["NAME", "LAST RUN", "SUSPENDED", "READY", "MESSAGE"]
    );
    let pushed = format!("last pushed {commit}");
    assert_eq!(tables[2][1][0], "flux-system/apps");
    assert_eq!(tables[2][1][2..], ["False", "True", &*pushed]);

    let json = service.ask(&["status", "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(done(&json)).expect("JSON");
    assert_eq!(json["images"][0]["image"], image);
    let automation = &json["automations"][0];
    assert_eq!(
        automation["target"]["branch"]["repository"],
        world.repository.url()
    );
    assert_eq!(automation["lastCommit"], commit);
    assert_eq!(
        automation["policies"][0]["reason"],
        "greatest of 2 that match 5.0.x"
    );
    let yaml = service.ask(&["status", "images", "-o", "yaml"]);
    assert!(
        done(&yaml).starts_with(&format!("- image: {image}\n")),
        "{}",
        yaml.stdout
    );
    assert_eq!(service.ask(&["status", "-o", "markdown"]).code, 1);
}

/// Two spaces and more are between cells.
fn cells(line: &str) -> Vec<&str> {
    line.split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect()
}

fn reconcile_waits_for_what_it_starts() {
    let world = World::new();
    let service = quiet(&world);
    let image = world.image();
    assert_eq!(
        done(&service.ask(&["reconcile", "automation", "flux-system/apps"])),
        "automation flux-system/apps: nothing to do\n"
    );
    world.registry.push("org/app", "5.0.1");
    for name in [&*image, "app", "org/app", "flux-system/app"] {
        assert_eq!(
            done(&service.ask(&["reconcile", "image", name])),
            format!("image {image}: 2 tags\n"),
            "{name}"
        );
    }
    done(&service.ask(&["reconcile", "automation", "apps"]));
    assert_eq!(world.app(), world.marked("5.0.1"), "it is pushed by now");
    world.registry.push("org/app", "5.0.2");
    let all = service.ask(&["reconcile", "all"]);
    let tip = world.repository.tip("main").expect("there is one");
    assert_eq!(world.app(), world.marked("5.0.2"), "it is pushed by now");
    assert_eq!(
        done(&all).lines().last(),
        Some(&*format!("automation flux-system/apps: pushed {tip}"))
    );
    let all = service.ask(&["reconcile", "all"]);
    assert_eq!(
        done(&all),
        format!(
            "manifests: 1 automation\nimage {image}: 3 tags\nautomation flux-system/apps: nothing to do\n"
        )
    );
}

/// Runs that are put off, members that are replaced, and loads that come by themselves at the same time.
fn reconcile_ends_while_manifests_change() {
    let world = World::new();
    let service = Service::start(&world, &["--source-interval", "1s"]);
    let whole = world.read("objects.yaml");
    for (range, tag) in [("5.1.x", "5.1.0"), ("5.2.x", "5.2.0"), ("5.3.x", "5.3.0")] {
        world.registry.push("org/app", tag);
        world.write("objects.yaml", &whole.replace("5.0.x", range));
        done(&service.ask(&["reconcile", "all", "--timeout", "60s"]));
        assert_eq!(world.app(), world.marked(tag));
    }
    // What goes away meanwhile is not waited for.
    world.write("objects.yaml", "# nothing\n");
    let ran = service.ask(&["reconcile", "all", "--timeout", "60s"]);
    assert!(!ran.stderr.contains("did not answer"), "{}", ran.stderr);
}

fn what_fails_is_told() {
    let world = World::new();
    let service = quiet(&world);
    world.registry.fault("/v2/", usize::MAX, Fault::status(404));
    let ran = service.ask(&["reconcile", "image", "app"]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    assert!(
        ran.stderr
            .starts_with(&format!("error: image {}: ", world.image())),
        "{}",
        ran.stderr
    );
    let ran = service.ask(&["reconcile", "all"]);
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    let status = service.ask(&["status", "images"]);
    assert!(
        done(&status).contains("  False      False  "),
        "{}",
        status.stdout
    );
}

fn what_is_suspended_rests_until_it_is_resumed() {
    let world = World::new();
    let service = quiet(&world);
    let image = world.image();
    let rests =
        "suspended until it is resumed or the watch ends; spec.suspend of its manifest lasts";
    for (kind, name, subject) in [
        ("image", "app", format!("image {image}")),
        (
            "policy",
            "app",
            "policy flux-system:app of flux-system/apps".to_owned(),
        ),
        (
            "automation",
            "apps",
            "automation flux-system/apps".to_owned(),
        ),
    ] {
        assert_eq!(
            done(&service.ask(&["suspend", kind, name])),
            format!("{subject}: {rests}\n")
        );
        if kind != "policy" {
            let ran = service.ask(&["reconcile", kind, name]);
            assert_eq!((ran.code, &*ran.stdout), (1, ""));
            assert!(ran.stderr.contains("is suspended"), "{}", ran.stderr);
        }
        assert_eq!(
            done(&service.ask(&["resume", kind, name])),
            format!("{subject}: resumed\n")
        );
    }
}

/// A webhook comes while something rests: nothing is done until it goes on, and then at once.
fn what_came_while_it_rested_counts() {
    for (kind, name) in [("image", "app"), ("policy", "app"), ("automation", "apps")] {
        let world = World::with_receiver("generic");
        let service = Service::start(&world, &["--webhook", "127.0.0.1:0"]);
        done(&service.ask(&["reconcile", "all"]));
        let receivers = service.ask(&["status", "receivers"]);
        let path = done(&receivers).split_whitespace().last().expect("a path");
        done(&service.ask(&["suspend", kind, name]));
        let status = service.ask(&["status"]);
        assert!(done(&status).contains("  True  "), "{}", status.stdout);
        world.registry.push("org/app", "5.0.1");
        let answer = http::send("POST", &service.webhook(), path, &[], b"{}");
        assert_eq!(answer.expect("it answers").status, 200);
        service.wait_for("took a webhook");
        // Longer than anything waits that was told to begin.
        std::thread::sleep(Duration::from_millis(2500));
        assert_eq!(world.app(), world.marked("5.0.0"), "{kind}");
        done(&service.ask(&["resume", kind, name]));
        service.wait_for("pushed ");
        assert_eq!(world.app(), world.marked("5.0.1"), "{kind}");
    }
}

fn what_its_manifest_suspends_stays_so() {
    let world = World::new();
    let manifests = world.read("objects.yaml");
    let manifests = manifests.replace("  sourceRef", "  suspend: true\n  sourceRef");
    world.write("objects.yaml", &manifests);
    let service = Service::start(&world, &[]);
    service.wait_for("read the manifests");
    assert_eq!(
        done(&service.ask(&["suspend", "automation", "apps"])),
        "automation flux-system/apps: its manifest suspends it already\n"
    );
    for command in ["resume", "reconcile"] {
        let ran = service.ask(&[command, "automation", "apps"]);
        assert_eq!((ran.code, &*ran.stdout), (1, ""));
        assert!(ran.stderr.contains("its manifest"), "{}", ran.stderr);
    }
}

fn a_wrong_name_is_told_with_the_nearest() {
    let world = World::new();
    let service = quiet(&world);
    for (arguments, error) in [
        (
            ["suspend", "automation", "flux-system/aps"],
            "no automation is named flux-system/aps; did you mean flux-system/apps?",
        ),
        (
            ["resume", "policy", "flux-system:ap"],
            "no policy is named flux-system:ap; did you mean flux-system:app?",
        ),
        (
            ["reconcile", "automation", "something-else"],
            "no automation is named something-else; there are flux-system/apps",
        ),
    ] {
        let ran = service.ask(&arguments);
        assert_eq!((ran.code, &*ran.stdout), (1, ""));
        assert_eq!(ran.stderr, format!("error: {error}\n"));
    }
    let image = world.image();
    let ran = service.ask(&["reconcile", "image", "appp"]);
    assert_eq!(
        ran.stderr,
        format!("error: no image is named appp; there are {image}\n")
    );
}

fn paths_of_receivers_are_for_the_sockets_user() {
    let world = World::with_receiver("github");
    let service = Service::start(&world, &["--webhook", "127.0.0.1:0"]);
    let ran = service.ask(&["status", "receivers"]);
    let text = done(&ran);
    assert!(
        text.starts_with("NAME              WEBHOOK PATH\nflux-system/tags  /hook/"),
        "{text}"
    );
    let socket = service.socket();
    let mode = std::fs::metadata(socket)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!service.log().contains("/hook/"));
}

fn one_socket_is_of_one_watch() {
    let world = World::new();
    let service = quiet(&world);
    let socket = service.socket();
    let shown = socket.display();
    let mut command = tagwright(&["watch", "--listen", "127.0.0.1:0", "--control"]);
    let ran = command.arg(&socket).args(world.flux()).output();
    let ran = Ran::of(ran.expect("the program starts"));
    assert_eq!(
        (ran.code, &*ran.stderr),
        (
            1,
            &*format!(
                "error: another watch has the control socket {shown}; stop it, or give this one another with --control\n"
            )
        )
    );
    done(&service.ask(&["status"]));
    let runtime = service.kill();
    assert!(socket.exists(), "it was left behind");
    let again = Service::start_in(runtime, &world, &[]);
    done(&again.ask(&["status"]));
    let (_, log) = again.stop();
    assert!(!socket.exists(), "{log}");
}

fn what_is_beside_the_socket_is_left_alone() {
    let world = World::new();
    let folder = tempfile::tempdir().expect("there is room");
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("ctl.new")).expect("there is room");
    std::fs::write(at("ctl.new/precious"), "kept").expect("there is room");
    let start = || {
        let mut command = tagwright(&["watch", "--listen", "127.0.0.1:0", "--control"]);
        command.arg(at("ctl")).args(world.flux());
        command
    };
    let service = Service::start_as(&mut start());
    service.wait_for("control socket");
    let kept = std::fs::read(at("ctl.new/precious")).expect("it was not ours");
    assert_eq!(kept, b"kept");
    let lock = std::fs::metadata(at("ctl.lock")).expect("it is held");
    assert_eq!(lock.permissions().mode() & 0o777, 0o600);
    let left = std::fs::read_dir(folder.path()).expect("it is there");
    assert_eq!(left.count(), 3, "socket, lock, and what was there");
    service.stop();

    std::fs::remove_file(at("ctl.lock")).expect("it is ours");
    std::os::unix::fs::symlink(at("elsewhere"), at("ctl.lock")).expect("there is room");
    let ran = Ran::of(start().output().expect("the program starts"));
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(!at("elsewhere").exists(), "a link was followed");
}

fn without_a_watch_there_is_no_answer() {
    for command in [
        &["status"][..],
        &["reconcile", "all"],
        &["resume", "image", "app"],
    ] {
        let arguments = [command, &["--control", "/nowhere/tagwright.sock"]].concat();
        let ran = run(&arguments);
        assert_eq!(
            (ran.code, &*ran.stdout, &*ran.stderr),
            (
                1,
                "",
                "error: no watch answers at /nowhere/tagwright.sock; start one with tagwright watch, or name its socket with --control\n"
            )
        );
    }
    let folder = tempfile::tempdir().expect("there is room");
    let place = folder.path().join("file");
    std::fs::write(&place, "kept").expect("it can be written");
    let world = World::new();
    let mut command = tagwright(&["watch", "--listen", "127.0.0.1:0", "--control"]);
    let ran = command.arg(&place).args(world.flux()).output();
    let ran = Ran::of(ran.expect("the program starts"));
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("a file that is no socket is there"),
        "{}",
        ran.stderr
    );
    assert_eq!(std::fs::read(&place).expect("it is there"), b"kept");
}

fn nonsense_is_refused() {
    let world = World::new();
    let service = quiet(&world);
    for nonsense in [
        &b"\n"[..],
        b"{}\n",
        b"\xff\xfe\n",
        b"{\"request\":\"stop\"}\n",
        &vec![b'x'; 100_000],
    ] {
        let mut stream = UnixStream::connect(service.socket()).expect("it listens");
        // It may be closed before all is written.
        let _ = stream.write_all(nonsense);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(
            answer.is_empty() || answer.contains("another version"),
            "{answer}"
        );
    }
    done(&service.ask(&["status"]));
}
