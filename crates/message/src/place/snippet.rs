//! Draws the line of a text that an error is about, with carets below the place.
//!
//! The format is fixed by the cases in `testdata/snippets.jsonl` of the
//! workspace, which the crates that draw share.

use std::fmt;
use std::ops::Range;

/// Characters of a line that are shown; a longer one is cut around the place.
const WIDTH: usize = 100;

/// Stands where a line was cut.
const CUT: char = '…';

/// Stands for a character that is not sent to a terminal.
const REPLACED: char = '\u{fffd}';

/// The 1-based line, and the 1-based column in characters, of the byte `at`.
pub(super) fn line_and_column(source: &str, at: usize) -> (usize, usize) {
    let before = &source[..floor(source, at).unwrap_or(source.len())];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// `headline`, and the line of `source` in which `span` begins with carets below.
pub(super) fn draw(headline: &str, source: &str, span: &Range<usize>) -> String {
    match Picture::of(source, span) {
        Some(picture) => format!("{headline}\n{picture}"),
        None => headline.to_owned(),
    }
}

/// The line that holds the start of a span, as it is shown.
struct Picture {
    number: usize,
    text: String,
    /// The blanks before the place, and the carets.
    carets: String,
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (gutter, number) = (self.gutter(), self.number);
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number} | {}", self.text)?;
        write!(f, "{gutter} | {}", self.carets)
    }
}

impl Picture {
    /// None when the span begins behind the end of `source`, which then is
    /// another text.
    fn of(source: &str, span: &Range<usize>) -> Option<Self> {
        let start = floor(source, span.start)?;
        let line_start = source[..start].rfind('\n').map_or(bom(source), |at| at + 1);
        let line = first_line(&source[line_start..]);
        let place = start.saturating_sub(line_start).min(line.len());
        let marked = count_before(&line[place..], span.end.saturating_sub(line_start + place));
        let (shown, before) = window(line, line[..place].chars().count());
        let indent: String = shown.iter().copied().take(before).map(blank).collect();
        let place = shown.iter().copied().skip(before).take(marked);
        let columns: usize = place.map(width).sum();
        Some(Self {
            number: 1 + source[..start].matches('\n').count(),
            text: shown.into_iter().collect(),
            carets: indent + &"^".repeat(columns.max(1)),
        })
    }

    /// As wide as the number of the line.
    fn gutter(&self) -> String {
        " ".repeat(self.number.to_string().len())
    }
}

/// The start of the character that holds the byte `at`, if `source` is that long.
fn floor(source: &str, at: usize) -> Option<usize> {
    source.as_bytes().get(..at)?;
    (0..=at).rev().find(|at| source.is_char_boundary(*at))
}

/// The length of the byte order mark, which is not drawn.
fn bom(source: &str) -> usize {
    let mark = source.chars().next().filter(|c| *c == '\u{feff}');
    mark.map_or(0, char::len_utf8)
}

/// The text before the first line feed, or CRLF.
fn first_line(text: &str) -> &str {
    match text.split_once('\n') {
        Some((line, _)) => line.strip_suffix('\r').unwrap_or(line),
        None => text,
    }
}

/// How many characters of `text` begin before the byte `end`.
fn count_before(text: &str, end: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < end).count()
}

/// The characters of `line` that are shown, and the index of the place in them.
fn window(line: &str, place: usize) -> (Vec<char>, usize) {
    let length = line.chars().count();
    let most = length.saturating_sub(WIDTH);
    let skipped = place.saturating_sub(WIDTH / 2).min(most);
    let rest = line.chars().skip(skipped);
    let mut shown: Vec<char> = rest.take(WIDTH).map(visible).collect();
    if let Some(first) = shown.first_mut().filter(|_| skipped > 0) {
        *first = CUT;
    }
    if let Some(last) = shown.last_mut().filter(|_| skipped < most) {
        *last = CUT;
    }
    (shown, place - skipped)
}

/// Nothing that moves a terminal's cursor, turns the text around or hides in it.
fn visible(c: char) -> char {
    let hidden = matches!(c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    if hidden || (c.is_control() && c != '\t') {
        REPLACED
    } else {
        c
    }
}

/// Blanks as wide as the character; a tab stays, since its width is the terminal's.
fn blank(c: char) -> &'static str {
    match c {
        '\t' => "\t",
        _ => ["", " ", "  "][width(c)],
    }
}

/// Columns on a terminal, by blocks: a rare character may take another number.
fn width(c: char) -> usize {
    match c {
        // Combining marks, vowels of Hangul, joiners, variation selectors, skin tones.
        '\u{300}'..='\u{36f}'
        | '\u{1160}'..='\u{11ff}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{200c}'..='\u{200d}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}'..='\u{309a}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}'
        | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0100}'..='\u{e01ef}' => 0,
        // East Asian scripts, full-width forms, emoji.
        '\u{1100}'..='\u{115f}'
        | '\u{231a}'..='\u{231b}'
        | '\u{23e9}'..='\u{23ec}'
        | '\u{26a1}'
        | '\u{2705}'
        | '\u{2728}'
        | '\u{274c}'
        | '\u{2753}'..='\u{2755}'
        | '\u{2757}'
        | '\u{2b50}'
        | '\u{2b55}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe10}'..='\u{fe19}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{16fe0}'..='\u{18dff}'
        | '\u{1aff0}'..='\u{1b2ff}'
        | '\u{1f18e}'
        | '\u{1f191}'..='\u{1f19a}'
        | '\u{1f200}'..='\u{1f320}'
        | '\u{1f330}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f7e0}'..='\u{1f7eb}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{1fa70}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::draw;

    const CASES: &str = include_str!("../../../../testdata/snippets.jsonl");

    #[test]
    fn draws_as_every_crate_does() {
        assert!(!CASES.is_empty());
        let wrong: Vec<String> = CASES.lines().filter_map(difference).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn difference(line: &str) -> Option<String> {
        let case: serde_json::Value = serde_json::from_str(line).expect("a JSON object");
        let source = case["source"].as_str().expect("a text");
        let byte = |name: &str| case[name].as_u64().and_then(|at| usize::try_from(at).ok());
        let span = byte("start").expect("a byte")..byte("end").expect("a byte");
        let drawn = case["drawn"].as_array().expect("lines").iter();
        let lines: Vec<&str> = drawn.map(|line| line.as_str().expect("a line")).collect();
        let ours = draw("message", source, &span);
        let expected = [&["message"], lines.as_slice()].concat().join("\n");
        let about = &case["about"];
        (ours != expected).then(|| format!("{about}: drawn\n{ours}\nexpected\n{expected}"))
    }
}
