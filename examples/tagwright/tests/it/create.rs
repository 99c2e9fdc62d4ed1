//! `create`: byte for byte what `flux create image ... --export` prints.

use tagwright_testkit::harness::{Trial, test};

use crate::program::{UNREAD, run, run_unread};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("create::what_flux_prints", recorded),
        test("create::what_fluxs_own_tests_expect", update),
        test("create::short_names_are_taken_too", short),
        test("create::labels_are_given_one_by_one_or_together", labels),
        test("create::bad_input_is_told_in_one_line", bad_input),
        test("create::flags_that_do_not_fit_are_told", misfits),
        test("create::warnings_fail_when_strict", strict),
        test("create::a_closed_pipe_is_told", closed_pipe),
    ]
}

/// Recorded from Flux's API types of image-reflector-controller 1.2.4 and image-automation-controller 1.2.4, printed as
/// `flux` prints them, with `sigs.k8s.io/yaml` 1.6.0.
const RECORDED: &str = include_str!("create/recorded.yaml");

#[track_caller]
fn prints(arguments: &[&str], yaml: &str) {
    let arguments: Vec<&str> = ["create"].iter().chain(arguments).copied().collect();
    let ran = run(&arguments);
    assert_eq!((&*ran.stderr, ran.code), ("", 0), "{arguments:?}");
    assert_eq!(ran.stdout, yaml, "{arguments:?}");
}

fn recorded() {
    let documents: Vec<String> = RECORDED
        .split("---\n")
        .skip(1)
        .map(|document| format!("---\n{document}"))
        .collect();
    let [repository, vote, regex, alpha, update] = &documents[..] else {
        panic!("five documents");
    };
    prints(
        &[
            "image",
            "repository",
            "app-repo",
            "--namespace=apps",
            "--label=team=web,app.kubernetes.io/name=app",
            "--label",
            "empty=,n=1",
            "--cert-ref",
            "local-registry-cert",
            "--secret-ref=image-pull",
            "--image",
            "local-registry:5000/app",
            "--interval",
            "5m",
            "--scan-timeout=90s",
            "--export",
        ],
        repository,
    );
    prints(
        &[
            "image",
            "policy",
            "vote",
            "--image-ref=vote",
            "--select-numeric=asc",
            "--filter-regex=^main-[a-f0-9]+-(?P<ts>[0-9]+)",
            "--filter-extract=$ts",
        ],
        vote,
    );
    prints(
        &[
            "policy",
            "regex",
            "--image-ref=podinfo",
            "--select-semver=>4.0.0",
            "--filter-regex=5\\.0\\.0",
            "--reflect-digest=Never",
        ],
        regex,
    );
    prints(
        &[
            "policy",
            "alpha",
            "--image-ref=podinfo",
            "--select-alpha=desc",
            "--reflect-digest=Always",
            "--interval=10m",
        ],
        alpha,
    );
    prints(
        &[
            "image",
            "update",
            "apps",
            "-n",
            "apps",
            "--git-repo-ref=flux-system",
            "--git-repo-namespace=flux-system",
            "--git-repo-path=./clusters/my-cluster",
            "--checkout-branch=main",
            "--push-branch=image-updates",
            "--author-name=flux",
            "--author-email=flux@example.com",
            "--commit-template={{range .Updated.Images}}{{println .}}{{end}}",
            "--signing-key-secret=my-key",
            "--signing-key-type=gpg",
        ],
        update,
    );
}

const UPDATE: [&str; 8] = [
    "update",
    "flux-system",
    "--git-repo-ref=flux-system",
    "--checkout-branch=main",
    "--author-name=flux",
    "--author-email=flux@example.com",
    "--interval=1m0s",
    "--namespace=flux-system",
];

fn update() {
    let yaml = |signing_key: &str| {
        format!(
            "---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata:
  name: flux-system
  namespace: flux-system
spec:
  git:
    checkout:
      ref:
        branch: main
    commit:
      author:
        email: flux@example.com
        name: flux
{signing_key}  interval: 1m0s
  sourceRef:
    kind: GitRepository
    name: flux-system
"
        )
    };
    prints(&UPDATE, &yaml(""));
    let signed = [&UPDATE[..], &["--signing-key-secret=my-key"]].concat();
    let key = "      signingKey:\n        secretRef:\n          name: my-key\n";
    prints(&signed, &yaml(key));
    let by_ssh = [&signed[..], &["--signing-key-type=ssh"]].concat();
    prints(&by_ssh, &yaml(&format!("{key}        type: ssh\n")));
}

fn short() {
    let long = run(&[
        "create",
        "policy",
        "app",
        "--image-ref=app",
        "--select-numeric=asc",
        "--filter-regex=(?P<n>.*)",
        "--filter-extract=$n",
        "--reflect-digest=IfNotPresent",
    ]);
    prints(
        &[
            "policy",
            "app",
            "--image-ref=app",
            "--numerical=asc",
            "--filter=(?P<n>.*)",
            "--extract=$n",
            "--digest=IfNotPresent",
        ],
        &long.stdout,
    );
    assert!(
        long.stdout.contains("digestReflectionPolicy: IfNotPresent"),
        "{}",
        long.stdout
    );
}

