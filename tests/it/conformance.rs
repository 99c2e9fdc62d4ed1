//! The conformance program, held against the recorded answers.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tagwright::Dialect;
use tagwright::policy::Version;
use tagwright_testkit::harness::{TestResult, Trial, test};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("conformance::select_answers_as_flux", || {
            select("selections.jsonl")
        }),
        test("conformance::select_answers_as_fleet", || {
            select("fleet-selections.jsonl")
        }),
        test("conformance::versions_answer", || {
            exact("version", &data("policy", "versions.jsonl"))
        }),
        test("conformance::filters_answer", || {
            exact("filter", &data("policy", "filters.jsonl"))
        }),
        test("conformance::ranges_answer", ranges),
        test("conformance::orders_answer", orders),
        test("conformance::setters_answer_as_flux", || {
            setters("setters.jsonl")
        }),
        test("conformance::setters_answer_as_fleet", || {
            setters("fleet-setters.jsonl")
        }),
        test("conformance::references_answer", || {
            exact("reference", &data("registry", "references.jsonl"))
        }),
        test("conformance::durations_answer", || {
            exact("duration", &data("manifests", "durations.jsonl"))
        }),
        test(
            "conformance::unknown_kind_lists_the_known",
            unknown_kind_lists_the_known,
        ),
        test(
            "conformance::unreadable_line_is_answered_in_its_place",
            unreadable_line_is_answered_in_its_place,
        ),
        test(
            "conformance::line_that_is_not_utf8_is_answered_in_its_place",
            line_that_is_not_utf8_is_answered_in_its_place,
        ),
        test(
            "conformance::unreadable_case_keeps_its_fields",
            unreadable_case_keeps_its_fields,
        ),
        test(
            "conformance::setters_know_both_dialects_by_name",
            setters_know_both_dialects_by_name,
        ),
        test(
            "conformance::setters_pass_over_no_yaml_alone",
            setters_pass_over_no_yaml_alone,
        ),
    ]
}

/// The program stands beside the tests' own folder: `cargo test` builds the examples too.
fn program() -> Result<PathBuf, std::io::Error> {
    let own = std::env::current_exe()?;
    let profile = own
        .parent()
        .and_then(Path::parent)
        .ok_or(std::io::ErrorKind::NotFound)?;
    let program = profile.join("examples/conformance");
    assert!(
        program.exists(),
        "{} is not built; run `cargo build --examples`",
        program.display()
    );
    Ok(program)
}

fn run(kind: &str, input: &[u8]) -> Result<Output, std::io::Error> {
    let mut child = Command::new(program()?)
        .arg(kind)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output()?;
    // A program that refuses its argument reads nothing.
    let _ = writer.join().expect("the writer");
    Ok(output)
}

