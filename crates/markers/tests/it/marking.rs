//! Markers that are inserted.

use proptest::{collection::vec, prelude::*, sample::select};
use tagwright_markers::{
    Decision, ErrorKind, Image, MarkOutcomeKind, Marker, Syntax, find, mark, plan,
};

fn marker_of(image: &Image) -> Option<String> {
    let name = image.name().rsplit('/').next()?;
    (name != "other").then(|| format!("ns:{name}"))
}

/// Marks, and compares with `after`, in which `@name` stands for the marker of `ns:name`.
#[track_caller]
fn check_in(syntax: &Syntax, before: &str, after: &str) {
    let planned = mark(before.as_bytes(), syntax, marker_of).unwrap();
    let found = String::from_utf8(planned.apply().unwrap()).unwrap();
    let opening = format!("# {{\"{}\": \"ns:", syntax.key());
    let shown = found.replace(&opening, "@").replace("\"}", "");
    assert_eq!(shown, after);
    let again = mark(found.as_bytes(), syntax, marker_of).unwrap();
    assert!(again.is_unchanged(), "{:?}", again.insertions());
}

#[track_caller]
fn check(before: &str, after: &str) {
    check_in(&Syntax::flux(), before, after);
}

#[track_caller]
fn not_marked(before: &str, kind: &MarkOutcomeKind, line: &str) {
    let planned = mark(before.as_bytes(), &Syntax::flux(), marker_of).unwrap();
    assert!(planned.is_unchanged());
    assert_eq!(planned.outcomes()[0].kind(), kind);
    assert_eq!(planned.outcomes()[0].to_string(), line);
}

#[test]
fn images_of_workloads() {
    check(
        "kind: Pod\nspec:\n  containers:\n  - image: r.io:5000/a:1  \r\n    name: x\n  initContainers:\n  - {name: y,\n     image: 'b:1', \n    }\n",
        "kind: Pod\nspec:\n  containers:\n  - image: r.io:5000/a:1 @a  \r\n    name: x\n  initContainers:\n  - {name: y,\n     image: 'b:1', @b \n    }\n",
    );
    check(
        "kind: CronJob\nspec: \n jobTemplate:\n  spec:\n   template:\n    spec:\n     ephemeralContainers:\n     - image: \"a\"",
        "kind: CronJob\nspec: \n jobTemplate:\n  spec:\n   template:\n    spec:\n     ephemeralContainers:\n     - image: \"a\" @a",
    );
    check(
        "\u{feff}---\nkind: List\nitems:\n- kind: Pod\n  spec:\n    containers: [{image: a:1\n      }]\n...\n",
        "\u{feff}---\nkind: List\nitems:\n- kind: Pod\n  spec:\n    containers: [{image: a:1 @a\n      }]\n...\n",
    );
    check("image: r/other:1\n", "image: r/other:1\n");
}

#[test]
fn names_and_tags_apart() {
    check(
        "image:\n  repository: r/a\n  tag: \"1\"\n  digest: ''\n  pullPolicy: x\n",
        "image:\n  repository: r/a @a:name\n  tag: \"1\" @a:tag\n  digest: '' @a:digest\n  pullPolicy: x\n",
    );
    check(
        "image:\n  tag: 1.20\n  registry: r.io\n  repository: o/a\n",
        "image:\n  tag: 1.20 @a:tag\n  registry: r.io\n  repository: o/a\n",
    );
    check(
        "image: r/a\ntag: v1\n",
        "image: r/a @a:name\ntag: v1 @a:tag\n",
    );
    for text in [
        "repository: https://charts.example.com\ntag: v1\n",
        "repository: r/a\n",
        "spec:\n  ref: {tag: v1}\n",
    ] {
        check(text, text);
    }
}

#[test]
fn images_of_kustomizations() {
    let digest = format!("sha256:{}", "0".repeat(64));
    check(
        &format!(
            "images:\n- name: x\n  newName: r/a\n  newTag: v1\n- name: r/b\n  digest: {digest}\n- name: c\n"
        ),
        &format!(
            "images:\n- name: x\n  newName: r/a @a:name\n  newTag: v1 @a:tag\n- name: r/b\n  digest: {digest} @b:digest\n- name: c\n"
        ),
    );
    check(
        "spec:\n  images:\n  - newTag: v1\n    name: a\n",
        "spec:\n  images:\n  - newTag: v1 @a:tag\n    name: a\n",
    );
}

