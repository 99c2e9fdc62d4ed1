//! The native dialect.

use tagwright_message::{ErrorKind, Template};

use crate::support::{data, empty};

#[track_caller]
fn renders(source: &str, expected: &str) {
    let template = Template::jinja(source).expect(source);
    assert_eq!(template.render_text(&data()).expect(source), expected);
}

/// The kind and the text of the error, from reading or rendering.
fn failure(source: &str) -> (ErrorKind, String) {
    let outcome = Template::jinja(source).and_then(|t| t.render_text(&data()));
    let error = outcome.expect_err(source);
    (error.kind(), error.to_string())
}

#[test]
fn names_of_the_dialect() {
    renders("{{ automation }}", "flux-system/auto");
    renders(
        "{{ automation.name }} in {{ automation.namespace }}",
        "auto in flux-system",
    );
    renders(
        "{% for f in files %}{{ f }}={{ f.path }} {{ f.objects[0].name }}{% endfor %}",
        "apps/app.yaml=apps/app.yaml app",
    );
    renders(
        "{% for o in objects %}{{ o }}: {{ o.api_version }} {{ o.changes|length }}{% endfor %}",
        "Deployment default/app: apps/v1 2",
    );
    renders(
        "{% for c in changes %}{{ c.old }}>{{ c.new }} {{ c.setter }};{% endfor %}",
        "ghcr.io/org/app:1.0.0>ghcr.io/org/app:2.0.0 flux-system:app;1.0.0>2.0.0 flux-system:app:tag;",
    );
    renders(
        "{{ changes[1] }} {{ changes[1].file }} {{ changes[1].object.kind }} {{ changes[0].image }}",
        "1.0.0 -> 2.0.0 apps/app.yaml Deployment ghcr.io/org/app:2.0.0",
    );
    renders("{{ images|join(', ') }}", "ghcr.io/org/app:2.0.0");
    renders(
        "{{ images[0].registry }} {{ images[0].repository }} {{ images[0].identifier }} {{ images[0].name }}",
        "ghcr.io org/app 2.0.0 ghcr.io/org/app:2.0.0",
    );
    renders(
        "{{ values.cluster }} {{ values.ticket|lower }}",
        "prod ops-7",
    );
}

#[test]
fn filters_of_the_dialect() {
    let digest = "0123456789abcdef".repeat(4);
    renders(
        &format!("{{{{ 'app@sha256:{digest}'|short_digest }}}}"),
        "app@sha256:0123456789ab",
    );
    renders(
        "{{ 'app:1'|short_digest }} {{ 'sha256:12'|short_digest }}",
        "app:1 sha256:12",
    );
    renders(
        "{{ files[0].path|basename }} {{ 'a/b/'|basename }} {{ 'c'|basename }}",
        "app.yaml b c",
    );
    renders(
        "{{ files[0]|basename }} {{ images|map('basename')|join }} {{ images[0]|short_digest }}",
        "app.yaml app:2.0.0 ghcr.io/org/app:2.0.0",
    );
    renders(
        "image{{ images|pluralize }} change{{ changes|pluralize }}",
        "image changes",
    );
    renders(
        "{{ 0|pluralize('es') }} polic{{ 2|pluralize('y', 'ies') }} polic{{ 1|pluralize('y', 'ies') }}",
        "es policies policy",
    );
    renders(
        "{{ 'a.b'|replace('.', '-') }} {{ 'a\nb\n\nc'|indent(2) }}",
        "a-b a\n  b\n\n  c",
    );
}

#[test]
fn nothing_changed() {
    let template =
        Template::jinja("{{ changes|length }}{% for i in images %}x{% endfor %}").unwrap();
    assert_eq!(template.render_text(&empty()).unwrap(), "0");
}

