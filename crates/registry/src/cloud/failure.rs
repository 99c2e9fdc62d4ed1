use std::time::Duration;

use crate::error::Error;

/// How long a login may take that is not told otherwise.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

/// Why there is no login: what was found and the way out, in words of our own. What an SDK says may hold anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    found: String,
    hint: &'static str,
}

impl Failure {
    pub(super) fn new(found: impl Into<String>, hint: &'static str) -> Self {
        Self {
            found: found.into(),
            hint,
        }
    }

    pub(super) fn late(timeout: Duration) -> Self {
        Self::new(
            format!("no answer within {} s", timeout.as_secs_f64()),
            "check the network and its proxies, or allow more time",
        )
    }

    /// The error for a registry of a cloud.
    pub(super) fn at(self, host: &str, cloud: &str) -> Error {
        let found = format!("no login to {host} with {cloud}: {}", self.found);
        Error::keychain(found, self.hint)
    }
}

/// An error code that a server sent, as an error may show it: the name of an exception, and no more.
#[cfg(feature = "aws")]
pub(super) fn code(text: &str) -> &str {
    let is_code = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_code { text } else { "no error code" }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Failure;

    #[test]
    fn it_names_the_registry_the_cloud_and_the_way_out() {
        let error = Failure::late(Duration::from_millis(1500)).at("a.example", "AWS");
        let text = "no login to a.example with AWS: no answer within 1.5 s; \
            check the network and its proxies, or allow more time";
        assert_eq!(error.to_string(), text);
    }

    #[test]
    #[cfg(feature = "aws")]
    fn a_code_is_a_word() {
        assert_eq!(
            super::code("AccessDeniedException"),
            "AccessDeniedException"
        );
        assert_eq!(super::code("the key is 12"), "no error code");
        assert_eq!(super::code(""), "no error code");
    }
}
