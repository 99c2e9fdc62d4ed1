//! What holds an edit back, and in which words.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use OutcomeKind::{Unchanged, Updated, Withheld};
use tagwright::policy::Policy;
use tagwright::{
    Applied, AutomationBuilder, Dialect, ErrorKind, Guards, ImagePolicy, Outcome, OutcomeKind,
    Plan, ProblemKind,
};
use tagwright_testkit::harness::{TestResult, Trial, async_test, test};
use tagwright_testkit::oci::Fault;

use crate::world::{World, semver};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("guards::annotations_are_read", annotations_are_read),
        test(
            "guards::annotations_that_are_wrong_say_what_to_write",
            annotations_that_are_wrong_say_what_to_write,
        ),
        test(
            "guards::what_cannot_guard_is_not_built",
            what_cannot_guard_is_not_built,
        ),
        async_test("guards::a_downgrade_is_withheld", a_downgrade_is_withheld),
        async_test(
            "guards::a_downgrade_is_told_by_the_value_in_the_file",
            a_downgrade_is_told_by_the_value_in_the_file,
        ),
        async_test(
            "guards::a_downgrade_by_date_asks_for_both",
            a_downgrade_by_date_asks_for_both,
        ),
        async_test("guards::a_hold_ends_at_its_time", a_hold_ends_at_its_time),
        async_test(
            "guards::names_and_digests_follow_their_tag",
            names_and_digests_follow_their_tag,
        ),
        async_test(
            "guards::an_image_has_to_be_old_enough",
            an_image_has_to_be_old_enough,
        ),
        async_test(
            "guards::an_age_that_is_not_known_withholds",
            an_age_that_is_not_known_withholds,
        ),
        async_test(
            "guards::a_policys_own_guards_go_first",
            a_policys_own_guards_go_first,
        ),
        async_test(
            "guards::a_directory_has_the_same_guards",
            a_directory_has_the_same_guards,
        ),
        async_test(
            "guards::what_was_reviewed_is_applied",
            what_was_reviewed_is_applied,
        ),
        async_test(
            "guards::too_many_dates_are_not_asked_for",
            too_many_dates_are_not_asked_for,
        ),
    ]
}

/// The automation of the world with guards for all its policies.
fn guarded(world: &World, guards: Guards) -> AutomationBuilder {
    let mut builder = world.automation();
    builder.guards(guards);
    builder
}

/// What the markers say that were withheld, each with its line.
fn withheld(plan: &Plan) -> Vec<String> {
    let outcomes = plan.outcomes().iter();
    outcomes
        .filter(|outcome| outcome.kind() == Withheld)
        .map(|outcome| format!("{}: {}", outcome.line(), outcome.detail()))
        .collect()
}

/// A file of one line for each value, marked with a setter.
fn lines(lines: &[(&str, &str)]) -> String {
    let line = |(number, (value, setter)): (usize, &(&str, &str))| {
        format!("v{number}: {value} # {{\"$imagepolicy\": \"{setter}\"}}\n")
    };
    lines.iter().enumerate().map(line).collect()
}

async fn a_downgrade_is_withheld() -> TestResult {
    let world = World::new();
    world.commit("apps/app.yaml", &world.deployment("5.1.0"));
    let no_downgrade = Guards::new().no_downgrade(true);
    let plan = guarded(&world, no_downgrade.clone())
        .build()?
        .plan()
        .await?;
    assert!(plan.is_empty() && !plan.is_partial(), "{plan}");
    assert_eq!(
        withheld(&plan),
        [
            "9: marker \"flux-system:app\": the value is kept: 5.0.1 is lower than 5.1.0 in the policy's order"
        ]
    );
    let free = world.automation().build()?.plan().await?;
    assert_eq!(free.edits().len(), 1, "off by default");
    let mut pinned = world.bare_automation();
    pinned.guards(no_downgrade);
    pinned.policy("flux-system:app", &world.image(), semver("=5.0.0"));
    let report = pinned.build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Pushed(_)), "{report}");
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.0"));
    Ok(())
}

