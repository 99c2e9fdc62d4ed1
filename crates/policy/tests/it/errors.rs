//! The exact text of every kind of error.

use tagwright_policy::{Dialect, Error, ErrorKind, Policy, PolicyBuilder, Version};

#[track_caller]
fn check(error: &Error, kind: ErrorKind, expected: &str) {
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.kind(), kind);
}

fn flux() -> PolicyBuilder {
    Policy::builder(Dialect::Flux)
}

#[track_caller]
fn range(source: &str, problem: &str) {
    let error = flux().semver(source).build().unwrap_err();
    let hint = "; write a comparison such as >=1.2.0, 1.2.x or ^1.2";
    check(
        &error,
        ErrorKind::InvalidRange,
        &format!("invalid semver range: {problem}{hint}"),
    );
}

#[track_caller]
fn pattern(source: &str, problem: &str) {
    let error = flux()
        .alphabetical("")
        .filter(source, "")
        .build()
        .unwrap_err();
    let hint = "; write it in Go's regexp syntax, which has no look-around and no backreferences";
    check(
        &error,
        ErrorKind::InvalidPattern,
        &format!("invalid filter pattern: {problem}{hint}"),
    );
}

#[track_caller]
fn version(source: &str, problem: &str) {
    let error = source.parse::<Version>().unwrap_err();
    let hint = "; write three numbers, such as 1.2.3";
    check(
        &error,
        ErrorKind::InvalidVersion,
        &format!("invalid version: {problem}{hint}"),
    );
}

#[test]
fn ranges() {
    range("", "the major number is missing at line 1, column 1");
    range("1.x ||", "the major number is missing at line 1, column 7");
    range(
        ">=1.0\nlatest",
        "unexpected character 'l' at line 2, column 1",
    );
    range("1.2.3.4", "unexpected character '.' at line 1, column 6");
    range("é1", "unexpected character 'é' at line 1, column 1");
    range(
        "1x.2",
        "the major number is neither digits nor x at line 1, column 1",
    );
    range(
        "18446744073709551616",
        "the major number is greater than 18446744073709551615 at line 1, column 1",
    );
    range(
        "1.2.3-rc.01",
        "a numeric prerelease identifier starts with 0 at line 1, column 10",
    );
    range(
        &format!("1.2.3-{}", "a".repeat(300)),
        "longer than 256 bytes at line 1, column 7",
    );
}

#[test]
fn a_problem_in_a_hyphen_range_is_told_where_it_was_written() {
    range(
        "1.2 - 1.3, 1x",
        "the major number is neither digits nor x at line 1, column 12",
    );
    range(
        "1.2 - 2x",
        "the major number is neither digits nor x at line 1, column 7",
    );
}

#[test]
fn ranges_that_are_too_large() {
    let error = flux().semver(&"1 ".repeat(300)).build().unwrap_err();
    check(
        &error,
        ErrorKind::InvalidRange,
        "invalid semver range: longer than 512 bytes; shorten it",
    );
    let error = flux().semver(&["1"; 33].join("||")).build().unwrap_err();
    check(
        &error,
        ErrorKind::InvalidRange,
        "invalid semver range: more than 32 groups; shorten it",
    );
}

#[test]
fn versions() {
    version("latest", "the major number is missing at line 1, column 1");
    version("v1..3", "the minor number is missing at line 1, column 4");
    version("1.2.", "the patch number is missing at line 1, column 5");
    version("1.2.x", "the patch number is missing at line 1, column 5");
    version("1.2.3.4", "unexpected character '.' at line 1, column 6");
    version("1.2", "fewer than three parts at line 1, column 4");
    version("1.2.3-a..b", "an empty identifier at line 1, column 9");
    version(
        "1.2.3-rc.01",
        "a numeric prerelease identifier starts with 0 at line 1, column 10",
    );
    version("1.2.3+", "an empty identifier at line 1, column 7");
    version(
        "1.99999999999999999999.3",
        "the minor number is greater than 18446744073709551615 at line 1, column 3",
    );
    version(
        &"1".repeat(257),
        "longer than 256 bytes at line 1, column 1",
    );
}

