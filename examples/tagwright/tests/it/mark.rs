//! `mark`: markers for the images of policies, and no other byte.

use std::process::Command;

use serde_json::{Value, json};
use tagwright_testkit::harness::{Trial, test};

use crate::folder::Folder;
use crate::program::{Ran, UNREAD, run, run_in, run_unread};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("mark::the_change_is_shown_first", shown),
        test("mark::the_markers_are_written", written),
        test("mark::what_was_marked_is_sound_and_complete", complete),
        test("mark::policies_may_be_given", given),
        test("mark::fleets_markers_are_its_own", fleet),
        test("mark::answers_have_forms", forms),
        test("mark::what_cannot_be_marked_is_told", warnings),
        test("mark::all_files_are_written_or_none", full_disk),
        test("mark::bad_input_is_told_in_one_line", bad_input),
    ]
}

const IMAGES: &str = "\
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: podinfo, namespace: flux-system}
spec:
  image: ghcr.io/stefanprodan/podinfo
  interval: 5m
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: podinfo, namespace: flux-system}
spec: {imageRepositoryRef: {name: podinfo}, policy: {semver: {range: 5.0.x}}}
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:   {name: podinfo}
spec:
  template:
    spec:
      containers:
      - name: podinfo
        image: ghcr.io/stefanprodan/podinfo:5.0.0
      - name: other
        image: ghcr.io/stefanprodan/podinfo-other:5.0.0
";

const VALUES: &str =
    "image:\r\n  repository: 'ghcr.io/stefanprodan/podinfo'\r\n  tag: \"5.0.0\"\r\n\r\n";

fn folder() -> Folder {
    Folder::with(&[
        ("apps/app.yaml", DEPLOYMENT),
        ("apps/values.yaml", VALUES),
        ("clusters/images.yaml", IMAGES),
    ])
}

fn marked() -> [String; 2] {
    [
        DEPLOYMENT.replace(
            "podinfo:5.0.0\n",
            "podinfo:5.0.0 # {\"$imagepolicy\": \"flux-system:podinfo\"}\n",
        ),
        VALUES
            .replace(
                "podinfo'",
                "podinfo' # {\"$imagepolicy\": \"flux-system:podinfo:name\"}",
            )
            .replace(
                "\"5.0.0\"",
                "\"5.0.0\" # {\"$imagepolicy\": \"flux-system:podinfo:tag\"}",
            ),
    ]
}

fn texts(folder: &Folder) -> [String; 2] {
    ["apps/app.yaml", "apps/values.yaml"].map(|file| folder.read(file))
}

const DIFF: &str = "\
--- a/apps/app.yaml
+++ b/apps/app.yaml
@@ -6,6 +6,6 @@
     spec:
       containers:
       - name: podinfo
-        image: ghcr.io/stefanprodan/podinfo:5.0.0
+        image: ghcr.io/stefanprodan/podinfo:5.0.0 # {\"$imagepolicy\": \"flux-system:podinfo\"}
       - name: other
         image: ghcr.io/stefanprodan/podinfo-other:5.0.0
--- a/apps/values.yaml
+++ b/apps/values.yaml
@@ -1,4 +1,4 @@
 image:␍
-  repository: 'ghcr.io/stefanprodan/podinfo'␍
-  tag: \"5.0.0\"␍
+  repository: 'ghcr.io/stefanprodan/podinfo' # {\"$imagepolicy\": \"flux-system:podinfo:name\"}␍
+  tag: \"5.0.0\" # {\"$imagepolicy\": \"flux-system:podinfo:tag\"}␍
 ␍
";

fn shown() {
    let folder = folder();
    let ran = run_in(&folder, &["mark"]);
    assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), (DIFF, "", 0));
    assert_eq!(texts(&folder), [DEPLOYMENT, VALUES]);
    assert_eq!(run_in(&folder, &["mark", "--exit-code"]).code, 2);
    let coloured = run_in(&folder, &["mark", "--color", "always"]).stdout;
    assert!(
        coloured.starts_with("\u{1b}[1m--- a/apps/app.yaml\u{1b}[0m\n"),
        "{coloured}"
    );
}

