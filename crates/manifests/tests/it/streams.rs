use tagwright_manifests::{Severity, flux};

const REPOSITORY: &str = "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: a}
spec: {image: ghcr.io/org/a, interval: 5m}
";

/// Document and line of every object.
#[track_caller]
fn places(bytes: &[u8]) -> Vec<(usize, usize)> {
    let read = flux::read("f.yaml", bytes);
    assert_eq!(read.problems, []);
    let repositories = read.objects.image_repositories.iter();
    repositories
        .map(|one| (one.meta.location.document, one.meta.location.line))
        .collect()
}

#[test]
fn documents_are_counted_and_placed() {
    let stream = format!(
        "# a comment\n\n---\n{REPOSITORY}---\n# nothing\n---\n\n{REPOSITORY}...\n--- # here\nkind: Other\n---\n{REPOSITORY}"
    );
    assert_eq!(places(stream.as_bytes()), [(1, 4), (2, 12), (4, 20)]);
}

#[test]
fn a_document_may_start_on_the_line_of_its_marker() {
    let json = r#"{"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImageRepository", "metadata": {"name": "a"}, "spec": {"image": "a", "interval": "5m"}}"#;
    assert_eq!(places(json.as_bytes()), [(1, 1)]);
    assert_eq!(
        places(format!("--- {json}\n--- {json}").as_bytes()),
        [(1, 1), (2, 2)]
    );
}

#[test]
fn json_objects_may_follow_one_another() {
    let json = r#"{"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImageRepository",
  "metadata": {"name": "a"},
"spec":
{"image": "a", "interval": "5m"}
}"#;
    assert_eq!(
        places(format!("{json}\n{json}\r\n\n{json}").as_bytes()),
        [(1, 1), (2, 6), (3, 12)]
    );
    assert_eq!(
        places(format!("---\n{json}\n{json}\n---\n{REPOSITORY}").as_bytes()),
        [(1, 2), (2, 7), (3, 13)]
    );
    let list = format!("{{\"kind\": \"List\", \"items\": [\n{json}\n,\n{json}\n]}}");
    assert_eq!(places(list.as_bytes()), [(1, 2), (1, 8)]);
}

#[test]
fn markers_in_text_are_no_markers_unless_they_start_a_line() {
    let stream = format!("{REPOSITORY}  # ---\nstatus: |\n  ---\n  ...\n   ---\n---\n{REPOSITORY}");
    assert_eq!(places(stream.as_bytes()), [(1, 1), (2, 11)]);
    let read = flux::read("f.yaml", format!("{REPOSITORY}---b: c\n").as_bytes());
    let expected = "f.yaml:5:1: warning: ---b: unknown field, not used";
    assert_eq!(read.problems[0].to_string(), expected);
}

#[test]
fn an_end_of_a_document_may_be_followed_by_the_next() {
    let stream = format!("...\n{REPOSITORY}...\n{REPOSITORY}... # end\n{REPOSITORY}");
    assert_eq!(places(stream.as_bytes()), [(1, 2), (2, 7), (3, 12)]);
}

#[test]
fn directives_belong_to_what_follows() {
    let stream = format!("%YAML 1.2\n---\n{REPOSITORY}");
    assert_eq!(places(stream.as_bytes()), [(1, 3)]);
}

#[test]
fn line_ends_marks_and_encodings() {
    let stream = format!("---\n{REPOSITORY}---\n{REPOSITORY}");
    let crlf = stream.replace('\n', "\r\n");
    assert_eq!(places(crlf.as_bytes()), [(1, 2), (2, 7)]);
    assert_eq!(
        places(format!("\u{feff}{stream}").as_bytes()),
        [(1, 2), (2, 7)]
    );
    assert_eq!(places(stream.trim_end().as_bytes()), [(1, 2), (2, 7)]);
    let units = || std::iter::once(0xfeff).chain(stream.encode_utf16());
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    assert_eq!(places(&little), [(1, 2), (2, 7)]);
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    assert_eq!(places(&big), [(1, 2), (2, 7)]);
}

#[test]
fn what_is_no_text_is_a_problem_of_its_document() {
    let mut bytes = REPOSITORY.as_bytes().to_vec();
    bytes.extend(b"status: \xc3\xa9\xff\n---\n");
    bytes.extend(REPOSITORY.as_bytes());
    let read = flux::read("f.yaml", &bytes);
    assert_eq!(
        read.problems[0].to_string(),
        "f.yaml:5:10: error: no UTF-8 text"
    );
    assert_eq!(read.objects.image_repositories.len(), 1);
    let read = flux::read("f.yaml", b"\xff\xfe\x00\xd8");
    let expected = "f.yaml:1:1: error: no UTF-16 text, though it starts with that byte order mark";
    assert_eq!(read.problems[0].to_string(), expected);
}

#[test]
fn wide_text_without_its_mark_is_refused() {
    let little =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let big = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    let utf32 = |text: &str, unit: fn(u32) -> [u8; 4]| -> Vec<u8> {
        text.chars().flat_map(|c| unit(u32::from(c))).collect()
    };
    let unmarked = "UTF-16 without a byte order mark is not read; save the file as UTF-8";
    let utf_32 = "UTF-32 is not read; save the file as UTF-8";
    for (bytes, message) in [
        (little(REPOSITORY), unmarked),
        (big(REPOSITORY), unmarked),
        (utf32(REPOSITORY, u32::to_le_bytes), utf_32),
        (utf32(REPOSITORY, u32::to_be_bytes), utf_32),
        (utf32("\u{feff}a", u32::to_le_bytes), utf_32),
        (utf32("\u{feff}a", u32::to_be_bytes), utf_32),
    ] {
        let read = flux::read("f.yaml", &bytes);
        let problems: Vec<String> = read.problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems, [format!("f.yaml:1:1: error: {message}")]);
    }
}

#[test]
fn lists_are_read_item_by_item() {
    let item = REPOSITORY.replace('\n', "\n  ");
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {item}\n- kind: Other\n- {item}");
    assert_eq!(places(list.as_bytes()), [(1, 4), (1, 10)]);
    let typed = list.replace("kind: List", "kind: ImageRepositoryList");
    assert_eq!(places(typed.as_bytes()), [(1, 4), (1, 10)]);
}

#[test]
fn merge_keys_and_aliases_are_followed() {
    let text = "apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: &meta {name: &name a, labels: {}}
spec:
  <<: [{image: merged, timeout: 1m}, {timeout: 2m, interval: 3m}]
  image: *name
";
    let read = flux::read("f.yaml", text.as_bytes());
    assert_eq!(read.problems, []);
    let repository = &read.objects.image_repositories[0];
    assert_eq!(repository.image, "a");
    assert_eq!(repository.timeout.expect("a timeout").as_secs(), 60);
    assert_eq!(repository.interval.expect("an interval").as_secs(), 180);
}

#[test]
fn other_kinds_are_not_even_parsed() {
    for other in [
        "kind: HelmRelease\napiVersion: helm.toolkit.fluxcd.io/v2\nspec: {{ broken\n",
        "kind: Kustomization\nspec: [ image.toolkit.fluxcd.io\n",
        "kind: ExternalSecret\n\t- x: [\n",
        "image: {{ .Values.image }}\n",
        "a: [\n",
    ] {
        let stream = format!("{other}---\n{REPOSITORY}");
        let line = other.lines().count() + 2;
        assert_eq!(places(stream.as_bytes()), [(2, line)], "{other}");
    }
}

#[test]
fn severities_are_ordered() {
    assert!(Severity::Note < Severity::Warning && Severity::Warning < Severity::Error);
}
