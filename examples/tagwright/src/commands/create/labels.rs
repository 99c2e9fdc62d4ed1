//! Labels as Kubernetes takes them.

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) value: String,
}

/// `[prefix/]name=value`.
pub(super) fn label(text: &str) -> Result<Label, String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("a label has the form name=value")?;
    let (prefix, short) = name.rsplit_once('/').unwrap_or(("", name));
    let prefix_is_sound = !name.contains('/') || is_domain(prefix);
    if !prefix_is_sound || !is_word(short) {
        return Err(format!(
            "'{name}' is no name of a label; write at most 63 letters, digits, '-', '_' and '.', after a domain and '/' if need be"
        ));
    }
    if !value.is_empty() && !is_word(value) {
        return Err(format!(
            "'{value}' is no value of a label; write at most 63 letters, digits, '-', '_' and '.'"
        ));
    }
    Ok(Label {
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

/// Letters and digits at its ends.
fn is_word(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let ends = |c: char| c.is_ascii_alphanumeric();
    (1..=63).contains(&text.len())
        && text.chars().all(inner)
        && text.starts_with(ends)
        && text.ends_with(ends)
}

fn is_domain(text: &str) -> bool {
    let part = |part: &str| {
        is_word(part) && !part.contains('_') && !part.contains(|c: char| c.is_ascii_uppercase())
    };
    text.len() <= 253 && text.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_of_kubernetes() {
        for sound in ["a=b", "a=", "example.com/a.b_c-d=1", "A=B"] {
            assert!(label(sound).is_ok(), "{sound}");
        }
        let long = "a".repeat(64);
        for wrong in [
            "a",
            "=b",
            "-a=b",
            "a=b=c",
            "/a=b",
            "Ex/a=b",
            "a/b/c=d",
            "a=b c",
            &format!("{long}=b"),
        ] {
            assert!(label(wrong).is_err(), "{wrong}");
        }
    }
}
