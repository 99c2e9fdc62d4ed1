//! The order of prereleases.

use std::cmp::Ordering;

/// Compares two prereleases; the empty one is a release and the greatest.
pub(super) fn cmp_prerelease(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (false, false) => cmp_identifiers(a, b),
        (a_is_release, b_is_release) => a_is_release.cmp(&b_is_release),
    }
}

fn cmp_identifiers(a: &str, b: &str) -> Ordering {
    let mut a = a.split('.');
    let mut b = b.split('.');
    loop {
        let order = match (a.next(), b.next()) {
            (Some(a), Some(b)) => cmp_identifier(a, b),
            (None, None) => return Ordering::Equal,
            (a, b) => return a.is_some().cmp(&b.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Numbers are below words. An identifier that no `u64` holds is a word, as it
/// is in Masterminds/semver.
fn cmp_identifier(a: &str, b: &str) -> Ordering {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (None, None) => a.cmp(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn number(identifier: &str) -> Option<u64> {
    let digits = identifier.bytes().all(|byte| byte.is_ascii_digit());
    if digits {
        identifier.parse().ok()
    } else {
        None
    }
}
