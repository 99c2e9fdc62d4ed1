//! The known name that a misspelt one was meant to be.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Names longer than this are not compared: the work is the product of both lengths.
const MAX_LENGTH: usize = 128;

/// The known name that is nearest to `name`, when it is near enough to be meant.
///
/// Near enough is one insertion, deletion, substitution or swap of neighbours for each three
/// characters. Of equally near names the first by its bytes. Many names of a hostile text are better
/// looked up by [`NearestNames`].
///
/// ```
/// use tagwright_markers::nearest;
///
/// let known = ["flux-system:podinfo", "flux-system:redis"];
/// assert_eq!(nearest("flux-system:podifno", known.into_iter()), Some("flux-system:podinfo"));
/// assert_eq!(nearest("apps:frontend", known.into_iter()), None);
/// ```
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    search(name, known, &mut usize::MAX.clone())
}

/// Looks up the nearest of names that are known, for as many misspelt ones as a hostile text may hold.
///
/// Answers are remembered, and the work of all together is bounded, over all texts and threads: that
/// of about a hundred thousand comparisons. When it is spent, names that are not remembered have no
/// nearest. A clone begins anew.
///
/// ```
/// use tagwright_markers::NearestNames;
///
/// let names = NearestNames::new();
/// let known = ["flux-system:podinfo", "flux-system:redis"];
/// let nearest = names.of("flux-system:podifno", known.into_iter());
/// assert_eq!(nearest.as_deref(), Some("flux-system:podinfo"));
/// ```
#[derive(Debug, Default)]
pub struct NearestNames(Mutex<Memory>);

#[derive(Debug)]
struct Memory {
    answers: HashMap<String, Option<String>>,
    /// What may still be spent, in cells of the tables that distances are counted in.
    budget: usize,
}

/// A few hundredths of a second.
const BUDGET: usize = 1 << 24;

/// Answers that are remembered.
const MAX_ANSWERS: usize = 1000;

impl NearestNames {
    /// Nothing is remembered, and nothing spent.
    pub fn new() -> Self {
        Self::default()
    }

    /// The nearest of the known names, as of [`nearest`]; they are walked only when there is no answer yet.
    ///
    /// They must be the same each time, until [`clear`](Self::clear).
    pub fn of<K: AsRef<str>>(&self, name: &str, known: impl Iterator<Item = K>) -> Option<String> {
        let mut memory = self.memory();
        if let Some(answer) = memory.answers.get(name) {
            return answer.clone();
        }
        let found = search(name, known, &mut memory.budget);
        let answer = found.map(|found| found.as_ref().to_owned());
        if name.len() <= MAX_LENGTH && memory.answers.len() < MAX_ANSWERS {
            memory.answers.insert(name.to_owned(), answer.clone());
        }
        answer
    }

    /// Forgets everything: the known names are others now.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for NearestNames {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            answers: HashMap::new(),
            budget: BUDGET,
        }
    }
}

/// The nearest name; `None` when the budget is spent before all are compared.
fn search<K: AsRef<str>>(
    name: &str,
    known: impl Iterator<Item = K>,
    budget: &mut usize,
) -> Option<K> {
    if name.len() > MAX_LENGTH {
        return None;
    }
    let wanted: Vec<char> = name.chars().collect();
    let mut table = Table::default();
    let mut limit = (wanted.len() / 3).max(1);
    let mut best: Option<K> = None;
    for known in known {
        let candidate = known.as_ref();
        *budget = budget.checked_sub(1 + candidate.len().min(MAX_LENGTH))?;
        let distance = table.distance(&wanted, candidate, limit, budget)?;
        let is_nearer = distance < limit
            || distance == limit && best.as_ref().is_none_or(|best| candidate < best.as_ref());
        if is_nearer {
            limit = distance;
            best = Some(known);
        }
    }
    best
}

/// The last three rows of the table that a distance is counted in.
#[derive(Default)]
struct Table {
    candidate: Vec<char>,
    before: Vec<usize>,
    last: Vec<usize>,
    next: Vec<usize>,
}

