//! Markers in a file of their own.

use proptest::prelude::*;
use tagwright_markers::{ErrorKind, OutcomeKind, Setters, Sidecar};

fn sidecar(path: &str, places: &[&str]) -> Sidecar {
    let markers: Vec<String> = places
        .iter()
        .map(|at| format!("- path: {path}\n  at: '{at}'\n  setter: s\n"))
        .collect();
    Sidecar::parse(format!("markers:\n{}", markers.concat()).as_bytes()).unwrap()
}

#[track_caller]
fn check(path: &str, places: &[&str], new: &str, before: &str, after: &str) {
    let setters = Setters::from([("s", new)]);
    let planned = sidecar(path, places)
        .plan(path, before.as_bytes(), setters.decide())
        .unwrap();
    assert_eq!(
        planned.edits().len(),
        places.len(),
        "{:?}",
        planned.outcomes()
    );
    let found = String::from_utf8(planned.apply().unwrap()).unwrap();
    assert_eq!(found, after);
    let again = sidecar(path, places)
        .plan(path, found.as_bytes(), setters.decide())
        .unwrap();
    assert!(again.is_unchanged());
}

/// The outcome at a place of a file, with its kind.
#[track_caller]
fn kept(path: &str, at: &str, text: &str, kind: &OutcomeKind, line: &str) {
    let setters = Setters::from([("s", "new")]);
    let planned = sidecar(path, &[at])
        .plan(path, text.as_bytes(), setters.decide())
        .unwrap();
    assert_eq!(planned.outcomes()[0].kind(), kind);
    assert_eq!(planned.outcomes()[0].to_string(), line);
    assert!(planned.is_unchanged());
}

#[test]
fn strings_of_json() {
    check(
        "a.json",
        &["/image/tag", "list[1].x"],
        "1.20",
        "\u{feff}{\r\n\t\"image\" : {\"tag\":\"1\\u002e0\"},\r\n\t\"list\": [ 1, {\"x\": \"\\/\\ud83d\\udea2\"} ] }",
        "\u{feff}{\r\n\t\"image\" : {\"tag\":\"1.20\"},\r\n\t\"list\": [ 1, {\"x\": \"1.20\"} ] }",
    );
    check(
        "a.JSON",
        &["/a~1b/0", "/0"],
        "q\" \\ \n \u{7} ü 🚢",
        "{\"a/b\": [\"x\"], \"0\": \"y\"}",
        "{\"a/b\": [\"q\\\" \\\\ \\n \\u0007 ü 🚢\"], \"0\": \"q\\\" \\\\ \\n \\u0007 ü 🚢\"}",
    );
}

#[test]
fn scalars_of_yaml() {
    check(
        "gen/all.yaml",
        &["/spec/args/1", "spec[\"a.b\"]"],
        "1.20",
        "# generated\nspec:\n  args: [x, y]\n  a.b:   'z'  # note\n",
        "# generated\nspec:\n  args: [x, \"1.20\"]\n  a.b:   '1.20'  # note\n",
    );
    check(
        "a.yaml",
        &["[0]"],
        "new",
        "- a\n---\n- a\n",
        "- new\n---\n- a\n",
    );
}

#[test]
fn a_type_that_no_string_fits_is_kept() {
    let reason = "the scalar has an explicit type tag that a string does not fit; remove the tag";
    kept(
        "a.yaml",
        "/x",
        "x: !!int 1\n",
        &OutcomeKind::Refused {
            reason: reason.to_owned(),
        },
        &format!("line 1, column 10: marker \"s\": the value is kept: {reason}"),
    );
}

#[test]
fn documents_and_templates() {
    let sidecar = Sidecar::parse(
        br#"{"markers": [{"path": "a.yml", "document": "1", "at": "/args/0",
            "setter": "s", "template": "--v={value}"}]}"#,
    )
    .unwrap();
    let marker = &sidecar.markers()[0];
    assert_eq!(
        (marker.path(), marker.document(), marker.at()),
        ("a.yml", 1, "/args/0")
    );
    assert_eq!(
        (marker.setter(), marker.template()),
        ("s", Some("--v={value}"))
    );
    assert_eq!(marker.line(), 1);
    assert_eq!(sidecar.paths().collect::<Vec<_>>(), ["a.yml"]);

    let setters = Setters::from([("s", "2")]);
    let text = b"args: [--v=0]\n---\nkind: A\nargs: [--v=1]\n";
    let planned = sidecar.plan("a.yml", text, setters.decide()).unwrap();
    let edit = &planned.edits()[0];
    assert_eq!((edit.old(), edit.new_value()), ("1", "--v=2"));
    assert_eq!((edit.line(), edit.column()), (4, 8));
    assert_eq!(edit.object().to_string(), "/A//");
    assert_eq!(
        planned.apply().unwrap(),
        b"args: [--v=0]\n---\nkind: A\nargs: [--v=2]\n"
    );
}

