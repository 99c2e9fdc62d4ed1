//! Flux's objects, as an automation.

mod git;
mod images;
mod secrets;

use flux::{ImageUpdateAutomation, Objects};
use tagwright_manifests::flux;
use tagwright_message::Template;

use crate::automation::{Automation, AutomationBuilder};
use crate::objects::{DEFAULT_NAMESPACE, Refusal, subject};
use crate::problem::Problem;

/// What [`Automation::from_flux`] made of Flux's objects.
#[derive(Clone, Debug)]
pub struct FromFlux {
    automations: Vec<AutomationBuilder>,
    problems: Vec<Problem>,
}

impl FromFlux {
    /// A builder for each ImageUpdateAutomation that is not suspended and can be honoured, in the order of the
    /// objects. A caller may override parts, such as the remote, before building.
    pub fn automations(&self) -> &[AutomationBuilder] {
        &self.automations
    }

    /// What could not be honoured, and where it stands.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Automation {
    /// Automations from Flux's objects, with their policies, registries and repositories.
    ///
    /// As in Flux an automation takes the ImagePolicies of its own namespace, or those of them that its
    /// `policySelector` matches. Secrets are found among the objects. A policy that cannot be honoured withholds its
    /// own markers, and is told as a problem; so is an automation that cannot be, which is left out.
    ///
    /// An object without a namespace is taken to be in that of the automation, and `default` where that has none.
    pub fn from_flux(objects: &Objects) -> FromFlux {
        let mut found = FromFlux {
            automations: Vec::new(),
            problems: Vec::new(),
        };
        for automation in &objects.image_update_automations {
            if automation.suspend {
                found.problems.push(Problem::warning(
                    subject("ImageUpdateAutomation", &automation.meta),
                    "suspended",
                ));
                continue;
            }
            match builder(objects, automation, &mut found.problems) {
                Ok(builder) => found.automations.push(builder),
                Err(reason) => {
                    found.problems.push(Problem::error(
                        subject("ImageUpdateAutomation", &automation.meta),
                        reason,
                    ));
                }
            }
        }
        found
    }
}

fn builder(
    objects: &Objects,
    automation: &ImageUpdateAutomation,
    problems: &mut Vec<Problem>,
) -> Result<AutomationBuilder, Refusal> {
    let own = automation.meta.namespace.as_deref();
    let namespace = own.unwrap_or(DEFAULT_NAMESPACE);
    let mut builder = AutomationBuilder::new();
    builder.name(namespace, &automation.meta.name);
    builder.path(automation.update.path.as_deref().unwrap_or_default());
    commit(&mut builder, automation)?;
    git::configure(&mut builder, objects, automation, namespace)?;
    images::configure(&mut builder, objects, automation, namespace, problems)?;
    Ok(builder)
}

fn commit(
    builder: &mut AutomationBuilder,
    automation: &ImageUpdateAutomation,
) -> Result<(), Refusal> {
    let commit = &automation.git.commit;
    if commit.signing_key.is_some() {
        return Err("spec.git.commit.signingKey: commits are not signed yet; without it they would be unsigned".into());
    }
    // The name is optional in Flux. Git wants one, so the email address stands in for it.
    builder.author(
        commit
            .author_name
            .as_deref()
            .unwrap_or(&commit.author_email),
        &commit.author_email,
    );
    if let Some(template) = &commit.message_template {
        let template = Template::go(template)
            .map_err(|error| format!("spec.git.commit.messageTemplate: {error}"))?;
        builder.message(template);
    }
    for (key, value) in &commit.message_template_values {
        builder.message_value(key, value);
    }
    Ok(())
}
