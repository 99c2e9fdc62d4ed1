use tagwright_manifests::{ErrorKind, parse_duration};

const GOLDEN: &str = include_str!("../../testdata/durations.jsonl");

#[test]
fn answers_as_go_does() {
    let wrong: Vec<String> = GOLDEN.lines().filter_map(difference).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(GOLDEN.lines().count(), 33);
}

fn difference(line: &str) -> Option<String> {
    let case: serde_json::Value = serde_json::from_str(line).expect("a JSON object");
    let text = case["duration"].as_str().expect("a duration");
    let ours = parse_duration(text).ok();
    let theirs = case["ns"].as_i64();
    assert_eq!(theirs.is_none(), case["error"].is_string(), "{line}");
    (ours != theirs).then(|| format!("{text:?}: ours {ours:?}, Go's {theirs:?}"))
}

#[track_caller]
fn refused(text: &str, kind: ErrorKind, rendered: &str) {
    let error = parse_duration(text).expect_err("no duration");
    assert_eq!(error.kind(), kind);
    assert_eq!(error.render(text), rendered);
}

#[test]
fn says_what_is_wrong_where() {
    refused(
        "",
        ErrorKind::ExpectedNumber,
        "expected a number in a duration, found nothing\n  |\n\
         1 | \n  \
           | ^\n  \
           = hint: a duration is written like 5m, 1h30m or 90s",
    );
    refused(
        "-m",
        ErrorKind::ExpectedNumber,
        "expected a number in a duration, found 'm'\n  |\n\
         1 | -m\n  \
           |  ^\n  \
           = hint: a duration is written like 5m, 1h30m or 90s",
    );
    refused(
        "1m15",
        ErrorKind::MissingUnit,
        "a number in a duration has no unit\n  |\n\
         1 | 1m15\n  \
           |   ^^\n  \
           = hint: add a unit: h, m, s, ms, us or ns",
    );
    refused(
        "1h2 days",
        ErrorKind::UnknownUnit,
        "unknown unit \" days\" in a duration\n  |\n\
         1 | 1h2 days\n  \
           |    ^^^^^\n  \
           = hint: units are h, m, s, ms, us and ns; a day is 24h",
    );
    refused(
        "1s2562048h",
        ErrorKind::OutOfRange,
        "a duration is longer than 292 years\n  |\n\
         1 | 1s2562048h\n  \
           |   ^^^^^^^^\n  \
           = hint: the longest duration is 2562047h",
    );
}

#[test]
fn places_are_in_characters_and_bytes() {
    let error = parse_duration("1µs5x").expect_err("no unit");
    assert_eq!((error.line(), error.column()), (1, 5));
    assert_eq!(error.span(), 5..6);
    assert_eq!(
        error.hint(),
        "units are h, m, s, ms, us and ns; a day is 24h"
    );
}

#[test]
fn the_most_negative_duration_is_one() {
    assert_eq!(parse_duration("-9223372036854775808ns"), Ok(i64::MIN));
    assert_eq!(parse_duration("-2562047h47m16.854775808s"), Ok(i64::MIN));
    assert!(parse_duration("-9223372036854775809ns").is_err());
}
