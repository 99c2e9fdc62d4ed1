//! Trees as bytes, so that what is not changed is copied and not written anew.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::object_id::ObjectId;

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Tree,
    File,
    Executable,
    Symlink,
    Submodule,
}

impl EntryKind {
    /// Reads a mode as Git does: old repositories hold `100664` and `040000`.
    fn of(mode: u32) -> Option<EntryKind> {
        match mode & 0o170_000 {
            0o040_000 => Some(EntryKind::Tree),
            0o100_000 if mode & 0o100 != 0 => Some(EntryKind::Executable),
            0o100_000 => Some(EntryKind::File),
            0o120_000 => Some(EntryKind::Symlink),
            0o160_000 => Some(EntryKind::Submodule),
            _ => None,
        }
    }

    pub(crate) fn is_file(self) -> bool {
        matches!(self, EntryKind::File | EntryKind::Executable)
    }

    /// The word for it in a message.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            EntryKind::Tree => "a directory",
            EntryKind::File | EntryKind::Executable => "a file",
            EntryKind::Symlink => "a symbolic link",
            EntryKind::Submodule => "a submodule",
        }
    }
}

/// One entry, with the bytes that it was read from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawEntry<'a> {
    pub(crate) raw: &'a [u8],
    pub(crate) mode: &'a [u8],
    pub(crate) kind: EntryKind,
    pub(crate) name: &'a [u8],
    pub(crate) id: ObjectId,
}

/// Takes the first entry off a tree: `<octal mode> <name>\0<id>`. `None` when it is malformed.
pub(crate) fn split_first(data: &[u8], hash: gix_hash::Kind) -> Option<(RawEntry<'_>, &[u8])> {
    let space = data.iter().take(8).position(|&byte| byte == b' ')?;
    let mode = &data[..space];
    let nul = space + data[space..].iter().position(|&byte| byte == 0)?;
    let name = &data[space + 1..nul];
    let end = nul + 1 + hash.len_in_bytes();
    let id = gix_hash::ObjectId::try_from(data.get(nul + 1..end)?).ok()?;
    let kind = EntryKind::of(octal(mode)?)?;
    let is_name = !name.is_empty() && !name.contains(&b'/') && name != b"." && name != b"..";
    is_name.then(|| {
        (
            RawEntry {
                raw: &data[..end],
                mode,
                kind,
                name,
                id: id.into(),
            },
            &data[end..],
        )
    })
}

fn octal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value: u32, &digit| match digit {
        b'0'..=b'7' => Some(value * 8 + u32::from(digit - b'0')),
        _ => None,
    })
}

/// All entries, or `None` when one is malformed.
pub(crate) fn entries(mut data: &[u8], hash: gix_hash::Kind) -> Option<Vec<RawEntry<'_>>> {
    let mut found = Vec::new();
    while !data.is_empty() {
        let (entry, rest) = split_first(data, hash)?;
        found.push(entry);
        data = rest;
    }
    Some(found)
}

/// Whether two entries have one name. Then a path names two things, of which `git` takes one here and the other there.
pub(crate) fn has_repeated_name(entries: &[RawEntry<'_>]) -> bool {
    let mut seen = HashSet::with_capacity(entries.len());
    entries.iter().any(|entry| !seen.insert(entry.name))
}

/// Whether `git` could find every entry: it looks for them where they belong.
pub(crate) fn is_sorted(entries: &[RawEntry<'_>]) -> bool {
    entries.is_sorted_by(|a, b| order((a.name, a.kind), (b.name, b.kind)).is_lt())
}

/// The order of a tree: by bytes, a directory as if its name ended in `/`.
pub(crate) fn order(a: (&[u8], EntryKind), b: (&[u8], EntryKind)) -> Ordering {
    gix_object::tree::name_order(a.0, a.1 == EntryKind::Tree, b.0, b.1 == EntryKind::Tree)
}

/// The bytes of an entry.
pub(crate) fn encode(mode: &[u8], name: &[u8], id: &ObjectId) -> Vec<u8> {
    [mode, b" ", name, b"\0", id.as_bytes()].concat()
}
