//! The exact line of every kind of outcome.

use tagwright_markers::{Decision, Marker, OutcomeKind, Setters, Syntax, plan};

/// The outcomes of a text, with one setter that is known.
fn outcomes(text: &str) -> Vec<(OutcomeKind, String)> {
    let setters = Setters::from([("ns:app", "new:1")]);
    let planned = plan(text.as_bytes(), &Syntax::flux(), setters.decide()).unwrap();
    planned
        .outcomes()
        .iter()
        .map(|outcome| (outcome.kind().clone(), outcome.to_string()))
        .collect()
}

#[track_caller]
fn check(text: &str, kind: OutcomeKind, line: &str) {
    assert_eq!(outcomes(text), [(kind, line.to_owned())]);
}

#[test]
fn updated_and_unchanged() {
    check(
        "a: old # {\"$imagepolicy\": \"ns:app\"}\n",
        OutcomeKind::Updated,
        "line 1, column 8: marker \"ns:app\": the value is set",
    );
    check(
        "a: 'new:1' # {\"$imagepolicy\": \"ns:app\"}\n",
        OutcomeKind::Unchanged,
        "line 1, column 12: marker \"ns:app\": the value is up to date",
    );
}

#[test]
fn withheld() {
    let text = b"a: old # {\"$imagepolicy\": \"ns:app\"}\n";
    let decide = |_: &_, _: &str| Decision::Withhold("the scan failed".to_owned());
    let planned = plan(text, &Syntax::flux(), decide).unwrap();
    assert!(planned.is_unchanged());
    assert_eq!(
        planned.outcomes()[0].to_string(),
        "line 1, column 8: marker \"ns:app\": the value is kept: the scan failed"
    );
    assert_eq!(planned.apply().unwrap(), text);
}

#[test]
fn a_reason_is_written_on_one_line() {
    let text = b"a: old # {\"$imagepolicy\": \"ns:app\"}\n";
    let decide = |_: &_, _: &str| Decision::Withhold("ü\n\u{1b}[31m".to_owned());
    let planned = plan(text, &Syntax::flux(), decide).unwrap();
    assert_eq!(
        planned.outcomes()[0].to_string(),
        "line 1, column 8: marker \"ns:app\": the value is kept: ü\\n\\u{1b}[31m"
    );
}

/// The lines of the outcomes, where each `@` is a marker of `ns:app`.
fn lines(text: &str, syntax: &Syntax) -> Vec<String> {
    let setters = Setters::from([("ns:app", "new:1")]);
    let text = text.replace('@', "{\"$imagepolicy\": \"ns:app\"}");
    let planned = plan(text.as_bytes(), syntax, setters.decide()).unwrap();
    planned.outcomes().iter().map(ToString::to_string).collect()
}

#[test]
fn each_of_several_markers_in_a_comment_has_an_outcome() {
    let another = "not a marker: another marker stands before it in the comment";
    assert_eq!(
        lines("a: {b: old, c: old} # @ # @ @\n", &Syntax::flux()),
        [
            "line 1, column 50: not a marker: text stands behind the JSON object".to_owned(),
            format!("line 1, column 52: {another}"),
            format!("line 1, column 79: {another}"),
        ]
    );
    let with_text = Syntax::flux().with_text_after(true);
    let set = "marker \"ns:app\": the value is set";
    assert_eq!(
        lines("a: old # @ # @\n", &with_text),
        [
            format!("line 1, column 8: {set}"),
            format!("line 1, column 39: {another}"),
        ]
    );
    assert_eq!(
        lines("a:\n# @ # @\n- old\n", &with_text),
        [
            format!("line 2, column 1: {set}"),
            format!("line 2, column 32: {another}"),
        ]
    );
    let text = "not a marker: text stands before the JSON object";
    assert_eq!(
        lines("a: old # note @ @\n", &Syntax::flux()),
        [
            format!("line 1, column 15: {text}"),
            format!("line 1, column 42: {text}"),
        ]
    );
    assert_eq!(
        lines("a: old # $imagepolicy: @\n", &Syntax::flux()),
        [format!("line 1, column 24: {text}")]
    );
    assert_eq!(
        lines("# a: old # @ # @\na: b\n", &Syntax::flux()),
        [
            "line 1, column 12: the marker marks nothing: it stands in a commented-out line",
            "line 1, column 41: the marker marks nothing: it stands in a commented-out line",
        ]
    );
}