#[test]
fn places_that_cannot_be_set_say_why() {
    let nothing = "the marker marks nothing";
    let out = "let it name a string of its own";
    for (path, at, text, line) in [
        (
            "a.json",
            "/a",
            "{\n \"a\": 1.0}",
            format!("2, column 7: marker \"s\": {nothing}: no string stands there; {out}"),
        ),
        (
            "a.json",
            "/a",
            "{\"a\": null}",
            format!("1, column 7: marker \"s\": {nothing}: no string stands there; {out}"),
        ),
        (
            "a.json",
            "/a",
            "{\"a\": \"\\ud800\"}",
            format!("1, column 7: marker \"s\": {nothing}: no string stands there; {out}"),
        ),
        (
            "a.yaml",
            "/a",
            "a: [b]\n",
            format!("1, column 4: marker \"s\": {nothing}: a collection stands there; {out}"),
        ),
    ] {
        kept(
            path,
            at,
            text,
            &OutcomeKind::NotAScalar,
            &format!("line {line}"),
        );
    }
    kept(
        "a.yaml",
        "/b/a",
        "b:\n  a:\n",
        &OutcomeKind::NotAScalar,
        &format!("line 2, column 4: marker \"s\": {nothing}: no value stands there; {out}"),
    );
    kept(
        "a.yaml",
        "/a",
        "a: |\n  b\n",
        &OutcomeKind::BlockScalar,
        "line 2, column 3: marker \"s\": the value is kept: it is a block scalar; write it on one line",
    );
    kept(
        "a.yaml",
        "/a",
        "b: &b c\na: *b\n",
        &OutcomeKind::Alias,
        "line 2, column 4: marker \"s\": the value is kept: it is an alias; mark the anchor's value",
    );
    kept(
        "a.yaml",
        "/a/0",
        "a: b\n",
        &OutcomeKind::NotFound {
            field: "/a/0".to_owned(),
            document: 0,
        },
        "line 1, column 1: marker \"s\": the marker marks nothing: \"/a/0\" is not there",
    );
}

#[test]
fn equal_keys_are_not_chosen_from() {
    for (path, at, text, place) in [
        (
            "a.json",
            "/a",
            "{\"a\": \"b\",\n \"a\": \"b\"}",
            "2, column 2",
        ),
        (
            "a.json",
            "/a/b",
            "{\"a\": {\"b\": \"c\"}, \"a\": {}}",
            "1, column 19",
        ),
        (
            "a.json",
            "/a/b",
            "{\"a\": {}, \"\\u0061\": {\"b\": \"c\"}}",
            "1, column 11",
        ),
        (
            "a.yaml",
            "a.b",
            "a: {b: c}\na: {b: c}\na: x\n",
            "2, column 1",
        ),
    ] {
        let line = format!(
            "line {place}: marker \"s\": the marker marks nothing: \
             a key of its path is given twice; leave one of them"
        );
        kept(path, at, text, &OutcomeKind::NotAScalar, &line);
    }
    // Beside the path, or in a mapping of its own, a key may stand as often as it wants.
    check(
        "a.json",
        &["/a/0/b", "/a/1/b"],
        "new",
        "{\"c\": 1, \"c\": 2, \"a\": [{\"b\": \"x\"}, {\"b\": \"x\"}]}",
        "{\"c\": 1, \"c\": 2, \"a\": [{\"b\": \"new\"}, {\"b\": \"new\"}]}",
    );
}

/// One marker is one outcome, however often its keys are repeated.
#[test]
fn markers_and_equal_keys_do_not_multiply() {
    let places: Vec<String> = (0..100)
        .map(|count| format!("/{}a", "~0".repeat(count)))
        .collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let text = format!("{{{}\"a\": 1}}", "\"a\": \"b\", ".repeat(100_000));
    let planned = sidecar("a.json", &places)
        .plan(
            "a.json",
            text.as_bytes(),
            Setters::from([("s", "new")]).decide(),
        )
        .unwrap();
    assert_eq!(planned.outcomes().len(), 100);
    assert!(planned.is_unchanged());
}

