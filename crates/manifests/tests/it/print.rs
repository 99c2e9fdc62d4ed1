//! Objects printed as YAML: the bytes that Flux's tools print.

use std::time::Duration;

use tagwright_manifests::flux::{self, ImageRepository, Objects};

const CREATED: &str = include_str!("../../testdata/flux-create.yaml");
const EXPORTED: &str = include_str!("../../testdata/flux-export.yaml");

/// Recorded from Flux's API types and the YAML library that `flux` prints with:
/// the three commands of the guide "Automate image updates to Git".
#[test]
fn what_the_guide_creates() {
    let [repository, policy, automation] = documents(CREATED)[..] else {
        panic!("three documents");
    };
    let objects = guide();
    assert_eq!(objects.image_repositories[0].to_yaml(), repository);
    assert_eq!(objects.image_policies[0].to_yaml(), policy);
    assert_eq!(objects.image_update_automations[0].to_yaml(), automation);
    assert_eq!(objects.to_yaml(), CREATED);
}

/// The guide's objects as its text shows them: other durations, another order.
fn guide() -> Objects {
    let read = flux::read("f.yaml", include_bytes!("../../testdata/flux-guide.yaml"));
    read.objects
}

/// Recorded likewise, with every field.
#[test]
fn every_field() {
    let read = flux::read("f.yaml", EXPORTED.as_bytes());
    assert_eq!(read.objects.to_yaml(), EXPORTED);
    assert_eq!(documents(EXPORTED).len(), 5);
}

/// What changes nothing is printed where it is asked for, and read back as what it was.
#[test]
fn in_full() {
    let mut objects = guide();
    let policy = &objects.image_policies[0];
    let full = policy.to_yaml_in_full();
    assert_eq!(
        full.replace("  digestReflectionPolicy: Never\n", ""),
        policy.to_yaml()
    );
    assert_ne!(full, policy.to_yaml());
    let automation = &mut objects.image_update_automations[0];
    assert_eq!(automation.to_yaml_in_full(), automation.to_yaml());
    let mut key = flux::SigningKey::default();
    "key".clone_into(&mut key.secret_ref);
    automation.git.commit.signing_key = Some(key);
    let full = automation.to_yaml_in_full();
    assert_eq!(
        full.replace("        type: gpg\n", ""),
        automation.to_yaml()
    );
    let read = flux::read("f.yaml", full.as_bytes());
    assert_eq!(read.problems, []);
    assert_eq!(read.objects.image_update_automations[0].git, automation.git);
}

fn documents(stream: &str) -> Vec<&str> {
    let starts = stream.match_indices("---\n").map(|(at, _)| at);
    let starts: Vec<usize> = starts.chain([stream.len()]).collect();
    starts
        .windows(2)
        .map(|ends| &stream[ends[0]..ends[1]])
        .collect()
}

/// What Go's printer leaves plain, and another reader takes for something else.
const QUOTED_BESIDES: &[(&str, &str)] = &[
    ("=", "YAML 1.1: a default value"),
    ("<<", "YAML 1.1: a merge key"),
    ("12e4567", "YAML 1.2: a number, if beyond float64"),
    ("1e400", "likewise"),
    (
        "0xFFFFFFFFFFFFFFFFFFFF",
        "both: a number, if beyond 64 bits",
    ),
    ("0x_", "YAML 1.1: a number, if not for all"),
    ("2026-01-31 12:00:00 -5", "YAML 1.1: a time"),
    ("\u{2028}", "YAML 1.1: a line break"),
    ("a\u{2028}b", "likewise"),
    ("\u{2029}", "likewise"),
];