async fn a_downgrade_is_told_by_the_value_in_the_file() -> TestResult {
    let world = World::new();
    let digest = format!("sha256:{}", "0".repeat(64));
    let pinned = format!("other.example.com/app:5.1.0@{digest}");
    let untagged = format!("{}@{digest}", world.image());
    let whole = "flux-system:app";
    let text = lines(&[
        ("5.1.0", "flux-system:app:tag"),
        (&pinned, whole),
        ("'5.1.0@sha256:0'", "flux-system:app:tag"),
        ("5.0.1", "flux-system:app:tag"),
        ("latest", "flux-system:app:tag"),
        (&untagged, whole),
        ("''", "flux-system:app:tag"),
    ]);
    world.commit("apps/app.yaml", &text);
    let plan = guarded(&world, Guards::new().no_downgrade(true))
        .build()?
        .plan()
        .await?;
    let kinds: Vec<OutcomeKind> = plan.outcomes().iter().map(Outcome::kind).collect();
    assert_eq!(
        kinds,
        [
            Withheld, Withheld, Withheld, Unchanged, Updated, Updated, Updated
        ],
        "{plan}"
    );
    Ok(())
}

async fn a_downgrade_by_date_asks_for_both() -> TestResult {
    let world = World::new();
    for (tag, created) in [
        ("main-a", "2026-03-03T00:00:00Z"),
        ("main-b", "2026-03-02T00:00:00Z"),
    ] {
        world.registry.push_created("org/app", tag, created);
    }
    world.registry.push("org/app", "main-undated");
    let newest_but_a = Policy::builder(Dialect::Flux)
        .newest_build()
        .filter("^main-", "")
        .exclude("-a$")
        .build()?;
    let setter = "flux-system:app:tag";
    let text = lines(&[
        ("main-a", setter),
        ("main-gone", setter),
        ("main-undated", setter),
    ]);
    world.commit("apps/app.yaml", &text);
    let mut builder = world.bare_automation();
    builder.guards(Guards::new().no_downgrade(true)).policy(
        "flux-system:app",
        &world.image(),
        newest_but_a,
    );
    let plan = builder.build()?.plan().await?;
    assert_eq!(
        withheld(&plan),
        [
            "1: marker \"flux-system:app:tag\": the value is kept: main-b is lower than main-a in the policy's order"
        ]
    );
    assert_eq!(
        plan.edits().len(),
        2,
        "nobody knows when the others were built"
    );
    Ok(())
}

async fn a_hold_ends_at_its_time() -> TestResult {
    let world = World::new();
    let plan_at = async |guards: Guards, now: SystemTime| {
        let mut builder = guarded(&world, guards);
        builder.clock(move || now);
        builder.build()?.plan().await
    };
    let before = christmas() - Duration::from_secs(1);
    let hold = Guards::new().hold(Some(christmas()));
    let said = |reason: &str| {
        vec![format!(
            "9: marker \"flux-system:app\": the value is kept: {reason}"
        )]
    };
    assert_eq!(
        withheld(&plan_at(hold.clone(), before).await?),
        said("5.0.1 has to wait: what is in place is held until 2026-12-24T18:00:00Z")
    );
    assert_eq!(plan_at(hold, christmas()).await?.edits().len(), 1);
    let no_end = Guards::new().hold(None);
    assert_eq!(
        withheld(&plan_at(no_end, christmas()).await?),
        said("5.0.1 has to wait: what is in place is held")
    );
    let at = Guards::new().hold_at("5.0.0", None);
    assert_eq!(
        withheld(&plan_at(at, before).await?),
        said("5.0.1 has to wait: held at 5.0.0")
    );
    let at = Guards::new().hold_at("5.0.1", Some(christmas()));
    assert_eq!(
        plan_at(at, before).await?.edits().len(),
        1,
        "that one may come"
    );
    let skip = Guards::new().skip(["5.0.1"]);
    assert_eq!(
        withheld(&plan_at(skip.clone(), before).await?),
        said("5.0.1 is on the skip list")
    );
    world.commit("apps/app.yaml", &world.deployment("5.0.1"));
    let plan = plan_at(skip.hold(None), before).await?;
    assert_eq!(plan.outcomes()[0].kind(), Unchanged);
    Ok(())
}

