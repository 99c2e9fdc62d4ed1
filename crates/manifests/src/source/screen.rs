//! Which documents are worth a parse.

use memchr::memmem;

use super::names_group;
use super::passed_over::is_near;

/// What a reader looks for.
pub(crate) struct Screen {
    /// The groups of the kinds that it reads.
    pub(crate) groups: &'static [Group],
    /// Whether bytes can hold one of them, but for Secrets.
    pub(crate) mentioned: fn(&[u8]) -> bool,
}

/// An API group, as far as it matters here.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    /// The newest version of its kinds.
    pub(crate) version: &'static str,
    /// The kinds that are read.
    pub(crate) kinds: &'static [&'static str],
    /// Kinds that have nothing to do with image updates.
    pub(crate) others: &'static [&'static str],
}

impl Screen {
    /// The group of a kind that is read.
    pub(super) fn group_of(&self, kind: &str) -> Option<&'static Group> {
        let mut groups = self.groups.iter();
        groups.find(|group| group.kinds.contains(&kind))
    }

    pub(super) fn group_named(&self, name: &str) -> Option<&'static Group> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// Whether a file can hold an object that is read, or one that was meant so.
    pub(super) fn concerns(&self, file: &[u8]) -> bool {
        let mut kinds = root_values(file, b"kind:");
        self.may_hold(file)
            || self.groups.iter().any(|one| names_group(file, one.name))
            || kinds.any(|kind| self.group_of(kind).is_some())
    }

    fn may_hold(&self, bytes: &[u8]) -> bool {
        (self.mentioned)(bytes) || has_secret(bytes)
    }

    pub(super) fn admits(&self, document: &[u8]) -> bool {
        let mut kinds = root_values(document, b"kind:").peekable();
        if kinds.peek().is_none() {
            return self.may_hold(document) || self.is_of_a_group(document, "");
        }
        kinds.any(|kind| self.admits_kind(kind, document))
    }

    fn admits_kind(&self, kind: &str, document: &[u8]) -> bool {
        match kind {
            "Secret" | "SealedSecret" => true,
            kind if kind.ends_with("List") => self.may_hold(document),
            kind if self.group_of(kind).is_some() => {
                (self.mentioned)(document) || self.is_nearly_of_a_group(document)
            }
            kind => self.is_of_a_group(document, kind),
        }
    }

    /// Whether the document is of a group whose kinds are read, and not of one of
    /// its other kinds.
    fn is_of_a_group(&self, document: &[u8], kind: &str) -> bool {
        root_groups(document).any(|name| {
            let group = self.group_named(name);
            group.is_some_and(|group| !group.others.contains(&kind))
        })
    }

    fn is_nearly_of_a_group(&self, document: &[u8]) -> bool {
        let mut groups = root_groups(document).peekable();
        groups.peek().is_none() || groups.any(|name| name.is_empty() || is_near(name, self.groups))
    }
}

fn root_groups(document: &[u8]) -> impl Iterator<Item = &str> {
    root_values(document, b"apiVersion:").map(|version| super::split_version(version).0)
}

/// What stands after a key of a block-style object: such a key begins a line.
fn root_values<'a>(document: &'a [u8], key: &'static [u8]) -> impl Iterator<Item = &'a str> {
    let line_start = |at: &usize| *at == 0 || document[at - 1] == b'\n';
    let starts = memmem::find_iter(document, key).filter(line_start);
    starts.map(|at| word(&document[at + key.len()..]))
}

/// The first word of a line, without its quotes.
fn word(rest: &[u8]) -> &str {
    let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let line = line.trim_ascii_start();
    let unquoted = line.strip_prefix(b"\"").or(line.strip_prefix(b"'"));
    let value = unquoted.unwrap_or(line);
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"./-_".contains(byte);
    let end = value.iter().position(|byte| !inside(byte));
    // What is cut here is ASCII.
    std::str::from_utf8(&value[..end.unwrap_or(value.len())]).unwrap_or_default()
}

/// Whether somewhere `kind` is followed by `Secret`, `SecretList` or `SealedSecret`.
pub(super) fn has_secret(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"Secret").any(|at| {
        let (before, after) = (&bytes[..at], &bytes[at + b"Secret".len()..]);
        let before = before.strip_suffix(b"Sealed").unwrap_or(before);
        let after = after.strip_prefix(b"List").unwrap_or(after);
        let ends = after
            .first()
            .is_none_or(|byte| !byte.is_ascii_alphanumeric());
        ends && follows_kind(before)
    })
}

fn follows_kind(before: &[u8]) -> bool {
    let before = trim_blanks_and_quotes(before);
    let key = before.strip_suffix(b":").map(trim_blanks_and_quotes);
    key.is_some_and(|key| key.ends_with(b"kind"))
}

fn trim_blanks_and_quotes(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\''] = bytes {
        bytes = rest;
    }
    bytes
}
