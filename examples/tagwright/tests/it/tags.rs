//! `tags`: what an image's registry lists.

use tagwright_testkit::harness::{Trial, test};
use tagwright_testkit::oci::Registry;

use crate::program::{UNREAD, run, run_unread};
use crate::world::{World, expect};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("tags::a_line_each_in_the_registrys_order", lines),
        test("tags::forms", forms),
        test("tags::a_login_stands_in_a_place_of_its_own", login),
        test("tags::another_place_is_asked", elsewhere),
        test("tags::bad_input_is_told_in_one_line", bad_input),
    ]
}

fn lines() {
    let world = World::new();
    let arguments = [
        "tags",
        &world.image(),
        "--plain-http",
        &world.registry.address(),
    ];
    expect(&world, &arguments, 0, "5.0.0\n5.0.3\n5.1.0\nlatest\n", "");
    let ran = run_unread(&arguments);
    assert_eq!((ran.code, &*ran.stderr), (1, UNREAD));
}

fn forms() {
    let world = World::new();
    let host = world.registry.address();
    let image = world.image();
    for (form, told) in [
        (
            "json",
            "{\n  \"image\": \"REGISTRY/stefanprodan/podinfo\",\n  \"tags\": [\n  \"5.0.0\",\n  \"5.0.3\",\n  \"5.1.0\",\n  \"latest\"\n  ]\n}\n",
        ),
        (
            "yaml",
            "image: REGISTRY/stefanprodan/podinfo\ntags:\n- \"5.0.0\"\n- \"5.0.3\"\n- \"5.1.0\"\n- latest\n",
        ),
        ("markdown", "- 5.0.0\n- 5.0.3\n- 5.1.0\n- latest\n"),
    ] {
        let arguments = ["tags", &image, "--plain-http", &host, "-o", form];
        expect(&world, &arguments, 0, told, "");
    }
}

fn login() {
    let world = World::of(Registry::builder().basic_auth("robot", "pa55word").start());
    let (image, host) = (world.image(), world.registry.address());
    let tags = "5.0.0\n5.0.3\n5.1.0\nlatest\n";
    let arguments = [
        "tags",
        &image,
        "--plain-http",
        &host,
        "--image-secret",
        "flux-system/pull",
    ];
    let with = |more: &[&str]| {
        arguments
            .iter()
            .chain(more)
            .map(|&one| one.to_owned())
            .collect::<Vec<_>>()
    };

    world.write("secret/username", "robot\n");
    world.write("secret/password", "pa55word\n");
    let directory = format!("flux-system/pull=dir:{}", world.path("secret"));
    expect(&world, &with(&["--secret", &directory]), 0, tags, "");

    let docker =
        serde_json::json!({"auths": {&host: {"username": "robot", "password": "pa55word"}}});
    world.write("config.json", &docker.to_string());
    let file = format!("flux-system/pull=file:{}", world.path("config.json"));
    expect(&world, &with(&["--secret", &file]), 0, tags, "");

    world.write("user", "robot");
    let user = format!("flux-system/pull:username=file:{}", world.path("user"));
    let password = format!(
        "flux-system/pull:password=file:{}",
        world.path("secret/password")
    );
    expect(
        &world,
        &with(&["--secret", &user, "--secret", &password]),
        0,
        tags,
        "",
    );

    world.write("secret/password", "wrong\n");
    expect(
        &world,
        &with(&["--secret", &directory]),
        1,
        "",
        "error: listing the tags of REGISTRY/stefanprodan/podinfo: the registry answered 401 (UNAUTHORIZED); check the credentials for this registry, and the repository's name\n",
    );
}

fn elsewhere() {
    let world = World::new();
    let place = format!(
        "ghcr.io/stefanprodan=http://{}/stefanprodan",
        world.registry.address()
    );
    let arguments = ["tags", "ghcr.io/stefanprodan/podinfo", "--scan-at", &place];
    expect(&world, &arguments, 0, "5.0.0\n5.0.3\n5.1.0\nlatest\n", "");
}

