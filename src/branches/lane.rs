//! The policies of one branch.

use std::collections::BTreeMap;
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

/// The lanes in the order of their first policies; where no policy of one selected a tag, why.
pub(super) fn lanes(
    automation: &Automation,
    template: &Template,
    scan: &Scan,
) -> Result<Vec<Result<Lane, String>>, Error> {
    let spec = &*automation.0;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut lanes = Vec::new();
    for (key, policies) in keys(spec) {
        let own = |one: &&Selection| policies.contains(&&*one.policy);
        let own: Vec<Selection> = scan.selections.iter().filter(own).cloned().collect();
        if own.iter().all(|one| one.tag.is_none()) {
            lanes.push(Err(reason(&own)));
            continue;
        }
        let name = branch_of(spec, template, &own).map_err(invalid)?;
        free(spec, template, &names, &name, key)?;
        let scan = alone(scan, &policies, &own, &name);
        let automation = on_branch(automation, &name)?;
        names.insert(name, key.to_owned());
        lanes.push(Ok(Lane {
            automation,
            scan: Arc::new(scan),
        }));
    }
    Ok(lanes)
}

/// The groups, and the policies that are in none, each with the policies of it.
fn keys(spec: &Spec) -> Vec<(&str, Vec<&str>)> {
    let mut keys: Vec<(&str, bool, Vec<&str>)> = Vec::new();
    for policy in &spec.policies {
        let (name, is_group) = match &policy.group {
            Some(group) => (&**group, true),
            None => (&*policy.name, false),
        };
        let same = |one: &&mut (&str, bool, Vec<&str>)| (one.0, one.1) == (name, is_group);
        match keys.iter_mut().find(same) {
            Some(found) => found.2.push(&policy.name),
            None => keys.push((name, is_group, vec![&policy.name])),
        }
    }
    let keys = keys.into_iter();
    keys.map(|(name, _, policies)| (name, policies)).collect()
}

fn reason(selections: &[Selection]) -> String {
    let one = |one: &Selection| format!("{}: {}", one.policy, one.reason);
    selections.iter().map(one).collect::<Vec<_>>().join("; ")
}

pub(super) fn nothing(reason: &str) -> Error {
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
        let Some(tag) = &selection.tag else { continue };
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
fn split<'s>(spec: &'s Spec, policy: &'s str) -> (&'s str, &'s str) {
    match (spec.dialect, policy.split_once(':')) {
        (Dialect::Flux, Some(parts)) => parts,
        _ => (&spec.namespace, policy),
    }
}

/// Whether a branch of the name can stand beside the others.
fn free(
    spec: &Spec,
    template: &Template,
    names: &BTreeMap<String, String>,
    name: &str,
    key: &str,
) -> Result<(), Error> {
    let in_the_way = |one: &str| {
        let below = |long: &str, short: &str| {
            let rest = long.strip_prefix(short);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        below(one, name) || below(name, one)
    };
    if branch(spec)?.checkout.branch().is_some_and(in_the_way) {
        return Err(invalid(format!(
            "the branch template '{template}' gives {name} for {key}, and that is in the way of the branch that is read; put a prefix before it"
        )));
    }
    match names.iter().find(|(other, _)| in_the_way(other)) {
        None => Ok(()),
        Some((other, other_key)) => Err(invalid(format!(
            "the branch template '{template}' gives {other} for {other_key} and {name} for {key}, which cannot stand beside each other; use {{name}} or {{group}} in it"
        ))),
    }
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
