use std::collections::BTreeMap;

use serde_json::json;
use tagwright_manifests::{Problem, Secret, SecretKey, Severity, Subject, fleet, flux};

#[track_caller]
fn lines(problems: &[Problem], expected: &[&str]) {
    let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

#[test]
fn values_are_read_as_files_are() {
    let object = json!({
        "apiVersion": "image.toolkit.fluxcd.io/v1",
        "kind": "ImageRepository",
        "metadata": {"name": "a", "namespace": "n", "generation": 3},
        "spec": {"image": "alpine", "interval": "5m", "insecure": true, "exclusionList": ["^dev"]},
    });
    let text = object.to_string();
    let mut from_value = flux::read_values("v", [&object]);
    let mut from_text = flux::read("v", text.as_bytes());
    lines(&from_value.problems, &[]);
    let place = &mut from_value.objects.image_repositories[0].meta.location;
    assert_eq!((place.document, place.line), (1, 0));
    from_text.objects.image_repositories[0].meta.location = place.clone();
    assert_eq!(from_value, from_text);
}

#[test]
fn each_value_has_its_number() {
    let other = json!({"kind": "Pod", "apiVersion": "v1"});
    let list = json!({"kind": "ImagePolicyList", "apiVersion": "image.toolkit.fluxcd.io/v1", "items": [
        {"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolicy", "metadata": {"name": "a"}, "spec": {
            "imageRepositoryRef": {"name": "a"},
            "policy": {"semver": {"range": "bad"}},
        }},
    ]});
    let judge = |subject: Subject<'_>| Err(format!("{subject:?}"));
    let read = flux::read_values_with("v", [&other, &list], &judge);
    lines(
        &read.problems,
        &["v: value 2: error: items[0].spec.policy.semver.range: Range(\"bad\")"],
    );
    assert_eq!(read.problems[0].document, 2);
    assert_eq!(read.problems[0].line, 0);
}

#[test]
fn values_that_are_passed_over_are_told() {
    let policy = json!({"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolicy"});
    let mut policies =
        json!({"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolicyList"});
    policies["items"] = json!([{"metadata": {"name": "a"}, "spec": {
        "imageRepositoryRef": {"name": "a"}, "policy": {"alphabetical": {}}}}]);
    let misspelt = json!({"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolcy"});
    let read = flux::read_values("v", [&json!([policy]), &policies, &misspelt]);
    lines(
        &read.problems,
        &[
            "v: value 1: warning: passed over: a list of objects; write `kind: List` with it \
             under `items`, or a document for each",
            "v: value 3: warning: kind: passed over: \"ImagePolcy\" is no kind of \
             image.toolkit.fluxcd.io; did you mean ImagePolicy?",
        ],
    );
    assert_eq!(read.objects.image_policies.len(), 1);
}

#[test]
fn fleets_values_are_read_too() {
    let scan = json!({"apiVersion": "fleet.cattle.io/v1alpha1", "kind": "ImageScan",
        "metadata": {"name": "a", "namespace": "n"},
        "spec": {"tagName": "a", "image": "i", "suspend": "x"}});
    let bundle = json!({"imageScans": [{"tagName": "b", "image": "i"}]});
    let read = fleet::read_values("v", [&scan, &bundle]);
    lines(
        &read.problems,
        &["v: value 1: error: spec.suspend: expected true or false, found \"x\""],
    );
    assert_eq!(read.objects.image_scans[0].tag_name, "b");
}

/// A type as `k8s-openapi` has them: renamed fields, options, byte strings.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Typed {
    api_version: &'static str,
    kind: Kind,
    metadata: BTreeMap<String, String>,
    #[serde(rename = "type")]
    secret_type: Option<String>,
    data: BTreeMap<String, String>,
    immutable: Option<bool>,
    unit: (),
}

#[derive(serde::Serialize)]
enum Kind {
    Secret,
}

#[test]
fn types_of_a_program_are_values() {
    let pair = |left: &str, right: &str| BTreeMap::from([(left.to_owned(), right.to_owned())]);
    let typed = Typed {
        api_version: "v1",
        kind: Kind::Secret,
        metadata: pair("name", "token"),
        secret_type: None,
        data: pair("token", "aHVudGVyMg=="),
        immutable: Some(true),
        unit: (),
    };
    let read = flux::read_values("v", [typed]);
    lines(&read.problems, &[]);
    let secret: &Secret = &read.objects.secrets[0];
    let token = secret.get(SecretKey::Token).expect("a token");
    assert_eq!(token.expose(), b"hunter2");
}

#[derive(serde::Serialize)]
enum Shape {
    Newtype(u8),
    Tuple(i64, f64),
    Struct { a: char },
}

#[test]
fn any_shape_is_taken() {
    let shapes = (
        [
            Shape::Newtype(1),
            Shape::Tuple(-1, 0.5),
            Shape::Struct { a: 'x' },
        ],
        BTreeMap::from([(true, None), (false, Some(u128::MAX))]),
        BTreeMap::from([(7, i128::MIN)]),
    );
    lines(&flux::read_values("v", [shapes]).problems, &[]);
}

struct Deep(usize);

impl serde::Serialize for Deep {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq([Deep(self.0 + 1)])
    }
}

struct Failing;

impl serde::Serialize for Failing {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("hunter2"))
    }
}

#[test]
fn what_is_no_object_is_a_problem_of_its_own() {
    lines(
        &flux::read_values("v", [Deep(0)]).problems,
        &["v: value 1: error: nested deeper than 100 levels"],
    );
    lines(
        &flux::read_values("v", [vec![0_u8; 300_001]]).problems,
        &["v: value 1: error: more than 300000 values in one object"],
    );
    lines(
        &flux::read_values("v", [BTreeMap::from([(vec![1], 2)])]).problems,
        &["v: value 1: error: a key is no plain text"],
    );
    let good = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}});
    let failing = flux::read_values("v", [Failing]);
    lines(
        &failing.problems,
        &["v: value 1: error: its own Serialize refuses it"],
    );
    assert_eq!(failing.problems[0].severity, Severity::Error);
    assert_eq!(flux::read_values("v", [good]).objects.secrets.len(), 1);
}
