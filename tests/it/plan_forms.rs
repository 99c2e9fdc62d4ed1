//! The forms of a plan: JSON, text and Markdown.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tagwright::{Applied, ErrorKind, ImagePolicy, Plan, ProblemKind, Trailer};
use tagwright_testkit::harness::{TestResult, Trial, async_test, test};

use crate::world::{World, semver};

const FULL: &str = include_str!("plan/full.json");

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("plan_forms::golden_files", golden_files),
        test(
            "plan_forms::json_that_is_no_plan_says_why",
            json_that_is_no_plan_says_why,
        ),
        test(
            "plan_forms::any_plan_reads_back_equal",
            any_plan_reads_back_equal,
        ),
        test("plan_forms::markdown_is_safe", markdown_is_safe),
        test("plan_forms::a_table_keeps_its_rows", a_table_keeps_its_rows),
        test("plan_forms::markdown_is_bounded", markdown_is_bounded),
        async_test(
            "plan_forms::every_field_changed_by_hand",
            every_field_changed_by_hand,
        ),
        async_test(
            "plan_forms::trailers_stand_on_the_commit",
            trailers_stand_on_the_commit,
        ),
        async_test("plan_forms::problems_have_kinds", problems_have_kinds),
    ]
}

fn read(value: &Value) -> Plan {
    Plan::from_json(&value.to_string()).expect("it is a plan")
}

fn a_table_keeps_its_rows() {
    let mut plan: Value = serde_json::from_str(FULL).expect("it is JSON");
    let rows = read(&plan).table().to_string().lines().count();
    for field in ["policy", "image", "tag", "reason"] {
        plan["selections"][0][field] = "a\u{1b}[31m\nflux-system:forged  b  1.0.0  \r".into();
    }
    let table = read(&plan).table().to_string();
    assert_eq!(table.lines().count(), rows, "{table}");
    assert!(!table.contains(['\u{1b}', '\r']), "{table}");
}

fn golden_files() {
    let plan = Plan::from_json(FULL).expect("it is a plan");
    assert_eq!(plan.to_json().trim_end(), FULL.trim_end());
    assert_eq!(plan.to_string(), include_str!("plan/full.txt"));
    assert_eq!(plan.markdown().to_string(), include_str!("plan/full.md"));
}

fn json_that_is_no_plan_says_why() {
    let refused = |text: &str| {
        let error = Plan::from_json(text).expect_err("it is no plan");
        assert_eq!(error.kind(), ErrorKind::Plan);
        error.to_string()
    };
    assert_eq!(
        refused("nothing"),
        "the plan cannot be read: expected ident at line 1 column 2; plan again"
    );
    assert_eq!(
        refused(&FULL[..100]),
        "the plan cannot be read: EOF while parsing a string at line 6 column 16; plan again"
    );
    assert_eq!(
        refused(
            &FULL
                .replacen("\"format\": 2", "\"format\": 3", 1)
                .replacen("base", "root", 1)
        ),
        "plan format 3 is not 2, the one that this version reads; plan again with this version"
    );
    let unknown = FULL.replacen("\"format\": 2,", "\"format\": 2, \"force\": true,", 1);
    assert!(
        refused(&unknown).starts_with(
            "the plan cannot be read: unknown field `force`, expected one of `format`"
        ),
        "{}",
        refused(&unknown)
    );
    assert_eq!(
        refused(&FULL.replacen("\"line\": 9", "\"line\": \"9\\u001b\"", 1)),
        "the plan cannot be read: invalid type: string \"9\\u{1b}\", expected usize at line 31 column 23; plan again"
    );
    let long = " ".repeat((64 << 20) + 1);
    assert_eq!(
        refused(&long),
        "the plan cannot be read: it has 67108865 bytes, more than 67108864; plan again"
    );
}

/// The golden plan with texts of others in every place.
fn hostile() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[ -~]{0,40}",
        "[`|<>@#*_&\\\\\\[\\]()!:\\n\\r\\t]{0,30}",
        any::<String>(),
        Just("</details>\n```\n# x".to_owned()),
        Just("|--|\n| a".to_owned()),
    ];
    (proptest::collection::vec(text, 16), 0_usize..4).prop_map(|(texts, rows)| {
        let mut plan: Value = serde_json::from_str(FULL).expect("it is JSON");
        let mut texts = texts.into_iter().cycle();
        let mut next = || Value::from(texts.next().unwrap_or_default());
        for (list, fields) in [
            (
                "selections",
                &["policy", "image", "tag", "digest", "reason"][..],
            ),
            (
                "edits",
                &["file", "field", "setter", "policy", "old", "new"],
            ),
            ("outcomes", &["file", "setter", "detail"]),
            ("problems", &["subject", "message"]),
        ] {
            let first = plan[list][0].clone();
            let row = |_| {
                let mut row = first.clone();
                for field in fields {
                    row[*field] = next();
                }
                row
            };
            plan[list] = (0..rows).map(row).collect();
        }
        for field in ["automation", "base", "message", "diff"] {
            plan[field] = next();
        }
        plan["target"]["branch"]["repository"] = next();
        plan["trailers"] = json!([next()]);
        plan
    })
}

