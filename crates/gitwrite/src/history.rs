//! Questions about commits that are here.

use std::collections::HashSet;

use gix_object::Kind;

use crate::commit;
use crate::error::Error;
use crate::object_id::ObjectId;
use crate::objects::Objects;

/// Whether a commit is `tip` or one of its ancestors, as far as they are here.
pub(crate) fn contains(
    objects: &Objects,
    tip: &ObjectId,
    wanted: &ObjectId,
) -> Result<bool, Error> {
    let reader = objects.reader();
    let mut buffer = Vec::new();
    let mut seen = HashSet::from([*tip]);
    let mut open = vec![*tip];
    while let Some(id) = open.pop() {
        if id == *wanted {
            return Ok(true);
        }
        // The history ends where the fetch ended.
        if reader.has(&id) {
            let data = reader.find(&id, Kind::Commit, &mut buffer)?;
            open.extend(parents(data).filter(|parent| seen.insert(*parent)));
        }
    }
    Ok(false)
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
