//! A Go pattern is translated or refused; what it extracts selects the same tag in whatever order the tags come, and
//! tags that are filtered out play no part.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tagwright_policy::{Dialect, Filter, Policy, Verdict};

fuzz_target!(|input: (&str, &str, Vec<&str>)| {
    let (pattern, extract, mut tags) = input;
    let mut builder = Policy::builder(Dialect::Flux);
    let Ok(policy) = builder.alphabetical("asc").filter(pattern, extract).build() else {
        return;
    };
    let selection = policy
        .select(tags.iter().copied())
        .expect("not a strict policy");
    let winner = selection.tag().map(str::to_owned);
    check_keys(pattern, extract, &tags);
    assert_eq!(selection.key().is_some(), winner.is_some());

    tags.reverse();
    assert_eq!(
        policy
            .select(tags.iter().copied())
            .expect("not a strict policy")
            .tag(),
        winner.as_deref()
    );

    let explained = policy
        .explain(tags.iter().copied())
        .expect("not a strict policy");
    let taken = explained
        .iter()
        .filter(|tag| tag.verdict() != Verdict::FilteredOut);
    let taken: Vec<&str> = taken.map(|tag| tag.tag()).collect();
    assert_eq!(
        policy.select(taken).expect("not a strict policy").tag(),
        winner.as_deref()
    );
});

/// With an alternative that matches nothing and starts with nothing in common, the pattern gives the same keys: what is
/// known of a match's start loses none.
fn check_keys(pattern: &str, extract: &str, tags: &[&str]) {
    let filter = Filter::new(pattern, extract).expect("the policy has it");
    let Ok(plain) = Filter::new(&format!("(?:{pattern})|\\zq"), extract) else {
        return;
    };
    for tag in tags {
        assert_eq!(
            filter.key(tag),
            plain.key(tag),
            "{pattern:?} {extract:?} {tag:?}"
        );
    }
}
