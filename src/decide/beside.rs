//! Which markers of a file belong together.

use std::collections::HashMap;

use tagwright_markers::Object;

use super::Seen;
use super::verdict::Verdict;
use crate::role::Role;

/// Where markers of one policy stand together, from narrow to wide.
#[derive(PartialEq, Eq, Hash)]
enum Scope<'s> {
    Map(&'s str, &'s Object, &'s str),
    Object(&'s str, &'s Object),
    File(&'s str),
}

/// The markers of a file by what they belong to.
pub(super) struct Beside<'s>(HashMap<Scope<'s>, Members>);

#[derive(Default)]
struct Members {
    indices: Vec<usize>,
    has_leader: bool,
}

/// What stands beside a name or a digest.
pub(super) struct Neighbour<'s> {
    pub(super) role: Role,
    pub(super) value: &'s str,
    /// What became of it, if it says which tag is in place.
    pub(super) verdict: Option<&'s Verdict>,
}

impl<'s> Beside<'s> {
    pub(super) fn of(seen: &'s [Seen]) -> Self {
        let mut all: HashMap<Scope<'s>, Members> = HashMap::new();
        for (index, one) in seen.iter().enumerate() {
            let Some((_, role)) = &one.named else {
                continue;
            };
            for scope in scopes(one) {
                let members = all.entry(scope).or_default();
                members.indices.push(index);
                members.has_leader |= role.holds_tag();
            }
        }
        Self(all)
    }

    /// Those in the narrowest place where one says which tag is in place; none where there is no such place.
    pub(super) fn of_marker(
        &self,
        one: &Seen,
        seen: &'s [Seen],
        leaders: &'s [Option<Verdict>],
    ) -> Vec<Neighbour<'s>> {
        let mut scopes = scopes(one).filter_map(|scope| self.0.get(&scope));
        let members = scopes.find(|members| members.has_leader);
        let indices = members.map_or(&[][..], |members| &members.indices);
        let neighbour = |index: &usize| {
            Some(Neighbour {
                role: seen[*index].named.as_ref()?.1,
                value: &seen[*index].old,
                verdict: leaders[*index].as_ref(),
            })
        };
        indices.iter().filter_map(neighbour).collect()
    }
}

fn scopes(one: &Seen) -> impl Iterator<Item = Scope<'_>> {
    let (object, map) = (&one.object, &*one.map);
    one.named.iter().flat_map(move |(policy, _)| {
        [
            Scope::Map(policy, object, map),
            Scope::Object(policy, object),
            Scope::File(policy),
        ]
    })
}
