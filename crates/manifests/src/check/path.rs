//! Paths that leave the repository.

/// The path that is left when each `..` that would leave the root is dropped;
/// `None` when there is none.
pub(super) fn cut_at_root(path: &str) -> Option<String> {
    let mut kept = Vec::new();
    let mut leaves = false;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => leaves |= kept.pop().is_none(),
            part => kept.push(part),
        }
    }
    let cut = if kept.is_empty() {
        ".".to_owned()
    } else {
        kept.join("/")
    };
    leaves.then_some(cut)
}
