//! Markers that mean a part of a value, and what may stand beside a marker.

use tagwright_markers::{
    Decision, Marker, OutcomeKind, Setters, Syntax, find, may_hold_marker, plan,
};

fn flux() -> Syntax {
    Syntax::flux().with_templates(true)
}

fn text(value: &str, template: &str) -> String {
    format!(
        "a: {value} # {{\"$imagepolicy\": \"s\", \"template\": {}}}\n",
        serde_json::Value::from(template)
    )
}

#[track_caller]
fn check(value: &str, template: &str, new: &str, written: &str) {
    let before = text(value, template);
    let setters = Setters::from([("s", new)]);
    let planned = plan(before.as_bytes(), &flux(), setters.decide()).unwrap();
    let after = String::from_utf8(planned.apply().unwrap()).unwrap();
    assert_eq!(after, text(written, template));
    let again = plan(after.as_bytes(), &flux(), setters.decide()).unwrap();
    assert_eq!(again.outcomes()[0].kind(), &OutcomeKind::Unchanged);
}

#[track_caller]
fn kept(value: &str, template: &str, kind: &OutcomeKind, line: &str) {
    let before = text(value, template);
    let setters = Setters::from([("s", "a b")]);
    let planned = plan(before.as_bytes(), &flux(), setters.decide()).unwrap();
    assert_eq!(planned.outcomes()[0].kind(), kind);
    assert_eq!(planned.outcomes()[0].to_string(), line);
    assert!(planned.is_unchanged());
}

#[test]
fn the_part_changes_and_the_rest_stays() {
    check("--version=1", "--version={value}", "2", "--version=2");
    check("'v=1'", "v={value}", "1.20", "'v=1.20'");
    check("\"<1>\"", "<{value}>", "a/b:1", "\"<a/b:1>\"");
    check(
        "https://h/r//d?ref=v1.0.0",
        "https://h/r//d?ref={value}",
        "v1.0.1",
        "https://h/r//d?ref=v1.0.1",
    );
    check("1.x", "1.{value}", "20", "\"1.20\"");
    check("${X}/1", "${{X}}/{value}", "2", "${X}/2");
}

#[test]
fn the_caller_decides_from_the_part() {
    let before = text("--version=1.2", "--version={value}");
    let mut seen = Vec::new();
    let decide = |marker: &Marker, old: &str| {
        seen.push((
            old.to_owned(),
            marker.value().map(str::to_owned),
            marker.template().map(str::to_owned),
        ));
        Decision::Set("1.3".to_owned())
    };
    let planned = plan(before.as_bytes(), &flux(), decide).unwrap();
    let edit = &planned.edits()[0];
    assert_eq!((edit.old(), edit.new()), ("1.2", "1.3"));
    assert_eq!(
        (edit.old_value(), edit.new_value()),
        ("--version=1.2", "--version=1.3")
    );
    let whole = Some("--version=1.2".to_owned());
    let template = Some("--version={value}".to_owned());
    assert_eq!(seen, [("1.2".to_owned(), whole, template)]);
}

#[test]
fn a_value_that_does_not_fit_is_kept() {
    let template = "?ref={value}".to_owned();
    for value in ["v1", "?rev=v1", "?ref=v1&depth=1"] {
        let column = value.len() + 5;
        kept(
            value,
            &template,
            &OutcomeKind::Mismatch {
                template: template.clone(),
            },
            &format!(
                "line 1, column {column}: marker \"s\": the value is kept: \
                 it does not fit the template \"?ref={{value}}\""
            ),
        );
    }
}

#[test]
fn a_value_that_would_not_fit_is_refused() {
    let reason = "the new value holds a character that ends a part of a value; \
                  letters, digits and `-_.:/@+~%` can stand there";
    kept(
        "v1",
        "v{value}",
        &OutcomeKind::Refused {
            reason: reason.to_owned(),
        },
        &format!("line 1, column 7: marker \"s\": the value is kept: {reason}"),
    );
}

#[test]
fn a_broken_template_is_malformed() {
    let brace = "the template has a brace that is no part of `{value}`; \
                 write `{{` or `}}` for a brace";
    for (template, reason) in [
        ("", "the template has no `{value}`"),
        ("v", "the template has no `{value}`"),
        (
            "{value} {value}",
            "the template has more than one `{value}`",
        ),
        ("${X}{value}", brace),
    ] {
        kept(
            "v",
            template,
            &OutcomeKind::Malformed {
                reason: reason.to_owned(),
            },
            &format!("line 1, column 31: not a marker: {reason}"),
        );
    }
}

#[test]
fn strict_dialects_mean_the_whole_value() {
    let before = text("v=1", "v={value}");
    let setters = Setters::from([("s", "2")]);
    let planned = plan(before.as_bytes(), &Syntax::flux(), setters.decide()).unwrap();
    assert_eq!(planned.edits()[0].old(), "v=1");
    assert_eq!(planned.edits()[0].new_value(), "2");
    let markers = find(before.as_bytes(), &Syntax::flux()).unwrap();
    assert_eq!(markers[0].template(), None);
}

#[test]
fn text_behind_a_marker_when_asked_for() {
    let before = b"a: b # {\"$imagepolicy\": \"s\"} # keep {in step} with c\r\n";
    let setters = Setters::from([("s", "new")]);
    let syntax = Syntax::flux().with_text_after(true);
    let planned = plan(before, &syntax, setters.decide()).unwrap();
    assert_eq!(
        planned.apply().unwrap(),
        b"a: new # {\"$imagepolicy\": \"s\"} # keep {in step} with c\r\n"
    );
    let strict = plan(before, &Syntax::flux(), setters.decide()).unwrap();
    assert_eq!(
        strict.outcomes()[0].to_string(),
        "line 1, column 30: not a marker: text stands behind the JSON object"
    );
}

/// As the references read it: in a file that names the key as it is.
#[test]
fn a_key_with_escapes() {
    let escaped = "a: x # {\"\\u0024image\\u0070olicy\": \"s\"}\n";
    let setters = Setters::from([("s", "new")]);
    assert!(!may_hold_marker(escaped.as_bytes(), &Syntax::flux()));
    assert_eq!(find(escaped.as_bytes(), &Syntax::flux()).unwrap(), []);

    let both = format!("{escaped}b: y # {{\"$imagepolicy\": \"s\"}}\n");
    let planned = plan(both.as_bytes(), &Syntax::flux(), setters.decide()).unwrap();
    assert_eq!(planned.edits().len(), 2);
    let other = both.replace("\\u0024", "\\u0025");
    let planned = plan(other.as_bytes(), &Syntax::flux(), setters.decide()).unwrap();
    assert_eq!(planned.outcomes().len(), 1);
}
