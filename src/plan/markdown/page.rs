//! A text of at most so many characters, section by section.

use std::fmt::Display;

use super::safe::fence;
use crate::printable::Printable;

/// For the sentence that says what was left out, and the ends of a section.
const RESERVE: usize = 200;

pub(super) struct Page {
    text: String,
    left: usize,
}

impl Page {
    pub(super) fn new(characters: usize) -> Self {
        Self {
            text: String::new(),
            left: characters,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn push(&mut self, text: &str) {
        self.left = self.left.saturating_sub(text.chars().count());
        self.text.push_str(text);
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.push(text);
        self.push("\n");
    }

    pub(super) fn heading(&mut self, text: &str, is_empty: bool) {
        if !is_empty {
            self.push(&format!("\n### {text}\n"));
        }
    }

    /// Rows under a head, as far as this section's share goes; the others are counted.
    pub(super) fn rows(&mut self, head: &str, rows: impl Iterator<Item = String>, share: usize) {
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return;
        }
        self.push("\n");
        self.push(head);
        let (mut used, mut omitted) = (head.len(), 0);
        for row in rows {
            used += row.chars().count();
            if omitted == 0 && used + RESERVE <= share {
                self.push(&row);
            } else {
                omitted += 1;
            }
        }
        if omitted > 0 {
            self.push(&format!("\n{omitted} more are left out here.\n"));
        }
    }

    /// A fenced text in a section that opens on a click; its first lines, where it is longer than its share or the page.
    pub(super) fn collapsed(&mut self, title: &str, kind: &str, text: &str, share: Option<usize>) {
        let share = share.unwrap_or(usize::MAX).min(self.left);
        let total = text.lines().count();
        let (shown, lines) = first_lines(text, share);
        let fence = fence(&shown);
        self.push(&format!(
            "\n<details>\n<summary>{title}</summary>\n\n{fence}{kind}\n{shown}{fence}\n"
        ));
        if lines < total {
            self.push(&cut(lines, total));
        }
        self.push("\n</details>\n");
    }
}

fn cut(lines: usize, total: impl Display) -> String {
    format!("\nCut: the first {lines} of {total} lines are shown.\n")
}

/// As many whole lines as fit with a fence before and behind, which is longer than any run of backticks in them.
fn first_lines(text: &str, share: usize) -> (String, usize) {
    let mut shown = String::new();
    let (mut used, mut longest, mut lines) = (0, 3, 0);
    for line in text.split_terminator('\n') {
        let line = format!("{}\n", Printable(line));
        used += line.chars().count();
        longest = longest.max(fence(&line).len());
        if used + 2 * longest + RESERVE > share {
            break;
        }
        shown += &line;
        lines += 1;
    }
    (shown, lines)
}