async fn names_and_digests_follow_their_tag() -> TestResult {
    let world = World::new();
    let old = format!("sha256:{}", "0".repeat(64));
    let image = |name: &str, tag: &str| {
        format!(
            "  repository: {name} # {{\"$imagepolicy\": \"flux-system:app:name\"}}\n  \
             tag: {tag} # {{\"$imagepolicy\": \"flux-system:app:tag\"}}\n  \
             digest: {old} # {{\"$imagepolicy\": \"flux-system:app:digest\"}}\n"
        )
    };
    let lone = format!("digest: {old} # {{\"$imagepolicy\": \"flux-system:app:digest\"}}\n");
    world.commit(
        "apps/app.yaml",
        &format!(
            "new:\n{}old:\n{}{lone}",
            image("x.example.com/app", "5.1.0"),
            image("x.example.com/app", "4.9.9"),
        ),
    );
    world.commit("apps/lone.yaml", &lone);
    let mut builder = world.bare_automation();
    let policy = ImagePolicy::new("flux-system:app", world.image(), semver("5.0.x"));
    builder
        .guards(Guards::new().no_downgrade(true))
        .image_policy(policy.with_digest());
    let plan = builder.build()?.plan().await?;
    let kinds: Vec<(&str, usize, OutcomeKind)> = plan
        .outcomes()
        .iter()
        .map(|one| (one.file(), one.line(), one.kind()))
        .collect();
    let app = "apps/app.yaml";
    assert_eq!(
        kinds,
        [
            (app, 2, Withheld),
            (app, 3, Withheld),
            (app, 4, Withheld),
            (app, 6, Updated),
            (app, 7, Updated),
            (app, 8, Updated),
            // No tag stands in its map: it follows all those of its object.
            (app, 9, Withheld),
            // No tag stands in its file: it is the digest of the chosen tag.
            ("apps/lone.yaml", 1, Updated),
        ],
        "{plan}"
    );
    assert_eq!(
        withheld(&plan)[2],
        "4: marker \"flux-system:app:digest\": the value is kept: 5.0.1 is lower than 5.1.0 in the policy's order"
    );
    Ok(())
}

async fn an_image_has_to_be_old_enough() -> TestResult {
    let world = World::new();
    // One hour before.
    world
        .registry
        .push_created("org/app", "5.0.2", "2026-12-24T17:00:00Z");
    let plan_at = async |age: u64, now: SystemTime| {
        let mut builder = guarded(&world, Guards::new().minimum_age(Duration::from_secs(age)));
        builder.clock(move || now);
        builder.build()?.plan().await
    };
    let young = plan_at(3601, christmas()).await?;
    assert_eq!(
        withheld(&young),
        [
            "9: marker \"flux-system:app\": the value is kept: 5.0.2 is younger than 1 h 1 s; \
             it is old enough at 2026-12-24T18:00:01Z"
        ]
    );
    assert!(!young.is_partial());
    assert_eq!(plan_at(3600, christmas()).await?.edits().len(), 1);
    world.commit("apps/app.yaml", &world.deployment("5.0.2"));
    world.registry.clear_requests();
    assert!(plan_at(3601, christmas()).await?.is_empty());
    assert_eq!(
        world.registry.requests().len(),
        1,
        "no date is asked for where nothing changes"
    );
    Ok(())
}

async fn an_age_that_is_not_known_withholds() -> TestResult {
    let world = World::new();
    world
        .registry
        .push_created("org/app", "5.0.2", "0001-01-01T00:00:00Z");
    let guards = Guards::new().minimum_age(Duration::from_secs(60));
    let plan = guarded(&world, guards.clone()).build()?.plan().await?;
    assert_eq!(
        withheld(&plan),
        ["9: marker \"flux-system:app\": the value is kept: \
             a minimum age is set, and it is not known when 5.0.2 was built"]
    );
    assert!(!plan.is_partial(), "{plan}");
    let manifest = "/v2/org/app/manifests/5.0.2";
    world
        .registry
        .fault(manifest, usize::MAX, Fault::status(403));
    let plan = guarded(&world, guards).build()?.plan().await?;
    assert!(withheld(&plan)[0].contains("403"), "{plan}");
    assert!(!plan.is_partial(), "{plan}");
    assert_eq!(plan.problems()[0].kind(), ProblemKind::Forbidden);
    Ok(())
}

async fn a_policys_own_guards_go_first() -> TestResult {
    let world = World::new();
    let hold = Guards::new().hold(None).no_downgrade(true);
    let mut builder = world.bare_automation();
    let own = |name, range, guards| {
        ImagePolicy::new(name, world.image(), semver(range)).with_guards(guards)
    };
    builder
        .guards(hold)
        .image_policy(own("a:held", "5.0.x", Guards::new()))
        .image_policy(own("a:free", "5.0.x", Guards::new().no_hold()))
        .image_policy(own(
            "a:down",
            "4.x",
            Guards::new().no_hold().no_downgrade(false),
        ));
    let text = lines(&[
        ("5.0.0", "a:held:tag"),
        ("5.0.0", "a:free:tag"),
        ("5.1.0", "a:free:tag"),
        ("5.1.0", "a:down:tag"),
    ]);
    world.commit("apps/app.yaml", &text);
    let plan = builder.build()?.plan().await?;
    let kinds: Vec<OutcomeKind> = plan.outcomes().iter().map(Outcome::kind).collect();
    assert_eq!(kinds, [Withheld, Updated, Withheld, Updated], "{plan}");
    Ok(())
}

