//! A minimum age inside selection, in every order.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use tagwright_policy::{
    Candidate, Dialect, ErrorKind, Explained, Finish, Policy, PolicyBuilder, Ranked, Selection,
    Verdict,
};

const NOON: u64 = 43_200;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn until_noon(order: impl Fn(&mut PolicyBuilder) -> &mut PolicyBuilder) -> PolicyBuilder {
    let mut builder = Policy::builder(Dialect::Flux);
    order(&mut builder).built_until(at(NOON));
    builder
}

fn semver() -> Policy {
    until_noon(|policy| policy.semver("5.x")).build().unwrap()
}

/// What a selector comes to that gets its dates from `date`, and the tags that each round asked for.
fn asked(
    policy: &Policy,
    tags: &[&str],
    date: impl Fn(&str) -> Option<SystemTime>,
) -> (Result<Selection, tagwright_policy::Error>, Vec<Vec<String>>) {
    let mut selector = policy.selector();
    for tag in tags {
        selector.push(tag);
    }
    let mut rounds = Vec::new();
    let mut finish = selector.finish();
    loop {
        match finish {
            Err(error) => return (Err(error), rounds),
            Ok(Finish::NeedDates(undated)) => {
                rounds.push(undated.tags().map(str::to_owned).collect());
                finish = undated.answer(&date);
            }
            Ok(finish) => return (Ok(finish.into_selection().unwrap()), rounds),
        }
    }
}

#[test]
fn every_order_passes_over_what_is_too_young() {
    type Choose = fn(&mut PolicyBuilder) -> &mut PolicyBuilder;
    let orders: [(Choose, [&str; 3]); 7] = [
        (|policy| policy.semver("*"), ["1.0.0", "2.0.0", "3.0.0"]),
        (|policy| policy.alphabetical("asc"), ["a", "b", "c"]),
        (|policy| policy.alphabetical("desc"), ["c", "b", "a"]),
        (|policy| policy.numerical("asc"), ["1", "2", "10"]),
        (|policy| policy.numerical("desc"), ["10", "2", "1"]),
        (
            |policy| policy.calver("YYYY.MM"),
            ["2025.1", "2025.2", "2025.10"],
        ),
        (PolicyBuilder::newest_build, ["a", "b", "c"]),
    ];
    for (order, [old, noon, young]) in orders {
        let policy = until_noon(order).build().unwrap();
        let dated = [(old, at(1)), (noon, at(NOON)), (young, at(NOON + 1))];
        let selection = policy.select(dated).unwrap();
        assert_eq!(selection.tag(), Some(noon), "{policy}");
        assert_eq!(selection.count(Verdict::TooYoung), 1, "{policy}");
        let verdicts = policy.explain(dated).unwrap();
        assert_eq!(
            verdicts.iter().map(Explained::verdict).collect::<Vec<_>>(),
            [Verdict::Outranked, Verdict::Selected, Verdict::TooYoung],
            "{policy}"
        );
        let ranked = policy.rank(dated, 3).unwrap();
        assert_eq!(
            ranked.iter().map(Ranked::tag).collect::<Vec<_>>(),
            [noon, old],
            "{policy}"
        );
        let date = |tag: &str| Some(dated.iter().find(|(dated, _)| *dated == tag)?.1);
        let (selection, rounds) = asked(&policy, &[young, old, noon], date);
        assert_eq!(selection.unwrap().tag(), Some(noon), "{policy}");
        assert_eq!(rounds.len(), 1, "{policy}");
    }
}

#[test]
fn a_digest_policy_waits_for_its_tag_to_be_old_enough() {
    let policy = until_noon(|policy| policy.digest("latest"))
        .build()
        .unwrap();
    let (selection, rounds) = asked(&policy, &["1.0.0", "latest"], |_| Some(at(NOON + 1)));
    assert_eq!(rounds, [["latest"]]);
    assert_eq!(
        selection.unwrap().to_string(),
        "no tag selected of 2 by digest of latest, built until 1970-01-01T12:00:00Z; \
         1 is too young, 1 is another tag"
    );
}

