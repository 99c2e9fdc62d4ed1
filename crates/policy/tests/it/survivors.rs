//! Corners that no recorded case reaches: what Go answers, one by one.

use tagwright_policy::{Dialect, Filter, Range, Version};

#[track_caller]
fn admits(range: &str, yes: &[&str], no: &[&str]) {
    let range: Range = range.parse().unwrap();
    let matches = |tag: &str| range.matches(&Version::parse_in(Dialect::Fleet, tag).unwrap());
    for tag in yes {
        assert!(matches(tag), "{range} admits {tag}");
    }
    for tag in no {
        assert!(!matches(tag), "{range} does not admit {tag}");
    }
}

#[test]
fn a_tilde_of_zeros_has_no_end() {
    admits(
        "~0.0.0",
        &["0.0.0", "0.0.9", "0.1.0", "1.0.0", "99.1.2"],
        &["1.0.0-rc.1"],
    );
    admits("~0.0", &["0.0.0", "0.0.9"], &["0.1.0", "1.0.0"]);
    admits("~0", &["0.0.0", "0.9.0"], &["1.0.0"]);
    admits("~0.0.1", &["0.0.1", "0.0.9"], &["0.0.0", "0.1.0"]);
    admits("~*", &["0.0.0", "7.0.0"], &["7.0.0-a"]);
}

#[test]
fn carets_of_zeros() {
    admits("^0.0.0", &["0.0.0"], &["0.0.1", "0.1.0", "1.0.0"]);
    admits("^0.0", &["0.0.0", "0.0.9"], &["0.1.0"]);
    admits("^0", &["0.0.0", "0.9.9"], &["1.0.0"]);
    admits("^0.1.2", &["0.1.2", "0.1.9"], &["0.1.1", "0.2.0"]);
    admits("^*", &["0.0.0"], &["0.0.1"]);
}

#[test]
fn comparisons_with_parts_left_out() {
    admits(">1", &["2.0.0"], &["1.9.9"]);
    admits(">1.2", &["1.3.0"], &["1.2.9"]);
    admits("<=1", &["1.9.9", "0.0.1"], &["2.0.0"]);
    admits("<=1.2", &["1.2.9"], &["1.3.0"]);
    admits("!=1", &["0.9.0", "2.0.0"], &["1.0.0", "1.9.9"]);
    admits("!=1.2", &["1.3.0"], &["1.2.0", "1.2.9"]);
    admits("<=*", &["0.0.9"], &["0.1.0"]);
    admits("!=1.2.3", &["1.2.4"], &["1.2.3"]);
}

#[track_caller]
fn key(pattern: &str, extract: &str, tag: &str, expected: Option<&str>) {
    let filter = Filter::new(pattern, extract).unwrap();
    assert_eq!(
        filter.key(tag).as_deref(),
        expected,
        "{pattern} => {extract}"
    );
}

#[test]
fn a_number_that_starts_with_zero_is_a_name() {
    key("(a)(b)", "x$01", "ab", Some("x"));
    key("(a)(b)", "x${01}y", "ab", Some("xy"));
    key("(a)(b)", "x$00", "ab", Some("x"));
    key("(a)(b)", "x$0", "ab", Some("xab"));
    key("(?P<01>a)(b)", "x$01", "ab", Some("xa"));
    key("(a)(b)", "x$2", "ab", Some("xb"));
    key("(a)(b)", "x$3", "ab", Some("x"));
}

#[test]
fn counts_within_counts_multiply_but_for_none() {
    let takes = |pattern: &str| Filter::new(pattern, "").is_ok();
    for pattern in [
        "((a{1000}){0}){2}",
        "(a{1000}){1}",
        "(a{1000})*",
        "(a{500}){2}",
        "(a{1000}){0,1}",
        "(a{2,}){500}",
    ] {
        assert!(takes(pattern), "{pattern}");
    }
    for pattern in [
        "(a{501}){2}",
        "(a{1000}){2}",
        "(a{1000}){1,2}",
        "(a{2,}){501}",
        "((a{1000}){1}){2}",
        "(a{501}){2,}",
        "((a{1000}){0,}){2}",
    ] {
        assert!(!takes(pattern), "{pattern}");
    }
}