#[test]
fn fleet_has_setters_of_its_own() {
    let fleet = Syntax::fleet();
    let digest = format!("sha256:{}", "0".repeat(64));
    check_in(
        &fleet,
        &format!("image: a:1@{digest}\n"),
        &format!("image: a:1@{digest} @a:digest\n"),
    );
    check_in(
        &fleet,
        "repository: a\ntag: v1\ndigest: ''\n",
        "repository: a @a:name\ntag: v1 @a:tag\ndigest: ''\n",
    );
}

#[test]
fn a_comment_is_kept_behind_the_marker_when_asked_for() {
    let syntax = Syntax::flux().with_text_after(true);
    check_in(&syntax, "image: a:1   # keep\n", "image: a:1   @a # keep\n");
}

#[test]
fn what_cannot_be_marked_says_why() {
    let digest = "@sha256:0";
    for (text, column, field, kind, reason) in [
        (
            "image: a:1 # keep\n",
            8,
            "image",
            MarkOutcomeKind::HasComment,
            "another comment stands behind the value; move it to a line of its own",
        ),
        (
            "{image: a:1}\n",
            9,
            "image",
            MarkOutcomeKind::OtherText,
            "other text follows on the line; break the line behind the value",
        ),
        (
            "image: |-\n  a:1\n",
            3,
            "image",
            MarkOutcomeKind::BlockScalar,
            "the value is a block scalar; write it on one line",
        ),
        (
            "image: *a\n",
            8,
            "image",
            MarkOutcomeKind::Alias,
            "the value is an alias; mark the anchor's value",
        ),
        (
            "image: ${IMAGE}\n",
            8,
            "image",
            MarkOutcomeKind::NotAnImage,
            "the value is no image reference",
        ),
        (
            "image: other:1\n",
            8,
            "image",
            MarkOutcomeKind::NotWanted,
            "no setter is given for the image",
        ),
        (
            "registry: r\nrepository: a\ntag: other\n",
            13,
            "repository",
            MarkOutcomeKind::RegistryApart,
            "the registry stands in a field of its own, and a name would come with it",
        ),
    ] {
        let text = match kind {
            MarkOutcomeKind::Alias => format!("x: &a b{digest}\n{text}"),
            _ => text.to_owned(),
        };
        let planned = mark(text.as_bytes(), &Syntax::flux(), marker_of).unwrap();
        let outcome = &planned.outcomes()[0];
        assert_eq!(outcome.kind(), &kind, "{text}");
        assert_eq!(outcome.field(), field);
        let line = outcome.to_string();
        assert!(
            line.ends_with(&format!("{field}: not marked: {reason}")),
            "{line}"
        );
        assert!(outcome.column() == column || outcome.line() > 1, "{line}");
    }
    not_marked(
        "image: a:1 # {\"$imagepolicy\": \"mine\"}\n",
        &MarkOutcomeKind::AlreadyMarked {
            setter: "mine".to_owned(),
        },
        "line 1, column 8: image: already marked with \"mine\"",
    );
    not_marked(
        "a:\n  newTag:\n  image:\n",
        &MarkOutcomeKind::NoValue,
        "line 3, column 8: a.image: not marked: there is no value; write one, or \"\"",
    );
}

/// Marks, and gives each outcome without the line's number.
fn outcomes(text: &str) -> Vec<String> {
    let planned = mark(text.as_bytes(), &Syntax::flux(), marker_of).unwrap();
    let outcomes = planned.outcomes().iter();
    outcomes
        .map(|outcome| outcome.to_string().split_once(": ").unwrap().1.to_owned())
        .collect()
}

const NO_IMAGE: &str = "not marked: the value is no image reference";

