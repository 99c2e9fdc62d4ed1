use super::Objection;
use crate::{Candidate, Policy};

/// Objects where `to` is lower than `from` in the policy's own order.
///
/// The order of ranks counts, not the bytes that settle ties: from `1.0.0` to
/// `v1.0.0` and back is no downgrade. A tag without a place in the order, such
/// as `latest` for a semver policy, is neither lower nor higher.
pub fn downgrade<'a, 'b>(
    policy: &Policy,
    from: impl Into<Candidate<'a>>,
    to: impl Into<Candidate<'b>>,
) -> Result<(), Objection> {
    let (from, to) = (from.into(), to.into());
    let is_lower = policy
        .compare_ranks(to.seen(), from.seen())
        .is_some_and(std::cmp::Ordering::is_lt);
    if !is_lower {
        return Ok(());
    }
    Err(Objection::Downgrade {
        from: from.into_tag(),
        to: to.into_tag(),
    })
}