#[test]
fn what_an_alias_stands_for_is_not_lost() {
    kept(
        "a.yaml",
        "/a/b",
        "c: &c {b: d}\na: *c\n",
        &OutcomeKind::Alias,
        "line 2, column 4: marker \"s\": the value is kept: it is an alias; mark the anchor's value",
    );
}

#[test]
fn a_place_in_no_document_says_which() {
    let sidecar = b"markers: [{path: a.yaml, document: 2, at: /a, setter: s}]";
    let planned = Sidecar::parse(sidecar).unwrap();
    let planned = planned
        .plan("a.yaml", b"a: b\n", Setters::new().decide())
        .unwrap();
    assert_eq!(
        planned.outcomes()[0].to_string(),
        "line 1, column 1: marker \"s\": the marker marks nothing: \
         \"/a\" is not there, in document 2 (from 0)"
    );
}

#[test]
fn two_markers_for_one_value() {
    let text = b"{\"a\": [\"x\"]}";
    let setters = Setters::from([("s", "new")]);
    let planned = sidecar("a.json", &["/a/0", "a[0]"])
        .plan("a.json", text, setters.decide())
        .unwrap();
    assert_eq!(planned.edits().len(), 1);
    assert_eq!(
        planned.outcomes()[1].to_string(),
        "line 1, column 8: marker \"s\": the marker marks nothing: \
         another marker names this value; let it name a string of its own"
    );
    assert_eq!(planned.apply().unwrap(), b"{\"a\": [\"new\"]}");
}

#[test]
fn other_files_are_not_read() {
    let planned = sidecar("a.json", &["/a"])
        .plan("b.json", b"\xff", Setters::new().decide())
        .unwrap();
    assert!(planned.is_unchanged() && planned.outcomes().is_empty());
}

#[test]
fn files_that_cannot_be_read() {
    let plan = |path: &str, text: &[u8]| {
        let error = sidecar(path, &["/a"]).plan(path, text, Setters::new().decide());
        let error = error.unwrap_err();
        (error.kind(), error.to_string(), error.span())
    };
    assert_eq!(
        plan("a.json", b"{\n \"a\": \"b\",}"),
        (
            ErrorKind::Syntax,
            "not JSON: key must be a string at line 2, column 11".to_owned(),
            Some(12..13)
        )
    );
    let deep = plan(
        "a.json",
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)).as_bytes(),
    );
    assert_eq!(deep.0, ErrorKind::TooDeep);
    assert_eq!(plan("a.yaml", b"a: [\n").0, ErrorKind::Syntax);
    assert_eq!(plan("a.json", b"\"\xff\"").0, ErrorKind::NotUtf8);
}

#[test]
fn marker_files_out_of_form() {
    let form = "a marker file is a mapping with the one key `markers`, a list of mappings";
    for (text, reason, place) in [
        ("- x\n", form, "line 1, column 1"),
        ("files: []\n", form, "line 1, column 1"),
        ("markers: x\n", form, "line 1, column 10"),
        ("markers: []\nmore: x\n", form, "line 2, column 1"),
        (
            "markers: [x]\n",
            "a marker is a mapping",
            "line 1, column 11",
        ),
        (
            "markers: []\n--- x\n",
            "a marker file is one document",
            "line 2, column 1",
        ),
        (
            "markers:\n- {path: a, att: b}\n",
            "unknown field; a marker has path, at and setter, and may have document and template",
            "line 2, column 13",
        ),
        (
            "markers:\n- {path: a, path: b}\n",
            "the field is given twice",
            "line 2, column 13",
        ),
        (
            "markers:\n- {path: [a]}\n",
            "a field is text on one line",
            "line 2, column 10",
        ),
        (
            "markers:\n- {path: a, at: /b}\n",
            "the marker has no `setter`",
            "line 2, column 3",
        ),
        (
            "markers:\n- {path: ../a, at: /b, setter: s}\n",
            "the path leaves its folder by `..`; write one such as `chart/values.json`",
            "line 2, column 10",
        ),
        (
            "markers:\n- {path: /a, at: /b, setter: s}\n",
            "the path is absolute; write one such as `chart/values.json`",
            "line 2, column 10",
        ),
        (
            "markers:\n- {path: a//b, at: /b, setter: s}\n",
            "a part of the path is empty; write one such as `chart/values.json`",
            "line 2, column 10",
        ),
        (
            "markers:\n- {path: a, at: b..c, setter: s}\n",
            "a key is empty; write `[\"\"]` for one that is",
            "line 2, column 17",
        ),
        (
            "markers:\n- {path: a, at: /b, setter: ''}\n",
            "the setter is empty",
            "line 2, column 29",
        ),
        (
            "markers:\n- {path: a, at: /b, setter: s, document: -1}\n",
            "the document is no number; count from 0",
            "line 2, column 42",
        ),
        (
            "markers:\n- {path: a, at: /b, setter: s, template: x}\n",
            "the template has no `{value}`",
            "line 2, column 42",
        ),
        (
            "markers:\n- {path: a, at: /b, setter: s}\n- {path: a, at: /b, setter: t}\n",
            "another marker names this place",
            "line 3, column 17",
        ),
    ] {
        let error = Sidecar::parse(text.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sidecar);
        assert_eq!(
            error.to_string(),
            format!("not a marker file: {reason} at {place}"),
            "{text}"
        );
        assert!(error.render(text).contains('^'));
    }
    assert_eq!(Sidecar::parse(b"").unwrap(), Sidecar::default());
    assert_eq!(
        Sidecar::parse(b"markers: [\n").unwrap_err().kind(),
        ErrorKind::Syntax
    );
}

