//! The unified diff of a plan.

use std::fmt;

use similar::{Algorithm, TextDiff};

use crate::printable::Printable;

/// One file's unified diff with three lines of context, as `git diff` prints it.
pub(crate) fn unified(path: &str, old: &[u8], new: &[u8]) -> String {
    // Marked files are UTF-8, or they are not edited.
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    TextDiff::configure()
        // Edited values stand on their own lines among unique neighbours: patience is linear here.
        .algorithm(Algorithm::Patience)
        .diff_lines(&*old, &*new)
        .unified_diff()
        .context_radius(3)
        // A name with a line break would begin a line of its own.
        .header(
            &Printable(&format!("a/{path}")).to_string(),
            &Printable(&format!("b/{path}")).to_string(),
        )
        .to_string()
}

/// A unified diff for people, by [`Plan::coloured_diff`](crate::Plan::coloured_diff).
///
/// Control characters of the file are shown as pictures (`␛`), so that a repository cannot speak to the terminal.
#[derive(Clone, Copy, Debug)]
pub struct ColouredDiff<'a>(pub(crate) &'a str);

/// The same without colours, by [`Plan::plain_diff`](crate::Plan::plain_diff).
#[derive(Clone, Copy, Debug)]
pub struct PlainDiff<'a>(pub(crate) &'a str);

const RESET: &str = "\x1b[0m";

impl fmt::Display for ColouredDiff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.split_terminator('\n') {
            let colour = colour(line);
            let reset = if colour.is_empty() { "" } else { RESET };
            writeln!(f, "{colour}{}{reset}", Printable(line))?;
        }
        Ok(())
    }
}

impl fmt::Display for PlainDiff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.0.split_terminator('\n');
        lines.try_for_each(|line| writeln!(f, "{}", Printable(line)))
    }
}

fn colour(line: &str) -> &'static str {
    match line.as_bytes() {
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => "\x1b[1m",
        [b'+', ..] => "\x1b[32m",
        [b'-', ..] => "\x1b[31m",
        [b'@', ..] => "\x1b[36m",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unified_diff_names_the_file_and_keeps_a_missing_final_newline() {
        let diff = unified("app.yaml", b"a: 1\nb: 2", b"a: 1\nb: 3");
        assert_eq!(
            diff,
            "--- a/app.yaml\n+++ b/app.yaml\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n\\ No newline at end of file\n+b: 3\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn colours_show_control_characters_instead_of_sending_them() {
        assert_eq!(
            ColouredDiff("+a\x1b[2J\r\n b\n").to_string(),
            "\x1b[32m+a␛[2J␍\x1b[0m\n b\n"
        );
    }
}
