//! `suspend --git` and `resume --git`: the field, committed.

use tagwright_testkit::harness::{Trial, test};

use crate::world::{World, expect};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test(
            "suspend::git_commits_the_field_and_takes_it_back",
            there_and_back,
        ),
        test("suspend::git_keeps_every_other_byte", bytes),
        test("suspend::git_tells_the_nearest_name", nearest),
        test("suspend::git_needs_a_branch", no_branch),
        test("suspend::git_tells_what_cannot_be_written", alias),
        test("suspend::git_tells_a_refused_push", refused),
    ]
}

const FILE: &str = "clusters/fleet.yaml";

/// A repository with the manifests beside another file.
fn world(manifests: &str) -> World {
    let world = World::new();
    let files = [
        (FILE, manifests.as_bytes()),
        ("clusters/broken.yaml", b"kind: ["),
    ];
    world.repository.commit("main", &files, "manifests");
    world
}

fn arguments<'a>(command: &'a str, name: &'a str, url: &'a str) -> [&'a str; 8] {
    let flux = "clusters";
    [
        command,
        "--git",
        "automation",
        name,
        "--flux",
        flux,
        "--repository",
        url,
    ]
}

#[track_caller]
fn says(world: &World, command: &str, stdout: &str) {
    let url = world.repository.url();
    expect(
        world,
        &arguments(command, "flux-system/fleet", &url),
        0,
        stdout,
        "",
    );
}

fn manifest(world: &World) -> String {
    String::from_utf8(world.repository.read("main", FILE)).expect("text")
}

fn there_and_back() {
    let plain = World::new().manifests();
    let world = world(&plain);
    says(&world, "resume", "nothing to do\n");
    says(&world, "suspend", "pushed TIP to main\n");
    let suspended = plain.replace(
        "  interval: 10m0s\n",
        "  suspend: true\n  interval: 10m0s\n",
    );
    assert_eq!(manifest(&world), suspended);
    says(&world, "suspend", "nothing to do\n");
    says(&world, "resume", "pushed TIP to main\n");
    assert_eq!(manifest(&world), plain);
    says(&world, "resume", "nothing to do\n");
    let log = world
        .repository
        .git(&["log", "-2", "--format=%an <%ae> %s", "main"]);
    assert_eq!(
        log.trim(),
        "fluxcdbot <fluxcdbot@example.com> Resume flux-system/fleet\n\
         fluxcdbot <fluxcdbot@example.com> Suspend flux-system/fleet"
    );
    let changed = world
        .repository
        .git(&["diff", "--name-only", "main~2", "main~1"]);
    assert_eq!(changed.trim(), FILE);
}

/// Windows line endings, and a value with a comment.
fn bytes() {
    let plain = World::new().manifests();
    let written = plain.replace(
        "  interval: 10m0s\n",
        "  interval: 10m0s\n  suspend:  no # as yet\n",
    );
    let written = written.replace('\n', "\r\n");
    let world = world(&written);
    says(&world, "suspend", "pushed TIP to main\n");
    assert_eq!(manifest(&world), written.replace("no # as", "true # as"));
    says(&world, "resume", "pushed TIP to main\n");
    assert_eq!(manifest(&world), written.replace("no # as", "false # as"));
}

fn nearest() {
    let world = world(&World::new().manifests());
    let url = world.repository.url();
    let no = "error: no ImageUpdateAutomation NAME on main of URL: HINT\n";
    for (name, hint) in [
        ("flux-system/fleeet", "did you mean flux-system/fleet?"),
        ("other", "check the name, the folder and the branch"),
    ] {
        let told = no.replace("NAME", name).replace("HINT", hint);
        expect(&world, &arguments("suspend", name, &url), 1, "", &told);
    }
}

fn no_branch() {
    let world = World::new();
    let flux = world.flux();
    let arguments = [
        "suspend",
        "--git",
        "automation",
        "flux-system/fleet",
        "--flux",
        &flux,
    ];
    let told = "error: the manifests are in no repository, so there is no branch to commit to; read them from one (--repository URL)\n";
    expect(&world, &arguments, 1, "", told);
    let url = world.repository.url();
    let fleet = [
        "suspend",
        "--git",
        "automation",
        "a/b",
        "--fleet",
        ".",
        "--repository",
        &url,
    ];
    let told =
        "error: only Flux's ImageUpdateAutomations have spec.suspend; give Flux's manifests\n";
    expect(&world, &fleet, 1, "", told);
}

fn alias() {
    let plain = World::new().manifests();
    let (before, spec) = plain.rsplit_once("spec:\n").expect("a spec");
    let aliased = format!("{before}spec: &spec\n{spec}other: *spec\n");
    let world = world(&aliased);
    let url = world.repository.url();
    let line = 1 + before[..before.rfind("---").expect("documents")]
        .lines()
        .count();
    let told = format!(
        "error: {FILE}:{}:1: error: spec.suspend: cannot be written without a change of more than this field; write suspend: true by hand\n",
        line + 1
    );
    expect(
        &world,
        &arguments("suspend", "flux-system/fleet", &url),
        1,
        "",
        &told,
    );
    assert_eq!(manifest(&world), aliased);
}

fn refused() {
    let plain = World::new().manifests();
    let world = world(&plain);
    let told = "error: the push to main of URL was refused: ";
    world
        .repository
        .hook("pre-receive", "#!/bin/sh\necho not here >&2\nexit 1\n");
    let url = world.repository.url();
    let ran = crate::program::run(&arguments("suspend", "flux-system/fleet", &url));
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    let said = world.told(&ran.stderr);
    assert!(
        said.starts_with(told) && said.contains("not here"),
        "{said}"
    );
    assert_eq!(manifest(&world), plain);
}
