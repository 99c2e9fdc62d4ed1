//! Lists, tags, ranges and patterns that no honest registry or user has: an
//! answer or a clear error, whatever the kind of policy.

use std::cmp::Ordering;

use tagwright_policy::{
    CalverFormat, Dialect, ErrorKind, Policy, PolicyBuilder, Range, Verdict, Version,
};

fn flux() -> PolicyBuilder {
    Policy::builder(Dialect::Flux)
}

/// One policy of each kind.
fn policies() -> Vec<Policy> {
    let kinds: [fn(&mut PolicyBuilder) -> &mut PolicyBuilder; 8] = [
        |policy| policy.semver("*"),
        |policy| policy.semver(">=0-0").filter("(.*)", "$1"),
        |policy| policy.alphabetical("asc").filter("^v(.*)$", "$1"),
        |policy| policy.numerical("asc"),
        |policy| policy.numerical("desc").filter("([0-9]+)", "$1"),
        |policy| policy.calver("YYYY.MM.MICRO-MODIFIER"),
        PolicyBuilder::newest_build,
        |policy| policy.digest("latest"),
    ];
    kinds.map(|kind| kind(&mut flux()).build().unwrap()).into()
}

#[test]
fn an_empty_list_selects_nothing_and_says_so() {
    for policy in policies() {
        let selection = policy.select([] as [&str; 0]).unwrap();
        assert_eq!((selection.tag(), selection.total()), (None, 0), "{policy}");
        assert!(
            selection.to_string().ends_with("the list is empty"),
            "{selection}"
        );
        assert!(policy.rank([] as [&str; 0], 5).unwrap().is_empty());
        assert!(policy.explain([] as [&str; 0]).unwrap().is_empty());
        let finish = policy.selector().finish().unwrap();
        assert_eq!(finish.into_selection(), Some(selection), "{policy}");
    }
}

#[test]
fn unreadable_tags_are_counted_each() {
    let tags = [
        "",
        " ",
        "\0",
        "\u{feff}",
        "١.٢.٣",
        "１.２.３",
        "a\nb",
        "-",
        "\u{202e}1.0.0",
    ];
    for policy in policies() {
        let selection = policy.select(tags).unwrap();
        assert_eq!(selection.total(), tags.len() as u64, "{policy}");
        let shown = selection.to_string();
        assert!(!shown.contains(char::is_control), "{shown:?}");
    }
    let semver = flux().semver("*").build().unwrap();
    let selection = semver.select(tags).unwrap();
    assert_eq!(selection.count(Verdict::NotAVersion), tags.len() as u64);
}

#[test]
fn a_tag_of_ten_megabytes_is_too_long_and_is_not_kept() {
    let tag = "1.".repeat(5 << 20);
    for policy in policies() {
        let selection = policy.select([&tag]).unwrap();
        assert_eq!(selection.count(Verdict::TooLong), 1, "{policy}");
        assert!(selection.examples(Verdict::TooLong)[0].len() <= 512);
        assert!(selection.to_string().len() < 512);
        assert_eq!(policy.compare(&tag, "1.0.0"), None);
    }
    assert!(tag.parse::<Version>().is_err());
    let error = tag.parse::<CalverFormat>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFormat);
}

#[test]
fn a_pattern_that_explodes_is_refused_or_takes_linear_time() {
    // Exponential for an engine that goes back: each `a` doubles the ways.
    let tag = "a".repeat(4_096);
    for pattern in ["^(a+)+$", "^(a|a)*$", "^(a|aa)+b$", "(x+x+)+y"] {
        let policy = flux().alphabetical("").filter(pattern, "").build().unwrap();
        assert_eq!(policy.select([&tag]).unwrap().total(), 1);
    }
    for pattern in [r"(\pL{1000}){2}", r"((((\pL{30}){30}){30}){30})"] {
        let error = flux()
            .alphabetical("")
            .filter(pattern, "")
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidPattern, "{pattern}");
    }
    for pattern in [
        "(".repeat(100_000),
        "[".repeat(100_000),
        "a|".repeat(100_000),
    ] {
        let error = flux()
            .alphabetical("")
            .filter(&pattern, "")
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PatternTooLarge);
    }
}