#[test]
fn several_lines_of_a_flow_collection_have_a_marker_each() {
    let set = "marker \"ns:app\": the value is set";
    assert_eq!(
        lines("a: {b: old, # @\n  c: old # @\n  }\n", &Syntax::flux()),
        [
            format!("line 1, column 13: {set}"),
            format!("line 2, column 10: {set}")
        ]
    );
}

#[test]
fn unknown_setter() {
    check(
        "a: old # {\"$imagepolicy\": \"ns:apq\"}\n",
        OutcomeKind::UnknownSetter {
            nearest: Some("ns:app".to_owned()),
        },
        "line 1, column 8: marker \"ns:apq\": the setter is not known; did you mean \"ns:app\"?",
    );
    check(
        "a: old # {\"$imagepolicy\": \"elsewhere\"}\n",
        OutcomeKind::UnknownSetter { nearest: None },
        "line 1, column 8: marker \"elsewhere\": the setter is not known",
    );
}

#[test]
fn malformed() {
    for (comment, column, reason) in [
        (
            "# {\"$imagepolicy\": \"ns:app\"",
            35,
            "the JSON object is not closed",
        ),
        (
            "# {\"$imagepolicy\": \"ns:app\"} #",
            37,
            "text stands behind the JSON object",
        ),
        (
            "# keep {\"$imagepolicy\": \"ns:app\"}",
            15,
            "text stands before the JSON object",
        ),
        (
            "# {\"$imagepolicy\": 1}",
            27,
            "a value of the JSON object is not a string",
        ),
        ("# {\"$imagepolicy\": \"\"}", 10, "the setter is empty"),
        (
            "# {'$imagepolicy': 'x'}",
            11,
            "a key of the JSON object is not in double quotes",
        ),
    ] {
        check(
            &format!("a: old {comment}\n"),
            OutcomeKind::Malformed {
                reason: reason.to_owned(),
            },
            &format!("line 1, column {column}: not a marker: {reason}"),
        );
    }
}

#[test]
fn not_a_scalar() {
    for (text, column, what) in [
        (
            "a: # {\"$imagepolicy\": \"ns:app\"}\n",
            4,
            "no value stands before it on its line",
        ),
        (
            "a: # {\"$imagepolicy\": \"ns:app\"}\n  old\n",
            4,
            "no value stands before it on its line",
        ),
        (
            "a: [b] # {\"$imagepolicy\": \"ns:app\"}\n",
            8,
            "it stands behind a collection",
        ),
        (
            "? a # {\"$imagepolicy\": \"ns:app\"}\n: b\n",
            5,
            "it stands behind a key",
        ),
        (
            "# {\"$imagepolicy\": \"ns:app\"}\na: b\n",
            1,
            "it stands on a line of its own, above no scalar that it could mean",
        ),
    ] {
        check(
            text,
            OutcomeKind::NotAScalar,
            &format!(
                "line 1, column {column}: marker \"ns:app\": the marker marks nothing: {what}; put it behind the value"
            ),
        );
    }
}

#[test]
fn block_scalars_and_aliases() {
    let block = "the value is kept: it is a block scalar; write it on one line";
    check(
        "a: |- # {\"$imagepolicy\": \"ns:app\"}\n  old\n",
        OutcomeKind::BlockScalar,
        &format!("line 1, column 7: marker \"ns:app\": {block}"),
    );
    check(
        "a: |2 # {\"$imagepolicy\": \"ns:app\"}\n  \n",
        OutcomeKind::BlockScalar,
        &format!("line 1, column 7: marker \"ns:app\": {block}"),
    );
    check(
        "a:\n# {\"$imagepolicy\": \"ns:app\"}\n- >\n  old\n",
        OutcomeKind::BlockScalar,
        &format!("line 2, column 1: marker \"ns:app\": {block}"),
    );
    check(
        "a: &x b\nc: *x # {\"$imagepolicy\": \"ns:app\"}\n",
        OutcomeKind::Alias,
        "line 2, column 7: marker \"ns:app\": the value is kept: it is an alias; mark the anchor's value",
    );
}

