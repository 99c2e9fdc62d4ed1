//! What the recorded answers do not say: ties, counts, sentences, hostile tags.

use tagwright_policy::{Candidate, DEFAULT_EXCLUSION, Dialect, Explained, Policy, Ranked, Verdict};

fn flux() -> tagwright_policy::PolicyBuilder {
    Policy::builder(Dialect::Flux)
}

#[track_caller]
fn selects(policy: &Policy, tags: &[&str], expected: &str) {
    assert_eq!(
        policy.select(tags.iter().copied()).unwrap().tag(),
        Some(expected)
    );
}

#[test]
fn equal_ranks_are_settled_by_the_bytes_of_the_tag() {
    let semver = flux().semver("*").build().unwrap();
    selects(&semver, &["1.2.3", "v1.2.3", "1.2.3+b", "01.2.3"], "v1.2.3");
    for order in ["asc", "desc"] {
        let numerical = flux().numerical(order).build().unwrap();
        selects(&numerical, &["1.0", "1", "01", "1e0"], "1e0");
        let extracted = flux()
            .alphabetical(order)
            .filter("^(..)-", "$1")
            .build()
            .unwrap();
        selects(&extracted, &["ab-1", "ab-3", "ab-2"], "ab-3");
    }
}

#[test]
fn two_tags_with_one_key_both_count() {
    let policy = flux()
        .numerical("asc")
        .filter("-([0-9]+)$", "$1")
        .build()
        .unwrap();
    let selection = policy.select(["a-7", "b-7", "a-3"]).unwrap();
    assert_eq!((selection.tag(), selection.key()), (Some("b-7"), Some("7")));
    assert_eq!(selection.count(Verdict::Outranked), 2);
}

#[test]
fn every_tag_gets_its_verdict() {
    let mut builder = flux();
    builder
        .semver("1.x")
        .filter("^app-(.*)$", "$1")
        .exclude(DEFAULT_EXCLUSION);
    let policy = builder.build().unwrap();
    let long = format!("app-{}", "1".repeat(4_096));
    let tags = [
        "app-1.0.0",
        "app-1.1.0",
        "app-1.2.0-rc.1",
        "app-2.0.0",
        "app-latest",
        "1.3.0",
        "app-1.0.0.sig",
        &long,
    ];
    let expected = [
        Verdict::Outranked,
        Verdict::Selected,
        Verdict::PrereleaseNotAdmitted,
        Verdict::OutOfRange,
        Verdict::NotAVersion,
        Verdict::FilteredOut,
        Verdict::Excluded,
        Verdict::TooLong,
    ];
    let explained = policy.explain(tags).unwrap();
    let verdicts: Vec<Verdict> = explained.iter().map(Explained::verdict).collect();
    assert_eq!(verdicts, expected);
    assert_eq!(
        policy.select(tags).unwrap().to_string(),
        "app-1.1.0: greatest of 2 that match 1.x; 1 is out of range, \
         1 is a prerelease that the range does not ask for, 1 is no version, \
         1 does not match the filter, 1 is excluded, 1 is too long for a tag",
    );
}

#[test]
fn sentences() {
    #[track_caller]
    fn says(policy: &Policy, tags: &[&str], expected: &str) {
        assert_eq!(
            policy.select(tags.iter().copied()).unwrap().to_string(),
            expected
        );
    }
    let semver = flux().semver("5.0.x").build().unwrap();
    says(
        &semver,
        &["5.0.1"],
        "5.0.1: the only one that matches 5.0.x",
    );
    says(
        &semver,
        &[],
        "no tag selected by semver 5.0.x: the list is empty",
    );
    says(
        &semver,
        &["6.0.0", "6.1.0", "a", "b"],
        "no tag selected of 4 by semver 5.0.x; 2 are out of range, 2 are no versions",
    );
    let last = flux().alphabetical("").build().unwrap();
    says(&last, &["a", "b"], "b: last of 2 in alphabetical order");
    let first = flux().alphabetical("desc").build().unwrap();
    says(&first, &["a", "b"], "a: first of 2 in alphabetical order");
    let greatest = flux().numerical("asc").build().unwrap();
    says(
        &greatest,
        &["1", "2", "x", "y"],
        "2: greatest of 2 in numerical order; 2 are no numbers",
    );
    let lowest = flux().numerical("desc").build().unwrap();
    says(&lowest, &["1", "2"], "1: least of 2 in numerical order");
    says(&lowest, &["1"], "1: the only one in numerical order");
}

#[test]
fn examples_are_the_least_tags_whatever_the_order_of_the_list() {
    let policy = flux().semver("1.x").build().unwrap();
    let ascending = ["a", "b", "c", "d", "1.0.0", "1.1.0", "1.2.0"];
    let mut descending = ascending;
    descending.reverse();
    let selection = policy.select(ascending).unwrap();
    assert_eq!(selection.examples(Verdict::NotAVersion), ["a", "b", "c"]);
    assert_eq!(selection.examples(Verdict::Outranked), ["1.0.0", "1.1.0"]);
    assert_eq!(selection.examples(Verdict::Selected), ["1.2.0"]);
    assert!(selection.examples(Verdict::Excluded).is_empty());
    assert_eq!(selection, policy.select(descending).unwrap());
    assert_eq!(selection.total(), 7);
}

