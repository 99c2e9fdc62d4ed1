//! Questions about commits that are here.

use std::collections::HashSet;

use gix_object::Kind;

use crate::commit;
use crate::error::Error;
use crate::object_id::ObjectId;
use crate::objects::Objects;

/// Whether a history has a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contained {
    Yes,
    No,
    /// The commits that are here end before that is certain.
    Unclear,
}

/// Whether `wanted`, a child of `parent`, is `tip` or one of its ancestors. Below the parent it cannot be.
pub(crate) fn contains(
    objects: &Objects,
    tip: &ObjectId,
    wanted: &ObjectId,
    parent: &ObjectId,
) -> Result<Contained, Error> {
    let reader = objects.reader();
    let mut buffer = Vec::new();
    let mut seen = HashSet::from([*tip]);
    let mut open = vec![*tip];
    let mut answer = Contained::No;
    while let Some(id) = open.pop() {
        if id == *wanted {
            return Ok(Contained::Yes);
        }
        if id == *parent {
            continue;
        }
        if !reader.has(&id) {
            // The fetch ended here, the history does not.
            answer = Contained::Unclear;
            continue;
        }
        let object = reader.any(&id, &mut buffer)?;
        if object.kind == Kind::Commit {
            open.extend(parents(object.data).filter(|parent| seen.insert(*parent)));
        }
    }
    Ok(answer)
}

/// Whether two commits differ in nothing but when they were made.
pub(crate) fn same_but_for_time(
    objects: &Objects,
    a: &ObjectId,
    b: &ObjectId,
) -> Result<bool, Error> {
    let reader = objects.reader();
    let (mut one, mut other) = (Vec::new(), Vec::new());
    let a = reader.find(a, Kind::Commit, &mut one)?;
    let b = reader.find(b, Kind::Commit, &mut other)?;
    Ok(commit::same_but_for_time(a, b))
}

fn parents(commit: &[u8]) -> impl Iterator<Item = ObjectId> + '_ {
    let lines = commit
        .split(|&byte| byte == b'\n')
        .take_while(|line| !line.is_empty());
    let ids = lines.filter_map(|line| line.strip_prefix(b"parent "));
    ids.filter_map(|hex| gix_hash::ObjectId::from_hex(hex).ok())
        .map(ObjectId::from)
}
