//! Changes applied to a tree: the trees on their way are written anew, all else is taken over as it is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use gix_object::Kind;

use crate::change::Change;
use crate::error::{Error, ErrorKind};
use crate::object_id::ObjectId;
use crate::objects::{Reader, malformed};
use crate::snapshot::Mode;
use crate::tree::{self, EntryKind};

/// Writes the tree that the changes make of `root`, and says its id.
pub(crate) fn apply(
    reader: &Reader,
    hash: gix_hash::Kind,
    root: &ObjectId,
    changes: &[Change],
) -> Result<ObjectId, Error> {
    let edits: Vec<Edit<'_>> = changes
        .iter()
        .map(|change| Edit {
            change,
            rest: change.path().as_str(),
        })
        .collect();
    let rewriter = Rewriter { reader, hash };
    match rewriter.directory(Some(root), &edits)? {
        Some(id) => Ok(id),
        None => reader.write(Kind::Tree, b""),
    }
}

struct Rewriter<'a> {
    reader: &'a Reader,
    hash: gix_hash::Kind,
}

/// A change, and what is left of its path below the directory at hand.
#[derive(Clone, Copy)]
struct Edit<'a> {
    change: &'a Change,
    rest: &'a str,
}

/// An entry of the directory that is being made.
struct Slot<'a> {
    name: Cow<'a, [u8]>,
    mode: Cow<'a, [u8]>,
    kind: EntryKind,
    id: ObjectId,
    raw: Cow<'a, [u8]>,
}

impl Rewriter<'_> {
    /// The directory with the edits; `None` when nothing is left in it. The depth of paths bounds the recursion.
    fn directory(
        &self,
        base: Option<&ObjectId>,
        edits: &[Edit<'_>],
    ) -> Result<Option<ObjectId>, Error> {
        let mut buffer = Vec::new();
        let mut slots = match base {
            Some(id) => self.read(id, &mut buffer)?,
            None => Vec::new(),
        };
        for (name, group) in by_name(edits) {
            self.edit(&mut slots, name, &group)?;
        }
        let content: Vec<u8> = slots
            .iter()
            .flat_map(|slot| slot.raw.iter().copied())
            .collect();
        if content.is_empty() {
            Ok(None)
        } else {
            self.reader.write(Kind::Tree, &content).map(Some)
        }
    }

    fn read<'b>(&self, id: &ObjectId, buffer: &'b mut Vec<u8>) -> Result<Vec<Slot<'b>>, Error> {
        let data = self.reader.find(id, Kind::Tree, buffer)?;
        let entries =
            tree::entries(data, self.hash).ok_or_else(|| malformed(id, "an entry is malformed"))?;
        if tree::has_repeated_name(&entries) {
            return Err(malformed(id, "a name is repeated in it"));
        }
        if !tree::is_sorted(&entries) {
            return Err(malformed(id, "its entries are in no order"));
        }
        Ok(entries.into_iter().map(Slot::from).collect())
    }

    fn edit(&self, slots: &mut Vec<Slot<'_>>, name: &str, group: &[Edit<'_>]) -> Result<(), Error> {
        let at = slots.iter().position(|slot| *slot.name == *name.as_bytes());
        let there = at.map(|at| &slots[at]);
        let made = match group {
            [one] if one.rest.is_empty() => self.file(one.change, name, there)?,
            _ => self.subdirectory(name, there, group)?,
        };
        match (at, made) {
            (Some(at), Some(slot)) if slots[at].kind == slot.kind => slots[at] = slot,
            (at, made) => {
                // A directory has another place than a file of its name.
                at.map(|at| slots.remove(at));
                if let Some(slot) = made {
                    insert(slots, slot);
                }
            }
        }
        Ok(())
    }

    fn file(
        &self,
        change: &Change,
        name: &str,
        there: Option<&Slot<'_>>,
    ) -> Result<Option<Slot<'static>>, Error> {
        match (change, there) {
            (Change::Create { content, mode, .. }, None) => {
                let (mode, kind) = mode_of(*mode);
                Ok(Some(Slot::new(
                    name,
                    mode,
                    kind,
                    self.reader.write(Kind::Blob, content)?,
                )))
            }
            (Change::Write { content, .. }, Some(slot)) if slot.kind.is_file() => {
                Ok(Some(Slot::new(
                    name,
                    &slot.mode,
                    slot.kind,
                    self.reader.write(Kind::Blob, content)?,
                )))
            }
            (Change::Delete { .. }, Some(slot)) if slot.kind.is_file() => Ok(None),
            (_, None) => Err(not_found(change)),
            (_, Some(slot)) => Err(conflict(
                change,
                &format!("{} stands there already", slot.kind.noun()),
            )),
        }
    }

    fn subdirectory(
        &self,
        name: &str,
        there: Option<&Slot<'_>>,
        group: &[Edit<'_>],
    ) -> Result<Option<Slot<'static>>, Error> {
        let (at, below): (Vec<Edit<'_>>, Vec<Edit<'_>>) =
            group.iter().partition(|edit| edit.rest.is_empty());
        let Some((one, more)) = at.split_first() else {
            return self.below(name, there, &below);
        };
        match (one.change, there) {
            (Change::Delete { .. }, Some(slot)) if more.is_empty() && slot.kind.is_file() => {
                self.below(name, None, &below)
            }
            (Change::Create { .. }, Some(slot))
                if more.is_empty() && slot.kind == EntryKind::Tree =>
            {
                let left = self.below(name, there, &below)?;
                self.file(one.change, name, left.as_ref())
            }
            _ => Err(conflict(one.change, "another change is at or below it")),
        }
    }

    /// A directory, with the edits that are below it.
    fn below(
        &self,
        name: &str,
        there: Option<&Slot<'_>>,
        group: &[Edit<'_>],
    ) -> Result<Option<Slot<'static>>, Error> {
        if let Some(slot) = there.filter(|slot| slot.kind != EntryKind::Tree) {
            return Err(conflict(
                group[0].change,
                &format!("{name:?} on its way is {}", slot.kind.noun()),
            ));
        }
        let id = self.directory(there.map(|slot| &slot.id), group)?;
        let mode = there.map_or(b"40000".as_slice(), |slot| &slot.mode);
        Ok(id.map(|id| Slot::new(name, mode, EntryKind::Tree, id)))
    }
}

