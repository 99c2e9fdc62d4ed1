//! The unified diff of a plan.

use std::fmt::{self, Write as _};

use similar::{Algorithm, TextDiff};

/// One file's unified diff with three lines of context, as `git diff` prints it.
pub(crate) fn unified(path: &str, old: &str, new: &str) -> String {
    TextDiff::configure()
        // Edited values stand on their own lines among unique neighbours: patience is linear here.
        .algorithm(Algorithm::Patience)
        .diff_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

/// A unified diff in the colours of a terminal, by [`Plan::coloured_diff`](crate::Plan::coloured_diff).
///
/// Control characters of the file are shown as pictures (`␛`), so that a repository cannot speak to the terminal.
#[derive(Clone, Copy, Debug)]
pub struct ColouredDiff<'a>(pub(crate) &'a str);

const RESET: &str = "\x1b[0m";

impl fmt::Display for ColouredDiff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.split_terminator('\n') {
            let colour = colour(line);
            f.write_str(colour)?;
            line.chars().try_for_each(|c| f.write_char(visible(c)))?;
            f.write_str(if colour.is_empty() { "" } else { RESET })?;
            f.write_char('\n')?;
        }
        Ok(())
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

fn visible(c: char) -> char {
    match u32::from(c) {
        0x09 => c,
        control @ 0..0x20 => char::from_u32(0x2400 + control).unwrap_or(c),
        0x7f..0xa0 => '\u{2421}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unified_diff_names_the_file_and_keeps_a_missing_final_newline() {
        let diff = unified("app.yaml", "a: 1\nb: 2", "a: 1\nb: 3");
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