#[test]
fn errors_say_what_where_and_the_way_out() {
    use ErrorKind::{ArgumentCount, Limit, Syntax, Type, UnknownFunction, UnknownName};
    let cases = [
        (
            "a\n{{ chnages }}",
            UnknownName,
            "\"chnages\" is not defined at line 2, column 4; did you mean \"changes\"?",
        ),
        (
            "{{ changes[0].nwe }}",
            UnknownName,
            "\"nwe\" is not defined at line 1, column 15; did you mean \"new\"?",
        ),
        (
            "{{ values.missing }}",
            UnknownName,
            "\"missing\" is not defined at line 1, column 11",
        ),
        (
            "{{ 'a'|basenam }}",
            UnknownFunction,
            "there is no filter \"basenam\" at line 1, column 8; did you mean \"basename\"?",
        ),
        (
            "{{ now() }}",
            UnknownFunction,
            "there is no function \"now\" at line 1, column 4",
        ),
        (
            "{{ 1 is nosuch }}",
            UnknownFunction,
            "there is no test \"nosuch\" at line 1, column 9",
        ),
        (
            "{{ 'a'.nosuch() }}",
            UnknownFunction,
            "there is no method \"nosuch\" at line 1, column 7",
        ),
        (
            "{{ changes",
            Syntax,
            "syntax error: unexpected end of input, expected end of variable block at line 1, column 4",
        ),
        (
            "{% include 'other' %}",
            Syntax,
            "syntax error: unknown statement include at line 1, column 4",
        ),
        (
            "{{ 'a'|upper(1) }}",
            ArgumentCount,
            "too many arguments at line 1, column 8",
        ),
        (
            "{{ 'a'|replace('b') }}",
            ArgumentCount,
            "an argument is missing at line 1, column 8",
        ),
        (
            "{{ 'a' - 1 }}",
            Type,
            "invalid operation: tried to use - operator on unsupported types string and number at line 1, column 4",
        ),
        (
            "{{ 1|basename }}",
            Type,
            "invalid operation: expected a text or an object, found a number at line 1, column 6",
        ),
        (
            "{{ 'a'|pluralize }}",
            Type,
            "invalid operation: pluralize wants a whole number or a list at line 1, column 8",
        ),
        (
            "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
            Limit,
            "the template takes too many steps at line 1, column 1; make its loops shorter",
        ),
        (
            "{% for a in range(2000) %}{{ 'x' * 4000 }}{% endfor %}",
            Limit,
            "the template prints more than 4194304 bytes at line 1, column 30; make its loops shorter",
        ),
        (
            "{{ range(9999)|join('x')|replace('x', 'y' * 4000) }}",
            Limit,
            "the template prints more than 4194304 bytes at line 1, column 26; make its loops shorter",
        ),
        (
            "{{ 'x'|indent(5000000, true) }}",
            Limit,
            "the template prints more than 4194304 bytes at line 1, column 8; make its loops shorter",
        ),
    ];
    let wrong = cases.iter().filter_map(|(source, kind, text)| {
        let found = failure(source);
        (found != (*kind, (*text).to_owned())).then(|| format!("{source}\n  {found:?}\n"))
    });
    let wrong: String = wrong.collect();
    assert!(wrong.is_empty(), "{wrong}");
}