#[test]
fn a_range_of_a_hundred_thousand_terms_is_refused() {
    for range in [
        ">=1.0.0 ".repeat(100_000),
        "1||".repeat(100_000),
        "1 - 2 ".repeat(100_000),
    ] {
        let error = range.parse::<Range>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid semver range: longer than 512 bytes at line 1, column 513; shorten it"
        );
    }
}

#[test]
fn numbers_beyond_64_bits() {
    let most = "18446744073709551615.0.0";
    let beyond = "18446744073709551616.0.0";
    let semver = flux().semver("*").build().unwrap();
    let selection = semver.select([most, beyond]).unwrap();
    assert_eq!(selection.tag(), Some(most));
    assert_eq!(selection.count(Verdict::NotAVersion), 1);
    assert_eq!(
        beyond.parse::<Range>().unwrap_err().kind(),
        ErrorKind::InvalidRange
    );
    let numerical = flux().numerical("asc").build().unwrap();
    let (low, high) = ("9".repeat(4_000), format!("1{}", "0".repeat(4_000)));
    let selection = numerical.select([&high, &low]).unwrap();
    assert_eq!(selection.tag(), Some(high.as_str()));
    let exponents = [
        "0",
        "1e-99999999999999999999",
        "1e99999999999999999999",
        "1e400",
    ];
    assert_eq!(
        numerical.select(exponents).unwrap().tag(),
        Some(exponents[2])
    );
    let least = flux().numerical("desc").build().unwrap();
    assert_eq!(least.select(exponents).unwrap().tag(), Some("0"));
    let zeros = ["0e99999999999999999999", "0"];
    assert_eq!(
        numerical.compare(zeros[0], zeros[1]),
        Some(Ordering::Greater),
        "by their bytes"
    );
}

#[test]
fn the_longest_version_reads_back_what_it_prints() {
    for (short, long) in [("1-", 254), ("1+", 254), ("1.2-", 252), ("v7-", 253)] {
        let text = format!("{short}{}", "a".repeat(long));
        let version = Version::parse_in(Dialect::Fleet, &text).unwrap();
        assert!(version.to_string().len() > 256);
        assert_eq!(version.to_string().parse::<Version>().unwrap(), version);
    }
    for text in [
        format!("1.0.0-{}", "a".repeat(255)),
        format!("1.2.3-{}", "a".repeat(251)),
        format!("01.0.0-{}", "a".repeat(251)),
        format!("v1.0.0-{}", "a".repeat(251)),
    ] {
        assert!(text.parse::<Version>().is_err(), "{text}");
    }
}

#[test]
fn a_strict_policy_refuses_a_tag_that_is_too_long_and_takes_part() {
    let long = "1".repeat(5_000);
    let mut strict = flux();
    strict.numerical("asc").strict(true);
    let refused = |policy: &Policy| policy.select(["1", &long]).is_err();
    assert!(refused(&strict.build().unwrap()));
    assert!(refused(&strict.clone().filter("^1", "").build().unwrap()));
    assert!(!refused(&strict.clone().filter("^1$", "").build().unwrap()));
    assert!(!refused(&strict.clone().exclude("^11").build().unwrap()));
    assert!(!refused(&strict.strict(false).build().unwrap()));
}

#[test]
fn nul_and_control_characters_in_fields_stay_out_of_sentences() {
    let error = flux().semver("1.0\0").build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid semver range: unexpected character '\\u{0}' at line 1, column 4; \
         write a comparison such as >=1.2.0, 1.2.x or ^1.2"
    );
    let policy = flux()
        .alphabetical("")
        .filter("a\0\u{1b}m", "")
        .build()
        .unwrap();
    assert!(!policy.to_string().contains(char::is_control));
}
