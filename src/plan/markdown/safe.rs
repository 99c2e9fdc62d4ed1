//! Texts of others, so that they mean nothing in Markdown and HTML.

use std::fmt::Write as _;

use crate::printable::Printable;

/// What is shown of one text.
const MAX_CHARACTERS: usize = 300;

/// A text in the letters of code.
pub(super) fn code(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("<code>{}</code>", escaped(text)),
    }
}

/// A text as it is. It begins no list, nobody is mentioned and no issue is linked by it: a space of no width stands behind `@` and `#`.
pub(super) fn text(text: &str) -> String {
    let shown = escaped(text.trim_start());
    let begins = |c: char| c.is_ascii_digit() || "-+=".contains(c);
    let shown = match shown.chars().next().filter(|c| begins(*c)) {
        Some(first) => format!("&#{};{}", u32::from(first), &shown[1..]),
        None => shown,
    };
    shown
        .replace("&#64;", "&#64;&#8203;")
        .replace("&#35;", "&#35;&#8203;")
}

/// Everything but letters, digits and what has no meaning inside a line stands as its number: neither Markdown nor HTML
/// takes that for markup. `www.` would become a link.
fn escaped(text: &str) -> String {
    let printable = Printable(text).to_string().replace('\t', " ");
    let mut shown = String::new();
    let mut before = ' ';
    for (index, c) in printable.chars().enumerate() {
        if index >= MAX_CHARACTERS {
            shown.push('…');
            break;
        }
        let is_plain = c.is_ascii_alphanumeric()
            || " /,;-+=()\"'".contains(c)
            || (c == '.' && !before.eq_ignore_ascii_case(&'w'))
            || !c.is_ascii();
        if is_plain {
            shown.push(c);
        } else {
            let _ = write!(shown, "&#{};", u32::from(c));
        }
        before = c;
    }
    shown
}

/// Backticks, more than stand together anywhere in the text, three at the least.
pub(super) fn fence(text: &str) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    "`".repeat(runs.max().unwrap_or(0).max(2) + 1)
}