/// A recording that a crate's own tests are held against too.
fn data(krate: &str, file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("crates")
        .join(krate)
        .join("testdata")
        .join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn answers(kind: &str, cases: &str) -> Result<Vec<(Value, Value)>, Box<dyn std::error::Error>> {
    let output = run(kind, cases.as_bytes())?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let parse = |text: &str| {
        text.lines()
            .map(serde_json::from_str)
            .collect::<Result<Vec<Value>, _>>()
    };
    let (cases, answers) = (parse(cases)?, parse(&String::from_utf8(output.stdout)?)?);
    assert_eq!(answers.len(), cases.len(), "one answer for each case");
    assert!(!cases.is_empty(), "there are cases");
    Ok(cases.into_iter().zip(answers).collect())
}

fn report(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} cases differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Whole objects are equal, but for the words of an error.
fn exact(kind: &str, cases: &str) -> TestResult {
    let mut wrong = Vec::new();
    for (mut case, mut answer) in
        answers(kind, cases).map_err(|error| std::io::Error::other(error.to_string()))?
    {
        for value in [&mut case, &mut answer] {
            if let Some(error) = value.get_mut("error") {
                *error = Value::Null;
            }
        }
        if case != answer {
            wrong.push(format!("expected {case}\n   found {answer}"));
        }
    }
    report(&wrong);
    Ok(())
}

fn select(file: &str) -> TestResult {
    exact("select", &data("policy", file))
}

/// The recording names the tags once; equal versions are settled by their bytes here, by the order of the list there.
fn ranges() -> TestResult {
    let tags: Vec<Value> = data("policy", "semver-tags.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).map(|case| case["tag"].clone()))
        .collect::<Result<_, _>>()?;
    let with_tags = |line: &str| {
        let mut case: Value = serde_json::from_str(line)?;
        case["tags"] = tags.clone().into();
        Ok(format!("{case}\n"))
    };
    let cases = data("policy", "semver.jsonl")
        .lines()
        .map(with_tags)
        .collect::<Result<String, serde_json::Error>>()?;
    let answers =
        answers("semver", &cases).map_err(|error| std::io::Error::other(error.to_string()))?;
    let differs = |(case, answer): &&(Value, Value)| {
        let same = |name: &str| {
            let (matches, latest) = (format!("{name}_matches"), format!("{name}_latest"));
            case[&matches] == answer[&matches]
                && is_as_great(name, &case[&latest], &answer[&latest])
        };
        case.get("error").is_some() != answer.get("error").is_some()
            || !same("flux")
            || !same("fleet")
    };
    let wrong: Vec<String> = answers
        .iter()
        .filter(differs)
        .map(|(case, answer)| {
            let latest =
                |value: &Value| format!("{} {}", value["flux_latest"], value["fleet_latest"]);
            format!("{}: {} {}", case["range"], latest(case), latest(answer))
        })
        .collect();
    report(&wrong);
    Ok(())
}

/// Ours is theirs, or the greater tag of the same precedence.
fn is_as_great(dialect: &str, theirs: &Value, ours: &Value) -> bool {
    let dialect = match dialect {
        "flux" => Dialect::Flux,
        _ => Dialect::Fleet,
    };
    let (Some(theirs), Some(ours)) = (theirs.as_str(), ours.as_str()) else {
        return theirs == ours;
    };
    let versions = [theirs, ours].map(|tag| Version::parse_in(dialect, tag).expect("a match"));
    versions[0].cmp_precedence(&versions[1]).is_eq() && ours >= theirs
}

/// Numbers compare exactly here, as float64 there; the policy crate gives the reasons and tests these.
const NUMBERS_ON_PURPOSE: [&str; 5] = ["20260822093015124", "1e400", "NaN", "Inf", "infinity"];

fn orders() -> TestResult {
    let mut wrong = Vec::new();
    for (case, answer) in answers("order", &data("policy", "orders.jsonl"))
        .map_err(|error| std::io::Error::other(error.to_string()))?
    {
        let has = |tag: &&str| {
            case["tags"]
                .as_array()
                .is_some_and(|tags| tags.iter().any(|t| t == tag))
        };
        let on_purpose = case["kind"] == "numerical" && NUMBERS_ON_PURPOSE.iter().any(has);
        let same = case["latest"] == answer["latest"]
            || is_as_great_a_number(&case["latest"], &answer["latest"]);
        if !on_purpose && !same {
            wrong.push(format!("{case}: {answer}"));
        }
    }
    report(&wrong);
    Ok(())
}

/// Ours is the greater spelling of the same number.
fn is_as_great_a_number(theirs: &Value, ours: &Value) -> bool {
    let (Some(theirs), Some(ours)) = (theirs.as_str(), ours.as_str()) else {
        return false;
    };
    match (theirs.parse::<f64>(), ours.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.partial_cmp(&b).is_some_and(Ordering::is_eq) && ours > theirs,
        _ => false,
    }
}

/// The changes are those that the reference reports, and in its dialect without reports the marked lines those that it
/// writes. (The markers crate compares all values, and all bytes besides.)
fn setters(file: &str) -> TestResult {
    let mut wrong = Vec::new();
    for (case, answer) in answers("setters", &data("markers", file))
        .map_err(|error| std::io::Error::other(error.to_string()))?
    {
        let id = case["id"].as_str().unwrap_or_default();
        let same = match case.get("changes") {
            // The reference refuses a whole file for one policy that is no reference; here that withholds its own markers.
            _ if case.get("error").is_some() => {
                answer["after"].is_string() && answer.get("error").is_none()
            }
            Some(changes) => (*changes == answer["changes"]) != DIFFERENT.contains(&id),
            None => id.starts_with("hand/") || marked_lines(&case) == marked_lines(&answer),
        };
        if !same {
            let text = |value: &Value| format!("{} {}", value["changes"], value["after"]);
            wrong.push(format!(
                "{id}:\nexpected {}\n   found {}",
                text(&case),
                text(&answer)
            ));
        }
    }
    report(&wrong);
    Ok(())
}

/// Changes that differ on purpose; the markers crate gives the reasons.
const DIFFERENT: &[&str] = &[
    "hand/digest-none",
    "hand/directive",
    "hand/duplicate-key",
    "hand/folded-header",
    "hand/list-kind",
    "hand/literal-header",
    "hand/scalar-doc",
    "hand/seq-item",
    "hand/top-level-list",
];

/// The lines that hold a marker and differ from the text before, in any order: without the blanks and quotes that
/// encoding anew may change, the tag of the old value's type that the reference leaves, and block scalars that it quotes.
fn marked_lines(case: &Value) -> BTreeMap<String, usize> {
    let bare = |line: &str| -> String {
        let line = ["!!int ", "!!float ", "!!bool ", "!!null "]
            .iter()
            .fold(line.to_owned(), |line, tag| line.replace(tag, ""));
        line.chars()
            .filter(|c| !c.is_whitespace() && !"\"'".contains(*c))
            .collect()
    };
    let before: BTreeSet<String> = case["text"]
        .as_str()
        .unwrap_or_default()
        .lines()
        .map(bare)
        .collect();
    let mut counted = BTreeMap::new();
    for line in case["after"]
        .as_str()
        .unwrap_or_default()
        .lines()
        .filter(|line| line.contains(" {\"$image") || line.contains("#{\"$image"))
    {
        let line = bare(line);
        if !before.contains(&line) {
            *counted.entry(line).or_default() += 1;
        }
    }
    counted
}

fn unknown_kind_lists_the_known() -> TestResult {
    let output = run("selects", b"")?;
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr)?,
        "conformance: unknown kind 'selects'; known are duration, filter, order, reference, select, semver, setters, template, version\n"
    );
    Ok(())
}

