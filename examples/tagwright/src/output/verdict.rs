//! Verdicts in JSON.

use tagwright::policy::Verdict;

/// `outOfRange`, as the fields are written.
pub(crate) fn verdict_name(verdict: Verdict) -> String {
    let name = format!("{verdict:?}");
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
