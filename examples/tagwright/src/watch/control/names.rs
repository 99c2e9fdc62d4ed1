//! Which image, policy or automation a person means.

use std::collections::BTreeSet;

use tagwright::Status;

use crate::control::nearest;

/// The one of this name, or the only one whose name ends in it.
pub(super) fn resolve(kind: &str, given: &str, known: &[String]) -> Result<String, String> {
    if known.iter().any(|name| name == given) {
        return Ok(given.to_owned());
    }
    let ends = |name: &&String| {
        let start = name.strip_suffix(given);
        start.is_some_and(|start| start.ends_with(['/', ':']))
    };
    let found: Vec<&String> = known.iter().filter(ends).collect();
    match &found[..] {
        [one] => Ok((*one).clone()),
        [] => Err(format!(
            "no {kind} is named {given}{}",
            nearest(given, known)
        )),
        [first, second, ..] => Err(format!(
            "several {kind}s end in {given}, as {first} and {second}; give the whole name"
        )),
    }
}

/// An image by its own name, or by that of a policy for it: `podinfo`, `flux-system/podinfo`.
pub(super) fn image(status: &Status, given: &str) -> Result<String, String> {
    let images: Vec<String> = status.images.iter().map(|one| one.image.clone()).collect();
    let found = resolve("image", given, &images);
    if found.is_ok() {
        return found;
    }
    let alike = given.replace('/', ":");
    let policies = status.automations.iter().flat_map(|one| &one.policies);
    let meant: BTreeSet<String> = policies
        .filter(|one| one.policy == alike || one.policy.rsplit(':').next() == Some(given))
        .filter_map(|one| listed(&images, &one.image))
        .collect();
    match meant.len() {
        1 => Ok(meant.into_iter().collect()),
        _ => found,
    }
}

/// As it is listed, which has a registry in any case.
fn listed(images: &[String], image: &str) -> Option<String> {
    let canonical = image
        .parse::<tagwright::registry::Repository>()
        .ok()?
        .to_string();
    images.contains(&canonical).then_some(canonical)
}

pub(super) fn automation(status: &Status, given: &str) -> Result<String, String> {
    let automations = status.automations.iter();
    let names: Vec<String> = automations.map(|one| one.automation.clone()).collect();
    resolve("automation", given, &names)
}

/// A policy, with each automation that has it.
pub(super) fn policy(status: &Status, given: &str) -> Result<(String, Vec<String>), String> {
    let automations = status.automations.iter();
    let named: Vec<(&str, &str)> = automations
        .flat_map(|one| {
            let own = one.policies.iter();
            own.map(|policy| (&*one.automation, &*policy.policy))
        })
        .collect();
    let names: BTreeSet<String> = named.iter().map(|(_, name)| (*name).to_owned()).collect();
    let names: Vec<String> = names.into_iter().collect();
    let alike = given.replace('/', ":");
    let found =
        resolve("policy", &alike, &names).map_err(|error| error.replace("policys", "policies"))?;
    let having = named.iter().filter(|(_, name)| **name == found);
    let having = having.map(|(automation, _)| (*automation).to_owned());
    Ok((found.clone(), having.collect()))
}
