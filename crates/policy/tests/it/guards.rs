//! The guards: what they let pass, what not, and in which words.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tagwright_policy::guard::{Hold, MinimumAge, Objection, Shrink, SkipList, downgrade};
use tagwright_policy::{Dialect, ErrorKind, Policy};

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[track_caller]
fn says(answer: Result<(), Objection>, expected: &str) {
    assert_eq!(answer.unwrap_err().to_string(), expected);
}

#[test]
fn skip_lists_hold_whole_tags() {
    let list = SkipList::new(["1.2.3", "a\nb"]);
    says(list.check("1.2.3"), "1.2.3 is on the skip list");
    says(list.check("a\nb"), "a\\nb is on the skip list");
    assert_eq!(list.check("1.2.30"), Ok(()));
    assert_eq!(SkipList::default().check(""), Ok(()));
}

#[test]
fn a_hold_ends_at_its_time() {
    let hold = Hold::at("1.0.0").unwrap().until(at(100));
    assert_eq!(hold.check("1.0.0", at(0)), Ok(()));
    says(
        hold.check("1.1.0", at(99)),
        "1.1.0 has to wait: held at 1.0.0 until 1970-01-01T00:01:40Z",
    );
    assert_eq!(hold.check("1.1.0", at(100)), Ok(()));
    says(
        Hold::at("1.0.0")
            .unwrap()
            .check("1.1.0", at(u32::MAX.into())),
        "1.1.0 has to wait: held at 1.0.0",
    );
}

#[test]
fn a_hold_in_place_lets_nothing_in() {
    let hold = Hold::in_place().until(at(100));
    says(
        hold.check("1.1.0", at(99)),
        "1.1.0 has to wait: what is in place is held until 1970-01-01T00:01:40Z",
    );
    assert_eq!(hold.check("1.1.0", at(100)), Ok(()));
    says(
        Hold::in_place().check("1.1.0", at(u32::MAX.into())),
        "1.1.0 has to wait: what is in place is held",
    );
}

#[test]
fn one_version_is_exact() {
    let range = |range| {
        Policy::builder(Dialect::Flux)
            .semver(range)
            .build()
            .unwrap()
    };
    for exact in ["1.2.3", "=1.2.3", " = v1.2.3", "1.2.3-rc.1"] {
        assert!(range(exact).is_exact(), "{exact}");
    }
    for open in [
        "1.2",
        "1.2.x",
        "~1.2.3",
        ">=1.2.3",
        "1.2.3 || 1.2.4",
        "1.2.3 <2",
        "*",
    ] {
        assert!(!range(open).is_exact(), "{open}");
    }
    let alphabetical = Policy::builder(Dialect::Flux)
        .alphabetical("")
        .build()
        .unwrap();
    assert!(!alphabetical.is_exact());
}

#[test]
fn a_hold_is_at_a_tag() {
    let error = Hold::at("").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidTag);
    assert_eq!(
        error.to_string(),
        "invalid tag to hold at: it is empty at line 1, column 1; \
         write up to 128 letters, digits, '_', '.' and '-', the first no '.' or '-'"
    );
    assert!(Hold::at("a b").is_err());
}

#[test]
fn a_tag_that_is_listed_again_is_followed_once() {
    let policy = Policy::builder(Dialect::Flux)
        .digest("latest")
        .build()
        .unwrap();
    assert_eq!(
        policy.select(["latest", "latest"]).unwrap().to_string(),
        "latest: the only one of that name, followed by digest, listed 2 times"
    );
}

#[test]
fn a_minimum_age_is_reached_at_its_second() {
    let age = MinimumAge::new(Duration::from_secs(3_600));
    assert_eq!(age.check("a", Some(at(0)), at(3_600)), Ok(()));
    says(
        age.check("a", Some(at(1)), at(3_600)),
        "a is younger than 1 h; it is old enough at 1970-01-01T01:00:01Z",
    );
    says(
        age.check("a", Some(at(9_999)), at(0)),
        "a is younger than 1 h; it is old enough at 1970-01-01T03:46:39Z",
    );
    // A time within a second is told as the next one: at that one it is true.
    says(
        MinimumAge::new(Duration::from_nanos(1)).check("a", Some(at(5)), at(5)),
        "a is younger than 1 ns; it is old enough at 1970-01-01T00:00:06Z",
    );
    says(
        age.check("a", None, at(0)),
        "a minimum age is set, and it is not known when a was built",
    );
    assert_eq!(
        MinimumAge::new(Duration::ZERO).check("a", None, at(0)),
        Ok(())
    );
    let forever = MinimumAge::new(Duration::MAX);
    assert!(
        forever.check("a", Some(at(0)), at(1)).is_err(),
        "no overflow"
    );
}

#[test]
fn a_list_may_lose_its_share_and_no_tag_more() {
    let shrink = Shrink::new(25);
    for (before, now) in [(100, 75), (100, 100), (100, 500), (0, 0), (4, 3)] {
        assert_eq!(shrink.check(before, now), Ok(()), "{before} {now}");
    }
    says(
        shrink.check(100, 74),
        "the list shrank from 100 tags to 74, by more than 25 %",
    );
    says(
        Shrink::new(0).check(1, 0),
        "the list shrank from 1 tag to 0, by more than 0 %",
    );
    assert_eq!(Shrink::new(100).check(u64::MAX, 0), Ok(()));
    assert_eq!(Shrink::new(255).check(u64::MAX, 0), Ok(()));
}

#[test]
fn a_downgrade_is_told_by_the_policys_own_order() {
    let semver = Policy::builder(Dialect::Flux)
        .semver("2.x")
        .build()
        .unwrap();
    says(
        downgrade(&semver, "2.1.0", "2.0.9"),
        "2.0.9 is lower than 2.1.0 in the policy's order",
    );
    assert_eq!(downgrade(&semver, "1.0.0", "2.0.0"), Ok(()));
    assert_eq!(
        downgrade(&semver, "v2.0.0", "2.0.0"),
        Ok(()),
        "the same version"
    );
    assert_eq!(
        downgrade(&semver, "latest", "2.0.0"),
        Ok(()),
        "no place in the order"
    );

    let least = Policy::builder(Dialect::Flux)
        .numerical("desc")
        .build()
        .unwrap();
    assert!(
        downgrade(&least, "1", "2").is_err(),
        "the least is the best"
    );
    assert_eq!(downgrade(&least, "2", "1"), Ok(()));

    let newest = Policy::builder(Dialect::Flux)
        .newest_build()
        .build()
        .unwrap();
    assert!(downgrade(&newest, ("b", at(2)), ("a", at(1))).is_err());
    assert_eq!(
        downgrade(&newest, "b", ("a", at(1))),
        Ok(()),
        "no date, no place"
    );
}
