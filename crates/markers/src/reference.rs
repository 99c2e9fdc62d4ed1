//! Image references as they stand in manifests.

use std::fmt;

/// A name, with a tag and a digest where they are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) name: String,
    pub(crate) tag: Option<String>,
    pub(crate) digest: Option<String>,
}

impl Reference {
    /// Reads `[host[:port]/]path[:tag][@digest]`, whatever the registry's defaults.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        let (name, tag) = match rest.rsplit_once(':') {
            // The colon of a port stands before a slash.
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        let fits = is_name(name) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest);
        fits.then(|| Self {
            name: name.to_owned(),
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// A path, behind a host or not.
pub(crate) fn is_name(name: &str) -> bool {
    let (first, rest) = match name.split_once('/') {
        Some((first, rest)) => (first, Some(rest)),
        None => (name, None),
    };
    match rest {
        Some(rest) => (is_host(first) || is_component(first)) && rest.split('/').all(is_component),
        None => is_component(first),
    }
}

fn is_host(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    let is_literal = name.starts_with('[') && name.ends_with(']');
    let is_dns = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    (is_literal || is_dns)
        && port
            .is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_component(component: &str) -> bool {
    let is_alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = component.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter()
        .all(|end| end.is_some_and(|&byte| is_alphanumeric(byte)))
        && bytes
            .iter()
            .all(|&byte| is_alphanumeric(byte) || matches!(byte, b'.' | b'_' | b'-'))
}

pub(crate) fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&tag.len())
        && is_word(tag.as_bytes()[0])
        && tag
            .bytes()
            .all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

pub(crate) fn is_digest(digest: &str) -> bool {
    digest.split_once(':').is_some_and(|(algorithm, hex)| {
        !algorithm.is_empty()
            && algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && hex.len() >= 32
            && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, tag: Option<&str>, has_digest: bool) {
        let found = Reference::parse(text).unwrap();
        assert_eq!((found.name.as_str(), found.tag.as_deref()), (name, tag));
        assert_eq!(found.digest.is_some(), has_digest);
        assert_eq!(found.to_string(), text);
    }

    #[test]
    fn references() {
        let digest = format!("@sha256:{}", "0".repeat(64));
        check("nginx", "nginx", None, false);
        check("nginx:1.25", "nginx", Some("1.25"), false);
        check("localhost:5000/a/b", "localhost:5000/a/b", None, false);
        check("[::1]:5000/a:v1", "[::1]:5000/a", Some("v1"), false);
        check(
            "Ghcr.io/a/b__c-d:V_1",
            "Ghcr.io/a/b__c-d",
            Some("V_1"),
            false,
        );
        check(&format!("a/b:1{digest}"), "a/b", Some("1"), true);
        check(&format!("a/b{digest}"), "a/b", None, true);
    }

    #[test]
    fn other_texts() {
        for text in [
            "",
            ":latest",
            "a:",
            "A",
            "a//b",
            "https://x/logo.png",
            "${REG}/a:1",
            "{{ .Image }}",
            "a b",
            "a@sha256:00",
            "a:b:c",
            "-a",
        ] {
            assert_eq!(Reference::parse(text), None, "{text}");
        }
    }
}
