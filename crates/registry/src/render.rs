use std::ops::Range;

/// Lines longer than this are cut around the place, so that hostile input cannot flood a terminal.
const WIDTH: usize = 100;

/// Draws `message`, the line of `source` that `span` starts in, and carets under the span.
pub(crate) fn render(message: &str, source: &str, span: &Range<usize>) -> String {
    let Some(before) = source.get(..span.start) else {
        return message.to_owned();
    };
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = source[start..].split('\n').next().unwrap_or_default();
    let number = before.matches('\n').count() + 1;
    let (text, lead) = window(
        line.trim_end_matches('\r'),
        source[start..span.start].chars().count(),
    );
    let carets = "^".repeat(caret_count(
        source,
        span,
        text.chars().count() - lead.min(text.chars().count()),
    ));
    let gutter = " ".repeat(number.to_string().len());
    let indent = " ".repeat(lead);
    format!("{message}\n{gutter} |\n{number} | {text}\n{gutter} | {indent}{carets}")
}

/// At most [`WIDTH`] characters of `line` that show the character `column`, and where it stands in them.
/// Control characters, tabs among them, are drawn as one space, so that the caret stands where it should.
fn window(line: &str, column: usize) -> (String, usize) {
    let skip = column.saturating_sub(WIDTH / 2);
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    let text = line.chars().skip(skip).take(WIDTH).map(visible).collect();
    (text, column - skip)
}

fn caret_count(source: &str, span: &Range<usize>, room: usize) -> usize {
    let marked = source
        .get(span.clone())
        .map_or(0, |text| text.chars().take_while(|c| *c != '\n').count());
    marked.min(room).max(1)
}

#[cfg(test)]
mod tests {
    use super::render;

    #[track_caller]
    fn check(source: &str, span: std::ops::Range<usize>, expected: &str) {
        assert_eq!(render("m", source, &span), expected);
    }

    #[test]
    fn draws_the_line_and_carets_under_the_span() {
        check("ab cd", 2..3, "m\n  |\n1 | ab cd\n  |   ^");
        check(
            "one\ntwo three\r\nfour",
            8..13,
            "m\n  |\n2 | two three\n  |     ^^^^^",
        );
    }

    #[test]
    fn a_tab_and_an_end_of_text_keep_the_caret_in_place() {
        check("\tx", 1..2, "m\n  |\n1 |  x\n  |  ^");
        check("ab", 2..2, "m\n  |\n1 | ab\n  |   ^");
        check("", 0..0, "m\n  |\n1 | \n  | ^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let source = format!("{}!{}", "a".repeat(5_000), "b".repeat(5_000));
        let drawn = render("m", &source, &(5_000..5_001));
        assert!(
            drawn.lines().all(|line| line.chars().count() <= 110),
            "{drawn}"
        );
        assert!(drawn.contains("a!b"));
    }

    #[test]
    fn a_span_outside_of_the_source_leaves_the_message() {
        check("é", 1..2, "m");
        check("a", 7..9, "m");
    }
}