#[test]
fn refused() {
    let reason = "the scalar has an explicit type tag that a string does not fit; remove the tag";
    for value in [
        "!!int 1",
        "!!binary aGk=",
        "!!timestamp 2021-01-01",
        "!<tag:yaml.org,2002:omap> x",
    ] {
        let column = value.len() + 5;
        check(
            &format!("a: {value} # {{\"$imagepolicy\": \"ns:app\"}}\n"),
            OutcomeKind::Refused {
                reason: reason.to_owned(),
            },
            &format!("line 1, column {column}: marker \"ns:app\": the value is kept: {reason}"),
        );
    }
    for value in ["!!str 1", "!own 1", "!<tag:yaml.org,2002:str> x"] {
        let column = value.len() + 5;
        check(
            &format!("a: {value} # {{\"$imagepolicy\": \"ns:app\"}}\n"),
            OutcomeKind::Updated,
            &format!("line 1, column {column}: marker \"ns:app\": the value is set"),
        );
    }
}

#[test]
fn an_overlong_value_is_refused() {
    let setters = Setters::from([("ns:app", "v".repeat((64 << 10) + 1))]);
    let text = b"a: old # {\"$imagepolicy\": \"ns:app\"}\n";
    let planned = plan(text, &Syntax::flux(), setters.decide()).unwrap();
    assert_eq!(
        planned.outcomes()[0].to_string(),
        "line 1, column 8: marker \"ns:app\": the value is kept: the new value is longer than 64 KiB"
    );
}

#[test]
fn in_text() {
    for (text, line, column, what) in [
        (
            "a: |-\n  b: c # {\"$imagepolicy\": \"x\"}\n",
            2,
            12,
            "the text of a block scalar",
        ),
        (
            "a: '# {\"$imagepolicy\": \"x\"}'\n",
            1,
            9,
            "a quoted string",
        ),
        (
            "a: \"{\\\"$imagepolicy\\\": \\\"x\\\"}\"\n",
            1,
            8,
            "a quoted string",
        ),
        ("a: b# {\"$imagepolicy\":\"x\"}\n", 1, 9, "a plain scalar"),
        (
            "# a: b # {\"$imagepolicy\": \"x\"}\na: b\n",
            1,
            10,
            "a commented-out line",
        ),
        (
            "a: b\n#a: b # {\"$imagepolicy\": \"x\"}",
            2,
            9,
            "a commented-out line",
        ),
    ] {
        check(
            text,
            OutcomeKind::InText,
            &format!("line {line}, column {column}: the marker marks nothing: it stands in {what}"),
        );
    }
}

#[test]
fn a_line_that_is_commented_out_says_so() {
    let decide = |_: &Marker, _: &str| Decision::Withhold(String::new());
    let is = |text: &str| {
        let planned = plan(text.as_bytes(), &Syntax::flux(), decide).unwrap();
        planned.outcomes()[0].is_commented_out()
    };
    assert!(is("# a: b # {\"$imagepolicy\": \"x\"}\na: b\n"));
    assert!(!is("a: b# {\"$imagepolicy\":\"x\"}\n"));
    assert!(!is("a: b # {\"$imagepolicy\": \"x\"}\n"));
}

#[test]
fn prose_is_no_marker() {
    for text in [
        "a: b # see $imagepolicy\n",
        "# use $imagepolicy here\na: b\n",
        "a: $imagepolicy\n",
        "a: b # {\"note\": \"$imagepolicy\"}\n",
        "a: b # {\"$imagepolicy2\": \"x\"}\n",
    ] {
        assert_eq!(outcomes(text), [], "{text}");
    }
}

#[test]
fn outcomes_stand_in_the_order_of_the_text() {
    let text = "a: | # {\"$imagepolicy\": \"ns:app\"}\n  {\"$imagepolicy\"\nb: c # {\"$imagepolicy\": \"ns:app\"}\n";
    let lines: Vec<_> = outcomes(text)
        .into_iter()
        .map(|(_, line)| line[..7].to_owned())
        .collect();
    assert_eq!(lines, ["line 1,", "line 2,", "line 3,"]);
}

#[test]
fn an_outcome_is_drawn_with_its_line() {
    let text = "a: b\nü: {c: d}\t# {\"$imagepolicy\": \"x\"\r\n";
    let planned = plan(text.as_bytes(), &Syntax::flux(), Setters::new().decide()).unwrap();
    let at = " ".repeat(9);
    assert_eq!(
        planned.outcomes()[0].render(text),
        format!(
            "line 2, column 33: not a marker: the JSON object is not closed\n  |\n\
             2 | ü: {{c: d}}\t# {{\"$imagepolicy\": \"x\"\n  | {at}\t{}^",
            " ".repeat(22)
        )
    );
}