/// A case that every test of the protocol can count on.
const GOOD: &str = r#"{"policy": {"semver": {"range": "1.x"}}, "tags": ["1.0.0", "2.0.0"]}"#;

/// The exit code and the answers to any input.
fn protocol(kind: &str, input: &[u8]) -> Result<(Option<i32>, Vec<Value>), std::io::Error> {
    let output = run(kind, input)?;
    let answers = output.stdout.split_inclusive(|&byte| byte == b'\n');
    Ok((
        output.status.code(),
        answers
            .map(serde_json::from_slice)
            .collect::<Result<_, _>>()?,
    ))
}

fn error(answer: &Value) -> &str {
    answer["error"].as_str().unwrap_or_default()
}

fn unreadable_line_is_answered_in_its_place() -> TestResult {
    let input = format!("{GOOD}\nno json\n\n{GOOD}");
    let (code, answers) = protocol("select", input.as_bytes())?;
    assert_eq!((code, answers.len()), (Some(1), 4));
    assert_eq!(answers[0]["latest"], "1.0.0");
    assert!(error(&answers[1]).starts_with("line 2: "), "{}", answers[1]);
    assert!(error(&answers[2]).starts_with("line 3: "), "{}", answers[2]);
    assert_eq!(answers[3], answers[0]);
    Ok(())
}

fn line_that_is_not_utf8_is_answered_in_its_place() -> TestResult {
    let good = GOOD.as_bytes();
    let input = [good, b"{\"tags\": [\"\xff\"]}", good].join(&b'\n');
    let (code, answers) = protocol("select", &input)?;
    assert_eq!((code, answers.len()), (Some(1), 3));
    assert!(error(&answers[1]).starts_with("line 2: "), "{}", answers[1]);
    assert_eq!(answers[0]["latest"], "1.0.0");
    assert_eq!(answers[2], answers[0]);
    Ok(())
}

fn unreadable_case_keeps_its_fields() -> TestResult {
    let (code, answers) = protocol("select", br#"{"id": "a", "tags": 1, "latest": "2"}"#)?;
    assert_eq!((code, answers.len()), (Some(1), 1));
    assert!(error(&answers[0]).starts_with("line 1: "), "{}", answers[0]);
    let mut answer = answers[0].clone();
    answer["error"].take();
    // What the case came with is no answer of ours.
    assert_eq!(answer, json!({"id": "a", "tags": 1, "error": null}));
    Ok(())
}

fn setters_know_both_dialects_by_name() -> TestResult {
    let policies = json!([{"namespace": "ns", "name": "p", "image": "org/app", "tag": "2.0.0"}]);
    let scans = json!([{"tagName": "p", "image": "index.docker.io/org/app", "tag": "2.0.0"}]);
    let text =
        "a: 1.0.0 # {\"$imagepolicy\": \"ns:p:tag\"}\nb: 1.0.0 # {\"$imagescan\": \"p:tag\"}\n";
    let cases = [
        json!({"text": text, "policies": policies}),
        json!({"text": text, "policies": policies, "dialect": "flux"}),
        json!({"text": text, "scans": scans, "dialect": "fleet"}),
        json!({"text": text, "policies": policies, "scans": scans, "dialect": "other"}),
    ];
    let (code, answers) = protocol(
        "setters",
        cases.map(|case| format!("{case}\n")).concat().as_bytes(),
    )?;
    assert_eq!((code, answers.len()), (Some(1), 4));
    for flux in &answers[..2] {
        assert_eq!(flux["after"], text.replace("a: 1", "a: 2"));
        assert_eq!(flux["changes"][0]["setter"], "ns:p:tag");
    }
    assert_eq!(answers[2]["after"], text.replace("b: 1", "b: 2"));
    assert_eq!(answers[2].get("changes"), None);
    assert!(error(&answers[3]).contains("`other`"), "{}", answers[3]);
    Ok(())
}

fn setters_pass_over_no_yaml_alone() -> TestResult {
    let marked = "a: 1.0.0 # {\"$imagepolicy\": \"ns:p:tag\"}\n";
    let no_yaml = format!("{marked}b: [\n");
    let too_deep = format!("{marked}b: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let cases = [&no_yaml, &too_deep]
        .map(|text| format!("{}\n", json!({"text": text, "policies": []})))
        .concat();
    let (code, answers) = protocol("setters", cases.as_bytes())?;
    assert_eq!((code, answers.len()), (Some(0), 2));
    assert_eq!(answers[0]["after"], no_yaml);
    assert_eq!(answers[0]["changes"], json!([]));
    assert!(
        error(&answers[1]).contains("nested deeper"),
        "{}",
        error(&answers[1])
    );
    assert_eq!(answers[1].get("after"), None);
    Ok(())
}
