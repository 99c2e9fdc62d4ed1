//! The answers of the Go programs, recorded. A case is one line of JSON in
//! `testdata/`; each file is read whole and every case that differs is told
//! by its input. A case that differs on purpose is listed with the reason.

use std::cmp::Ordering;
use std::fmt::{Debug, Display};

use serde_json::Value;
use tagwright_policy::{Dialect, Policy, PolicyBuilder, Range, Version};

use crate::paths;

/// The cases of one file.
fn cases(file: &str) -> Vec<Value> {
    let path = format!("{}/testdata/{file}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(&path);
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn texts(value: &Value, field: &str) -> Vec<String> {
    let items = value[field].as_array().into_iter().flatten();
    items
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

/// Runs `check` on every case and tells all that differ.
#[track_caller]
fn run(file: &str, least: usize, check: impl Fn(&Value) -> Result<(), String>) {
    let cases = cases(file);
    assert!(cases.len() >= least, "{file} has lost cases");
    let differing: Vec<String> = cases.iter().filter_map(|case| check(case).err()).collect();
    let count = differing.len();
    assert!(
        differing.is_empty(),
        "{count} of {} differ:\n{}",
        cases.len(),
        differing.join("\n")
    );
}

fn same<T: PartialEq + Debug + ?Sized>(
    input: impl Display,
    ours: &T,
    theirs: &T,
) -> Result<(), String> {
    if ours == theirs {
        return Ok(());
    }
    Err(format!("{input}\n  ours   {ours:?}\n  theirs {theirs:?}"))
}

/// Ours refuses the input, and so must theirs.
fn refused(input: impl Display, case: &Value) -> Result<(), String> {
    if case["error"].is_string() {
        return Ok(());
    }
    Err(format!("{input}: ours refuses it, theirs does not"))
}

#[test]
fn versions() {
    run("versions", 267, |case| {
        let tag = text(case, "tag");
        let ours = [Dialect::Flux, Dialect::Fleet].map(|dialect| {
            Version::parse_in(dialect, tag)
                .ok()
                .map(|version| version.to_string())
        });
        let theirs = ["flux", "fleet"].map(|field| case[field].as_str().map(str::to_owned));
        same(tag, &ours, &theirs)
    });
}

#[test]
fn semver() {
    let tags: Vec<String> = cases("semver-tags")
        .iter()
        .map(|case| text(case, "tag").to_owned())
        .collect();
    run("semver", 356, |case| {
        let source = text(case, "range");
        let Ok(range) = Range::parse(source) else {
            return refused(source, case);
        };
        if case["error"].is_string() {
            return Err(format!("{source}: ours reads it, theirs does not"));
        }
        assert_eq!(range.to_string(), source);
        for (dialect, name) in [(Dialect::Flux, "flux"), (Dialect::Fleet, "fleet")] {
            let matches =
                |tag: &&String| Version::parse_in(dialect, tag).is_ok_and(|v| range.matches(&v));
            let ours: Vec<String> = tags.iter().filter(matches).cloned().collect();
            same(
                format!("{source} ({name})"),
                &ours,
                &texts(case, &format!("{name}_matches")),
            )?;
            let policy = Policy::builder(dialect).semver(source).build().unwrap();
            let theirs = case[format!("{name}_latest")].as_str();
            latest(&policy, &tags, theirs.filter(|latest| !latest.is_empty()))?;
        }
        Ok(())
    });
}

#[test]
fn filters() {
    run("filters", 304, |case| {
        let (pattern, extract) = (text(case, "pattern"), text(case, "extract"));
        let input = format!("{pattern} => {extract}");
        let mut builder = Policy::builder(Dialect::Flux);
        let Ok(policy) = builder.alphabetical("asc").filter(pattern, extract).build() else {
            return refused(input, case);
        };
        if case["error"].is_string() {
            return Err(format!("{input}: ours takes it, theirs does not"));
        }
        let mut ours = Vec::new();
        for tag in texts(case, "tags") {
            if let Some(key) = policy.select([&tag]).unwrap().key() {
                ours.push(vec![tag, key.to_owned()]);
            }
        }
        let pairs = case["pairs"].as_array().into_iter().flatten();
        let theirs: Vec<Vec<String>> = pairs
            .map(|pair| {
                [0, 1]
                    .map(|at| pair[at].as_str().unwrap().to_owned())
                    .to_vec()
            })
            .collect();
        same(input, &ours, &theirs)
    });
}

/// Tags on which a strict numerical policy differs from Go's float64.
const NUMBERS_ON_PURPOSE: [(&str, &str); 5] = [
    (
        "20260822093015124",
        "compared exactly, where a float64 takes it and ...123 for one number",
    ),
    ("1e400", "compared exactly, where a float64 overflows"),
    ("NaN", "no number has a place in an order with it"),
    ("Inf", "no number that an image could have"),
    ("infinity", "no number that an image could have"),
];

#[test]
fn orders() {
    run("orders", 1_344, |case| {
        let tags = texts(case, "tags");
        if text(case, "kind") == "numerical"
            && NUMBERS_ON_PURPOSE
                .iter()
                .any(|(tag, _)| tags.iter().any(|t| t == tag))
        {
            return Ok(());
        }
        let mut builder = Policy::builder(Dialect::Flux);
        match text(case, "kind") {
            "numerical" => builder.numerical(text(case, "order")).strict(true),
            _ => builder.alphabetical(text(case, "order")),
        };
        choose(&builder, &tags, case)
    });
}

#[test]
fn what_differs_on_purpose_in_orders() {
    let greatest = |order: &str, tags: &[&str]| {
        let policy = Policy::builder(Dialect::Flux)
            .numerical(order)
            .build()
            .unwrap();
        policy
            .select(tags.iter().copied())
            .unwrap()
            .tag()
            .map(str::to_owned)
    };
    assert_eq!(greatest("asc", &["1e400", "1"]).as_deref(), Some("1e400"));
    assert_eq!(greatest("desc", &["1e400", "1"]).as_deref(), Some("1"));
    let timestamps = ["20260822093015123", "20260822093015124"];
    assert_eq!(greatest("asc", &timestamps).as_deref(), Some(timestamps[1]));
    assert_eq!(
        greatest("desc", &timestamps).as_deref(),
        Some(timestamps[0])
    );
    for no_number in ["NaN", "Inf", "infinity"] {
        assert_eq!(greatest("asc", &[no_number, "1"]).as_deref(), Some("1"));
        assert_eq!(greatest("desc", &[no_number, "1"]).as_deref(), Some("1"));
    }
}

#[test]
fn selections() {
    run("selections", 400, |case| {
        choose(&builder(Dialect::Flux, case), &texts(case, "tags"), case)
    });
}

#[test]
fn fleet_selections() {
    run("fleet-selections", 400, |case| {
        choose(&builder(Dialect::Fleet, case), &texts(case, "tags"), case)
    });
}

/// A resource's fields.
fn builder(dialect: Dialect, case: &Value) -> PolicyBuilder {
    let policy = &case["policy"];
    let mut builder = Policy::builder(dialect);
    if policy["semver"].is_object() {
        builder.semver(text(&policy["semver"], "range"));
    }
    if policy["alphabetical"].is_object() {
        builder.alphabetical(text(&policy["alphabetical"], "order"));
    }
    if policy["numerical"].is_object() {
        builder
            .numerical(text(&policy["numerical"], "order"))
            .strict(true);
    }
    if case["filter"].is_object() {
        builder.filter(
            text(&case["filter"], "pattern"),
            text(&case["filter"], "extract"),
        );
    }
    builder
}

fn choose(builder: &PolicyBuilder, tags: &[String], case: &Value) -> Result<(), String> {
    let theirs = case["latest"]
        .as_str()
        .filter(|_| !case["error"].is_string());
    match builder.build() {
        Ok(policy) => latest(&policy, tags, theirs),
        Err(error) => same(error, &None, &theirs),
    }
}

/// Ours is theirs, or has the same rank and is the greater tag: ties are
/// settled by the tag's bytes here, by the order of the list there.
fn latest(policy: &Policy, tags: &[String], theirs: Option<&str>) -> Result<(), String> {
    let ours = paths::winner(policy, tags).unwrap_or_default();
    match (ours.as_deref(), theirs) {
        (Some(ours), Some(theirs)) if ours > theirs && same_rank(policy, ours, theirs) => Ok(()),
        (ours, theirs) => same(policy, &ours, &theirs),
    }
}

fn same_rank(policy: &Policy, a: &str, b: &str) -> bool {
    let keys = [a, b].map(|tag| policy.select([tag]).unwrap().key().unwrap().to_owned());
    let versions = [&keys[0], &keys[1]].map(|key| Version::parse_in(policy.dialect(), key));
    let numbers = [&keys[0], &keys[1]].map(|key| key.parse::<f64>());
    match (policy.to_string().split(' ').next(), versions, numbers) {
        (Some("semver"), [Ok(a), Ok(b)], _) => a.cmp_precedence(&b) == Ordering::Equal,
        (Some("numerical"), _, [Ok(a), Ok(b)]) => a.partial_cmp(&b) == Some(Ordering::Equal),
        _ => keys[0] == keys[1],
    }
}
