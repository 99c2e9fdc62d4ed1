//! The services: a pod that goes on, and a unit of systemd.

use std::fs;
use std::fs::File;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tagwright_testkit::harness::TestResult;

use super::{assert_updated, read, root, texts, world};
use crate::named::World;

pub(super) fn pod() -> TestResult {
    let world = world()?;
    let documents = read("kubernetes/watch.yaml");
    let pod = &documents[0]["spec"]["template"]["spec"]["containers"][0];
    serve(&world, &texts(&pod["args"]))
}

pub(super) fn unit() -> TestResult {
    let world = world()?;
    let text = fs::read_to_string(root().join("deploy/systemd/tagwright.service"))?;
    let text = text.replace("\\\n", " ");
    let start = text
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="));
    let words = start.expect("what is started").split_whitespace().skip(1);
    let mut arguments: Vec<String> = words.map(str::to_owned).collect();
    // Not that of all machines, which another test may have.
    arguments.extend(["--listen".to_owned(), "0.0.0.0:9440".to_owned()]);
    serve(&world, &arguments)
}

/// Starts it, waits for its commit, and ends it as Kubernetes and systemd do.
fn serve(world: &World, arguments: &[String]) -> TestResult {
    let log = File::create(world.path("log"))?;
    let arguments = arguments.iter().map(|argument| placed(argument, world));
    let mut child = world
        .command("tagwright")
        .args(arguments)
        .stderr(log)
        .spawn()?;
    wait_for_commit(world, &mut child);
    let id = child.id().to_string();
    let told = Command::new("kill").args(["-s", "TERM", &id]).status()?;
    let ended = child.wait()?;
    assert!(
        told.success() && ended.success(),
        "{ended}: {}",
        said(world)
    );
    assert_updated(world);
    Ok(())
}

/// What the files have at places of their own is in the world's folder, and its ports are free ones.
fn placed(argument: &str, world: &World) -> String {
    let at = |name: &str| world.path(name).display().to_string();
    let config = root().join("deploy/systemd/tagwright.yaml");
    argument
        .replace("/tmp/tagwright.sock", &at("tagwright.sock"))
        .replace(
            "/etc/tagwright/tagwright.yaml",
            &config.display().to_string(),
        )
        .replace("/etc/tagwright/secrets/", &at("secrets/"))
        .replace("/etc/tagwright/", &at("secrets/"))
        .replace("/var/lib/tagwright", &at("state"))
        .replace("/run/tagwright/", &at(""))
        .replace("0.0.0.0:9440", "127.0.0.1:0")
        .replace("0.0.0.0:9292", "127.0.0.1:0")
}

fn wait_for_commit(world: &World, child: &mut Child) {
    let begun = world.repository.tip("main");
    let end = Instant::now() + Duration::from_secs(30);
    while world.repository.tip("main") == begun {
        let ended = child.try_wait().expect("a child");
        assert!(ended.is_none(), "it ended: {}", said(world));
        let is_late = Instant::now() > end;
        assert!(!is_late, "no commit came: {}", said(world));
        sleep(Duration::from_millis(50));
    }
}

fn said(world: &World) -> String {
    fs::read_to_string(world.path("log")).unwrap_or_default()
}
