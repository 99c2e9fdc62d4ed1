//! One automation for each branch, where the branches are known before anything was chosen.

use super::lane::{apart, keys, split};
use super::template::{Template, Values};
use crate::automation::{AutomationBuilder, Spec, invalid};
use crate::error::Error;
use crate::place::Place;

impl AutomationBuilder {
    /// The builder itself, or one for each branch of its [template](Self::branch_template), named after what the branch is
    /// for: a group or a scheduler has no other automations than those with one branch.
    pub(crate) fn expanded(&self) -> Vec<Result<Self, Error>> {
        if self.branch.push.template().is_none() {
            return vec![Ok(self.clone())];
        }
        self.for_each_branch()
            .unwrap_or_else(|error| vec![Err(error)])
    }

    fn for_each_branch(&self) -> Result<Vec<Result<Self, Error>>, Error> {
        let automation = self.build()?;
        let spec = &*automation.0;
        let Some(template) = template_of(spec) else {
            return Ok(vec![Ok(self.clone())]);
        };
        if template.wants_tag() {
            return Err(invalid(format!(
                "the branch template '{template}' has {{tag}}, which is known only once a policy has chosen; expand it after that, or use {{name}} or {{group}}"
            )));
        }
        let keys = keys(spec);
        if keys.is_empty() {
            return Ok(vec![Ok(
                self.on_branch(&template.sample().map_err(invalid)?)
            )]);
        }
        let name = |policies: &[&str]| {
            let name = name_before(spec, template, policies);
            name.map_err(invalid)
        };
        let names = keys.iter().map(|(key, policies)| (*key, name(policies)));
        let names = apart(spec, template, names.collect());
        let names = names.into_iter().zip(keys);
        Ok(names
            .map(|(name, (key, policies))| Ok(self.of_branch(&name?, key, &policies)))
            .collect())
    }

    /// The builder with the policies of one branch.
    fn of_branch(&self, branch: &str, key: &str, policies: &[&str]) -> Self {
        let mut builder = self.on_branch(branch);
        builder.name = format!("{}/{key}", self.name);
        let (own, others) = self
            .policies
            .iter()
            .cloned()
            .partition(|one| policies.contains(&one.name()));
        builder.policies = own;
        builder.elsewhere = others.iter().map(|one| one.name().to_owned()).collect();
        builder
    }

    fn on_branch(&self, branch: &str) -> Self {
        let mut builder = self.clone();
        builder.branch.push.without_template();
        builder.push_branch(branch);
        builder
    }
}

/// The template that an automation was built with.
fn template_of(spec: &Spec) -> Option<&Template> {
    match &spec.place {
        Place::Branch(branch) => branch.template.as_ref(),
        Place::Directory(_) => None,
    }
}

/// The branch of these policies, whatever they choose.
fn name_before(spec: &Spec, template: &Template, policies: &[&str]) -> Result<String, String> {
    let mut values = Values::default();
    let own = spec.policies.iter();
    for policy in own.filter(|one| policies.contains(&&*one.name)) {
        let (namespace, name) = split(spec, &policy.name);
        values.add(namespace, name, &policy.image, "", policy.group.as_deref());
    }
    template.render(&values)
}
