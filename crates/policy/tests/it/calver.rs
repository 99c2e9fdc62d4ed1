//! Calendar versions: formats, dates, order, errors.

use tagwright_policy::guard::downgrade;
use tagwright_policy::{CalverFormat, Dialect, ErrorKind, Field, Policy, Verdict};

#[track_caller]
fn reads(format: &str, versions: &[&str]) {
    let format: CalverFormat = format.parse().unwrap();
    for version in versions {
        assert!(format.matches(version), "{format} {version:?}");
    }
}

#[track_caller]
fn refuses(format: &str, texts: &[&str]) {
    let format: CalverFormat = format.parse().unwrap();
    for text in texts {
        assert!(!format.matches(text), "{format} {text:?}");
    }
}

/// Every pair is compared, so that the order is seen to be total.
#[track_caller]
fn ascending(format: &str, versions: &[&str]) {
    let policy = Policy::builder(Dialect::Flux)
        .calver(format)
        .build()
        .unwrap();
    for (at, a) in versions.iter().enumerate() {
        for (other, b) in versions.iter().enumerate() {
            assert_eq!(
                policy.compare(*a, *b),
                Some(at.cmp(&other)),
                "{format} {a} {b}"
            );
        }
    }
}

#[test]
fn the_formats_of_calver_org() {
    reads("YYYY.0M.0D", &["2026.01.05", "2026.12.31"]);
    reads(
        "YY.MM.MICRO",
        &[
            "26.1.0",
            "6.11.12",
            "106.1.1",
            "26.1.99999999999999999999999",
        ],
    );
    reads("YYYY0M0D", &["20260105", "20261231"]);
    reads("YY.0M", &["26.04", "20.10"]);
    reads("YYYY.MM.DD", &["2026.1.5", "2026.11.30"]);
    reads("0Y.0W", &["06.01", "26.53", "106.10"]);
    reads("MAJOR.YY.MM", &["16.26.7"]);
    reads("YYYY_WW-MICRO", &["2026_7-3"]);
    reads("vYYYY.MINOR", &["v2026.0"]);
}

#[test]
fn padding_is_strict() {
    refuses(
        "YYYY.0M.0D",
        &[
            "2026.1.05",
            "2026.01.5",
            "2026.001.05",
            "26.01.05",
            "02026.01.05",
        ],
    );
    refuses("YY.MM.DD", &["26.01.5", "26.1.05", "06.1.5", "2026.1.5"]);
    refuses("0Y.0M", &["6.01", "006.01", "0106.01", "2026.01"]);
    refuses(
        "YYYY.MICRO",
        &[
            "2026.01", "2026.", "2026", "2026.1.1", "2026.1 ", " 2026.1", "v2026.1",
        ],
    );
}

#[test]
fn impossible_dates_are_no_versions() {
    refuses(
        "YYYY.MM.DD",
        &[
            "2026.0.1",
            "2026.13.1",
            "2026.1.0",
            "2026.1.32",
            "2026.4.31",
        ],
    );
    refuses("YYYY.MM.DD", &["2026.2.29", "2100.2.29", "0026.1.1"]);
    reads("YYYY.MM.DD", &["2024.2.29", "2000.2.29"]);
    refuses(
        "YYYY0M0D",
        &["20260230", "20261301", "2026010", "202601055"],
    );
    reads("YY0M0D", &["240229"]);
    refuses("YYYY.WW", &["2026.0", "2026.54"]);
    refuses(
        "YY.MM",
        &["26.99999999999999999999", "99999999999999999999.1"],
    );
}

#[test]
fn a_run_of_digits_is_split_where_one_number_only_can_vary() {
    reads("YY0M", &["2604", "10604", "604"]);
    refuses("YY0M", &["04", "2613"]);
    reads("YYYY0M0DMICRO", &["202601050", "2026010512"]);
    refuses("YYYY0M0DMICRO", &["20260105", "2026010501"]);
}