fn cases(count: u32, law: impl Fn(Value) -> Result<(), TestCaseError>) {
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(count)
    };
    TestRunner::new(config)
        .run(&hostile(), law)
        .unwrap_or_else(|failure| panic!("{failure}"));
}

fn any_plan_reads_back_equal() {
    cases(256, |value| {
        let plan = read(&value);
        prop_assert_eq!(
            Plan::from_json(&plan.to_json()).expect("it is a plan"),
            plan
        );
        Ok(())
    });
}

fn markdown_is_safe() {
    cases(256, |value| {
        let text = read(&value).markdown().to_string();
        prop_assert!(text.chars().count() <= 65_536);
        check_markdown(&text);
        Ok(())
    });
}

/// Outside of fences only our own markup stands, and each fence ends where we end it.
#[track_caller]
fn check_markdown(text: &str) {
    let mut fence: Option<String> = None;
    let (mut opened, mut closed) = (0, 0);
    for line in text.lines() {
        if let Some(open) = &fence {
            // Backticks that could end it are ours.
            if line == open {
                fence = None;
            } else {
                let run = line.trim_start().chars().take_while(|c| *c == '`').count();
                assert!(run < open.len(), "{line:?} ends {open} in {text}");
            }
            continue;
        }
        if line.starts_with("```") {
            fence = Some(line.trim_end_matches("diff").to_owned());
            continue;
        }
        opened += usize::from(line == "<details>");
        closed += usize::from(line == "</details>");
        let mut bare = line.to_owned();
        for own in [
            "<details>",
            "</details>",
            "<summary>",
            "</summary>",
            "<code>",
            "</code>",
        ] {
            bare = bare.replace(own, "");
        }
        assert!(
            !bare.contains(['<', '>', '`', '[', ']', '@', '_', '~', '\\']),
            "{line:?} in {text}"
        );
        if let Some(row) = bare.strip_prefix("| ") {
            let cells = row.matches('|').count();
            assert!(cells == 5 || cells == 4, "{line:?} in {text}");
        } else {
            assert!(
                !bare.contains('|') || bare.starts_with("|---"),
                "{line:?} in {text}"
            );
        }
    }
    assert_eq!(fence, None, "{text}");
    assert_eq!(opened, closed, "{text}");
}

fn markdown_is_bounded() {
    let mut plan: Value = serde_json::from_str(FULL).expect("it is JSON");
    let diff = "+ a line of some length with ````` and ü\n".repeat(50_000);
    plan["diff"] = diff.into();
    plan["message"] = "line\n".repeat(50_000).into();
    for list in ["selections", "edits", "outcomes", "problems"] {
        let mut row = plan[list]
            .as_array()
            .and_then(|rows| rows.last())
            .expect("one")
            .clone();
        for field in ["old", "new", "reason", "detail", "message", "file"] {
            if !row[field].is_null() {
                row[field] = "|`<ü".repeat(1000).into();
            }
        }
        plan[list] = vec![row; 500].into();
    }
    let text = read(&plan).markdown().to_string();
    assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
    check_markdown(&text);
    assert!(text.contains(" more are left out here.\n"), "{text}");
    assert!(text.contains(" of 50000 lines are shown.\n"), "{text}");
    plan["diff"] = "x".repeat(1_000_000).into();
    let text = read(&plan).markdown().to_string();
    assert!(
        text.contains("\nCut: the first 0 of 1 lines are shown.\n"),
        "{text}"
    );
    check_markdown(&text);
}

/// All places of a JSON value that hold no list and no map.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, value)| leaves(value, &format!("{at}/{key}"), found)),
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(key, value)| leaves(value, &format!("{at}/{key}"), found));
        }
        _ => found.push(at.to_owned()),
    }
}

/// What a hand may put in the place of a value.
fn changed(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => vec![json!("evil")],
        Value::Number(number) => vec![json!(number.as_u64().unwrap_or_default() + 1), json!(0)],
        Value::String(text) => vec![
            json!(format!("{text}x")),
            json!("evil.example.com/backdoor:1"),
            json!("a\u{0}\nb"),
            Value::Null,
        ],
        other => panic!("no leaf: {other}"),
    }
}

