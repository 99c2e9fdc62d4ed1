//! Sources that are not there, and flags that do not fit.

use tagwright_testkit::harness::{Trial, test};

use crate::world::{World, expect};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("flags::sources_that_are_not_there", sources),
        test("flags::flags_that_do_not_fit", misfits),
    ]
}

/// Ends with 1, one line on standard error and none on standard output.
#[track_caller]
pub(crate) fn check(world: &World, arguments: &[&str], told: &str) {
    let folder = world.path("");
    let folder = folder.trim_end_matches('/');
    let arguments: Vec<String> = arguments
        .iter()
        .map(|one| one.replace("FOLDER", folder))
        .collect();
    expect(world, &arguments, 1, "", &format!("error: {told}\n"));
}

const SOURCES: &[(&[&str], &str)] = &[
    (
        &["run", "--flux", "FOLDER/none"],
        "FOLDER/none cannot be read: No such file or directory (os error 2); give the path of a folder or a file, or - for standard input",
    ),
    (
        &["run", "--fleet", "FOLDER/none"],
        "FOLDER/none cannot be read: No such file or directory (os error 2); give the path of a folder or a file, or - for standard input",
    ),
    (
        &["run", "--config", "FOLDER/none"],
        "FOLDER/none cannot be read: No such file or directory (os error 2); give the path of a folder or a file, or - for standard input",
    ),
    (
        &["run", "--flux", "FOLDER/empty"],
        "--flux FOLDER/empty holds no automation; give the path of an ImageUpdateAutomation",
    ),
    (
        &["run", "--fleet", "FOLDER/empty"],
        "--fleet FOLDER/empty holds no automation; give the path of a GitRepo with image scans",
    ),
    (
        &["run", "--config", "FOLDER/empty"],
        "--config FOLDER/empty holds no automation; give the path of a tagwright.yaml with targets",
    ),
    (
        &["run", "--flux", "FOLDER/broken"],
        "fleet.yaml:3:11: no valid YAML: unclosed bracket '['; write the closing bracket",
    ),
    (
        &["run", "--flux", "FOLDER/flux", "--scope", "a=none"],
        "scope a: no manifest was found under 'none'; correct the path",
    ),
    (
        &["run", "--flux", "FOLDER/flux", "--scope", "none"],
        "--scope 'none' has no '='; give NAME=PATH",
    ),
    (
        &["run", "--flux", "FOLDER/flux/fleet.yaml", "--scope", "a=."],
        "FOLDER/flux/fleet.yaml is one file, which has no scopes",
    ),
];

fn sources() {
    let world = World::new();
    world.write("empty/readme.txt", "nothing");
    world.write(
        "broken/fleet.yaml",
        "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageUpdateAutomation\nmetadata: [\n",
    );
    for (arguments, told) in SOURCES {
        check(&world, arguments, told);
    }
}

const MISFITS: &[(&[&str], &str)] = &[
    (
        &[
            "plan",
            "--image",
            "org/app",
            "--policy",
            "podinfo",
            "--semver",
            "5.x",
            "--directory",
            ".",
        ],
        "--policy: 'podinfo' is no name that markers have; give NAMESPACE:NAME",
    ),
    (
        &[
            "plan",
            "--image",
            "org/app:1.0",
            "--policy",
            "a:b",
            "--semver",
            "5.x",
            "--directory",
            ".",
        ],
        "--image org/app:1.0: an image has no tag here; remove :1.0",
    ),
    (
        &[
            "plan",
            "--image",
            "Org/app",
            "--policy",
            "a:b",
            "--semver",
            "5.x",
            "--directory",
            ".",
        ],
        "--image: unexpected character 'O' in the repository path at column 1; use lower-case letters, digits, '_', '-', '.' and '/'",
    ),
    (
        &[
            "plan",
            "--flux",
            ".",
            "--repository-url",
            "https://user:hunter2@git.example.com/fleet.git",
        ],
        "--repository-url: invalid repository URL \"https://***@git.example.com/fleet.git\": credentials stand in it; hand them over apart from it",
    ),
    (&[], "no command is given; see --help"),
    (
        &[
            "run",
            "--image",
            "ghcr.io/org/app",
            "--policy",
            "a:b",
            "--semver",
            "1.x",
            "--directory",
            "FOLDER",
            "--message",
            "x",
        ],
        "--message is about a commit, and --directory makes none; leave one of them out",
    ),
    (
        &["run"],
        "the following required arguments were not provided: <--flux <PATH>|--fleet <PATH>|--config <PATH>|--image <IMAGE>>; see --help",
    ),
    (
        &["run", "--flux", ".", "--fleet", "."],
        "the argument '--flux <PATH>' cannot be used with '--fleet <PATH>'; see --help",
    ),
    (
        &["run", "--flx", "."],
        "unexpected argument '--flx' found; a similar argument exists: '--flux'; see --help",
    ),
    (
        &["plan", "--exit-cde"],
        "unexpected argument '--exit-cde' found; a similar argument exists: '--exit-code'; see --help",
    ),
    (
        &["plan", "--flux", ".", "-o", "jsn"],
        "invalid value 'jsn' for '--output <FORMAT>' [possible values: text, json, yaml, markdown]; a similar value exists: 'json'; see --help",
    ),
    (
        &["apply", "--flux", "."],
        "the following required arguments were not provided: <FILE>; see --help",
    ),
    (
        &["run", "--image", "ghcr.io/org/app"],
        "--image needs the policy's name; give --policy NS:NAME as markers have it",
    ),
    (
        &["run", "--image", "ghcr.io/org/app", "--policy", "a:b"],
        "no flag says which tag wins; give --semver RANGE, --numerical ORDER, --alphabetical ORDER, --calver FORMAT, --newest-build or --follow-tag TAG",
    ),
    (
        &[
            "run",
            "--image",
            "ghcr.io/org/app",
            "--policy",
            "a:b",
            "--semver",
            "1.x",
        ],
        "--image needs a place to write to; give --repository URL and --branch BRANCH, or --directory DIR",
    ),
    (
        &[
            "run",
            "--image",
            "ghcr.io/org/app",
            "--policy",
            "a:b",
            "--semver",
            "1.x",
            "--repository",
            "FOLDER",
            "--branch",
            "main",
        ],
        "--repository needs who commits; give --author 'NAME <EMAIL>'",
    ),
    (
        &[
            "run",
            "--image",
            "ghcr.io/org/app",
            "--policy",
            "a:b",
            "--semver",
            "1.x",
            "--repository",
            "FOLDER",
            "--branch",
            "main",
            "--author",
            "bot",
        ],
        "--author 'bot' has no email address; give 'NAME <EMAIL>'",
    ),
    (
        &[
            "run",
            "--image",
            "ghcr.io/org/app",
            "--policy",
            "a:b",
            "--semver",
            "one",
            "--directory",
            "FOLDER",
        ],
        "invalid semver range: unexpected character 'o' at line 1, column 1; write a comparison such as >=1.2.0, 1.2.x or ^1.2",
    ),
    (
        &["run", "--flux", ".", "--path", "apps"],
        "--path says what manifests say, and goes with --image alone; leave it out",
    ),
    (
        &["run", "--flux", ".", "--semver", "5.x"],
        "--semver says what manifests say, and goes with --image alone; leave it out",
    ),
    (
        &["run", "--flux", ".", "--repository", "nowhere:"],
        "invalid repository URL \"nowhere:\": the path of the repository is missing",
    ),
];

fn misfits() {
    let world = World::new();
    for (arguments, told) in MISFITS {
        check(&world, arguments, told);
    }
}