#[test]
fn modifiers_may_be_missing_with_their_separator() {
    reads(
        "YYYY.0M.MICRO-MODIFIER",
        &[
            "2026.08.3",
            "2026.08.3-rc1",
            "2026.08.3-rc.1",
            "2026.08.3-1",
        ],
    );
    refuses(
        "YYYY.0M.MICRO-MODIFIER",
        &["2026.08.3-", "2026.08.3rc1", "2026.08", "2026.08.3-r c"],
    );
    reads("YY.MINORMODIFIER", &["26.1", "26.1rc1", "26.1.post2"]);
    refuses("YY.MICRO", &["26.1rc1", "26.1-rc1"]);
    // A digit too many is no modifier.
    refuses("YYYY.0MMODIFIER", &["2024.011", "2024.0111", "2024.1"]);
    reads("YYYY.0MMODIFIER", &["2024.01", "2024.01a1", "2024.01-1"]);
}

#[test]
fn modifiers_that_differ_by_zeros_or_length_have_an_order() {
    ascending(
        "YYYY.0M-MODIFIER",
        &["2024.01-rc", "2024.01-rc1", "2024.01-rc9", "2024.01-rc010"],
    );
    let policy = Policy::builder(Dialect::Flux)
        .calver("YYYY.0M-MODIFIER")
        .build()
        .unwrap();
    assert!(downgrade(&policy, "2024.01-rc1", "2024.01-rc").is_err());
    assert!(downgrade(&policy, "2024.01-rc", "2024.01-rc1").is_ok());
}

#[test]
fn parts_compare_as_numbers_and_modifiers_naturally() {
    ascending(
        "YY.MM.MICRO",
        &["6.12.0", "26.1.9", "26.1.10", "26.2.0", "106.1.1"],
    );
    ascending(
        "YYYY.MICRO-MODIFIER",
        &[
            "2026.1-alpha",
            "2026.1-rc2",
            "2026.1-rc10",
            "2026.1-rc10a",
            "2026.1",
            "2026.2-dev",
        ],
    );
    ascending(
        "YYYY.MICRO",
        &["2026.18446744073709551615", "2026.18446744073709551616"],
    );
}

#[test]
fn a_part_in_brackets_may_be_missing() {
    let format = "YYYY.0M.0D[.MICRO]";
    reads(format, &["2026.08.22", "2026.08.22.0", "2026.08.22.17"]);
    refuses(
        format,
        &[
            "2026.08",
            "2026.08.22.",
            "2026.08.22.01",
            "2026.08.22.1.1",
            "2026.08.22-1",
            "2026.08.22.x",
        ],
    );
    ascending(
        format,
        &[
            "2026.08.21.9",
            "2026.08.22",
            "2026.08.22.0",
            "2026.08.22.9",
            "2026.08.22.10",
            "2026.08.23",
        ],
    );
    reads("YYYY0M[0D]", &["202608", "20260822"]);
    refuses("YYYY0M[0D]", &["2026082", "20260832", "2026"]);
    ascending("YYYY.MM[.DD]", &["2026.7.31", "2026.8", "2026.8.1"]);
}

#[test]
fn a_modifier_stands_behind_an_optional_part_or_in_it() {
    let format = "YYYY.0M.0D[.MICRO]-MODIFIER";
    reads(
        format,
        &[
            "2026.08.22",
            "2026.08.22-rc1",
            "2026.08.22.1",
            "2026.08.22.1-rc1",
        ],
    );
    ascending(
        format,
        &[
            "2026.08.22-rc1",
            "2026.08.22",
            "2026.08.22-1",
            "2026.08.22.1-rc1",
            "2026.08.22.1",
        ],
    );
    reads("YYYY[.MICRO-MODIFIER]", &["2026", "2026.1", "2026.1-rc1"]);
    refuses("YYYY[.MICRO-MODIFIER]", &["2026-rc1"]);
    reads("YYYY.0M[-MODIFIER]", &["2026.08", "2026.08-rc1"]);
}

