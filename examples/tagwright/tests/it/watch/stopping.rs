//! SIGTERM, Ctrl-C and SIGHUP.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use tagwright_testkit::harness::{Trial, test};

use super::service::Service;
use super::world::World;

pub(crate) fn tests() -> Vec<Trial> {
    macro_rules! tests {
        ($($name:ident),* $(,)?) => {
            vec![$(test(concat!("watch::", stringify!($name)), $name)),*]
        };
    }
    tests![
        sigterm_and_ctrl_c_end_it_well,
        sigterm_waits_for_a_push,
        a_push_that_hangs_is_given_up_whole,
        sighup_reads_the_manifests_again,
    ]
}

fn sigterm_and_ctrl_c_end_it_well() {
    for signal in ["TERM", "INT"] {
        let world = World::new();
        let mut service = Service::start(&world, &[]);
        service.signal(signal);
        let (status, log) = service.end();
        assert!(status.success(), "{log}");
        assert!(log.contains("stopped"), "{log}");
    }
}

/// A hook of the server that says when it has begun, and goes on when it is told to.
const HOOK: &str = "#!/bin/sh
touch \"$GIT_DIR/begun\"
while [ ! -e \"$GIT_DIR/go\" ]; do sleep 0.05; done
";

#[track_caller]
fn wait_for_begun(file: &Path) {
    let end = Instant::now() + Duration::from_secs(30);
    while !file.exists() {
        assert!(Instant::now() < end, "the push never began");
        sleep(Duration::from_millis(20));
    }
}

fn sigterm_waits_for_a_push() {
    let world = World::new();
    world.repository.hook("pre-receive", HOOK);
    world.registry.push("org/app", "5.0.1");
    let mut service = Service::start(&world, &["--grace", "10m"]);
    let folder = world.repository.path();
    wait_for_begun(&folder.join("begun"));
    service.signal("TERM");
    service.wait_for("stopping");
    let answer = service.get("/readyz");
    assert_eq!((answer.status, &*answer.text()), (503, "stopping\n"));
    assert_eq!(service.get("/healthz").status, 200);
    std::fs::write(folder.join("go"), "").expect("the folder is ours");
    let (status, log) = service.end();
    assert!(status.success(), "{log}");
    assert_eq!(world.app(), world.marked("5.0.1"));
}

fn a_push_that_hangs_is_given_up_whole() {
    let world = World::new();
    world.repository.hook("pre-receive", HOOK);
    world.registry.push("org/app", "5.0.1");
    let mut service = Service::start(&world, &["--grace", "10m"]);
    let folder = world.repository.path();
    wait_for_begun(&folder.join("begun"));
    service.signal("TERM");
    service.wait_for("stopping");
    service.signal("TERM");
    let (status, log) = service.end();
    assert!(status.success(), "{log}");
    assert!(log.contains("stopped at once"), "{log}");
    assert_eq!(world.app(), world.marked("5.0.0"), "nothing is half done");
    std::fs::write(folder.join("go"), "").expect("the folder is ours");
}

fn sighup_reads_the_manifests_again() {
    let world = World::new();
    let service = Service::start(&world, &["--source-interval", "24h"]);
    service.wait_for("read the manifests");
    let whole = world.read("objects.yaml");
    world.registry.push("org/app", "5.1.0");
    world.write("objects.yaml", &whole.replace("5.0.x", "5.1.x"));
    service.signal("HUP");
    service.wait_for_several("read the manifests", 2);
    service.wait_for("pushed ");
    assert_eq!(world.app(), world.marked("5.1.0"));
}