async fn a_directory_has_the_same_guards() -> TestResult {
    let world = World::new();
    world
        .registry
        .push_created("org/app", "5.0.2", "2026-12-24T17:00:00Z");
    let folder = std::env::temp_dir().join(format!("tagwright-guards-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("app.yaml"), world.deployment("5.0.0"))?;
    let mut builder = world.automation();
    builder
        .directory(&folder)
        .guards(Guards::new().minimum_age(Duration::from_secs(3600)))
        .clock(|| christmas() - Duration::from_secs(1));
    let report = builder.build()?.run().await?;
    assert_eq!(withheld(report.plan()).len(), 1, "{report}");
    let report = builder.clock(christmas).build()?.run().await?;
    assert!(matches!(report.applied(), Applied::Written(_)), "{report}");
    let text = std::fs::read_to_string(folder.join("app.yaml"))?;
    assert_eq!(text, world.deployment("5.0.2"));
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

async fn what_was_reviewed_is_applied() -> TestResult {
    let world = World::new();
    let plan = world.automation().build()?.plan().await?;
    let held = guarded(&world, Guards::new().hold(None)).build()?;
    assert!(held.plan().await?.is_empty());
    let applied = held.apply(&plan).await?;
    assert!(matches!(applied, Applied::Pushed(_)), "{applied}");
    assert_eq!(world.read("apps/app.yaml"), world.deployment("5.0.1"));
    Ok(())
}

async fn too_many_dates_are_not_asked_for() -> TestResult {
    let world = World::new();
    world
        .registry
        .push_created("org/app", "main-b", "2026-03-02T00:00:00Z");
    let tags: Vec<String> = (0..200).map(|number| format!("main-{number}")).collect();
    let values: Vec<(&str, &str)> = tags
        .iter()
        .map(|tag| (&**tag, "flux-system:app:tag"))
        .collect();
    world.commit("apps/app.yaml", &lines(&values));
    let newest = Policy::builder(Dialect::Flux)
        .newest_build()
        .filter("^main-b", "")
        .build()?;
    let mut builder = world.bare_automation();
    builder.guards(Guards::new().no_downgrade(true)).policy(
        "flux-system:app",
        &world.image(),
        newest,
    );
    let plan = builder.build()?.plan().await?;
    assert!(
        world.registry.requests().len() < 120,
        "{}",
        world.registry.requests().len()
    );
    assert_eq!(withheld(&plan).len(), 150, "{plan}");
    assert!(
        withheld(&plan)[0]
            .ends_with("more than 50 tags of it stand in the files; their dates are not asked for"),
        "{plan}"
    );
    Ok(())
}

/// `2026-12-24T18:00:00Z`.
fn christmas() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_798_135_200)
}

fn annotations_are_read() {
    let time = "2026-12-24T18:00:00Z";
    let cases: &[(&str, &str, Guards)] = &[
        ("hold", time, Guards::new().hold(Some(christmas()))),
        (
            "hold",
            " until 2026-12-24T19:00:00+01:00 ",
            Guards::new().hold(Some(christmas())),
        ),
        ("hold", "true", Guards::new().hold(None)),
        ("hold", "false", Guards::new().no_hold()),
        ("hold", "at 5.0.1", Guards::new().hold_at("5.0.1", None)),
        (
            "hold",
            "at 5.0.1 until 2026-12-24T18:00:00Z",
            Guards::new().hold_at("5.0.1", Some(christmas())),
        ),
        (
            "min-age",
            "1h30m",
            Guards::new().minimum_age(Duration::from_secs(5400)),
        ),
        ("no-downgrade", "true", Guards::new().no_downgrade(true)),
        ("no-downgrade", "false", Guards::new().no_downgrade(false)),
        (
            "skip",
            "5.0.1,5.0.2, ",
            Guards::new().skip(["5.0.1", "5.0.2"]),
        ),
        ("max-shrink", "50", Guards::new().maximum_shrink(50)),
    ];
    for (key, value, expected) in cases {
        let key = format!("tagwright/{key}");
        let annotations = [("example.com/hold", "never"), (&*key, *value)];
        let read = Guards::from_annotations(annotations).expect("it is read");
        assert_eq!(read, *expected, "{key}: {value}");
    }
    let two = [("tagwright/hold", "true"), ("tagwright/skip", "a")];
    assert_eq!(
        Guards::from_annotations(two).expect("both are read"),
        Guards::new().hold(None).skip(["a"])
    );
}

fn annotations_that_are_wrong_say_what_to_write() {
    let no_hold = "is no hold; write a time such as 2026-12-24T18:00:00Z, \"at 5.0.1\", \
                   \"at 5.0.1 until 2026-12-24T18:00:00Z\" or \"true\"";
    let no_tag = "write up to 128 letters, digits, '_', '.' and '-', the first no '.' or '-'";
    for (key, value, expected) in [
        (
            "tagwright/holt",
            "true",
            "unknown annotation tagwright/holt; did you mean tagwright/hold?".to_owned(),
        ),
        (
            "tagwright/everything-else",
            "",
            "unknown annotation tagwright/everything-else; there are tagwright/hold, tagwright/max-shrink, \
             tagwright/min-age, tagwright/no-downgrade, tagwright/skip"
                .to_owned(),
        ),
        (
            "tagwright/hold",
            "tomorrow",
            format!("tagwright/hold: \"tomorrow\" {no_hold}"),
        ),
        (
            "tagwright/hold",
            "",
            format!("tagwright/hold: \"\" {no_hold}"),
        ),
        (
            "tagwright/hold",
            "at 5.0.1 until Friday",
            format!("tagwright/hold: \"at 5.0.1 until Friday\" {no_hold}"),
        ),
        (
            "tagwright/hold",
            "at a:b",
            format!("tagwright/hold: \"at a:b\" is not to be read: \"a:b\" is no tag; {no_tag}"),
        ),
        (
            "tagwright/min-age",
            "1d",
            "tagwright/min-age: \"1d\" is no duration: unknown unit \"d\" in a duration; write h, m, s, as in 1h30m"
                .to_owned(),
        ),
        (
            "tagwright/min-age",
            "-1h",
            "tagwright/min-age: \"-1h\" is negative; write for example 1h30m".to_owned(),
        ),
        (
            "tagwright/no-downgrade",
            "yes",
            "tagwright/no-downgrade: \"yes\" is neither true nor false".to_owned(),
        ),
        (
            "tagwright/max-shrink",
            "101",
            "tagwright/max-shrink: \"101\" is no percentage; write a number from 0 to 100".to_owned(),
        ),
        (
            "tagwright/max-shrink",
            "+5",
            "tagwright/max-shrink: \"+5\" is no percentage; write a number from 0 to 100".to_owned(),
        ),
        (
            "tagwright/skip",
            "5.0.1, a b",
            format!("tagwright/skip: \"5.0.1, a b\" is not to be read: \"a b\" is no tag; {no_tag}"),
        ),
    ] {
        let error = Guards::from_annotations([(key, value)]).expect_err("it is wrong");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(error.to_string(), expected);
    }
    let long = "x".repeat(100_000);
    let error = Guards::from_annotations([("tagwright/hold", &*long)]).expect_err("it is wrong");
    assert!(error.to_string().len() < 400, "{error}");
}

fn what_cannot_guard_is_not_built() {
    let world = World::new();
    let refused = |general: Guards, own: Guards| {
        let mut builder = world.bare_automation();
        builder.guards(general).image_policy(
            ImagePolicy::new("flux-system:app", world.image(), semver("5.0.x")).with_guards(own),
        );
        builder.build().map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(
        refused(Guards::new(), Guards::new().hold_at("a b", None)),
        Err("policy 'flux-system:app': invalid tag to hold at: unexpected character ' ' at line 1, column 2; \
             write up to 128 letters, digits, '_', '.' and '-', the first no '.' or '-'"
            .to_owned())
    );
    let needs_state = Err(
        "policy 'flux-system:app': a bound on how far the tags shrink needs to know how many there were; give a state store"
            .to_owned(),
    );
    let shrink = Guards::new().maximum_shrink(50);
    assert_eq!(refused(shrink.clone(), Guards::new()), needs_state);
    assert_eq!(
        refused(shrink, Guards::new().maximum_shrink(100)),
        Ok(()),
        "the policy's own goes first"
    );
}