#[test]
fn the_best_are_asked_for_first_and_no_more_than_it_takes() {
    let tags: Vec<String> = (0..100).map(|minor| format!("5.{minor}.0")).collect();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    let (selection, rounds) = asked(&semver(), &tags, |_| Some(at(0)));
    assert_eq!(rounds, [["5.99.0", "5.98.0", "5.97.0", "5.96.0"]]);
    let selection = selection.unwrap();
    assert_eq!(
        selection.to_string(),
        "5.99.0: greatest of 4 that match 5.x and are old enough; 96 are outranked whatever their age"
    );
    // None is old enough but the least: each round asks for twice as many.
    let only_least = |tag: &str| Some(at(if tag == "5.0.0" { 0 } else { NOON + 1 }));
    let (selection, rounds) = asked(&semver(), &tags, only_least);
    let sizes: Vec<usize> = rounds.iter().map(Vec::len).collect();
    assert_eq!(sizes, [4, 8, 16, 32, 40]);
    let selection = selection.unwrap();
    assert_eq!(
        selection.to_string(),
        "5.0.0: the only one that matches 5.x and is old enough; 99 are too young"
    );
}

#[test]
fn a_tag_without_a_date_is_passed_over() {
    let date = |tag: &str| (tag != "5.1.0").then(|| at(0));
    let (selection, _) = asked(&semver(), &["5.0.0", "5.1.0", "5.1.0"], date);
    assert_eq!(
        selection.unwrap().to_string(),
        "5.0.0: the only one that matches 5.x and is old enough; 2 have no date"
    );
    let selection = semver().select(["5.0.0", "5.1.0"]).unwrap();
    assert_eq!(
        (selection.tag(), selection.count(Verdict::NoDate)),
        (None, 2)
    );
}

#[test]
fn dates_that_came_with_the_tags_are_not_asked_for() {
    let mut selector = semver().selector();
    selector.push("5.0.0");
    selector.push_candidate(&Candidate::new("5.1.0").built(at(0)));
    selector.push_candidate(&Candidate::new("5.2.0").built(at(NOON + 1)));
    selector.push("5.0.1");
    let selection = selector.finish().unwrap().into_selection().unwrap();
    assert_eq!(
        selection.to_string(),
        "5.1.0: greatest that matches 5.x and is old enough; 2 are outranked whatever their age, 1 is too young"
    );
    // Of two that came without, the better one only can still win.
    let mut selector = semver().selector();
    for tag in ["5.0.0", "5.1.0", "5.3.0"] {
        selector.push(tag);
    }
    selector.push_candidate(&Candidate::new("5.1.0").built(at(0)));
    let Finish::NeedDates(undated) = selector.finish().unwrap() else {
        panic!("5.3.0 waits");
    };
    assert_eq!(undated.tags().collect::<Vec<_>>(), ["5.3.0"]);
    let selection = undated.select(|_| None).unwrap();
    assert_eq!(
        selection.to_string(),
        "5.1.0: greatest of 2 that match 5.x and are old enough; 1 is outranked whatever its age, 1 has no date"
    );
}

#[test]
fn a_limit_that_decides_is_an_error_and_another_is_not() {
    let policy = until_noon(|policy| policy.semver("5.x"))
        .date_limit(2)
        .build()
        .unwrap();
    let tags = ["5.0.0", "5.3.0", "5.1.0", "5.2.0", "5.3.0"];
    let (selection, rounds) = asked(&policy, &tags, |tag| (tag == "5.2.0").then(|| at(0)));
    assert_eq!(rounds, [["5.3.0", "5.2.0"]]);
    assert_eq!(
        selection.unwrap().to_string(),
        "5.2.0: greatest that matches 5.x and is old enough; 2 are outranked whatever their age, 2 have no date"
    );
    let (error, _) = asked(&policy, &tags, |_| None);
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyCandidates);
    assert_eq!(
        error.to_string(),
        "more tags need a date than the limit of 2; narrow the filter, or raise the limit"
    );
    // One that is listed again does not count against the limit.
    let (selection, _) = asked(&policy, &["5.1.0", "5.0.0", "5.0.0", "4.0.0"], |_| None);
    assert_eq!(selection.unwrap().count(Verdict::NoDate), 3);
    // What had to go is known to lose against one that came with a date.
    let mut selector = policy.selector();
    for tag in tags {
        selector.push(tag);
    }
    selector.push_candidate(&Candidate::new("5.1.0").built(at(0)));
    let Finish::NeedDates(undated) = selector.finish().unwrap() else {
        panic!("two wait");
    };
    assert_eq!(undated.select(|_| None).unwrap().tag(), Some("5.1.0"));
}

