//! Each limit, its exact error, and that raising it is the way out.

use tagwright_markers::{Error, ErrorKind, Limits, Setters, Sidecar, Syntax, find, mark, plan};

const M: &str = "# {\"$imagepolicy\": \"s\"}";

fn read(text: &str, limits: Limits) -> Result<usize, Error> {
    find(text.as_bytes(), &Syntax::flux().with_limits(limits)).map(|found| found.len())
}

#[track_caller]
fn check(text: &str, fits: Limits, too_low: Limits, kind: ErrorKind, message: &str) {
    assert!(read(text, fits).is_ok_and(|found| found > 0));
    let error = read(text, too_low).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(error.kind(), kind);
}

#[test]
fn bytes() {
    let text = format!("a: b {M}\n");
    check(
        &text,
        Limits::default().bytes(29),
        Limits::default().bytes(28),
        ErrorKind::TooLarge,
        "the text has 29 bytes, more than the 28 that are read; \
         split the file, or raise the limit `bytes`",
    );
}

#[test]
fn an_edited_text_is_held_to_the_limits_too() {
    let text = format!("a: b {M}\n");
    let syntax = Syntax::flux().with_limits(Limits::default().bytes(30));
    let setters = Setters::from([("s", "long enough")]);
    let planned = plan(text.as_bytes(), &syntax, setters.decide()).unwrap();
    assert_eq!(planned.apply().unwrap_err().kind(), ErrorKind::TooLarge);
}

#[test]
fn line_bytes() {
    let text = format!("a: b {M}\r\nc: {}", "d".repeat(97));
    check(
        &text,
        Limits::default().line_bytes(100),
        Limits::default().line_bytes(99),
        ErrorKind::LineTooLong,
        "line 2 has 100 bytes, more than the 99 that are read; \
         break it, or raise the limit `line_bytes`",
    );
}

#[test]
fn depth() {
    let text = format!("a: {{b: [[c]]}} {M}\nd:\n- - - e {M}\n");
    for (text, column) in [(&text[..], 10), (&text[38..], 7)] {
        let error = read(text, Limits::default().depth(2)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooDeep, "{error}");
        assert!(read(text, Limits::default().depth(4)).is_ok(), "{column}");
    }
    // More than can be is what can be.
    assert_eq!(Limits::default().depth(5000), Limits::default().depth(1000));
}

#[test]
fn aliases() {
    let text = format!("a: &a b {M}\nc: [*a, *a,\n *a]\n");
    check(
        &text,
        Limits::default().aliases(3),
        Limits::default().aliases(2),
        ErrorKind::TooMany,
        "more than the 2 aliases that are read, at line 3, column 2; \
         split the file, or raise the limit `aliases`",
    );
}

#[test]
fn comments() {
    let common = format!("a: b {M}\n# c\n# d\n");
    let odd = format!("a: &x b {M}\n# c\n# d\n");
    for text in [common, odd] {
        let error = read(&text, Limits::default().comments(2)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooMany);
        assert!(read(&text, Limits::default().comments(3)).is_ok());
    }
    check(
        &format!("# c\na: b {M}\n# d\n"),
        Limits::default().comments(3),
        Limits::default().comments(2),
        ErrorKind::TooMany,
        "more than the 2 comments that are read, at line 3, column 1; \
         split the file, or raise the limit `comments`",
    );
}

#[test]
fn markers() {
    let text = format!("a: b {M}\nc: d {M}\n");
    check(
        &text,
        Limits::default().markers(2),
        Limits::default().markers(1),
        ErrorKind::TooMany,
        "more than the 1 markers that are read, at line 2, column 10; \
         split the file, or raise the limit `markers`",
    );
}

#[test]
fn markers_of_a_marker_file() {
    let file = b"markers: [{path: a, at: /a, setter: s}, {path: a, at: /b, setter: s}]";
    let plan = |limit| {
        let limits = Limits::default().markers(limit);
        let sidecar = Sidecar::parse(file).unwrap().with_limits(limits);
        let planned = sidecar.plan("a", b"a: b\n", Setters::new().decide());
        planned.map(|plan| plan.outcomes().len())
    };
    assert_eq!(plan(2), Ok(2));
    let error = plan(1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooMany);
    assert_eq!(
        error.to_string(),
        "the marker file names 2 places, more than the 1 markers that are read; \
         split the file, or raise the limit `markers`"
    );
}

#[test]
fn markers_that_are_inserted() {
    let mark = |text: &str, limit| {
        let syntax = Syntax::flux().with_limits(Limits::default().markers(limit));
        let planned = mark(text.as_bytes(), &syntax, |_| Some("s".to_owned()))?;
        planned.apply().map(|after| after.len())
    };
    let text = format!("note: a {M}\na: {{image: a\n}}\nb: {{image: b\n}}\n");
    assert!(mark(&text, 3).is_ok());
    let error = mark(&text, 2).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooMany);
    assert_eq!(
        error.to_string(),
        "more than the 2 markers that are read, at line 4, column 13; \
         split the file, or raise the limit `markers`"
    );
    let error = mark(&text, 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooMany);
    assert_eq!(
        error.to_string(),
        "more than the 1 scalars of images that are marked, at line 4, column 12; \
         split the file, or raise the limit `markers`"
    );
}

#[test]
fn what_holds_no_marker_is_under_no_limit() {
    let limits = Limits::default().bytes(1).line_bytes(1).comments(0);
    assert_eq!(read("a: b # c\n", limits), Ok(0));
}
