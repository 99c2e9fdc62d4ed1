//! Names that may become a path, a variable or an argument.

/// Whether Kubernetes would take both names, so that neither holds a `/`, is `..` or begins with a `-`.
pub(super) fn are_names(namespace: &str, name: &str) -> bool {
    is_name(namespace, 63) && is_name(name, 253)
}

/// An RFC 1123 subdomain, as for Secrets; namespaces are shorter and have no dots.
fn is_name(text: &str, longest: usize) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    let outer = |b: Option<&u8>| b.is_some_and(|b| inner(*b) && b.is_ascii_alphanumeric());
    let bytes = text.as_bytes();
    bytes.len() <= longest
        && outer(bytes.first())
        && outer(bytes.last())
        && bytes.iter().all(|b| inner(*b))
        && !text.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        for good in [("flux-system", "pull"), ("a", "registry.example.com")] {
            assert!(are_names(good.0, good.1), "{good:?}");
        }
        for bad in [
            "", ".", "..", "a/b", "a\\b", "-a", "a-", "..data", "a..b", "A", "a\0", "ä", "a b",
        ] {
            assert!(!are_names("flux-system", bad), "{bad:?}");
            assert!(!are_names(bad, "pull"), "{bad:?}");
        }
        assert!(!are_names(&"a".repeat(64), "pull"));
        assert!(!are_names("a", &"a".repeat(254)));
    }
}