#[test]
fn parts_that_are_no_name_tag_or_digest_say_so() {
    for (key, value) in [
        ("tag", "\"{{ .x }}\""),
        ("tag", "${TAG}"),
        ("tag", "a b"),
        ("digest", "\"{{x}}\""),
        ("digest", "sha256:0"),
    ] {
        assert_eq!(
            outcomes(&format!("repository: r/a\n{key}: {value}\n")),
            [
                "repository: marked with \"ns:a:name\"".to_owned(),
                format!("{key}: {NO_IMAGE}")
            ]
        );
    }
    for name in ["${REG}/a/b", "a/b:v1", "https://charts.example.com"] {
        assert_eq!(
            outcomes(&format!("repository: {name}\ntag: v1\n")),
            [
                format!("repository: {NO_IMAGE}"),
                format!("tag: {NO_IMAGE}")
            ]
        );
    }
    assert_eq!(
        outcomes("images:\n- name: r/a\n  newTag: ${TAG}\n"),
        [format!("images[0].newTag: {NO_IMAGE}")]
    );
    assert_eq!(
        outcomes("registry: ${R}\nrepository: a\ntag: v1\n"),
        [
            format!("repository: {NO_IMAGE}"),
            format!("tag: {NO_IMAGE}")
        ]
    );
}

#[test]
fn values_that_cannot_be_set_say_so() {
    let no_value = "not marked: there is no value; write one, or \"\"";
    for null in ["null", "~", ""] {
        assert_eq!(
            outcomes(&format!("repository: {null}\ntag: v1\n")),
            [
                format!("repository: {no_value}"),
                format!("tag: {NO_IMAGE}")
            ]
        );
        assert_eq!(
            outcomes(&format!("image: {null}\n")),
            [format!("image: {no_value}")]
        );
    }
    assert_eq!(
        outcomes("repository: r/a\ntag: !!float 1.0\n")[1],
        "tag: not marked: the scalar has an explicit type tag that a string does not fit; \
         remove the tag"
    );
    let alias = "not marked: the value is an alias; mark the anchor's value";
    assert_eq!(
        outcomes("x: &a r/a\ny:\n  repository: *a\n  tag: v1\n"),
        [
            format!("y.repository: {alias}"),
            format!("y.tag: {NO_IMAGE}")
        ]
    );
}

#[test]
fn the_last_of_equal_keys_is_marked() {
    let repeated =
        "not marked: the key stands again in the mapping, and the last one counts; remove one";
    assert_eq!(
        outcomes("image: r/a:1\nimage: r/a:2\n"),
        [
            format!("image: {repeated}"),
            "image: marked with \"ns:a\"".to_owned()
        ]
    );
    assert_eq!(
        outcomes("tag: v1\nrepository: r/a\ntag: v2\n")[0],
        format!("tag: {repeated}")
    );
}

#[test]
fn json_stays_json() {
    let reason = "not marked: JSON has no comments; name the value in a marker file (`Sidecar`)";
    for text in [
        "{\"image\": \"r/a:1\",\n \"x\": 1\n}\n",
        "\u{feff} {\n\t\"image\": \"r/a:1\"\n}",
        "[{\"x\": 1,\n \"image\": \"r/a:1\"\n}]",
    ] {
        let found = outcomes(text);
        assert_eq!(found.len(), 1, "{text}");
        assert!(found[0].ends_with(&format!("image: {reason}")), "{found:?}");
    }
    assert_eq!(
        outcomes("{\"image\": \"other:1\"\n}"),
        ["image: not marked: no setter is given for the image"]
    );
    // A comment more, and it is YAML.
    check(
        "# note\n{\"image\": \"r/a:1\"\n}\n",
        "# note\n{\"image\": \"r/a:1\" @a\n}\n",
    );
}

#[test]
fn a_setter_that_a_comment_cannot_hold_is_refused() {
    for setter in ["", "a\nb", "a\u{2028}b"] {
        let planned = mark(b"image: a:1\n", &Syntax::flux(), |_| {
            Some(setter.to_owned())
        })
        .unwrap();
        assert_eq!(
            planned.outcomes()[0].to_string(),
            "line 1, column 8: image: not marked: \
             the setter is empty or holds a character that a comment cannot hold"
        );
    }
    let quoted = mark(b"image: a:1\n", &Syntax::flux(), |_| {
        Some("a\"b".to_owned())
    })
    .unwrap();
    let after = quoted.apply().unwrap();
    assert_eq!(find(&after, &Syntax::flux()).unwrap()[0].setter(), "a\"b");
}