#[test]
fn modifiers_lead_to_a_release_or_follow_it() {
    ascending(
        "YYYY.0M.0D-MODIFIER",
        &[
            "2024.01.02-1a2b3c4",
            "2024.01.02-alpha",
            "2024.01.02-alpine",
            "2024.01.02-beta2",
            "2024.01.02-dev",
            "2024.01.02-posted",
            "2024.01.02-rc.1",
            "2024.01.02-rc1",
            "2024.01.02",
            "2024.01.02-1",
            "2024.01.02-2.1",
            "2024.01.02-10",
            "2024.01.02-HOTFIX",
            "2024.01.02-build.7",
            "2024.01.02-p1",
            "2024.01.02-patch-rc1",
            "2024.01.02-post1",
            "2024.01.02-r1",
            "2024.01.02-rev_2",
            "2024.01.03-dev",
        ],
    );
    // Where nothing separates it in the format, the tag's own separator is a part of it.
    ascending(
        "YYYY.0M.0DMODIFIER",
        &[
            "2024.01.02-rc1",
            "2024.01.02.dev",
            "2024.01.02a1",
            "2024.01.02",
            "2024.01.02-1",
            "2024.01.02.1",
            "2024.01.02post1",
        ],
    );
}

#[test]
fn a_calver_policy_selects_and_explains() {
    let policy = Policy::builder(Dialect::Fleet)
        .calver("YYYY.0M.0D")
        .build()
        .unwrap();
    let selection = policy
        .select(["2026.01.05", "2026.02.30", "2025.12.31", "latest"])
        .unwrap();
    assert_eq!(
        selection.to_string(),
        "2026.01.05: greatest of 2 that match YYYY.0M.0D; 2 are no calendar versions"
    );
    assert_eq!(selection.count(Verdict::NotACalendarVersion), 2);
    assert_eq!(policy.to_string(), "calver YYYY.0M.0D");
}

#[test]
fn hostile_tags_are_no_versions() {
    let long = "9".repeat(4_000);
    refuses(
        "YYYY.MM",
        &["", "\0", "٢٠٢٦.١", "2026.é", long.as_str(), "2026.", "."],
    );
    refuses("YYYY.MICRO", &[&format!("2026.{long}")]);
    reads("YYYY.MICRO", &[&format!("2026.{}", &long[..251])]);
}

#[track_caller]
fn error(format: &str, problem: &str) {
    let error = CalverFormat::parse(format).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("invalid calver format: {problem}; write tokens such as YYYY.0M.0D or YY.MM.MICRO")
    );
    assert_eq!(error.kind(), ErrorKind::InvalidFormat);
    assert_eq!(error.field(), Some(Field::CalverFormat));
    assert!(format.get(error.span().unwrap()).is_some());
}

#[test]
fn formats_that_are_refused() {
    error("", "no year at line 1, column 1");
    error("MAJOR.MINOR", "no year at line 1, column 12");
    error("YYYY/MM", "no token starts with '/' at line 1, column 5");
    error("yyyy.mm", "no token starts with 'y' at line 1, column 1");
    error("YYYY.M", "no token starts with 'M' at line 1, column 6");
    error("YYYY.é", "no token starts with 'é' at line 1, column 6");
    error("YY.MM.0M", "a second month at line 1, column 7");
    error("MM.YYYY", "a month before the year at line 1, column 1");
    error("WW.YYYY", "a week before the year at line 1, column 1");
    error(
        "YYYY.DD",
        "a day without a month before it at line 1, column 6",
    );
    error("YYYY.MM.WW", "a week beside a month at line 1, column 9");
    error("YYYY.WW.MM", "a month beside a week at line 1, column 9");
    error(
        "YYYYMMDD",
        "two numbers of no fixed width in a row at line 1, column 7",
    );
    error(
        "YY.MODIFIER.MM",
        "something after the modifier at line 1, column 12",
    );
    error("YYYY[.MM", "'[' without ']' after it at line 1, column 5");
    error("YYYY.MM]", "']' without '[' before it at line 1, column 8");
    error(
        "YYYY[.MM]]",
        "']' without '[' before it at line 1, column 10",
    );
    error(
        "YYYY[]",
        "an optional part without a token at line 1, column 5",
    );
    error(
        "YYYY[.]MODIFIER",
        "an optional part without a token at line 1, column 5",
    );
    error(
        "YYYY[.MM][.DD]",
        "a second optional part at line 1, column 10",
    );
    error(
        "YYYY[.MM[.DD]]",
        "a second optional part at line 1, column 9",
    );
    error("MAJOR[.YYYY]", "an optional year at line 1, column 8");
    error(
        "YYYY[.MM].MICRO",
        "a number after the optional part at line 1, column 11",
    );
    error(
        "YYYY-MODIFIER[.MM]",
        "something after the modifier at line 1, column 14",
    );
    error(
        "YYYY[-MODIFIER].MM",
        "something after the modifier at line 1, column 16",
    );
    error(
        "YYYY.MINOR[MICRO]",
        "two numbers of no fixed width in a row at line 1, column 12",
    );
    let long = CalverFormat::parse(&"YYYY.".repeat(13)).unwrap_err();
    assert_eq!(
        long.to_string(),
        "invalid calver format: longer than 64 bytes; shorten it"
    );
}

