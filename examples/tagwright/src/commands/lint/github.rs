//! Workflow commands of GitHub Actions, which become annotations.

use tagwright::{Finding, FindingSeverity};

pub(super) fn commands(findings: &[Finding]) -> String {
    findings.iter().map(command).collect()
}

fn command(finding: &Finding) -> String {
    let level = match finding.severity() {
        FindingSeverity::Error => "error",
        FindingSeverity::Warning => "warning",
        _ => "notice",
    };
    let place = match finding.line() {
        0 => String::new(),
        line => format!(",line={line},col={}", finding.column()),
    };
    let file = property(finding.file());
    let title = property(&format!("tagwright {}", finding.rule().as_str()));
    let field = match finding.field() {
        "" => String::new(),
        field => format!("{field}: "),
    };
    let message = data(&format!("{field}{}", finding.message()));
    format!("::{level} file={file}{place},title={title}::{message}\n")
}

/// As the runner reads it back.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("100%\r\n::error::a, b"), "100%25%0D%0A::error::a, b");
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
    }
}