/// The edits by the first part of what is left of their paths.
fn by_name<'a>(edits: &[Edit<'a>]) -> BTreeMap<&'a str, Vec<Edit<'a>>> {
    let mut groups: BTreeMap<&str, Vec<Edit<'_>>> = BTreeMap::new();
    for edit in edits {
        let (name, rest) = edit.rest.split_once('/').unwrap_or((edit.rest, ""));
        groups.entry(name).or_default().push(Edit { rest, ..*edit });
    }
    groups
}

fn insert<'a>(slots: &mut Vec<Slot<'a>>, slot: Slot<'a>) {
    let before =
        |other: &Slot<'_>| tree::order((&other.name, other.kind), (&slot.name, slot.kind)).is_lt();
    let at = slots.partition_point(before);
    slots.insert(at, slot);
}

fn mode_of(mode: Mode) -> (&'static [u8], EntryKind) {
    match mode {
        Mode::File => (b"100644", EntryKind::File),
        Mode::Executable => (b"100755", EntryKind::Executable),
    }
}

impl Slot<'static> {
    fn new(name: &str, mode: &[u8], kind: EntryKind, id: ObjectId) -> Self {
        let raw = tree::encode(mode, name.as_bytes(), &id);
        Slot {
            name: name.as_bytes().to_vec().into(),
            mode: mode.to_vec().into(),
            kind,
            id,
            raw: raw.into(),
        }
    }
}

impl<'a> From<tree::RawEntry<'a>> for Slot<'a> {
    fn from(entry: tree::RawEntry<'a>) -> Self {
        Slot {
            name: entry.name.into(),
            mode: entry.mode.into(),
            kind: entry.kind,
            id: entry.id,
            raw: entry.raw.into(),
        }
    }
}

fn not_found(change: &Change) -> Error {
    let (verb, path) = (verb(change), change.path());
    let message = format!(
        "cannot {verb} {path}: there is no such file in the snapshot; create it or take a new snapshot"
    );
    Error::new(ErrorKind::PathNotFound, message)
}

fn conflict(change: &Change, why: &str) -> Error {
    let (verb, path) = (verb(change), change.path());
    Error::new(
        ErrorKind::PathConflict,
        format!("cannot {verb} {path}: {why}; change another path"),
    )
}

fn verb(change: &Change) -> &'static str {
    match change {
        Change::Write { .. } => "write",
        Change::Create { .. } => "create",
        Change::Delete { .. } => "delete",
    }
}
