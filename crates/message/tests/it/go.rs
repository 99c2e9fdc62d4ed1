//! Go templates: errors, bounds, and our own rules.

use ErrorKind::{
    ArgumentCount, Function, Limit, Syntax, Type, UnknownFunction, UnknownName, UnknownTemplate,
};
use tagwright_message::{Change, Data, ErrorKind, Template};

use crate::support::data;

/// The kind and the text of the error, from reading or rendering.
fn failure(source: &str) -> (ErrorKind, String) {
    let outcome = Template::go(source).and_then(|t| t.render_text(&data()));
    let error = outcome.expect_err(source);
    (error.kind(), error.to_string())
}

/// A template, and the kind and the text of its error.
type Case = (&'static str, ErrorKind, &'static str);

#[track_caller]
fn check(cases: &[Case]) {
    let wrong = cases.iter().filter_map(|(source, kind, text)| {
        let found = failure(source);
        (found != (*kind, (*text).to_owned())).then(|| format!("{source}\n  {found:?}\n"))
    });
    let wrong: String = wrong.collect();
    assert!(wrong.is_empty(), "{wrong}");
}

const READING: &[Case] = &[
    (
        "a\n{{ if true }}x",
        Syntax,
        "the template ends inside a block at line 2, column 15; close it with \"{{end}}\"",
    ),
    (
        "é {{ .Values",
        Syntax,
        "the action is never closed at line 1, column 3; close it with \"}}\"",
    ),
    (
        "{{/* a",
        Syntax,
        "the comment is never closed at line 1, column 1; close it with \"*/}}\"",
    ),
    (
        "{{/* a */ x}}",
        Syntax,
        "the comment ends before the action does at line 1, column 1; nothing may stand between \"*/\" and \"}}\"",
    ),
    (
        "{{ \"a }}",
        Syntax,
        "the quoted string is never closed at line 1, column 4",
    ),
    (
        "{{ \"\\q\" }}",
        Syntax,
        "invalid escape in a quoted string at line 1, column 4",
    ),
    (
        "{{ 1_ }}",
        Syntax,
        "illegal number syntax at line 1, column 4",
    ),
    (
        "{{ 1+2i }}",
        Syntax,
        "a sign follows a number at line 1, column 4; put a space before it; complex numbers are not supported",
    ),
    (
        "{{ 2i }}",
        Syntax,
        "bad number syntax at line 1, column 4; complex numbers are not supported",
    ),
    (
        "{{ (1 }}",
        Syntax,
        "a left parenthesis is never closed at line 1, column 7",
    ),
    (
        "{{ 1) }}",
        Syntax,
        "a right parenthesis was never opened at line 1, column 5",
    ),
    (
        "{{ a+b }}",
        Syntax,
        "bad character '+' in a name at line 1, column 4; put a space between the parts of an action",
    ),
    (
        "{{ ¶ }}",
        Syntax,
        "unrecognized character '¶' in an action at line 1, column 4",
    ),
    (
        "{{ $x : 1 }}",
        Syntax,
        "a colon stands alone at line 1, column 7; a variable is declared with \":=\"",
    ),
    (
        "{{ }}",
        Syntax,
        "missing value for a command at line 1, column 4",
    ),
    (
        "{{ end }}",
        Syntax,
        "unexpected {{end}} at line 1, column 8",
    ),
    (
        "{{ 1 | 2 }}",
        Syntax,
        "a constant cannot take a value from a pipe at line 1, column 8; put a function after \"|\"",
    ),
    (
        "{{ break }}",
        Syntax,
        "{{break}} outside {{range}} at line 1, column 4",
    ),
    (
        "{{ if 1 }}{{ define \"a\" }}{{ end }}{{ end }}",
        Syntax,
        "a definition inside a block at line 1, column 14; move {{define}} to the top level",
    ),
    (
        "{{ define \"a\" }}x{{ end }}{{ define \"a\" }}y{{ end }}",
        Syntax,
        "the template \"a\" is defined twice at line 1, column 41",
    ),
    (
        "{{ template x }}",
        Syntax,
        "unexpected \"x\" in a template clause at line 1, column 13",
    ),
    (
        "{{ $x, $y := 1 }}",
        Syntax,
        "too many declarations in a command at line 1, column 6",
    ),
    (
        "{{ lowr .Values.a }}",
        UnknownFunction,
        "there is no function \"lowr\" at line 1, column 4; did you mean \"lower\"?",
    ),
    (
        "{{ now }}",
        UnknownFunction,
        "the function \"now\" is refused at line 1, column 4; its answer would depend on the clock",
    ),
    (
        "{{ derivePassword }}",
        UnknownFunction,
        "the function \"derivePassword\" is refused at line 1, column 4; secrets have no place in a commit message",
    ),
    (
        "{{ $chnges := 1 }}{{ $changes }}",
        UnknownName,
        "the variable \"$changes\" is not defined at line 1, column 22; did you mean \"$chnges\"?",
    ),
];

#[test]
fn errors_of_reading() {
    check(READING);
}