fn written() {
    let folder = folder();
    let ran = run_in(&folder, &["mark", ".", "--write"]);
    let told = "apps/app.yaml:9:50: marked with flux-system:podinfo\n\
                apps/values.yaml:2:45: marked with flux-system:podinfo:name\n\
                apps/values.yaml:3:15: marked with flux-system:podinfo:tag\n";
    assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), (told, "", 0));
    assert_eq!(texts(&folder), marked());
    assert_eq!(folder.names("apps"), ["app.yaml", "values.yaml"]);
    assert_eq!(folder.read("clusters/images.yaml"), IMAGES);
}

fn complete() {
    let folder = folder();
    run_in(&folder, &["mark", "--write"]);
    for arguments in [
        &["mark", "--exit-code"][..],
        &["mark", "--write"],
        &["lint", "--strict"],
    ] {
        let ran = run_in(&folder, arguments);
        assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), ("", "", 0));
    }
    assert_eq!(texts(&folder), marked());
}

fn given() {
    let folder = folder();
    let file = ["mark", "apps/app.yaml", "--write"];
    let image = "--policy=flux-system:podinfo=ghcr.io/stefanprodan/podinfo";
    let ran = run_in(&folder, &[&file[..], &[image]].concat());
    assert_eq!(
        ran.stdout,
        "apps/app.yaml:9:50: marked with flux-system:podinfo\n"
    );
    assert_eq!(texts(&folder), [&*marked()[0], VALUES]);
    let named = [
        "mark",
        "apps",
        "--manifests=clusters",
        "--policy=flux-system:podinfo",
        "--write",
    ];
    let ran = run_in(&folder, &named);
    assert_eq!((&*ran.stderr, ran.code), ("", 0));
    assert_eq!(texts(&folder), marked());
}

fn fleet() {
    let bundle = "imageScans:\n- tagName: podinfo\n  image: ghcr.io/stefanprodan/podinfo\n";
    let folder = Folder::with(&[("fleet.yaml", bundle), ("app.yaml", DEPLOYMENT)]);
    let ran = run_in(&folder, &["mark", "--write"]);
    assert_eq!(
        (&*ran.stdout, ran.code),
        ("app.yaml:9:50: marked with podinfo\n", 0)
    );
    assert_eq!(folder.read("fleet.yaml"), bundle);
    assert_eq!(
        folder.read("app.yaml"),
        DEPLOYMENT.replace(
            "podinfo:5.0.0\n",
            "podinfo:5.0.0 # {\"$imagescan\": \"podinfo\"}\n"
        )
    );
}

fn forms() {
    let folder = folder();
    let ran = run_in(
        &folder,
        &["mark", "apps/app.yaml", "--manifests=.", "-o", "json"],
    );
    let mark = json!({
        "file": "apps/app.yaml",
        "line": 9,
        "column": 50,
        "setter": "flux-system:podinfo",
        "field": "spec.template.spec.containers[0].image",
        "value": "ghcr.io/stefanprodan/podinfo:5.0.0",
    });
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(answer, json!({"marks": [mark], "written": false}));
    let ran = run_in(&folder, &["mark", "-o", "markdown"]);
    assert_eq!(ran.stdout, format!("```diff\n{DIFF}```\n"));
    let ran = run_in(&folder, &["mark", "--write", "-o", "yaml"]);
    assert!(ran.stdout.ends_with("written: true\n"), "{}", ran.stdout);
    let ran = run_in(&folder, &["mark", "-o", "markdown"]);
    assert_eq!(ran.stdout, "No marker is missing.\n");
}

