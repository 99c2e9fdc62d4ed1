//! Fleet's dialect: Go's `html/template` over a text.

use tagwright_message::ErrorKind::{self, Context, UnknownFunction, UnknownTemplate};
use tagwright_message::Template;

use crate::support::data;

fn text(source: &str) -> String {
    let template = Template::fleet(source).unwrap();
    template.render_text(&data()).unwrap()
}

#[test]
fn html_is_escaped_as_go_does() {
    let cases = [
        ("{{ . }}", "no data! yet"),
        (
            "a < b <b>c</b> </ <!DOCTYPE x",
            "a &lt; b <b>c</b> &lt;/ <!DOCTYPE x",
        ),
        (
            "{{ \"<a href='x'>+&\\\"\\x00\" }}",
            "&lt;a href=&#39;x&#39;&gt;&#43;&amp;&#34;\u{FFFD}",
        ),
        ("{{ \"a+<\" | html }}", "a+&lt;"),
        ("{{ html \"a+<\" }}", "a+&lt;"),
        ("{{ urlquery \"a b\" }}", "a&#43;b"),
        ("a<!-- {{ . }} -->b<!-- c -->", "ab"),
        (
            "<a href=\"x\" b='y' c=z d>{{ len . }}</a>",
            "<a href=\"x\" b='y' c=z d>12</a>",
        ),
        ("<a{{/* x */}} b>", "<a b>"),
        ("{{ slice . 0 2 }}{{ slice . 10 }}", "noet"),
        (
            "{{ if true }}<b>{{ else }}<i>{{ end }}{{ . }}",
            "<b>no data! yet",
        ),
        (
            "{{ range 3 }}{{ if . }}{{ break }}{{ end }}<{{ end }}",
            "&lt;",
        ),
        (
            "{{ define \"x\" }}<{{ . }}>{{ end }}{{ template \"x\" 1 }}",
            "&lt;1>",
        ),
        (
            "{{ define \"x\" }}<a {{ . }}>{{ end }}never invoked",
            "never invoked",
        ),
        (
            "{{ define \"x\" }}<!--{{ end }}a{{ template \"x\" }}b-->c",
            "ac",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(text(source), expected, "{source}");
    }
}

#[test]
fn real_data_is_shown_when_it_is_asked_for() {
    let source = "{{ range .Changed.Changes }}{{ .NewValue }} {{ end }}{{ .Values.none }}";
    let template = Template::fleet_with_data(source).unwrap();
    assert_eq!(
        template.render_text(&data()).unwrap(),
        "ghcr.io/org/app:2.0.0 2.0.0 "
    );
    assert!(
        Template::fleet(source)
            .unwrap()
            .render_text(&data())
            .is_err()
    );
}

const REFUSED: &[(&str, ErrorKind, &str)] = &[
    (
        "{{ lower . }}",
        UnknownFunction,
        "there is no function \"lower\" in Fleet at line 1, column 4; it is one of Sprig's, which Fleet does not have",
    ),
    (
        "{{ template \"none\" }}",
        UnknownTemplate,
        "the template \"none\" is not defined at line 1, column 4",
    ),
    (
        "<a href=\"{{ . }}\">",
        Context,
        "an attribute's value is cut in two at line 1, column 9; print only into text, outside of tags",
    ),
    (
        "<a {{ . }}>",
        Context,
        "an action inside a tag would need the escaping of that place at line 1, column 7; print only into text, outside of tags",
    ),
    (
        "<a {{ template \"x\" }}>{{ define \"x\" }}{{ end }}",
        Context,
        "a template inside a tag would need the escaping of that place at line 1, column 7; print only into text, outside of tags",
    ),
    (
        "x<SCRIPT>",
        Context,
        "the element \"SCRIPT\" would need the escaping of its content at line 1, column 2; a commit message has no use for it, leave it out",
    ),
    (
        "a <b",
        Context,
        "the template ends inside a tag at line 1, column 1",
    ),
    (
        "<!-- {{ . }}",
        Context,
        "the template ends in a comment at line 1, column 9",
    ),
    (
        "{{ if . }}<!--{{ end }}",
        Context,
        "the branches end differently, in a comment and in text at line 1, column 7; open and close tags and comments in the same branch",
    ),
    (
        "{{ . | html | print }}",
        Context,
        "the escaper \"html\" is not the last of its pipeline at line 1, column 8; leave it out, actions are escaped anyway",
    ),
    (
        "<a b\"c>",
        Context,
        "malformed HTML: a quote or \"<\" in an attribute's name at line 1, column 5",
    ),
    (
        "<a b=c=d>",
        Context,
        "malformed HTML: an attribute's value wants quotes at line 1, column 6",
    ),
    (
        "<a =>",
        Context,
        "malformed HTML: an attribute without a name at line 1, column 4",
    ),
];

#[test]
fn errors_of_fleet() {
    let wrong = REFUSED.iter().filter_map(|(source, kind, text)| {
        let error = Template::fleet(source).unwrap_err();
        let found = (error.kind(), error.to_string());
        (found != (*kind, (*text).to_owned())).then(|| format!("{source}\n  {found:?}\n"))
    });
    let wrong: String = wrong.collect();
    assert!(wrong.is_empty(), "{wrong}");
}