fn labels() {
    let one = run(&[
        "create",
        "repository",
        "app",
        "--image=app",
        "--label=a=1,b=2",
    ]);
    prints(
        &[
            "repository",
            "app",
            "--image=app",
            "--label=b=2",
            "--label=a=1",
        ],
        &one.stdout,
    );
    assert!(
        one.stdout
            .contains("  labels:\n    a: \"1\"\n    b: \"2\"\n"),
        "{}",
        one.stdout
    );
}

fn bad_input() {
    for (arguments, told) in [
        (
            &["repository", "app", "--image=ghcr.io/org/app:1.0"][..],
            "error: spec.image: an image has no tag here; remove :1.0\n",
        ),
        (
            &["policy", "app", "--image-ref=app", "--semver=5.0.x.x"],
            "error: spec.policy.semver.range: invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most\n",
        ),
        (
            &[
                "policy",
                "app",
                "--image-ref=app",
                "--numerical=asc",
                "--filter=a(",
            ],
            "error: spec.filterTags.pattern: ",
        ),
        (
            &[
                "policy",
                "app",
                "--image-ref=app",
                "--numerical=asc",
                "--filter=a",
                "--extract=$ts",
            ],
            "error: spec.filterTags.extract: the pattern has no group \"ts\", which is empty then; write (?P<ts>...) in it\n",
        ),
        (
            &[
                "policy",
                "app",
                "--image-ref=app",
                "--numerical=asc",
                "--interval=5m",
            ],
            "error: --interval is for digests that are looked up again and again: give --reflect-digest=Always as well, or leave it out\n",
        ),
        (
            &["repository", "App", "--image=app"],
            "error: invalid value 'App' for '<NAME>': a name has at most 63 lower-case letters, digits and '-', which begin and end with none of '-'; see --help\n",
        ),
        (
            &["repository", "app", "--image=app", "--interval=1d"],
            "error: invalid value '1d' for '--interval <DURATION>': unknown unit \"d\" in a duration; see --help\n",
        ),
        (
            &["repository", "app", "--image=app", "--interval=0s"],
            "error: invalid value '0s' for '--interval <DURATION>': it is not more than nothing; write for example 5m; see --help\n",
        ),
        (
            &["repository", "app", "--image=app", "--label=a"],
            "error: invalid value 'a' for '--label <NAME=VALUE>': a label has the form name=value; see --help\n",
        ),
    ] {
        let arguments: Vec<&str> = ["create"].iter().chain(arguments).copied().collect();
        let ran = run(&arguments);
        assert_eq!((&*ran.stdout, ran.code), ("", 1), "{arguments:?}");
        assert!(
            ran.stderr.starts_with(told),
            "{arguments:?}: {}",
            ran.stderr
        );
    }
}

fn misfits() {
    for (arguments, told) in [
        (
            &["policy", "app", "--image-ref=app"][..],
            "error: the following required arguments were not provided: <--select-semver <RANGE>|--select-alpha <ORDER>|--select-numeric <ORDER>>; see --help\n",
        ),
        (
            &[
                "policy",
                "app",
                "--image-ref=app",
                "--semver=1.x",
                "--numerical=asc",
            ],
            "error: the argument '--select-semver <RANGE>' cannot be used with '--select-numeric <ORDER>'; see --help\n",
        ),
        (
            &[
                "policy",
                "app",
                "--image-ref=app",
                "--semver=1.x",
                "--extract=$1",
            ],
            "error: the following required arguments were not provided: --filter-regex <PATTERN>; see --help\n",
        ),
        (
            &["policy", "app", "--image-ref=app", "--select-numric=asc"],
            "error: unexpected argument '--select-numric' found; a similar argument exists: '--select-numeric'; see --help\n",
        ),
        (
            &["image", "repositry", "app"],
            "error: unrecognized subcommand 'repositry'; some similar subcommands exist: 'policy', 'repository'; see --help\n",
        ),
    ] {
        let arguments: Vec<&str> = ["create"].iter().chain(arguments).copied().collect();
        let ran = run(&arguments);
        assert_eq!((&*ran.stdout, ran.code), ("", 1), "{arguments:?}");
        assert!(
            ran.stderr.starts_with(told),
            "{arguments:?}: {}",
            ran.stderr
        );
    }
    let typed = [&["create"], &UPDATE[..], &["--signing-key-type=ssh"]].concat();
    let ran = run(&typed);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.starts_with(
            "error: the following required arguments were not provided: --signing-key-secret <NAME>; see --help\n"
        ),
        "{}",
        ran.stderr
    );
}

fn strict() {
    let arguments = [
        "create",
        "policy",
        "app",
        "--image-ref=app",
        "--numerical=asc",
        "--reflect-digest=Always",
    ];
    let told = "spec.interval: missing; Flux requires it with `digestReflectionPolicy: Always`: write for example `interval: 10m`\n";
    let ran = run(&arguments);
    assert_eq!((ran.stderr, ran.code), (format!("warning: {told}"), 0));
    let ran = run(&[&arguments[..], &["--strict"]].concat());
    assert_eq!(
        (&*ran.stdout, ran.stderr, ran.code),
        ("", format!("error: {told}"), 1)
    );
}

fn closed_pipe() {
    let ran = run_unread(&["create", "repository", "app", "--image=app"]);
    assert_eq!((ran.code, &*ran.stderr), (1, UNREAD));
}
