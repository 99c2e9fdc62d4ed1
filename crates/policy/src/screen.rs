//! The short way for tags that lose: a verdict without a place in the order.
//!
//! Of a million tags a handful is ever the best so far. A policy that orders
//! whole tags by version can tell for all others with one look at the version.

use crate::contender::Contender;
use crate::order::Order;
use crate::policy::Rules;
use crate::range::Admission;
use crate::version::{self, VersionView};
use crate::{Dialect, Range, Verdict};

/// The range of a policy that looks at nothing but whole tags.
#[inline]
pub(crate) fn range(rules: &Rules) -> Option<&Range> {
    match &rules.order {
        Order::Semver(range) if rules.filter.is_none() && rules.exclude.is_empty() => Some(range),
        _ => None,
    }
}

/// Why `tag` loses against `best`. None where that takes a closer look.
#[inline]
pub(crate) fn loses(
    range: &Range,
    dialect: Dialect,
    tag: &str,
    best: Option<&Contender>,
) -> Option<Verdict> {
    if let Some((core, [])) = version::plain_core(tag.as_bytes()) {
        return judge(range, &VersionView::release(core), best);
    }
    match version::parse(dialect, tag) {
        Ok(version) => judge(range, &version, best),
        // It may be too long for a tag.
        Err(_) => (tag.len() <= version::MAX_VERSION_LEN).then_some(Verdict::NotAVersion),
    }
}

#[inline]
fn judge(range: &Range, version: &VersionView<'_>, best: Option<&Contender>) -> Option<Verdict> {
    match range.admits(version) {
        Admission::OutOfRange => Some(Verdict::OutOfRange),
        Admission::PrereleaseNotAdmitted => Some(Verdict::PrereleaseNotAdmitted),
        Admission::Admitted => {
            let best = best?.version_core()?;
            (version.core < best).then_some(Verdict::Outranked)
        }
    }
}
