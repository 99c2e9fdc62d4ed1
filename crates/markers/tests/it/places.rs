//! Layouts in which a marker is honoured, or not, beside those of the reference answers.

use tagwright_markers::{Setters, Syntax, find, plan};

const M: &str = "# {\"$imagepolicy\": \"s\"}";

/// Writes `M` for each `@`, sets every marker to `new`, and compares.
#[track_caller]
fn check(before: &str, after: &str) {
    let setters = Setters::from([("s", "new")]);
    let text = before.replace('@', M);
    let planned = plan(text.as_bytes(), &Syntax::flux(), setters.decide()).unwrap();
    let found = String::from_utf8(planned.apply().unwrap()).unwrap();
    assert_eq!(found.replace(M, "@"), after);
}

#[test]
fn bytes_around_the_value_stay() {
    check(
        "\u{feff}a:   old\t @  \r\n\r\n\r\nb:\r\n-   x",
        "\u{feff}a:   new\t @  \r\n\r\n\r\nb:\r\n-   x",
    );
    check(
        "---\n\n# ü\na: 'old' @\n...\n---\nb: \"x\"   @",
        "---\n\n# ü\na: 'new' @\n...\n---\nb: \"new\"   @",
    );
    check(
        "%YAML 1.1\n---\na: &x !!str old @\nb: *x\n",
        "%YAML 1.1\n---\na: &x !!str new @\nb: *x\n",
    );
    check(
        "a: \"o\n  l\\\n  d\" @\nb: o\n  ld @\n",
        "a: \"new\" @\nb: new @\n",
    );
}

#[test]
fn flow_collections() {
    check(
        "a: {b: x, @\n  c: [y, z @\n ]}\n",
        "a: {b: new, @\n  c: [y, new @\n ]}\n",
    );
    check("a: [x, {b: y} @\n ]\n", "a: [x, {b: y} @\n ]\n");
    check("a: [b: x @\n ]\n", "a: [b: new @\n ]\n");
}

#[test]
fn above_an_item() {
    check("a:\n@\n- x\n- y\n", "a:\n@\n- new\n- y\n");
    check("a:\n- x\n@\n- y\n", "a:\n- x\n@\n- new\n");
    check("a:\n- x\n\n@\n\n- y\n", "a:\n- x\n\n@\n\n- new\n");
    check(
        "a:\r\n  @\r\n  - &b !!str x\r\n",
        "a:\r\n  @\r\n  - &b !!str new\r\n",
    );
    for odd in ["x", "'x: y'", "[x]", "{x: y}", "x\n   y", "&z x", "~"] {
        for indent in ["", " ", "  ", "    "] {
            check(
                &format!("a:\n - {odd}\n\n{indent}@\n - y\n - z\n"),
                &format!("a:\n - {odd}\n\n{indent}@\n - new\n - z\n"),
            );
        }
    }
    check("a:\n- @\n  x\n", "a:\n- @\n  new\n");
    check("a:\n  @\n  x\n", "a:\n  @\n  new\n");
}

#[test]
fn above_something_else() {
    for text in [
        "a:\n# note\n@\n- x\n",
        "a:\n@\n# note\n- x\n",
        "a:\n@\n- x # note\n",
        "a:\n- x\n@\n\n- y\n",
        "a:\n- b: x\n  @\n- y\n",
        "a:\n- - x\n  @\n- y\n",
        "a:\n- - x\n\n    @\n- y\n",
        "a:\n- x\n  @\n\n- y\n",
        "a:\n@\n- b: x\n",
        "a:\n@\n- [x]\n",
        "a:\n@\n- - x\n",
        "a:\n- @\n- x\n",
        "@\na: x\n",
        "a: x\n@\n",
        "--- @\na: x\n",
    ] {
        check(text, text);
    }
}

#[test]
fn beyond_the_reference() {
    check("x @\n", "new @\n");
    check("- x @\n", "- new @\n");
    check("a: x @\na: y @\n", "a: new @\na: new @\n");
}

#[test]
fn markers_know_where_they_stand() {
    let text = format!(
        "kind: List\napiVersion: v1\nitems:\n- kind: A\n  \"b.c\": [x, {{d: y}}, z] {M}\n  e: ü {M}\n"
    );
    let markers = find(text.as_bytes(), &Syntax::flux()).unwrap();
    let found: Vec<_> = markers
        .iter()
        .map(|marker| {
            (
                marker.field(),
                marker.value(),
                marker.line(),
                marker.column(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("items[0][\"b.c\"]", None, 5, 25),
            ("items[0].e", Some("ü"), 6, 8)
        ]
    );
    assert_eq!(markers[1].object().to_string(), "/A//");
}

#[test]
fn edits_know_where_they_stand() {
    let text = format!("\u{feff}a:\n  b:\n  - ü: 'x y' {M}\n");
    let setters = Setters::from([("s", "new")]);
    let planned = plan(text.as_bytes(), &Syntax::flux(), setters.decide()).unwrap();
    let edit = &planned.edits()[0];
    assert_eq!(
        (edit.field(), edit.old(), edit.new()),
        ("a.b[0].ü", "x y", "new")
    );
    assert_eq!((edit.line(), edit.column()), (3, 8));
    assert_eq!(&text[edit.span()], "'x y'");
}

#[test]
fn utf8_marks_of_any_key() {
    let syntax = Syntax::custom("$my-app_2").unwrap();
    let setters = Setters::from([("s", "new")]);
    let text = b"a: b # {\"$my-app_2\": \"s\"}\nc: d # {\"$my-app\": \"s\"}\n";
    let planned = plan(text, &syntax, setters.decide()).unwrap();
    assert_eq!(planned.outcomes().len(), 1);
    assert_eq!(
        planned.apply().unwrap(),
        b"a: new # {\"$my-app_2\": \"s\"}\nc: d # {\"$my-app\": \"s\"}\n"
    );
}
