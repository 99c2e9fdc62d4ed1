//! The answers of the Go programs, recorded. A case is one line of JSON in
//! `testdata/`; each file is read whole and every case that differs is told
//! by its input. A case that differs on purpose is listed with the reason.

use std::cmp::Ordering;
use std::fmt::{Debug, Display};

use serde_json::Value;
use tagwright_policy::guard::downgrade;
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

/// Strict numerical cases that differ from Go's float64 on purpose: the tags,
/// the orders, our answer, the reason.
type OnPurpose = (
    &'static [&'static str],
    &'static [&'static str],
    Option<&'static str>,
    &'static str,
);

const NUMBERS_ON_PURPOSE: &[OnPurpose] = &[
    (
        &["9007199254740993", "9007199254740992"],
        &["asc", ""],
        Some("9007199254740993"),
        "compared exactly, where a float64 takes both for one number",
    ),
    (
        &["20260822093015123", "20260822093015124"],
        &["desc"],
        Some("20260822093015123"),
        "compared exactly, where a float64 takes both for one number",
    ),
    (
        &["1e400", "1"],
        &["asc", ""],
        Some("1e400"),
        "a float64 overflows",
    ),
    (&["1e400", "1"], &["desc"], Some("1"), "a float64 overflows"),
    (
        &["NaN", "1"],
        &["asc", "", "desc"],
        None,
        "no number has a place in an order with it",
    ),
    (
        &["Inf", "1"],
        &["asc", "", "desc"],
        None,
        "no number that an image could have",
    ),
    (
        &["infinity", "2"],
        &["asc", "", "desc"],
        None,
        "no number that an image could have",
    ),
];

#[test]
fn orders() {
    run("orders", 1_344, |case| {
        let (tags, order) = (texts(case, "tags"), text(case, "order"));
        let mut builder = Policy::builder(Dialect::Flux);
        match text(case, "kind") {
            "numerical" => builder.numerical(order).strict(true),
            _ => builder.alphabetical(order),
        };
        let is_numerical = text(case, "kind") == "numerical";
        let is_listed =
            |(listed, orders, ..): &&OnPurpose| tags == *listed && orders.contains(&order);
        match NUMBERS_ON_PURPOSE
            .iter()
            .find(is_listed)
            .filter(|_| is_numerical)
        {
            Some((.., ours, reason)) => {
                on_purpose(&builder.build().unwrap(), &tags, case, *ours, reason)
            }
            None => choose(&builder, &tags, case),
        }
    });
}

/// Ours is as listed, and theirs is another: else the case needs no place in the list.
fn on_purpose(
    policy: &Policy,
    tags: &[String],
    case: &Value,
    listed: Option<&str>,
    reason: &str,
) -> Result<(), String> {
    let input = format!("{policy} of {tags:?}, {reason}");
    let ours = paths::winner(policy, tags).unwrap_or_default();
    same(&input, &ours.as_deref(), &listed)?;
    let theirs = case["latest"]
        .as_str()
        .filter(|_| !case["error"].is_string());
    if theirs == listed {
        return Err(format!("{input}: does not differ"));
    }
    Ok(())
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

/// Tags of one rank, of which Go keeps the first or last of its list and ours the greatest by
/// its bytes: what a file of cases may differ in.
fn is_tie(policy: &Policy, ours: &str, theirs: &str) -> bool {
    ours > theirs
        && downgrade(policy, ours, theirs).is_ok()
        && downgrade(policy, theirs, ours).is_ok()
}

/// Ours is theirs, or has the same rank and key and is the greater tag.
fn latest(policy: &Policy, tags: &[String], theirs: Option<&str>) -> Result<(), String> {
    let ours = paths::winner(policy, tags).unwrap_or_default();
    match (ours.as_deref(), theirs) {
        (Some(ours), Some(theirs))
            if is_tie(policy, ours, theirs) && same_key(policy, ours, theirs) =>
        {
            Ok(())
        }
        (ours, theirs) => same(policy, &ours, &theirs),
    }
}

/// Whether two keys are one version or one text: a judge that knows no order of ours. No recorded
/// case wants more for numbers.
fn same_key(policy: &Policy, a: &str, b: &str) -> bool {
    let keys = [a, b].map(|tag| policy.select([tag]).unwrap().key().unwrap().to_owned());
    match policy.to_string().split([' ', ',']).next() {
        Some("semver") => {
            let versions = keys.map(|key| Version::parse_in(policy.dialect(), &key).unwrap());
            versions[0].cmp_precedence(&versions[1]) == Ordering::Equal
        }
        _ => keys[0] == keys[1],
    }
}
