//! Every error: its exact text, the place it draws, the input it names.
//! `testdata/errors.txt` has them all, for a person to read.

use std::fmt::Write as _;

use tagwright_policy::{Dialect, Error, Policy, PolicyBuilder, Version};

type Fields = fn(&mut PolicyBuilder) -> &mut PolicyBuilder;

fn refused(dialect: Dialect, fields: impl Fn(&mut PolicyBuilder) -> &mut PolicyBuilder) -> Error {
    let mut builder = Policy::builder(dialect);
    fields(&mut builder).build().unwrap_err()
}

fn order(fields: Fields) -> Error {
    refused(Dialect::Flux, fields)
}

fn fleet(fields: Fields) -> Error {
    refused(Dialect::Fleet, fields)
}

fn range(source: &str) -> Error {
    refused(Dialect::Flux, |policy| policy.semver(source))
}

fn version(source: &str) -> Error {
    source.parse::<Version>().unwrap_err()
}

fn pattern(source: &str) -> Error {
    refused(Dialect::Flux, |policy| {
        policy.alphabetical("").filter(source, "")
    })
}

fn extract(source: &str) -> Error {
    refused(Dialect::Flux, |policy| {
        policy.alphabetical("").filter("a", source)
    })
}

fn exclusion(source: &str) -> Error {
    refused(Dialect::Flux, |policy| {
        policy.alphabetical("").exclude("a").exclude(source)
    })
}

/// What a strict numerical policy says of `tags`; `filter` has one group.
fn strictly(tags: &[&str], filter: &str) -> Error {
    let mut builder = Policy::builder(Dialect::Flux);
    builder.numerical("asc").strict(true);
    if !filter.is_empty() {
        builder.filter(filter, "$1");
    }
    let policy = builder.build().unwrap();
    policy.select(tags.iter().copied()).unwrap_err()
}

fn undated(tags: &[&str]) -> Error {
    let mut builder = Policy::builder(Dialect::Flux);
    let policy = builder.newest_build().date_limit(1).build().unwrap();
    let mut selector = policy.selector();
    for tag in tags {
        selector.push(tag);
    }
    selector.finish().unwrap_err()
}

/// What a person reads of each error, below its kind and its field.
#[derive(Default)]
struct Table(String);

impl Table {
    fn add(&mut self, error: &Error, source: &str) {
        let drawing = error.render(source);
        let headline = error.to_string();
        assert_eq!(drawing.lines().next(), Some(headline.as_str()));
        let hint = error.hint().expect(&headline);
        assert!(headline.ends_with(&format!("; {hint}")), "{headline}");
        let field = error
            .field()
            .map_or("no field".to_owned(), |field| field.to_string());
        let kind = error.kind();
        writeln!(self.0, "{kind:?} of {field}\n{drawing}\n").unwrap();
    }

    fn add_all(&mut self, read: fn(&str) -> Error, sources: &[&str]) {
        for source in sources {
            self.add(&read(source), source);
        }
    }
}

const PATTERNS: &[&str] = &[
    "a**",
    "*-alpha.*",
    "a{2,1}",
    "(a{100}){11}",
    "(a",
    "a)",
    "[a",
    "^prod-[a-00-9]+",
    "[[:alfa:]]",
    r"\p{Alphabetic}",
    r"(a)\1",
    r"a\Z",
    r"\x{110000}",
    r"\y",
    r"a\",
    "(?=a)",
    "b(?!a)",
    "(?<=a)b",
    "(?<!a)b",
    "(?>a)",
    "(?P<ts",
    "(?P<a.b>c)",
];

#[test]
fn every_error_is_worded_as_it_is_written_down() {
    let mut table = Table::default();
    table.add_all(
        range,
        &[
            "",
            "  ",
            "1.x ||",
            "|| 1.x",
            ">=",
            "1.0.0,",
            ">=1.0\nlatest",
            "==1.2.3",
            "1.2.3.4",
            "^1.x.x.4",
            ">=1.0 && <2",
            "1.2.3 - ",
            ">=0.1.0-",
            ">= -1",
            ".1",
            "V1.2.3",
            "é1",
            "1x.2",
            "18446744073709551616",
            "1.2.3-01",
            "1.2.3-rc.01.x",
            ">=1.0 1.x1||2",
            "1.2 - 1.3, 1x",
            "1.2 - 2x",
            "1.0\0",
            &"1 ".repeat(300),
            &["1"; 33].join("||"),
            &format!(">1 1.2.3-{} <2", "a".repeat(300)),
        ],
    );
    table.add_all(
        version,
        &[
            "",
            "latest",
            "V1.2.3",
            "v1..3",
            "1.2.",
            "1.2.x",
            "1.2.3.4",
            "1.2",
            "1.2.3-a..b",
            "1.2.3-",
            "1.2.3+",
            "1.2.3-rc.01.b",
            "1.99999999999999999999.3",
            &"1".repeat(257),
        ],
    );
    table.add_all(pattern, PATTERNS);
    table.add(&pattern(&"(".repeat(101)), &"(".repeat(101));
    table.add(&pattern(&r"\pL{1000}".repeat(50)), "");
    table.add(&pattern(&"a".repeat(16_385)), &"a".repeat(16_385));
    table.add_all(exclusion, &["b**", &"é".repeat(8_193)]);
    table.add_all(extract, &[&"$0".repeat(513)]);
    table.add(&order(|policy| policy.alphabetical("ASC")), "ASC");
    table.add(&order(|policy| policy.numerical("up\n")), "up\n");
    table.add(&order(|policy| policy.calver("YYYY.Q")), "YYYY.Q");
    table.add(&order(|policy| policy.digest("")), "");
    table.add(&order(|policy| policy.digest(".a")), ".a");
    table.add(&order(|policy| policy.digest("a b")), "a b");
    table.add(
        &order(|policy| policy.digest(&"a".repeat(129))),
        &"a".repeat(129),
    );
    table.add(&order(|policy| policy.strict(true)), "");
    table.add(
        &order(|policy| policy.semver("*").alphabetical("asc").newest_build()),
        "",
    );
    table.add(&fleet(|policy| policy.numerical("asc")), "");
    table.add(&fleet(|policy| policy.filter("a", "")), "");
    table.add(&fleet(|policy| policy.semver("*").digest("a")), "");
    table.add(&strictly(&["1", "x\n", "xenial"], ""), "");
    table.add(&strictly(&["a-1", "a-x", "b-x"], "^a-(.*)$"), "");
    table.add(&strictly(&["1", &"1".repeat(5_000)], ""), "");
    table.add(&undated(&["a", "b"]), "");
    let written = include_str!("../../testdata/errors.txt");
    for (ours, written) in table.0.split("\n\n").zip(written.split("\n\n")) {
        assert_eq!(ours, written);
    }
    assert_eq!(table.0, written);
}

