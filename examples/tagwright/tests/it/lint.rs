//! `lint`: every problem at its place, in each form.

use serde_json::{Value, json};
use tagwright_testkit::harness::{Trial, test};

use crate::folder::Folder;
use crate::program::{UNREAD, run, run_in, run_unread, run_with};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("lint::every_problem_has_its_place", text),
        test("lint::annotations_of_github", github),
        test("lint::sarif", sarif),
        test("lint::json", as_json),
        test("lint::colours_where_they_are_wanted", colours),
        test("lint::nothing_wrong_is_said_by_nothing", sound),
        test("lint::warnings_fail_when_strict", strict),
        test("lint::paths_are_those_from_here", paths),
        test("lint::scopes_keep_clusters_apart", scopes),
        test("lint::standard_input", standard_input),
        test("lint::tagwright_yaml_knows_its_markers", config),
        test("lint::fleet_is_looked_at_too", fleet),
        test("lint::a_folder_with_nothing_in_it_is_told", nothing),
        test("lint::bad_input_is_told_in_one_line", bad_input),
        test("lint::no_secret_is_shown", secret),
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

const BROKEN: &str = "\
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: broken, namespace: flux-system}
spec:
  imageRepositoryRef: {name: podinfo}
  policy:
    semver:
      range: 5.0.x.x
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: lost, namespace: flux-system}
spec: {imageRepositoryRef: {name: gone}, policy: {numerical: {order: asc}}}
";

const MARKED: &str =
    "image: ghcr.io/stefanprodan/podinfo:5.0.0 # {\"$imagepolicy\": \"flux-system:podinfo\"}\n";

const APP: &str = r#"image: app:5.0.0 # {"$imagepolicy": "flux-system:podinfo"}
tag: 5.0.0 # {"$imagepolicy": "flux-system:podinf:tag"}
name: app # {"$imagepolicy": "flux-system:podinfo:tga"}
# image: app # {"$imagepolicy": "flux-system:podinfo"}
patch: |-
  image: app # {"$imagepolicy": "flux-system:podinfo"}
open: app # {"$imagepolicy": "flux-system:podinfo"
broken: app # {"$imagepolicy": "flux-system:broken"}
"#;

const CHART: &str = "{{ if .x }}\nimage: app # {\"$imagepolicy\": \"flux-system:podinfo\"}\n";

fn broken() -> Folder {
    Folder::with(&[
        ("clusters/images.yaml", IMAGES),
        ("clusters/more.yaml", BROKEN),
        ("apps/app.yaml", APP),
        ("apps/chart 1,2%.yaml", CHART),
        ("apps/values.txt", APP),
    ])
}

const FOUND: &str = r#"apps/app.yaml:2:12: warning: there is no ImagePolicy flux-system:podinf; did you mean flux-system:podinfo?
apps/app.yaml:3:11: warning: marker "flux-system:podinfo:tga": there is no field "tga"; write flux-system:podinfo:name, flux-system:podinfo:tag, flux-system:podinfo:digest, or flux-system:podinfo for the whole image
apps/app.yaml:4:16: note: the marker marks nothing: it stands in a commented-out line
apps/app.yaml:6:18: warning: the marker marks nothing: it stands in the text of a block scalar
apps/app.yaml:7:51: warning: not a marker: the JSON object is not closed
apps/chart 1,2%.yaml:2:1: error: not YAML: did not find expected <document start>; `{{` belongs to a template; mark the file that it is rendered to
clusters/more.yaml:8:14: error: spec.policy.semver.range: invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most
clusters/more.yaml:10:1: error: spec.imageRepositoryRef: there is no ImageRepository gone in the namespace flux-system; read its file too, or add it
clusters/more.yaml:10:1: note: no marker names this policy; mark a value with # {"$imagepolicy": "flux-system:lost"}
"#;

const JUDGED: &str = "error: 3 errors and 4 warnings were found; mend what the lines above name\n";

fn text() {
    let ran = run_in(&broken(), &["lint"]);
    assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), (FOUND, JUDGED, 1));
}

fn github() {
    let ran = run_in(&broken(), &["lint", ".", "--format", "github"]);
    assert_eq!((&*ran.stderr, ran.code), (JUDGED, 1));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 9);
    assert_eq!(
        lines[0],
        "::warning file=apps/app.yaml,line=2,col=12,title=tagwright marker::there is no ImagePolicy flux-system:podinf; did you mean flux-system:podinfo?"
    );
    assert_eq!(
        lines[2],
        "::notice file=apps/app.yaml,line=4,col=16,title=tagwright marker::the marker marks nothing: it stands in a commented-out line"
    );
    assert_eq!(
        lines[5],
        "::error file=apps/chart 1%2C2%25.yaml,line=2,col=1,title=tagwright marker::not YAML: did not find expected <document start>; `{{` belongs to a template; mark the file that it is rendered to"
    );
}