const RENDERING: &[Case] = &[
    (
        "{{ .Chnged.Objects }}",
        UnknownName,
        "there is no field \"Chnged\" in source.TemplateData at line 1, column 4; did you mean \"Changed\"?",
    ),
    (
        "x\n {{ range .Changed.Images }}{{ end }}",
        UnknownName,
        "there is no field \"Images\" in update.Result at line 2, column 19; the images are in .Updated.Images",
    ),
    (
        "{{ .Changed.ImageResult }}",
        UnknownName,
        "there is no field \"ImageResult\" in update.Result at line 1, column 12; the images are in .Updated.Images",
    ),
    (
        "{{ \"a\" | len | index 3 }}",
        Function,
        "index: a int cannot be indexed at line 1, column 16",
    ),
    (
        "{{ (list 1).A }}",
        UnknownName,
        "there is no field \"A\" in a value of type []interface {} at line 1, column 12",
    ),
    (
        "{{ (dict \"a\" nil).a.b }}",
        Type,
        "the field \"b\" of nil at line 1, column 20",
    ),
    (
        "{{ $x = 1 }}",
        UnknownName,
        "the variable \"$x\" is not defined at line 1, column 4; declare it with \":=\"",
    ),
    (
        "{{ template \"none\" }}",
        UnknownTemplate,
        "the template \"none\" is not defined at line 1, column 4",
    ),
    (
        "{{ lower }}",
        ArgumentCount,
        "lower takes 1 arguments, found 0 at line 1, column 4",
    ),
    (
        "{{ .Values.cluster 1 }}",
        ArgumentCount,
        "an argument is given to what is no function at line 1, column 4",
    ),
    (
        "{{ lower 1 }}",
        Type,
        "expected string, found another constant at line 1, column 10",
    ),
    (
        "{{ lower .Values.missing }}",
        Type,
        "expected string, found no value at line 1, column 10",
    ),
    (
        "{{ repeat (add 1 2) \"x\" }}",
        Type,
        "expected int, found int64 at line 1, column 11",
    ),
    ("{{ nil }}", Type, "nil is no command at line 1, column 4"),
    (
        "{{ range true }}{{ end }}",
        Type,
        "a range cannot iterate over bool at line 1, column 10",
    ),
    (
        "{{ range $i, $e := 3 }}{{ end }}",
        Type,
        "a range over a number has one variable at line 1, column 10",
    ),
    (
        "{{ fail \"stop\\nhere\" }}",
        Function,
        "fail: stop here at line 1, column 4",
    ),
    (
        "{{ index .Changed.Changes 9 }}",
        Function,
        "index: index 9 is out of range for 2 items at line 1, column 4",
    ),
    (
        "{{ div 1 0 }}",
        Function,
        "div: a division by zero at line 1, column 4",
    ),
    (
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}",
        Function,
        "set: a map cannot hold itself at line 1, column 26",
    ),
    (
        "{{ range until 100000000 }}{{ end }}",
        Limit,
        "the template takes more than 1000000 steps at line 1, column 10; make its loops shorter",
    ),
    (
        "{{ repeat 100000000 \"x\" }}",
        Limit,
        "the template makes values of more than 67108864 bytes at line 1, column 4; make its loops shorter",
    ),
    (
        "{{ range until 9 }}{{ printf \"%999999s\" \"\" }}{{ end }}",
        Limit,
        "the template makes a text of more than 4194304 bytes at line 1, column 23; make its loops shorter, or its widths smaller",
    ),
    (
        "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
        Limit,
        "the template runs more than 128 levels deep at line 1, column 20; end its recursion",
    ),
    (
        "{{ $l := list }}{{ range until 99 }}{{ $l = list $l }}{{ end }}",
        Limit,
        "a list is nested more than 64 levels deep at line 1, column 45",
    ),
];

#[test]
fn errors_of_rendering() {
    check(RENDERING);
}

#[test]
fn limits_of_the_source() {
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(100), ")".repeat(100));
    let text = "the template is nested more than 64 levels deep at line 1, column 68";
    assert_eq!(failure(&deep), (Limit, text.to_owned()));
    let error = Template::go(&"x".repeat(300_000)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the template has 300000 bytes; at most 262144 are read"
    );
    assert_eq!(
        (error.kind(), error.span(), error.line()),
        (Limit, None, None)
    );
}

#[test]
fn an_error_draws_its_line_and_a_caret() {
    let source = "first\n\t日本 {{ .Chnged }} end\r\nlast";
    let error = Template::go(source).unwrap().render(&data()).unwrap_err();
    let drawn = "there is no field \"Chnged\" in source.TemplateData at line 2, column 8; \
        did you mean \"Changed\"?\n  |\n2 | \t日本 {{ .Chnged }} end\n  | \t        ^^^^^^^";
    assert_eq!(error.render(source), drawn);
    assert_eq!(&source[error.span().unwrap()], ".Chnged");
}

#[test]
fn text_that_is_no_utf8_is_replaced() {
    let text = Template::go("{{ trunc 2 \"日\" }}{{ trunc 3 \"日\" }}").unwrap();
    assert_eq!(text.render_text(&data()).unwrap(), "\u{FFFD}\u{FFFD}日");
}

#[test]
fn changes_are_told_once_and_in_order() {
    let mut data = data();
    let again = data.changes[0].clone();
    data.changes.push(Change {
        file: "apps/a.yaml".into(),
        ..again
    });
    let render =
        |source: &str, data: &Data| Template::go(source).unwrap().render_text(data).unwrap();
    let all = "{{ range .Changed.Changes }}{{ .NewValue }} {{ end }}";
    assert_eq!(render(all, &data), "ghcr.io/org/app:2.0.0 2.0.0 ");
    let files = "{{ range $f, $_ := .Changed.FileChanges }}{{ $f }} {{ end }}";
    assert_eq!(render(files, &data), "apps/a.yaml apps/app.yaml ");
    let images = "{{ range .Updated.Images }}{{ println . }}{{ end }}";
    assert_eq!(render(images, &data), "ghcr.io/org/app:2.0.0\n");
}

#[test]
fn digests_are_part_of_an_image_name() {
    let mut data = data();
    let image = data.changes[0].image.as_mut().unwrap();
    image.identifier = "sha256:00".into();
    let template = Template::go("{{ (index .Updated.Images 0).Name }}").unwrap();
    assert_eq!(
        template.render_text(&data).unwrap(),
        "ghcr.io/org/app@sha256:00"
    );
}