#[test]
fn the_best_of_those_that_had_to_go_decides() {
    let policy = until_noon(|policy| policy.semver("5.x"))
        .date_limit(1)
        .build()
        .unwrap();
    // 5.1.0, then 5.2.0 make room for 5.3.0; or 5.2.0 is passed over at once.
    for tags in [
        ["5.1.0", "5.2.0", "5.3.0"],
        ["5.2.0", "5.3.0", "5.1.0"],
        ["5.3.0", "5.2.0", "5.1.0"],
    ] {
        let mut selector = policy.selector();
        for tag in tags {
            selector.push(tag);
        }
        // It is better than 5.1.0, not than 5.2.0.
        selector.push_candidate(&Candidate::new("5.1.5").built(at(0)));
        let Finish::NeedDates(undated) = selector.finish().unwrap() else {
            panic!("5.3.0 waits");
        };
        let error = undated.select(|_| None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooManyCandidates, "{tags:?}");
    }
}

#[test]
fn the_sentence_says_what_is_known_of_ages() {
    let dated = [("1", at(0)), ("2", at(NOON)), ("3", at(NOON + 1))];
    let sentence = |policy: &Policy, tags: &[(&'static str, SystemTime)]| {
        policy.select(tags.iter().copied()).unwrap().to_string()
    };
    let numerical = until_noon(|policy| policy.numerical("asc"))
        .build()
        .unwrap();
    assert_eq!(
        sentence(&numerical, &dated),
        "2: greatest of 2 in numerical order that are old enough; 1 is too young"
    );
    let last = until_noon(|policy| policy.alphabetical("asc"))
        .build()
        .unwrap();
    assert_eq!(
        sentence(&last, &dated[1..]),
        "2: the only one in alphabetical order that is old enough; 1 is too young"
    );
    let newest = until_noon(PolicyBuilder::newest_build).build().unwrap();
    assert_eq!(
        sentence(&newest, &dated[1..]),
        "2: the only one that is old enough; 1 is too young"
    );
    let calver = until_noon(|policy| policy.calver("YYYY.MM"))
        .build()
        .unwrap();
    assert_eq!(
        sentence(&calver, &[("2026.1", at(0)), ("2026.2", at(1))]),
        "2026.2: greatest of 2 that match YYYY.MM and are old enough"
    );
    // Nobody asks for the age of the tag below.
    let (selection, _) = asked(
        &until_noon(|policy| policy.semver("5.x"))
            .date_limit(1)
            .build()
            .unwrap(),
        &["5.0.0", "5.1.0"],
        |_| Some(at(0)),
    );
    assert_eq!(
        selection.unwrap().to_string(),
        "5.1.0: greatest that matches 5.x and is old enough; 1 is outranked whatever its age"
    );
}

#[test]
fn a_winner_is_no_example_of_what_it_outranks() {
    let mut selector = semver().selector();
    selector.push("5.1.0");
    selector.push_candidate(&Candidate::new("5.1.0").built(at(0)));
    let selection = selector.finish().unwrap().into_selection().unwrap();
    assert_eq!(selection.count(Verdict::Outranked), 1);
    assert!(selection.examples(Verdict::Outranked).is_empty());
    let newest = Policy::builder(Dialect::Flux)
        .newest_build()
        .build()
        .unwrap();
    for dates in [[1, 2], [2, 1]] {
        let selection = newest.select(dates.map(|date| ("a", at(date)))).unwrap();
        assert_eq!(selection.count(Verdict::Outranked), 1);
        assert!(selection.examples(Verdict::Outranked).is_empty());
    }
}

#[test]
fn of_a_tag_with_two_dates_the_one_that_wins_is_explained_as_selected() {
    let newest = Policy::builder(Dialect::Flux)
        .newest_build()
        .build()
        .unwrap();
    let dated = [("a", at(1)), ("b", at(2)), ("a", at(3)), ("a", at(3))];
    let explanation = newest.explanation(dated).unwrap();
    let verdicts: Vec<Verdict> = explanation.tags().iter().map(Explained::verdict).collect();
    let outranked = Verdict::Outranked;
    assert_eq!(
        verdicts,
        [outranked, outranked, Verdict::Selected, outranked]
    );
    assert_eq!(explanation.tags(), newest.explain(dated).unwrap());
    assert_eq!(*explanation.selection(), newest.select(dated).unwrap());
    assert_eq!(explanation.to_string(), "a: newest of 4 with a date");
}

#[test]
fn a_strict_policy_refuses_before_it_asks() {
    let policy = until_noon(|policy| policy.numerical("asc").strict(true))
        .build()
        .unwrap();
    let (error, rounds) = asked(&policy, &["1", "x"], |_| None);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::NotANumber);
    assert!(rounds.is_empty());
}

