//! What a server or `git` writes, made fit for a message.

/// More than a person reads; some servers send a page of ASCII art.
const MAX_CHARS: usize = 4000;

/// Removes control characters (a server can send escape sequences for the terminal), secrets and trailing space, makes
/// tabs spaces, and bounds the length.
pub(crate) fn clean(text: &str, secrets: &[String]) -> String {
    let redact = |text: String, secret: &String| text.replace(secret.as_str(), "***");
    let text = secrets.iter().fold(text.to_owned(), redact);
    let lines = text.lines().map(|line| {
        let visible = line.chars().filter(|c| *c == '\t' || !is_invisible(*c));
        visible
            .map(|c| if c == '\t' { ' ' } else { c })
            .collect::<String>()
    });
    let lines: Vec<String> = lines
        .map(|line| line.trim_end().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n").chars().take(MAX_CHARS).collect()
}

/// Control characters, and the marks that turn the direction of what follows.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The lines that the server wrote for the person, without git's mark before them.
pub(super) fn server_lines(stderr: &str) -> String {
    let lines = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("remote:"));
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The lines that are `git`'s and `ssh`'s own.
pub(super) fn own_lines(stderr: &str) -> impl DoubleEndedIterator<Item = &str> {
    stderr
        .lines()
        .filter(|line| !line.starts_with("remote:"))
        .map(str::trim)
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_a_terminal_or_a_log_must_not_get() {
        let text = "a\u{1b}[2J\tb  \r\n\n\u{202e}the token hunter2\u{7}\n";
        let cleaned = clean(text, &["hunter2".to_owned()]);
        assert_eq!(cleaned, "a[2J b\nthe token ***");
        assert_eq!(clean(&"x".repeat(9999), &[]).len(), 4000);
    }
}