#[test]
fn a_strict_refusal_names_the_least_tag_whatever_the_way() {
    let mut builder = Policy::builder(Dialect::Flux);
    let policy = builder.numerical("asc").strict(true).build().unwrap();
    for tags in [["1", "x\n", "xenial"], ["xenial", "x\n", "1"]] {
        let error = policy.select(tags).unwrap_err();
        assert_eq!(error.tag(), Some("x\n"));
        assert_eq!(policy.explain(tags).unwrap_err(), error);
        assert_eq!(policy.rank(tags, 1).unwrap_err(), error);
    }
}

#[test]
fn a_strict_refusal_compares_more_than_it_shows() {
    let policy = Policy::builder(Dialect::Flux)
        .numerical("asc")
        .strict(true)
        .filter("^a*(.+)$", "$1")
        .build()
        .unwrap();
    let long = |length: usize, end: &str| format!("{}{end}", "a".repeat(length - end.len()));
    let pairs = [
        [long(600, "x1"), long(600, "x2")],
        // The longest that is read, and longer ones that start as it does.
        [long(4_096, "xx"), long(4_098, "xxxx")],
        [long(4_095, "é"), long(4_099, "ééé")],
        [long(4_097, "x1"), long(4_098, "x1x")],
    ];
    for [a, b] in pairs {
        let refused = |tags: [&str; 2]| policy.select(tags).unwrap_err();
        assert_eq!(refused([&a, &b]), refused([&b, &a]));
        let error = refused([&b, &a]);
        assert_eq!(error, policy.select([&a]).unwrap_err());
        assert_eq!(error.tag().map(str::len), Some(512));
    }
}

#[test]
fn a_strict_refusal_shows_the_key_where_it_is_not_the_tag() {
    let because = " to a strict numerical policy; \
         filter such tags out, or let the policy skip them";
    // The filter extracts the whole tag.
    assert_eq!(
        strictly(&["abc"], "^(.*)$").to_string(),
        format!("the tag \"abc\" gives no number{because}")
    );
    // A tag that is too long gives no key, though the filter reads it.
    let long = format!("x{}", "a".repeat(4_096));
    assert_eq!(
        strictly(&[&long], "^x(.*)$").to_string(),
        format!(
            "the tag \"{}…\" is too long to be a number{because}",
            &long[..128]
        )
    );
    // A key of many bytes is cut where characters end.
    let key = "é".repeat(1_000);
    assert_eq!(
        strictly(&[&format!("x{key}")], "^x(.*)$").to_string(),
        format!(
            "the tag \"x{shown}…\" gives \"{shown}é…\", which is no number,{because}",
            shown = "é".repeat(127)
        )
    );
}

#[test]
fn places_are_bytes_lines_and_characters() {
    let source = ">=1.0\n  ö";
    let error = range(source);
    assert_eq!(error.span(), Some(8..10));
    assert_eq!((error.line(), error.column()), (Some(2), Some(3)));
    assert_eq!(
        error.hint(),
        Some("write a comparison such as >=1.2.0, 1.2.x or ^1.2")
    );
}

#[test]
fn a_range_that_stands_alone_is_told_as_in_a_policy() {
    assert_eq!(
        "1x.2".parse::<tagwright_policy::Range>().unwrap_err(),
        range("1x.2")
    );
}

#[track_caller]
fn drawn(source: &str, expected: &str) {
    let drawing = range(source).render(source);
    let (_, picture) = drawing.split_once('\n').unwrap();
    assert_eq!(picture, expected);
}

#[test]
fn rendering() {
    drawn("1,\r\nlatest\r\n", "  |\n2 | latest\n  | ^");
    drawn("\t1\t!", "  |\n1 | \t1\t!\n  | \t \t^");
    drawn("日本", "  |\n1 | 日本\n  | ^^");
}

#[test]
fn rendering_cuts_a_long_line_and_survives_another_text() {
    let source = format!("{}!{}", "1 ".repeat(120), "1 ".repeat(120));
    let error = range(&source);
    let drawing = error.render(&source);
    let mut picture = drawing.lines().skip(1);
    assert!(picture.all(|line| line.chars().count() <= 104), "{drawing}");
    assert!(drawing.contains("1 !1"), "{drawing}");
    assert_eq!(error.render("short"), error.to_string());
    let no_place = order(|policy| policy);
    assert_eq!(no_place.render("short"), no_place.to_string());
}
