//! What holds an edit back, and in which words.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tagwright::{ErrorKind, Guards, ImagePolicy};
use tagwright_testkit::harness::{Trial, test};

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
    ]
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
        "policy 'flux-system:app': maximum_shrink() needs a state store, which remembers how many tags there were; \
         leave it out, or set it to 100"
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