impl Table {
    /// The optimal string alignment distance, or more than `limit` as soon as that is certain.
    ///
    /// `None` when the budget is spent.
    fn distance(
        &mut self,
        wanted: &[char],
        candidate: &str,
        limit: usize,
        budget: &mut usize,
    ) -> Option<usize> {
        let length = candidate.len().min(MAX_LENGTH + 1);
        if length > MAX_LENGTH || wanted.len().abs_diff(candidate.chars().count()) > limit {
            return Some(limit + 1);
        }
        self.begin(candidate, limit);
        for row in 1..=wanted.len() {
            let columns =
                row.saturating_sub(limit).max(1)..=(row + limit).min(self.candidate.len());
            *budget = budget.checked_sub(columns.clone().count())?;
            if self.row(wanted, row, columns, limit) > limit {
                return Some(limit + 1);
            }
        }
        Some(self.last[self.candidate.len()])
    }

    /// The row of no characters; the others hold more than `limit` where they are not counted.
    fn begin(&mut self, candidate: &str, limit: usize) {
        self.candidate.clear();
        self.candidate.extend(candidate.chars());
        let width = self.candidate.len() + 1;
        self.last.clear();
        self.last.extend(0..width);
        for row in [&mut self.before, &mut self.next] {
            row.clear();
            row.resize(width, limit + 1);
        }
    }

    /// Counts the columns that can be within the limit; the least of them.
    fn row(
        &mut self,
        wanted: &[char],
        row: usize,
        columns: std::ops::RangeInclusive<usize>,
        limit: usize,
    ) -> usize {
        let first = *columns.start();
        self.next.fill(limit + 1);
        self.next[first - 1] = if first == 1 { row } else { limit + 1 };
        let mut least = self.next[first - 1];
        for column in columns {
            self.next[column] = self.cell(wanted, row, column);
            least = least.min(self.next[column]);
        }
        std::mem::swap(&mut self.before, &mut self.last);
        std::mem::swap(&mut self.last, &mut self.next);
        least
    }

    fn cell(&self, wanted: &[char], row: usize, column: usize) -> usize {
        let (a, b) = (wanted, &self.candidate);
        let differs = usize::from(a[row - 1] != b[column - 1]);
        let cost = (self.last[column] + 1)
            .min(self.next[column - 1] + 1)
            .min(self.last[column - 1] + differs);
        let is_swapped =
            row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1];
        if is_swapped {
            cost.min(self.before[column - 2] + 1)
        } else {
            cost
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, expected: usize) {
        let chars: Vec<char> = a.chars().collect();
        let mut table = Table::default();
        let mut count = |limit| table.distance(&chars, b, limit, &mut 1000);
        assert_eq!(count(9), Some(expected));
        assert_eq!(count(expected), Some(expected));
        assert!(expected == 0 || count(expected - 1) == Some(expected));
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

    /// Names that only their last characters tell apart are compared to the end.
    fn alike(count: usize) -> Vec<String> {
        let name = |number| format!("{}{number:06}", "x".repeat(40));
        (0..count).map(name).collect()
    }

    #[test]
    fn all_names_share_one_budget() {
        let known = alike(100);
        let names = NearestNames::new();
        let look_up = |name: &str| names.of(name, known.iter());
        let misspelt = known[7].replacen('x', "y", 1);
        assert_eq!(look_up(&misspelt), Some(known[7].clone()));

        let spent = BUDGET - names.memory().budget;
        assert!((4_600..500_000).contains(&spent), "{spent}");
        names.memory().budget = spent - 1;
        assert_eq!(look_up(&misspelt), Some(known[7].clone()), "remembered");
        let other = known[8].replacen('x', "y", 1);
        assert_eq!(look_up(&other), None);
        assert_eq!(
            names.clone().of(&other, known.iter()),
            Some(known[8].clone())
        );
    }

    #[test]
    fn a_length_that_does_not_fit_costs_no_comparison() {
        let known = ["x".repeat(100), "x".repeat(128)];
        let names = NearestNames::new();
        assert_eq!(names.of(&"x".repeat(50), known.iter()), None);
        assert_eq!(BUDGET - names.memory().budget, 2 + 228);
    }

    #[test]
    fn a_long_name_is_not_compared() {
        let long = "a".repeat(MAX_LENGTH + 1);
        assert_eq!(nearest(&long, [long.as_str()].into_iter()), None);
    }
}
