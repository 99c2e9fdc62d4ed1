//! The short way for tags that lose: a verdict without a place in the order.
//!
//! Of a million tags a handful is ever the best so far. A policy that orders
//! whole tags by version can tell for all others with one look at the version,
//! a filter and an exclusion for many with one look at their ends.

use crate::contender::Contender;
use crate::order::Order;
use crate::policy::Rules;
use crate::range::Admission;
use crate::version::{self, VersionView};
use crate::{Dialect, Range, Verdict};

/// Why `tag` loses against `best`. None where that takes a closer look.
#[inline]
pub(crate) fn loses(rules: &Rules, tag: &str, best: Option<&Contender>) -> Option<Verdict> {
    // Longer tags are for the closer look, which knows the limits.
    if tag.len() > version::MAX_VERSION_LEN {
        return None;
    }
    match (&rules.filter, &rules.order) {
        (Some(filter), _) if filter.may_match(tag) => None,
        (None, Order::Semver(_)) | (Some(_), _) if rules.excludes(tag) => Some(Verdict::Excluded),
        (Some(_), _) => Some(Verdict::FilteredOut),
        // With an age to check, a version alone does not tell that it is outranked.
        (None, Order::Semver(range)) => {
            let best = best.filter(|_| rules.until.is_none());
            loses_by_version(range, rules.dialect, tag, best)
        }
        _ => None,
    }
}

#[inline]
fn loses_by_version(
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
        Err(_) => Some(Verdict::NotAVersion),
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