/// What could make much of little has a bound before it runs.
#[test]
fn values_cannot_grow_without_bound() {
    let text = |source: &str| {
        let rendered = Template::jinja(source).and_then(|t| t.render_text(&data()));
        rendered.map_err(|e| e.to_string())
    };
    assert_eq!(
        text("{{ '-' * 5 }}{{ 2*3 }}{{ 'a*b~c' }}"),
        Ok("-----6a*b~c".into())
    );
    assert_eq!(
        text("{# x * y #}{% raw %}{{ x * y }}{% endraw %}"),
        Ok("{{ x * y }}".into())
    );
    assert_eq!(
        text("{{ changes|join(', ', attribute='object.name') }}"),
        Ok("app, app".into())
    );
    let doubling = "{% set x = x ~ x %}".repeat(13);
    let cases = [
        (
            "{{ 'x' * changes|length }}",
            "a repetition has no bound at line 1, column 8; write a number after \"*\", as in \"-\" * 40",
        ),
        (
            "{{ 'x' * 5000 }}",
            "the template can make a value more than 4096 times longer at line 1, column 3; join less in \"set\", and repeat with a loop",
        ),
        (
            doubling.as_str(),
            "the template can make a value more than 4096 times longer at line 1, column 231; join less in \"set\", and repeat with a loop",
        ),
        (
            "{{ range(9000)|join('x' * 600) }}",
            "the template prints more than 4194304 bytes at line 1, column 16; make its loops shorter",
        ),
        (
            "{{ changes|join(attribute='nope') }}",
            "\"nope\" is not defined at line 1, column 12; did you mean \"name\"?",
        ),
        (
            "{{ '%9s'|format(1) }}",
            "there is no filter \"format\" at line 1, column 10",
        ),
        (
            "{% set n = namespace(a=1) %}",
            "there is no function \"namespace\" at line 1, column 12",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(text(source), Err(expected.to_owned()), "{source}");
    }
}

/// Lists in lists grow as texts do.
#[test]
fn lists_cannot_grow_without_bound() {
    let set = "{% set x = [x, x] %}".repeat(30);
    let with = "{% with x = [x, x] %}".repeat(30);
    let literal = "{% for a in ['x', 'y', 'z'] %}{{ a }}{% endfor %}".repeat(20);
    for source in [set, with] {
        let source = format!("{{% set x = ['a'] %}}{source}{{{{ x }}}}");
        let error = Template::jinja(&source).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    }
    renders(&literal, &"xyz".repeat(20));
    renders(
        "{% for k, v in {'a': 1, 'b': 2}|items %}{{ k }}{{ v }}{% endfor %}",
        "a1b2",
    );
}

/// A filter over a long list is one step of minijinja's, and many of ours.
#[test]
fn filters_pay_for_what_they_walk() {
    let cases = [
        "{% for i in range(9999) %}{{ range(9999)|map('string')|list|length }}{% endfor %}",
        "{% set r = range(9999)|list %}{% for i in range(9999) %}{{ r|sum }}{% endfor %}",
        "{% set x = 'xxxxxxxxxxxxxxxx' * 4000 %}{% for i in range(9999) %}{% if x|upper == '' %}{% endif %}{% endfor %}",
    ];
    for source in cases {
        let (kind, text) = failure(source);
        assert_eq!(kind, ErrorKind::Limit, "{text}");
        assert!(
            text.starts_with("the template takes too many steps at line 1"),
            "{text}"
        );
    }
    assert_eq!(
        failure("{{ range(10001)|length }}"),
        (
            ErrorKind::Limit,
            "a range of more than 10000 items at line 1, column 4".to_owned()
        )
    );
    renders(
        "{{ range(3)|map('string')|join('-') }} {{ range(9999)|sum }}",
        "0-1-2 49985001",
    );
    renders(
        "{{ ['b', 'a']|sort|map('upper')|join }} {{ ' x '|trim }} {{ 'a b'|title }}",
        "AB x A B",
    );
    renders(
        "{{ changes|map(attribute='new')|unique|list|length }} {{ files|map('basename')|first }}",
        "2 app.yaml",
    );
}

/// Only what the receiver has is near, and the place is that of the name.
#[test]
fn hints_are_of_the_receiver() {
    let cases = [
        (
            "{{ automation.nam }}",
            "\"nam\" is not defined at line 1, column 15; did you mean \"name\"?",
        ),
        (
            "{{ automation.kind }}",
            "\"kind\" is not defined at line 1, column 15",
        ),
        (
            "{{ images[9].name }}",
            "\"images[9]\" is not defined at line 1, column 4",
        ),
        (
            "{{ images[9] }}",
            "\"images[9]\" is not defined at line 1, column 4",
        ),
        (
            "{{ values.clster }}",
            "\"clster\" is not defined at line 1, column 11; did you mean \"cluster\"?",
        ),
        (
            "{{ values['my-key'] }}",
            "\"values['my-key']\" is not defined at line 1, column 4",
        ),
        (
            "{{ (images|list|first).nam }}",
            "\"nam\" is not defined at line 1, column 4; did you mean \"name\"?",
        ),
        (
            "{{ values['clster'] }}",
            "\"clster\" is not defined at line 1, column 12; did you mean \"cluster\"?",
        ),
        (
            "{{ values.nope }}",
            "\"nope\" is not defined at line 1, column 11",
        ),
        (
            "{% if nope %}{% endif %}",
            "\"nope\" is not defined at line 1, column 7",
        ),
        (
            "{% for c in changes %}{{ c.nwe }}{% endfor %}",
            "\"nwe\" is not defined at line 1, column 28; did you mean \"new\"?",
        ),
        (
            "{{ automation.nmae|upper }}",
            "\"nmae\" is not defined at line 1, column 15; did you mean \"name\"?",
        ),
        (
            "{{ nope.nope.name }}",
            "\"nope\" is not defined at line 1, column 4",
        ),
    ];
    let wrong = cases.iter().filter_map(|(source, text)| {
        let (_, found) = failure(source);
        (found != *text).then(|| format!("{source}\n  {found:?}\n"))
    });
    let wrong: String = wrong.collect();
    assert!(wrong.is_empty(), "{wrong}");
}