#[test]
fn insertions_and_outcomes_know_where_they_stand() {
    let text = "kind: Pod\nspec:\n- image: ü/other\n- image: r/a:1@\n- image: r/a:1\n";
    let planned = mark(text.as_bytes(), &Syntax::flux(), marker_of).unwrap();
    let insertion = &planned.insertions()[0];
    assert_eq!(
        (insertion.setter(), insertion.field(), insertion.value()),
        ("ns:a", "spec[2].image", "r/a:1")
    );
    assert_eq!((insertion.line(), insertion.column()), (5, 15));
    assert_eq!(insertion.object().to_string(), "/Pod//");
    assert_eq!(
        planned.outcomes()[0].render(text),
        "line 3, column 10: spec[0].image: not marked: the value is no image reference\n  |\n\
         3 | - image: ü/other\n  |          ^"
    );
}

#[test]
fn a_text_that_is_no_yaml_is_an_error() {
    let error = mark(b"image: [\n", &Syntax::flux(), marker_of).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Syntax);
}

fn line() -> impl Strategy<Value = String> {
    let key = select(vec![
        "image",
        "repository",
        "registry",
        "tag",
        "digest",
        "x",
    ]);
    let value = select(vec![
        "r/a:1",
        "'a'",
        "\"b:2\"",
        "a",
        "1.20",
        "~",
        "",
        "|-\n     a:1",
        "[a]",
        "&a b:1",
        "${X}",
        "a\n     b",
    ]);
    let tail = select(vec![
        "",
        "  ",
        " # note",
        " # {\"$imagepolicy\": \"old\"}",
        " # {\"$imagepolicy\": \"old\"",
        "\t#{\"$imagepolicy\": \"ns:a:tag\"}",
    ]);
    (key, value, tail).prop_map(|(key, value, tail)| match value {
        "|-\n     a:1" => format!("{key}: {value}\n"),
        _ => format!("{key}: {value}{tail}\n"),
    })
}

fn text() -> impl Strategy<Value = String> {
    let block = |(head, lines): (&str, Vec<String>)| {
        let mut seen = Vec::new();
        let lines = lines.iter().filter(|line| {
            let key = line.split(':').next().unwrap_or_default().to_owned();
            let is_new = !seen.contains(&key);
            seen.push(key);
            is_new
        });
        let lines: Vec<String> = lines.map(|line| format!("   {line}")).collect();
        format!("{head}{}", lines.concat())
    };
    let head = select(vec![
        "- k: v\n",
        "-\n  # note\n",
        "- k:\n  # {\"$imagepolicy\": \"up\"}\n",
    ]);
    (
        vec((head, vec(line(), 1..5)).prop_map(block), 1..5),
        any::<[bool; 2]>(),
    )
        .prop_map(|(blocks, [crlf, open])| {
            let mut text = blocks
                .concat()
                .replace("- k", "-  k")
                .replace("-\n  #", "-\n   #");
            if open {
                text.pop();
            }
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            text
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_plan_finds_exactly_the_inserted_markers(text in text()) {
        let syntax = Syntax::flux();
        let planned = mark(text.as_bytes(), &syntax, marker_of);
        prop_assume!(planned.is_ok());
        let planned = planned.unwrap();
        let before = find(text.as_bytes(), &syntax).unwrap();
        let mut expected: Vec<(String, String)> = before.iter().map(of).collect();
        expected.extend(planned.insertions().iter().map(|insertion| {
            (insertion.field().to_owned(), insertion.setter().to_owned())
        }));
        let after = String::from_utf8(planned.apply().unwrap()).unwrap();
        let mut found: Vec<(String, String)> =
            find(after.as_bytes(), &syntax).unwrap().iter().map(of).collect();
        expected.sort();
        found.sort();
        prop_assert_eq!(&found, &expected);

        let again = mark(after.as_bytes(), &syntax, marker_of).unwrap();
        prop_assert!(again.is_unchanged());
        let decide = |_: &Marker, _: &str| Decision::Unknown { nearest: None };
        let kept = plan(after.as_bytes(), &syntax, decide).unwrap().apply().unwrap();
        prop_assert_eq!(kept, after.as_bytes());
        // Without the markers it is the text that it was.
        prop_assert!(is_subsequence(text.as_bytes(), after.as_bytes()));
    }
}

fn of(marker: &Marker) -> (String, String) {
    (marker.field().to_owned(), marker.setter().to_owned())
}

fn is_subsequence(part: &[u8], whole: &[u8]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|byte| rest.any(|other| other == byte))
}
