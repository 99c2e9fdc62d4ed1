//! Trailers: the lines `Key: value` at the end of a message, as `git interpret-trailers` reads them.

use crate::error::{Error, ErrorKind};

const MAX_VALUE: usize = 4096;

/// The message with one more trailer. The last paragraph takes it when it consists of trailers and is not the subject.
pub(crate) fn append(message: &str, key: &str, value: &str) -> Result<String, Error> {
    check(key, value)?;
    let message = message.trim_end();
    let gap = if ends_with_trailers(message) {
        ""
    } else {
        "\n"
    };
    Ok(format!("{message}\n{gap}{key}: {}\n", value.trim()))
}

fn check(key: &str, value: &str) -> Result<(), Error> {
    let fault = if !is_key(key) {
        "its key holds more than letters, digits and '-', as in 'Signed-off-by'"
    } else if value.trim().is_empty() {
        "its value is empty"
    } else if value.contains(char::is_control) {
        "its value holds a line break or another control character"
    } else if value.len() > MAX_VALUE {
        "its value is longer than 4096 bytes"
    } else {
        return Ok(());
    };
    let shown: String = key.chars().take(100).collect();
    Err(Error::new(
        ErrorKind::InvalidMessage,
        format!("invalid trailer {shown:?}: {fault}; write one line 'Key: value'"),
    ))
}

fn is_key(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !text.is_empty() && text.len() <= 100 && text.chars().all(allowed)
}

/// A subject such as `fix: typo` looks like a trailer and is none.
fn ends_with_trailers(message: &str) -> bool {
    let mut paragraph = message
        .lines()
        .rev()
        .take_while(|line| !line.trim().is_empty());
    let is_trailer = |line: &str| line.split_once(':').is_some_and(|(key, _)| is_key(key));
    let all = paragraph.all(|line| is_trailer(line) || line.starts_with([' ', '\t']));
    let lines: Vec<&str> = message.lines().collect();
    let start = lines.iter().rposition(|line| line.trim().is_empty());
    // A continuation has to continue something.
    all && start.is_some_and(|start| lines.get(start + 1).is_some_and(|line| is_trailer(line)))
}

#[cfg(test)]
mod tests {
    use super::append;

    #[test]
    fn a_block_of_trailers_grows_and_other_text_does_not() {
        let cases = [
            ("Subject", "Subject\n\nA: b\n"),
            ("fix: typo\n", "fix: typo\n\nA: b\n"),
            ("Subject\n\nBody\n", "Subject\n\nBody\n\nA: b\n"),
            ("Subject\n\nX-y: z\n\n", "Subject\n\nX-y: z\nA: b\n"),
            (
                "Subject\n\nX: y\n  more\n",
                "Subject\n\nX: y\n  more\nA: b\n",
            ),
            (
                "Subject\n\nX: y\nprose\n",
                "Subject\n\nX: y\nprose\n\nA: b\n",
            ),
            ("Subject\n\n  code: 1\n", "Subject\n\n  code: 1\n\nA: b\n"),
        ];
        for (message, expected) in cases {
            assert_eq!(
                append(message, "A", " b ").unwrap(),
                expected,
                "{message:?}"
            );
        }
    }
}
