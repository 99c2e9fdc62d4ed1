//! Collecting automations.

use std::collections::{BTreeMap, HashSet};

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
    /// One with a [branch template](AutomationBuilder::branch_template) is as many automations as it makes branches.
    ///
    /// Those without a client share an anonymous one.
    pub fn build(&self) -> Automations {
        let mut group = Automations {
            members: Vec::new(),
            sites: Vec::new(),
            problems: Vec::new(),
        };
        let anonymous = Client::builder().build().map_err(invalid);
        let mut known = Known::default();
        for builder in &self.members {
            for built in built(builder, anonymous.as_ref()) {
                let added = built.and_then(|automation| known.add(&mut group, automation));
                if let Err(reason) = added {
                    let name = builder.full_name();
                    group.problems.push(Problem::error(name, reason));
                }
            }
        }
        group
    }
}

/// One automation for each branch.
fn built(
    builder: &AutomationBuilder,
    anonymous: Result<&Client, &Error>,
) -> Vec<Result<Automation, String>> {
    let mut builder = builder.clone();
    if builder.wants_client() {
        match anonymous {
            Ok(client) => builder.client(client.clone()),
            Err(error) => return vec![Err(error.to_string())],
        };
    }
    let expanded = builder.expanded().into_iter();
    let built = expanded.map(|builder| builder?.build());
    built
        .map(|built| built.map_err(|error: Error| error.to_string()))
        .collect()
}

/// What members are looked up by.
#[derive(Default)]
struct Known {
    names: HashSet<String>,
    /// The first member of each.
    sites: BTreeMap<Site, String>,
}

impl Known {
    fn add(&mut self, group: &mut Automations, automation: Automation) -> Result<(), String> {
        let site = Site::of(&automation.0.place);
        let name = automation.name();
        if self.names.contains(&name) {
            return Err(format!(
                "another automation is named {name} too; give each a scope or a name of its own"
            ));
        }
        if let (Some(branch), true) = (site.push_branch(), automation.0.place.remakes())
            && let Some(other) = self.sites.get(&site)
        {
            return Err(format!(
                "{other} pushes to the branch {branch} too, which is made anew by each push: one would undo what the other did; give it a push branch of its own"
            ));
        }
        self.names.insert(name.clone());
        self.sites.entry(site.clone()).or_insert(name);
        group.members.push(automation);
        group.sites.push(site);
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