fn sarif() {
    let ran = run_in(&broken(), &["lint", "--format", "sarif"]);
    assert_eq!((&*ran.stderr, ran.code), (JUDGED, 1));
    let log: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(
        log["$schema"],
        "https://json.schemastore.org/sarif-2.1.0.json"
    );
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(
        run["tool"]["driver"],
        json!({
            "name": "tagwright",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": [
                {"id": "file", "shortDescription": {"text": "A file that cannot be read"}},
                {"id": "manifest", "shortDescription": {"text": "An object that cannot be used, or not all of it"}},
                {"id": "reference", "shortDescription": {"text": "Objects that do not fit each other"}},
                {"id": "marker", "shortDescription": {"text": "A marker that names nothing or marks nothing"}},
            ],
        })
    );
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 9);
    assert_eq!(
        results[5]["locations"][0],
        json!({"physicalLocation": {
            "artifactLocation": {"uri": "apps/chart%201%2C2%25.yaml", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 2, "startColumn": 1},
        }})
    );
    assert_eq!(
        results[6],
        json!({
            "ruleId": "manifest",
            "ruleIndex": 1,
            "level": "error",
            "message": {"text": "invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most"},
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": {"uri": "clusters/more.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 8, "startColumn": 14},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": "ImagePolicy flux-system/broken"},
                    {"fullyQualifiedName": "spec.policy.semver.range"},
                ],
            }],
        })
    );
    let words: Vec<&str> = results
        .iter()
        .map(|one| one["level"].as_str().unwrap())
        .collect();
    assert_eq!(words[2], "note");
    assert_eq!(words[0], "warning");
}

fn as_json() {
    let ran = run_in(&broken(), &["lint", "--format", "json"]);
    let findings: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        findings[6],
        json!({
            "file": "clusters/more.yaml",
            "line": 8,
            "column": 14,
            "severity": "error",
            "rule": "manifest",
            "object": "ImagePolicy flux-system/broken",
            "field": "spec.policy.semver.range",
            "message": "invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most",
        })
    );
}

fn colours() {
    let folder = broken();
    let first = |arguments: &[&str]| {
        let ran = run_in(&folder, arguments);
        ran.stdout.lines().next().unwrap_or_default().to_owned()
    };
    let plain = FOUND.lines().next().unwrap();
    assert_eq!(first(&["lint"]), plain);
    assert_eq!(
        first(&["lint", "--color", "always"]),
        plain.replace(": warning: ", ": \u{1b}[33mwarning\u{1b}[0m: ")
    );
}

fn sound() {
    let folder = Folder::with(&[("images.yaml", IMAGES), ("app.yaml", MARKED)]);
    for format in ["text", "github"] {
        let ran = run_in(&folder, &["--strict", "lint", "--format", format]);
        assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), ("", "", 0));
    }
    let ran = run_in(&folder, &["lint", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&log["runs"][0]["results"], ran.code), (&json!([]), 0));
}

fn strict() {
    let misspelt = MARKED.replace("podinfo\"", "podinf\"");
    let folder = Folder::with(&[("images.yaml", IMAGES), ("app.yaml", &*misspelt)]);
    let ran = run_in(&folder, &["lint"]);
    let found = "app.yaml:1:43: warning: there is no ImagePolicy flux-system:podinf; did you mean flux-system:podinfo?\nimages.yaml:8:1: note: no marker names this policy; mark a value with # {\"$imagepolicy\": \"flux-system:podinfo\"}\n";
    assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), (found, "", 0));
    let ran = run_in(&folder, &["lint", "--strict"]);
    let judged = "error: no error and 1 warning were found; mend what the lines above name\n";
    assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), (found, judged, 1));
}

fn paths() {
    let folder = broken();
    let of_chart = |text: &str| {
        let mut lines = text.lines().filter(|line| line.contains("chart"));
        lines.next().unwrap_or_default().to_owned()
    };
    let chart = |path: &str| of_chart(&run_in(&folder, &["lint", path]).stdout);
    let apps = |prefix: &str| format!("{prefix}{}", of_chart(FOUND));
    for path in ["apps", "apps/", "./apps", "./", "apps/chart 1,2%.yaml"] {
        assert_eq!(chart(path), apps(""), "{path}");
    }
    let whole = folder.path();
    assert_eq!(chart(whole), apps(&format!("{whole}/")));
}

