//! Orders by date, and tags followed by digest.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tagwright_policy::{
    Candidate, Dialect, ErrorKind, Explained, Finish, Policy, PolicyBuilder, REFERRERS_EXCLUSION,
    Ranked, Undated, Verdict,
};

fn flux() -> PolicyBuilder {
    Policy::builder(Dialect::Flux)
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn newest() -> Policy {
    flux().newest_build().filter("^main-", "").build().unwrap()
}

#[track_caller]
fn undated(policy: &Policy, tags: &[&str]) -> Undated {
    let mut selector = policy.selector();
    for tag in tags {
        selector.push(tag);
    }
    match selector.finish().unwrap() {
        Finish::NeedDates(undated) => undated,
        Finish::Done(selection) => panic!("{selection:?}"),
    }
}

#[test]
fn dates_are_asked_of_the_tags_that_pass_only() {
    let tags = ["main-b", "dev-a", "main-c", "main-a", "main-b"];
    let undated = undated(&newest(), &tags);
    assert_eq!(undated.tags().len(), 3);
    assert_eq!(
        undated.tags().collect::<Vec<_>>(),
        ["main-a", "main-b", "main-c"]
    );
    let selection = undated.select(|tag| match tag {
        "main-a" => Some(at(30)),
        "main-b" => Some(at(40)),
        _ => None,
    });
    let selection = selection.unwrap();
    assert_eq!(
        selection.to_string(),
        "main-b: newest of 3 with a date; 1 has no date, 1 does not match the filter"
    );
    assert_eq!(selection.total(), 5);
}

#[test]
fn dates_that_come_with_the_tags_need_no_question() {
    let policy = newest();
    let dated = [
        ("main-a", at(2)),
        ("main-b", at(9)),
        ("main-c", at(9)),
        ("dev", at(99)),
    ];
    let selection = policy.select(dated).unwrap();
    assert_eq!(
        selection.tag(),
        Some("main-c"),
        "equal dates: the greater tag"
    );

    let mut selector = policy.selector();
    for candidate in dated.map(Candidate::from) {
        selector.push_candidate(&candidate);
    }
    let finish = selector.finish().unwrap();
    assert_eq!(finish.into_selection().as_ref(), Some(&selection));

    let ranked = policy.rank(dated, 2).unwrap();
    assert_eq!(
        ranked.iter().map(Ranked::tag).collect::<Vec<_>>(),
        ["main-c", "main-b"]
    );
    assert!(policy.compare(dated[1], dated[0]).unwrap().is_gt());
    assert_eq!(
        policy.compare(dated[1], "main-a"),
        None,
        "no date, no place"
    );
}

#[test]
fn the_order_of_the_list_and_the_way_of_the_dates_change_nothing() {
    let policy = newest();
    let date = |tag: &str| Some(at(tag.len() as u64));
    let mut tags = ["main-1", "main-22", "main-333", "x", "main-22"];
    let asked = undated(&policy, &tags).select(date).unwrap();
    tags.reverse();
    assert_eq!(undated(&policy, &tags).select(date).unwrap(), asked);
    let told = tags.map(|tag| Candidate::new(tag).built(date(tag).unwrap()));
    assert_eq!(policy.select(told).unwrap(), asked);
}

#[test]
fn a_winner_that_stands_twice_is_no_example_of_what_it_outranks() {
    let policy = flux().newest_build().build().unwrap();
    let mut tags = [("a", 2), ("c", 1), ("a", 9), ("b", 1), ("a", 3), ("d", 1)];
    for _ in 0..tags.len() {
        tags.rotate_left(1);
        let selection = policy
            .select(tags.map(|(tag, day)| (tag, at(day))))
            .unwrap();
        assert_eq!(selection.tag(), Some("a"));
        assert_eq!(selection.examples(Verdict::Outranked), ["b", "c", "d"]);
    }
}

#[test]
fn a_list_with_no_dates_to_ask_is_done() {
    let policy = newest();
    let mut selector = policy.selector();
    selector.push("dev");
    let selection = selector.finish().unwrap().into_selection().unwrap();
    assert_eq!(
        selection.to_string(),
        "no tag selected of 1 by newest build, filter ^main-; 1 does not match the filter"
    );
    let selection = policy.select(["main-a"]).unwrap();
    assert_eq!(
        (selection.tag(), selection.count(Verdict::NoDate)),
        (None, 1)
    );
}

#[test]
fn builds_after_the_time_are_too_young() {
    let policy = flux()
        .newest_build()
        .built_until(at(86_400))
        .build()
        .unwrap();
    let candidates = [("a", at(86_399)), ("b", at(86_400)), ("c", at(86_401))];
    let selection = policy.select(candidates).unwrap();
    assert_eq!(
        selection.to_string(),
        "b: newest of 2 that are old enough; 1 is too young"
    );
    let verdicts: Vec<Verdict> = policy
        .explain(candidates)
        .unwrap()
        .iter()
        .map(Explained::verdict)
        .collect();
    assert_eq!(
        verdicts,
        [Verdict::Outranked, Verdict::Selected, Verdict::TooYoung]
    );
    assert_eq!(
        policy.to_string(),
        "newest build, built until 1970-01-02T00:00:00Z"
    );
}

#[test]
fn more_tags_than_the_limit_are_an_error() {
    let policy = flux().newest_build().date_limit(2).build().unwrap();
    assert_eq!(undated(&policy, &["a", "b", "a"]).tags().len(), 2);
    let mut selector = policy.selector();
    for tag in ["a", "b", "c"] {
        selector.push(tag);
    }
    let error = selector.finish().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyCandidates);
    assert_eq!(
        error.to_string(),
        "more tags need a date than the limit of 2; narrow the filter, or raise the limit"
    );
}