#[test]
fn a_ranking_by_date_holds_a_tag_once_by_its_best_date() {
    let policy = Policy::builder(Dialect::Flux)
        .newest_build()
        .build()
        .unwrap();
    let dated = [
        ("a", at(9)),
        ("b", at(5)),
        ("b", at(1)),
        ("a", at(2)),
        ("a", at(6)),
        ("c", at(3)),
        ("c", at(7)),
        ("c", at(7)),
    ];
    let tags = |limit| {
        let ranked = policy.rank(dated, limit).unwrap();
        let tags = ranked.iter().map(|ranked| ranked.tag().to_owned());
        tags.collect::<Vec<_>>()
    };
    assert_eq!(tags(9), ["a", "c", "b"]);
    assert_eq!(tags(2), ["a", "c"]);
    assert_eq!(tags(1), ["a"]);
    // One that had to go comes back with a better date.
    let again = [("a", at(1)), ("b", at(2)), ("a", at(3))];
    assert_eq!(policy.rank(again, 1).unwrap()[0].tag(), "a");
}

/// Tags with a few versions and dates, doubled often.
fn dated_tags() -> impl Strategy<Value = Vec<(String, u8)>> {
    let tag = prop_oneof!["5\\.[0-3]\\.[0-2]", "v5\\.[0-3]\\.0", "6\\.0\\.0", "x"];
    prop::collection::vec((tag, 0..4_u8), 0..16)
}

/// One date for each tag whatever its place in the list, 0 for none.
fn date_of(tags: &[(String, u8)], tag: &str) -> Option<SystemTime> {
    let day = tags.iter().find(|(other, _)| other == tag)?.1;
    (day > 0).then(|| at(u64::from(day) * NOON / 2))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn asking_selects_what_telling_does(
        tags in dated_tags(),
        told in prop::collection::vec(any::<bool>(), 16),
        order in 0..3_u8,
        limit in 0..9_usize,
    ) {
        let mut builder = until_noon(|policy| match order {
            0 => policy.semver("5.x"),
            1 => policy.alphabetical("desc"),
            _ => policy.newest_build(),
        });
        let all = builder.build().unwrap();
        let few = builder.date_limit(limit).build().unwrap();
        let date = |tag: &str| date_of(&tags, tag);
        let candidates = || tags.iter().map(|(tag, _)| match date(tag) {
            Some(date) => Candidate::new(tag).built(date),
            None => Candidate::new(tag),
        });
        let selection = all.select(candidates()).unwrap();
        let ranked = all.rank(candidates(), 1).unwrap();
        prop_assert_eq!(ranked.first().map(Ranked::tag), selection.tag());

        for (policy, may_fail) in [(all, false), (few, true)] {
            let mut selector = policy.selector();
            for (candidate, told) in candidates().zip(&told) {
                if *told {
                    selector.push_candidate(&candidate);
                } else {
                    selector.push(candidate.tag());
                }
            }
            let asked = selector.finish().and_then(|finish| match finish {
                Finish::NeedDates(undated) => undated.select(date),
                Finish::Done(selection) => Ok(selection),
            });
            match asked {
                Ok(asked) => {
                    prop_assert_eq!(asked.tag(), selection.tag());
                    prop_assert_eq!(asked.total(), tags.len() as u64);
                    prop_assert!(asked.count(Verdict::TooYoung) <= selection.count(Verdict::TooYoung));
                }
                Err(error) => {
                    prop_assert!(may_fail);
                    prop_assert_eq!(error.kind(), ErrorKind::TooManyCandidates);
                }
            }
        }
    }
}