#[test]
fn formats_in_which_one_tag_would_be_two_versions() {
    let number = "an optional number right behind one of no fixed width at line 1, column";
    error("YYYY.MAJOR[0M]", &format!("{number} 11"));
    error("YY[0M]", &format!("{number} 3"));
    error("YY0M[0D]", &format!("{number} 5"));
    error("YYYY.MM[0D]-MODIFIER", &format!("{number} 8"));
    let modifier = "an optional part that can be read as the modifier at line 1, column";
    error("YYYY.MM[-MICRO]-MODIFIER", &format!("{modifier} 8"));
    error("YYYY.MM[.MICRO]MODIFIER", &format!("{modifier} 8"));
    error("YYYY.[MM-]MODIFIER", &format!("{modifier} 6"));
    let part = CalverFormat::parse("YY.MM[-MICRO]-MODIFIER").unwrap_err();
    assert_eq!(part.span(), Some(5..13));
    // What has a fixed width or a separator of its own is read in one way.
    reads(
        "YYYY[MICRO]MODIFIER",
        &["2026", "20261", "2026rc1", "20261rc1"],
    );
    ascending(
        "YYYY[MICRO]MODIFIER",
        &["2026rc1", "2026", "20261rc1", "20261"],
    );
    reads("YYYY0M[0D]-MODIFIER", &["202608", "20260822", "202608-22"]);
    reads("YYYY.MM[_MICRO]-MODIFIER", &["2026.8_1", "2026.8-1"]);
    reads("YYYY.MM[-MICRO]_MODIFIER", &["2026.8-1_1", "2026.8_1"]);
    reads("YYYY[.MM-MICRO]-MODIFIER", &["2026.8-1", "2026-1"]);
}

#[test]
fn separators_stand_between_tokens() {
    let lone = "a separator with nothing to separate at line 1, column";
    error("YYYY..MM", &format!("{lone} 6"));
    error("YYYY-", &format!("{lone} 5"));
    error(
        "YYYY.MM-MODIFIER_",
        "something after the modifier at line 1, column 17",
    );
    error("YYYY.[MM]", &format!("{lone} 5"));
    error("YYYY.[MM]-MODIFIER", &format!("{lone} 5"));
    error("YYYY.[.MM]", &format!("{lone} 7"));
    error("YYYY[.MM.]", &format!("{lone} 9"));
    error("YYYY[.MM-]-MODIFIER", &format!("{lone} 11"));
    error(".YYYY", &format!("{lone} 1"));
    error("v..YYYY", &format!("{lone} 3"));
    reads("v.YYYY", &["v.2026"]);
}

#[test]
fn formats_print_as_they_were_written() {
    for text in ["YYYY.0M.0D[.MICRO]", "vYY.MM.MICRO-MODIFIER", "YYYY0M0D"] {
        let format: CalverFormat = text.parse().unwrap();
        assert_eq!((format.to_string().as_str(), format.as_str()), (text, text));
    }
}