#[test]
fn a_digest_policy_selects_its_tag_and_no_other() {
    let policy = flux().digest("latest").build().unwrap();
    assert_eq!(policy.followed_tag(), Some("latest"));
    let selection = policy.select(["1.0.0", "latest", "latest-alpine"]).unwrap();
    assert_eq!(
        selection.to_string(),
        "latest: the only one of that name, followed by digest; 2 are other tags"
    );
    assert_eq!(selection.count(Verdict::OtherTag), 2);
    let none = policy.select(["Latest"]).unwrap();
    assert_eq!(
        none.to_string(),
        "no tag selected of 1 by digest of latest; 1 is another tag"
    );
    assert_eq!(flux().semver("*").build().unwrap().followed_tag(), None);
}

#[test]
fn what_is_no_tag_cannot_be_followed() {
    for tag in ["", ".a", "-a", "a b", "é", "a\n", &"a".repeat(129)] {
        let error = flux().digest(tag).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidTag, "{tag:?}");
    }
    assert_eq!(
        flux().digest("a\nb").build().unwrap_err().to_string(),
        "invalid tag to follow by digest: unexpected character '\\n' at line 1, column 2; write up \
         to 128 letters, digits, '_', '.' and '-', the first no '.' or '-'"
    );
}

#[test]
fn tags_that_belong_to_another_image_can_be_excluded() {
    let hex = "0123456789abcdef".repeat(4);
    let policy = flux()
        .alphabetical("")
        .exclude(REFERRERS_EXCLUSION)
        .build()
        .unwrap();
    for end in ["", ".sig", ".att", ".sbom"] {
        let tag = format!("sha256-{hex}{end}");
        assert_eq!(
            policy.select([&tag]).unwrap().count(Verdict::Excluded),
            1,
            "{tag}"
        );
    }
    let plain = format!("sha256-{}", &hex[1..]);
    assert_eq!(policy.select([&plain]).unwrap().tag(), Some(plain.as_str()));
}

#[test]
fn orders_of_our_own_stand_alone_in_both_dialects() {
    for dialect in [Dialect::Flux, Dialect::Fleet] {
        let builder = || Policy::builder(dialect);
        assert!(builder().newest_build().build().is_ok());
        assert!(builder().digest("latest").build().is_ok());
        let pairs = [
            builder().semver("*").calver("YYYY.MM").build(),
            builder().alphabetical("").digest("latest").build(),
            builder().newest_build().digest("latest").build(),
        ];
        for pair in pairs {
            assert_eq!(pair.unwrap_err().kind(), ErrorKind::TwoOrders, "{dialect}");
        }
    }
}

#[test]
fn of_two_orders_of_a_resource_the_first_counts() {
    let [semver, alphabetical] = ["semver *", "alphabetical asc"];
    let flux = || Policy::builder(Dialect::Flux);
    let cases = [
        (flux().semver("*").alphabetical("asc").build(), semver),
        (flux().numerical("asc").semver("*").build(), semver),
        (
            flux().numerical("asc").alphabetical("").build(),
            alphabetical,
        ),
        (
            flux().numerical("").alphabetical("").semver("*").build(),
            semver,
        ),
        // The one that does not count is not read.
        (flux().semver("*").numerical("up").build(), semver),
        (
            flux().alphabetical("asc").numerical("up").build(),
            alphabetical,
        ),
    ];
    for (policy, expected) in cases {
        assert_eq!(policy.unwrap().to_string(), expected);
    }
    let range = flux().semver("latest").alphabetical("asc").build();
    assert_eq!(range.unwrap_err().kind(), ErrorKind::InvalidRange);
    let fleet = Policy::builder(Dialect::Fleet)
        .semver("*")
        .numerical("asc")
        .build();
    assert_eq!(fleet.unwrap_err().kind(), ErrorKind::NotInDialect);
}

#[test]
fn an_exclusion_and_a_filter_come_before_the_date() {
    let policy = flux()
        .newest_build()
        .filter("^main-", "")
        .exclude("-rc$")
        .build()
        .unwrap();
    let undated = undated(&policy, &["main-1", "main-2-rc", "dev-3"]);
    assert_eq!(undated.tags().collect::<Vec<_>>(), ["main-1"]);
    let selection = undated.select(|_| None).unwrap();
    assert_eq!(
        selection.to_string(),
        "no tag selected of 3 by newest build, filter ^main-, exclude -rc$; \
         1 has no date, 1 does not match the filter, 1 is excluded"
    );
}
