//! What to write where the parser says only what it did not find.

/// The way out of a fault, by the line it is in and the parser's own words. Holds
/// none of the line's text.
pub(super) fn hint(line: &str, info: &str) -> Option<&'static str> {
    by_line(line).or_else(|| by_words(line, info))
}

fn by_line(line: &str) -> Option<&'static str> {
    let conflict = ["<<<<<<<", "=======", ">>>>>>>"];
    if conflict.iter().any(|mark| line.starts_with(mark)) {
        return Some("this is the mark of a merge conflict; resolve it");
    }
    if line.contains("{{") {
        return Some("is this a template that was not rendered?");
    }
    if line.contains('\u{feff}') {
        return Some("remove the byte order mark from this line");
    }
    if line.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\r')) {
        return Some("remove the control character from this line");
    }
    if line.contains(looks_blank) {
        return Some("this line holds a blank that is no plain one; write plain blanks");
    }
    None
}

/// No-break spaces and the like, which come from web pages.
fn looks_blank(c: char) -> bool {
    let spaces = matches!(
        c,
        '\u{a0}' | '\u{2000}'..='\u{200b}' | '\u{202f}' | '\u{205f}'
    );
    spaces || c == '\u{3000}'
}

/// Parts of the parser's words, and what is meant by them.
const BY_WORDS: &[(&str, &str)] = &[
    ("comments must be separated", "write a blank before #"),
    (
        "<document start>",
        "write a line of --- between two documents",
    ),
    ("unexpected character", "put the text in quotes"),
    ("unknown anchor", "is it text? put it in quotes"),
    (
        "mapping values are not allowed",
        "put text with a colon in quotes, or mend the indentation",
    ),
    (
        "unknown escape character",
        "write \\\\ for a backslash, or single quotes around the text",
    ),
    ("simple key expected", "write `key: value`"),
    ("multiline quoted scalar", "is the closing quote missing?"),
    ("unclosed quote", "write the closing quote"),
    ("unclosed bracket", "write the closing bracket"),
    ("mismatched bracket", "write the bracket that fits"),
    (
        "did not find expected ','",
        "is a comma or a bracket missing?",
    ),
    (
        "block sequence entries",
        "begin the list on a line of its own",
    ),
    ("did not find expected key", "mend the indentation"),
    (
        "only valid inside a block",
        "begin the list on a line of its own",
    ),
];

fn by_words(line: &str, info: &str) -> Option<&'static str> {
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    if info.contains("tab") || line[..blanks].contains('\t') {
        return Some("write blanks instead of the tab");
    }
    let found = BY_WORDS.iter().find(|(words, _)| info.contains(words));
    found.map(|(_, hint)| *hint)
}
