//! The winner is in the input, permuting the input changes nothing, another tag never selects a worse one, every tag
//! has its verdict, and every way through the API selects the same or refuses the same.

#![no_main]

use std::cmp::Ordering;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use libfuzzer_sys::fuzz_target;
use tagwright_policy::{
    Candidate, DEFAULT_EXCLUSION, Dialect, ErrorKind, Finish, Policy, PolicyBuilder, Selection,
    Verdict,
};

/// A tag and the hour that it was built in, where that is known.
type Tag<'a> = (&'a str, Option<u8>);

fuzz_target!(|input: (u16, &str, Vec<Tag<'_>>)| {
    let (kind, text, mut tags) = input;
    let Some(policy) = policy(kind, text) else {
        return;
    };
    let Some(selection) = select(&policy, &tags) else {
        return check_refusal(&policy, &mut tags);
    };
    let winner = selection.tag();
    assert!(winner.is_none_or(|winner| tags.iter().any(|(tag, _)| *tag == winner)));
    check_verdicts(&policy, &tags, &selection);
    check_rank(&policy, &tags, winner);

    tags.reverse();
    assert_eq!(select(&policy, &tags).as_ref(), Some(&selection));
    tags.sort_unstable();
    check_streams(&policy, &tags, &selection);

    if tags.pop().is_some() {
        check_not_better(&policy, &tags, winner);
    }
});

fn policy(kind: u16, text: &str) -> Option<Policy> {
    let bit = |place: u16| kind >> place & 1 == 1;
    let dialect = if bit(0) {
        Dialect::Fleet
    } else {
        Dialect::Flux
    };
    let order = if bit(1) { "asc" } else { "desc" };
    let mut builder = PolicyBuilder::new(dialect);
    match kind >> 2 & 7 {
        0 => builder.alphabetical(order),
        1 => builder.numerical(order).strict(bit(5)),
        2 => builder.calver(text),
        3 => builder.digest(text),
        4 => builder.newest_build(),
        _ => builder.semver(text),
    };
    if bit(6) {
        builder.exclude(DEFAULT_EXCLUSION);
    }
    if bit(7) {
        builder.exclude(text);
    }
    if bit(8) {
        builder.built_until(built(128));
    }
    builder.date_limit(usize::MAX).build().ok()
}

fn built(hour: u8) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::from(hour) * 3_600)
}

fn candidate<'a>((tag, hour): &Tag<'a>) -> Candidate<'a> {
    match hour {
        Some(hour) => Candidate::new(*tag).built(built(*hour)),
        None => Candidate::new(*tag),
    }
}

/// None where a strict policy refuses the list.
fn select(policy: &Policy, tags: &[Tag<'_>]) -> Option<Selection> {
    match policy.select(tags.iter().map(candidate)) {
        Ok(selection) => Some(selection),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::NotANumber);
            None
        }
    }
}

fn check_refusal(policy: &Policy, tags: &mut [Tag<'_>]) {
    let refused = policy.select(tags.iter().map(candidate)).unwrap_err();
    let explained = policy.explain(tags.iter().map(candidate)).unwrap_err();
    tags.reverse();
    let ranked = policy.rank(tags.iter().map(candidate), 1).unwrap_err();
    assert!(explained == refused && ranked == refused);
}

/// Dates that come with the tags, and dates that are asked for.
fn check_streams(policy: &Policy, tags: &[Tag<'_>], selection: &Selection) {
    let mut told = policy.selector();
    for tag in tags {
        told.push_candidate(&candidate(tag));
    }
    let told = ended(told.finish(), |_| None);
    assert_eq!(told.tag(), selection.tag());
    assert_eq!(told.total(), selection.total());

    // A tag that is listed twice has one date where it is asked for.
    let is_single = tags.windows(2).all(|pair| pair[0].0 != pair[1].0);
    if is_single {
        let mut asked = policy.selector();
        tags.iter().for_each(|(tag, _)| asked.push(tag));
        let date = |wanted: &str| tags.iter().find(|(tag, _)| *tag == wanted)?.1.map(built);
        let asked = ended(asked.finish(), date);
        assert_eq!(asked.tag(), selection.tag());
        assert_eq!(asked.total(), selection.total());
    }
}

fn ended(
    finish: Result<Finish, tagwright_policy::Error>,
    date: impl FnMut(&str) -> Option<SystemTime>,
) -> Selection {
    match finish.expect("not refused at once") {
        Finish::NeedDates(undated) => undated.select(date).expect("not refused at once"),
        finish => finish.into_selection().expect("done"),
    }
}

fn check_verdicts(policy: &Policy, tags: &[Tag<'_>], selection: &Selection) {
    let explained = policy
        .explain(tags.iter().map(candidate))
        .expect("not refused at once");
    assert_eq!(explained.len(), tags.len());
    assert_eq!(selection.total(), tags.len() as u64);
    for &verdict in Verdict::ALL {
        let told = explained.iter().filter(|tag| tag.verdict() == verdict);
        assert_eq!(told.count() as u64, selection.count(verdict), "{verdict:?}");
    }
    let mut selected = explained
        .iter()
        .filter(|tag| tag.verdict() == Verdict::Selected);
    assert_eq!(selected.next().map(|tag| tag.tag()), selection.tag());
}

fn check_rank(policy: &Policy, tags: &[Tag<'_>], winner: Option<&str>) {
    let ranked = policy
        .rank(tags.iter().map(candidate), 3)
        .expect("not refused at once");
    assert_eq!(ranked.first().map(|first| first.tag()), winner);
    for pair in ranked.windows(2) {
        assert_ne!(pair[0].tag(), pair[1].tag());
        assert_ne!(
            policy.compare(pair[0].tag(), pair[1].tag()),
            Some(Ordering::Less)
        );
    }
}

/// `fewer` lacks one tag of those that `more` won.
fn check_not_better(policy: &Policy, fewer: &[Tag<'_>], more: Option<&str>) {
    let fewer = select(policy, fewer).expect("fewer tags are not refused where more are not");
    let Some(fewer) = fewer.tag() else { return };
    let more = more.expect("a tag more leaves a winner");
    assert_ne!(
        policy.compare(fewer, more),
        Some(Ordering::Greater),
        "{fewer} {more}"
    );
}
