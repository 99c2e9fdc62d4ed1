//! The winner is in the input, permuting the input changes nothing, another tag never selects a worse one, every tag
//! has its verdict, and every way through the API selects the same.

#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use tagwright_policy::{Dialect, Policy, PolicyBuilder, Selection, Verdict};

fuzz_target!(|input: (u8, &str, Vec<&str>)| {
    let (kind, range, mut tags) = input;
    let Some(policy) = policy(kind, range) else {
        return;
    };
    let selection = select(&policy, &tags);
    let winner = selection.tag();
    assert!(winner.is_none_or(|winner| tags.contains(&winner)));
    check_verdicts(&policy, &tags, &selection);
    check_rank(&policy, &tags, winner);

    tags.reverse();
    assert_eq!(select(&policy, &tags).tag(), winner);
    tags.sort_unstable();
    assert_eq!(streamed(&policy, &tags).tag(), winner);

    tags.pop();
    check_not_better(&policy, select(&policy, &tags).tag(), winner);
});

fn policy(kind: u8, range: &str) -> Option<Policy> {
    let dialect = [Dialect::Flux, Dialect::Fleet][usize::from(kind & 1)];
    let order = ["asc", "desc"][usize::from(kind >> 1 & 1)];
    let mut builder = PolicyBuilder::new(dialect);
    match kind >> 2 & 7 {
        0 => builder.alphabetical(order),
        1 => builder.numerical(order),
        2 => builder.calver(range),
        3 => builder.digest(range),
        _ => builder.semver(range),
    };
    builder.build().ok()
}

fn select(policy: &Policy, tags: &[&str]) -> Selection {
    policy
        .select(tags.iter().copied())
        .expect("only a strict policy refuses tags")
}

fn streamed(policy: &Policy, tags: &[&str]) -> Selection {
    let mut selector = policy.selector();
    tags.iter().for_each(|tag| selector.push(tag));
    let finish = selector
        .finish()
        .expect("only a strict policy refuses tags");
    finish.into_selection().expect("no dates are needed")
}

fn check_verdicts(policy: &Policy, tags: &[&str], selection: &Selection) {
    let explained = policy
        .explain(tags.iter().copied())
        .expect("only a strict policy refuses tags");
    assert_eq!(explained.len(), tags.len());
    assert_eq!(selection.total(), tags.len() as u64);
    assert_eq!(
        selection.counts().map(|(_, count)| count).sum::<u64>(),
        selection.total()
    );
    for (verdict, count) in selection.counts() {
        let told = explained
            .iter()
            .filter(|tag| tag.verdict() == verdict)
            .count();
        assert_eq!(told as u64, count, "{verdict:?}");
    }
    let mut selected = explained
        .iter()
        .filter(|tag| tag.verdict() == Verdict::Selected);
    assert_eq!(selected.next().map(|tag| tag.tag()), selection.tag());
}

fn check_rank(policy: &Policy, tags: &[&str], winner: Option<&str>) {
    let ranked = policy
        .rank(tags.iter().copied(), 3)
        .expect("only a strict policy refuses tags");
    assert_eq!(ranked.first().map(|first| first.tag()), winner);
    for pair in ranked.windows(2) {
        assert_ne!(
            policy.compare(pair[0].tag(), pair[1].tag()),
            Some(Ordering::Less)
        );
    }
}

fn check_not_better(policy: &Policy, fewer: Option<&str>, more: Option<&str>) {
    let Some(fewer) = fewer else { return };
    let more = more.expect("a tag more leaves a winner");
    assert_ne!(
        policy.compare(fewer, more),
        Some(Ordering::Greater),
        "{fewer} {more}"
    );
}
