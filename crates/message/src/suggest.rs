//! The nearest known name.

/// Longer names are not compared: the work grows with the square.
const LONGEST: usize = 64;

/// A hint that names the known name nearest to `name`, if one is near.
pub(crate) fn did_you_mean<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    if name.len() > LONGEST {
        return None;
    }
    let candidates = known.into_iter().map(|k| (distance(name, k), k));
    let (distance, nearest) = candidates.min()?;
    let near = distance * 2 <= name.chars().count();
    near.then(|| format!("did you mean \"{nearest}\"?"))
}

/// Edits between two names, case aside; two letters swapped are one edit.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = cell(&table, &a[..i], &b[..j]);
        }
    }
    table[a.len()][b.len()]
}

/// One field of the table, from those before it.
fn cell(table: &[Vec<usize>], a: &[char], b: &[char]) -> usize {
    let (i, j) = (a.len(), b.len());
    if i == 0 || j == 0 {
        return i + j;
    }
    let substituted = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
    let edited = (table[i - 1][j] + 1).min(table[i][j - 1] + 1);
    let swapped = i > 1 && j > 1 && a[i - 2..] == [b[j - 1], b[j - 2]];
    let best = substituted.min(edited);
    if swapped {
        best.min(table[i - 2][j - 2] + 1)
    } else {
        best
    }
}