async fn every_field_changed_by_hand() -> TestResult {
    let world = World::new();
    let policy = ImagePolicy::new("flux-system:app", world.image(), semver("5.0.x")).with_digest();
    let mut builder = world.bare_automation();
    builder
        .image_policy(policy)
        .trailers([Trailer::Policy, Trailer::Digest]);
    let automation = builder.build()?;
    let plan = automation.plan().await?;
    let (json, before) = (serde_json::to_value(&plan)?, world.repository.tip("main"));
    assert!(matches!(automation.apply(&plan).await?, Applied::Pushed(_)));
    let begun = before.clone().expect("it has a commit");
    let (file, log) = (world.read("apps/app.yaml"), message(&world));
    let reset = || {
        world
            .repository
            .git(&["update-ref", "refs/heads/main", &begun])
    };
    let mut found = Vec::new();
    leaves(&json, "", &mut found);
    assert!(found.len() > 30, "{found:?}");
    let mut same = Vec::new();
    for place in &found {
        for value in changed(json.pointer(place).expect("it is there")) {
            reset();
            let mut json = json.clone();
            *json.pointer_mut(place).expect("it is there") = value.clone();
            let Ok(plan) = Plan::from_json(&json.to_string()) else {
                continue;
            };
            match automation.apply(&plan).await {
                Ok(Applied::Pushed(_)) => {
                    assert_eq!(world.read("apps/app.yaml"), file, "{place}: {value}");
                    assert_eq!(message(&world), log, "{place}: {value}");
                    same.push(place.as_str());
                }
                Ok(Applied::Stale(_)) => assert_eq!(world.repository.tip("main"), before),
                Ok(other) => panic!("{place}: {value}: {other}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Plan, "{place}: {value}: {error}");
                    assert_eq!(world.repository.tip("main"), before, "{place}: {value}");
                }
            }
        }
    }
    same.dedup();
    assert_eq!(
        same,
        [
            "/base",
            "/edits/0/column",
            "/edits/0/line",
            "/outcomes/0/column",
            "/outcomes/0/detail",
            "/outcomes/0/file",
            "/outcomes/0/line",
            "/outcomes/0/setter",
            "/selections/0/reason",
            "/selections/0/tags",
        ],
        "what is shown only"
    );
    Ok(())
}

fn message(world: &World) -> String {
    world
        .repository
        .git(&["log", "-1", "--format=%B", "refs/heads/main"])
}

async fn trailers_stand_on_the_commit() -> TestResult {
    let world = World::new();
    let policy = ImagePolicy::new("flux-system:app", world.image(), semver("5.0.x")).with_digest();
    let idle = ImagePolicy::new("flux-system:idle", world.image(), semver("*"));
    let mut builder = world.bare_automation();
    builder
        .image_policy(policy)
        .image_policy(idle)
        .trailers([Trailer::Digest, Trailer::Policy]);
    let report = builder.build()?.run().await?;
    let Applied::Pushed(pushed) = report.applied() else {
        panic!("{report}")
    };
    assert_eq!(
        Some(pushed.commit()),
        world.repository.tip("main").as_deref(),
        "the server has it"
    );
    let digest = report.plan().selections()[0]
        .digest()
        .expect("it was asked for")
        .to_owned();
    let trailers = [
        "Tagwright-Policy: flux-system:app".to_owned(),
        format!("Tagwright-Digest: {}@{digest}", world.image()),
    ];
    assert_eq!(report.plan().trailers(), trailers);
    assert_eq!(
        message(&world).trim_end(),
        format!(
            "Update from image update automation\n\n{}\n{}",
            trailers[0], trailers[1]
        )
    );
    assert_eq!(
        "Signed-off-by"
            .parse::<Trailer>()
            .expect_err("it is unknown")
            .to_string(),
        "there is no trailer \"Signed-off-by\"; there are Tagwright-Policy and Tagwright-Digest"
    );
    Ok(())
}

async fn problems_have_kinds() -> TestResult {
    let world = World::new();
    let mut builder = world.automation();
    builder
        .policy("flux-system:none", &world.image(), semver("99.x"))
        .policy(
            "flux-system:gone",
            &format!("{}-gone", world.image()),
            semver("*"),
        );
    world.commit(
        "apps/broken.yaml",
        "a: [ # {\"$imagepolicy\": \"flux-system:app\"}\n",
    );
    let plan = builder.build()?.plan().await?;
    let kinds: Vec<(&str, ProblemKind)> = plan
        .problems()
        .iter()
        .map(|one| (one.subject(), one.kind()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("flux-system:none", ProblemKind::NothingSelected),
            ("flux-system:gone", ProblemKind::NotFound),
            ("apps/broken.yaml", ProblemKind::File),
        ]
    );
    Ok(())
}
