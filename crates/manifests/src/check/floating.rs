//! Patterns that a single tag passes.

/// The one tag that passes a pattern such as `^latest$`, unless it is a whole
/// version: that one is pinned, not followed.
pub(super) fn only_tag(pattern: &str) -> Option<String> {
    let text = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let tag = text.replace("\\.", ".");
    // A dot that is not escaped stands for any character.
    let dots = text.matches('.').count() == text.matches("\\.").count();
    let literal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let version = tag.matches('.').count() >= 2;
    (!tag.is_empty() && dots && tag.chars().all(literal) && !version).then_some(tag)
}