/// Command lines, and what is said of each.
const BAD: &[(&[&str], &str)] = &[
    (
        &["tags"],
        "the following required arguments were not provided: <IMAGE>; see --help",
    ),
    (
        &["tags", "Org/App"],
        "unexpected character 'O' in the repository path at column 1; use lower-case letters, digits, '_', '-', '.' and '/'",
    ),
    (
        &["tags", "https://ghcr.io/org/app"],
        "the image starts with 'https://', which is no part of a reference; write ghcr.io/org/app",
    ),
    (
        &["tags", "127.0.0.1:1/org/app"],
        "listing the tags of 127.0.0.1:1/org/app: no connection to https://127.0.0.1:1: Connection refused (os error 111), 4 times; check the registry's host name and port, and the network",
    ),
    (
        &["tags", "ghcr.io/org/app", "--image-secret", "pull"],
        "there is no Secret default/pull; add it to the manifests, or say where it stands: --secret NS/NAME=env:VAR, file:PATH or dir:PATH",
    ),
    (
        &["tags", "ghcr.io/org/app", "--secret", "pull"],
        "--secret: a Secret has no '=' behind its name; write NAMESPACE/NAME=env:VARIABLE, file:PATH or dir:PATH",
    ),
    (
        &["tags", "ghcr.io/org/app", "--secret", "pull=hunter2"],
        "--secret: the Secret pull is given by no place; write NAMESPACE/NAME=env:VARIABLE, file:PATH or dir:PATH, never the value itself",
    ),
    (
        &[
            "tags",
            "ghcr.io/org/app",
            "--secret",
            "pull:pasword=env:TOKEN",
        ],
        "--secret: the Secret pull has no key 'pasword'; known are .dockerconfigjson, .dockercfg, username, password, bearerToken, identity, ssh-privatekey, known_hosts, ca.crt, tls.crt, tls.key, caFile, certFile, keyFile, cacerts, address, git.asc, passphrase, githubAppID, githubAppInstallationID, githubAppInstallationOwner, githubAppPrivateKey, githubAppBaseURL, github_app_id, github_app_installation_id, github_app_private_key, token, email, audience",
    ),
    (
        &[
            "tags",
            "ghcr.io/org/app",
            "--secret",
            "pull:password=dir:secrets",
        ],
        "--secret: the key password of the Secret pull is one value, and dir: is a whole Secret; write file:PATH/password",
    ),
    (
        &["tags", "ghcr.io/org/app", "--secret", "pull=env:"],
        "--secret: the place of the Secret pull is empty; write NAMESPACE/NAME=env:VARIABLE, file:PATH or dir:PATH",
    ),
    (
        &["tags", "ghcr.io/org/app", "--secret", "Pull=env:TOKEN"],
        "--secret: 'Pull' is no name of a Secret; write NAMESPACE/NAME=env:VARIABLE, file:PATH or dir:PATH",
    ),
    (
        &[
            "tags",
            "ghcr.io/org/app",
            "--secret",
            "pull=env:TOKEN",
            "--image-secret",
            "pull",
        ],
        "the Secret default/pull cannot be read: the variable TOKEN is not set; correct its source",
    ),
    (
        &[
            "tags",
            "ghcr.io/org/app",
            "--secret",
            "pull=dir:/nowhere",
            "--image-secret",
            "pull",
        ],
        "the Secret default/pull cannot be read: /nowhere cannot be read: entity not found; correct its source",
    ),
    (
        &[
            "tags",
            "ghcr.io/org/app",
            "--secret",
            "pull=file:/dev/null",
            "--image-secret",
            "pull",
        ],
        "the Secret default/pull cannot be read: /dev/null cannot be read: it is no file; correct its source",
    ),
    (
        &[
            "tags",
            "ghcr.io/org/app",
            "--secret",
            "pull=file:/etc/hostname",
            "--image-secret",
            "pull",
        ],
        "the Secret default/pull cannot be read: file:/etc/hostname holds neither the manifest of a Secret nor docker's config.json; name the key that it is the value of, as in default/pull:password=file:/etc/hostname; correct its source",
    ),
    (
        &["tags", "ghcr.io/org/app", "--ca", "/nowhere"],
        "--ca /nowhere cannot be read: No such file or directory (os error 2); give a file of certificates in PEM",
    ),
    (
        &["tags", "ghcr.io/org/app", "--ca", "/dev/null"],
        "--ca /dev/null: invalid certificate of an authority: no certificate stands in it; hand over PEM with the line '-----BEGIN CERTIFICATE-----'",
    ),
    (
        &["tags", "ghcr.io/org/app", "--scan-at", "mirror"],
        "--scan-at 'mirror' has no '='; give REGISTRY=PLACE",
    ),
    (
        &["tags", "ghcr.io/org/app", "--plain-htp", "x"],
        "unexpected argument '--plain-htp' found; a similar argument exists: '--plain-http'; see --help",
    ),
    (
        &["tgas", "ghcr.io/org/app"],
        "unrecognized subcommand 'tgas'; some similar subcommands exist: 'status', 'tags'; see --help",
    ),
];

fn bad_input() {
    let world = World::new();
    let host = world.registry.address();
    let missing = format!("{host}/org/none");
    let told = "error: listing the tags of REGISTRY/org/none: the registry answered 404 (NAME_UNKNOWN); check the name, and that the credentials may see it\n";
    expect(
        &world,
        &["tags", &missing, "--plain-http", &host],
        1,
        "",
        told,
    );
    for (arguments, told) in BAD {
        let ran = run(arguments);
        let told = format!("error: {told}\n");
        assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (1, "", &*told));
    }
}
