//! The policies of one branch.

use std::collections::HashMap;
use std::sync::Arc;

use policy::Dialect;
use tagwright_policy as policy;

use super::template::{Template, Values};
use crate::automation::{Automation, Spec, invalid};
use crate::error::{Error, ErrorKind};
use crate::place::{Branch, Place};
use crate::plan::Selection;
use crate::scan::Scan;

/// An automation that pushes one of the branches, and what its policies chose.
#[derive(Clone)]
pub(super) struct Lane {
    pub(super) automation: Automation,
    pub(super) scan: Arc<Scan>,
}

impl Lane {
    pub(super) fn branch(&self) -> Result<&Branch, Error> {
        branch(&self.automation.0)
    }
}

fn branch(spec: &Spec) -> Result<&Branch, Error> {
    match &spec.place {
        Place::Branch(branch) => Ok(branch),
        Place::Directory(_) => Err(invalid("a directory has no branches")),
    }
}

/// The lanes in the order of their first policies; where there is none, why: no policy of it selected a tag, or its branch
/// cannot stand beside another.
pub(super) fn lanes(
    automation: &Automation,
    template: &Template,
    scan: &Scan,
) -> Vec<Result<Lane, Error>> {
    let spec = &*automation.0;
    let keys = keys(spec);
    let of_key = |policies: &Vec<&str>| {
        let own = |one: &&Selection| policies.contains(&&*one.policy);
        scan.selections.iter().filter(own).cloned().collect()
    };
    let own: Vec<Vec<Selection>> = keys.iter().map(|(_, policies)| of_key(policies)).collect();
    let name = |own: &Vec<Selection>| {
        if own.iter().all(|one| one.tag.is_none()) {
            return Err(nothing(&reason(own)));
        }
        branch_of(spec, template, own).map_err(invalid)
    };
    let names = keys
        .iter()
        .zip(&own)
        .map(|((key, _), own)| (*key, name(own)));
    let names = apart(spec, template, names.collect());
    let lanes = names.into_iter().zip(&keys).zip(&own);
    lanes
        .map(|((name, (_, policies)), own)| {
            let name = name?;
            let scan = Arc::new(alone(scan, policies, own, &name));
            let automation = on_branch(automation, &name)?;
            Ok(Lane { automation, scan })
        })
        .collect()
}

/// The groups, and the policies that are in none, each with the policies of it.
pub(super) fn keys(spec: &Spec) -> Vec<(&str, Vec<&str>)> {
    let mut keys: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut groups: HashMap<&str, usize> = HashMap::new();
    for policy in &spec.policies {
        let (name, known) = match policy.group.as_deref() {
            Some(group) => (group, groups.get(group)),
            None => (&*policy.name, None),
        };
        if let Some(known) = known {
            keys[*known].1.push(&policy.name);
            continue;
        }
        if policy.group.is_some() {
            groups.insert(name, keys.len());
        }
        keys.push((name, vec![&policy.name]));
    }
    keys
}

fn reason(selections: &[Selection]) -> String {
    let one = |one: &Selection| format!("{}: {}", one.policy, one.reason);
    selections.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn nothing(reason: &str) -> Error {
    let message = format!("no tag was selected: {reason}");
    Error::new(ErrorKind::NothingSelected, message)
}

/// The name of the branch for what the policies of a lane chose.
pub(super) fn branch_of(
    spec: &Spec,
    template: &Template,
    selections: &[Selection],
) -> Result<String, String> {
    let mut values = Values::default();
    for selection in selections {
        let Some(tag) = selection.tag.as_deref() else {
            continue;
        };
        let (namespace, name) = split(spec, &selection.policy);
        let mut policies = spec.policies.iter();
        let group = policies
            .find(|one| one.name == selection.policy)
            .and_then(|one| one.group.as_deref());
        values.add(namespace, name, &selection.image, tag, group);
    }
    template.render(&values)
}

/// The namespace of a policy and its name in it.
pub(super) fn split<'s>(spec: &'s Spec, policy: &'s str) -> (&'s str, &'s str) {
    match (spec.dialect, policy.split_once(':')) {
        (Dialect::Flux, Some(parts)) => parts,
        _ => (&spec.namespace, policy),
    }
}

/// The branches that can stand beside all others, and an error for each that cannot.
pub(super) fn apart(
    spec: &Spec,
    template: &Template,
    names: Vec<(&str, Result<String, Error>)>,
) -> Vec<Result<String, Error>> {
    let read = branch(spec)
        .ok()
        .and_then(|branch| branch.checkout.branch());
    let ways: Vec<Option<Error>> = names
        .iter()
        .enumerate()
        .map(|(index, (key, name))| {
            let name = name.as_ref().ok()?;
            if read.is_some_and(|read| in_the_way(read, name)) {
                return Some(invalid(format!(
                    "the branch template '{template}' gives {name} for {key}, and that is in the way of the branch that is read; put a prefix before it"
                )));
            }
            let others = names.iter().enumerate();
            let mut others = others.filter(|(other, _)| *other != index);
            let (_, (other_key, other)) = others
                .find(|(_, (_, other))| other.as_ref().is_ok_and(|other| in_the_way(other, name)))?;
            let other = other.as_ref().ok()?;
            Some(invalid(format!(
                "the branch template '{template}' gives {name} for {key} and {other} for {other_key}, which cannot stand beside each other; use {{name}} or {{group}} in it"
            )))
        })
        .collect();
    let names = names.into_iter().zip(ways);
    names
        .map(|((_, name), way)| way.map_or(name, Err))
        .collect()
}

/// Whether two are one, or one is a folder where the other is a file.
fn in_the_way(one: &str, other: &str) -> bool {
    let below = |long: &str, short: &str| {
        let rest = long.strip_prefix(short);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    below(one, other) || below(other, one)
}

/// The scan with the policies of one lane; the others' markers stay.
fn alone(scan: &Scan, policies: &[&str], own: &[Selection], branch: &str) -> Scan {
    let mut alone = scan.clone();
    own.clone_into(&mut alone.selections);
    let others = scan.selections.iter().map(|one| &*one.policy);
    for other in others.filter(|one| !policies.contains(one)) {
        let reason = format!("it is not updated on the branch {branch}");
        alone.choices.withhold(other, reason);
        alone.problems.retain(|one| one.subject() != other);
    }
    alone
}

/// The automation, with another branch to push to.
pub(super) fn on_branch(automation: &Automation, name: &str) -> Result<Automation, Error> {
    let mut spec = (*automation.0).clone();
    spec.place = Place::Branch(Arc::new(branch(&spec)?.pushed_to(name)?));
    Ok(Automation(Arc::new(spec)))
}