#[test]
fn examples_that_share_their_first_bytes_are_told_apart() {
    let policy = flux().semver("*").build().unwrap();
    let tags = [
        "feature-d",
        "feature-e",
        "feature-c",
        "feature-b",
        "feature-a",
        "feature-f",
    ];
    let selection = policy.select(tags).unwrap();
    assert_eq!(
        selection.examples(Verdict::NotAVersion),
        ["feature-a", "feature-b", "feature-c"]
    );
}

#[test]
fn numbers_are_exact() {
    let policy = flux().numerical("asc").build().unwrap();
    selects(
        &policy,
        &["9007199254740993", "9007199254740992"],
        "9007199254740993",
    );
    selects(
        &policy,
        &["0.1", "0.10000000000000000000000001"],
        "0.10000000000000000000000001",
    );
    selects(&policy, &["-1e-400", "-1"], "-1e-400");
}

#[test]
fn the_order_of_a_policy_compares_tags_outside_of_its_range() {
    let policy = flux()
        .numerical("desc")
        .filter("^b([0-9]+)$", "$1")
        .build()
        .unwrap();
    assert!(policy.compare("b1", "b2").unwrap().is_gt());
    assert!(policy.compare("b1", "b1").unwrap().is_eq());
    assert_eq!(policy.compare("b1", "2"), None);
}

#[test]
fn a_ranking_holds_each_tag_once_and_the_best_first() {
    let policy = flux().semver("*").build().unwrap();
    let tags = ["1.0.0", "3.0.0", "2.0.0", "3.0.0", "v3.0.0", "x"];
    let ranked = policy.rank(tags, 3).unwrap();
    let best: Vec<&str> = ranked.iter().map(Ranked::tag).collect();
    assert_eq!(best, ["v3.0.0", "3.0.0", "2.0.0"]);
    assert!(policy.rank(tags, 0).unwrap().is_empty());
    assert_eq!(policy.rank(tags, usize::MAX).unwrap().len(), 4);
}

#[test]
fn candidates_come_from_every_kind_of_text() {
    let policy = flux().semver("*").build().unwrap();
    let owned = String::from("1.0.0");
    assert_eq!(policy.select([&owned]).unwrap().tag(), Some("1.0.0"));
    assert_eq!(policy.select([owned.clone()]).unwrap().tag(), Some("1.0.0"));
    assert_eq!(
        policy.select([Candidate::new(owned)]).unwrap().tag(),
        Some("1.0.0")
    );
}

#[test]
fn hostile_tags_get_a_verdict() {
    let huge = "9".repeat(10 << 20);
    let policies = [
        flux().semver("*").build().unwrap(),
        flux().numerical("asc").build().unwrap(),
        flux()
            .alphabetical("asc")
            .filter("(.*)", &"$0".repeat(512))
            .build()
            .unwrap(),
    ];
    for policy in policies {
        let explained = policy
            .explain([huge.as_str(), "\0", "١.٢.٣", "", "\u{feff}1.0.0"])
            .unwrap();
        assert_eq!(explained[0].verdict(), Verdict::TooLong);
        assert_eq!(explained.len(), 5);
    }
}

#[test]
fn a_tag_that_is_too_long_is_not_matched_with_exclusions() {
    for length in [4_096, 4_097, 10 << 20] {
        let tag = "9".repeat(length);
        let expected = if length > 4_096 {
            Verdict::TooLong
        } else {
            Verdict::Excluded
        };
        for order in ["semver", "numerical", "filtered"] {
            let mut builder = flux();
            match order {
                "semver" => builder.semver("*"),
                "numerical" => builder.numerical("asc"),
                _ => builder.numerical("asc").filter("^9+$", ""),
            };
            let policy = builder.exclude("9+$").build().unwrap();
            let selection = policy.select([&tag]).unwrap();
            assert_eq!(selection.count(expected), 1, "{policy} {length}");
            let explained = policy.explain([&tag]).unwrap();
            assert_eq!(explained[0].verdict(), expected, "{policy} {length}");
        }
    }
}

#[test]
fn an_exclusion_comes_before_the_filter_and_the_version() {
    let policies = [
        flux()
            .semver("*")
            .filter("^v(.*)$", "$1")
            .exclude("rc")
            .build(),
        flux()
            .semver("*")
            .filter("^v(.*)$", "$1")
            .exclude("rc$")
            .build(),
        flux().semver(">1").exclude("rc").build(),
        flux().semver(">1").exclude("^.*rc$").build(),
        flux().numerical("asc").exclude("rc$").build(),
    ];
    for policy in policies.map(Result::unwrap) {
        // One that would be filtered out, one out of range, one no version.
        let selection = policy
            .select(["v2.0.0", "x-rc", "1.0.0-rc", "v0.1.0-rc"])
            .unwrap();
        assert_eq!(selection.count(Verdict::Excluded), 3, "{policy}");
    }
}

#[test]
fn what_is_kept_of_a_list_is_bounded() {
    let policy = flux().semver("*").build().unwrap();
    let tag = "é".repeat(2_000);
    let selection = policy.select([tag.as_str()]).unwrap();
    let shown = &selection.examples(Verdict::NotAVersion)[0];
    assert!(shown.len() <= 512 && tag.starts_with(shown.as_str()));
}