fn warnings() {
    let folder = folder();
    folder.write(
        "apps/odd.yaml",
        "image: ghcr.io/stefanprodan/podinfo:5.0.0 # by hand\nspec: {image: 'ghcr.io/stefanprodan/podinfo:1', b: c}\n",
    );
    folder.write("apps/chart.yaml", "{{ if .podinfo }}\na: b\n");
    let second = IMAGES.replace("name: podinfo,", "name: second,");
    let odd = "warning: apps/chart.yaml:2:1: error: not YAML: did not find expected <document start>; `{{` belongs to a template; mark the file that it is rendered to\n\
               warning: apps/odd.yaml:1:8: image: not marked: another comment stands behind the value; move it to a line of its own\n\
               warning: apps/odd.yaml:2:15: spec.image: not marked: other text follows on the line; break the line behind the value\n";
    let ran = run_in(&folder, &["mark"]);
    assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), (DIFF, odd, 0));
    let ran = run_in(&folder, &["mark", "--write", "--strict"]);
    let judged =
        format!("{odd}error: nothing was written, as warnings count; mend what they name\n");
    assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), ("", &*judged, 1));
    assert_eq!(texts(&folder), [DEPLOYMENT, VALUES]);
    let folder = Folder::with(&[("app.yaml", DEPLOYMENT), ("a.yaml", IMAGES)]);
    folder.write(
        "b.yaml",
        second.replace("{name: podinfo}", "{name: second}").as_str(),
    );
    let ran = run_in(&folder, &["mark"]);
    let torn = "warning: app.yaml:9:16: spec.template.spec.containers[0].image: not marked: the policies flux-system:podinfo and flux-system:second are both of the image; name the one that is meant\n";
    assert_eq!((&*ran.stdout, &*ran.stderr), ("", torn));
}

/// As on a full or a read-only disk: no file can grow.
fn full_disk() {
    let folder = folder();
    let output = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" mark --write"])
        .arg(env!("CARGO_BIN_EXE_tagwright"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    let ran = Ran::of(output);
    assert_eq!(
        (&*ran.stdout, &*ran.stderr, ran.code),
        (
            "",
            "error: apps/app.yaml in the directory . cannot be replaced: File too large (os error 27); no file was changed\n",
            1
        )
    );
    assert_eq!(texts(&folder), [DEPLOYMENT, VALUES]);
    assert_eq!(folder.names("apps"), ["app.yaml", "values.yaml"]);
}

fn bad_input() {
    let folder = folder();
    for (arguments, told) in [
        (
            &["mark", "gone", "--policy=a:b=app"][..],
            "error: gone is not there; give the path of a folder or a file\n",
        ),
        (
            &["mark", "gone"],
            "error: gone cannot be read: No such file or directory (os error 2); give the path of a folder or a file, or - for standard input\n",
        ),
        (
            &["mark", "apps"],
            "error: no policy of Flux, Fleet or a tagwright.yaml was found in apps; name their folder with --manifests, or give --policy NAMESPACE:NAME=IMAGE\n",
        ),
        (
            &["mark", "--policy=flux-system:podinf"],
            "error: there is no policy flux-system:podinf; did you mean flux-system:podinfo?\n",
        ),
        (
            &["mark", "--policy=a:b=Ghcr.io/App"],
            "error: the image of policy a:b: ",
        ),
        (
            &["mark", "--write", "--exit-code"],
            "error: the argument '--write' cannot be used with '--exit-code'; see --help\n",
        ),
    ] {
        let ran = run_in(&folder, arguments);
        assert_eq!((&*ran.stdout, ran.code), ("", 1), "{arguments:?}");
        assert!(ran.stderr.starts_with(told), "{}", ran.stderr);
    }
    let ran = run(&["mark", "--polcy=a"]);
    assert!(
        ran.stderr.contains("a similar argument exists: '--policy'"),
        "{}",
        ran.stderr
    );
    let ran = run_unread(&["mark", folder.path()]);
    assert_eq!((ran.code, &*ran.stderr), (1, UNREAD));
}