#[test]
fn patterns() {
    pattern("a**", "a repetition of a repetition at line 1, column 3");
    pattern("*-alpha.*", "a repetition of nothing at line 1, column 1");
    pattern(
        "a{2,1}",
        "a repeat count that is out of order or above 1000 at line 1, column 2",
    );
    pattern(
        "(a{100}){11}",
        "counts ask for more than 1000 copies at line 1, column 9",
    );
    pattern("(a", "a group is not closed at line 1, column 1");
    pattern("a)", "a ) without its ( at line 1, column 2");
    pattern("[a", "a class is not closed at line 1, column 1");
    pattern(
        "^prod-[a-00-9]+",
        "a class range that is out of order at line 1, column 8",
    );
    pattern("[[:alfa:]]", "an unknown class name at line 1, column 2");
    pattern(
        r"\p{Alphabetic}",
        "an unknown Unicode class at line 1, column 1",
    );
    pattern(r"(a)\1", "an unknown escape at line 1, column 4");
    pattern(r"a\", "a backslash at the end at line 1, column 2");
    pattern("(?=a)", "unknown syntax after (? at line 1, column 1");
    pattern("(?P<ts", "a group name is not closed at line 1, column 1");
    pattern(
        "(?P<a.b>c)",
        "a group name is not made of letters, digits and _ at line 1, column 1",
    );
    pattern(
        &"(".repeat(101),
        "groups nest more than 100 deep at line 1, column 101",
    );
}

#[test]
fn an_exclusion_is_told_by_its_number() {
    let error = flux()
        .alphabetical("")
        .exclude("a")
        .exclude("b**")
        .build()
        .unwrap_err();
    check(
        &error,
        ErrorKind::InvalidPattern,
        "invalid exclusion pattern 2: a repetition of a repetition at line 1, column 3; \
         write it in Go's regexp syntax, which has no look-around and no backreferences",
    );
}

#[test]
fn patterns_that_are_too_large() {
    let error = flux()
        .alphabetical("")
        .exclude(&"a".repeat(16_385))
        .build()
        .unwrap_err();
    check(
        &error,
        ErrorKind::PatternTooLarge,
        "the exclusion pattern 1 is longer than 16384 bytes; shorten it",
    );
    let error = flux()
        .alphabetical("")
        .filter(&r"\pL{1000}".repeat(50), "")
        .build()
        .unwrap_err();
    check(
        &error,
        ErrorKind::PatternTooLarge,
        "the filter pattern compiles to more than 8388608 bytes; \
         lower its counts, or use ASCII classes such as [a-z] in place of \\p{..} and `.`",
    );
    let error = flux()
        .alphabetical("")
        .filter("a", &"$0".repeat(513))
        .build()
        .unwrap_err();
    check(
        &error,
        ErrorKind::PatternTooLarge,
        "the extract template is longer than 1024 bytes; shorten it",
    );
}

#[test]
fn policies() {
    check(
        &flux().build().unwrap_err(),
        ErrorKind::NoOrder,
        "the policy has no order; give one of semver, alphabetical, numerical, calver, newest build and digest",
    );
    check(
        &flux().semver("*").alphabetical("asc").build().unwrap_err(),
        ErrorKind::TwoOrders,
        "the policy has more than one order; keep one of semver, alphabetical, numerical, calver, newest build and digest",
    );
    check(
        &flux().numerical("up").build().unwrap_err(),
        ErrorKind::InvalidOrder,
        "the order is neither asc nor desc; write asc to select the last tag, desc to select the first",
    );
    check(
        &Policy::builder(Dialect::Fleet)
            .numerical("asc")
            .build()
            .unwrap_err(),
        ErrorKind::NotInDialect,
        "Fleet's policies have no numerical order; use semver or alphabetical, or the Flux dialect",
    );
    check(
        &Policy::builder(Dialect::Fleet)
            .filter("a", "")
            .build()
            .unwrap_err(),
        ErrorKind::NotInDialect,
        "Fleet's policies have no filter; use semver or alphabetical, or the Flux dialect",
    );
}

#[test]
fn a_strict_refusal_names_the_least_tag_of_the_list() {
    let policy = flux().numerical("asc").strict(true).build().unwrap();
    for tags in [["1", "x\n", "xenial"], ["xenial", "x\n", "1"]] {
        let error = policy.select(tags).unwrap_err();
        check(
            &error,
            ErrorKind::NotANumber,
            "the tag \"x\\n\" gives no number to a strict numerical policy; \
             filter such tags out, or let the policy skip them",
        );
        assert_eq!(error.tag(), Some("x\n"));
        assert_eq!(policy.explain(tags).unwrap_err(), error);
        assert_eq!(policy.rank(tags, 1).unwrap_err(), error);
    }
}

#[test]
fn places_are_bytes_lines_and_characters() {
    let source = ">=1.0\n  ö";
    let error = flux().semver(source).build().unwrap_err();
    assert_eq!(error.span(), Some(8..10));
    assert_eq!((error.line(), error.column()), (Some(2), Some(3)));
    assert_eq!(
        error.hint(),
        Some("write a comparison such as >=1.2.0, 1.2.x or ^1.2")
    );
}

#[track_caller]
fn drawn(source: &str, expected: &str) {
    let error = flux().semver(source).build().unwrap_err();
    let drawing = error.render(source);
    let (headline, picture) = drawing.split_once('\n').unwrap();
    assert_eq!(headline, error.to_string());
    assert_eq!(picture, expected);
}

#[test]
fn rendering() {
    drawn(">=1.0 latest", "  |\n1 | >=1.0 latest\n  |       ^");
    drawn("1,\r\nlatest\r\n", "  |\n2 | latest\n  | ^");
    drawn("\t1\t!", "  |\n1 | \t1\t!\n  | \t \t^");
    drawn("日本", "  |\n1 | 日本\n  | ^^");
    drawn("", "  |\n1 | \n  | ^");
}

#[test]
fn rendering_cuts_a_long_line_and_survives_another_text() {
    let source = format!("{}!{}", "1 ".repeat(120), "1 ".repeat(120));
    let error = flux().semver(&source).build().unwrap_err();
    let drawing = error.render(&source);
    assert!(
        drawing
            .lines()
            .skip(1)
            .all(|line| line.chars().count() <= 104),
        "{drawing}"
    );
    assert!(drawing.contains("1 !1"), "{drawing}");
    assert_eq!(error.render("short"), error.to_string());
    let no_place = flux().build().unwrap_err();
    assert_eq!(no_place.render("short"), no_place.to_string());
}