/// A text as a key, a value and an item, beside what `sigs.k8s.io/yaml` made of
/// it.
#[test]
fn texts_are_quoted_as_flux_quotes_them() {
    let rows = include_str!("../../testdata/printed-texts.jsonl").lines();
    let wrong: Vec<String> = rows.filter_map(difference).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn difference(row: &str) -> Option<String> {
    let row: serde_json::Value = serde_json::from_str(row).expect("JSON");
    let text = row["text"].as_str().expect("a text");
    let expected = row["yaml"].as_str().expect("YAML");
    let on_purpose = QUOTED_BESIDES.iter().any(|(other, _)| *other == text);
    let printed = everywhere(text).to_yaml();
    let found = printed.strip_prefix(HEAD).expect("the head");
    let same = found == expected;
    (same == on_purpose).then(|| format!("{text:?}\nfound:\n{found}\nexpected:\n{expected}"))
}

const HEAD: &str = "---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata:
  annotations:
";

fn everywhere(text: &str) -> ImageRepository {
    let mut repository = ImageRepository::default();
    let meta = &mut repository.meta;
    "a".clone_into(&mut meta.name);
    meta.annotations.insert(text.to_owned(), "x".to_owned());
    meta.labels.insert("k".to_owned(), text.to_owned());
    "a".clone_into(&mut repository.image);
    repository.exclusion_list = Some(vec![text.to_owned()]);
    repository
}

#[test]
fn durations_as_go_prints_them() {
    let cases = [
        (0, "0s"),
        (1, "1ns"),
        (1_100, "1.1µs"),
        (2_200_000, "2.2ms"),
        (1_000_000_000, "1s"),
        (1_500_000_000, "1.5s"),
        (59_000_000_001, "59.000000001s"),
        (60_000_000_000, "1m0s"),
        (245_000_000_000, "4m5s"),
        (245_001_000_000, "4m5.001s"),
        (18_367_001_000_000, "5h6m7.001s"),
        (3_600_000_000_000, "1h0m0s"),
        (86_400_000_000_000, "24h0m0s"),
        (i64::MAX.cast_unsigned(), "2562047h47m16.854775807s"),
    ];
    for (nanoseconds, expected) in cases {
        let mut repository = ImageRepository::default();
        repository.timeout = Some(Duration::from_nanos(nanoseconds));
        let line = format!("  timeout: {expected}\n");
        assert!(repository.to_yaml().ends_with(&line), "{expected}");
    }
}

#[test]
fn a_value_that_looks_encrypted_reads_back() {
    let file = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {password: RU5DW0FFUzI1Nl9HQ00seF0=}\n";
    let read = flux::read("f.yaml", file.as_bytes());
    assert_eq!(read.problems, []);
    let printed = read.objects.secrets[0].to_yaml_with_values();
    let printed = printed.expect("not encrypted");
    assert!(
        printed.contains("\n  password: RU5DW0FFUzI1Nl9HQ00seF0=\n"),
        "{printed}"
    );
    let again = flux::read("f.yaml", printed.as_bytes());
    assert_eq!(again.problems, []);
    assert_eq!(
        again.objects.secrets[0].to_yaml_with_values(),
        Some(printed)
    );
}

#[test]
fn a_secret_is_printed_when_its_values_are_asked_for() {
    let file = "kind: Secret
apiVersion: v1
type: Opaque
metadata: {name: git, namespace: flux-system, labels: {a: b}}
data: {username: Ym90, ca.crt: AP8=}
stringData: {password: 'p: w', other: not read}
";
    let read = flux::read("f.yaml", file.as_bytes());
    let secret = &read.objects.secrets[0];
    let printed = secret.to_yaml_with_values().expect("not encrypted");
    assert_eq!(
        printed,
        "---
apiVersion: v1
data:
  ca.crt: AP8=
kind: Secret
metadata:
  labels:
    a: b
  name: git
  namespace: flux-system
stringData:
  password: 'p: w'
  username: bot
type: Opaque
"
    );
    assert_eq!(read.objects.to_yaml(), "");
    let encrypted = file.replace("type: Opaque", "sops: {}");
    let read = flux::read("f.yaml", encrypted.as_bytes());
    assert_eq!(read.objects.secrets[0].to_yaml_with_values(), None);
}