#[test]
fn paths_are_told_why_they_are_refused() {
    for (path, reason) in [
        (
            "C:/v.yaml",
            "the path is absolute; write one such as `chart/values.json`",
        ),
        ("a\\v.yaml", "the path has a backslash; write `/`"),
        (
            ".",
            "a part of the path is empty; write one such as `chart/values.json`",
        ),
    ] {
        let text = format!("markers: [{{path: '{path}', at: /b, setter: s}}]");
        let error = Sidecar::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("not a marker file: {reason} at line 1, column 18")
        );
    }
}

#[test]
fn a_dot_is_the_folder_itself() {
    let setters = Setters::from([("s", "new")]);
    for (named, asked) in [("./a.json", "a.json"), ("a.json", "./a.json")] {
        let sidecar = sidecar(named, &["/a"]);
        assert_eq!(sidecar.paths().collect::<Vec<_>>(), ["a.json"]);
        let planned = sidecar.plan(asked, b"{\"a\": \"b\"}", setters.decide());
        assert_eq!(planned.unwrap().edits().len(), 1);
    }
}

#[test]
fn what_json_has_not_is_hinted_at() {
    for (text, hint) in [
        ("{\"a\": 1, // b\n}", "JSON carries no comments; remove it"),
        ("/* b */ {}", "JSON carries no comments; remove it"),
        (
            "[1, ]",
            "JSON has no comma behind the last of its values; remove it",
        ),
        (
            "{\"a\": 1,\n}",
            "JSON has no comma behind the last of its values; remove it",
        ),
    ] {
        let error =
            sidecar("a.json", &["/a"]).plan("a.json", text.as_bytes(), Setters::new().decide());
        assert_eq!(error.unwrap_err().hint(), Some(hint), "{text}");
    }
}

#[test]
fn marker_files_are_bounded() {
    let large = vec![b' '; (1 << 20) + 1];
    assert_eq!(
        Sidecar::parse(&large).unwrap_err().kind(),
        ErrorKind::TooLarge
    );
    let marker = |number| format!("- {{path: a, at: /{number}, setter: s}}\n");
    let many: Vec<String> = (0..=10_000).map(marker).collect();
    let error = Sidecar::parse(format!("markers:\n{}", many.concat()).as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not a marker file: there are more than 10000 markers; split the file at line 10002, column 3"
    );
    // Each segment may be a key or an index; together they may not multiply.
    let deep = sidecar("a.json", &["/0".repeat(10_000).as_str()]);
    let text = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    deep.plan("a.json", text.as_bytes(), Setters::new().decide())
        .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn one_string_of_json_changes(
        old in "\\PC{0,8}",
        new in any::<String>(),
        others in proptest::collection::vec("\\PC{0,6}", 0..4),
        pretty in any::<bool>(),
    ) {
        let mut value = serde_json::json!({ "others": others, "x": {"": [old]} });
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.unwrap();
        let setters = Setters::from([("s", new.as_str())]);
        let planned = sidecar("a.json", &["/x//0"]).plan("a.json", text.as_bytes(), setters.decide()).unwrap();
        let spans: Vec<_> = planned.edits().iter().map(tagwright_markers::Edit::span).collect();
        let after = planned.apply().unwrap();
        value["x"][""][0] = new.into();
        prop_assert_eq!(serde_json::from_slice::<serde_json::Value>(&after).unwrap(), value);
        for span in spans {
            prop_assert!(after.starts_with(&text.as_bytes()[..span.start]));
            prop_assert!(after.ends_with(&text.as_bytes()[span.end..]));
        }
    }
}
