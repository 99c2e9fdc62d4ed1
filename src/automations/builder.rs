//! Collecting automations.

use std::collections::BTreeMap;

use registry::Client;
use tagwright_registry as registry;

use super::Automations;
use super::site::Site;
use crate::automation::{Automation, AutomationBuilder, invalid};
use crate::error::Error;
use crate::problem::Problem;

/// Collects the members of [`Automations`].
#[derive(Clone, Debug, Default)]
pub struct AutomationsBuilder {
    members: Vec<AutomationBuilder>,
}

impl AutomationsBuilder {
    /// The same as [`Automations::builder`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an automation, in a scope or (empty) in none.
    ///
    /// A repository that holds several clusters has policies and automations of one name in each: a scope for each
    /// tells them apart, and stands before the automation's name.
    pub fn add(&mut self, scope: &str, automation: &AutomationBuilder) -> &mut Self {
        let mut automation = automation.clone();
        if !scope.is_empty() {
            automation.scope(scope);
        }
        self.members.push(automation);
        self
    }

    /// Builds each automation. One that cannot be is left out, and is one of the [problems](Automations::problems): see
    /// [`AutomationBuilder::build`]; beside that, two of one name in one scope, and two that make one push branch anew.
    ///
    /// Those without a client share an anonymous one.
    pub fn build(&self) -> Automations {
        let mut group = Automations {
            members: Vec::new(),
            sites: Vec::new(),
            problems: Vec::new(),
        };
        let anonymous = Client::builder().build().map_err(invalid);
        for builder in &self.members {
            let built = built(builder, anonymous.as_ref());
            let added = built.and_then(|automation| group.add(automation));
            if let Err(reason) = added {
                let name = builder.full_name();
                group.problems.push(Problem::error(name, reason));
            }
        }
        group
    }
}

fn built(
    builder: &AutomationBuilder,
    anonymous: Result<&Client, &Error>,
) -> Result<Automation, String> {
    let mut builder = builder.clone();
    if builder.wants_client() {
        builder.client(anonymous.map_err(ToString::to_string)?.clone());
    }
    builder.build().map_err(|error| error.to_string())
}

impl Automations {
    fn add(&mut self, automation: Automation) -> Result<(), String> {
        let site = Site::of(&automation.0.place);
        let name = automation.name();
        let others: BTreeMap<String, &Site> = self
            .members
            .iter()
            .map(Automation::name)
            .zip(&self.sites)
            .collect();
        if others.contains_key(&name) {
            return Err(format!(
                "another automation is named {name} too; give each a scope or a name of its own"
            ));
        }
        if let (Some(branch), true) = (site.push_branch(), automation.0.place.remakes()) {
            let same = others.iter().find(|(_, other)| **other == &site);
            if let Some((other, _)) = same {
                return Err(format!(
                    "{other} pushes to the branch {branch} too, which is made anew by each push: one would undo what the other did; give it a push branch of its own"
                ));
            }
        }
        self.members.push(automation);
        self.sites.push(site);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tagwright_policy::{Dialect, Policy};

    use super::*;
    use crate::access::ClientSource;

    #[test]
    fn those_without_a_client_share_one() {
        let newest = Policy::builder(Dialect::Flux).semver("*").build().unwrap();
        let mut group = AutomationsBuilder::new();
        for name in ["a", "b"] {
            let mut builder = AutomationBuilder::new();
            builder.name("", name).directory("/nowhere");
            builder.policy("flux-system:app", "example.com/app", newest.clone());
            group.add("", &builder);
        }
        let group = group.build();
        let client = |one: usize| match &group.members[one].0.policies[0].client {
            ClientSource::Given(client) => client.clone(),
            other @ ClientSource::Asked(_) => panic!("{other:?}"),
        };
        assert!(client(0).is_same(&client(1)));
    }
}
