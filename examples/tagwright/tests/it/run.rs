//! `run`: plan, commit and push.

use tagwright_testkit::harness::{Trial, test};

use crate::world::{MARKED, UPDATED, World, expect};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("run::manifests_of_a_folder_are_run", folder),
        test("run::a_checkout_is_edited_in_place", directory),
        test("run::plain_flags_need_no_manifests", flags),
        test("run::manifests_may_stand_in_the_repository", in_repository),
    ]
}

const PUSHED: &str = "\
flux-system/fleet on main of URL
POLICY  IMAGE  TAG  REASON
flux-system:podinfo  REGISTRY/stefanprodan/podinfo  5.0.3  greatest of 2 that match 5.0.x; 1 is out of range, 1 is no version
app.yaml:2: 5.0.0 -> 5.0.3
pushed TIP to main
";

fn folder() {
    let world = World::new();
    expect(&world, &world.arguments("run", &[]), 0, PUSHED, "");
    assert_eq!(world.marked(), UPDATED);
    let again = PUSHED.replace(
        "app.yaml:2: 5.0.0 -> 5.0.3\npushed TIP to main",
        "nothing to do",
    );
    expect(&world, &world.arguments("run", &[]), 0, &again, "");
}

fn directory() {
    let world = World::new();
    world.write("checkout/app.yaml", MARKED);
    let checkout = world.path("checkout");
    let written = PUSHED
        .replace("main of URL", "the directory FOLDER/checkout")
        .replace("pushed TIP to main", "replaced 1 file in FOLDER/checkout");
    let arguments = ["run", "--directory", &checkout, "--flux", &world.flux()];
    expect(&world, &arguments, 0, &written, "");
    assert_eq!(world.read("checkout/app.yaml"), UPDATED);
    assert_eq!(world.marked(), MARKED);
}

fn flags() {
    let world = World::new();
    let host = world.registry.address();
    let (image, url) = (world.image(), world.repository.url());
    let arguments = [
        "run",
        "--image",
        &image,
        "--semver",
        "5.0.x",
        "--policy",
        "flux-system:podinfo",
        "--repository",
        &url,
        "--branch",
        "main",
        "--author",
        "bot <bot@example.com>",
        "--message",
        "to the newest",
        "--plain-http",
        &host,
    ];
    let pushed = PUSHED.replace("flux-system/fleet", "tagwright");
    expect(&world, &arguments, 0, &pushed, "");
    assert_eq!(world.marked(), UPDATED);
    let log = world
        .repository
        .git(&["log", "-1", "--format=%an <%ae> %s", "main"]);
    assert_eq!(log.trim(), "bot <bot@example.com> to the newest");
}

fn in_repository() {
    let world = World::new();
    let manifests = world.manifests();
    let files = [
        ("clusters/production/fleet.yaml", manifests.as_bytes()),
        ("other/broken.yaml", b"kind: ["),
    ];
    world.repository.commit("main", &files, "manifests");
    let url = world.repository.url();
    let arguments = [
        "run",
        "--repository",
        &url,
        "--flux",
        "clusters/production",
        "--repository-url",
        &url,
    ];
    expect(&world, &arguments, 0, PUSHED, "");
    assert_eq!(world.marked(), UPDATED);
}
