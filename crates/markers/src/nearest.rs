//! The known name that a misspelt one was meant to be.

/// Names longer than this are not compared: the work is the product of both lengths.
const MAX_LENGTH: usize = 128;

/// The known name that is nearest to `name`, when it is near enough to be meant.
///
/// Near enough is one insertion, deletion, substitution or swap of neighbours for each three
/// characters. Of equally near names the first by its bytes.
///
/// ```
/// use tagwright_markers::nearest;
///
/// let known = ["flux-system:podinfo", "flux-system:redis"];
/// assert_eq!(nearest("flux-system:podifno", known.into_iter()), Some("flux-system:podinfo"));
/// assert_eq!(nearest("apps:frontend", known.into_iter()), None);
/// ```
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    if name.len() > MAX_LENGTH {
        return None;
    }
    let wanted: Vec<char> = name.chars().collect();
    let limit = (wanted.len() / 3).max(1);
    known
        .filter(|candidate| candidate.len() <= MAX_LENGTH)
        .map(|candidate| (distance(&wanted, candidate, limit), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The optimal string alignment distance, or more than `limit` as soon as that is certain.
fn distance(wanted: &[char], candidate: &str, limit: usize) -> usize {
    let candidate: Vec<char> = candidate.chars().collect();
    if wanted.len().abs_diff(candidate.len()) > limit {
        return limit + 1;
    }
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=candidate.len()).collect();
    for row in 1..=wanted.len() {
        let next = next_row(wanted, &candidate, row, &last, &before);
        if next.iter().min() > Some(&limit) {
            return limit + 1;
        }
        before = std::mem::replace(&mut last, next);
    }
    last[candidate.len()]
}

fn next_row(a: &[char], b: &[char], row: usize, last: &[usize], before: &[usize]) -> Vec<usize> {
    let mut next = vec![row; b.len() + 1];
    for column in 1..=b.len() {
        let differs = usize::from(a[row - 1] != b[column - 1]);
        let mut cost = (last[column] + 1)
            .min(next[column - 1] + 1)
            .min(last[column - 1] + differs);
        let swapped =
            row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1];
        if swapped {
            cost = cost.min(before[column - 2] + 1);
        }
        next[column] = cost;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, expected: usize) {
        let chars: Vec<char> = a.chars().collect();
        assert_eq!(distance(&chars, b, 9), expected);
    }

    #[test]
    fn distances() {
        check("", "abc", 3);
        check("abc", "abc", 0);
        check("kitten", "sitting", 3);
        check("abcd", "abdc", 1);
        check("größe", "grösse", 2);
    }

    #[test]
    fn equally_near_names_are_settled_by_their_bytes() {
        for known in [["app-b", "app-a"], ["app-a", "app-b"]] {
            assert_eq!(nearest("app-c", known.into_iter()), Some("app-a"));
        }
    }

    #[test]
    fn a_long_name_is_not_compared() {
        let long = "a".repeat(MAX_LENGTH + 1);
        assert_eq!(nearest(&long, [long.as_str()].into_iter()), None);
    }
}