fn scopes() {
    let folder = Folder::with(&[("a/images.yaml", IMAGES), ("b/images.yaml", IMAGES)]);
    let ran = run_in(&folder, &["lint"]);
    assert!(
        ran.stdout.contains(
            "has the same name; rename or remove one, or read the folders of two clusters apart"
        ),
        "{}",
        ran.stdout
    );
    let ran = run_in(&folder, &["lint", "--scope", "a=a", "--scope", "b=b"]);
    let note = "no marker names this policy; mark a value with # {\"$imagepolicy\": \"flux-system:podinfo\"}";
    assert_eq!(
        ran.stdout,
        format!("a/images.yaml:8:1: note: {note}\nb/images.yaml:8:1: note: {note}\n")
    );
}

fn standard_input() {
    let ran = run_with(&["lint", "-"], &format!("{IMAGES}---\nimage: ''\n"));
    let found = "standard input:8:1: note: no marker names this policy; mark a value with # {\"$imagepolicy\": \"flux-system:podinfo\"}\n";
    assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), (found, "", 0));
}

fn config() {
    let yaml = "images: {app: {image: ghcr.io/org/app}}\npolicies:\n  web: {image: app, semver: '*'}\n  batch: {image: app, semver: 1.x.x.x}\n";
    let markers = "a: b # {\"$imagescan\": \"web:tag\"}\nc: d # {\"$imagescan\": \"wb:tag\"}\ne: f # {\"$imagepolicy\": \"ns:app\"}\n";
    let folder = Folder::with(&[
        ("tagwright.yaml", &*format!("dialect: fleet\n{yaml}")),
        ("app.yaml", markers),
    ]);
    let ran = run_in(&folder, &["lint"]);
    assert_eq!(
        ran.stdout,
        "app.yaml:2:6: warning: there is no policy wb in tagwright.yaml; did you mean web?\n\
         app.yaml:3:6: warning: there is no ImagePolicy ns:app\n\
         tagwright.yaml:5:31: error: policies.batch.semver: invalid semver range: unexpected character '.' at line 1, column 6; write three numbers at most\n"
    );
}

fn fleet() {
    let bundle = "imageScans:\n- tagName: podinfo\n  image: ghcr.io/org/podinfo\n  policy: {semver: {range: '*'}}\n";
    let folder = Folder::with(&[
        ("fleet.yaml", bundle),
        (
            "app.yaml",
            "image: a:1 # {\"$imagescan\": \"podinf\"}\ntag: 1 # {\"$imagescan\": \"podinfo:digets\"}\n",
        ),
    ]);
    let ran = run_in(&folder, &["lint"]);
    assert_eq!(
        ran.stdout,
        "app.yaml:1:12: warning: there is no image scan podinf; did you mean podinfo?\n\
         app.yaml:2:8: warning: marker \"podinfo:digets\": there is no field \"digets\"; write podinfo:name, podinfo:tag, podinfo:digest, or podinfo for the whole image\n"
    );
}

fn nothing() {
    let folder = Folder::with(&[("README.md", "# Hello\n")]);
    let told = ". holds no manifest of Flux or Fleet, no tagwright.yaml and no marker; is it the folder that was meant?\n";
    let ran = run_in(&folder, &["lint"]);
    assert_eq!(
        (&*ran.stdout, ran.stderr, ran.code),
        ("", format!("warning: {told}"), 0)
    );
    let ran = run_in(&folder, &["lint", "--strict"]);
    assert_eq!((ran.stderr, ran.code), (format!("error: {told}"), 1));
}

fn bad_input() {
    let folder = broken();
    for (arguments, told) in [
        (
            &["lint", "gone"][..],
            "error: gone cannot be read: No such file or directory (os error 2); give the path of a folder or a file, or - for standard input\n",
        ),
        (
            &["lint", "--scope", "apps"],
            "error: --scope 'apps' has no '='; give NAME=PATH\n",
        ),
        (
            &["lint", "--format", "serif"],
            "error: invalid value 'serif' for '--format <FORMAT>' [possible values: text, github, sarif, json]; a similar value exists: 'sarif'; see --help\n",
        ),
    ] {
        let ran = run_in(&folder, arguments);
        assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), ("", told, 1));
    }
    let ran = run_unread(&["lint", folder.path()]);
    assert_eq!((ran.code, &*ran.stderr), (1, UNREAD));
    let ran = run(&["lint", "--formt", "json"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("a similar argument exists: '--format'"),
        "{}",
        ran.stderr
    );
}

fn secret() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: apps}\nstringData: {password: c4n4ry\n";
    let folder = Folder::with(&[("secret.yaml", secret)]);
    for format in ["text", "github", "sarif", "json"] {
        let ran = run_in(&folder, &["-vv", "lint", "--format", format]);
        assert_eq!(ran.code, 1, "{format}");
        assert!(
            ran.stdout.contains("no valid YAML"),
            "{format}: {}",
            ran.stdout
        );
        assert!(
            !format!("{}{}", ran.stdout, ran.stderr).contains("c4n4ry"),
            "{format}"
        );
    }
}
