//! Every way through the API to a winner.

use tagwright_policy::{Error, Policy, Ranked, Verdict};

/// The winner by `select`, a `Selector` and `rank`; `explain` and `compare` must agree.
#[track_caller]
pub(crate) fn winner(policy: &Policy, tags: &[String]) -> Result<Option<String>, Error> {
    let selection = policy.select(tags)?;
    let winner = selection.tag().map(str::to_owned);

    let mut selector = policy.selector();
    for tag in tags {
        selector.push(tag);
    }
    assert_eq!(
        selector.finish()?.into_selection().as_ref(),
        Some(&selection)
    );

    let ranked = policy.rank(tags, 2)?;
    assert_eq!(ranked.first().map(Ranked::tag), selection.tag(), "{policy}");
    assert_eq!(ranked.first().map(Ranked::key), selection.key(), "{policy}");
    if let [first, second] = ranked.as_slice() {
        assert!(
            policy.compare(first.tag(), second.tag()).unwrap().is_gt(),
            "{policy}"
        );
    }

    let explained = policy.explain(tags)?;
    for &verdict in Verdict::ALL {
        let given = explained
            .iter()
            .filter(|tag| tag.verdict() == verdict)
            .count();
        assert_eq!(
            selection.count(verdict),
            given as u64,
            "{policy} {verdict:?}"
        );
    }
    let selected: Vec<_> = explained
        .iter()
        .filter(|tag| tag.verdict() == Verdict::Selected)
        .collect();
    assert_eq!(selected.first().map(|tag| tag.tag()), selection.tag());
    Ok(winner)
}
